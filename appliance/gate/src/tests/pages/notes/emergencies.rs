//! `/emergency/{warning}`: the note at once.

use firebox_protocol::Code;
use firebox_protocol::gate_keeper::{Ground, Why};

use super::super::asking::counter::{Counter, RELEASE, SEALED};

const HAPPENING: (&str, &str) = ("happening", "A man shouts behind the door");

async fn emergency(counter: &Counter) -> String {
    counter.ask().await.replace("/ask/", "/emergency/")
}

fn at_the_door() -> [(&'static str, &'static str); 2] {
    [("ground", "at-the-door"), HAPPENING]
}

#[tokio::test]
async fn the_first_page_makes_a_person_stop_and_asks_nothing() {
    let counter = Counter::open().await;
    let path = emergency(&counter).await;
    let seen = counter.house.page(&path).await;
    assert_eq!(
        seen.heading(),
        "Use this only if waiting could put someone in danger"
    );
    let words = seen.text();
    for said in [
        "Call 999 first",
        "You will see the note straight away.",
        "Continue",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(seen.links().contains(&"tel:999".to_owned()));
    assert_eq!(seen.link("/emergency/"), format!("{path}/ground"));
    assert_eq!(seen.link("/ask/"), path.replace("/emergency/", "/ask/"));
    let main = seen.html.split_once("<main").unwrap().1;
    assert!(!main.split_once("</main>").unwrap().0.contains("<input"));
    assert!(counter.heard(|heard| heard.whys.is_empty()));
}

#[tokio::test]
async fn each_ground_shows_the_note_at_once_and_is_entered_as_it_is() {
    for (code, ground) in [
        ("immediate-danger", Ground::ImmediateDanger),
        ("at-the-door", Ground::AtTheDoor),
        ("court-order", Ground::CourtOrder),
        ("person-agrees", Ground::PersonAgrees),
    ] {
        let counter = Counter::open().await;
        let path = emergency(&counter).await;
        counter.plays(|plays| plays.review_open = true);
        let seen = counter
            .house
            .sends(&path, &[("ground", code), HAPPENING])
            .await;
        assert_eq!(seen.status, 200);
        assert!(seen.html.contains(SEALED));
        assert!(
            seen.text()
                .contains("Emergency release. This is being reviewed.")
        );
        assert!(!seen.text().contains("more emergency releases than usual"));
        assert_eq!(
            seen.headers["refresh"],
            format!("600;url=/releases/{RELEASE}/hidden")
        );
        let happening = HAPPENING.1.into();
        let why = Why::Emergency { ground, happening };
        assert_eq!(counter.heard(|heard| heard.whys.clone()), [why]);
    }
}

#[tokio::test]
async fn an_emergency_past_the_quota_says_so() {
    let counter = Counter::open().await;
    let path = emergency(&counter).await;
    counter.plays(|plays| (plays.review_open, plays.escalated) = (true, true));
    let seen = counter.house.sends(&path, &at_the_door()).await;
    assert!(seen.text().contains("more emergency releases than usual"));
}

#[tokio::test]
async fn the_form_says_what_is_missing_and_keeps_what_was_typed() {
    let counter = Counter::open().await;
    let path = emergency(&counter).await;
    let (which, what) = ("Select which of these applies", "Enter what is happening");
    let long = "x".repeat(201);
    for (typed, errors) in [
        (vec![], vec![which, what]),
        (vec![("ground", "at-the-door")], vec![what]),
        (vec![("ground", "boredom"), HAPPENING], vec![which]),
        (
            vec![("ground", "at-the-door"), ("happening", "a \t  b")],
            vec!["What is happening must be 5 characters or more"],
        ),
        (
            vec![("ground", "at-the-door"), ("happening", long.as_str())],
            vec!["What is happening must be 200 characters or less"],
        ),
    ] {
        let seen = counter.house.sends(&path, &typed).await;
        let errors: Vec<String> = errors.into_iter().map(str::to_owned).collect();
        assert_eq!((seen.status, seen.errors()), (422, errors));
    }
    let kept = counter.house.sends(&path, &[HAPPENING]).await;
    assert!(kept.html.contains(HAPPENING.1));
    assert!(counter.heard(|heard| heard.whys.is_empty()));
    for happening in ["abcde", &long[..200]] {
        let typed = [("ground", "court-order"), ("happening", happening)];
        assert_eq!(counter.house.sends(&path, &typed).await.status, 200);
    }
}

#[tokio::test]
async fn the_same_form_again_opens_its_release_and_is_no_second_emergency() {
    let counter = Counter::open().await;
    let path = emergency(&counter).await;
    counter.house.sends(&path, &at_the_door()).await;
    let again = counter.house.sends(&path, &at_the_door()).await;
    assert!(again.html.contains(SEALED));
    let asked = || counter.heard(|heard| (heard.whys.len(), heard.opened.len()));
    assert_eq!(asked(), (1, 1));
    let another = [
        ("ground", "at-the-door"),
        ("happening", "Now he breaks the door"),
    ];
    counter.house.sends(&path, &another).await;
    assert_eq!(asked(), (2, 1));
}

#[tokio::test]
async fn the_note_is_three_stops_of_the_keyboard_from_the_heading() {
    let counter = Counter::open().await;
    let path = emergency(&counter).await;
    let seen = counter.house.page(&format!("{path}/ground")).await;
    let main = seen
        .html
        .split_once("<main")
        .unwrap()
        .1
        .split_once("</main>")
        .unwrap()
        .0;
    // Radios of one name are one stop; the skip link before them is the fourth.
    assert_eq!(main.matches("type=\"radio\"").count(), 4);
    assert_eq!(main.matches("name=\"ground\"").count(), 4);
    assert_eq!(main.matches("type=\"text\"").count(), 1);
    assert_eq!(main.matches("<button").count(), 1);
    assert_eq!(main.matches("<a ").count(), 0);
    assert!(main.contains("govuk-button--warning"));
}

#[tokio::test]
async fn an_emergency_needs_the_handle_and_nothing_that_was_shown_before() {
    let counter = Counter::open().await;
    let path = format!("/emergency/{}", counter.house.flag().await);
    for page in [path.clone(), format!("{path}/ground")] {
        assert_eq!(counter.house.page(&page).await.status, 200);
    }
    let seen = counter.house.sends(&path, &at_the_door()).await;
    assert_eq!((seen.status, seen.heading().as_str()), (200, "Note"));
    assert!(seen.html.contains(SEALED));
    for wrong in ["/emergency/nothing", "/emergency/nothing/ground"] {
        assert_eq!(counter.house.page(wrong).await.status, 404);
    }
}

#[tokio::test]
async fn an_emergency_that_is_refused_offers_no_other() {
    for (code, status, heading) in [
        (Code::ReleaseDenied, 403, "You cannot see this note"),
        (
            Code::BoxReleaseLimit,
            429,
            "More notes were opened than usual",
        ),
        (Code::DetailUnsound, 409, "We cannot show this note"),
    ] {
        let counter = Counter::open().await;
        let path = emergency(&counter).await;
        counter.refuses(code);
        let seen = counter.house.sends(&path, &at_the_door()).await;
        assert_eq!((seen.status, seen.heading().as_str()), (status, heading));
        assert!(
            seen.text().contains("Phone Housing duty desk") && seen.text().contains("call 999")
        );
        assert!(
            !seen
                .links()
                .iter()
                .any(|link| link.starts_with("/emergency/"))
        );
    }
}
