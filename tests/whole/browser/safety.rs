//! What a session leaves behind, and what it keeps out.
//!
//! No test here waits for minutes to pass: where a clock decides, the page's
//! own clock is set forward.

use std::fmt::Write as _;

use firebox_tests::{Browser, By, Council, Hands};
use serde_json::json;

use super::adviser::calls;
use super::elsewhere::Elsewhere;
use super::officer::{checks, day};

const SESSION: &str = "__Host-firebox";

/// Opens the address whose note may be read, reads it, and gives its words.
fn reads_a_note(council: &Council, officer: &Hands<'_>, name: &str) -> String {
    officer.comes_in(council, name);
    officer.arrives("Check an address before you visit");
    checks(officer, &council.sample("release_flag_uprn"));
    officer.arrives("8 Mill Lane");
    officer.follows("Ask to see it");
    officer.arrives("Why do you need to see this note?");
    let reason = "I need to know which of the two entrances to use.";
    officer.types("Why is the instruction not enough?", reason);
    officer.presses("Continue");
    officer.arrives("Check what you are asking for");
    officer.presses("Send");
    officer.arrives("You can see this note until ");
    officer.presses("Show the note");
    officer.arrives("Note about 8 Mill Lane");
    officer.text_of("main dd")
}

#[test]
fn back_after_signing_out_shows_the_signed_out_page() {
    let council = Council::open();
    let (with, without) = (council.browser(), council.browser().without_javascript());
    for (opening, name) in [(with, "olu.officer"), (without, "ana.officer")] {
        let desk = opening.starts();
        let officer = Hands::at(&desk, By::Pointer);
        let note = reads_a_note(&council, &officer, name);
        // From a page that a browser would like to keep, and from the note.
        officer.follows("Check an address");
        officer.arrives("Check an address before you visit");
        officer.follows("8 Mill Lane, Northborough, NB1 4QX");
        officer.arrives("8 Mill Lane");
        officer.leaves();
        officer.back();
        officer.arrives("You have been signed out");
        for _ in 0..4 {
            officer.back();
            let page = officer.html();
            assert!(
                !page.contains(&note) && !page.contains("Mill Lane"),
                "{page}"
            );
        }
        officer.opens("/check");
        officer.waits_for("Sign");
        assert!(!officer.says("Check an address before you visit"));
    }
}

#[test]
fn nothing_of_anybody_stands_in_a_target_a_referrer_a_title_or_a_log() {
    let council = Council::open();
    let desk = council.browser().starts();
    let hands = Hands::at(&desk, By::Pointer);
    desk.forgets_traffic();
    day(&council, &hands, "olu.officer");
    calls(&council, &hands);
    let words = words_of_people(&council);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert!(desk.traffic().len() > 100, "the walks left no traffic");
    let pop = format!("{}/pop?", council.url());
    let mut told = desk.traffic_with(&words);
    assert!(
        told.iter().any(|one| one.url.starts_with(&pop)),
        "the search finds nothing"
    );
    told.retain(|one| !one.url.starts_with(&pop));
    assert!(told.is_empty(), "{told:#?}");
    assert!(desk.traffic().iter().all(|one| {
        let from = one.referrer.as_deref().unwrap_or_default();
        !from.contains("/pop")
    }));
    let found = |text: &str| words.iter().find(|word| text.contains(**word)).copied();
    for title in hands.titles() {
        assert_eq!(found(&title), None, "{title}");
    }
    for (name, log) in logs(&council) {
        assert!(!log.is_empty(), "{name} is empty");
        assert_eq!(found(&log), None, "{name}");
    }
}

/// Names, dates, numbers and addresses of those whom the walks met, in the ways
/// that people and programs write them.
fn words_of_people(council: &Council) -> Vec<String> {
    let mut words = Vec::new();
    for name in [
        "phone_name",
        "phone_hidden_name",
        "withheld_name",
        "proxy_name",
        "phone_hidden_proxy",
    ] {
        let name = council.sample(name);
        words.extend(name.split(' ').map(str::to_owned));
    }
    for number in [
        "phone",
        "phone_hidden",
        "phone_withheld",
        "phone_proxy",
        "phone_hidden_safe",
    ] {
        let number = council.sample(number);
        let plain = number.replace(' ', "");
        words.extend([format!("+44{}", &plain[1..]), plain, number]);
    }
    words.extend(
        ["phone_born", "phone_hidden_born", "withheld_born"].map(|one| council.sample(one)),
    );
    words.extend(["4/3/1961", "4 March 1961", "04-03-1961"].map(str::to_owned));
    for uprn in [
        "uprn_pairs",
        "uprn_clear",
        "release_flag_uprn",
        "phone_uprn",
        "phone_hidden_uprn",
    ] {
        words.push(council.sample(uprn));
    }
    words.push(council.sample("sample_nhs_number"));
    words.extend(["NB1 4QX", "NB14QX", "Mill Lane", "Nowhere Street"].map(str::to_owned));
    // Of notes and what was typed about people.
    words.extend(["Needles", "Shouting inside", "07700900111", "07700 900111"].map(str::to_owned));
    words
}

/// What the demo's processes wrote.
fn logs(council: &Council) -> Vec<(String, String)> {
    let files = std::fs::read_dir(council.file("log")).unwrap().flatten();
    let read = files.map(|file| {
        let text = std::fs::read(file.path()).unwrap();
        let name = file.file_name().to_string_lossy().into_owned();
        (name, String::from_utf8_lossy(&text).into_owned())
    });
    let read: Vec<_> = read.collect();
    assert!(read.len() >= 4, "{read:?}");
    read
}

#[test]
fn the_session_is_a_cookie_that_no_script_and_no_other_sites_form_can_use() {
    let council = Council::open();
    let desk = council.browser().starts();
    let officer = Hands::at(&desk, By::Pointer);
    officer.comes_in(&council, "olu.officer");
    officer.arrives("Check an address before you visit");
    let cookies = officer.cookies();
    let session = cookies.iter().find(|one| one.name == SESSION).unwrap();
    assert!(
        session.http_only && session.secure && !session.stays,
        "{session:?}"
    );
    assert_eq!(
        (session.same_site.as_str(), session.path.as_str()),
        ("Lax", "/")
    );
    assert_eq!(officer.script("return document.cookie", &[]), "");
    another_site_sends_a_form(&council, &officer);
    officer.opens("/check");
    officer.arrives("Check an address before you visit");
    assert!(
        !officer.says("Checked recently"),
        "it looked for somebody else"
    );
}

/// Even with a token that is right.
fn another_site_sends_a_form(council: &Council, officer: &Hands<'_>) {
    let token = officer.attribute("main [name=csrf]", "value").unwrap();
    let (url, uprn) = (council.url(), council.sample("uprn_pairs"));
    let mut forms = String::new();
    for path in ["check", "sign-out", "visits"] {
        let _ = write!(
            forms,
            "<form method=post action=\"{url}/{path}\"><input type=hidden name=csrf value=\"{token}\">\
             <input type=hidden name=address value=\"{uprn}\"><button>Send {path}</button></form>"
        );
    }
    let elsewhere = Elsewhere::serves(&forms);
    for path in ["check", "sign-out", "visits"] {
        officer.opens(&elsewhere.url());
        officer.presses(&format!("Send {path}"));
        officer.waits_for("Support links");
        assert!(!officer.says("Northborough, NB1"), "{}", officer.text());
    }
}

/// Sets the page's clock forward.
fn passes(browser: &Browser, seconds: u64) {
    let script = "const now = Date.now.bind(Date), by = arguments[0] * 1000;
        Date.now = () => now() + by;";
    browser.script(script, &[json!(seconds)]);
}

#[test]
fn the_end_of_a_session_is_announced_and_put_off_by_one_press() {
    let council = Council::open();
    let desk = council.browser().starts();
    let officer = Hands::at(&desk, By::Pointer);
    officer.comes_in(&council, "olu.officer");
    officer.arrives("Check an address before you visit");
    let number = |name| {
        officer
            .attribute("body", name)
            .unwrap()
            .parse::<u64>()
            .unwrap()
    };
    let idle = number("data-session-idle-seconds");
    let warned = number("data-session-warn-seconds");
    assert!(
        warned >= 120 && idle > 2 * warned,
        "{idle} s, warned {warned} s before"
    );
    officer.types("Postcode, UPRN or address", "14 Mill Lane");
    // As often as somebody likes.
    for _ in 0..3 {
        passes(&desk, idle - warned + 5);
        officer.waits_for("You will be signed out soon");
        assert!(officer.says("What you have typed will be lost."));
        let inside = "return !!document.activeElement.closest('dialog[open]')";
        assert_eq!(
            officer.script(inside, &[]),
            true,
            "{:?}",
            officer.active_element()
        );
        officer.presses("Stay signed in");
        officer.waits_until("the warning stays", || {
            !officer.says("You will be signed out soon")
        });
        assert_eq!(
            officer.active_element().id,
            "address",
            "the focus does not come back"
        );
    }
    assert_eq!(
        officer.value_of("Postcode, UPRN or address"),
        "14 Mill Lane"
    );
    passes(&desk, idle + 5);
    officer.arrives("You have been signed out");
    assert!(officer.says("because you did not use the service"));
    assert!(officer.says("What you typed and did not send is lost."));
    officer.opens("/check");
    assert!(!officer.says("Check an address before you visit"));
}

#[test]
fn a_note_hides_after_ten_minutes_and_one_press_shows_it_again() {
    let council = Council::open();
    let phone = council.phone().without_javascript().starts();
    let officer = Hands::at(&phone, By::Pointer);
    let note = reads_a_note(&council, &officer, "olu.officer");
    assert!(officer.says("It is hidden after 10 minutes, and one press shows it again."));
    let release = officer.attribute("main form", "action").unwrap();
    let release = release.trim_end_matches("/hide").to_owned();
    // The browser itself follows this header, with scripts or without.
    let refresh = header_of_the_note(&council, &officer, &release);
    assert_eq!(refresh, format!("600;url={release}/hidden"));
    officer.opens(&format!("{release}/hidden"));
    officer.arrives("Note hidden");
    assert!(officer.says("Hidden after 10 minutes to keep it private."));
    assert!(!officer.html().contains(&note));
    officer.presses("Show it again");
    officer.arrives("Note about 8 Mill Lane");
    assert!(officer.says(&note));
}

/// Opens the note as the browser's own form does, and gives the header `Refresh`.
fn header_of_the_note(council: &Council, officer: &Hands<'_>, release: &str) -> String {
    let cookies = officer.cookies();
    let session = cookies.iter().find(|one| one.name == SESSION).unwrap();
    let token = officer.attribute("main [name=csrf]", "value").unwrap();
    let stranger = council.stranger();
    let request = stranger.request("POST".parse().unwrap(), &format!("{release}/open"));
    let request = request
        .header("cookie", format!("{SESSION}={}", session.value))
        .header("origin", council.url())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("csrf={token}"));
    let answer = stranger.send(request);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.headers["refresh"].to_str().unwrap().to_owned()
}
