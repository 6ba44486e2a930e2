//! Benefits' claims, one row a claim: an old system without accents, with padded columns and no empty
//! dates. A claimant may have two claims.

use crate::circumstances::Circumstances;
use crate::council::Council;
use crate::draw::{Draw, Stream};
use crate::housing::yes;
use crate::numbers;
use crate::people::{self, Person};
use crate::places::Place;
use crate::sample_people::Sample;
use crate::sheet::{Encoding, Sheet};
use crate::spelling::{self, plain};
use jiff::civil::Date;
use std::io::{self, Write};

const HEADER: &str = "claim_id,claim_kind,claimant_ref,nat_ins_no,nhs_no,title,forename,surname,known_as,birth_date,death_date,addr1,addr2,postcode,uprn,addr_dnd,from_date,to_date,phone_no,phone_kind,phone_order,email,email_order,letter_to,letter_order,appointee_name,appointee_rel,appointee_tel,appointee_basis,appointee_may,appointee_from,appointee_to,appointee_state,language,interpreter,team,officer,officer_tel,officer_hours,claim_notes";

/// What the system writes for a date of birth nobody knows.
const UNKNOWN_BIRTH: &str = "1900-01-01";
/// What it writes for a day that has not come: a claim that goes on, somebody who lives.
const OPEN_END: &str = "2099-12-31";

/// The two kinds of claim: prefix of its id, its name.
const KINDS: [(&str, &str); 2] = [("HB", "Housing Benefit"), ("CT", "Council Tax Support")];

const TEAM: [&str; 3] = [
    "Benefits Assessment",
    "01632 960510",
    "Mon to Fri 9am to 4:30pm",
];
const OFFICERS: [&str; 5] = ["", "", "M. Farooq", "B. Lister", "G. Adeyemi"];

/// Free text of the claim, which no mapping may let through.
const CLAIM_NOTES: [&str; 4] = [
    "",
    "Overpayment 2024, see ledger.",
    "Partner left in June?",
    "Wants it paid to the landlord, \"as before\".",
];

/// How a claimant wishes to be reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    Phone,
    Text,
    Email,
    Letter,
}

/// Writes a row for every claim.
pub(crate) fn write(council: &Council, out: impl Write) -> io::Result<u32> {
    let mut sheet = Sheet::new(out, Encoding::Windows1252, "\n");
    sheet.plain(HEADER)?;
    for property in 0..council.properties() {
        for person in people::at(council, property) {
            if claims(council, &person) {
                write_claims(council, &person, &mut sheet)?;
            }
        }
    }
    sheet.finish()
}

/// Whether somebody has a claim.
pub(crate) fn claims(council: &Council, person: &Person) -> bool {
    let mut draw = Draw::new(council.seed(), Stream::Benefits, person.serial);
    match Sample::of(person) {
        Some(sample) => sample != Sample::Withheld,
        None => {
            let share = [30, 8].get(person.slot as usize).copied().unwrap_or(0);
            draw.percent(share) && person.is_aged(18, council.today())
        }
    }
}

/// The service's own id of a claimant.
pub(crate) fn reference(person: &Person) -> String {
    format!("C{:07}", person.serial)
}

fn write_claims<W: Write>(
    council: &Council,
    person: &Person,
    sheet: &mut Sheet<W>,
) -> io::Result<()> {
    let mut draw = Draw::new(council.seed(), Stream::Benefits, 1 << 40 | person.serial);
    let both = draw.percent(25) && Sample::of(person).is_none();
    let claimant = claimant(council, person, &mut draw);
    let kinds = if both {
        &KINDS[..]
    } else {
        &KINDS[usize::from(draw.percent(50))..][..1]
    };
    for (prefix, kind) in kinds {
        let mut row = vec![
            format!("{:<12}", format!("{prefix}{:07}", person.serial)),
            format!("{kind:<20}"),
        ];
        row.extend(claimant.iter().cloned());
        row.push(draw.pick(&CLAIM_NOTES).to_owned());
        let fields: Vec<&str> = row.iter().map(String::as_str).collect();
        sheet.row(&fields)?;
    }
    Ok(())
}

/// The columns that say who claims; the same in all their claims.
fn claimant(council: &Council, person: &Person, draw: &mut Draw) -> Vec<String> {
    let truth = Circumstances::of(council, person);
    let mut row: Vec<String> = Vec::with_capacity(36);
    names(person, &truth, draw, &mut row);
    address(council, person, &truth, draw, &mut row);
    contacts(person, draw, &mut row);
    appointee(person, &truth, draw, &mut row);
    row.extend(truth.tongue.map_or_else(Default::default, |tongue| {
        [tongue.0.to_owned(), yes(tongue.2).to_owned()]
    }));
    row.extend([
        TEAM[0].to_owned(),
        draw.pick(&OFFICERS).to_owned(),
        TEAM[1].to_owned(),
        TEAM[2].to_owned(),
    ]);
    row
}

fn names(person: &Person, truth: &Circumstances, draw: &mut Draw, row: &mut Vec<String>) {
    let sure = Sample::of(person).is_some();
    let surname = spelling::surname(person.surname, person.feminine, draw);
    let (knows_number, told_name, birth) = (draw.percent(60), draw.percent(50), draw.below(100));
    let known_as = match Sample::of(person) {
        // The one thing on which the services that know the caller do not agree.
        Some(Sample::Caller) => person.forename,
        Some(_) => person.known_as,
        None if told_name => person.known_as,
        None => "",
    };
    let surname = if sure { person.surname } else { &surname };
    row.extend([
        format!("{:<12}", reference(person)),
        format!("{:<10}", numbers::nino(person.serial)),
        if sure || knows_number {
            person.nhs.clone()
        } else {
            String::new()
        },
        format!("{:<5}", person.title),
        format!("{:<20}", plain(person.forename)),
        format!("{:<30}", plain(surname)),
        format!("{:<20}", plain(known_as)),
        if sure {
            person.birth.to_string()
        } else {
            typed_birth(person.birth, birth)
        },
        truth
            .died
            .map_or_else(|| OPEN_END.to_owned(), |day| day.to_string()),
    ]);
}

/// The date of birth as it was typed: now and then day for month, or not at all.
fn typed_birth(birth: Date, chance: u32) -> String {
    match chance {
        0..3 => UNKNOWN_BIRTH.to_owned(),
        3 => jiff::civil::Date::new(birth.year(), birth.day().min(12), birth.month())
            .unwrap_or(birth)
            .to_string(),
        _ => birth.to_string(),
    }
}

fn address(
    council: &Council,
    person: &Person,
    truth: &Circumstances,
    draw: &mut Draw,
    row: &mut Vec<String>,
) {
    let sure = Sample::of(person).is_some();
    let place = Place::at(person.property);
    let (first, second) = place.lines();
    let (knows_uprn, knows_hidden, ended) = (draw.percent(70), draw.percent(60), draw.percent(15));
    let from = council.days_ago(draw.between(60, 2_000)).max(person.birth);
    let to = council.days_ago(draw.between(1, 59));
    row.extend([
        format!("{:<40}", plain(&first)),
        format!("{:<40}", plain(&second)),
        format!("{:<8}", place.postcode),
        if knows_uprn {
            place.uprn.to_string()
        } else {
            String::new()
        },
        yes(truth.undisclosed && (knows_hidden || sure || truth.marker.is_some())).to_owned(),
        from.to_string(),
        if ended && !sure {
            to.to_string()
        } else {
            OPEN_END.to_owned()
        },
    ]);
}

/// Number, e-mail and letter, each with its place in the order the claimant wishes.
fn contacts(person: &Person, draw: &mut Draw, row: &mut Vec<String>) {
    let sample = Sample::of(person).is_some();
    let (chance, email) = (draw.below(100), &person.email);
    let number = if person.mobile.is_empty() {
        &person.landline
    } else {
        &person.mobile
    };
    let first = match chance {
        _ if sample => First::Phone,
        0..15 if !person.mobile.is_empty() => First::Text,
        15..28 if !email.is_empty() => First::Email,
        28..38 => First::Letter,
        _ => First::Phone,
    };
    let rank = |kind: &[First], else_rank: &str| {
        if kind.contains(&first) {
            "1".to_owned()
        } else {
            else_rank.to_owned()
        }
    };
    let place = Place::at(person.property);
    row.extend([
        number.clone(),
        if first == First::Text {
            "Text"
        } else {
            "Phone"
        }
        .to_owned(),
        rank(&[First::Phone, First::Text], "2"),
        email.clone(),
        rank(&[First::Email], "3"),
        if first == First::Letter {
            plain(&format!("{}, {}", place.one_line(), place.postcode))
        } else {
            String::new()
        },
        rank(&[First::Letter], "4"),
    ]);
}

/// Who is paid or told for the claimant.
fn appointee(person: &Person, truth: &Circumstances, draw: &mut Draw, row: &mut Vec<String>) {
    let shown = draw.percent(60);
    let proxy = truth.proxy.as_ref().filter(|proxy| {
        let hidden = Sample::of(person) == Some(Sample::Hidden);
        hidden || shown && Sample::of(person).is_none() && proxy.basis != "Best interest"
    });
    let cells: [String; 8] = proxy.map_or_else(Default::default, |proxy| {
        [
            format!("{:<40}", plain(&proxy.name)),
            proxy.relationship.to_owned(),
            proxy.phone.clone(),
            proxy.basis.to_owned(),
            proxy.may.to_owned(),
            proxy.from.to_string(),
            proxy
                .to
                .map_or_else(|| OPEN_END.to_owned(), |day| day.to_string()),
            proxy.state.to_owned(),
        ]
    });
    row.extend(cells);
}
