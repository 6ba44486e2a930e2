//! The roles, and their codes in policy, roster and entries.

use serde::{Deserialize, Serialize};

/// What somebody does for the council.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    /// Visits people and places.
    Officer,
    /// Answers the telephone.
    Adviser,
    /// Holds a team's details and decides requests for them.
    Holder,
    /// Answers for every access.
    Reviewer,
    /// Owns a service's feed.
    ServiceAdmin,
    /// Keeps roster, policy and recovery; two are needed.
    Custodian,
}

impl Role {
    /// Lists every role.
    pub(crate) const ALL: [Role; 6] = [
        Role::Officer,
        Role::Adviser,
        Role::Holder,
        Role::Reviewer,
        Role::ServiceAdmin,
        Role::Custodian,
    ];

    /// Gives the code used in policy, roster and entries.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Role::Officer => "officer",
            Role::Adviser => "adviser",
            Role::Holder => "holder",
            Role::Reviewer => "reviewer",
            Role::ServiceAdmin => "service-admin",
            Role::Custodian => "custodian",
        }
    }

    /// Reads a code; none: no such role.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Tells whether the role is held for one service and must name it.
    pub(crate) fn is_of_a_service(self) -> bool {
        matches!(self, Role::Holder | Role::ServiceAdmin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_reads_from_its_own_code() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.code()), Some(role));
        }
    }
}
