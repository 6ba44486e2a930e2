//! What came of a request that was not granted.

use firebox_protocol::{Code, Refusal};

use super::counter::{Counter, REASON};
use crate::tests::house::DUTY_LINE;

#[tokio::test]
async fn what_a_person_can_put_right_is_asked_again_beside_its_field() {
    for (code, field, words) in [
        (
            Code::ReasonTooShort,
            "reason",
            "Explain in a few more words why the instruction is not enough",
        ),
        (
            Code::ReasonRepeated,
            "reason",
            "You gave this reason before.",
        ),
        (
            Code::PurposeNotAllowed,
            "purpose",
            "Select another answer to what it is for",
        ),
        (
            Code::UnknownPurpose,
            "purpose",
            "Select another answer to what it is for",
        ),
        (
            Code::ReferenceMissing,
            "reference",
            "Enter which visit or call it is for",
        ),
    ] {
        let counter = Counter::open().await;
        let check = counter.asks().await;
        counter.refuses(code);
        let seen = counter.house.sends(&check, &[]).await;
        assert_eq!(seen.heading(), "Why do you need to see this note?");
        let errors = seen.errors();
        assert!(
            errors.len() == 1 && errors[0].starts_with(words),
            "{errors:?}"
        );
        assert!(
            seen.html.contains(&format!("href=\"#{field}\"")),
            "{code:?}"
        );
        assert!(seen.html.contains(REASON));
        // Put right, it goes.
        counter.plays(|plays| plays.refuses = None);
        let form = check.replace("/check", "");
        let again = [
            ("purpose", "visit"),
            ("reference", "V"),
            ("reason", "Another reason by far"),
        ];
        let check = counter.house.sends(&form, &again).await.leads_to();
        assert!(
            counter
                .house
                .sends(&check, &[])
                .await
                .leads_to()
                .starts_with("/releases/")
        );
    }
}

#[tokio::test]
async fn each_refusal_says_what_is_so_whom_to_phone_and_whether_an_emergency_is_open() {
    for (code, status, heading, emergency) in [
        (Code::ReleaseDenied, 403, "You cannot see this note", false),
        (
            Code::SignatureRequired,
            403,
            "You cannot see this note here",
            true,
        ),
        (
            Code::ApprovalRequired,
            403,
            "Others must agree before you see this note",
            true,
        ),
        (
            Code::EmergencyOnly,
            403,
            "This note is shown only in an emergency",
            true,
        ),
        (
            Code::PersonReleaseLimit,
            429,
            "You have asked for more notes than usual",
            true,
        ),
        (
            Code::ClassReleaseLimit,
            429,
            "More notes of this kind were opened than usual",
            true,
        ),
        (
            Code::BoxReleaseLimit,
            429,
            "More notes were opened than usual",
            true,
        ),
        (
            Code::ReserveOnly,
            503,
            "Sorry, notes can be opened only in an emergency",
            true,
        ),
        (
            Code::DetailMoved,
            409,
            "The warning changed while we fetched its note",
            false,
        ),
        (Code::DetailUnsound, 409, "We cannot show this note", false),
    ] {
        let counter = Counter::open().await;
        let check = counter.asks().await;
        counter.refuses(code);
        let seen = counter.house.sends(&check, &[]).await;
        assert_eq!(
            (seen.status, seen.heading().as_str()),
            (status, heading),
            "{code:?}"
        );
        assert!(seen.errors().is_empty());
        let words = seen.text();
        let stands = words.find("still stands: Do not visit alone.").unwrap();
        assert!(stands < words.find("Phone Housing").unwrap(), "{words}");
        for said in [
            "Phone Housing duty desk on 01632 960100",
            "01632 960101",
            "call 999",
        ] {
            assert!(words.contains(said), "{code:?}: {words}");
        }
        assert!(seen.link("/ask/").ends_with("/phone"));
        let offered = seen
            .links()
            .iter()
            .any(|link| link.starts_with("/emergency/"));
        assert_eq!(offered, emergency, "{code:?}");
        assert!(!seen.html.contains(&check));
    }
}

#[tokio::test]
async fn an_adviser_is_offered_no_emergency() {
    let counter = Counter::open().await;
    let ask = counter.ask().await;
    counter.plays(|plays| plays.roles = &["adviser"]);
    counter.refuses(Code::EmergencyOnly);
    let typed = [
        ("purpose", "contact"),
        ("reference", "V"),
        ("reason", REASON),
    ];
    let check = counter.house.sends(&ask, &typed).await.leads_to();
    let seen = counter.house.sends(&check, &[]).await;
    assert!(!seen.html.contains("/emergency/"));
}

#[tokio::test]
async fn a_limit_says_how_long_to_wait_and_so_do_its_headers() {
    let counter = Counter::open().await;
    let check = counter.asks().await;
    counter.plays(|plays| {
        plays.refuses = Some(Refusal {
            code: Code::PersonReleaseLimit,
            retry_after_seconds: Some(601),
        });
    });
    let seen = counter.house.sends(&check, &[]).await;
    assert!(seen.text().contains("Wait 11 minutes"), "{}", seen.text());
    assert_eq!(seen.headers["retry-after"], "601");
}

#[tokio::test]
async fn what_is_the_same_everywhere_is_the_page_that_all_share() {
    for (code, status, heading) in [
        (
            Code::LogUnavailable,
            503,
            "Sorry, the service is unavailable",
        ),
        (Code::NotReady, 503, "Sorry, the service is not ready"),
        (Code::NotFound, 404, "Page not found"),
    ] {
        let counter = Counter::open().await;
        let check = counter.asks().await;
        counter.refuses(code);
        let seen = counter.house.sends(&check, &[]).await;
        assert_eq!(
            (seen.status, seen.heading().as_str()),
            (status, heading),
            "{code:?}"
        );
        assert!(status == 404 || seen.text().contains(DUTY_LINE));
    }
}

#[tokio::test]
async fn what_was_refused_was_not_released_and_can_be_sent_again() {
    let counter = Counter::open().await;
    let check = counter.asks().await;
    counter.refuses(Code::NotReady);
    counter.house.sends(&check, &[]).await;
    counter.plays(|plays| plays.refuses = None);
    assert_eq!(counter.house.sends(&check, &[]).await.status, 303);
    assert_eq!(counter.heard(|heard| heard.whys.len()), 2);
}
