//! The people of Mill Lane that demonstrations and tests ask about: who they are, and what is true of
//! them. Everybody else is drawn.
//!
//! Their telephones belong to nobody else, and services that know them agree on their NHS number and
//! date of birth, so that their records join.

use crate::circumstances::Circumstances;
use crate::numbers;
use crate::people::Person;
use crate::proxies::Proxy;
use crate::words::{MARKERS, NEEDS};
use jiff::civil::{Date, date};

/// The property of the caller sample: 19 Mill Lane.
pub(crate) const CALLER_PROPERTY: u32 = 18;
/// 12 Mill Lane: a family with one landline.
pub(crate) const FAMILY_PROPERTY: u32 = 11;
/// 22 Mill Lane: somebody who has died.
pub(crate) const DECEASED_PROPERTY: u32 = 21;
/// 23 Mill Lane: somebody with a marker, a hidden address and a proxy on record.
pub(crate) const HIDDEN_PROPERTY: u32 = 22;
/// 24 Mill Lane: somebody who is withheld from everybody.
pub(crate) const WITHHELD_PROPERTY: u32 = 23;

/// Last three digits of mobiles nobody else has.
const CALLER_MOBILE: u32 = 482;
const CALLER_PROXY_MOBILE: u32 = 483;
const HIDDEN_MOBILE: u32 = 484;
const HIDDEN_SAFE_MOBILE: u32 = 485;
const WITHHELD_MOBILE: u32 = 486;
const DECEASED_MOBILE: u32 = 487;
const HIDDEN_PROXY_MOBILE: u32 = 488;
/// Last three digits of the family's landline.
const FAMILY_LANDLINE: u32 = 990;

/// A sample person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sample {
    Caller,
    Deceased,
    Hidden,
    Withheld,
}

impl Sample {
    /// Which sample somebody is, if any.
    pub(crate) fn of(person: &Person) -> Option<Self> {
        match (person.property, person.slot) {
            (CALLER_PROPERTY, 0) => Some(Self::Caller),
            (DECEASED_PROPERTY, 0) => Some(Self::Deceased),
            (HIDDEN_PROPERTY, 0) => Some(Self::Hidden),
            (WITHHELD_PROPERTY, 0) => Some(Self::Withheld),
            _ => None,
        }
    }

    /// The number they may be rung on under a marker.
    pub(crate) fn safe_number(self) -> Option<String> {
        (self == Self::Hidden).then(|| numbers::typed_mobile(HIDDEN_SAFE_MOBILE, 0))
    }
}

/// The fewest people who live at a property.
pub(crate) fn least(property: u32) -> u32 {
    match property {
        CALLER_PROPERTY | DECEASED_PROPERTY | HIDDEN_PROPERTY | WITHHELD_PROPERTY => 1,
        FAMILY_PROPERTY => 4,
        _ => 0,
    }
}

/// Gives a sample person their own name, birth and numbers; everybody else stays as drawn.
pub(crate) fn settled(person: Person) -> Person {
    if person.property == FAMILY_PROPERTY && !person.former {
        return Person {
            landline: numbers::typed_landline(FAMILY_LANDLINE),
            ..person
        };
    }
    let Some(sample) = Sample::of(&person) else {
        return person;
    };
    let (title, [forename, middle, surname], known_as, birth, mobile) = match sample {
        Sample::Caller => (
            "Mx",
            ["Chiamaka", "Grace", "Okafor"],
            "Sam",
            date(1961, 3, 4),
            CALLER_MOBILE,
        ),
        Sample::Deceased => (
            "Mr",
            ["Wilfred", "", "Ashcombe"],
            "",
            date(1938, 2, 11),
            DECEASED_MOBILE,
        ),
        Sample::Hidden => (
            "Ms",
            ["Rosalind", "", "Quayle"],
            "Ros",
            date(1983, 9, 27),
            HIDDEN_MOBILE,
        ),
        Sample::Withheld => (
            "Ms",
            ["Edwina", "", "Threlfall"],
            "",
            date(1974, 8, 19),
            WITHHELD_MOBILE,
        ),
    };
    Person {
        title,
        forename,
        middle,
        surname,
        known_as,
        feminine: sample != Sample::Deceased,
        born: Some(birth),
        birth,
        nhs_number: person.nhs.clone(),
        nino: numbers::nino(person.serial),
        mobile: numbers::typed_mobile(mobile, 0),
        landline: String::new(),
        email: if sample == Sample::Caller {
            format!("resident{}@example.gov.uk", person.serial)
        } else {
            String::new()
        },
        ..person
    }
}

/// Gives a sample person what is true of them; everybody else stays as drawn.
pub(crate) fn circumstances(person: &Person, today: Date, drawn: Circumstances) -> Circumstances {
    let days_ago = |days: i64| today.saturating_sub(jiff::Span::new().days(days));
    let nothing = Circumstances {
        pronouns: "",
        died: None,
        undisclosed: false,
        marker: None,
        withheld: false,
        tongue: None,
        needs: Vec::new(),
        proxy: None,
    };
    match Sample::of(person) {
        None if person.property == FAMILY_PROPERTY => Circumstances {
            undisclosed: false,
            marker: None,
            withheld: false,
            ..drawn
        },
        None => drawn,
        Some(Sample::Caller) => Circumstances {
            pronouns: "they/them",
            tongue: Some(("Igbo", "ig", false)),
            needs: vec![&NEEDS[0], &NEEDS[1]],
            proxy: Some(maya(days_ago(200))),
            ..nothing
        },
        Some(Sample::Deceased) => Circumstances {
            died: Some(days_ago(40).max(person.since)),
            needs: vec![&NEEDS[16]],
            ..nothing
        },
        Some(Sample::Hidden) => Circumstances {
            pronouns: "she/her",
            undisclosed: true,
            marker: Some(MARKERS[0].0),
            needs: vec![&NEEDS[28]],
            proxy: Some(gregory(days_ago(900))),
            ..nothing
        },
        Some(Sample::Withheld) => Circumstances {
            undisclosed: true,
            marker: Some(MARKERS[1].0),
            withheld: true,
            ..nothing
        },
    }
}

/// The caller's daughter.
fn maya(from: Date) -> Proxy {
    Proxy {
        name: "Maya Shah".to_owned(),
        relationship: "daughter",
        phone: numbers::typed_mobile(CALLER_PROXY_MOBILE, 0),
        basis: "Consent",
        about: "Council tax;Repairs",
        may: "Be told",
        limits: "She may not change the address.",
        evidence: "Said so",
        check: "Ask for the first line of her own address.",
        from,
        to: None,
        review: Some(from.saturating_add(jiff::Span::new().years(1))),
        state: "Yes",
    }
}

/// Somebody the hidden sample's services once wrote down; no answer may name him.
fn gregory(from: Date) -> Proxy {
    Proxy {
        name: "Gregory Quayle".to_owned(),
        relationship: "husband",
        phone: numbers::typed_mobile(HIDDEN_PROXY_MOBILE, 0),
        basis: "Consent",
        about: "Rent;Housing benefit",
        may: "Be told;Ask",
        limits: "",
        evidence: "Signed form",
        check: "",
        from,
        to: None,
        review: None,
        state: "Yes",
    }
}
