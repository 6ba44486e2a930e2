//! The housing system's people: what it knows of each tenant of 16 and over beyond the tenancy.
//!
//! The reference of a person is the tenancies'. Windows-1252, padded keys, a trailer that counts the rows.

use crate::caution_list::day_month_year;
use crate::circumstances::{Circumstances, safe_number};
use crate::council::Council;
use crate::draw::{Draw, Stream};
use crate::housing::{NOTES, UNKNOWN_BIRTH, person_reference, trailer, yes};
use crate::people::{self, Person};
use crate::places::{Place, TOWN};
use crate::proxies::Proxy;
use crate::sample_people::Sample;
use crate::sheet::{Encoding, Sheet};
use crate::words::UNKNOWN_NEED;
use jiff::civil::Date;
use std::io::{self, Write};

const HEADER: &str = "PER_REF,TITLE,FORENAME,MIDDLE,SURNAME,KNOWN_AS,PRONOUNS,DOB,DECEASED_ON,NHS_NO,UPRN,MOVED_IN,PREV_UPRN,PREV_LEFT,MAIL_ADDR1,MAIL_ADDR2,MAIL_POSTCODE,DND,TEL_MOBILE,MOBILE_MSG,MOBILE_FOR,TEL_HOME,EMAIL,OTHER_TEL,OTHER_NAME,OTHER_REL,NEED,NEED_WORDS,NEEDS_MORE,NEEDS_CONFIRMED,LANGUAGE,INTERPRETER,TEAM,TEAM_ROLE,OFFICER,OFFICER_TEL,OFFICER_HOURS,OFFICER_SINCE,AUTH_NAME,AUTH_REL,AUTH_TEL,AUTH_BASIS,AUTH_ABOUT,AUTH_MAY,AUTH_LIMITS,AUTH_SEEN,AUTH_SEEN_ON,AUTH_CHECK,AUTH_FROM,AUTH_TO,AUTH_REVIEW,AUTH_STATE,MARKER,MARKER_SINCE,SAFE_TEL,SAFE_TIMES,NOTES";

/// The youngest the system keeps a page of their own for.
const LEAST_AGE: i16 = 16;

/// The teams, by part of town; each with the number a call is put through to.
const TEAMS: [(&str, &str); 4] = [
    ("Mill Lane Neighbourhood Team", "01632 960210"),
    ("Canalside Neighbourhood Team", "01632 960211"),
    ("Eastfield Neighbourhood Team", "01632 960212"),
    ("Netherwick Neighbourhood Team", "01632 960213"),
];
const OFFICERS: [&str; 8] = [
    "T. Brearley",
    "N. Achebe",
    "R. Kowalska",
    "J. Winterbottom",
    "S. Iqbal",
    "D. Okonkwo",
    "",
    "",
];
const HOURS: &str = "Mon to Fri 8:30am to 5pm";

/// What a mobile is for.
const MOBILE_FOR: [&str; 8] = ["", "", "", "", "", "Evenings", "Repairs only", "Texts only"];

/// Writes a row for everybody of 16 and over who has or had a tenancy.
pub(crate) fn write(council: &Council, out: impl Write) -> io::Result<u32> {
    let mut sheet = Sheet::new(out, Encoding::Windows1252, "\r\n");
    sheet.plain(HEADER)?;
    for property in 0..council.properties() {
        for person in people::at(council, property) {
            if person.is_aged(LEAST_AGE, council.today()) {
                write_person(council, &person, &mut sheet)?;
            }
        }
    }
    trailer(sheet)
}

fn write_person<W: Write>(
    council: &Council,
    person: &Person,
    sheet: &mut Sheet<W>,
) -> io::Result<()> {
    let truth = Circumstances::of(council, person);
    let mut draw = Draw::new(council.seed(), Stream::HousingPerson, person.serial);
    let mut row: Vec<String> = Vec::with_capacity(57);
    names(person, &truth, &mut row);
    addresses(council, person, &truth, &mut draw, &mut row);
    contacts(person, &truth, &mut draw, &mut row);
    needs(council, person, &truth, &mut draw, &mut row);
    team(person, &mut draw, &mut row);
    let shown = truth
        .proxy
        .as_ref()
        .filter(|_| draw.percent(75) || Sample::of(person).is_some());
    authority(shown, &mut row);
    let marked = truth.marker.map(|_| person.since);
    row.extend([
        truth.marker.unwrap_or_default().to_owned(),
        day(marked),
        safe_number(person, &truth),
        if truth.marker.is_some() && draw.percent(40) {
            "Weekdays 10am to 2pm".to_owned()
        } else {
            String::new()
        },
        draw.pick(&NOTES).to_owned(),
    ]);
    let fields: Vec<&str> = row.iter().map(String::as_str).collect();
    sheet.row(&fields)
}

fn names(person: &Person, truth: &Circumstances, row: &mut Vec<String>) {
    row.extend([
        person_reference(person),
        person.title.to_owned(),
        person.forename.to_owned(),
        person.middle.to_owned(),
        format!("{:<30}", person.surname),
        person.known_as.to_owned(),
        truth.pronouns.to_owned(),
        person
            .born
            .map_or_else(|| UNKNOWN_BIRTH.to_owned(), day_month_year),
        day(truth.died),
        person.nhs_number.clone(),
    ]);
}

/// Where they live and lived; those who left have no home here.
fn addresses(
    council: &Council,
    person: &Person,
    truth: &Circumstances,
    draw: &mut Draw,
    row: &mut Vec<String>,
) {
    let here = Place::at(person.property).uprn.to_string();
    let earlier = Place::at(draw.below(council.properties())).uprn.to_string();
    let moved = draw.percent(10);
    row.extend(match (person.until, moved) {
        (Some(left), _) => [String::new(), String::new(), here, day(Some(left))],
        (None, true) => [
            here,
            day(Some(person.since)),
            earlier,
            day(person.since.yesterday().ok()),
        ],
        (None, false) => [here, day(Some(person.since)), String::new(), String::new()],
    });
    let elsewhere = Place::at(draw.below(council.properties()));
    let mail = draw.percent(4) && Sample::of(person).is_none();
    row.extend(if mail {
        [elsewhere.one_line(), TOWN.to_owned(), elsewhere.postcode]
    } else {
        [String::new(), String::new(), String::new()]
    });
    row.push(yes(truth.undisclosed).to_owned());
}

fn contacts(person: &Person, truth: &Circumstances, draw: &mut Draw, row: &mut Vec<String>) {
    let sample = Sample::of(person);
    let has_mobile = !person.mobile.is_empty();
    let (message, purpose) = (draw.pick(&["Y", "Y", "N", ""]), draw.pick(&MOBILE_FOR));
    let (message, purpose) = match sample {
        Some(Sample::Caller) => ("Y", "Texts only"),
        Some(_) => ("N", ""),
        None => (message, purpose),
    };
    row.extend([
        person.mobile.clone(),
        if has_mobile { message } else { "" }.to_owned(),
        if has_mobile { purpose } else { "" }.to_owned(),
        person.landline.clone(),
        person.email.clone(),
    ]);
    let rings = draw.percent(50) || sample == Some(Sample::Caller);
    let other = truth.proxy.as_ref().filter(|proxy| {
        rings && proxy.state == "Yes" && !proxy.phone.is_empty() && truth.marker.is_none()
    });
    row.extend(other.map_or_else(Default::default, |proxy| {
        [
            proxy.phone.clone(),
            proxy.name.clone(),
            proxy.relationship.to_owned(),
        ]
    }));
}

/// The first need with the person's words, the others as a list, and the language.
fn needs(
    council: &Council,
    person: &Person,
    truth: &Circumstances,
    draw: &mut Draw,
    row: &mut Vec<String>,
) {
    let mut labels: Vec<&str> = truth.needs.iter().map(|need| need.label).collect();
    if draw.below(400) == 0 && Sample::of(person).is_none() {
        labels.push(UNKNOWN_NEED);
    }
    let first = truth.needs.first();
    let asked = council.days_ago(draw.between(3, 900));
    row.extend([
        labels.first().copied().unwrap_or_default().to_owned(),
        first.map(|need| need.words).unwrap_or_default().to_owned(),
        labels.get(1..).unwrap_or_default().join(";"),
        day((!labels.is_empty()).then_some(asked)),
    ]);
    row.extend(truth.tongue.map_or_else(Default::default, |tongue| {
        [tongue.0.to_owned(), yes(tongue.2).to_owned()]
    }));
}

fn team(person: &Person, draw: &mut Draw, row: &mut Vec<String>) {
    let at = usize::try_from(person.property / crate::places::STREET).unwrap_or_default();
    let (team, phone) = TEAMS[at % TEAMS.len()];
    let known = draw.percent(60) || Sample::of(person).is_some();
    row.extend(if known && !person.former {
        [
            team.to_owned(),
            "Tenancy and repairs".to_owned(),
            draw.pick(&OFFICERS).to_owned(),
            phone.to_owned(),
            HOURS.to_owned(),
            day(Some(person.since)),
        ]
    } else {
        Default::default()
    });
}

/// Who may speak for them, as the system has it.
fn authority(proxy: Option<&Proxy>, row: &mut Vec<String>) {
    let cells: [String; 14] = proxy.map_or_else(Default::default, |proxy| {
        [
            proxy.name.clone(),
            proxy.relationship.to_owned(),
            proxy.phone.clone(),
            proxy.basis.to_owned(),
            proxy.about.to_owned(),
            proxy.may.to_owned(),
            proxy.limits.to_owned(),
            proxy.evidence.to_owned(),
            day(Some(proxy.from)),
            proxy.check.to_owned(),
            day(Some(proxy.from)),
            day(proxy.to),
            day(proxy.review),
            proxy.state.to_owned(),
        ]
    });
    row.extend(cells);
}

fn day(day: Option<Date>) -> String {
    day.map_or_else(String::new, day_month_year)
}
