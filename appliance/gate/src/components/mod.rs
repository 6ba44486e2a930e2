//! The parts that pages are made of: what they are given is typed, what they
//! give is the markup of govuk-frontend 6.6.0 for the options offered here.
//!
//! What it is not: no page, no words of the service beyond those the Design
//! System fixes, such as "There is a problem". The invariant: every fixture of
//! the package is either rendered alike or stands in the list of what we do not
//! offer, with a reason; and whatever a person typed is escaped, because no
//! part takes markup as a string.
//!
//! Small parts are functions. Parts with many options are structs with
//! `Default` and `render`:
//! `Input { name: "address", label: "Address".into(), ..Input::default() }.render()`.

#![allow(dead_code, reason = "a part stands here before the page that needs it")]

// What the parts share.
pub(crate) mod content;
pub(crate) mod errors;
pub(crate) mod field;
pub(crate) mod size;

// Around the content of a page.
pub(crate) mod back_link;
pub(crate) mod notification_banner;
pub(crate) mod pagination;
pub(crate) mod panel;
pub(crate) mod phase_banner;
pub(crate) mod service_navigation;
pub(crate) mod skip_link;

// Questions.
pub(crate) mod button;
pub(crate) mod character_count;
pub(crate) mod checkboxes;
pub(crate) mod choice;
pub(crate) mod date_input;
pub(crate) mod error_message;
pub(crate) mod error_summary;
pub(crate) mod fieldset;
pub(crate) mod file_upload;
pub(crate) mod hint;
pub(crate) mod input;
pub(crate) mod label;
pub(crate) mod password_input;
pub(crate) mod radios;
pub(crate) mod textarea;

// Answers.
pub(crate) mod details;
pub(crate) mod inset_text;
pub(crate) mod summary_list;
pub(crate) mod table;
pub(crate) mod tag;
pub(crate) mod warning_text;

#[cfg(test)]
mod tests;

#[allow(unused_imports, reason = "pages take these one after another")]
pub(crate) use self::{
    back_link::back_link,
    button::{Button, ButtonLook, Press},
    character_count::CharacterCount,
    checkboxes::Checkboxes,
    choice::Choice,
    content::Content,
    date_input::{DateInput, WrongParts},
    details::{Details, details},
    error_message::error_message,
    error_summary::error_summary,
    errors::Errors,
    fieldset::{Legend, fieldset},
    file_upload::FileUpload,
    hint::hint,
    input::{Input, InputKind, InputMode, Width},
    inset_text::inset_text,
    label::{Label, label},
    notification_banner::{Banner, notification_banner},
    pagination::{PageItem, Pagination},
    panel::{Interruption, PanelAction, panel},
    password_input::PasswordInput,
    phase_banner::phase_banner,
    radios::{Radios, RadiosLook},
    service_navigation::{Current, ServiceLink, ServiceNavigation},
    size::Size,
    skip_link::skip_link,
    summary_list::{SummaryAction, SummaryRow, summary_list},
    table::{Cell, Sorted, Table},
    tag::{TagColour, tag},
    textarea::Textarea,
    warning_text::warning_text,
};
