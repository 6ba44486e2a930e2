//! Rows about releases: class x role x purpose, and what it takes. Checked now,
//! so that a policy file is whole from the first day; used when details can be
//! released. What no row names is denied.

use std::collections::{BTreeMap, BTreeSet};

use firebox_contract::record::Class;
use firebox_protocol::Stop;
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

/// So many of a role; all rows of a release together must be met.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approvals {
    role: Role,
    count: u8,
}

/// Checks the rows and gives the number of combinations they name.
pub(super) fn check(
    rows: &[ReleaseRow],
    purposes: &BTreeMap<String, String>,
) -> Result<usize, Stop> {
    let mut named = BTreeSet::new();
    for row in rows {
        let name = format!("release of {} to {}", row.class.code(), row.role.code());
        check_purposes(&name, &row.purposes, purposes)?;
        check_approvals(&name, row)?;
        if row.class != Class::Standard && row.decision == Decision::Assert {
            return refuse(format!(
                "{name}: `assert` is for class standard only; write `sign`"
            ));
        }
        for purpose in &row.purposes {
            if !named.insert((row.class, row.role, purpose)) {
                return refuse(format!("{name}: `{purpose}` stands twice"));
            }
        }
    }
    Ok(named.len())
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

    const SHIPPED: &str = include_str!("../../../../config/policy.toml");

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
