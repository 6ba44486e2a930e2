//! From the answers that were checked to what became of each.

use firebox_protocol::Code;
use firebox_protocol::answer::Answer;

use super::{FIRST, ONE, SECOND, SECRET, TWO, adviser, adviser_on_a_call, corrects, raised};
use crate::tests::house::DUTY_LINE;
use crate::tests::person_play::nobody_much;

#[tokio::test]
async fn one_correction_leads_to_its_own_page_which_says_it_was_sent_and_then_how_it_stands() {
    let (house, form) = adviser_on_a_call().await;
    let services = ["Adult social care", "Housing", "Benefits"];
    let asked = house.tells(&["adviser"], raised(FIRST, &services));
    let (check, _) = house.fills(&form, &ONE).await;
    let sent = house.sends(&check, &[]).await;
    assert_eq!(
        (sent.status, sent.leads_to()),
        (303, format!("/corrections/{FIRST}"))
    );
    let told = house.page(&sent.leads_to()).await;
    assert_eq!(told.heading(), "Correction sent");
    let words = "We have told Adult social care, Housing and Benefits. They each decide whether to \
        change their record. Sam does not need to tell them again.";
    assert!(
        told.text().contains(FIRST) && told.text().contains(words),
        "{}",
        told.text()
    );
    assert!(!told.html.contains(SECRET));
    assert_eq!(
        asked.lock().unwrap().len(),
        1,
        "what was just sent is not asked after"
    );
    let stands = house.page(&sent.leads_to()).await;
    assert_eq!(stands.heading(), "Correction");
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn several_are_sent_one_by_one_and_one_page_lists_their_references() {
    let (house, form) = adviser_on_a_call().await;
    let (check, _) = house.fills(&form, &TWO).await;
    let asked = house.tells_in_turn(vec![
        Ok(raised(FIRST, &["Housing", "Benefits"])),
        Ok(raised(SECOND, &["Housing"])),
    ]);
    let told = house.sends_and_follows(&check, &[]).await;
    assert_eq!(told.heading(), "2 corrections sent");
    let text = told.text();
    let preferred = format!("Preferred name {FIRST} , sent to Housing and Benefits");
    let phone = format!("Phone number {SECOND} , sent to Housing");
    assert!(text.contains(&preferred) && text.contains(&phone), "{text}");
    assert!(text.contains("We have told Housing and Benefits."));
    assert!(told.links().contains(&format!("/corrections/{SECOND}")));
    assert!(!told.html.contains(SECRET) && !told.html.contains("900483"));
    let should: Vec<String> = corrects(&asked)
        .into_iter()
        .map(|one| one.should_be)
        .collect();
    assert_eq!(should, [SECRET, "+447700900483"]);
}

#[tokio::test]
async fn what_was_sent_is_not_sent_again_by_sending_the_page_again_nor_changed() {
    let (house, form) = adviser().await;
    let (check, _) = house.fills(&form, &TWO).await;
    let asked = house.tells_in_turn(vec![
        Ok(raised(FIRST, &["Housing"])),
        Ok(raised(SECOND, &["Housing"])),
    ]);
    for _ in 0..3 {
        let told = house.sends_and_follows(&check, &[]).await;
        assert_eq!(told.heading(), "2 corrections sent");
        assert!(
            told.text()
                .contains("The person does not need to tell them again.")
        );
    }
    let change = format!("{check}/change");
    assert_eq!(house.page(&change).await.leads_to(), check);
    assert_eq!(house.sends(&change, &ONE).await.leads_to(), check);
    assert_eq!(corrects(&asked).len(), 2);
}

#[tokio::test]
async fn a_form_that_was_pressed_twice_is_sent_once() {
    let (house, form) = adviser().await;
    let (check, _) = house.fills(&form, &TWO).await;
    let asked = house.tells_in_turn(vec![
        Ok(raised(FIRST, &["Housing"])),
        Ok(raised(SECOND, &["Housing"])),
    ]);
    let (one, other) = tokio::join!(house.sends(&check, &[]), house.sends(&check, &[]));
    assert_eq!(
        [one.leads_to(), other.leads_to()],
        [check.clone(), check.clone()]
    );
    assert_eq!(house.page(&check).await.heading(), "2 corrections sent");
    assert_eq!(corrects(&asked).len(), 2);
}

#[tokio::test]
async fn what_one_service_refuses_is_named_and_the_rest_is_sent() {
    for (code, words) in [
        (
            Code::NobodyToTell,
            "No service that this box can reach holds this.",
        ),
        (
            Code::AlreadyThere,
            "The same was sent before and waits with the services.",
        ),
        (
            Code::NotFound,
            "There is no such record any more, or you cannot report it.",
        ),
    ] {
        let (house, form) = adviser().await;
        let (check, _) = house.fills(&form, &TWO).await;
        house.tells_in_turn(vec![Err(code), Ok(raised(SECOND, &["Housing"]))]);
        let told = house.sends_and_follows(&check, &[]).await;
        assert_eq!(told.heading(), "Correction sent");
        let text = told.text();
        assert!(
            text.contains(&format!("What could not be sent Preferred name {words}")),
            "{text}"
        );
        assert!(text.contains(SECOND) && !text.contains("Send the rest"));
        assert_eq!(text.contains(DUTY_LINE), code == Code::NobodyToTell);
    }
}

#[tokio::test]
async fn when_nobody_can_be_told_of_anything_the_page_says_nothing_was_sent() {
    let (house, form) = adviser().await;
    let (check, _) = house.fills(&form, &ONE).await;
    house.tells_in_turn(vec![Err(Code::NobodyToTell)]);
    let told = house.sends_and_follows(&check, &[]).await;
    assert_eq!(told.heading(), "Nothing was sent");
    assert_eq!(told.second_headings()[0], "What could not be sent");
    assert!(!told.text().contains("We have told"));
}

#[tokio::test]
async fn at_the_limit_the_rest_waits_and_can_be_sent_later() {
    let (house, form) = adviser().await;
    let (check, _) = house.fills(&form, &TWO).await;
    let asked = house.tells_in_turn(vec![
        Ok(raised(FIRST, &["Housing"])),
        Err(Code::PersonLimit),
        Ok(raised(SECOND, &["Housing"])),
    ]);
    let told = house.sends_and_follows(&check, &[]).await;
    assert_eq!(told.heading(), "Correction sent");
    let text = told.text();
    assert!(
        text.contains(
            "What is still to be sent Phone number You have sent more than usual. Wait 5 minutes"
        ),
        "{text}"
    );
    assert!(text.contains("Send the rest"));
    let told = house.sends_and_follows(&check, &[]).await;
    assert_eq!(told.heading(), "2 corrections sent");
    assert!(!told.text().contains("still to be sent"));
    let should: Vec<String> = corrects(&asked)
        .into_iter()
        .map(|one| one.should_be)
        .collect();
    assert_eq!(
        should,
        [SECRET, "+447700900483", "+447700900483"],
        "nothing twice"
    );
}

#[tokio::test]
async fn at_the_limit_with_nothing_sent_the_answers_are_kept() {
    let (house, form) = adviser().await;
    let (check, _) = house.fills(&form, &ONE).await;
    house.tells_in_turn(vec![Err(Code::BoxLimit), Ok(raised(FIRST, &["Housing"]))]);
    let told = house.sends_and_follows(&check, &[]).await;
    assert_eq!(told.heading(), "Nothing was sent");
    assert!(told.text().contains("You have sent more than usual."));
    let sent = house.sends(&check, &[]).await;
    assert_eq!(sent.leads_to(), format!("/corrections/{FIRST}"));
}

#[tokio::test]
async fn what_fails_before_anything_was_sent_is_the_page_it_always_is_and_can_be_tried_again() {
    let (house, form) = adviser().await;
    let (check, _) = house.fills(&form, &TWO).await;
    house.tells_in_turn(vec![Err(Code::LogUnavailable)]);
    let failed = house.sends(&check, &[]).await;
    assert_eq!(
        (failed.status, failed.heading().as_str()),
        (503, "Sorry, the service is unavailable")
    );
    assert_eq!(house.page(&check).await.heading(), "Check your answers");

    house.tells_in_turn(vec![Ok(raised(FIRST, &["Housing"])), Err(Code::NotReady)]);
    let told = house.sends_and_follows(&check, &[]).await;
    assert_eq!(told.heading(), "Correction sent");
    assert!(told.text().contains("Something went wrong on the way."));
}

#[tokio::test]
async fn an_answer_that_is_no_correction_is_our_own_fault() {
    let (house, form) = adviser().await;
    let (check, _) = house.fills(&form, &ONE).await;
    house.tells_in_turn(vec![Ok(Answer::Person(Box::new(nobody_much())))]);
    assert_eq!(house.sends(&check, &[]).await.status, 500);
}
