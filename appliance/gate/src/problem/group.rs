//! What calls of one sort may refuse, so that none of them lists it anew.

use super::Kind;

impl Kind {
    /// What any call with a JSON body may refuse.
    pub(crate) const OF_JSON: &'static [Kind] = &[
        Kind::MalformedJson,
        Kind::UnknownMember,
        Kind::MissingMember,
        Kind::RepeatedMember,
        Kind::WrongType,
        Kind::BodyBroken,
        Kind::WrongContentType,
        Kind::TooLarge,
        Kind::Unacceptable,
    ];

    /// What any question that is decided and logged may refuse.
    pub(crate) const OF_QUESTION: &'static [Kind] = &[
        Kind::NotSignedIn,
        Kind::NotAllowed,
        Kind::PurposeNotAllowed,
        Kind::PersonLimit,
        Kind::BoxLimit,
        Kind::LogUnavailable,
        Kind::ReserveOnly,
        Kind::NotReady,
        Kind::PermitRefused,
        Kind::Unexpected,
    ];

    /// What any call that brings a detail may refuse.
    pub(crate) const OF_DETAIL: &'static [Kind] = &[
        Kind::NotFound,
        Kind::NotAllowed,
        Kind::ReleaseDenied,
        Kind::BoxReleaseLimit,
        Kind::DetailMoved,
        Kind::DetailUnsound,
        Kind::LogUnavailable,
        Kind::NotReady,
        Kind::PermitRefused,
        Kind::Unexpected,
    ];

    /// What such a call may refuse besides, unless it is an emergency. Each
    /// says that the emergency release is open.
    pub(crate) const OUTSIDE_EMERGENCIES: &'static [Kind] = &[
        Kind::SignatureRequired,
        Kind::ApprovalRequired,
        Kind::EmergencyOnly,
        Kind::PersonReleaseLimit,
        Kind::ClassReleaseLimit,
        Kind::ReserveOnly,
    ];
}
