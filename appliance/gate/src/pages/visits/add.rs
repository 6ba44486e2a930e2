//! `/visits`: a list goes in, pasted or as a file.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;

use super::add_form::{self, FILE, LIST, Typed};
use super::day::{Day, Visit};
use super::look::Named;
use super::read::{self, Fault, Refused};
use super::show::path;
use super::write;
use crate::components::Errors;
use crate::pages::form::Form;
use crate::pages::page::{Page, see_other};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// The name of the date, and where the summary leads to when it is wrong.
const DATE: &str = "date";
const FIRST_OF_DATE: &str = "date-day";

/// Lines that are named; more are counted.
const NAMED: usize = 10;

pub(super) async fn get(State(room): State<Room>, visitor: Visitor) -> Result<Page, Problem> {
    let today = room.words.calendar.day(Timestamp::now());
    let wrong = Wrong::default();
    add_form::page(&room, &visitor, &Typed::of(today), wrong)
}

/// `GET /visits/{day}/change`: the same form with the day's list in it.
pub(super) async fn change(
    State(room): State<Room>,
    visitor: Visitor,
    Named(day): Named,
) -> Result<Response, Problem> {
    let list = room.at(&visitor, |desk| {
        let known = desk.days.get(&day.to_string());
        known.map(|known| write::list(&known.list))
    });
    let Some(list) = list else {
        return Ok(see_other(&path(day)));
    };
    let typed = Typed::of(day).with(list);
    add_form::page(&room, &visitor, &typed, Wrong::default()).map(Page::into_response)
}

pub(super) async fn post(State(room): State<Room>, form: Form) -> Result<Response, Problem> {
    let Form { visitor, fields } = form;
    let typed = Typed::sent(&fields);
    match read(&typed, fields.raw(FILE)) {
        Ok((day, list)) => {
            put(&room, &visitor, day, list);
            room.look_ahead(&visitor, day, false, |_, _| ()).await?;
            Ok(see_other(&path(day)))
        }
        Err(wrong) => add_form::page(&room, &visitor, &typed, wrong).map(Page::into_response),
    }
}

/// What is wrong with what was sent.
#[derive(Default)]
pub(super) struct Wrong {
    /// For the summary, and for the fields with one thing wrong.
    pub(super) errors: Errors,
    /// The lines of the list that cannot be read; none: the list has one thing
    /// wrong with it, or nothing.
    pub(super) lines: Vec<LineFault>,
    /// Lines besides these, as they are said.
    pub(super) more: Option<String>,
}

/// A line that cannot be read.
pub(super) struct LineFault {
    /// What is said of it, in the summary and beside it.
    pub(super) words: String,
    /// The line.
    pub(super) fault: Fault,
}

fn read(typed: &Typed, file: &str) -> Result<(Date, Vec<Visit>), Wrong> {
    let mut wrong = Wrong::default();
    let day = typed.day().map_err(|words| {
        wrong.errors.add_at(DATE, FIRST_OF_DATE, words);
    });
    let list = list(typed, file, &mut wrong);
    match (day, list) {
        (Ok(day), Some(list)) => Ok((day, list)),
        _ => Err(wrong),
    }
}

fn list(typed: &Typed, file: &str, wrong: &mut Wrong) -> Option<Vec<Visit>> {
    let (field, text) = match (typed.list.trim().is_empty(), file.trim().is_empty()) {
        (false, false) => {
            wrong
                .errors
                .add(FILE, "Enter a list or upload a file, not both");
            return None;
        }
        (_, true) => (LIST, typed.list.as_str()),
        (true, false) => (FILE, file),
    };
    match read::list(text) {
        Ok(list) => Some(list),
        Err(refused) => {
            wrong.add(field, refused);
            None
        }
    }
}

impl Wrong {
    fn add(&mut self, field: &'static str, refused: Refused) {
        match refused {
            Refused::Empty if field == FILE => {
                self.errors.add(field, "The file has no visits in it");
            }
            Refused::Empty => {
                let words = "Enter the addresses of your visits or upload a file";
                self.errors.add(field, words);
            }
            Refused::TooMany(number) => self.errors.add(
                field,
                format!("You can check up to 60 visits at a time. This list has {number}."),
            ),
            Refused::Lines(faults) => self.add_lines(field, faults),
        }
    }

    fn add_lines(&mut self, field: &'static str, faults: Vec<Fault>) {
        let more = faults.len().saturating_sub(NAMED);
        for fault in faults.into_iter().take(NAMED) {
            let words = format!("Line {}: {}", fault.line, fault.words);
            self.errors.add(field, words.clone());
            self.lines.push(LineFault { words, fault });
        }
        if more > 0 {
            let words = format!("{more} more lines cannot be read");
            self.errors.add(field, words.clone());
            self.more = Some(words);
        }
    }
}

/// Lays a list on the desk, in place of the day's list before. What was printed
/// of that is still in somebody's pocket.
fn put(room: &Room, visitor: &Visitor, day: Date, list: Vec<Visit>) {
    room.at(visitor, |desk| {
        let name = day.to_string();
        let printed = desk.days.take(&name).and_then(|known| known.printed);
        desk.days.put(
            name,
            Day {
                list,
                printed,
                ..Day::default()
            },
        );
    });
}
