//! A list of visits as it was pasted or uploaded: one address or UPRN a line
//! with a time before it, or a file whose first row names its columns.

use firebox_contract::record::Uprn;
use firebox_protocol::PropertyBy;
use firebox_protocol::query::{MAX_REFERENCE_CHARACTERS, MAX_VISITS};
use jiff::civil::Time;

use super::clock::{self, Beginning};
use super::csv::{self, Row};
use super::day::Visit;
use crate::line;
use crate::pages::check::read as address;

const NO_TIME: &str = "Enter a time, like 9:30 or 2:15pm";
const NO_UPRN: &str = "Enter a UPRN of up to 12 digits";
const LONG_REFERENCE: &str = "Enter a reference of 64 characters or less";

/// Why a list cannot be checked as it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is no visit in it.
    Empty,
    /// There are so many, more than one question takes.
    TooMany(usize),
    /// Some lines cannot be read.
    Lines(Vec<Fault>),
}

/// What is wrong with a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Its number, counted from 1.
    pub(super) line: usize,
    /// As it was written.
    pub(super) written: String,
    /// What to do about it.
    pub(super) words: &'static str,
}

/// Reads a list.
pub(super) fn list(text: &str) -> Result<Vec<Visit>, Refused> {
    let rows = csv::rows(text);
    let columns = rows.first().and_then(Columns::named_by);
    let each: Vec<Line> = match &columns {
        Some(columns) => rows.iter().skip(1).map(|row| columns.line(row)).collect(),
        None => lines(text),
    };
    match each.len() {
        0 => return Err(Refused::Empty),
        many if many > MAX_VISITS => return Err(Refused::TooMany(many)),
        _ => {}
    }
    let (mut visits, mut faults) = (Vec::new(), Vec::new());
    for one in each {
        match one.read {
            Ok(visit) => visits.push(visit),
            Err(words) => faults.push(Fault {
                line: one.number,
                written: one.written,
                words,
            }),
        }
    }
    if faults.is_empty() {
        Ok(visits)
    } else {
        Err(Refused::Lines(faults))
    }
}

/// A line, and what it was read as.
struct Line {
    number: usize,
    written: String,
    read: Result<Visit, &'static str>,
}

/// Reads lines without columns; blank ones count and say nothing.
fn lines(text: &str) -> Vec<Line> {
    let numbered = text.lines().enumerate();
    let filled = numbered.filter(|(_, line)| !line.trim().is_empty());
    filled
        .map(|(at, line)| Line {
            number: at + 1,
            written: line.trim().to_owned(),
            read: one_line(line.trim()),
        })
        .collect()
}

fn one_line(text: &str) -> Result<Visit, &'static str> {
    let (time, place) = match clock::before(text) {
        Beginning::None => (None, text),
        Beginning::Time(time, rest) => (Some(time), rest),
        Beginning::Wrong => return Err(NO_TIME),
    };
    // A file of addresses without a row of names has them in quotation marks.
    let place = place.trim_matches(['"', ' ', ',']);
    Ok(Visit {
        time,
        reference: None,
        at: address::read(place)?,
    })
}

/// Which column of a file is which.
#[derive(Default)]
struct Columns {
    time: Option<usize>,
    reference: Option<usize>,
    uprn: Option<usize>,
    address: Option<usize>,
    postcode: Option<usize>,
}

impl Columns {
    /// Reads the names of columns; none: the row is a visit already.
    fn named_by(row: &Row) -> Option<Self> {
        let mut columns = Self::default();
        for (at, name) in row.cells.iter().enumerate() {
            let column = match name.to_lowercase().as_str() {
                "time" | "start" | "start time" | "visit time" => &mut columns.time,
                "reference" | "ref" | "visit" | "visit reference" => &mut columns.reference,
                "uprn" => &mut columns.uprn,
                "address" | "property address" => &mut columns.address,
                "postcode" => &mut columns.postcode,
                _ => continue,
            };
            *column = Some(at);
        }
        let names_a_place = columns.uprn.is_some() || columns.address.is_some();
        names_a_place.then_some(columns)
    }

    fn line(&self, row: &Row) -> Line {
        Line {
            number: row.line,
            written: row.cells.join(", "),
            read: self.visit(row),
        }
    }

    fn visit(&self, row: &Row) -> Result<Visit, &'static str> {
        let cell = |column: Option<usize>| {
            let cell = column.and_then(|at| row.cells.get(at));
            cell.map(String::as_str).unwrap_or_default()
        };
        Ok(Visit {
            time: time(cell(self.time))?,
            reference: reference(cell(self.reference))?,
            at: place(cell(self.uprn), cell(self.address), cell(self.postcode))?,
        })
    }
}

fn time(cell: &str) -> Result<Option<Time>, &'static str> {
    // A spreadsheet writes the seconds as well.
    let cell = match cell.rsplit_once(":00") {
        Some((start, "")) if start.contains(':') => start,
        _ => cell,
    };
    match clock::before(cell) {
        _ if cell.is_empty() => Ok(None),
        Beginning::Time(time, "") => Ok(Some(time)),
        _ => Err(NO_TIME),
    }
}

fn reference(cell: &str) -> Result<Option<String>, &'static str> {
    if cell.is_empty() {
        return Ok(None);
    }
    let read = line::filled("reference", cell, MAX_REFERENCE_CHARACTERS);
    read.map(Some).map_err(|_| LONG_REFERENCE)
}

/// The number is exact, so it stands before the words.
fn place(uprn: &str, typed: &str, postcode: &str) -> Result<PropertyBy, &'static str> {
    if !uprn.is_empty() {
        let read = Uprn::parse(uprn).map(PropertyBy::Uprn);
        return read.map_err(|_| NO_UPRN);
    }
    if typed.is_empty() || postcode.is_empty() || typed.ends_with(postcode) {
        return address::read(if typed.is_empty() { postcode } else { typed });
    }
    address::read(&format!("{typed}, {postcode}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(time: Option<(i8, i8)>, reference: Option<&str>, address: &str) -> Visit {
        Visit {
            time: time.map(|(hour, minute)| Time::constant(hour, minute, 0, 0)),
            reference: reference.map(str::to_owned),
            at: PropertyBy::Address(address.into()),
        }
    }

    fn faults(text: &str) -> Vec<(usize, &'static str)> {
        match list(text) {
            Err(Refused::Lines(faults)) => faults
                .into_iter()
                .map(|fault| (fault.line, fault.words))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_pasted_list_is_one_address_or_uprn_a_line_with_a_time_or_without() {
        let text = "9:30 14 Mill Lane NB1 4QX\n\n10:15,2 High Street\n100023336956\n\"3 Mill Lane, NB1 4QX\"";
        let uprn = PropertyBy::Uprn(Uprn::parse("100023336956").unwrap());
        assert_eq!(
            list(text),
            Ok(vec![
                visit(Some((9, 30)), None, "14 Mill Lane NB1 4QX"),
                visit(Some((10, 15)), None, "2 High Street"),
                Visit {
                    at: uprn,
                    ..visit(None, None, "")
                },
                visit(None, None, "3 Mill Lane, NB1 4QX"),
            ])
        );
    }

    #[test]
    fn a_file_is_read_by_the_names_of_its_columns_in_any_order() {
        let text = "Reference,Officer,Address,Postcode,Time\n\
            V-1,Jo,\"14 Mill Lane, Newbridge\",NB1 4QX,09:30:00\n\
            ,Jo,2 High Street NB1 4QX,NB1 4QX,2pm\n";
        assert_eq!(
            list(text),
            Ok(vec![
                visit(
                    Some((9, 30)),
                    Some("V-1"),
                    "14 Mill Lane, Newbridge, NB1 4QX"
                ),
                visit(Some((14, 0)), None, "2 High Street NB1 4QX"),
            ])
        );
        let by_number = list("UPRN,address\n 1 ,14 Mill Lane\n,14 Mill Lane").unwrap();
        assert_eq!(by_number[0].at, PropertyBy::Uprn(Uprn::parse("1").unwrap()));
        assert_eq!(by_number[1], visit(None, None, "14 Mill Lane"));
    }

    #[test]
    fn lines_that_cannot_be_read_are_named_by_their_number() {
        let text = "14 Mill Lane\n\nNB1\n25:70 2 High Street\n9:30";
        assert_eq!(
            faults(text),
            [
                (3, "Enter a full postcode, like NB1 4QX"),
                (4, NO_TIME),
                (5, "Enter a postcode, UPRN or address"),
            ]
        );
        let long = "V".repeat(65);
        let text = format!("time,reference,uprn\nnoon,V-1,1\n9:30,{long},1\n9:30,V-3,x\n,,1");
        assert_eq!(
            faults(&text),
            [(2, NO_TIME), (3, LONG_REFERENCE), (4, NO_UPRN)]
        );
    }

    #[test]
    fn a_list_holds_one_to_sixty_visits() {
        for text in ["", " \n\n", "time,address\n", "time,address\n,\n"] {
            assert_eq!(list(text), Err(Refused::Empty), "{text:?}");
        }
        assert_eq!(list(&"14 Mill Lane\n".repeat(60)).unwrap().len(), 60);
        assert_eq!(list(&"NB1\n".repeat(75)), Err(Refused::TooMany(75)));
        let file = format!("address\n{}", "14 Mill Lane\n".repeat(61));
        assert_eq!(list(&file), Err(Refused::TooMany(61)));
    }
}
