//! The caution list of the community safety team: a spreadsheet that mixes people and properties.

use crate::council::Council;
use crate::draw::{Draw, Stream};
use crate::flags::{self, Flag, Review};
use crate::people;
use crate::places::{Build, Place, TOWN};
use crate::sheet::{Encoding, Sheet};
use jiff::Span;
use jiff::civil::Date;
use std::io::{self, Write};

const HEADER: &str = "Ref,UPRN,Door No,Street,Town,Postcode,Caution Type,Controls,Person,Decided By,Approved By,Start Date,Review Date,Incident Date,Incident Ref,Officer Contact,Contact Phone,Contact Hours,Out Of Hours,Sensitivity,Caution Description,Officer Notes";

/// The team that holds every flag of the list.
const TEAM: [&str; 4] = [
    "Community Safety Duty Desk",
    "01632 960100",
    "Mon to Fri 8am to 6pm",
    "01632 960199",
];

/// Managers who decide, and others who approve: never the same person.
const DECIDERS: [&str; 4] = [
    "R. Ainsworth, Team Manager",
    "T. Owusu, Team Manager",
    "L. Haddad, Senior Officer",
    "G. Pritchard, Team Manager",
];
const APPROVERS: [&str; 3] = [
    "M. Sahota, Head of Service",
    "E. Barraclough, Health and Safety",
    "I. Ncube, Head of Service",
];

const STAFF: [&str; 8] = [
    "the housing officer",
    "the gas engineer",
    "a repairs operative",
    "the income officer",
    "the estate warden",
    "an environmental health officer",
    "the tenancy support worker",
    "a surveyor",
];

/// Free text beside the description, which no mapping may let through.
const NOTES: [&str; 7] = [
    "",
    "",
    "Spoke to sister on 07700 900311, she says it was a misunderstanding.",
    "Chased twice, \"will sort it Friday\".",
    "Review moved, see email from legal.",
    "Cllr asked about this one.\nDo not reply before the panel.",
    "Medication changed in spring; calmer since.",
];

/// Writes the list and says how many flags it has.
pub(crate) fn write(council: &Council, out: impl Write) -> io::Result<u32> {
    let mut sheet = Sheet::new(out, Encoding::Utf8, "\r\n");
    sheet.byte_order_mark()?;
    sheet.plain(HEADER)?;
    for flag in flags::all(council) {
        write_flag(council, &flag, &mut sheet)?;
    }
    sheet.finish()
}

fn write_flag<W: Write>(council: &Council, flag: &Flag, sheet: &mut Sheet<W>) -> io::Result<()> {
    let mut draw = Draw::new(
        council.seed(),
        Stream::Flag,
        1 << 32 | u64::from(flag.number),
    );
    let place = Place::at(flag.property);
    let days = Days::of(council.today(), flag, &mut draw);
    let person = if flag.kind.about_person && place.build != Build::Block {
        people::first_at(council, flag.property).name()
    } else {
        String::new()
    };
    let uprn = if flag.uprn_known {
        place.uprn.to_string()
    } else {
        String::new()
    };
    let story = tell(story(flag, &place, &mut draw), days.incident, &mut draw);
    sheet.row(&[
        &format!("CL-{:05}", flag.number + 1),
        &uprn,
        &place.door,
        &place.street,
        TOWN,
        &place.postcode,
        flag.kind.label,
        flag.controls,
        &person,
        draw.pick(&DECIDERS),
        draw.pick(&APPROVERS),
        &day_month_year(days.start),
        &day_month_year(days.review),
        &day_month_year(days.incident),
        &format!(
            "INC-{}-{:05}",
            days.incident.year(),
            draw.between(100, 99_999)
        ),
        TEAM[0],
        TEAM[1],
        TEAM[2],
        TEAM[3],
        flag.sensitivity.text(),
        &story,
        draw.pick(&NOTES),
    ])
}

/// The days of a flag.
struct Days {
    incident: Date,
    start: Date,
    review: Date,
}

impl Days {
    /// Chooses a start so that the review, a full period later, stands as the flag says it does.
    fn of(today: Date, flag: &Flag, draw: &mut Draw) -> Self {
        let period = Span::new().months(flag.kind.months);
        let review = match flag.review {
            // A period has at least 28 days to a month: the start is in the past.
            Review::Due => today.saturating_add(
                Span::new().days(draw.between(5, u32::from(flag.kind.months) * 28 - 20)),
            ),
            Review::Overdue => today.saturating_sub(Span::new().days(20)),
            Review::LongOverdue => today.saturating_sub(Span::new().days(draw.between(95, 160))),
        };
        let start = review.saturating_sub(period);
        let incident = start.saturating_sub(Span::new().days(draw.between(1, 13)));
        Self {
            incident,
            start,
            review,
        }
    }
}

/// A block's asbestos has a story of its own; elsewhere one is drawn.
fn story(flag: &Flag, place: &Place, draw: &mut Draw) -> &'static str {
    match (flag.kind.stories, flag.kind.hazard) {
        ([block, house], "asbestos") => {
            if place.build == Build::Block {
                block
            } else {
                house
            }
        }
        (stories, _) => draw.pick(stories),
    }
}

fn tell(story: &str, incident: Date, draw: &mut Draw) -> String {
    let time = format!("{}:{:02}", draw.between(9, 17), draw.between(0, 11) * 5);
    let staff = draw.pick(&STAFF);
    // A sentence that begins with them begins with a capital: every one of them starts with a letter.
    let begins = format!("{}{}", staff[..1].to_uppercase(), &staff[1..]);
    let told = story
        .strip_prefix("{staff}")
        .map_or_else(|| story.to_owned(), |rest| format!("{begins}{rest}"));
    told.replace(". {staff}", &format!(". {begins}"))
        .replace("{staff}", staff)
        .replace("{date}", &day_month_year(incident))
        .replace("{time}", &time)
}

/// dd/mm/yyyy, as spreadsheets of this council have it.
pub(crate) fn day_month_year(day: Date) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}
