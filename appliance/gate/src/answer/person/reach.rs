//! Ways to reach the person, and addresses: as much of each as may be shown.

use firebox_contract::record::{AddressUse, ContactKind, Phone};
use firebox_protocol::person::{AddressRow, ContactRow, Said, Shown};
use schemars::JsonSchema;
use serde::Serialize;

use super::By;
use crate::answer::writer::Writer;

/// One way to reach the person.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Contact {
    /// `phone`, `sms`, `email`, `letter`, `textphone` or `relay`.
    #[schemars(with = "String")]
    pub(crate) kind: ContactKind,
    /// The number or address, `ending` and a number's last three digits, or
    /// `Not shown`.
    pub(crate) value: String,
    /// 1 is tried first.
    pub(crate) order: u8,
    /// What it is for.
    pub(crate) r#use: Option<String>,
    /// Whose it is; null: the person's own, or not shown.
    pub(crate) whose: Option<Whose>,
    /// Whether a message may be left; null: not known, so leave none.
    pub(crate) leave_message: Option<bool>,
    /// When it is safe to use.
    pub(crate) safe_times: Option<String>,
    #[serde(flatten)]
    pub(crate) by: By,
}

/// Whose a number or address is.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Whose {
    /// Their name.
    pub(crate) name: String,
    /// What they are to the person.
    pub(crate) relationship: Option<String>,
}

/// An address of the person.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PersonAddress")]
pub(crate) struct Address {
    /// `home`, `temporary`, `mailing`, `previous` or `ordinary-residence`.
    #[schemars(with = "String")]
    pub(crate) r#use: AddressUse,
    /// The address in one line, or `Address not shown`.
    pub(crate) value: String,
    /// First day, `YYYY-MM-DD`.
    pub(crate) from: Option<String>,
    /// Last day, `YYYY-MM-DD`.
    pub(crate) to: Option<String>,
    #[serde(flatten)]
    pub(crate) by: By,
}

impl Writer<'_> {
    pub(super) fn contacts(&self, said: Vec<Said<ContactRow>>) -> Vec<Contact> {
        let contacts = said.into_iter().map(|said| {
            let by = By::of(&said);
            let row = said.value;
            Contact {
                kind: row.kind,
                value: match row.value {
                    Shown::Whole(value) => aloud(row.kind, value),
                    Shown::Ending(ending) => format!("ending {ending}"),
                    Shown::Hidden => "Not shown".to_owned(),
                },
                order: row.order,
                r#use: self.line(row.purpose),
                whose: row.whose.map(|whose| Whose {
                    name: whose.name,
                    relationship: self.line(Some(whose.relationship)),
                }),
                leave_message: row.safe_to_leave_message,
                safe_times: self.line(row.safe_times),
                by,
            }
        });
        contacts.collect()
    }
}

/// Writes a number as people read it aloud, and all else as it is.
fn aloud(kind: ContactKind, value: String) -> String {
    match kind {
        ContactKind::Phone | ContactKind::Sms | ContactKind::Textphone | ContactKind::Relay => {
            Phone::parse(&value).map_or(value, |phone| phone.spoken())
        }
        ContactKind::Email | ContactKind::Letter => value,
    }
}

impl From<Said<AddressRow>> for Address {
    fn from(said: Said<AddressRow>) -> Self {
        let by = By::of(&said);
        let row = said.value;
        let Shown::Whole(value) = row.value else {
            // When somebody lived at an address tells something of it.
            return Self {
                r#use: row.purpose,
                value: "Address not shown".to_owned(),
                from: None,
                to: None,
                by,
            };
        };
        Self {
            r#use: row.purpose,
            value,
            from: row.from.map(|day| day.to_string()),
            to: row.to.map(|day| day.to_string()),
            by,
        }
    }
}
