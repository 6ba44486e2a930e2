//! People at their browsers.
//!
//! The tests of this file and of `line` and `looks` try the harness on pages
//! whose faults and virtues are known. No program of ours runs there: what
//! fails there is the harness, and a walk that fails while they pass has found
//! something.

mod line;
mod looks;
mod pages;
mod site;

// Every page of the real demo, looked at for the rules of all pages.
mod every_page;
mod shape;
mod weight;

// Walks over the real demo.
mod admin;
mod adviser;
mod elsewhere;
mod keyboard;
mod officer;
mod pace;
mod safety;
mod summaries;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use firebox_tests::{Browser, Key, Media, Options, code_of, fresh_code_of, wait_for};
use serde_json::json;

use site::{ELSEWHERE, OURS, Site};

/// A site, and a desk browser that the tests which run at the same time share.
struct Bench {
    site: Site,
    desk: Mutex<Browser>,
}

/// Gives the bench; it ends with the last test that holds it, and no process
/// stays behind, as one in a plain static would.
fn bench() -> Arc<Bench> {
    static SHARED: Mutex<Weak<Bench>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let site = Site::serve();
        let options = Options::desk().knows(OURS).knows(ELSEWHERE);
        let options = options.at(&site.url(OURS));
        let desk = Mutex::new(Browser::start(&site.ca(), options));
        let bench = Arc::new(Bench { site, desk });
        *shared = Arc::downgrade(&bench);
        bench
    })
}

impl Bench {
    /// Sits down at the desk, which nobody else has left in disorder.
    fn desk(&self) -> MutexGuard<'_, Browser> {
        let desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.resizes(1366, 625);
        desk.emulates_media(Media::Screen);
        desk.full_network();
        desk.forgets_cookies();
        desk.forgets_traffic();
        desk.starts_counting();
        desk
    }
}

#[test]
fn a_browser_trusts_the_one_authority_and_no_other() {
    let bench = bench();
    let url = bench.site.url("127.0.0.1");
    let options = Options::desk().at(&url);
    let wary = Browser::start(&bench.site.other_ca(), options);
    wary.tries_to_open("/clean");
    assert_eq!(wary.title(), "Privacy error");
    bench.desk().opens(&format!("{url}/clean"));
    assert_eq!(bench.desk().title(), "Trial page");
}

#[test]
fn a_browser_that_is_closed_leaves_no_process_behind() {
    let bench = bench();
    let browser = Browser::start(&bench.site.ca(), Options::desk());
    let home = browser.home().display().to_string();
    assert!(processes_with(&home) > 1, "Chromium is several processes");
    drop(browser);
    wait_for("the browser's processes to be gone", || {
        processes_with(&home) == 0
    });
    assert!(!std::path::Path::new(&home).exists());
}

fn processes_with(argument: &str) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|p| std::fs::read(p.path().join("cmdline")).ok());
    lines
        .filter(|line| String::from_utf8_lossy(line).contains(argument))
        .count()
}

#[test]
fn what_is_typed_and_chosen_arrives() {
    let bench = bench();
    let desk = bench.desk();
    desk.opens("/clean");
    assert_eq!(desk.heading(), "Ask to see it");
    desk.types("Your name", "Olu & co");
    desk.chooses_in("Is it for a visit?", "Yes");
    desk.chooses_in("Has it happened?", "No");
    desk.types_in("When is it?", "Day", "22");
    assert_eq!(desk.value_of("#name"), "Olu & co");
    assert!(!desk.says("Phone the desk"));
    desk.presses("I cannot send");
    assert!(desk.says("Phone the desk"));
    desk.presses("Send");
    assert_eq!(desk.path(), "/said");
    assert!(desk.says("[name=Olu+%26+co&visit=yes&past=no&day=22]"));
    let effort = desk.effort();
    assert_eq!((effort.clicks, effort.characters, effort.keys), (4, 10, 0));
    desk.back();
    assert_eq!(desk.path(), "/clean");
    desk.follows("Read a long page");
    assert_eq!(desk.path(), "/long");
    desk.reload();
    assert_eq!(desk.heading(), "Long");
}

#[test]
#[should_panic(expected = "2 times label \"Yes\"")]
fn a_label_that_stands_twice_leads_nowhere() {
    let bench = bench();
    let desk = bench.desk();
    desk.opens("/clean");
    desk.chooses("Yes");
}

#[test]
#[should_panic(expected = "no button \"Go\" on /clean")]
fn a_button_that_is_not_there_is_missed_by_name() {
    let bench = bench();
    let desk = bench.desk();
    desk.opens("/clean");
    desk.presses("Go");
}

#[test]
fn the_keyboard_alone_sends_the_form() {
    let bench = bench();
    let desk = bench.desk();
    desk.opens("/clean");
    assert!(desk.active_element().is_nowhere());
    desk.keys(&[Key::Tab, Key::Text("Olu")]);
    let focus = desk.active_element();
    assert_eq!((focus.tag.as_str(), focus.id.as_str()), ("input", "name"));
    assert_eq!(
        (focus.label.as_str(), focus.role.as_str()),
        ("Your name", "textbox")
    );
    desk.keys(&[Key::Tab, Key::Space, Key::Tab, Key::Tab]);
    assert_eq!(desk.active_element().label, "Day");
    desk.keys(&[Key::ShiftTab]);
    assert_eq!(desk.active_element().role, "radio");
    assert_eq!(desk.tabs_to("Send the form", 3), 3);
    desk.keys(&[Key::Enter]);
    desk.waits_for("You said");
    assert!(desk.says("[name=Olu&visit=yes&day=1]"), "{}", desk.text());
    assert_eq!(desk.effort().keys, 13);
    assert_eq!(desk.computed_role("h1"), "heading");
    assert_eq!(desk.computed_label("h1"), "You said");
}

#[test]
fn axe_finds_the_faults_of_a_faulty_page_and_none_on_a_clean_one() {
    let bench = bench();
    let desk = bench.desk();
    desk.opens("/clean");
    assert_eq!(desk.axe(), []);
    desk.opens("/faulty");
    assert_faults(&desk);
}

/// Asserts the faults of the faulty page one by one.
fn assert_faults(browser: &Browser) {
    let found = browser.axe();
    for rule in [
        "color-contrast",
        "heading-order",
        "html-has-lang",
        "image-alt",
        "label",
        "link-name",
    ] {
        let fault = found.iter().find(|one| one.rule == rule);
        let fault = fault.unwrap_or_else(|| panic!("{rule} is not in {found:#?}"));
        assert!(!fault.places.is_empty() && !fault.help.is_empty());
    }
}

#[test]
fn a_phone_is_390_wide_and_runs_scripts_only_if_it_may() {
    let bench = bench();
    let url = bench.site.url("127.0.0.1");
    let options = Options::phone().at(&url);
    let plain = Browser::start(&bench.site.ca(), options.without_javascript());
    plain.opens("/scripted");
    assert_eq!((plain.inner_width(), plain.scroll_width()), (390, 390));
    assert_eq!(plain.text_of("#now"), "Off");
    assert_eq!(plain.attribute("body", "class").unwrap_or_default(), "");
    plain.opens("/clean");
    assert_eq!(plain.axe(), []);
    plain.types("Your name", "Olu");
    plain.presses("Send");
    assert!(plain.says("[name=Olu&day=1]"));
    plain.opens("/faulty");
    assert_faults(&plain);
    let desk = bench.desk();
    desk.opens("/scripted");
    assert_eq!(desk.text_of("#now"), "On");
    desk.waits_for("It came later");
    let later = "const done = arguments[1]; setTimeout(() => done(arguments[0] + 1), 1)";
    assert_eq!(desk.async_script(later, &[json!(1)]), 2);
}

#[test]
fn the_sign_in_page_is_filled_in_by_its_labels() {
    let bench = bench();
    let desk = bench.desk();
    desk.signs_in_with("olu.officer", "a password", Some("123456"));
    assert!(
        desk.says("[person=olu.officer&password=a+password&code=123456]"),
        "{}",
        desk.text()
    );
}

#[test]
fn nobody_types_the_same_code_twice() {
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let now = code_of(secret);
    let codes = [fresh_code_of(secret), fresh_code_of(secret)];
    assert_ne!(codes[0], codes[1]);
    // Unless a step began in between.
    assert!(codes.contains(&now) || now != code_of(secret));
}
