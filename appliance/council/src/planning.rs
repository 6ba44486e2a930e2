//! The cases of planning enforcement: a small modern system, half of its cases with a caution.

use crate::council::Council;
use crate::draw::{Draw, Stream};
use crate::flags;
use crate::places::{self, Build, Place, STREET};
use crate::sheet::{Encoding, Sheet};
use jiff::Span;
use std::io::{self, Write};

const HEADER: &str = "case_ref,uprn,site_address,postcode,caution,instruction,case_officer_team,team_phone,team_hours,opened,review_due,notes";

/// The cautions of the case system, each with the hazard code it is meant to be mapped to.
pub const PLANNING_CAUTIONS: &[(&str, &str)] = &[
    ("Unsafe structure", "structural"),
    ("Hostile occupier", "abuse-verbal"),
    ("Dog loose on site", "dangerous-animal"),
    ("Suspected asbestos", "asbestos"),
    ("Threat to officer", "violence-physical"),
    ("Gas cylinders on site", "fire-oxygen-gas"),
];

/// Its instructions, each with the control code it is meant to be mapped to; each stands with the
/// caution at the same place in [`PLANNING_CAUTIONS`].
pub const PLANNING_INSTRUCTIONS: &[(&str, &str)] = &[
    ("Keep out of the building", "keep-out-unsafe-building"),
    ("Ask case officer first", "contact-owner-first"),
    ("Dog to be tied up", "animals-secured"),
    ("Hard hat and mask", "ppe"),
    ("Two officers", "visit-in-pairs"),
    ("Phone ahead", "phone-before-arrival"),
];

const TEAM: [&str; 3] = [
    "Planning Enforcement",
    "01632 960300",
    "Mon to Fri 8:30am to 4:30pm",
];

/// Free text of the case, which no mapping may let through.
const NOTES: [&str; 5] = [
    "Complaint from next door, wants to stay anonymous.",
    "Extension 40 cm over the line, photos on file.",
    "",
    "Owner abroad until spring, son lets us in.",
    "\"No further action\" likely, check with legal.",
];

/// Cases a council of the sample's size has open.
const LEAST_CASES: u32 = 12;
/// Properties for each case beyond that.
const PROPERTIES_PER_CASE: u32 = 250;

/// Writes the cases, and says how many there are.
pub(crate) fn write(council: &Council, out: impl Write) -> io::Result<u32> {
    let mut sheet = Sheet::new(out, Encoding::Utf8, "\n");
    sheet.plain("sep=,")?;
    sheet.plain(HEADER)?;
    for case in 0..cases(council) {
        write_case(council, case, &mut sheet)?;
    }
    sheet.finish()
}

fn cases(council: &Council) -> u32 {
    LEAST_CASES.max(council.properties() / PROPERTIES_PER_CASE)
}

fn write_case<W: Write>(council: &Council, case: u32, sheet: &mut Sheet<W>) -> io::Result<()> {
    let mut draw = Draw::new(council.seed(), Stream::Case, u64::from(case));
    let place = Place::at(property_of(council, case));
    let opened = council.days_ago(draw.between(3, 80));
    let (caution, instruction) = caution(case);
    sheet.row(&[
        &format!("ENF/{}/{:05}", opened.year(), case + 101),
        &place.uprn.to_string(),
        &place.one_line(),
        &place.postcode,
        caution,
        instruction,
        TEAM[0],
        TEAM[1],
        TEAM[2],
        &opened.to_string(),
        &opened.saturating_add(Span::new().months(3)).to_string(),
        draw.pick(&NOTES),
    ])
}

/// Every other case has a caution, in turn.
fn caution(case: u32) -> (&'static str, &'static str) {
    let kind = (case / 2) as usize % PLANNING_CAUTIONS.len();
    if case.is_multiple_of(2) {
        (PLANNING_CAUTIONS[kind].0, PLANNING_INSTRUCTIONS[kind].0)
    } else {
        ("", "")
    }
}

/// The first case is at the address that has a flag of another service; no other is on Mill Lane.
fn property_of(council: &Council, case: u32) -> u32 {
    if case == 0 {
        return flags::TWO_SERVICES.property;
    }
    let room = u64::from(council.properties() - STREET);
    let offset = u64::from(case) * room / u64::from(cases(council));
    let property = STREET + u32::try_from(offset).unwrap_or_default();
    if places::build(property) == Build::Block {
        property + 1
    } else {
        property
    }
}
