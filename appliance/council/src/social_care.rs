//! Adult social care's people: needs by SNOMED CT code, several in one column, and one by a label.
//!
//! UTF-8, LF, yyyy-mm-dd. Addresses are text and seldom have a UPRN.

use crate::circumstances::Circumstances;
use crate::council::Council;
use crate::draw::{Draw, Stream};
use crate::housing::yes;
use crate::people::{self, Person};
use crate::places::{Place, TOWN};
use crate::proxies::Proxy;
use crate::sample_people::Sample;
use crate::sheet::{Encoding, Sheet};
use crate::spelling;
use crate::words::{CLINICAL, UNKNOWN_CODES};
use jiff::civil::Date;
use std::io::{self, Write};

const HEADER: &str = "PersonID,NHSNumber,Title,GivenName,FamilyName,KnownAs,Pronouns,DateOfBirth,Deceased,Address,Town,Postcode,UPRN,AddressFrom,TempAddress,TempPostcode,TempFrom,OrdResAddress,OrdResPostcode,AddressConfidential,Phone,PhoneKind,PhoneMessage,Email,CarerName,CarerRelationship,CarerPhone,NeedCodes,NeedLabel,NeedWords,NeedsConfirmed,Language,Interpreter,SignLanguage,Team,TeamRole,Worker,TeamPhone,TeamHours,Since,Until,ProxyName,ProxyRelationship,ProxyPhone,ProxyBasis,ProxyAbout,ProxyMay,ProxyLimits,ProxyEvidence,ProxyEvidenceOn,ProxyFrom,ProxyTo,ProxyReview,ProxyState,Marker,MarkerSince,Withheld,CaseNote";

/// Teams: name, what they do, number.
const TEAMS: [(&str, &str, &str); 4] = [
    (
        "Adult Social Care East",
        "Care and support plan",
        "01632 960410",
    ),
    (
        "Adult Social Care West",
        "Care and support plan",
        "01632 960411",
    ),
    (
        "Adult Social Care First Contact",
        "First conversation",
        "01632 960412",
    ),
    ("Occupational Therapy", "Equipment at home", "01632 960413"),
];
const HOURS: &str = "Mon to Thu 9am to 5pm, Fri 9am to 4pm";
const WORKERS: [&str; 6] = [
    "J. Oyelaran",
    "P. Whitcombe",
    "L. Sandoval",
    "H. Begum",
    "C. Dunmore",
    "",
];

/// Free text of the case, which no mapping may let through.
const CASE_NOTES: [&str; 5] = [
    "Review moved to May, sister not told.",
    "Diagnosis in GP letter, see file.",
    "",
    "Says the neighbour \"borrows\" money.",
    "Fall in February; hospital, then home.",
];

/// Writes a row for everybody the service works with.
pub(crate) fn write(council: &Council, out: impl Write) -> io::Result<u32> {
    let mut sheet = Sheet::new(out, Encoding::Utf8, "\n");
    sheet.plain(HEADER)?;
    for property in 0..council.properties() {
        for person in people::at(council, property) {
            let truth = Circumstances::of(council, &person);
            if knows(council, &person, &truth) {
                write_person(council, &person, &truth, &mut sheet)?;
            }
        }
    }
    sheet.finish()
}

/// Whether the service works with somebody: an eleventh of adults, and all who are withheld.
pub(crate) fn knows(council: &Council, person: &Person, truth: &Circumstances) -> bool {
    let mut draw = Draw::new(council.seed(), Stream::SocialCare, person.serial);
    match Sample::of(person) {
        Some(sample) => matches!(sample, Sample::Caller | Sample::Withheld),
        None => {
            let adult = person.slot < 2 && person.is_aged(18, council.today());
            adult && (draw.percent(9) || truth.withheld)
        }
    }
}

/// The service's own id of somebody.
pub(crate) fn reference(person: &Person) -> String {
    format!("ASC{:07}", person.serial)
}

fn write_person<W: Write>(
    council: &Council,
    person: &Person,
    truth: &Circumstances,
    sheet: &mut Sheet<W>,
) -> io::Result<()> {
    let mut draw = Draw::new(council.seed(), Stream::SocialCare, 1 << 40 | person.serial);
    let mut row: Vec<String> = Vec::with_capacity(58);
    names(council, person, truth, &mut draw, &mut row);
    addresses(council, person, truth, &mut draw, &mut row);
    contacts(person, truth, &mut draw, &mut row);
    needs(council, person, truth, &mut draw, &mut row);
    team(council, person, &mut draw, &mut row);
    let proxy = truth.proxy.as_ref();
    let shown = proxy.filter(|_| draw.percent(60) && Sample::of(person).is_none());
    authority(shown, &mut row);
    row.extend([
        truth.marker.unwrap_or_default().to_owned(),
        day(truth.marker.map(|_| person.since)),
        yes(truth.withheld).to_owned(),
        draw.pick(&CASE_NOTES).to_owned(),
    ]);
    let fields: Vec<&str> = row.iter().map(String::as_str).collect();
    sheet.row(&fields)
}

fn names(
    council: &Council,
    person: &Person,
    truth: &Circumstances,
    draw: &mut Draw,
    row: &mut Vec<String>,
) {
    let sure = Sample::of(person).is_some() || truth.withheld;
    let surname = spelling::surname(person.surname, person.feminine, draw);
    let (knows_number, of_another, told_name) =
        (draw.percent(85), draw.below(60) == 0, draw.percent(80));
    let number = match (sure, of_another) {
        (true, _) => person.nhs.clone(),
        (false, true) => number_of_another(council, person),
        (false, false) if knows_number => person.nhs.clone(),
        _ => String::new(),
    };
    row.extend([
        reference(person),
        number,
        person.title.to_owned(),
        person.forename.to_owned(),
        if sure {
            person.surname.to_owned()
        } else {
            surname
        },
        if told_name || sure {
            person.known_as
        } else {
            ""
        }
        .to_owned(),
        truth.pronouns.to_owned(),
        person.birth.to_string(),
        yes(truth.died.is_some()).to_owned(),
    ]);
}

/// The slip that must never join two people: the number of the other one of the household.
fn number_of_another(council: &Council, person: &Person) -> String {
    people::at(council, person.property)
        .find(|other| other.slot < 2 && other.slot != person.slot)
        .map_or_else(String::new, |other| other.nhs)
}

fn addresses(
    council: &Council,
    person: &Person,
    truth: &Circumstances,
    draw: &mut Draw,
    row: &mut Vec<String>,
) {
    let home = Place::at(person.property);
    let (first, second) = home.lines();
    let lines = [first, second];
    let known: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .filter(|line| !line.is_empty())
        .collect();
    let surely = Sample::of(person) == Some(Sample::Caller);
    row.extend([
        known.join(", "),
        TOWN.to_owned(),
        home.postcode.clone(),
        if draw.percent(20) || surely {
            home.uprn.to_string()
        } else {
            String::new()
        },
        person.since.to_string(),
    ]);
    let other = Place::at(draw.below(council.properties()));
    let (away, placed) = (draw.percent(5), draw.percent(3));
    let away = away && Sample::of(person).is_none();
    row.extend(if away {
        [
            other.one_line(),
            other.postcode.clone(),
            council.days_ago(draw.between(3, 120)).to_string(),
        ]
    } else {
        Default::default()
    });
    row.extend(if placed && !away && Sample::of(person).is_none() {
        [other.one_line(), other.postcode]
    } else {
        Default::default()
    });
    row.push(yes(truth.undisclosed).to_owned());
}

fn contacts(person: &Person, truth: &Circumstances, draw: &mut Draw, row: &mut Vec<String>) {
    let sample = Sample::of(person);
    let (number, kind) = match (person.mobile.is_empty(), draw.below(20)) {
        (false, 0..3) if sample.is_none() => (&person.mobile, "Text"),
        (false, _) => (&person.mobile, "Phone"),
        (true, 0..4) => (&person.landline, "Textphone"),
        (true, 4..7) => (&person.landline, "Relay"),
        (true, _) => (&person.landline, "Phone"),
    };
    let message = draw.pick(&["Y", "N", ""]);
    row.extend([
        number.clone(),
        if number.is_empty() { "" } else { kind }.to_owned(),
        if number.is_empty() { "" } else { message }.to_owned(),
        if draw.percent(50) {
            person.email.clone()
        } else {
            String::new()
        },
    ]);
    let carer = truth.proxy.as_ref().filter(|proxy| {
        truth.marker.is_none()
            && sample.is_none()
            && proxy.state == "Yes"
            && !proxy.phone.is_empty()
    });
    row.extend(carer.map_or_else(Default::default, |carer| {
        [
            carer.name.clone(),
            carer.relationship.to_owned(),
            carer.phone.clone(),
        ]
    }));
}

/// Codes in one column, one need by its label; a few codes are for clinicians or known to nobody here.
fn needs(
    council: &Council,
    person: &Person,
    truth: &Circumstances,
    draw: &mut Draw,
    row: &mut Vec<String>,
) {
    let sample = Sample::of(person).is_some();
    let mut codes: Vec<&str> = truth.needs.iter().map(|need| need.snomed).collect();
    let (clinical, unknown) = (draw.percent(8), draw.percent(3));
    if clinical || sample && !codes.is_empty() {
        codes.push(draw.pick(&CLINICAL).0);
    }
    if unknown && !sample {
        codes.push(draw.pick(&UNKNOWN_CODES).0);
    }
    let labelled = truth.needs.last().filter(|_| draw.percent(40) && !sample);
    if labelled.is_some() {
        codes.retain(|code| labelled.is_none_or(|need| need.snomed != *code));
    }
    let any = labelled.is_some() || !codes.is_empty();
    row.extend([
        codes.join("|"),
        labelled
            .map(|need| need.label)
            .unwrap_or_default()
            .to_owned(),
        labelled
            .map(|need| need.words)
            .unwrap_or_default()
            .to_owned(),
        day(any.then(|| council.days_ago(draw.between(10, 400)))),
    ]);
    row.extend(truth.tongue.map_or_else(Default::default, |tongue| {
        [tongue.0.to_owned(), yes(tongue.2).to_owned()]
    }));
    row.push(truth.signed().to_owned());
}

fn team(council: &Council, person: &Person, draw: &mut Draw, row: &mut Vec<String>) {
    let since = council.days_ago(draw.between(20, 1_500));
    let ended = draw.percent(12) && Sample::of(person).is_none();
    let until = ended.then(|| council.days_ago(draw.between(1, 19)));
    let (team, role, phone) = if Sample::of(person).is_some() {
        TEAMS[0]
    } else {
        draw.pick(&TEAMS)
    };
    row.extend([
        team.to_owned(),
        role.to_owned(),
        draw.pick(&WORKERS).to_owned(),
        phone.to_owned(),
        HOURS.to_owned(),
        since.to_string(),
        day(until),
    ]);
}

fn authority(proxy: Option<&Proxy>, row: &mut Vec<String>) {
    let cells: [String; 13] = proxy.map_or_else(Default::default, |proxy| {
        [
            proxy.name.clone(),
            proxy.relationship.to_owned(),
            proxy.phone.clone(),
            proxy.basis.to_owned(),
            proxy.about.to_owned(),
            proxy.may.to_owned(),
            proxy.limits.to_owned(),
            proxy.evidence.to_owned(),
            proxy.from.to_string(),
            proxy.from.to_string(),
            day(proxy.to),
            day(proxy.review),
            proxy.state.to_owned(),
        ]
    });
    row.extend(cells);
}

fn day(day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}
