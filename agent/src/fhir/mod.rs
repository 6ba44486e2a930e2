//! Reading FHIR R4 bundles: each patient a row, with the codes of their flags.
//!
//! ```text
//! bytes --Cutter--> entries --Index--> flags by patient (offsets, on disk)
//!                       `----Table---> patients, each with its flags: rows
//! ```
//!
//! What it is: a bundle gone over twice, an entry at a time; the first time to
//! note where the flags of each patient stand, the second time to give rows.
//! What it is not: it knows no mapping and no code list, and keeps no text of
//! the bundle: notes are HMACs and offsets, in a file that has no name. The
//! invariant it keeps: a bundle that is cut short, not sound, only a page, or
//! whose flags are about nobody in it ends in an error before the first row.

mod cutter;
mod entry;
mod fault;
mod flag;
mod index;
mod patient;
mod scan;
mod table;

#[cfg(test)]
mod tests;

pub(crate) use fault::BundleError;
pub(crate) use index::Index;
pub(crate) use table::Table;

/// The columns of a bundle's rows, in order. Each is empty where the patient
/// has no such value.
pub(crate) const COLUMNS: [&str; 21] = [
    "id",
    "nhs_number",
    "title",
    "family",
    "given",
    "middle",
    "usual",
    "birth_date",
    "deceased",
    "phone",
    "sms",
    "email",
    "line1",
    "line2",
    "line3",
    "postcode",
    "language",
    "interpreter",
    "last_updated",
    "adjustments",
    "adjustments_period_end",
];
