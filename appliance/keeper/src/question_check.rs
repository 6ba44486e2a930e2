//! Whether a question may stand in the log as it came: every text of its length,
//! every number one that canonical JSON writes exactly. What it is not: it looks
//! nothing up, so an address, person or service that does not exist passes.

use firebox_contract::correction::{MAX_SAW_CHARACTERS, MAX_SHOULD_BE_CHARACTERS};
use firebox_protocol::query::{
    About, Caller, Correct, MAX_ADDRESS_CHARACTERS, MAX_HOUSE_CHARACTERS, MAX_NAME_CHARACTERS,
    MAX_REFERENCE_CHARACTERS, MAX_VISITS, PersonBy, Report, View,
};
use firebox_protocol::{Ask, Code, PropertyBy};

use crate::question::MAX_EXACT;

/// Longest code of a service, hazard, role or reason in characters.
const MAX_CODE_CHARACTERS: usize = 64;
/// Longest account of when something was seen, in characters.
const MAX_WHEN_CHARACTERS: usize = 120;
/// Signs of a correction's reference after `COR-`: fifty bits.
const CORRECTION_SIGNS: usize = 10;

/// Requires a question to be well formed.
pub(crate) fn check_ask(ask: &Ask) -> Result<(), Code> {
    match ask {
        Ask::Property(at) => check_place(at),
        Ask::Visits { visits, .. } => {
            well_formed((1..=MAX_VISITS).contains(&visits.len()))?;
            visits.iter().try_for_each(|visit| {
                check_reference(&visit.reference)?;
                check_place(&visit.at)
            })
        }
        Ask::Person(by) => check_person(by),
        Ask::View(view) => check_view(view),
        Ask::Correct(correct) => check_correct(correct),
        Ask::Report(report) => check_report(report),
        Ask::Correction(reference) => well_formed(is_correction(reference)),
        // The keeper makes this question itself.
        Ask::Envelope { .. } => Err(Code::Malformed),
        Ask::DecideHold { hold, .. } => well_formed(*hold <= MAX_EXACT),
        Ask::Sources => Ok(()),
    }
}

fn check_place(at: &PropertyBy) -> Result<(), Code> {
    match at {
        PropertyBy::Uprn(_) => Ok(()),
        PropertyBy::Place { number: text, .. } | PropertyBy::Address(text) => {
            line(text, MAX_ADDRESS_CHARACTERS)
        }
    }
}

fn check_person(by: &PersonBy) -> Result<(), Code> {
    match by {
        PersonBy::Phone(_) | PersonBy::NhsNumber(_) => Ok(()),
        PersonBy::Name { name: text, .. } | PersonBy::Reference(text) => {
            line(text, MAX_NAME_CHARACTERS)
        }
    }
}

fn check_view(view: &View) -> Result<(), Code> {
    well_formed(is_exact(view.person))?;
    if let Caller::Proxy(Some(proxy)) = &view.caller {
        well_formed(is_exact(proxy.record))?;
    }
    match &view.confirmed.house_number {
        Some(house) => line(house, MAX_HOUSE_CHARACTERS),
        None => Ok(()),
    }
}

fn check_correct(correct: &Correct) -> Result<(), Code> {
    well_formed(match correct.about {
        About::Person(id) | About::Flag(id) => is_exact(id),
        About::Property(_) => true,
    })?;
    line(&correct.should_be, MAX_SHOULD_BE_CHARACTERS)?;
    code(&correct.by_role)
}

fn check_report(report: &Report) -> Result<(), Code> {
    // Codes stand in the log, so nothing but a code may stand in their place.
    code(&report.category)?;
    code(&report.to)?;
    code(&report.by_role)?;
    line(&report.when, MAX_WHEN_CHARACTERS)?;
    lines(&report.saw, MAX_SAW_CHARACTERS)
}

/// Requires the reference of a visit or call.
pub(crate) fn check_reference(reference: &str) -> Result<(), Code> {
    if reference.trim().is_empty() {
        return Err(Code::ReferenceMissing);
    }
    line(reference, MAX_REFERENCE_CHARACTERS)
}

/// Requires one line of text: not empty, not too long, no control characters.
pub(crate) fn line(text: &str, most_characters: usize) -> Result<(), Code> {
    well_formed(fits(text, most_characters) && !text.chars().any(char::is_control))
}

/// The same, but for ends of lines.
fn lines(text: &str, most_characters: usize) -> Result<(), Code> {
    let allowed = |sign: char| !sign.is_control() || sign == '\n' || sign == '\r';
    well_formed(fits(text, most_characters) && text.chars().all(allowed))
}

fn fits(text: &str, most_characters: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most_characters
}

fn code(text: &str) -> Result<(), Code> {
    well_formed(is_code(text))
}

/// Tells whether a text may be a code: lower-case letters, digits and hyphens.
pub(crate) fn is_code(text: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_CODE_CHARACTERS).contains(&text.len()) && text.bytes().all(sign)
}

/// Tells whether a text may be a correction's reference: `COR-` and ten signs of
/// Crockford's base32.
pub(crate) fn is_correction(text: &str) -> bool {
    let sign =
        |byte: u8| byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !b"ILOU".contains(&byte));
    text.strip_prefix("COR-")
        .is_some_and(|signs| signs.len() == CORRECTION_SIGNS && signs.bytes().all(sign))
}

/// Tells whether canonical JSON can write a store's id exactly.
pub(crate) fn is_exact(id: i64) -> bool {
    id.unsigned_abs() <= MAX_EXACT
}

fn well_formed(is: bool) -> Result<(), Code> {
    if is { Ok(()) } else { Err(Code::Malformed) }
}

#[cfg(test)]
mod tests {
    use firebox_contract::correction::{Field, HowKnown};
    use firebox_contract::record::Uprn;
    use firebox_protocol::Visit;
    use firebox_protocol::query::{Confirmed, NameAnd, ProxyId};

    use super::*;

    const MALFORMED: Result<(), Code> = Err(Code::Malformed);

    fn uprn() -> Uprn {
        Uprn::parse("100").unwrap()
    }

    fn visits(count: usize, reference: &str) -> Ask {
        let visit = || Visit {
            reference: reference.into(),
            at: PropertyBy::Uprn(uprn()),
        };
        Ask::Visits {
            date: jiff::civil::date(2026, 3, 2),
            visits: std::iter::repeat_with(visit).take(count).collect(),
        }
    }

    #[test]
    fn lengths_are_checked_before_anything_is_logged() {
        let address = |text: &str| check_ask(&Ask::Property(PropertyBy::Address(text.into())));
        assert_eq!(address("1 Mill Lane"), Ok(()));
        assert_eq!(address(&"x".repeat(200)), Ok(()));
        assert_eq!(address(&"x".repeat(201)), MALFORMED);
        assert_eq!(address(" "), MALFORMED);
        assert_eq!(address("1 Mill\nLane"), MALFORMED);
        assert_eq!(check_reference(&"x".repeat(64)), Ok(()));
        assert_eq!(check_reference(&"x".repeat(65)), MALFORMED);
        assert_eq!(check_reference("a\u{7}"), MALFORMED);
        assert_eq!(check_reference(" "), Err(Code::ReferenceMissing));
        assert_eq!(check_ask(&visits(60, "V")), Ok(()));
        assert_eq!(check_ask(&visits(61, "V")), MALFORMED);
        assert_eq!(check_ask(&visits(0, "V")), MALFORMED);
        assert_eq!(check_ask(&visits(1, "")), Err(Code::ReferenceMissing));
        let hold = |hold| check_ask(&Ask::DecideHold { hold, apply: true });
        assert_eq!(hold(MAX_EXACT), Ok(()));
        assert_eq!(hold(MAX_EXACT + 1), MALFORMED);
        assert_eq!(check_ask(&Ask::Envelope { record: 1 }), MALFORMED);
    }

    #[test]
    fn a_person_is_searched_for_in_one_line_that_says_something() {
        let named = |name: &str| {
            check_ask(&Ask::Person(PersonBy::Name {
                name: name.into(),
                and: NameAnd::DateOfBirth(jiff::civil::date(1961, 3, 4)),
            }))
        };
        let referred = |text: &str| check_ask(&Ask::Person(PersonBy::Reference(text.into())));
        for check in [&named as &dyn Fn(&str) -> Result<(), Code>, &referred] {
            assert_eq!(check("Sam Okoro"), Ok(()));
            assert_eq!(check(&"x".repeat(120)), Ok(()));
            assert_eq!(check(&"x".repeat(121)), MALFORMED);
            assert_eq!(check(" "), MALFORMED);
            assert_eq!(check("Sam\nOkoro"), MALFORMED);
        }
    }

    #[test]
    fn a_view_names_people_and_proxies_by_numbers_the_log_can_write() {
        let view = |person, proxy, house: Option<&str>| {
            check_ask(&Ask::View(View {
                person,
                caller: Caller::Proxy(Some(ProxyId {
                    record: proxy,
                    place: 0,
                })),
                confirmed: Confirmed {
                    house_number: house.map(str::to_owned),
                    ..Confirmed::default()
                },
            }))
        };
        assert_eq!(view(1, 2, None), Ok(()));
        assert_eq!(view(1, 2, Some("14b")), Ok(()));
        assert_eq!(view(1 << 53, 2, None), MALFORMED);
        assert_eq!(view(1, i64::MIN, None), MALFORMED);
        assert_eq!(view(1, 2, Some("")), MALFORMED);
        assert_eq!(view(1, 2, Some(&"1".repeat(61))), MALFORMED);
    }

    #[test]
    fn a_correction_says_one_line_and_a_report_what_was_seen_in_several() {
        let correct = |should_be: &str, about, by_role: &str| {
            check_ask(&Ask::Correct(Correct {
                about,
                field: Field::Address,
                should_be: should_be.into(),
                how_known: HowKnown::Other,
                by_role: by_role.into(),
            }))
        };
        let about = About::Property(uprn());
        assert_eq!(correct("1 Mill Lane", about, "adviser"), Ok(()));
        assert_eq!(correct(&"x".repeat(501), about, "adviser"), MALFORMED);
        assert_eq!(correct("1 Mill\nLane", about, "adviser"), MALFORMED);
        assert_eq!(correct(" ", about, "adviser"), MALFORMED);
        assert_eq!(correct("x", about, "Sam's adviser"), MALFORMED);
        assert_eq!(correct("x", About::Flag(1 << 53), "adviser"), MALFORMED);

        let report = |saw: &str, when: &str, category: &str, to: &str| {
            check_ask(&Ask::Report(Report {
                uprn: uprn(),
                category: category.into(),
                saw: saw.into(),
                when: when.into(),
                to: to.into(),
                by_role: "officer".into(),
            }))
        };
        let (saw, when, category, to) = ("A dog.\nLoose.", "this morning", "sharps", "housing");
        assert_eq!(report(saw, when, category, to), Ok(()));
        assert_eq!(report(&"x".repeat(2_001), when, category, to), MALFORMED);
        assert_eq!(report("\u{1b}[2J", when, category, to), MALFORMED);
        assert_eq!(report("\n", when, category, to), MALFORMED);
        assert_eq!(report(saw, "this\nmorning", category, to), MALFORMED);
        assert_eq!(report(saw, when, "a dog bit me", to), MALFORMED);
        assert_eq!(report(saw, when, category, ""), MALFORMED);
    }

    #[test]
    fn a_correction_is_asked_for_by_its_reference_and_by_nothing_else() {
        let ask = |text: &str| check_ask(&Ask::Correction(text.into()));
        assert_eq!(ask("COR-0123456789"), Ok(()));
        assert_eq!(ask("COR-ABCDEFGHJZ"), Ok(()));
        for bad in [
            "",
            "COR-",
            "COR-012345678",
            "COR-01234567890",
            "COR-012345678i",
            "COR-012345678I",
            "REL-0123456789",
            "cor-0123456789",
        ] {
            assert_eq!(ask(bad), MALFORMED, "{bad}");
        }
    }
}
