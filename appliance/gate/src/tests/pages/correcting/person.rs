//! `/people/{token}/correct`: what is asked, what is wrong with it, what is kept.

use firebox_contract::correction::{Field, HowKnown};
use firebox_protocol::query::{About, Correct};

use super::{ONE, SECRET, TWO, adviser, adviser_on_a_call, corrects, raised};
use crate::tests::house::House;

#[tokio::test]
async fn the_first_page_asks_what_is_wrong_and_how_one_knows() {
    let (house, form) = adviser().await;
    let seen = house.page(&form).await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (200, "What is wrong?")
    );
    let order = [
        "Preferred name",
        "Pronouns",
        "How to communicate",
        "Who can speak for them",
        "Phone number",
        "Something is missing",
        "How do you know?",
        "The person told me",
        "Someone speaking for them told me",
        "I saw it on a visit",
        "Another reason",
        "Continue",
    ];
    let mut rest = seen.text();
    for words in order {
        let (_, after) = rest
            .split_once(words)
            .unwrap_or_else(|| panic!("no {words}"));
        rest = after.to_owned();
    }
    assert!(!seen.text().contains("warning"));
    assert!(seen.text().contains("This page cannot be printed."));
    assert_eq!(seen.html.matches("type=\"checkbox\"").count(), 13);
    assert!(
        seen.html.contains(&form.replace("/correct", "\"")),
        "leads back"
    );
}

#[tokio::test]
async fn what_is_left_out_is_asked_for_in_the_fields_own_words() {
    let (house, form) = adviser().await;
    let seen = house.sends(&form, &[]).await;
    assert_eq!(seen.status, 422);
    assert_eq!(
        seen.errors(),
        ["Select what is wrong", "Select how you know"]
    );
    assert!(seen.title().starts_with("Error: What is wrong?"));
    let fields = [
        ("wrong", "preferred-name"),
        ("wrong", "date-of-birth"),
        ("wrong", "missing"),
        ("how", "other"),
    ];
    let seen = house.sends(&form, &fields).await;
    assert_eq!(
        seen.errors(),
        [
            "Enter what the preferred name should be",
            "Enter what the date of birth should be",
            "Enter what is missing",
        ]
    );
}

#[tokio::test]
async fn what_will_not_do_is_said_beside_it_and_everything_typed_is_kept() {
    let (house, form) = adviser().await;
    let long = "x".repeat(501);
    let fields = [
        ("wrong", "phone"),
        ("wrong", "email"),
        ("wrong", "address"),
        ("should-phone", "the new one"),
        ("should-email", "sam at home"),
        ("should-address", &long),
        ("should-pronouns", "they <b>"),
        ("how", "seen-on-visit"),
    ];
    let seen = house.sends(&form, &fields).await;
    assert_eq!(
        seen.errors(),
        [
            "Enter a whole phone number, like 01632 960 001",
            "Enter an email address, like name@example.com",
            "Address must be 500 characters or less",
        ]
    );
    for kept in ["the new one", "sam at home", &long, "they &lt;b&gt;"] {
        assert!(seen.html.contains(kept), "{kept}");
    }
    assert!(seen.html.contains("value=\"seen-on-visit\" checked"));
    assert!(!seen.html.contains("value=\"pronouns\" checked"));
}

#[tokio::test]
async fn a_date_of_birth_is_a_whole_day_in_the_past() {
    let (house, form) = adviser().await;
    for (day, month, year, words, target) in [
        (
            "4",
            "",
            "1961",
            "Enter a whole date of birth, like 27 3 1984",
            "month",
        ),
        (
            "31",
            "2",
            "1961",
            "Enter a whole date of birth, like 27 3 1984",
            "day",
        ),
        (
            "4",
            "3",
            "61",
            "The year must have 4 numbers, like 1961",
            "year",
        ),
        (
            "4",
            "3",
            "2999",
            "The date of birth must be in the past",
            "year",
        ),
    ] {
        let fields = [
            ("wrong", "date-of-birth"),
            ("should-date-of-birth-day", day),
            ("should-date-of-birth-month", month),
            ("should-date-of-birth-year", year),
            ("how", "other"),
        ];
        let seen = house.sends(&form, &fields).await;
        assert_eq!(seen.errors(), [words]);
        assert!(
            seen.links()
                .contains(&format!("#should-date-of-birth-{target}")),
            "{words}"
        );
    }
}

#[tokio::test]
async fn answers_are_checked_in_words_and_can_be_changed_before_they_are_sent() {
    let (house, form) = adviser().await;
    let asked = house.tells(&["adviser"], raised("COR-0189ABHJKZ", &["Housing"]));
    let (check, seen) = house.fills(&form, &TWO).await;
    assert!(check.starts_with(&form) && !check.contains(SECRET));
    assert_eq!(seen.heading(), "Check your answers");
    let text = seen.text();
    for words in [
        SECRET,
        "07700 900483",
        "How you know The person told me",
        "your role, not your name",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!seen.title().contains(SECRET));
    let change = seen.link(&format!("{check}/change"));
    assert!(change.ends_with("#should-preferred-name"));
    let again = house.page(change.split('#').next().unwrap()).await;
    assert_eq!(again.heading(), "What is wrong?");
    assert!(again.html.contains(SECRET) && again.html.contains("value=\"phone\" checked"));

    let changed = house.sends(&format!("{check}/change"), &ONE).await;
    assert_eq!((changed.status, changed.leads_to()), (303, check.clone()));
    assert!(!house.page(&check).await.text().contains("07700"));
    let wrong = house.sends(&format!("{check}/change"), &[]).await;
    assert_eq!(wrong.status, 422);
    assert!(
        corrects(&asked).is_empty(),
        "nothing is sent before it is checked"
    );
}

#[tokio::test]
async fn what_is_sent_is_in_normal_form_and_about_the_person_alone() {
    let (house, form) = adviser_on_a_call().await;
    let asked = house.tells(&["adviser"], raised("COR-0189ABHJKZ", &["Housing"]));
    let fields = [
        ("wrong", "date-of-birth"),
        ("should-date-of-birth-day", "4"),
        ("should-date-of-birth-month", "3"),
        ("should-date-of-birth-year", "1961"),
        ("should-phone", "typed and not ticked"),
        ("how", "proxy-told-me"),
    ];
    let (check, seen) = house.fills(&form, &fields).await;
    assert!(seen.text().contains("4 March 1961"));
    house.sends_and_follows(&check, &[]).await;
    let expected = Correct {
        about: About::Person(41),
        field: Field::DateOfBirth,
        should_be: "1961-03-04".into(),
        how_known: HowKnown::ProxyToldMe,
        by_role: "adviser".into(),
    };
    assert_eq!(corrects(&asked), [expected]);
}

#[tokio::test]
async fn a_draft_of_another_subject_or_of_nobody_is_not_found() {
    let (house, form) = adviser().await;
    let (check, _) = house.fills(&form, &ONE).await;
    let draft = check.rsplit('/').next().unwrap();
    let property = house.handles().await.property;
    house.tells(&["adviser"], raised("COR-0189ABHJKZ", &["Housing"]));
    for path in [
        format!("/address/{property}/report/{draft}"),
        format!("{form}/AAAAAAAAAAAAAAAAAAAAAA"),
        "/people/AAAA/correct".to_owned(),
        format!("/people/{property}/correct"),
    ] {
        assert_eq!(house.page(&path).await.status, 404, "{path}");
        assert_eq!(house.sends(&path, &[]).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn only_an_adviser_corrects_a_person() {
    let house = House::open().await;
    let person = house.handles().await.person;
    house.tells(&["officer"], raised("COR-0189ABHJKZ", &["Housing"]));
    let seen = house.page(&format!("/people/{person}/correct")).await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (403, "You cannot use this page")
    );
}
