//! Every kind of record, in normal form.
//!
//! A type from here has passed its check: parsing is the only way in, and a
//! refusal names the field and the reason and never carries the value.

mod date;
mod hazard;
mod involvement;
mod name;
mod need;
mod nhs_number;
mod nino;
mod person;
mod phone;
mod postcode;
mod property;
mod proxy;
mod uprn;

use serde::{Deserialize, Serialize};

pub use date::{date, instant_from_date};
pub use hazard::{
    Class, Detail, End, EndReason, HazardFlag, Location, Owner, State, Subject, UNMAPPED,
};
pub use involvement::{Involvement, Safety};
pub use name::{PersonName, line};
pub use need::{Language, LanguageMode, Need, Snomed};
pub use nhs_number::NhsNumber;
pub use nino::Nino;
pub use person::{Address, AddressUse, Contact, ContactKind, Person, Whose};
pub use phone::Phone;
pub use postcode::Postcode;
pub use property::{Place, Property, fold, numbers_of};
pub use proxy::{Evidence, May, Proxy, ProxyState};
pub use uprn::Uprn;

/// Why a field was refused. The text of a variant is its code in receipts,
/// quarantine lists and the agent's state; codes are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The field is required and empty.
    Missing,
    /// The field does not have the shape of its kind.
    Malformed,
    /// The check digit does not agree.
    CheckDigit,
    /// The value is longer than the field allows.
    TooLong,
    /// The value is outside what its kind allows (a date in the future, a number too large).
    OutOfRange,
    /// The value holds control characters, so the file was read in the wrong encoding.
    ControlCharacters,
    /// A placeholder that stands for "not known" where a value is required.
    Placeholder,
    /// A warning without a review date.
    ReviewMissing,
    /// A warning nobody can be asked about.
    OwnerMissing,
    /// A warning at no address and about no person.
    PlaceMissing,
    /// The person who decided also approved.
    SamePersonApproved,
    /// A row with more or fewer fields than the header.
    Ragged,
    /// A quote inside a field that is not escaped.
    Quoting,
    /// The same key twice in one export.
    DuplicateKey,
    /// The same key, another person.
    IdentitySwap,
    /// The detail is over 60 KiB.
    DetailTooLong,
    /// The box could not use a record the agent sent.
    NotUnderstood,
}

impl Reason {
    /// Gives the code, as it stands in receipts and lists.
    pub fn code(self) -> &'static str {
        match self {
            Reason::Missing => "missing",
            Reason::Malformed => "malformed",
            Reason::CheckDigit => "check-digit",
            Reason::TooLong => "too-long",
            Reason::OutOfRange => "out-of-range",
            Reason::ControlCharacters => "control-characters",
            Reason::Placeholder => "placeholder",
            Reason::ReviewMissing => "review-missing",
            Reason::OwnerMissing => "owner-missing",
            Reason::PlaceMissing => "place-missing",
            Reason::SamePersonApproved => "same-person-approved",
            Reason::Ragged => "ragged",
            Reason::Quoting => "quoting",
            Reason::DuplicateKey => "duplicate-key",
            Reason::IdentitySwap => "identity-swap",
            Reason::DetailTooLong => "detail-too-long",
            Reason::NotUnderstood => "not-understood",
        }
    }

    /// Says what the owner of the data can do, in one lower-case fragment.
    pub fn advice(self) -> &'static str {
        match self {
            Reason::Missing => "is empty: fill it in at the service",
            Reason::Malformed => "does not read: correct it at the service",
            Reason::CheckDigit => "fails its check digit: correct the typing error at the service",
            Reason::TooLong => "is too long: shorten it at the service",
            Reason::OutOfRange => "is outside what this field allows: correct it at the service",
            Reason::ControlCharacters => {
                "holds control characters: set `encoding` in the source file to what the service writes"
            }
            Reason::Placeholder => "holds a placeholder: give the value or add it to `null`",
            Reason::ReviewMissing => "has no review date: set one at the service",
            Reason::OwnerMissing => {
                "names no team and phone: set them at the service or in `[known]`"
            }
            Reason::PlaceMissing => "has no UPRN, address or person: add one at the service",
            Reason::SamePersonApproved => {
                "was approved by the person who decided it: have somebody else approve it"
            }
            Reason::Ragged => {
                "has another number of fields than the header: mend the row in the export"
            }
            Reason::Quoting => "has a quote that is not escaped: mend the row in the export",
            Reason::DuplicateKey => "has a key that stands more than once: make the key unique",
            Reason::IdentitySwap => {
                "has a key that was another person's: ask the service which is right"
            }
            Reason::DetailTooLong => "has a note over 60 KiB: shorten it at the service",
            Reason::NotUnderstood => "was not understood by the box: check both versions",
        }
    }
}

/// A field that was refused. Never carries the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {}", reason.advice())]
pub struct FieldError {
    /// The field's name in the contract, for example `review_due`.
    pub field: &'static str,
    /// Why it was refused.
    pub reason: Reason,
}

impl FieldError {
    /// Names a field and the reason it was refused.
    pub fn new(field: &'static str, reason: Reason) -> Self {
        Self { field, reason }
    }
}

/// One statement a service makes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Record {
    /// An address with its UPRN.
    Property(Property),
    /// A person, as the service knows them.
    Person(Box<Person>),
    /// A warning about an address or a person, without its sealed detail.
    Hazard(Box<HazardFlag>),
}
