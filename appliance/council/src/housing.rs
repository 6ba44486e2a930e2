//! The two exports of the housing system, as its overnight job leaves them: windows-1252, fixed order
//! of columns, some of them padded as the `char(n)` they come from, a trailer that counts the rows.

use crate::caution_list::day_month_year;
use crate::circumstances::Circumstances;
use crate::council::Council;
use crate::draw::{Draw, Stream};
use crate::people::{self, Person};
use crate::places::{Build, Place, TOWN};
use crate::sheet::{Encoding, Sheet};
use std::io::{self, Write};

const PROPERTIES: &str = "PROP_REF,PROP_UPRN,PROP_PARENT_UPRN,PROP_ADDR1,PROP_ADDR2,PROP_ADDR3,PROP_POSTCODE,PROP_TYPE,PROP_STATUS";
const TENANCIES: &str = "TEN_REF,PER_REF,TITLE,FORENAME,MIDDLE,SURNAME,KNOWN_AS,DOB,NI_NO,NHS_NO,UPRN,START_DATE,END_DATE,TEL_MOBILE,TEL_HOME,EMAIL,DND,NOTES";

/// What the system writes for a date of birth nobody knows.
pub(crate) const UNKNOWN_BIRTH: &str = "01/01/1900";
/// What it writes for a tenancy that goes on.
const OPEN_END: &str = "31/12/2099";

/// Free text of the tenancy screen, which no mapping may let through.
pub(crate) const NOTES: [&str; 8] = [
    "",
    "",
    "",
    "",
    "Rang 3 times, \"will pay Friday\"",
    "Daughter collects keys, do not post",
    "In hospital since March, see file",
    "Prefers afternoons; bad with stairs",
];

/// Writes a row for every property.
pub(crate) fn write_properties(council: &Council, out: impl Write) -> io::Result<u32> {
    let mut sheet = Sheet::new(out, Encoding::Windows1252, "\r\n");
    sheet.plain(PROPERTIES)?;
    for property in 0..council.properties() {
        write_property(council, property, &mut sheet)?;
    }
    trailer(sheet)
}

/// Writes a row for every person of every tenancy, those ended too.
pub(crate) fn write_tenancies(council: &Council, out: impl Write) -> io::Result<u32> {
    let mut sheet = Sheet::new(out, Encoding::Windows1252, "\r\n");
    sheet.plain(TENANCIES)?;
    for property in 0..council.properties() {
        for person in people::at(council, property) {
            write_person(council, property, &person, &mut sheet)?;
        }
    }
    trailer(sheet)
}

pub(crate) fn trailer<W: Write>(mut sheet: Sheet<W>) -> io::Result<u32> {
    sheet.plain(&format!("EOF|{}", sheet.rows()))?;
    sheet.finish()
}

/// "Y" or "N".
pub(crate) fn yes(is: bool) -> &'static str {
    if is { "Y" } else { "N" }
}

/// The key of a person, padded as the system has it.
pub(crate) fn person_reference(person: &Person) -> String {
    format!("{:<12}", format!("P{:08}", person.serial))
}

fn write_property<W: Write>(
    council: &Council,
    property: u32,
    sheet: &mut Sheet<W>,
) -> io::Result<()> {
    let place = Place::at(property);
    let (first, second) = place.lines();
    let (kind, status) = match place.build {
        Build::Block => ("BLOCK", "OCC"),
        Build::House => ("HOUSE", status(council, property)),
        Build::Flat => ("FLAT", status(council, property)),
    };
    sheet.row(&[
        &format!("{:<12}", format!("{property:07}")),
        &place.uprn.to_string(),
        &place
            .parent
            .map(|uprn| uprn.to_string())
            .unwrap_or_default(),
        &format!("{first:<40}"),
        &second,
        TOWN,
        &format!("{:<8}", place.postcode),
        &format!("{kind:<6}"),
        status,
    ])
}

fn status(council: &Council, property: u32) -> &'static str {
    if people::size(council, property) == 0 {
        "VOID"
    } else {
        "OCC"
    }
}

fn write_person<W: Write>(
    council: &Council,
    property: u32,
    person: &Person,
    sheet: &mut Sheet<W>,
) -> io::Result<()> {
    let mut draw = Draw::new(council.seed(), Stream::Person, 1 << 40 | person.serial);
    let tenancy = format!("T{property:07}/{}", u8::from(!person.former));
    sheet.row(&[
        &format!("{tenancy:<12}"),
        &person_reference(person),
        person.title,
        person.forename,
        person.middle,
        &format!("{:<30}", person.surname),
        person.known_as,
        &person
            .born
            .map_or_else(|| UNKNOWN_BIRTH.to_owned(), day_month_year),
        &format!("{:<10}", person.nino),
        &person.nhs_number,
        &Place::at(property).uprn.to_string(),
        &day_month_year(person.since),
        &person
            .until
            .map_or_else(|| OPEN_END.to_owned(), day_month_year),
        &person.mobile,
        &person.landline,
        &person.email,
        yes(Circumstances::of(council, person).undisclosed),
        draw.pick(&NOTES),
    ])
}
