//! People, parsed and carried whole. The store keeps each service's statement
//! apart; nothing here decides that two records are one person.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Involvement, Language, Need, NhsNumber, Nino, PersonName, Phone, Place, Proxy, Safety, Uprn,
};

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

/// Whose a number or address is, when it is not the person's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whose {
    /// Their name.
    pub name: String,
    /// What they are to the person: "daughter", "carer".
    pub relationship: String,
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
    /// What it is for, one line: "evenings", "repairs only".
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Whose it is; none: the person's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whose: Option<Whose>,
    /// Whether a message may be left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe_to_leave_message: Option<bool>,
    /// When it is safe to use, one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe_times: Option<String>,
    /// The one way to use under a safety marker.
    #[serde(default)]
    pub safe: bool,
}

impl Contact {
    /// Builds a contact of the person's own, of which nothing else is known.
    pub fn new(kind: ContactKind, value: &str, order: u8) -> Self {
        Self {
            kind,
            value: value.to_owned(),
            order,
            purpose: None,
            whose: None,
            safe_to_leave_message: None,
            safe_times: None,
            safe: false,
        }
    }

    /// Builds a telephone contact.
    pub fn phone(phone: &Phone, order: u8) -> Self {
        Self::new(ContactKind::Phone, phone.as_str(), order)
    }

    /// Gives the number, where the contact is one to ring or text.
    pub fn number(&self) -> Option<Phone> {
        match self.kind {
            ContactKind::Phone | ContactKind::Sms | ContactKind::Textphone | ContactKind::Relay => {
                Phone::parse(&self.value).ok()
            }
            ContactKind::Email | ContactKind::Letter => None,
        }
    }
}

/// A person, as one service knows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The service's own id of the person, which several of its records may
    /// share. None: the record's key is the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
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
    /// The day, where the service knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deceased_on: Option<Date>,
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
    /// Languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Language>,
    /// Communication needs and reasonable adjustments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// Teams of the service that know them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<Involvement>,
    /// Who may, and who may not, speak for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proxies: Vec<Proxy>,
    /// A wellbeing and safety marker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safety: Option<Safety>,
}

impl Person {
    /// Builds a person of whom only the name is known.
    pub fn named(name: PersonName) -> Self {
        Self {
            reference: None,
            name,
            pronouns: None,
            date_of_birth: None,
            deceased: false,
            deceased_on: None,
            nhs_number: None,
            nino: None,
            addresses: Vec::new(),
            contacts: Vec::new(),
            languages: Vec::new(),
            needs: Vec::new(),
            teams: Vec::new(),
            proxies: Vec::new(),
            safety: None,
        }
    }
}
