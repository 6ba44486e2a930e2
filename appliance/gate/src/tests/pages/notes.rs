//! `/releases/{ref}` and `/emergency/{warning}`: the note, and what is left of it.

mod emergencies;
mod endings;
mod receipts;

use super::asking::counter::{ADDRESS, Counter, RELEASE, SEALED};
use super::play::{Seen, text_of};

#[tokio::test]
async fn a_release_says_until_when_and_shows_nothing_of_the_note() {
    let counter = Counter::open().await;
    let release = counter.is_released().await;
    let seen = counter.house.page(&release).await;
    assert!(
        seen.heading().starts_with("You can see this note until "),
        "{}",
        seen.heading()
    );
    let words = seen.text();
    for said in [RELEASE, "nobody else can see your screen", "Show the note"] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(seen.html.contains(&format!("action=\"{release}/open\"")));
    assert_eq!(seen.link("/releases/"), format!("{release}/receipt"));
    assert!(!seen.html.contains(SEALED));
    assert!(counter.heard(|heard| heard.opened.is_empty()));
}

#[tokio::test]
async fn the_note_stands_in_one_answer_and_nowhere_before_or_after() {
    let counter = Counter::open().await;
    let address = counter.address().await;
    let ask = address.link("/ask/");
    let asked = counter
        .house
        .sends(&ask, &super::asking::counter::answers())
        .await;
    let check = counter.house.page(&asked.leads_to()).await;
    let sent = counter.house.sends(&asked.leads_to(), &[]).await;
    let release = sent.leads_to();
    let standing = counter.house.page(&release).await;
    let note = counter.house.sends(&format!("{release}/open"), &[]).await;
    let reload = counter.house.page(&format!("{release}/open")).await;
    let hide = counter.house.sends(&format!("{release}/hide"), &[]).await;
    let hidden = counter.house.page(&format!("{release}/hidden")).await;
    let receipt = counter.house.page(&format!("{release}/receipt")).await;
    let address_again = counter.address().await;
    assert!(note.html.contains(SEALED) && note.html.contains("Use the side gate."));
    for seen in [
        address,
        asked,
        check,
        sent,
        standing,
        reload,
        hide,
        hidden,
        receipt,
        address_again,
    ] {
        assert!(!seen.html.contains(SEALED), "{}", seen.html);
        assert!(!format!("{:?}", seen.headers).contains(SEALED));
    }
    assert!(!note.title().contains("Mill") && !note.title().contains(SEALED));
    assert!(!format!("{:?}", note.headers).contains(SEALED));
}

#[tokio::test]
async fn the_note_reads_in_its_order_and_says_twice_whose_it_is() {
    let counter = Counter::open().await;
    let seen = counter.sees_the_note().await;
    assert_eq!(
        (seen.status, seen.heading()),
        (200, format!("Note about {ADDRESS}"))
    );
    let line = text_of(&seen.html, "p")
        .into_iter()
        .find(|text| text.starts_with("Released to"));
    let line = line.unwrap();
    assert!(
        line.starts_with("Released to a.person, visiting officer, on "),
        "{line}"
    );
    assert!(
        line.ends_with(&format!(". {RELEASE}. Do not share or copy.")),
        "{line}"
    );
    assert_eq!(seen.html.matches(&line).count(), 2);
    let order = [
        line.as_str(),
        "Note about",
        "Hide this",
        "What happened and what to do",
        "Use the side gate.",
        "Date of the incident",
        "3 May 2026",
        "You can open this until ",
        "Receipt for",
        line.as_str(),
    ];
    let (words, mut at) = (seen.text(), 0);
    for said in order {
        let found = words[at..].find(said);
        at += found.unwrap_or_else(|| panic!("{said} after {at}: {words}")) + said.len();
    }
    assert_eq!(counter.heard(|heard| heard.opened.clone()), [RELEASE]);
    assert!(!words.contains("Not released"));
    assert!(!words.contains("Emergency"));
}

#[tokio::test]
async fn a_note_hides_after_ten_minutes_prints_nothing_and_carries_its_mark() {
    let counter = Counter::open().await;
    let seen = counter.sees_the_note().await;
    assert_eq!(
        seen.headers["refresh"],
        format!("600;url=/releases/{RELEASE}/hidden")
    );
    assert_eq!(seen.headers["cache-control"], "no-store");
    assert!(seen.text().contains("This note cannot be printed."));
    assert!(
        seen.html
            .contains(&format!("data-mark=\"{RELEASE} a.person\""))
    );
    for other in ["", "/hidden", "/receipt"] {
        let seen = counter
            .house
            .page(&format!("/releases/{RELEASE}{other}"))
            .await;
        assert!(!seen.headers.contains_key("refresh"), "{other}");
    }
}

#[tokio::test]
async fn what_a_note_says_is_exact_and_no_markup() {
    let counter = Counter::open().await;
    counter.plays(|plays| plays.note = "<script>alert(1)</script> & \"O'Hara\" &amp;".into());
    let seen = counter.sees_the_note().await;
    assert!(
        seen.html.contains(
            "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;O&#39;Hara&quot; &amp;amp;"
        )
    );
    assert!(
        seen.text()
            .contains("<script>alert(1)</script> & \"O'Hara\" &amp;")
    );
}

#[tokio::test]
async fn hide_is_the_first_thing_the_keyboard_comes_to_after_the_heading() {
    let counter = Counter::open().await;
    let seen = counter.sees_the_note().await;
    let after = seen.html.split_once("</h1>").unwrap().1;
    let places = [
        "<a ",
        "<button",
        "<input type=\"text\"",
        "<select",
        "<textarea",
    ];
    let first = places
        .iter()
        .filter_map(|tag| after.find(tag))
        .min()
        .unwrap();
    let button = &after[first..first + 400];
    assert!(
        button.starts_with("<button") && button.contains("Hide this"),
        "{button}"
    );
}

#[tokio::test]
async fn hide_leads_to_a_page_that_says_nothing_of_anybody() {
    let counter = Counter::open().await;
    counter.sees_the_note().await;
    let hide = format!("/releases/{RELEASE}/hide");
    assert_eq!(counter.house.sends(&hide, &[]).await.leads_to(), "/check");
    counter.plays(|plays| plays.roles = &["adviser"]);
    assert_eq!(counter.house.sends(&hide, &[]).await.leads_to(), "/find");
}

#[tokio::test]
async fn a_hidden_note_says_why_and_comes_back_with_one_press() {
    let counter = Counter::open().await;
    counter.sees_the_note().await;
    let seen = counter
        .house
        .page(&format!("/releases/{RELEASE}/hidden"))
        .await;
    assert_eq!((seen.status, seen.heading().as_str()), (200, "Note hidden"));
    let words = seen.text();
    assert!(words.contains("Hidden after 10 minutes to keep it private."));
    assert!(words.contains("Show it again"));
    let again = counter
        .house
        .sends(&format!("/releases/{RELEASE}/open"), &[])
        .await;
    assert!(again.html.contains(SEALED));
    assert_eq!(counter.heard(|heard| heard.opened.len()), 2);
}

#[tokio::test]
async fn the_address_page_leads_back_to_a_note_that_was_released() {
    let counter = Counter::open().await;
    counter.is_released().await;
    let seen = counter.house.page(&format!("/releases/{RELEASE}")).await;
    assert!(seen.html.contains("href=\"/address/"));
}

#[tokio::test]
async fn a_release_of_another_session_opens_though_nothing_is_known_of_it() {
    let counter = Counter::open().await;
    let release = format!("/releases/{RELEASE}");
    let seen = counter.house.page(&release).await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (200, "You asked to see this note")
    );
    assert!(!seen.links().iter().any(|link| link.ends_with("/receipt")));
    let note = counter.house.sends(&format!("{release}/open"), &[]).await;
    assert_eq!(note.heading(), "Note");
    assert!(
        note.text()
            .contains("Shown to a.person, visiting officer, on ")
    );
    assert!(note.html.contains(SEALED));
    let seen: Seen = counter.house.page(&release).await;
    assert!(seen.heading().starts_with("You can see this note until "));
}
