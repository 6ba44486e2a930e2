//! What the keeper's and the store's codes are in words: one kind each.

use firebox_protocol::Code;

use super::Kind;

impl From<Code> for Kind {
    fn from(code: Code) -> Self {
        match code {
            Code::SignInWrong => Kind::SignInWrong,
            Code::SignInLocked => Kind::SignInLocked,
            Code::NotSignedIn => Kind::NotSignedIn,
            Code::NotAllowed => Kind::NotAllowed,
            Code::UnknownPurpose => Kind::UnknownPurpose,
            Code::PurposeNotAllowed => Kind::PurposeNotAllowed,
            Code::ReferenceMissing => Kind::ReferenceMissing,
            Code::PersonLimit => Kind::PersonLimit,
            Code::BoxLimit => Kind::BoxLimit,
            Code::LogUnavailable => Kind::LogUnavailable,
            Code::NotReady => Kind::NotReady,
            Code::Malformed => Kind::Malformed,
            Code::PermitRefused => Kind::PermitRefused,
            Code::NotFound => Kind::NotFound,
            Code::EnrolmentRefused => Kind::EnrolmentRefused,
            Code::SamePerson => Kind::SamePerson,
            Code::SecondPersonNeeded => Kind::SecondPersonNeeded,
            Code::AlreadyThere => Kind::AlreadyThere,
            Code::PasswordTooWeak => Kind::PasswordTooWeak,
            Code::ReasonTooShort => Kind::ReasonTooShort,
            Code::ReasonRepeated => Kind::ReasonRepeated,
            Code::ReleaseDenied => Kind::ReleaseDenied,
            Code::SignatureRequired => Kind::SignatureRequired,
            Code::ApprovalRequired => Kind::ApprovalRequired,
            Code::EmergencyOnly => Kind::EmergencyOnly,
            Code::PersonReleaseLimit => Kind::PersonReleaseLimit,
            Code::ClassReleaseLimit => Kind::ClassReleaseLimit,
            Code::BoxReleaseLimit => Kind::BoxReleaseLimit,
            Code::DetailMoved => Kind::DetailMoved,
            Code::DetailUnsound => Kind::DetailUnsound,
            Code::ReleaseEnded => Kind::ReleaseEnded,
            Code::NotConfirmed => Kind::NotConfirmed,
            Code::NobodyToTell => Kind::NobodyToTell,
            Code::ReserveOnly => Kind::ReserveOnly,
        }
    }
}
