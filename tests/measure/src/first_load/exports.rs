//! The exports of the council whose people are loaded, and what can be asked
//! about the people in them.
//!
//! The housing service's people are as many as the plan says, its properties
//! those they live in. The other services know a council a hundredth as large:
//! the same addresses and people, only fewer of them.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use firebox_council::{Council, Samples};
use jiff::civil::Date;

use crate::unmeasured::{Because, Unmeasured};

/// The demo's own council has this seed; ours is the same one.
const SEED: u64 = 1;
/// Properties that services other than housing know people at.
const KNOWN_TO_OTHERS: u32 = 1_000;
/// Fewest flags a council has; a load of people wants no more.
const FLAGS: u32 = 20;
/// Numbers of persons at one property; the reference of a person is made of both.
const PERSONS_A_PROPERTY: u64 = 8;
/// Most people asked about in one way.
const QUESTIONS: usize = 20_000;
/// What the housing system writes where nobody knows a date of birth.
const NO_BIRTH: &str = "01/01/1900";

/// The file that carries the people.
const PEOPLE: &str = "housing_people.csv";

/// What was written.
pub(super) struct Exports {
    folder: PathBuf,
    /// Rows of the people's export.
    pub(super) people: u32,
    /// Properties of the council.
    pub(super) properties: u32,
    /// Bytes of the people's export.
    pub(super) bytes: u64,
    /// People with numbers nobody else has.
    pub(super) samples: Samples,
}

/// What can be asked about people whom only the loaded feed knows.
#[derive(Default)]
pub(super) struct Askable {
    /// References of the housing service.
    pub(super) references: Vec<String>,
    /// NHS numbers.
    pub(super) nhs_numbers: Vec<String>,
    /// Names, each with a date of birth as people type it.
    pub(super) births: Vec<(String, String)>,
    /// Telephones, which people of the council share.
    pub(super) phones: Vec<String>,
    /// How many people of the export have an NHS number.
    pub(super) with_number: u64,
}

/// Writes all exports into `folder`, with about so many people in the one that is loaded.
pub(super) fn write(folder: &Path, people: u32) -> Result<Exports, Unmeasured> {
    let failed = "the council's exports cannot be written";
    let today = jiff::Zoned::now().date();
    let properties = properties_of(people, today)?;
    let council = Council::new(SEED, properties, FLAGS, today).because(failed)?;
    fs::DirBuilder::new()
        .mode(0o700)
        .create(folder)
        .because(failed)?;
    let open = |name: &str| File::create(folder.join(name)).because(failed);
    council
        .write_housing_properties(open("housing_properties.csv")?)
        .because(failed)?;
    let people = council
        .write_housing_people(open(PEOPLE)?)
        .because(failed)?;
    let few = Council::new(SEED, KNOWN_TO_OTHERS, FLAGS, today).because(failed)?;
    few.write_caution_list(open("caution_list.csv")?)
        .because(failed)?;
    few.write_housing_tenancies(open("housing_tenancies.csv")?)
        .because(failed)?;
    few.write_planning_enforcement(open("planning_enforcement.csv")?)
        .because(failed)?;
    few.write_social_care_needs(open("social_care_needs.csv")?)
        .because(failed)?;
    few.write_benefits_claims(open("benefits_claims.csv")?)
        .because(failed)?;
    few.write_nhs_adjustments(open("nhs_adjustments.json")?)
        .because(failed)?;
    let bytes = fs::metadata(folder.join(PEOPLE)).because(failed)?.len();
    Ok(Exports {
        folder: folder.to_owned(),
        people,
        properties,
        bytes,
        samples: council.samples(),
    })
}

/// Gives how many properties have about so many people of 16 and over: not all people of a
/// council are in the export.
fn properties_of(people: u32, today: Date) -> Result<u32, Unmeasured> {
    let sample = Council::sample(today);
    let rows = sample
        .write_housing_people(io::sink())
        .because("the sample council")?;
    let properties = u64::from(people) * u64::from(sample.properties()) / u64::from(rows.max(1));
    u32::try_from(properties).because("too many people")
}

impl Exports {
    /// Reads back what can be asked, spread over all people but those whom other
    /// services know too: what these say decides whether a person is shown.
    pub(super) fn askable(&self) -> Result<Askable, Unmeasured> {
        let file = File::open(self.folder.join(PEOPLE)).because(PEOPLE)?;
        let mut lines = BufReader::new(file);
        let mut line = Vec::new();
        lines.read_until(b'\n', &mut line).because(PEOPLE)?;
        let columns = Columns::of(&text(&line))?;
        let step = usize::try_from(self.people)
            .unwrap_or_default()
            .div_ceil(QUESTIONS)
            .max(1);
        let mut askable = Askable::default();
        for number in 0_usize.. {
            line.clear();
            if lines.read_until(b'\n', &mut line).because(PEOPLE)? == 0 {
                return Ok(askable);
            }
            askable.take(&columns.row(&text(&line)), number % step == 0);
        }
        Ok(askable)
    }
}

/// Places of the columns; all stand before any quoted text of a row.
struct Columns {
    reference: usize,
    forename: usize,
    surname: usize,
    born: usize,
    nhs: usize,
    mobile: usize,
}

/// What is read of a row.
struct Row {
    reference: String,
    forename: String,
    surname: String,
    born: String,
    nhs: String,
    mobile: String,
}

impl Columns {
    fn of(header: &str) -> Result<Self, Unmeasured> {
        let place = |name: &str| {
            let mut columns = header.trim_end().split(',');
            columns
                .position(|column| column == name)
                .because(format_args!("{PEOPLE} has no column {name}"))
        };
        Ok(Self {
            reference: place("PER_REF")?,
            forename: place("FORENAME")?,
            surname: place("SURNAME")?,
            born: place("DOB")?,
            nhs: place("NHS_NO")?,
            mobile: place("TEL_MOBILE")?,
        })
    }

    fn row(&self, line: &str) -> Row {
        let cells: Vec<_> = line.trim_end().split(',').map(str::trim).collect();
        let cell = |at: usize| (*cells.get(at).unwrap_or(&"")).to_owned();
        Row {
            reference: cell(self.reference),
            forename: cell(self.forename),
            surname: cell(self.surname),
            born: cell(self.born),
            nhs: cell(self.nhs),
            mobile: cell(self.mobile),
        }
    }
}

impl Askable {
    fn take(&mut self, row: &Row, asked: bool) {
        self.with_number += u64::from(!row.nhs.is_empty());
        let serial = row.reference.strip_prefix('P');
        let serial: Option<u64> = serial.and_then(|digits| digits.parse().ok());
        // The trailer is no person.
        let Some(serial) = serial else { return };
        if !asked || serial / PERSONS_A_PROPERTY < u64::from(KNOWN_TO_OTHERS) {
            return;
        }
        self.references.push(row.reference.clone());
        if !row.nhs.is_empty() {
            self.nhs_numbers.push(row.nhs.clone());
        }
        let name = format!("{} {}", row.forename, row.surname);
        let named = !row.forename.is_empty() && name.chars().all(is_plain);
        if named && row.born != NO_BIRTH {
            self.births.push((name, row.born.clone()));
        }
        // A quoted address before it moves the cells.
        if row.mobile.starts_with(['0', '+']) {
            self.phones.push(row.mobile.clone());
        }
    }
}

/// Reads windows-1252 as far as Unicode's first 256 characters agree with it: all
/// but 32 signs, which come out as control characters.
fn text(line: &[u8]) -> String {
    line.iter().map(|byte| char::from(*byte)).collect()
}

/// Whether a character was read as it was written, and no cell was cut in two.
fn is_plain(character: char) -> bool {
    !character.is_control() && character != '"'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_export_has_about_as_many_people_as_were_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let exports = write(&folder.path().join("drop"), 10_000).unwrap();
        assert!((9_500..10_500).contains(&exports.people));
        let askable = exports.askable().unwrap();
        assert!(askable.with_number > u64::from(exports.people) / 4);
        assert!(askable.references.len() > 5_000);
        assert!(!askable.nhs_numbers.is_empty() && !askable.phones.is_empty());
    }

    #[test]
    fn nobody_is_asked_about_whom_other_services_know() {
        let mut askable = Askable::default();
        let row = |reference: &str| Row {
            reference: reference.to_owned(),
            forename: "Ada".to_owned(),
            surname: "Shah".to_owned(),
            born: "04/03/1961".to_owned(),
            nhs: "9990000018".to_owned(),
            mobile: "07700 900001".to_owned(),
        };
        askable.take(&row("P00007999"), true);
        assert!(askable.references.is_empty());
        askable.take(&row("P00008000"), false);
        assert!(askable.references.is_empty());
        askable.take(&row("P00008000"), true);
        askable.take(&row("EOF|3"), true);
        assert_eq!(askable.references, ["P00008000"]);
        assert_eq!(askable.births[0].0, "Ada Shah");
        assert_eq!(askable.with_number, 4);
    }

    #[test]
    fn a_name_that_may_be_read_wrongly_is_not_asked_about() {
        let ask = |surname: &[u8]| {
            let mut askable = Askable::default();
            let row = Row {
                reference: "P00008000".to_owned(),
                forename: "Ada".to_owned(),
                surname: text(surname),
                born: "04/03/1961".to_owned(),
                nhs: String::new(),
                mobile: String::new(),
            };
            askable.take(&row, true);
            askable.births
        };
        assert_eq!(ask(b"Andr\xe9")[0].0, "Ada Andr\u{e9}");
        assert!(ask(b"Du\x9aek").is_empty() && ask(b"\"Shah").is_empty());
    }
}
