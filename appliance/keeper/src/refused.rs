//! Refusals as entries. The first of its kind in a minute is an entry at once;
//! the same refusal of the same person again is counted, and the count stands in
//! the next entry. So every refusal is in the log, and nobody can fill the disk
//! with them.

use std::collections::HashMap;

use firebox_protocol::Code;
use serde::Serialize;

use crate::desk::Desk;
use crate::log::database::LogError;
use crate::log::kind::EntryKind;

/// Who was refused, as what, why.
type Key = (EntryKind, String, Code);

#[derive(Clone, Copy)]
struct Counted {
    minute: u64,
    more: u64,
}

/// Refusals of the minute under way.
#[derive(Default)]
pub(crate) struct Refusals(HashMap<Key, Counted>);

impl Refusals {
    /// Counts one and, when it is to be an entry, gives how many came before it
    /// that were only counted.
    fn count(&mut self, key: Key, minute: u64) -> Option<u64> {
        let counted = self.0.entry(key).or_insert(Counted {
            minute: u64::MAX,
            more: 0,
        });
        if counted.minute == minute {
            counted.more += 1;
            return None;
        }
        let more = counted.more;
        *counted = Counted { minute, more: 0 };
        Some(more)
    }

    /// Takes out what is of an earlier minute, or all.
    fn take(&mut self, minute: u64, all: bool) -> Vec<(Key, u64)> {
        let over = |counted: &Counted| all || counted.minute != minute;
        let taken = self.0.extract_if(|_, counted| over(counted));
        taken
            .map(|(key, counted)| (key, counted.more))
            .filter(|(_, more)| *more > 0)
            .collect()
    }
}

#[derive(Serialize)]
struct Refused<'a, T> {
    code: &'static str,
    /// Earlier ones of the same person and code that were only counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    more: Option<u64>,
    #[serde(flatten)]
    details: &'a T,
}

#[derive(Serialize)]
struct OnlyCounted<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    of: &'a str,
}

/// Notes a refusal. `of` is the person or service it is counted for, and '' for nobody known.
pub(crate) fn note(
    desk: &mut Desk<'_>,
    kind: EntryKind,
    of: &str,
    code: Code,
    details: &impl Serialize,
) -> Result<(), LogError> {
    note_whole(desk, kind, of, code, details).map(drop)
}

/// The same, and gives the index of the entry when it became one.
fn note_whole(
    desk: &mut Desk<'_>,
    kind: EntryKind,
    of: &str,
    code: Code,
    details: &impl Serialize,
) -> Result<Option<u64>, LogError> {
    let minute = desk.minute();
    let key = (kind, of.to_owned(), code);
    let Some(more) = desk.state.refusals.count(key, minute) else {
        return Ok(None);
    };
    let refused = Refused {
        code: name(code),
        more: (more > 0).then_some(more),
        details,
    };
    Ok(Some(desk.append(kind, &refused)?.index))
}

/// Notes an alarm about what a person brought. As with refusals the first of its
/// kind in a minute is an entry and the rest are counted, so that nobody fills the
/// disk with them; each code of a person is a kind of its own.
pub(crate) fn raise(
    desk: &mut Desk<'_>,
    person: &str,
    alarm: &'static str,
    code: Code,
    details: &impl Serialize,
) -> Result<Option<u64>, LogError> {
    let of = format!("{person}: {alarm}");
    note_whole(desk, EntryKind::Alarm, &of, code, details)
}

/// Writes down what was only counted in earlier minutes, or all of it at the end.
pub(crate) fn write_counted(desk: &mut Desk<'_>, all: bool) -> Result<(), LogError> {
    let minute = desk.minute();
    for ((kind, of, code), more) in desk.state.refusals.take(minute, all) {
        let details = &OnlyCounted { of: &of };
        desk.append(
            kind,
            &Refused {
                code: name(code),
                more: Some(more),
                details,
            },
        )?;
    }
    Ok(())
}

/// Gives a code as it stands in entries.
pub(crate) fn name(code: Code) -> &'static str {
    match code {
        Code::SignInWrong => "sign-in-wrong",
        Code::SignInLocked => "sign-in-locked",
        Code::NotSignedIn => "not-signed-in",
        Code::NotAllowed => "not-allowed",
        Code::UnknownPurpose => "unknown-purpose",
        Code::PurposeNotAllowed => "purpose-not-allowed",
        Code::ReferenceMissing => "reference-missing",
        Code::PersonLimit => "person-limit",
        Code::BoxLimit => "box-limit",
        Code::LogUnavailable => "log-unavailable",
        Code::NotReady => "not-ready",
        Code::Malformed => "malformed",
        Code::PermitRefused => "permit-refused",
        Code::NotFound => "not-found",
        Code::EnrolmentRefused => "enrolment-refused",
        Code::SamePerson => "same-person",
        Code::SecondPersonNeeded => "second-person-needed",
        Code::AlreadyThere => "already-there",
        Code::PasswordTooWeak => "password-too-weak",
        Code::ReasonTooShort => "reason-too-short",
        Code::ReasonRepeated => "reason-repeated",
        Code::ReleaseDenied => "release-denied",
        Code::SignatureRequired => "signature-required",
        Code::ApprovalRequired => "approval-required",
        Code::EmergencyOnly => "emergency-only",
        Code::PersonReleaseLimit => "person-release-limit",
        Code::ClassReleaseLimit => "class-release-limit",
        Code::BoxReleaseLimit => "box-release-limit",
        Code::DetailMoved => "detail-moved",
        Code::DetailUnsound => "detail-unsound",
        Code::ReleaseEnded => "release-ended",
        Code::ReserveOnly => "reserve-only",
        Code::NotConfirmed => "not-confirmed",
        Code::NobodyToTell => "nobody-to-tell",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(of: &str, code: Code) -> Key {
        (EntryKind::Refused, of.into(), code)
    }

    #[test]
    fn the_first_refusal_of_a_minute_is_an_entry_and_the_rest_are_counted_into_the_next() {
        let mut refusals = Refusals::default();
        let a = || key("a", Code::PersonLimit);
        assert_eq!(refusals.count(a(), 7), Some(0));
        assert_eq!(refusals.count(a(), 7), None);
        assert_eq!(refusals.count(a(), 7), None);
        assert_eq!(refusals.count(key("b", Code::PersonLimit), 7), Some(0));
        assert_eq!(refusals.count(key("a", Code::NotAllowed), 7), Some(0));
        assert_eq!(refusals.count(a(), 8), Some(2));
        assert_eq!(refusals.count(a(), 9), Some(0));
    }

    #[test]
    fn what_was_only_counted_is_given_once_its_minute_is_over() {
        let mut refusals = Refusals::default();
        let a = || key("a", Code::PersonLimit);
        refusals.count(a(), 7);
        refusals.count(a(), 7);
        assert!(refusals.take(7, false).is_empty());
        assert_eq!(refusals.take(8, false), vec![(a(), 1)]);
        assert!(refusals.take(9, true).is_empty());
        refusals.count(a(), 9);
        refusals.count(a(), 9);
        assert_eq!(refusals.take(9, true), vec![(a(), 1)]);
    }
}
