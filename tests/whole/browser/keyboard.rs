//! The same walks without a pointer.

use firebox_tests::{By, Council, Hands, Key};

use super::adviser::calls;
use super::officer::{checks, day};

/// Tabs that whoever stands at the door has time for, on the page itself.
const TABS_IN_AN_EMERGENCY: u32 = 6;

#[test]
fn an_officers_day_by_keyboard_alone() {
    let council = Council::open();
    let desk = council.browser().starts();
    let officer = Hands::at(&desk, By::Keyboard);
    day(&council, &officer, "olu.officer");
    assert_eq!(officer.effort().clicks, 0);
}

#[test]
fn an_advisers_calls_by_keyboard_alone() {
    let council = Council::open();
    let desk = council.browser().starts();
    let adviser = Hands::at(&desk, By::Keyboard);
    calls(&council, &adviser);
    assert_eq!(adviser.effort().clicks, 0);
}

#[test]
fn an_emergency_takes_at_most_six_tabs_on_its_page() {
    let council = Council::open();
    let desk = council.browser().starts();
    let officer = Hands::at(&desk, By::Keyboard);
    officer.comes_in(&council, "olu.officer");
    officer.arrives("Check an address before you visit");
    checks(&officer, &council.sample("uprn_pairs"));
    officer.arrives("14 Mill Lane");
    officer.follows("Someone is in danger");
    officer.arrives("Use this only if waiting could put someone in danger");
    officer.presses("Continue");
    officer.arrives("Show the note in an emergency");
    let mut tabs = 1;
    let mut tabs_to = |label: &str| {
        while officer.active_element().label != label {
            officer.keys(&[Key::Tab]);
            tabs += 1;
            assert!(
                tabs <= TABS_IN_AN_EMERGENCY,
                "{tabs} tabs do not reach {label:?}"
            );
        }
    };
    // Past the navigation, as whoever has only a keyboard goes.
    officer.keys(&[Key::Tab]);
    assert_eq!(officer.active_element().label, "Skip to main content");
    officer.keys(&[Key::Enter]);
    assert_eq!(officer.active_element().id, "main-content");
    tabs_to("Someone is in immediate danger");
    officer.keys(&[Key::Space]);
    tabs_to("What is happening?");
    officer.keys(&[Key::Text("Shouting")]);
    tabs_to("Show the note now");
    officer.keys(&[Key::Enter]);
    officer.arrives("Note about 14 Mill Lane");
}
