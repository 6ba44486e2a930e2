//! What the page of a caller holds, and in which order.

use firebox_contract::record::LanguageMode;
use firebox_protocol::person::LanguageRow;
use firebox_protocol::query::Caller;

use super::{BY_PHONE, unconfirmed, views};
use crate::tests::house::{DUTY_LINE, House};
use crate::tests::person_play::{by, need, nobody_much, said, well_known};

/// Sees that words stand on a page in this order.
fn in_order(text: &str, words: &[&str]) {
    let mut from = 0;
    for word in words {
        let at = text[from..].find(word);
        from += at.unwrap_or_else(|| panic!("{word:?} is not after what is before it: {text}"));
    }
}

#[tokio::test]
async fn the_parts_stand_in_the_order_in_which_a_greeting_needs_them() {
    let house = House::open().await;
    let seen = house.opens_caller(unconfirmed()).await;
    in_order(
        &seen.text(),
        &[
            "Find another caller",
            "Call them Sam",
            "they/them",
            "Confirm who is calling",
            "Hide this",
            "Someone is in danger",
            "Full name and date of birth: shown when you have confirmed who is calling.",
            "How to communicate",
            "Before you talk",
            "‘Is now a good time to talk?’ Use the contact details listed.",
            "Teams who know Sam",
            "Housing options , Rent arrears. Ask for A Worker. 01632 960101",
            "There may be others we cannot show. If none of these fits, put the call through to \
             the duty manager on",
            "Who can speak for Sam",
            "Only discuss what is listed.",
            "Maya Shah (daughter) may be told about council tax.",
            "Contact details",
            "Addresses",
            "Something here is wrong",
            "Newest data",
            "Housing: ",
        ],
    );
    assert_eq!(
        seen.second_headings()[..4],
        [
            "How to communicate",
            "Before you talk",
            "Teams who know Sam",
            "Who can speak for Sam"
        ]
    );
    assert_eq!(seen.heading(), "Call them Sam");
}

#[tokio::test]
async fn basics_are_there_before_anybody_is_confirmed_and_the_look_is_of_the_call() {
    let house = House::open().await;
    let path = house.finds_caller_by(BY_PHONE).await;
    let asked = house.knows_person(unconfirmed());
    let seen = house.page(&path).await;
    let [(view, reference)] = views(&asked).try_into().unwrap();
    assert_eq!((view.person, view.caller), (41, Caller::Unsure));
    assert_eq!(
        (view.confirmed.given(), reference.as_deref()),
        (0, Some("CALL-7"))
    );
    assert_eq!(
        seen.link(&format!("{path}/caller")),
        format!("{path}/caller")
    );
    for hidden in ["Samuel", "1961", "Mill Lane", "maya@"] {
        assert!(!seen.html.contains(hidden), "{hidden}");
    }
    assert!(seen.text().contains("Text message: ending 482."));
    assert!(seen.text().contains("Home: Address not shown."));
    assert!(!seen.title().contains("Sam") && !path.contains("Sam"));
}

#[tokio::test]
async fn three_lines_are_seen_at_once_an_interpreter_first_and_the_others_on_one_press() {
    let house = House::open().await;
    let mut answer = nobody_much();
    answer.needs = ["lipreading", "help-to-understand", "reminders", "written"]
        .map(|group| said(need(group)))
        .into();
    let mut later = need("large-print");
    later.confirmed_on = None;
    answer.needs.push(by("Benefits", later));
    let language = |tag: &str, interpreter| LanguageRow {
        tag: tag.into(),
        mode: LanguageMode::Spoken,
        interpreter,
    };
    answer.languages = vec![said(language("cy", false)), said(language("pl", true))];
    let seen = house.opens_caller(answer).await;
    let text = seen.text();
    in_order(
        &text,
        &[
            "Speaks Polish. Get an interpreter.",
            "Told to Housing on 3 May 2026. Something is wrong with what was told to Housing",
            "In their words: “Slowly, with pauses”",
            "Told to Housing on 2 June 2026.",
            "Show 4 more",
            "Told to Benefits on 3 May 2026.",
            "Speaks Welsh.",
            "Before you talk",
        ],
    );
    let shown = seen.html.split_once("Show 4 more").unwrap().0;
    let shown = shown.split_once("How to communicate").unwrap().1;
    assert_eq!(shown.matches("<li>").count(), 3, "{shown}");
}

#[tokio::test]
async fn what_several_services_say_in_the_same_words_is_one_line_that_names_them_all() {
    let house = House::open().await;
    let mut answer = nobody_much();
    answer.needs = vec![
        said(need("lipreading")),
        by("Benefits", need("lipreading")),
        said(need("lipreading")),
    ];
    let seen = house.opens_caller(answer).await;
    let text = seen.text();
    assert_eq!(text.matches("Face them in good light").count(), 1, "{text}");
    in_order(
        &text,
        &[
            "Told to Housing on 2 June 2026. Told to Benefits on 2 June 2026.",
            "Something is wrong with what was told to Housing and Benefits",
        ],
    );
    assert_eq!(text.matches("Told to Housing").count(), 1, "{text}");
}

#[tokio::test]
async fn what_nobody_recorded_is_a_question_to_ask() {
    let house = House::open().await;
    let seen = house.opens_caller(nobody_much()).await;
    let text = seen.text();
    assert!(text.contains("Pronouns not recorded. Ask."), "{text}");
    assert!(text.contains(
        "No communication needs recorded. Ask: 'Is there anything we should know about how you \
         like us to contact you?' Record what they say"
    ));
    assert!(text.contains(
        "Nobody is recorded as able to speak for Sam. Do not speak to anyone else about this \
         person."
    ));
    assert!(
        text.contains(&format!("the duty manager on {DUTY_LINE}.")),
        "{text}"
    );
    assert!(text.contains("No contact details recorded.") && text.contains("No address recorded."));
    seen.link("/people/");
    assert!(seen.links().iter().any(|link| link.ends_with("/correct")));
}

#[tokio::test]
async fn a_confirmed_caller_reads_whole_values_with_who_says_so() {
    let house = House::open().await;
    let seen = house.opens_caller(well_known()).await;
    let text = seen.text();
    for whole in [
        "Full name: Samuel Okoro (Housing).",
        "Born 1961 (Housing).",
        "Text message: 07700 900482. For: evenings. When: after 6pm. Do not leave a message.",
        "Email: maya@example.org. Belongs to Maya Shah, daughter.",
        "Home: 14 Mill Lane, Newbridge, NB1 4QX. From 2 January 2020.",
        "Somebody else is calling",
        "To know it is them: Ask for the word they agreed.",
    ] {
        assert!(text.contains(whole), "{whole}: {text}");
    }
    assert!(!text.contains("shown when you have confirmed"));
}

#[tokio::test]
async fn the_page_does_not_print_and_goes_away_on_one_press() {
    let house = House::open().await;
    let seen = house.opens_caller(well_known()).await;
    assert!(seen.text().starts_with("This page cannot be printed."));
    assert!(seen.links().contains(&"/find".to_owned()));
    assert!(seen.html.len() < 30_000, "{}", seen.html.len());
}
