//! Ways to reach somebody, each in one line of words without a link: how many
//! there are and how they look tells nothing of why a value is not shown.

use firebox_contract::record::ContactKind;

use crate::answer::person::reach::Contact;

/// Says one way to reach somebody: `Text message: 07700 900482. Belongs to ...`.
pub(super) fn line(contact: &Contact) -> String {
    let mut said = format!("{}: {}.", kind(contact.kind), contact.value);
    if let Some(whose) = &contact.whose {
        said.push_str(&format!(" Belongs to {}", whose.name));
        if let Some(relationship) = &whose.relationship {
            said.push_str(&format!(", {relationship}"));
        }
        said.push('.');
    }
    if let Some(purpose) = &contact.r#use {
        said.push_str(&format!(" For: {purpose}."));
    }
    if let Some(times) = &contact.safe_times {
        said.push_str(&format!(" When: {times}."));
    }
    said.push_str(message(contact));
    said
}

/// Not known is no: a message may be heard by somebody else.
fn message(contact: &Contact) -> &'static str {
    match (contact.kind, contact.leave_message) {
        (ContactKind::Letter | ContactKind::Email, _) => "",
        (_, Some(true)) => " You can leave a message.",
        (_, Some(false) | None) => " Do not leave a message.",
    }
}

fn kind(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::Phone => "Phone",
        ContactKind::Sms => "Text message",
        ContactKind::Email => "Email",
        ContactKind::Letter => "Letter",
        ContactKind::Textphone => "Textphone",
        ContactKind::Relay => "Text relay",
    }
}
