//! People who speak for somebody, and people who were asked not to: every basis and every state occurs.

use crate::draw::Draw;
use crate::names::{FEMININE, MASCULINE, SURNAMES};
use crate::numbers;
use crate::people::Person;
use jiff::Span;
use jiff::civil::Date;

/// Somebody who may, or may not, speak for a person; the words are the council's labels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Proxy {
    pub(crate) name: String,
    pub(crate) relationship: &'static str,
    pub(crate) phone: String,
    pub(crate) basis: &'static str,
    /// Labels joined by ";".
    pub(crate) about: &'static str,
    /// Labels joined by ";".
    pub(crate) may: &'static str,
    /// In the person's words; empty for most.
    pub(crate) limits: &'static str,
    pub(crate) evidence: &'static str,
    /// How to know that it is them.
    pub(crate) check: &'static str,
    pub(crate) from: Date,
    pub(crate) to: Option<Date>,
    pub(crate) review: Option<Date>,
    pub(crate) state: &'static str,
}

/// Basis, evidence, subjects, what they may do. The first is a parent's.
#[rustfmt::skip]
const PLANS: [[&str; 4]; 13] = [
    ["Parental responsibility", "Birth certificate", "School admissions;Housing", "Be told;Ask;Decide"],
    ["Consent", "Said so", "Council tax;Repairs", "Be told"],
    ["Consent", "Signed form", "Rent;Repairs;Housing", "Be told;Ask"],
    ["Consent", "Said so", "Housing benefit;Council tax support", "Be told;Ask;Get letters"],
    ["Consent", "Signed form", "Blue Badge;Parking", "Ask"],
    ["Consent", "Said so", "Council tax;Rent", "Pay"],
    ["Consent", "Said so", crate::words::UNKNOWN_SUBJECT, "Be told"],
    ["LPA property and finance", "LPA copy", "Everything", "Be told;Ask;Decide;Pay"],
    ["LPA health and welfare", "LPA copy", "Social care;Care costs", "Be told;Decide"],
    ["Deputy", "Court order", "Everything", "Be told;Decide;Get letters;Pay"],
    ["Appointee", "DWP letter", "Housing benefit;Council tax support", "Be told;Ask;Get letters;Pay"],
    ["Best interest", "Meeting record", "Social care", "Be told"],
    ["Litigation friend", "Court order", "Housing", "Be told;Decide"],
];

const LIMITS: [&str; 6] = [
    "",
    "",
    "",
    "Not about money I owe.",
    "Only on weekdays.",
    "May not change the address.",
];

const CHECKS: [&str; 4] = [
    "",
    "Ask for the reference on their last letter.",
    "Ring back on the number we hold.",
    "Ask for their own date of birth.",
];

const WOMEN: [&str; 6] = ["daughter", "sister", "mother", "wife", "niece", "friend"];
const MEN: [&str; 6] = ["son", "brother", "father", "husband", "nephew", "neighbour"];

/// Draws who speaks for a person; `minor` gives a parent.
pub(crate) fn draw(person: &Person, minor: bool, today: Date, draw: &mut Draw) -> Proxy {
    let feminine = draw.percent(55);
    let pool = if feminine { FEMININE } else { MASCULINE };
    let surname = match draw.percent(60) {
        true if !person.forename.is_empty() => person.surname,
        _ => draw.pick(SURNAMES),
    };
    let plan = if minor {
        PLANS[0]
    } else {
        draw.pick(&PLANS[1..])
    };
    let relationship = match (minor, feminine) {
        (true, true) => "mother",
        (true, false) => "father",
        (false, true) => draw.pick(&WOMEN),
        (false, false) => draw.pick(&MEN),
    };
    let (state, from, to, review) = term(today, draw);
    Proxy {
        name: format!("{} {surname}", draw.pick(pool).name),
        relationship,
        phone: if draw.percent(80) {
            numbers::mobile(person.serial + 17, draw.below(3))
        } else {
            String::new()
        },
        basis: plan[0],
        evidence: plan[1],
        about: plan[2],
        may: plan[3],
        limits: draw.pick(&LIMITS),
        check: draw.pick(&CHECKS),
        from,
        to,
        review,
        state,
    }
}

type Term = (&'static str, Date, Option<Date>, Option<Date>);

/// State, first day, last day and review: most go on, some end soon, some have ended or never were.
fn term(today: Date, draw: &mut Draw) -> Term {
    let ago = |days: u32| today.saturating_sub(Span::new().days(days));
    let ahead = |days: u32| today.saturating_add(Span::new().days(days));
    let (began, soon, gone) = (
        ago(draw.between(130, 1_500)),
        ahead(draw.between(3, 25)),
        ago(draw.between(5, 100)),
    );
    match draw.below(20) {
        0 | 1 => ("Yes", began, Some(soon), None),
        2 | 3 => ("Yes", began, Some(gone), None),
        4 => ("Yes", soon, None, None),
        5 => ("Yes", began, None, Some(gone)),
        6 => ("No", began, None, None),
        7 => ("Taken back", began, Some(gone), None),
        8 => ("On hold", began, None, None),
        9 => ("Yes", began, Some(ahead(365)), Some(ahead(300))),
        _ => ("Yes", began, None, Some(ahead(draw.between(30, 360)))),
    }
}
