//! The households of the council: who lives at a property, and who lived there before.

use crate::council::Council;
use crate::draw::{Draw, Stream};
use crate::names::{FEMININE, Forename, MASCULINE, SURNAMES};
use crate::numbers;
use crate::places::{self, Build};
use crate::sample_people;
use jiff::civil::Date;

/// The slot of somebody who has left; those who live there now have 0 to 4.
const FORMER: u32 = 7;

/// Days of a life until it counts as an adult's, leap days and all.
const ADULT: u32 = 6_575;

/// One person of one tenancy.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) serial: u64,
    pub(crate) property: u32,
    pub(crate) slot: u32,
    pub(crate) former: bool,
    pub(crate) feminine: bool,
    pub(crate) title: &'static str,
    /// Empty for somebody with one name only.
    pub(crate) forename: &'static str,
    pub(crate) middle: &'static str,
    pub(crate) surname: &'static str,
    /// Empty unless it differs from the forename.
    pub(crate) known_as: &'static str,
    /// None where the housing service never learnt it.
    pub(crate) born: Option<Date>,
    /// The day they were born, whoever knows it.
    pub(crate) birth: Date,
    pub(crate) nino: String,
    /// Empty where the housing service never learnt it.
    pub(crate) nhs_number: String,
    /// The number they have, whoever knows it; empty for those who have none here.
    pub(crate) nhs: String,
    pub(crate) mobile: String,
    pub(crate) landline: String,
    pub(crate) email: String,
    pub(crate) since: Date,
    pub(crate) until: Option<Date>,
}

impl Person {
    /// Forename and surname, as a caution list writes them.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.forename, self.surname)
            .trim_start()
            .to_owned()
    }

    /// Whether they are at least so many years old.
    pub(crate) fn is_aged(&self, years: i16, today: Date) -> bool {
        self.birth <= today.saturating_sub(jiff::Span::new().years(years))
    }
}

/// Everybody the housing service has at a property: those who live there, then who left.
pub(crate) fn at(council: &Council, property: u32) -> impl Iterator<Item = Person> {
    let household = Household::of(council, property);
    let former = household.left.then_some(FORMER);
    (0..household.size)
        .chain(former)
        .map(move |slot| household.person(slot))
}

/// The person a caution at this address is about, whether or not the service still has them there.
pub(crate) fn first_at(council: &Council, property: u32) -> Person {
    Household::of(council, property).person(0)
}

/// How many people live at a property.
pub(crate) fn size(council: &Council, property: u32) -> u32 {
    Household::of(council, property).size
}

struct Household {
    seed: u64,
    today: Date,
    property: u32,
    size: u32,
    left: bool,
    surname: &'static str,
    since: Date,
}

impl Household {
    fn of(council: &Council, property: u32) -> Self {
        let mut draw = Draw::new(council.seed(), Stream::Household, u64::from(property));
        // 2.3 people on average, and one home in sixteen empty.
        let drawn = match draw.below(100) {
            0..6 => 0,
            6..30 => 1,
            30..60 => 2,
            60..78 => 3,
            78..92 => 4,
            _ => 5,
        };
        let left = draw.percent(8);
        let surname = draw.pick(SURNAMES);
        let since = council.days_ago(draw.between(30, 7_000));
        let block = places::build(property) == Build::Block;
        let size = match property {
            _ if block => 0,
            _ => drawn.max(sample_people::least(property)),
        };
        Self {
            seed: council.seed(),
            today: council.today(),
            property,
            size,
            left: left && !block,
            surname,
            since,
        }
    }

    fn person(&self, slot: u32) -> Person {
        let serial = u64::from(self.property) * 8 + u64::from(slot);
        let mut draw = Draw::new(self.seed, Stream::Person, serial);
        let feminine = draw.percent(51);
        let pool = if feminine { FEMININE } else { MASCULINE };
        let forename = draw.pick(pool);
        let own_surname = draw.percent(30) || slot == FORMER;
        let surname = if own_surname {
            draw.pick(SURNAMES)
        } else {
            self.surname
        };
        let (age, title) = age_and_title(&mut draw, slot, feminine);
        let born = before(self.today, age);
        let person = Person {
            serial,
            property: self.property,
            slot,
            former: slot == FORMER,
            feminine,
            title,
            forename: forename.name,
            middle: if draw.percent(30) {
                draw.pick(pool).name
            } else {
                ""
            },
            surname,
            known_as: known_as(&mut draw, forename.short, pool),
            born: (!draw.percent(2)).then_some(born),
            birth: born,
            nino: if age >= ADULT && draw.percent(70) {
                numbers::nino(serial)
            } else {
                String::new()
            },
            nhs_number: if draw.percent(60) {
                self.nhs_number(slot)
            } else {
                String::new()
            },
            nhs: self.nhs_number(slot),
            mobile: self.mobile(&mut draw, slot),
            landline: if draw.percent(20) {
                numbers::landline(self.property)
            } else {
                String::new()
            },
            email: email(&mut draw, serial),
            since: self.joined(&mut draw, slot, age),
            until: (slot == FORMER).then(|| before(self.since, draw.between(1, 60))),
        };
        sample_people::settled(one_name(person))
    }

    /// When somebody joined the tenancy: never before their birth, and no adult as a child.
    fn joined(&self, draw: &mut Draw, slot: u32, age: u32) -> Date {
        let old_enough = before(self.today, if age < ADULT { age } else { age - ADULT });
        match slot {
            FORMER => before(self.since, draw.between(400, 3_000)),
            _ => self.since.max(old_enough),
        }
    }

    /// Two of a household have a serial of their own among the million numbers there are.
    fn nhs_number(&self, slot: u32) -> String {
        let serial = u64::from(self.property) * 2 + u64::from(slot);
        (slot < 2)
            .then(|| numbers::nhs_number(serial))
            .flatten()
            .unwrap_or_default()
    }

    fn mobile(&self, draw: &mut Draw, slot: u32) -> String {
        let likely = [70, 45, 15, 10, 10]
            .get(slot as usize)
            .copied()
            .unwrap_or(20);
        let style = draw.below(3);
        if !draw.percent(likely) {
            return String::new();
        }
        numbers::mobile(u64::from(self.property) * 3 + u64::from(slot), style)
    }
}

/// Age in days, and a title that goes with it.
fn age_and_title(draw: &mut Draw, slot: u32, feminine: bool) -> (u32, &'static str) {
    let child = (2..FORMER).contains(&slot) && draw.percent(60);
    let age = match slot {
        // Old enough to have had a tenancy of their own when the oldest of them began.
        FORMER => draw.between(17_000, 33_500),
        _ if child => draw.between(30, 6_200),
        _ => draw.between(6_700, 33_500),
    };
    let title = match (draw.below(50), child, feminine) {
        (_, true, true) => "Miss",
        (_, true, false) => "Master",
        (0, false, _) => "Mx",
        (1, false, _) => "Dr",
        (2..18, false, true) => "Mrs",
        (_, false, true) => "Ms",
        (_, false, false) => "Mr",
    };
    (age, title)
}

/// A short form for a third of those who have one, another name altogether for a few.
fn known_as(draw: &mut Draw, short: &'static str, pool: &[Forename]) -> &'static str {
    match draw.below(100) {
        0..33 => short,
        33..37 => draw.pick(pool).name,
        _ => "",
    }
}

/// Addresses of a domain that takes no mail, and now and then the one typed for "none".
fn email(draw: &mut Draw, serial: u64) -> String {
    match draw.below(100) {
        0..45 => format!("resident{serial}@example.gov.uk"),
        45..47 => "noemail@example.gov.uk".to_owned(),
        _ => String::new(),
    }
}

fn before(day: Date, days: u32) -> Date {
    day.saturating_sub(jiff::Span::new().days(days))
}

/// A few have one name only, and systems that want two put it under the surname.
fn one_name(person: Person) -> Person {
    if person.serial % 97 != 9 {
        return person;
    }
    Person {
        surname: person.forename,
        forename: "",
        middle: "",
        known_as: "",
        ..person
    }
}

#[cfg(test)]
mod tests {
    use super::at;
    use crate::council::Council;
    use crate::sample_people::CALLER_PROPERTY;
    use std::collections::HashSet;

    #[test]
    fn one_person_is_known_as_sam_and_has_the_sample_mobile() {
        let council = Council::sample(jiff::civil::date(2026, 11, 22));
        let everybody = || (0..council.properties()).flat_map(|i| at(&council, i));
        let sams: Vec<_> = everybody()
            .filter(|p| p.known_as == "Sam" || p.forename == "Sam")
            .collect();
        assert_eq!(sams.len(), 1);
        assert_eq!(
            (sams[0].serial, sams[0].surname),
            (u64::from(CALLER_PROPERTY) * 8, "Okafor")
        );
        let digits = |text: &str| {
            text.chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        };
        assert_eq!(
            everybody()
                .filter(|p| digits(&p.mobile).ends_with("7700900482"))
                .count(),
            1
        );
    }

    #[test]
    fn nobody_is_born_after_today_or_shares_a_number_of_their_own() {
        let council = Council::sample(jiff::civil::date(2026, 11, 22));
        let (mut ninos, mut nhs) = (HashSet::new(), HashSet::new());
        for person in (0..council.properties()).flat_map(|i| at(&council, i)) {
            assert!(person.born.is_none_or(|day| day < council.today()));
            assert!(
                person.born.is_none_or(|day| day <= person.since) && person.since < council.today()
            );
            assert!(
                person
                    .until
                    .is_none_or(|day| person.since < day && day < council.today())
            );
            assert!(person.nino.is_empty() || ninos.insert(person.nino));
            assert!(person.nhs_number.is_empty() || nhs.insert(person.nhs_number));
        }
        assert!(ninos.len() > 2_000 && nhs.len() > 2_000);
    }

    #[test]
    fn nobody_has_the_nhs_number_of_another_whoever_knows_it() {
        let council = Council::sample(jiff::civil::date(2026, 11, 22));
        let mut numbers = HashSet::new();
        for person in (0..council.properties()).flat_map(|i| at(&council, i)) {
            assert!(person.nhs.is_empty() || numbers.insert(person.nhs.clone()));
            assert!(person.nhs_number.is_empty() || person.nhs_number == person.nhs);
        }
        assert!(numbers.len() > 4_000);
    }
}
