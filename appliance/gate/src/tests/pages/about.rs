//! Help, the accessibility statement, and how looking is recorded.

use super::play::{Seen, text_of};
use crate::limits::Limits;
use crate::tests::house::{Behind, DUTY_LINE, House};

const ALL: [(&str, &str); 3] = [
    ("/help", "Help with this service"),
    ("/accessibility", "Accessibility statement"),
    ("/privacy", "How we record what you look at"),
];

async fn of_a_stranger(path: &str) -> Seen {
    House::open().await.page_of_a_stranger(path).await
}

#[tokio::test]
async fn anybody_may_read_them_also_while_the_keeper_is_away() {
    let house = House::open_with(Behind::Nobody, [Limits::public(), Limits::intake()]);
    for (path, title) in ALL {
        let stranger = house.page_of_a_stranger(path).await;
        assert_eq!((stranger.status, stranger.heading().as_str()), (200, title));
        assert!(stranger.title().starts_with(title), "{}", stranger.title());
        assert_eq!(
            house.page(path).await.status,
            200,
            "with a session nobody can look up"
        );
    }
}

#[tokio::test]
async fn whoever_is_signed_in_keeps_their_navigation_there() {
    let house = House::open().await;
    house.knows_session(&["officer"]);
    for (path, _) in ALL {
        assert!(
            house.page(path).await.html.contains("href=\"/check\""),
            "{path}"
        );
        assert!(
            !house.page_of_a_stranger(path).await.html.contains("/check"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_help_names_every_number_and_each_way_to_use_the_service() {
    let seen = of_a_stranger("/help").await;
    assert!(seen.links().contains(&"tel:999".to_owned()));
    let text = seen.text();
    for number in ["Duty manager", "Information governance", DUTY_LINE] {
        assert!(text.contains(number), "{number}");
    }
    let headings = seen.second_headings();
    for heading in [
        "Who to phone",
        "Check an address before you visit",
        "Check a whole day of visits",
        "Ask to see a sealed note",
        "When waiting could put someone in danger",
        "Find a caller",
        "Put something right",
        "See whether data is up to date",
        "What the words mean",
        "On a phone",
        "With a keyboard or a screen reader",
        "When you stop using the service",
    ] {
        assert!(
            headings.contains(&heading.to_owned()),
            "{heading}: {headings:?}"
        );
    }
}

#[tokio::test]
async fn the_help_says_what_its_words_mean() {
    let seen = of_a_stranger("/help").await;
    let words = text_of(&seen.html, "dt");
    for word in [
        "UPRN",
        "Stop",
        "Care",
        "Not checked",
        "Sealed note",
        "Release",
    ] {
        assert!(words.contains(&word.to_owned()), "{word}: {words:?}");
    }
    assert!(seen.text().contains("Unique Property Reference Number"));
}

#[tokio::test]
async fn only_whoever_is_signed_in_reads_how_long_they_may_be_away() {
    let house = House::open().await;
    house.knows_session(&["officer"]);
    assert!(house.page("/help").await.text().contains("for 15 minutes"));
    assert!(
        house
            .page_of_a_stranger("/help")
            .await
            .text()
            .contains("for a while")
    );
}

#[tokio::test]
async fn the_statement_names_its_standard_its_law_whom_to_tell_and_its_age() {
    let text = of_a_stranger("/accessibility").await.text();
    for said in [
        "WCAG 2.2 AA",
        "we do not say that it meets them in full",
        "What is tested",
        "What is not tested yet",
        "No. 2) Accessibility Regulations 2018",
        "Equality and Human Rights Commission",
        DUTY_LINE,
        "The council has not looked at this statement yet.",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[tokio::test]
async fn the_page_about_recording_says_what_why_who_and_that_the_person_may_see_it() {
    let text = of_a_stranger("/privacy").await.text();
    for said in [
        "before it shows anything",
        "What you searched for, what it was for",
        "the reason in your own words",
        "Never what is in the note",
        "Who reads it, and why",
        "right to ask who has seen their information",
        "Your reasons are included",
        "two cookies",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[tokio::test]
async fn how_long_an_entry_is_kept_is_not_invented() {
    let text = of_a_stranger("/privacy").await.text();
    assert!(
        text.contains("the council's own retention schedule"),
        "{text}"
    );
    for unit in ["year", "month", "days"] {
        assert!(!text.contains(unit), "{unit}: {text}");
    }
}
