//! "Who is calling?": what is asked, what is wrong with a form, and that what
//! was typed is kept.

use super::{BY_PHONE, KNOWS, unconfirmed, views};
use crate::tests::house::House;
use crate::tests::person_play::well_known;

impl House {
    /// Opens somebody's page and gives the path of the form.
    async fn opens_caller_form(&self) -> String {
        let path = self.finds_caller_by(BY_PHONE).await;
        self.knows_person(unconfirmed());
        self.page(&path).await;
        format!("{path}/caller")
    }
}

#[tokio::test]
async fn it_is_asked_who_is_calling_and_for_two_of_three_things() {
    let house = House::open().await;
    let form = house.opens_caller_form().await;
    let seen = house.page(&form).await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (200, "Who is calling?")
    );
    let text = seen.text();
    let mut from = 0;
    for words in [
        "Sam, the person themselves",
        "Someone speaking for them",
        "I am not sure",
        "Maya Shah (daughter) may be told about council tax.",
        "Not on the list",
        "Ask for 2 of these",
        "Date of birth",
        "Postcode",
        "House number or name",
        "Go back without confirming",
    ] {
        from += text[from..]
            .find(words)
            .unwrap_or_else(|| panic!("{words}: {text}"));
    }
    for value in ["1961", "Mill Lane", "NB1"] {
        assert!(!seen.html.contains(value), "{value}");
    }
}

#[tokio::test]
async fn a_form_that_will_not_do_asks_nobody_and_keeps_what_was_typed() {
    let house = House::open().await;
    let form = house.opens_caller_form().await;
    let asked = house.knows_person(well_known());
    let two = "Enter 2 of these: date of birth, postcode, house number";
    for (fields, errors) in [
        (&[][..], &["Select who is calling"][..]),
        (&[("caller", "self")], &[two]),
        (&[("caller", "self"), ("postcode", "NB1 4QX")], &[two]),
        (
            &[
                ("caller", "self"),
                ("born-day", "31"),
                ("born-month", "2"),
                ("born-year", "1961"),
            ],
            &["Date of birth must be a real date"],
        ),
        (
            &[
                ("caller", "self"),
                ("born-day", "3"),
                ("born-year", "1961"),
                ("postcode", "NB1"),
            ],
            &[
                "Date of birth must include a month",
                "Enter a full postcode, like NB1 4QX",
            ],
        ),
        (
            &[
                ("caller", "self"),
                ("born-day", "4"),
                ("born-month", "3"),
                ("born-year", "61"),
            ],
            &["Year of birth must have 4 numbers"],
        ),
        (
            &[
                ("caller", "self"),
                ("born-day", "4"),
                ("born-month", "3"),
                ("born-year", "2961"),
            ],
            &["Date of birth must be in the past"],
        ),
        (
            &[("caller", "proxy")],
            &["Select who is speaking, or that they are not on the list"],
        ),
        (
            &[("caller", "proxy"), ("speaker", "somebody")],
            &["Select who is speaking, or that they are not on the list"],
        ),
    ] {
        let seen = house.sends(&form, fields).await;
        assert_eq!(
            (seen.status, seen.errors()),
            (422, errors.iter().map(|e| (*e).into()).collect())
        );
        for (name, value) in fields.iter().filter(|(name, _)| *name != "speaker") {
            let kept = match *name {
                "caller" => format!("value=\"{value}\" checked"),
                _ => format!("value=\"{value}\""),
            };
            assert!(seen.html.contains(&kept), "{name}: {}", seen.html);
        }
    }
    let long = "9".repeat(61);
    let fields = [
        ("caller", "self"),
        ("house", long.as_str()),
        ("postcode", "NB1 4QX"),
    ];
    let seen = house.sends(&form, &fields).await;
    assert_eq!(
        seen.errors(),
        ["House number or name must be 60 letters and numbers or fewer"]
    );
    assert!(views(&asked).is_empty());
}

#[tokio::test]
async fn whoever_was_not_opened_in_this_call_is_opened_first() {
    let house = House::open().await;
    let path = house.finds_caller_by(BY_PHONE).await;
    house.knows_person(unconfirmed());
    let form = format!("{path}/caller");
    assert_eq!(house.page(&form).await.leads_to(), path);
    assert_eq!(house.sends(&form, &KNOWS).await.leads_to(), path);
}

#[tokio::test]
async fn nothing_that_was_typed_stands_in_a_target_or_a_title() {
    let house = House::open().await;
    let form = house.opens_caller_form().await;
    house.knows_person(well_known());
    let sent = house.sends(&form, &KNOWS).await;
    let to = sent.leads_to();
    assert_eq!(format!("{to}/caller"), form);
    let seen = house.page(&form).await;
    assert!(!seen.title().contains("Sam"), "{}", seen.title());
}
