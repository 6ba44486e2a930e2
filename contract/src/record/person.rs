//! People, parsed and carried whole. The store keeps each service's statement
//! apart; nothing here decides that two records are one person.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{NhsNumber, Nino, PersonName, Phone, Place, Uprn};

/// What an address is to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressUse {
    /// Where they live.
    Home,
    /// Where they live for now.
    Temporary,
    /// Where letters go.
    Mailing,
    /// Where they lived.
    Previous,
    /// Ordinary residence in the sense of the Care Act.
    OrdinaryResidence,
}

/// An address of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// What it is to them.
    #[serde(rename = "use")]
    pub purpose: AddressUse,
    /// The property, where the service knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uprn: Option<Uprn>,
    /// The address as text, where the service holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day; none means still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Must not be told to anybody.
    #[serde(default)]
    pub do_not_disclose: bool,
}

/// How a person can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContactKind {
    /// Voice call.
    Phone,
    /// Text message.
    Sms,
    /// E-mail.
    Email,
    /// Letter.
    Letter,
    /// Textphone.
    Textphone,
    /// Relay service.
    Relay,
}

/// One way to reach a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Which way.
    pub kind: ContactKind,
    /// E.164 for telephones, otherwise the address.
    pub value: String,
    /// 1 is tried first.
    pub order: u8,
    /// Whether a message may be left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe_to_leave_message: Option<bool>,
}

impl Contact {
    /// Builds a telephone contact.
    pub fn phone(phone: &Phone, order: u8) -> Self {
        Self {
            kind: ContactKind::Phone,
            value: phone.as_str().to_owned(),
            order,
            safe_to_leave_message: None,
        }
    }
}

/// A person, as one service knows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Legal and preferred name.
    pub name: PersonName,
    /// The person's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pronouns: Option<String>,
    /// For matching and confirming only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<Date>,
    /// Whether the service records a death.
    #[serde(default)]
    pub deceased: bool,
    /// For matching only; never shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nhs_number: Option<NhsNumber>,
    /// For matching only; never shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nino: Option<Nino>,
    /// Addresses, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// Ways to reach them, in their order of preference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
}
