//! `/ask/{warning}`: from a warning to a request, sent once.

pub(super) mod counter;
mod outcomes;
mod telephone;

use firebox_protocol::gate_keeper::Why;

use self::counter::{ADDRESS, Counter, REASON, RELEASE, SEALED, answers};
use super::play::text_of;
use crate::tests::house::House;

#[tokio::test]
async fn the_form_opens_with_all_that_is_known_of_the_visit() {
    let counter = Counter::open().await;
    let address = counter.address().await;
    let seen = counter.house.page(&address.link("/ask/")).await;
    assert_eq!(seen.heading(), "Why do you need to see this note?");
    let words = seen.text();
    for said in [
        ADDRESS,
        "Visit",
        "What is it for?",
        "Phone Housing duty desk instead",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(seen.html.contains(r#"value="VISIT-7""#));
    assert!(seen.html.contains(r#"value="visit" checked"#));
    // Back leads to where the warning was shown.
    assert!(seen.html.contains("href=\"/address/"));
    assert!(!seen.title().contains("Mill"));
}

#[tokio::test]
async fn the_form_says_which_of_several_notes_it_is_about_and_that_it_was_given_before() {
    let counter = Counter::open().await;
    let plain = counter.house.page(&counter.ask().await).await.text();
    assert!(
        !plain.contains("sealed notes") && !plain.contains("earlier"),
        "{plain}"
    );
    counter.plays(|plays| (plays.warnings, plays.standing) = (2, vec![41, 42]));
    let words = counter.house.page(&counter.ask().await).await.text();
    assert!(
        words.contains("This address has 2 sealed notes."),
        "{words}"
    );
    assert!(
        words.contains("You were given this note earlier."),
        "{words}"
    );
}

#[tokio::test]
async fn what_is_left_out_is_said_beside_its_field_and_what_was_typed_is_kept() {
    let counter = Counter::open().await;
    let ask = counter.ask().await;
    let empty = counter.house.sends(&ask, &[]).await;
    assert_eq!(empty.status, 422);
    let all = [
        "Select what it is for",
        "Enter which visit or call it is for",
        "Enter why the instruction is not enough",
    ];
    assert_eq!(empty.errors(), all);
    assert!(empty.title().starts_with("Error: "));
    let most = format!("{}é", "x".repeat(499));
    let long = format!("{most}x");
    let typed = [
        ("purpose", "team-visit"),
        ("reference", "V-9"),
        ("reason", long.as_str()),
    ];
    let seen = counter.house.sends(&ask, &typed).await;
    let too_long = "Why the instruction is not enough must be 500 characters or less";
    assert_eq!(seen.errors(), [too_long]);
    for kept in [
        long.as_str(),
        r#"value="V-9""#,
        r#"value="team-visit" checked"#,
    ] {
        assert!(seen.html.contains(kept), "{kept}");
    }
    let typed = [typed[0], typed[1], ("reason", most.as_str())];
    assert_eq!(counter.house.sends(&ask, &typed).await.status, 303);
    let typed = [typed[0], ("reference", long.as_str()), ("reason", REASON)];
    assert_eq!(counter.house.sends(&ask, &typed).await.errors().len(), 1);
    let typed = [
        ("purpose", "investigation"),
        ("reference", "V-9"),
        ("reason", REASON),
    ];
    assert_eq!(counter.house.sends(&ask, &typed).await.errors(), [all[0]]);
}

#[tokio::test]
async fn every_answer_is_shown_before_it_is_sent_and_can_be_changed() {
    let counter = Counter::open().await;
    let check = counter.asks().await;
    let seen = counter.house.page(&check).await;
    assert_eq!(seen.heading(), "Check what you are asking for");
    let words = seen.text();
    for said in [
        ADDRESS,
        "A visit I am making",
        "VISIT-7, at 2pm",
        REASON,
        "Your name, role, reason and the time will be recorded.",
        "Change why the instruction is not enough",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(counter.heard(|heard| heard.whys.is_empty()));
    let change = seen.link("/ask/");
    let form = counter.house.page(change.split('#').next().unwrap()).await;
    assert!(form.html.contains(REASON) && form.html.contains(r#"value="VISIT-7, at 2pm""#));
    let typed = [
        answers()[0],
        answers()[1],
        ("reason", "Which of the two gates is it?\nBoth?"),
    ];
    let changed = counter
        .house
        .sends(change.split('#').next().unwrap(), &typed)
        .await;
    assert_eq!(changed.leads_to(), check);
    let text = counter.house.page(&check).await.text();
    assert!(text.contains("Which of the two gates is it? Both?") && !text.contains(REASON));
}

#[tokio::test]
async fn what_is_sent_is_what_was_answered_and_the_note_is_not_shown_yet() {
    let counter = Counter::open().await;
    let check = counter.asks().await;
    let sent = counter.house.sends(&check, &[]).await;
    assert_eq!(
        (sent.status, sent.leads_to()),
        (303, format!("/releases/{RELEASE}"))
    );
    assert!(!sent.html.contains(SEALED));
    let why = Why::Stated {
        purpose: "visit".into(),
        reason: REASON.into(),
        reference: "VISIT-7, at 2pm".into(),
    };
    assert_eq!(counter.heard(|heard| heard.whys.clone()), [why]);
    assert!(counter.heard(|heard| heard.opened.is_empty()));
}

#[tokio::test]
async fn a_request_is_sent_once_however_often_its_button_is_pressed() {
    let counter = Counter::open().await;
    let check = counter.asks().await;
    let token = counter.house.page("/help").await.token();
    let press = || counter.house.sends_with(&token, &check, &[]);
    let (one, two) = tokio::join!(press(), press());
    assert_eq!(
        (one.leads_to(), press().await.leads_to()),
        (two.leads_to(), two.leads_to())
    );
    assert_eq!(counter.heard(|heard| heard.whys.len()), 1);
}

#[tokio::test]
async fn a_note_that_can_still_be_opened_is_not_asked_for_again() {
    let counter = Counter::open().await;
    let check = counter.asks().await;
    let release = counter.house.sends(&check, &[]).await.leads_to();
    let ask = counter.ask_again().await;
    for seen in [
        counter.house.page(&ask).await,
        counter.house.sends(&ask, &answers()).await,
        counter.house.page(&check).await,
    ] {
        assert_eq!(seen.heading(), "You already asked to see this note");
        assert!(seen.text().contains("We have not sent it again"));
        assert_eq!(seen.link("/releases/"), release);
    }
    assert_eq!(counter.heard(|heard| heard.whys.len()), 1);
}

#[tokio::test]
async fn a_note_whose_time_is_over_can_be_asked_for_again() {
    let counter = Counter::open().await;
    counter.plays(|plays| plays.seconds = -1);
    counter.is_released().await;
    let seen = counter.house.page(&counter.ask().await).await;
    assert_eq!(seen.heading(), "Why do you need to see this note?");
}

impl Counter {
    /// The way to the note by another handle, as a later look gives it.
    async fn ask_again(&self) -> String {
        format!("/ask/{}", self.house.flag().await)
    }
}

#[tokio::test]
async fn each_answer_stands_for_a_purpose_of_the_policy_by_who_answers() {
    let officer: &[&str] = &["officer"];
    let adviser: &[&str] = &["adviser"];
    for (roles, answer, purpose) in [
        (officer, "visit", Some("visit")),
        (officer, "team-visit", Some("visit")),
        (officer, "contact", Some("appointment")),
        (officer, "casework", Some("casework")),
        (adviser, "contact", Some("call")),
        (adviser, "casework", Some("casework")),
        (adviser, "visit", None),
    ] {
        let counter = Counter::open().await;
        let ask = counter.ask().await;
        counter.plays(|plays| {
            plays.roles = if roles == officer {
                &["officer"]
            } else {
                &["adviser"]
            }
        });
        let typed = [("purpose", answer), ("reference", "V"), ("reason", REASON)];
        let sent = counter.house.sends(&ask, &typed).await;
        let Some(purpose) = purpose else {
            assert_eq!(sent.errors(), ["Select what it is for"]);
            continue;
        };
        counter.house.sends(&sent.leads_to(), &[]).await;
        let asked = counter.heard(|heard| heard.whys.clone());
        assert!(matches!(&asked[..], [Why::Stated { purpose: stated, .. }] if stated == purpose));
    }
}

#[tokio::test]
async fn what_was_not_shown_in_this_session_cannot_be_asked_for() {
    let counter = Counter::open().await;
    let address = counter.address().await;
    let property = address
        .html
        .split("/address/")
        .nth(1)
        .map(|rest| &rest[..48]);
    let never_shown = Counter::open().await;
    let flag = never_shown.house.flag().await;
    for (counter, path) in [
        (&counter, "/ask/nothing".to_owned()),
        (&counter, "/ask/%ff".to_owned()),
        (&counter, format!("/ask/{}", property.unwrap_or("none"))),
        (&counter, "/ask/nothing/check".to_owned()),
        (&counter, "/ask/nothing/phone".to_owned()),
        (&never_shown, format!("/ask/{flag}")),
    ] {
        let seen = counter.house.page(&path).await;
        assert_eq!(
            (seen.status, seen.heading().as_str()),
            (404, "Page not found"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_reviewer_asks_for_no_note_and_an_adviser_has_no_emergency() {
    let counter = Counter::open().await;
    let ask = counter.ask().await;
    counter.plays(|plays| plays.roles = &["reviewer"]);
    for path in [ask.as_str(), "/releases/REL-0189ABHJKZ"] {
        assert_eq!(counter.house.page(path).await.status, 403, "{path}");
    }
    counter.plays(|plays| plays.roles = &["adviser"]);
    assert_eq!(counter.house.page(&ask).await.status, 200);
    let emergency = ask.replace("/ask/", "/emergency/");
    assert_eq!(counter.house.page(&emergency).await.status, 403);
    assert_eq!(counter.house.sends(&emergency, &[]).await.status, 403);
}

#[tokio::test]
async fn words_of_a_person_are_escaped_on_the_page_that_repeats_them() {
    let counter = Counter::open().await;
    let ask = counter.ask().await;
    let typed = [
        ("purpose", "visit"),
        ("reference", "<b>"),
        ("reason", "<script>a & b</script>"),
    ];
    let check = counter.house.sends(&ask, &typed).await.leads_to();
    let seen = counter.house.page(&check).await;
    assert!(seen.html.contains("&lt;script&gt;a &amp; b&lt;/script&gt;"));
    assert!(!text_of(&seen.html, "main").concat().is_empty());
}

#[tokio::test]
async fn a_stranger_is_led_to_sign_in() {
    let house = House::open().await;
    for path in ["/ask/a", "/releases/REL-0189ABHJKZ", "/emergency/a"] {
        assert_eq!(house.page_of_a_stranger(path).await.leads_to(), "/sign-in");
    }
}
