//! The policy: which role may ask what for which purpose, and how often.
//!
//! What it is: one table, read at the start from `policy.toml`, checked whole,
//! and from then on unchangeable; its SHA-256 stands in every entry. What it is
//! not: a language. The invariant it keeps: what no row allows is refused.

mod figures;
mod file;
mod release;

use std::collections::{BTreeMap, BTreeSet};

use firebox_contract::canonical::sha256;
use firebox_protocol::{Code, Stop};
use serde::Deserialize;

use crate::role::Role;

pub(crate) use figures::ReleaseFigures;
pub(crate) use release::Releases;

/// Longest lock the policy may ask for, in milliseconds: a day.
pub(crate) const LONGEST_LOCK_MS: u64 = 24 * 60 * 60 * 1000;

/// What is asked, as the policy tells it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AskKind {
    /// One address.
    Property,
    /// An officer's visits of a day.
    Visits,
    /// Who a person may be.
    Person,
    /// One person.
    View,
    /// Raising a correction, reporting a hazard, and asking how one stands.
    Correction,
    /// The state of the sources.
    Sources,
    /// The decision of a held reading.
    Hold,
}

/// The kinds that look up an address or a person.
const LOOK_UPS: [AskKind; 4] = [
    AskKind::Property,
    AskKind::Visits,
    AskKind::Person,
    AskKind::View,
];

/// Most of something in an hour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hourly {
    /// One person's.
    pub(crate) person: u64,
    /// All together.
    pub(crate) whole_box: u64,
}

/// When a name is locked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignInFigures {
    /// Wrong tries that lock it.
    pub(crate) wrong: usize,
    /// The time they fall into, in milliseconds.
    pub(crate) within_ms: u64,
    /// How long it stays locked, in milliseconds.
    pub(crate) locked_ms: u64,
}

/// Purposes by who asks what.
type Rows = BTreeMap<(Role, AskKind), BTreeSet<String>>;

/// The policy as it was read.
#[derive(Debug)]
pub(crate) struct Policy {
    /// SHA-256 of the file's text, 64 hex digits.
    pub(crate) hash: String,
    pub(crate) look_ups: Hourly,
    /// Corrections and reported hazards; each is a look-up too.
    pub(crate) corrections: Hourly,
    pub(crate) sign_in: SignInFigures,
    /// Life of a session, in milliseconds.
    pub(crate) session_ms: u64,
    /// How long a session may stay unused, in milliseconds.
    pub(crate) session_idle_ms: u64,
    /// Which details are released to whom.
    pub(crate) releases: Releases,
    pub(crate) release_figures: ReleaseFigures,
    /// Label by purpose code.
    purposes: BTreeMap<String, String>,
    rows: Rows,
}

impl Policy {
    /// Reads and checks the text of a `policy.toml`.
    ///
    /// # Errors
    /// Exit 78 with the key that is wrong and what to write instead.
    pub(crate) fn parse(text: &str) -> Result<Self, Stop> {
        let file = file::File::read(text)?;
        let purposes = file.purposes()?;
        let releases = release::check(&file.release, &purposes)?;
        let (look_ups, sign_in, session_ms) = file.limits.check()?;
        let corrections = file.limits.corrections()?;
        let release_figures = file.limits.releases()?;
        Ok(Self {
            hash: hex::encode(sha256(&[text.as_bytes()])),
            look_ups,
            corrections,
            sign_in,
            session_ms,
            session_idle_ms: file.limits.session_idle()?,
            releases,
            release_figures,
            rows: file.rows(&purposes)?,
            purposes,
        })
    }

    /// Tells whether a purpose is one of the policy's.
    pub(crate) fn knows(&self, purpose: &str) -> bool {
        self.purposes.contains_key(purpose)
    }

    /// Decides a question: the role that allows it, or the code it is refused with.
    pub(crate) fn decide(
        &self,
        roles: &[Role],
        kind: AskKind,
        purpose: &str,
    ) -> Result<Role, Code> {
        if !self.purposes.contains_key(purpose) {
            return Err(Code::UnknownPurpose);
        }
        let purposes = |role: &Role| self.rows.get(&(*role, kind));
        let allows = |role: &Role| purposes(role).is_some_and(|row| row.contains(purpose));
        // Of two roles that may search for a person, the adviser's shows who it is.
        let first = |role: &Role| kind == AskKind::Person && *role == Role::Adviser;
        let allowing = || roles.iter().filter(|role| allows(role));
        match allowing().find(|role| first(role)).or(allowing().next()) {
            Some(role) => Ok(*role),
            None if roles.iter().any(|role| purposes(role).is_some()) => {
                Err(Code::PurposeNotAllowed)
            }
            None => Err(Code::NotAllowed),
        }
    }

    /// Decides what is for whoever may look up an address or a person for that
    /// purpose: the role that allows it, or the code it is refused with.
    pub(crate) fn decide_any_look_up(&self, roles: &[Role], purpose: &str) -> Result<Role, Code> {
        let mut refused = Code::NotAllowed;
        for kind in LOOK_UPS {
            match self.decide(roles, kind, purpose) {
                Ok(role) => return Ok(role),
                // That another purpose would do says more than that this kind would not.
                Err(Code::NotAllowed) => {}
                Err(code) => refused = code,
            }
        }
        Err(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../../config/policy.toml");
    const KINDS: [AskKind; 7] = [
        AskKind::Property,
        AskKind::Visits,
        AskKind::Person,
        AskKind::View,
        AskKind::Correction,
        AskKind::Sources,
        AskKind::Hold,
    ];

    /// Who may ask what for which purpose, written down a second time by hand.
    fn expected(role: Role, kind: AskKind) -> &'static [&'static str] {
        match (role, kind) {
            (Role::Officer, AskKind::Property) => &["visit", "appointment", "casework"],
            (Role::Officer, AskKind::Visits) => &["visit", "appointment"],
            (Role::Officer, AskKind::Person) => &["appointment"],
            (Role::Adviser, AskKind::Property) => &[
                "visit",
                "call",
                "appointment",
                "casework",
                "correction",
                "complaint",
            ],
            (Role::Adviser, AskKind::Person | AskKind::View) => {
                &["call", "appointment", "casework", "correction", "complaint"]
            }
            (Role::Officer | Role::Adviser, AskKind::Correction) => &["correction"],
            (Role::ServiceAdmin, AskKind::Sources | AskKind::Hold) => &["sync-admin"],
            (Role::Reviewer, AskKind::Sources) => &["sync-admin", "investigation", "complaint"],
            (Role::Reviewer, AskKind::Hold) => &["sync-admin"],
            _ => &[],
        }
    }

    #[test]
    fn every_role_asks_exactly_what_the_shipped_table_says_and_nothing_else() {
        let policy = Policy::parse(SHIPPED).unwrap();
        for role in Role::ALL {
            for kind in KINDS {
                for purpose in policy.purposes.keys() {
                    let decided = policy.decide(&[role], kind, purpose);
                    let allowed = expected(role, kind);
                    let right = if allowed.contains(&purpose.as_str()) {
                        Ok(role)
                    } else if allowed.is_empty() {
                        Err(Code::NotAllowed)
                    } else {
                        Err(Code::PurposeNotAllowed)
                    };
                    assert_eq!(decided, right, "{role:?} {kind:?} {purpose}");
                }
            }
        }
    }

    #[test]
    fn two_roles_may_what_either_may() {
        let policy = Policy::parse(SHIPPED).unwrap();
        for first in Role::ALL {
            for second in Role::ALL {
                for kind in KINDS {
                    for purpose in policy.purposes.keys() {
                        let one = |role| policy.decide(&[role], kind, purpose).is_ok();
                        let both = policy.decide(&[first, second], kind, purpose).is_ok();
                        assert_eq!(both, one(first) || one(second));
                    }
                }
            }
        }
    }

    #[test]
    fn an_officer_who_is_an_adviser_too_searches_for_a_person_as_an_adviser() {
        let policy = Policy::parse(SHIPPED).unwrap();
        for roles in [
            [Role::Officer, Role::Adviser],
            [Role::Adviser, Role::Officer],
        ] {
            let decide = |kind| policy.decide(&roles, kind, "appointment");
            assert_eq!(decide(AskKind::Person), Ok(Role::Adviser));
            assert_eq!(decide(AskKind::Property), Ok(roles[0]));
        }
    }

    #[test]
    fn what_is_for_any_look_up_is_for_officers_and_advisers_for_their_own_purposes() {
        let policy = Policy::parse(SHIPPED).unwrap();
        let of = |role, purpose: &str| {
            let may = |kind| expected(role, kind).contains(&purpose);
            LOOK_UPS.into_iter().any(may)
        };
        for role in Role::ALL {
            for purpose in policy.purposes.keys() {
                let right = match role {
                    Role::Officer | Role::Adviser if of(role, purpose) => Ok(role),
                    Role::Officer | Role::Adviser => Err(Code::PurposeNotAllowed),
                    _ => Err(Code::NotAllowed),
                };
                let decided = policy.decide_any_look_up(&[role], purpose);
                assert_eq!(decided, right, "{role:?} {purpose}");
            }
        }
        let decided = policy.decide_any_look_up(&Role::ALL, "curiosity");
        assert_eq!(decided, Err(Code::UnknownPurpose));
    }

    #[test]
    fn the_shipped_policy_takes_thirty_corrections_of_a_person_and_six_hundred_of_all() {
        let Hourly { person, whole_box } = Policy::parse(SHIPPED).unwrap().corrections;
        assert_eq!((person, whole_box), (30, 600));
    }

    #[test]
    fn an_unknown_purpose_and_nobody_are_refused() {
        let policy = Policy::parse(SHIPPED).unwrap();
        let decide = |roles: &[Role], purpose| policy.decide(roles, AskKind::Property, purpose);
        assert_eq!(decide(&Role::ALL, "curiosity"), Err(Code::UnknownPurpose));
        assert_eq!(decide(&Role::ALL, ""), Err(Code::UnknownPurpose));
        assert_eq!(decide(&[], "visit"), Err(Code::NotAllowed));
    }

    #[test]
    fn the_shipped_policy_locks_a_name_after_ten_wrong_tries_in_fifteen_minutes() {
        let policy = Policy::parse(SHIPPED).unwrap();
        assert_eq!(policy.sign_in.wrong, 10);
        assert_eq!(
            (policy.sign_in.within_ms, policy.sign_in.locked_ms),
            (900_000, 900_000)
        );
        assert_eq!(policy.session_ms, 12 * 3_600_000);
        assert_eq!(policy.session_idle_ms, 15 * 60_000);
        assert!(policy.releases.len() > 0);
    }
}
