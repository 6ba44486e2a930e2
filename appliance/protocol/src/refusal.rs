//! Why something was not done. Codes only: no value of a request comes back.

use serde::{Deserialize, Serialize};

/// A refusal, as one process gives it to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code:?}")]
pub struct Refusal {
    /// Which.
    pub code: Code,
    /// Seconds after which it is worth trying again, where that is known.
    pub retry_after_seconds: Option<u32>,
}

impl Refusal {
    /// Refuses without a time.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            retry_after_seconds: None,
        }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

/// What was refused and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Code {
    /// Name, password or code is not right; one answer for all three.
    SignInWrong,
    /// Too many tries for this name.
    SignInLocked,
    /// No such session, or it has ended.
    NotSignedIn,
    /// The roles held do not allow this.
    NotAllowed,
    /// No such purpose in the policy.
    UnknownPurpose,
    /// The purpose may not be used for this by this role.
    PurposeNotAllowed,
    /// A field that must be filled is empty.
    ReferenceMissing,
    /// The person's own limit.
    PersonLimit,
    /// The box's limit: the bound on what a hostile gate can take.
    BoxLimit,
    /// The log cannot be written, so nothing is let out.
    LogUnavailable,
    /// The store or keeper is not there yet.
    NotReady,
    /// The message does not read.
    Malformed,
    /// The permit was refused; the reason is in the store's log.
    PermitRefused,
    /// No such thing, or not for this caller; the same answer for both.
    NotFound,
    /// The one-time code is wrong, used or expired.
    EnrolmentRefused,
    /// The second person must be another one.
    SamePerson,
    /// A second person must agree; what was done so far is kept.
    SecondPersonNeeded,
    /// The same name is there already.
    AlreadyThere,
    /// The password is too short or too common.
    PasswordTooWeak,
    /// The reason is empty or shorter than it must be.
    ReasonTooShort,
    /// The reason is one of the person's last three, word for word.
    ReasonRepeated,
    /// The policy never releases this class to this role for this purpose.
    ReleaseDenied,
    /// The policy asks for the person's own key over the request.
    SignatureRequired,
    /// The policy asks for others who agree.
    ApprovalRequired,
    /// Released only in an emergency: by the policy, or because the review is
    /// overdue past its grace.
    EmergencyOnly,
    /// The person's own limit of releases.
    PersonReleaseLimit,
    /// The limit of this class.
    ClassReleaseLimit,
    /// The box's limit of releases.
    BoxReleaseLimit,
    /// The record changed between store and keeper: fetch again.
    DetailMoved,
    /// The envelope is not what it should be: an alarm.
    DetailUnsound,
    /// The release is over, or its record changed or went.
    ReleaseEnded,
    /// Three wrong tries to confirm who is calling: this person is closed to this session.
    NotConfirmed,
    /// No service holds the field that is said to be wrong, or can take a report.
    NobodyToTell,
    /// The log's disk is full: only sign-in, emergencies and administration go on.
    ReserveOnly,
}
