//! One line of the work file: a correction in the words staff use.

use firebox_contract::correction::{About, Field, Item, Said, Wrong};
use firebox_contract::record::Phone;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::cell::dialled;
use crate::state::Standing;

/// The columns. The last three are filled for a new hazard only.
pub(super) const COLUMNS: [&str; 13] = [
    "correction",
    "reported",
    "about",
    "records",
    "uprn",
    "field",
    "should_be",
    "how_known",
    "reported_by_role",
    "state",
    "category",
    "saw",
    "when",
];
/// The field's name of a hazard the service does not have yet.
pub(super) const NEW_HAZARD: &str = "new-hazard";

/// One line; without an item where it does not open any more.
pub(super) struct Line {
    /// How it stands.
    pub(super) standing: Standing,
    /// What it says.
    pub(super) item: Option<Item>,
}

/// Gives the cells of a line before they are made safe.
pub(super) fn cells(line: &Line) -> [String; COLUMNS.len()] {
    let mut cells = [const { String::new() }; COLUMNS.len()];
    let [
        correction,
        reported,
        about,
        records,
        uprn,
        field,
        should_be,
        how_known,
        role,
        state,
        category,
        saw,
        when,
    ] = &mut cells;
    correction.clone_from(&line.standing.reference);
    *reported = local(line.standing.raised);
    line.state().clone_into(state);
    let Some(item) = &line.item else {
        return cells;
    };
    match &item.about {
        About::Person {
            reference,
            records: keys,
        } => {
            *about = format!("person {reference}");
            *records = keys.join("; ");
        }
        About::Warning { record, uprn: at } => {
            "warning".clone_into(about);
            records.clone_from(record);
            *uprn = at.map(|at| at.to_string()).unwrap_or_default();
        }
        About::Property { uprn: at } => {
            "address".clone_into(about);
            *uprn = at.to_string();
        }
    }
    match &item.wrong {
        Wrong::Field {
            field: which,
            should_be: value,
            how_known: how,
        } => {
            which.code().clone_into(field);
            *should_be = in_words(*which, value);
            how.code().clone_into(how_known);
        }
        Wrong::NewHazard {
            category: code,
            saw: account,
            when: time,
        } => {
            NEW_HAZARD.clone_into(field);
            category.clone_from(code);
            saw.clone_from(account);
            when.clone_from(time);
        }
    }
    role.clone_from(&item.by_role);
    cells
}

impl Line {
    fn state(&self) -> &'static str {
        match (&self.item, &self.standing.said) {
            (None, _) => "does-not-open",
            (Some(_), None) => "open",
            (Some(_), Some((Said::Declined { .. }, _))) => "declined-waiting",
            (Some(_), Some(_)) => "done-waiting",
        }
    }
}

/// A number in E.164 would begin like a formula.
fn in_words(field: Field, value: &str) -> String {
    let phone = (field == Field::Phone).then(|| Phone::parse(value).ok());
    phone
        .flatten()
        .map_or_else(|| value.to_owned(), |phone| dialled(&phone))
}

/// Gives a time as a clock in the office shows it.
pub(super) fn local(time: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    time.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()
}
