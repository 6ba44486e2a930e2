//! The separate fields.

use firebox_contract::record::{Phone, Postcode};
use firebox_protocol::PersonBy;
use firebox_protocol::query::NameAnd;
use jiff::civil::date;

use super::{by, one};
use crate::tests::house::House;

fn filled<'a>(fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![("by", "fields")];
    all.extend_from_slice(fields);
    all
}

const BORN: [(&str, &str); 3] = [
    ("born-day", "4"),
    ("born-month", "3"),
    ("born-year", "1961"),
];

#[tokio::test]
async fn separate_fields_search_as_the_box_does() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    let phone = ("phone", "07700 900482");
    let (name, at) = (("name", " Sam  Okafor "), ("postcode", "nb14qx"));
    let named = [&[name][..], &BORN, &[at]].concat();
    for fields in [filled(&[phone]), filled(&named), filled(&[name, at])] {
        let seen = house.sends_and_follows("/find", &fields).await;
        assert_eq!(seen.heading(), "1 match");
    }
    let name = |and| PersonBy::Name {
        name: "Sam Okafor".into(),
        and,
    };
    let expected = [
        PersonBy::Phone(Phone::parse("+447700900482").unwrap()),
        name(NameAnd::DateOfBirth(date(1961, 3, 4))),
        name(NameAnd::Postcode(Postcode::parse("NB1 4QX").unwrap())),
    ];
    assert_eq!(by(&asked), expected);
}

#[tokio::test]
async fn what_is_wrong_with_a_field_is_said_at_it_in_the_open_and_what_was_typed_stays() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    let real = "Date of birth must be a real date in the past";
    for (fields, words, target) in [
        (vec![], "Enter a name or a phone number", "name"),
        (
            vec![("name", "Sam")],
            "Add a date of birth, a postcode or a phone number",
            "born-day",
        ),
        (
            vec![("postcode", "NB1 4QX")],
            "Enter a name as well",
            "name",
        ),
        (
            vec![("name", "Sam"), ("postcode", "NB1")],
            "Enter a full postcode, like NB1 4QX",
            "postcode",
        ),
        (
            vec![("phone", "999")],
            "Enter a whole phone number, like 07700 900982",
            "phone",
        ),
        (
            vec![("name", "Sam"), ("born-day", "4"), ("born-year", "1961")],
            "Date of birth must include a month",
            "born-month",
        ),
        (
            vec![
                ("name", "Sam"),
                ("born-day", "31"),
                ("born-month", "2"),
                ("born-year", "1961"),
            ],
            real,
            "born-day",
        ),
        (
            vec![
                ("name", "Sam"),
                ("born-day", "4"),
                ("born-month", "3"),
                ("born-year", "2999"),
            ],
            real,
            "born-day",
        ),
    ] {
        let seen = house.sends("/find", &filled(&fields)).await;
        assert_eq!((seen.status, seen.errors()), (422, vec![words.to_owned()]));
        assert!(
            seen.html.contains(&format!("href=\"#{target}\"")),
            "{target}"
        );
        assert!(!seen.html.contains("<details"), "{words}");
        assert!(
            seen.second_headings()
                .contains(&"Search by separate fields".to_owned())
        );
        for (_, typed) in fields {
            assert!(seen.html.contains(&format!("value=\"{typed}\"")), "{typed}");
        }
    }
    assert_eq!(by(&asked), []);
}

#[tokio::test]
async fn several_wrong_fields_are_all_said_in_the_order_of_the_page() {
    let house = House::open().await;
    house.finds_callers(one());
    let long = "a".repeat(121);
    let fields = [
        ("phone", "x"),
        ("postcode", "x"),
        ("born-day", "x"),
        ("name", long.as_str()),
    ];
    let seen = house.sends("/find", &filled(&fields)).await;
    let expected = [
        "Enter a shorter name",
        "Date of birth must include a month",
        "Enter a full postcode, like NB1 4QX",
        "Enter a whole phone number, like 07700 900982",
    ];
    assert_eq!(seen.errors(), expected);
}
