//! `/ask/{warning}/phone`: told by telephone instead.

use firebox_protocol::gate_keeper::ToldByPhone;

use super::counter::{ADDRESS, Counter};

#[tokio::test]
async fn the_page_gives_both_numbers_and_what_to_say() {
    let counter = Counter::open().await;
    let phone = counter.ask().await + "/phone";
    let seen = counter.house.page(&phone).await;
    assert_eq!(seen.heading(), "Phone Housing duty desk");
    let words = seen.text();
    for said in [
        "01632 960100 (8am to 6pm)",
        "01632 960101 (at other times)",
        ADDRESS,
        "VISIT-7",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(seen.links().contains(&"tel:01632960100".to_owned()));
    assert!(!seen.title().contains("Housing"));
}

#[tokio::test]
async fn a_call_is_entered_with_what_came_of_it_and_its_entry_is_shown() {
    let counter = Counter::open().await;
    let phone = counter.ask().await + "/phone";
    let typed = [("answered", "yes"), ("spoke_to", "  Priya  at the desk ")];
    let seen = counter.house.sends_and_follows(&phone, &typed).await;
    assert_eq!(seen.heading(), "Call recorded");
    assert!(seen.text().contains("Log entry 1234"));
    assert!(seen.link("/address/").len() > 9);
    assert!(!seen.text().contains("Priya") && !seen.text().contains("still need"));
    let [told] = &counter.heard(|heard| heard.told.clone())[..] else {
        panic!("one call");
    };
    let ToldByPhone {
        record,
        purpose,
        reference,
        answered,
        spoke_to,
    } = told;
    assert_eq!(
        (*record, purpose.as_str(), reference.as_str()),
        (41, "visit", "VISIT-7")
    );
    assert_eq!((*answered, spoke_to.as_str()), (true, "Priya at the desk"));
}

#[tokio::test]
async fn a_call_that_did_not_help_may_name_nobody_and_leads_on_to_the_note() {
    let counter = Counter::open().await;
    let phone = counter.ask().await + "/phone";
    let seen = counter
        .house
        .sends_and_follows(&phone, &[("answered", "no")])
        .await;
    assert!(seen.text().contains("If you still need to know more"));
    assert_eq!(format!("{}/phone", seen.link("/ask/")), phone);
    let told = counter.heard(|heard| heard.told[0].clone());
    assert_eq!((told.answered, told.spoke_to.as_str()), (false, ""));
}

#[tokio::test]
async fn what_the_keeper_would_refuse_is_said_beside_its_field_and_not_sent() {
    let counter = Counter::open().await;
    let phone = counter.ask().await + "/phone";
    let (whether, who) = (
        "Select whether you got what you need",
        "Enter who you spoke to",
    );
    let long = "x".repeat(121);
    let too_long = "Who you spoke to must be 120 characters or less";
    for (typed, errors) in [
        (vec![], vec![whether, who]),
        (vec![("answered", "yes"), ("spoke_to", "  ")], vec![who]),
        (
            vec![("answered", "perhaps"), ("spoke_to", "Priya")],
            vec![whether],
        ),
        (
            vec![("answered", "yes"), ("spoke_to", long.as_str())],
            vec![too_long],
        ),
        (
            vec![("answered", "no"), ("spoke_to", long.as_str())],
            vec![too_long],
        ),
    ] {
        let seen = counter.house.sends(&phone, &typed).await;
        assert_eq!(
            (seen.status, seen.errors()),
            (422, errors.iter().map(|e| (*e).to_owned()).collect())
        );
    }
    let kept = counter.house.sends(&phone, &[("spoke_to", "Priya")]).await;
    assert!(kept.html.contains(r#"value="Priya""#));
    assert!(counter.heard(|heard| heard.told.is_empty()));
}
