//! Who may speak for a person, about what, and who may not.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{FieldError, Phone, Reason};

/// What a proxy may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum May {
    /// Be told.
    BeTold,
    /// Ask and pass on.
    Ask,
    /// Decide.
    Decide,
    /// Receive letters.
    ReceiveLetters,
    /// Pay.
    Pay,
}

impl May {
    /// Every one, in the order a sentence names them.
    pub const ALL: [(May, &'static str); 5] = [
        (May::BeTold, "be-told"),
        (May::Ask, "ask"),
        (May::Decide, "decide"),
        (May::ReceiveLetters, "receive-letters"),
        (May::Pay, "pay"),
    ];

    /// Reads a code.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let known = Self::ALL.into_iter().find(|(_, code)| *code == text.trim());
        known
            .map(|(may, _)| may)
            .ok_or(FieldError::new("proxy_may", Reason::Malformed))
    }
}

/// What the person said of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyState {
    /// May speak, from `from` until `to`.
    #[default]
    Given,
    /// The person said no.
    Refused,
    /// The person said yes once and no since.
    Withdrawn,
    /// Suspended by the service until somebody decides.
    Suspended,
}

/// Evidence the service saw. Never a code that opens a register to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Code of the vocabulary, for example `lpa-certified-copy`.
    pub kind: String,
    /// Day it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_on: Option<Date>,
}

/// Somebody who may, or may not, speak for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proxy {
    /// Their name.
    pub name: String,
    /// What they are to the person, in the service's words: "daughter".
    pub relationship: String,
    /// Their number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// Code of the vocabulary's proxy bases.
    pub basis: String,
    /// Codes of the vocabulary's subjects, or [`super::UNMAPPED`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
    /// What they may do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may: Vec<May>,
    /// Limits in the person's words, one line: "She may not change the address."
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<String>,
    /// Evidence seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// How to know on the telephone that it is them, one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<String>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day; none means until changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Day by which the service must look again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_due: Option<Date>,
    /// What the person said.
    #[serde(default)]
    pub state: ProxyState,
}

impl Proxy {
    /// Tells whether they may speak on a day.
    pub fn speaks_on(&self, day: Date) -> bool {
        self.state == ProxyState::Given
            && self.from.is_none_or(|from| from <= day)
            && self.to.is_none_or(|to| day <= to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_speaks_from_the_first_day_to_the_last_and_only_while_consent_is_given() {
        let day = |d| Date::constant(2026, 5, d);
        let proxy = |state| Proxy {
            name: "Maya Shah".into(),
            relationship: "daughter".into(),
            phone: None,
            basis: "consent".into(),
            about: vec!["council-tax".into()],
            may: vec![May::BeTold],
            limits: None,
            evidence: None,
            verify: None,
            from: Some(day(3)),
            to: Some(day(5)),
            review_due: None,
            state,
        };
        let given = proxy(ProxyState::Given);
        let days: Vec<bool> = (2..=6).map(|d| given.speaks_on(day(d))).collect();
        assert_eq!(days, [false, true, true, true, false]);
        for state in [
            ProxyState::Refused,
            ProxyState::Withdrawn,
            ProxyState::Suspended,
        ] {
            assert!(!proxy(state).speaks_on(day(4)));
        }
    }
}
