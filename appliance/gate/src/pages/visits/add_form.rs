//! The page on which a list of visits goes in, and what is wrong with a list.

use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};

use super::add::{LineFault, Wrong};
use super::day::heading;
use super::show::path;
use crate::components::field::Field;
use crate::components::{
    Button, Content, DateInput, FileUpload, Label, Legend, Size, Table, Textarea, error_message,
    hint, label,
};
use crate::pages::form::{self, Fields};
use crate::pages::page::Page;
use crate::pages::room::Room;
use crate::pages::said;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// The name of the pasted list.
pub(super) const LIST: &str = "visits";
/// The name of the file.
pub(super) const FILE: &str = "file";

/// What was typed; kept after an error. A file is not: browsers do not let a
/// page fill one in.
pub(super) struct Typed {
    day: String,
    month: String,
    year: String,
    pub(super) list: String,
}

impl Typed {
    /// What the form opens with.
    pub(super) fn of(today: Date) -> Self {
        Self {
            day: today.day().to_string(),
            month: today.month().to_string(),
            year: today.year().to_string(),
            list: String::new(),
        }
    }

    /// Puts a list into the form.
    pub(super) fn with(self, list: String) -> Self {
        Self { list, ..self }
    }

    /// Takes what was sent.
    pub(super) fn sent(fields: &Fields) -> Self {
        let text = |name| fields.get(name).to_owned();
        Self {
            day: text("date-day"),
            month: text("date-month"),
            year: text("date-year"),
            list: fields.raw(LIST).to_owned(),
        }
    }

    /// Reads the day, or says what is wrong with it.
    pub(super) fn day(&self) -> Result<Date, &'static str> {
        if [&self.day, &self.month, &self.year]
            .into_iter()
            .all(String::is_empty)
        {
            return Err("Enter the day of the visits");
        }
        self.real_day()
            .ok_or("The day of the visits must be a real date, like 27 3 2026")
    }

    fn real_day(&self) -> Option<Date> {
        let year: i16 = self
            .year
            .parse()
            .ok()
            .filter(|year| (2000..=2999).contains(year))?;
        Date::new(year, self.month.parse().ok()?, self.day.parse().ok()?).ok()
    }
}

/// Writes the page.
pub(super) fn page(
    room: &Room,
    visitor: &Visitor,
    typed: &Typed,
    wrong: Wrong,
) -> Result<Page, Problem> {
    let token = form::hidden(&room.words, visitor)?;
    let content = html! {
        h1 class="govuk-heading-l" { "Check a day of visits" }
        (lists(room, visitor))
        form method="post" action="/visits" enctype="multipart/form-data" autocomplete="off"
            novalidate {
            (token)
            (date(typed, &wrong))
            (pasted(typed, &wrong))
            (file(&wrong))
            (Button::submit("Check visits").render())
        }
    };
    Ok(Page::new("Check a day of visits", content).with_errors(wrong.errors))
}

/// The lists that are there already, today's or that there is none.
fn lists(room: &Room, visitor: &Visitor) -> Markup {
    let today = room.words.calendar.day(Timestamp::now());
    let known: Vec<(Date, usize)> = room.at(visitor, |desk| {
        let days = desk.days.iter();
        days.filter_map(|(day, known)| Some((day.parse().ok()?, known.list.len())))
            .collect()
    });
    html! {
        @if !known.iter().any(|(day, _)| *day == today) {
            p class="govuk-body" {
                "You have no visits for today. Add visits or "
                a class="govuk-link" href="/check" { "check one address" } "."
            }
        }
        @if !known.is_empty() {
            h2 class="govuk-heading-m" { "Your lists" }
            ul class="fbx-list" {
                @for (day, number) in &known {
                    li class="fbx-row" {
                        a class="govuk-link" href=(path(*day)) {
                            (heading(*day)) ", " (said::count(*number, "visit", "visits"))
                        }
                    }
                }
            }
            h2 class="govuk-heading-m" { "Add or replace a list" }
        }
    }
}

fn date(typed: &Typed, wrong: &Wrong) -> Markup {
    DateInput {
        name: "date",
        legend: Some(Legend::sized("Day of the visits", Size::S)),
        hint: "For example, 27 3 2026".into(),
        error: wrong.errors.of("date"),
        day: &typed.day,
        month: &typed.month,
        year: &typed.year,
        ..DateInput::default()
    }
    .render()
}

fn pasted(typed: &Typed, wrong: &Wrong) -> Markup {
    let hint = html! {
        "One address or UPRN a line, up to 60, in the order you visit them. You can put the time \
        first, for example 9:30 14 Mill Lane NB1 4QX."
    };
    let question = Question {
        id: LIST,
        label: "Addresses",
        hint: hint.into(),
        wrong,
    };
    let area = Textarea {
        name: LIST,
        error: wrong.errors.of(LIST),
        value: &typed.list,
        rows: Some(8),
        autocomplete: Some("off"),
        spellcheck: Some(false),
        ..Textarea::default()
    };
    question.render(|described_by| area.control("", Some(described_by)))
}

fn file(wrong: &Wrong) -> Markup {
    let hint = html! {
        "A CSV file whose first row names the columns: address or UPRN, and time and reference if \
        you have them."
    };
    let question = Question {
        id: FILE,
        label: "Or upload a file",
        hint: hint.into(),
        wrong,
    };
    let upload = FileUpload {
        name: FILE,
        error: wrong.errors.of(FILE),
        accept: Some(".csv,text/csv"),
        ..FileUpload::default()
    };
    question.render(|described_by| upload.control(Some(described_by)))
}

/// A question that may have many things wrong, one a line.
struct Question<'a> {
    id: &'static str,
    label: &'static str,
    hint: Content<'a>,
    wrong: &'a Wrong,
}

impl Question<'_> {
    fn render(&self, control: impl FnOnce(&str) -> Markup) -> Markup {
        let field = Field {
            id: self.id,
            hint: &self.hint,
            error: self.wrong.errors.of(self.id),
        };
        let described_by = match self.faults() {
            [] => field.described_by(None).unwrap_or_default(),
            faults => self.described_by(faults),
        };
        field.group(&html! {
            (label(&Label::sized(self.label, Size::S), self.id))
            @if self.faults().is_empty() {
                (field.help())
            } @else {
                (hint(&format!("{}-hint", self.id), self.hint.clone()))
                (self.table())
            }
            (control(&described_by))
        })
    }

    /// Gives what is wrong with this list line by line; nothing where one thing
    /// is wrong with the whole, or with the other list.
    fn faults(&self) -> &[LineFault] {
        let wrong = self.wrong.errors.of(self.id).is_some();
        if wrong { &self.wrong.lines } else { &[] }
    }

    /// Names the hint and every message, so that all of them are read out.
    fn described_by(&self, faults: &[LineFault]) -> String {
        let mut ids = format!("{}-hint", self.id);
        for at in 0..faults.len() {
            ids.push(' ');
            ids.push_str(&self.message_id(at));
        }
        if self.wrong.more.is_some() {
            ids.push(' ');
            ids.push_str(&self.message_id(faults.len()));
        }
        ids
    }

    fn message_id(&self, at: usize) -> String {
        format!("{}-error-{}", self.id, at + 1)
    }

    fn table(&self) -> Markup {
        let faults = self.faults();
        let rows = faults.iter().enumerate().map(|(at, one)| {
            vec![
                format!("Line {}", one.fault.line).into(),
                one.fault.written.as_str().into(),
                error_message(&self.message_id(at), &one.words).into(),
            ]
        });
        let table = Table {
            caption: "Lines we cannot read".into(),
            caption_size: Some(Size::S),
            head: vec!["Line".into(), "What it says".into(), "What to do".into()],
            rows: rows.collect(),
            first_cell_is_header: true,
            ..Table::default()
        };
        html! {
            (table.render())
            @if let Some(words) = &self.wrong.more {
                (error_message(&self.message_id(faults.len()), words))
            }
        }
    }
}
