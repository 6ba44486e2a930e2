//! Releases: class x role x purpose, and what it takes. What no row names is denied.

use std::collections::{BTreeMap, BTreeSet};

use firebox_contract::record::Class;
use firebox_protocol::{Code, Stop};
use serde::Deserialize;

use super::file::{check_purposes, refuse};
use crate::role::Role;

/// Most approvals of one role: more people than a duty rota has.
const MAX_APPROVALS: u8 = 5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReleaseRow {
    class: Class,
    role: Role,
    purposes: Vec<String>,
    decision: Decision,
    #[serde(default)]
    approvals: Vec<Approvals>,
}

/// What a release takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Decision {
    /// Never.
    Deny,
    /// Being signed in.
    Assert,
    /// The person's own key over the request.
    Sign,
    /// That, and others who agree.
    Approve,
    /// Only in an emergency, judged afterwards.
    BreakGlass,
}

impl Decision {
    /// What a stated request is refused with; none: it is granted.
    fn missing(self) -> Option<Code> {
        match self {
            Decision::Assert => None,
            Decision::Sign => Some(Code::SignatureRequired),
            Decision::Approve => Some(Code::ApprovalRequired),
            Decision::BreakGlass => Some(Code::EmergencyOnly),
            Decision::Deny => Some(Code::ReleaseDenied),
        }
    }
}

/// So many of a role; all rows of a release together must be met.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approvals {
    role: Role,
    count: u8,
}

/// The table of releases.
#[derive(Debug, Default)]
pub(crate) struct Releases(BTreeMap<(Class, Role), BTreeMap<String, Decision>>);

impl Releases {
    /// Gives the number of combinations that are named.
    pub(crate) fn len(&self) -> usize {
        self.0.values().map(BTreeMap::len).sum()
    }

    /// Tells whether any row names any of these roles.
    pub(crate) fn names(&self, roles: &[Role]) -> bool {
        self.0.keys().any(|(_, role)| roles.contains(role))
    }

    /// Decides a stated request: the role that is granted it, or the code of what
    /// is missing. Of several roles the one counts from which least is missing.
    pub(crate) fn decide(&self, roles: &[Role], class: Class, purpose: &str) -> Result<Role, Code> {
        let of = |role: &Role| self.0.get(&(class, *role));
        let decisions = roles
            .iter()
            .filter_map(|role| Some((*of(role)?.get(purpose)?, *role)));
        // The kinds stand in the order of what they ask for.
        let least = [
            Decision::Assert,
            Decision::Sign,
            Decision::Approve,
            Decision::BreakGlass,
            Decision::Deny,
        ];
        let rank = |decision: &Decision| least.iter().position(|one| one == decision);
        match decisions.min_by_key(|(decision, _)| rank(decision)) {
            Some((decision, role)) => decision.missing().map_or(Ok(role), Err),
            None if roles.iter().any(|role| of(role).is_some()) => Err(Code::PurposeNotAllowed),
            None if self.names(roles) => Err(Code::ReleaseDenied),
            None => Err(Code::NotAllowed),
        }
    }

    /// Decides an emergency: for officers, of every class that is not wholly
    /// denied them. What the class would ask for otherwise is judged afterwards.
    pub(crate) fn decide_emergency(&self, roles: &[Role], class: Class) -> Result<Role, Code> {
        if !roles.contains(&Role::Officer) {
            return Err(Code::NotAllowed);
        }
        let row = self.0.get(&(class, Role::Officer));
        let open = row.is_some_and(|row| row.values().any(|one| *one != Decision::Deny));
        if open {
            Ok(Role::Officer)
        } else {
            Err(Code::ReleaseDenied)
        }
    }
}

/// Checks the rows and gives the table.
pub(super) fn check(
    rows: &[ReleaseRow],
    purposes: &BTreeMap<String, String>,
) -> Result<Releases, Stop> {
    let mut table = Releases::default();
    for row in rows {
        let name = format!("release of {} to {}", row.class.code(), row.role.code());
        check_purposes(&name, &row.purposes, purposes)?;
        check_approvals(&name, row)?;
        if row.class != Class::Standard && row.decision == Decision::Assert {
            return refuse(format!(
                "{name}: `assert` is for class standard only; write `sign`"
            ));
        }
        let named = table.0.entry((row.class, row.role)).or_default();
        for purpose in &row.purposes {
            if named.insert(purpose.clone(), row.decision).is_some() {
                return refuse(format!("{name}: `{purpose}` stands twice"));
            }
        }
    }
    Ok(table)
}

fn check_approvals(name: &str, row: &ReleaseRow) -> Result<(), Stop> {
    if (row.decision == Decision::Approve) == row.approvals.is_empty() {
        return refuse(format!(
            "{name}: `approvals` belong to decision `approve`, and only there"
        ));
    }
    let roles: BTreeSet<Role> = row
        .approvals
        .iter()
        .map(|approvals| approvals.role)
        .collect();
    let counts = |approvals: &Approvals| (1..=MAX_APPROVALS).contains(&approvals.count);
    if roles.len() != row.approvals.len() || !row.approvals.iter().all(counts) {
        return refuse(format!(
            "{name}: each role of `approvals` stands once, with a count of 1 to 5"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Policy;

    use firebox_contract::record::Class;
    use firebox_protocol::Code;

    use crate::role::Role;

    const SHIPPED: &str = include_str!("../../../../config/policy.toml");

    /// What the shipped table answers, written down a second time by hand.
    fn expected(class: Class, role: Role, purpose: &str) -> Result<Role, Code> {
        let one_of = |purposes: &[&str], answer| {
            if purposes.contains(&purpose) {
                answer
            } else {
                Err(Code::PurposeNotAllowed)
            }
        };
        match (class, role) {
            (Class::Standard, Role::Officer) => {
                one_of(&["visit", "appointment", "casework"], Ok(role))
            }
            (Class::Standard, Role::Adviser) => {
                one_of(&["call", "appointment", "casework", "complaint"], Ok(role))
            }
            (Class::Standard, Role::Holder) => one_of(
                &["casework", "correction", "complaint", "subject-access"],
                Ok(role),
            ),
            (Class::NeedToKnow, Role::Officer) => one_of(
                &["visit", "appointment", "casework"],
                Err(Code::ApprovalRequired),
            ),
            (Class::NeedToKnow, Role::Adviser) => one_of(
                &["call", "appointment", "casework"],
                Err(Code::ReleaseDenied),
            ),
            (Class::NeedToKnow, Role::Holder) => one_of(
                &["casework", "subject-access"],
                Err(Code::SignatureRequired),
            ),
            (Class::Restricted, Role::Officer) => one_of(&["visit"], Err(Code::EmergencyOnly)),
            (Class::Restricted, Role::Holder) => {
                one_of(&["casework", "subject-access"], Err(Code::ApprovalRequired))
            }
            (Class::Restricted, Role::Adviser) => Err(Code::ReleaseDenied),
            _ => Err(Code::NotAllowed),
        }
    }

    #[test]
    fn every_class_role_and_purpose_is_decided_as_the_shipped_table_says() {
        let policy = Policy::parse(SHIPPED).unwrap();
        for class in Class::all() {
            for role in Role::ALL {
                for purpose in policy.purposes.keys() {
                    let decided = policy.releases.decide(&[role], class, purpose);
                    let right = expected(class, role, purpose);
                    assert_eq!(decided, right, "{class:?} {role:?} {purpose}");
                }
            }
        }
    }

    #[test]
    fn of_two_roles_the_one_counts_from_which_less_is_missing() {
        let policy = Policy::parse(SHIPPED).unwrap();
        let decide = |roles: &[Role], class| policy.releases.decide(roles, class, "casework");
        let both = [Role::Adviser, Role::Holder];
        assert_eq!(
            decide(&both, Class::NeedToKnow),
            Err(Code::SignatureRequired)
        );
        assert_eq!(decide(&both, Class::Standard), Ok(Role::Adviser));
        assert_eq!(decide(&[], Class::Standard), Err(Code::NotAllowed));
    }

    #[test]
    fn an_emergency_is_for_officers_and_for_every_class_not_wholly_denied_them() {
        let policy = Policy::parse(SHIPPED).unwrap();
        for class in Class::all() {
            for role in Role::ALL {
                let decided = policy.releases.decide_emergency(&[role], class);
                let officer = role == Role::Officer;
                assert_eq!(
                    decided,
                    if officer {
                        Ok(role)
                    } else {
                        Err(Code::NotAllowed)
                    }
                );
            }
        }
        let denied = SHIPPED.replace("\"break-glass\"", "\"deny\"");
        let policy = Policy::parse(&denied).unwrap();
        let decided = policy
            .releases
            .decide_emergency(&[Role::Officer], Class::Restricted);
        assert_eq!(decided, Err(Code::ReleaseDenied));
    }

    fn refusal(row: &str) -> String {
        let text = format!("{SHIPPED}\n[[release]]\n{row}\n");
        Policy::parse(&text).expect_err("must be refused").message
    }

    #[test]
    fn a_release_row_that_contradicts_itself_or_another_is_refused() {
        let row = |class, decision, more| {
            format!(
                "class = '{class}'\nrole = 'custodian'\npurposes = ['visit']\ndecision = '{decision}'\n{more}"
            )
        };
        assert!(refusal(&row("standard", "approve", "")).contains("approvals"));
        let holder = "approvals = [{ role = 'holder', count = 1 }]";
        assert!(refusal(&row("standard", "sign", holder)).contains("approvals"));
        let none = "approvals = [{ role = 'holder', count = 0 }]";
        assert!(refusal(&row("standard", "approve", none)).contains("count"));
        assert!(refusal(&row("restricted", "assert", "")).contains("sign"));
        assert!(refusal(&row("secret", "sign", "")).contains("secret"));
        assert!(refusal(&row("standard", "perhaps", "")).contains("perhaps"));
        let again = row("standard", "deny", "");
        assert!(refusal(&format!("{again}\n[[release]]\n{again}")).contains("twice"));
    }
}
