//! Every kind of entry: its byte in the leaf and its name in the body.

/// Kind of an entry. Numbers are for ever: none is used again for another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum EntryKind {
    /// The log was made; always the first entry.
    Created = 1,
    /// The keeper started; names the build and the policy that holds from here.
    Boot = 2,
    /// A person signed in.
    SignIn = 3,
    /// A sign-in was refused.
    SignInRefused = 4,
    /// A session was ended by its owner.
    SignOut = 5,
    /// A question was allowed; its permit follows only after this.
    LookUp = 6,
    /// A question or an enrolment was refused.
    Refused = 7,
    /// What the store put into an answer.
    Shown = 8,
    /// A permit of which the store did not say in time what it showed.
    NotShown = 9,
    /// A batch took effect in the store, with the store's manifest after it.
    Manifest = 10,
    /// A person was added to the roster.
    PersonAdded = 11,
    /// A person may no longer sign in.
    PersonDisabled = 12,
    /// A service's agent may enrol.
    AgentPrepared = 13,
    /// An agent enrolled with its signing key.
    AgentEnrolled = 14,
    /// The first of two persons agreed to apply a held reading.
    HoldAgreed = 15,
    /// A held reading was decided; its permit follows only after this.
    HoldDecided = 16,
    /// A batch was refused by the store.
    BatchRefused = 17,
    /// A detail was released; it left only after this.
    Release = 18,
    /// A release was shown again; it left only after this.
    Opened = 19,
    /// A detail was released in an emergency, open until a reviewer has judged it.
    Emergency = 20,
    /// A release was refused.
    ReleaseRefused = 21,
    /// An envelope, a slip or something the store told was not what it should be.
    Alarm = 22,
    /// Entries were read by a person.
    LogRead = 23,
    /// The whole log was recomputed.
    LogChecked = 24,
    /// The log's disk is full and its reserve was given up.
    ReserveTaken = 25,
    /// A correction was raised or a hazard reported; its permit follows only after this.
    Correction = 26,
    /// A correction was sealed for one service; its signature follows only after this.
    CorrectionSent = 27,
    /// A correction came further with one service.
    CorrectionMoved = 28,
    /// Two records were said not to be the same person, or that was taken back.
    Apart = 29,
    /// What a sealed note is about was told by telephone instead, to a named person.
    ToldByPhone = 30,
}

impl EntryKind {
    /// Every kind with its name, in the order of the numbers.
    pub const ALL: [(EntryKind, &'static str); 30] = [
        (Self::Created, "created"),
        (Self::Boot, "boot"),
        (Self::SignIn, "sign-in"),
        (Self::SignInRefused, "sign-in-refused"),
        (Self::SignOut, "sign-out"),
        (Self::LookUp, "look-up"),
        (Self::Refused, "refused"),
        (Self::Shown, "shown"),
        (Self::NotShown, "not-shown"),
        (Self::Manifest, "manifest"),
        (Self::PersonAdded, "person-added"),
        (Self::PersonDisabled, "person-disabled"),
        (Self::AgentPrepared, "agent-prepared"),
        (Self::AgentEnrolled, "agent-enrolled"),
        (Self::HoldAgreed, "hold-agreed"),
        (Self::HoldDecided, "hold-decided"),
        (Self::BatchRefused, "batch-refused"),
        (Self::Release, "release"),
        (Self::Opened, "opened"),
        (Self::Emergency, "emergency"),
        (Self::ReleaseRefused, "release-refused"),
        (Self::Alarm, "alarm"),
        (Self::LogRead, "log-read"),
        (Self::LogChecked, "log-checked"),
        (Self::ReserveTaken, "reserve-taken"),
        (Self::Correction, "correction"),
        (Self::CorrectionSent, "correction-sent"),
        (Self::CorrectionMoved, "correction-moved"),
        (Self::Apart, "apart"),
        (Self::ToldByPhone, "told-by-phone"),
    ];

    /// Gives the byte that stands in the leaf.
    pub fn byte(self) -> u8 {
        self as u8
    }

    /// Gives the name that stands in the body's `kind`.
    pub fn name(self) -> &'static str {
        Self::ALL[usize::from(self.byte()) - 1].1
    }

    /// Reads a leaf's byte; none: a kind this build does not know.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL
            .into_iter()
            .map(|(kind, _)| kind)
            .find(|kind| kind.byte() == byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_at_its_own_number_with_its_own_name() {
        for (place, (kind, name)) in EntryKind::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(kind.byte()), place + 1);
            assert_eq!(kind.name(), name);
            assert_eq!(EntryKind::from_byte(kind.byte()), Some(kind));
        }
        assert_eq!(EntryKind::from_byte(0), None);
        assert_eq!(EntryKind::from_byte(31), None);
    }
}
