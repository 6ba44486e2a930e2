use firebox_contract::record::{NhsNumber, Phone};
use firebox_protocol::PersonBy;
use jiff::civil::date;

use super::*;

const TODAY: Date = Date::constant(2026, 11, 22);

fn read(text: &str) -> Understood {
    recognise(text, TODAY)
}

fn phone(e164: &str) -> PersonBy {
    PersonBy::Phone(Phone::parse(e164).unwrap())
}

fn nhs(text: &str) -> PersonBy {
    PersonBy::NhsNumber(NhsNumber::parse(text).unwrap())
}

fn reference(text: &str) -> PersonBy {
    PersonBy::Reference(text.into())
}

fn postcode(text: &str) -> Postcode {
    Postcode::parse(text).unwrap()
}

fn born(name: &str, day: Date) -> PersonBy {
    PersonBy::Name {
        name: name.into(),
        and: NameAnd::DateOfBirth(day),
    }
}

fn lives(name: &str, at: &str) -> PersonBy {
    PersonBy::Name {
        name: name.into(),
        and: NameAnd::Postcode(postcode(at)),
    }
}

#[test]
fn a_telephone_number_is_one_however_it_is_typed() {
    for text in [
        "07700900482",
        "07700 900 482",
        "(07700) 900-482",
        "07700.900.482",
        "0 7 7 0 0 9 0 0 4 8 2",
        "+44 7700 900482",
        "+44 (0)7700 900482",
        "00447700900482",
    ] {
        assert_eq!(read(text).ways, [phone("+447700900482")], "{text}");
    }
    assert_eq!(read("+33 1 42 68 53 00").ways, [phone("+33142685300")]);
}

#[test]
fn ten_digits_are_an_nhs_number_when_the_last_agrees_and_may_be_something_else() {
    let ways = [nhs("9990000018"), reference("999 000 0018")];
    assert_eq!(read("999 000 0018").ways, ways);
    let typed = read("4857773456");
    assert_eq!(typed.ways, [reference("4857773456")]);
    assert!(typed.no_nhs_number);
    assert!(!read("9990000018").no_nhs_number);
    assert!(!read("48577734567").no_nhs_number);
}

#[test]
fn a_number_without_its_nought_is_offered_as_a_telephone_number() {
    let mobile = read("7700 900482");
    assert_eq!(
        mobile.ways,
        [phone("+447700900482"), reference("7700 900482")]
    );
    assert!(mobile.no_nhs_number);
    let landline = read("1632960100");
    assert_eq!(
        landline.ways,
        [reference("1632960100"), phone("+441632960100")]
    );
    let whole = read("447700900482");
    assert_eq!(
        whole.ways,
        [phone("+447700900482"), reference("447700900482")]
    );
}

#[test]
fn ten_digits_after_a_nought_may_be_a_scottish_number() {
    let number = (0..10).find_map(|check| {
        let text = format!("016977731{check}");
        NhsNumber::parse(&text).ok().map(|number| (text, number))
    });
    let (text, number) = number.unwrap();
    let ways = read(&text).ways;
    assert!(matches!(ways.first(), Some(PersonBy::Phone(_))), "{ways:?}");
    assert!(ways.contains(&PersonBy::NhsNumber(number)), "{ways:?}");
}

#[test]
fn a_services_reference_is_one_with_letters_or_without() {
    for text in ["P00000144", "ASC-12345", "P 144", "144", "100023336956"] {
        assert_eq!(read(text).ways, [reference(text)], "{text}");
    }
    assert_eq!(read("ref: P00000144").ways, [reference("P00000144")]);
}

#[test]
fn a_name_with_a_date_of_birth_finds_somebody_in_any_order() {
    let sam = vec![born("sam okafor", date(1961, 3, 4))];
    for text in [
        "sam okafor 4/3/1961",
        "4/3/61 sam okafor",
        "sam 04 03 61 okafor",
        "sam okafor, 4 mar 1961",
        "sam okafor 4th March 1961",
        "sam okafor 4-Mar-61",
        "sam okafor dob:04.03.1961",
        "sam okafor 1961-03-04",
    ] {
        assert_eq!(read(text).ways, sam, "{text}");
    }
}

#[test]
fn a_year_of_two_digits_is_not_still_to_come() {
    for (text, year) in [("4/3/61", 1961), ("4/3/26", 2026), ("4/3/27", 1927)] {
        let understood = read(&format!("okafor {text}"));
        assert_eq!(understood.ways, [born("okafor", date(year, 3, 4))]);
    }
    assert_eq!(read("okafor 23/11/26").lacks, Some(Lack::RealDate));
}

#[test]
fn a_name_with_a_postcode_finds_somebody() {
    for text in [
        "okafor NB1 4QX",
        "nb14qx okafor",
        "okafor nb1-4qx",
        "Okafor, NB1 4QX",
    ] {
        let ways = read(text).ways;
        let name = if text.starts_with('O') {
            "Okafor"
        } else {
            "okafor"
        };
        assert_eq!(ways, [lives(name, "NB1 4QX")], "{text}");
    }
    let names = ["O'Brien", "Zoë Müller-Jones", "de la Cruz"];
    for name in names {
        assert_eq!(
            read(&format!("{name} NB1 4QX")).ways,
            [lives(name, "NB1 4QX")]
        );
    }
}

#[test]
fn all_that_was_given_is_kept_for_confirming_who_calls() {
    let understood = read("okafor 4/3/1961 14a NB1 4QX");
    assert_eq!(understood.ways, [born("okafor", date(1961, 3, 4))]);
    let given = Confirmed {
        date_of_birth: Some(date(1961, 3, 4)),
        postcode: Some(postcode("NB1 4QX")),
        house_number: Some("14a".into()),
    };
    assert_eq!(understood.given, given);
    assert_eq!(read("07700 900482").given.given(), 0);
    assert_eq!(read("07700 900482 4/3/1961 NB1 4QX").given.given(), 2);
}

#[test]
fn a_number_beside_a_name_goes_first_and_the_name_is_the_other_way() {
    let ways = [phone("+447700900482"), born("okafor", date(1961, 3, 4))];
    assert_eq!(read("okafor 07700 900 482 04 03 61").ways, ways);
    assert_eq!(read("okafor 07700 900482").ways, [phone("+447700900482")]);
    assert_eq!(read("okafor 999 000 0018").ways, [nhs("9990000018")]);
    let ways = [reference("P00000144"), lives("okafor", "NB1 4QX")];
    assert_eq!(read("okafor P00000144 NB1 4QX").ways, ways);
}

#[test]
fn what_finds_nobody_says_what_it_lacks() {
    for (text, lack) in [
        ("", Lack::Anything),
        (" -- ", Lack::Anything),
        ("okafor", Lack::OneMoreThing),
        ("okafor 14", Lack::OneMoreThing),
        ("NB1 4QX", Lack::Name),
        ("4/3/1961", Lack::Name),
        ("4 3 1961", Lack::Name),
        ("4/3/1961 NB1 4QX", Lack::Name),
        ("okafor NB1", Lack::WholePostcode),
        ("NB1", Lack::WholePostcode),
        ("okafor 1961", Lack::WholeDate),
        ("okafor 31/2/1961", Lack::RealDate),
        ("okafor 31/2/1961 NB1 4QX", Lack::RealDate),
        ("okafor 4/13/1961", Lack::RealDate),
        ("okafor 4/3/2061", Lack::RealDate),
        ("okafor 4/3/1861", Lack::RealDate),
    ] {
        let understood = read(text);
        assert_eq!(
            (understood.lacks, understood.ways),
            (Some(lack), vec![]),
            "{text:?}"
        );
    }
    assert_eq!(
        read(&"a".repeat(MAX_CHARACTERS + 1)).lacks,
        Some(Lack::Brevity)
    );
    let long = format!("{} NB1 4QX", "a".repeat(MAX_NAME_CHARACTERS + 1));
    assert_eq!(read(&long).lacks, Some(Lack::Brevity));
    assert_eq!(
        read(&"1".repeat(MAX_NAME_CHARACTERS + 1)).lacks,
        Some(Lack::Brevity)
    );
}

/// Draws texts out of the signs that mean something here; the same ones each time.
fn drawn() -> impl Iterator<Item = String> {
    const SIGNS: [&str; 24] = [
        "0", "1", "4", "9", "61", "07700", "900482", "999", " ", " ", "/", "-", ".", "+", "(", "é",
        "okafor", "mar", "NB1", "4QX", "\u{0}", "²", ":", "٣",
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below).unwrap()
    };
    (0..20_000).map(move |_| (0..next(12)).map(|_| SIGNS[next(24)]).collect())
}

#[test]
fn whatever_is_typed_has_a_way_or_lacks_something_and_never_both() {
    for text in drawn() {
        let understood = read(&text);
        assert_eq!(
            understood.ways.is_empty(),
            understood.lacks.is_some(),
            "{text:?}"
        );
        for way in &understood.ways {
            let asked = match way {
                PersonBy::Name { name, .. } => name,
                PersonBy::Reference(reference) => reference,
                PersonBy::Phone(_) | PersonBy::NhsNumber(_) => continue,
            };
            assert!(!asked.trim().is_empty() && asked.chars().count() <= MAX_NAME_CHARACTERS);
            assert!(!asked.chars().any(char::is_control), "{text:?}");
        }
        let twice = understood
            .ways
            .iter()
            .skip(1)
            .any(|way| way == &understood.ways[0]);
        assert!(!twice, "{text:?}");
    }
}

#[test]
fn blanks_and_case_around_make_no_difference() {
    for text in drawn().take(2_000) {
        assert_eq!(read(&text), read(&format!("  {text}\n")), "{text:?}");
    }
}
