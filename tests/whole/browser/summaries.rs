//! Forms that are sent empty: what is wrong is said above and beside the
//! field, in the same words, and the focus goes where it helps.

use firebox_tests::{By, Council, Hands};
use serde_json::json;

use super::adviser::{finds, opens_the_first};
use super::officer::checks;

/// A form: what it is called here, how one comes to it, and its button.
type Empty = (&'static str, fn(&Council, &Hands<'_>), &'static str);

const OFFICERS: [Empty; 7] = [
    (
        "check",
        |_, officer| officer.opens("/check"),
        "Check address",
    ),
    (
        "visits",
        |_, officer| officer.opens("/visits"),
        "Check visits",
    ),
    (
        "ask",
        |council, officer| from_the_address(council, officer, "Ask to see it"),
        "Continue",
    ),
    (
        "phone",
        |council, officer| {
            from_the_address(council, officer, "Phone Community Safety Duty Desk instead");
        },
        "Record the call",
    ),
    (
        "emergency",
        |council, officer| {
            from_the_address(council, officer, "Someone is in danger");
            officer.presses("Continue");
            officer.arrives("Show the note in an emergency");
        },
        "Show the note now",
    ),
    (
        "hazard",
        |council, officer| from_the_address(council, officer, "Tell us about a new hazard"),
        "Send",
    ),
    (
        "report",
        |council, officer| from_the_address(council, officer, "Something here is wrong"),
        "Continue",
    ),
];

const ADVISERS: [Empty; 4] = [
    ("find", |_, adviser| adviser.opens("/find"), "Find"),
    (
        "fields",
        |_, adviser| {
            adviser.opens("/find");
            adviser.presses("Search by separate fields");
        },
        "Find by these",
    ),
    (
        "who",
        |council, adviser| from_the_caller(council, adviser, "Confirm who is calling"),
        "Continue",
    ),
    (
        "correct",
        |council, adviser| from_the_caller(council, adviser, "Something here is wrong"),
        "Continue",
    ),
];

#[test]
fn an_empty_form_says_what_is_wrong_and_leads_there() {
    let council = Council::open();
    all_forms(
        &council,
        &Hands::at(&council.browser().starts(), By::Pointer),
    );
}

#[test]
fn an_empty_form_says_what_is_wrong_and_leads_there_without_javascript() {
    let council = Council::open();
    let desk = council.browser().without_javascript().starts();
    all_forms(&council, &Hands::at(&desk, By::Pointer));
}

#[test]
fn signing_in_takes_what_was_pasted_and_sets_no_puzzle() {
    let council = Council::open();
    let desk = council.browser().starts();
    desk.opens("/sign-in");
    let asked = "return [...document.querySelectorAll('main input:not([type=hidden])')]
        .map((one) => one.name + ' ' + one.autocomplete).join()";
    let known = "person username,password current-password,code one-time-code";
    assert_eq!(desk.script(asked, &[]), known);
    assert_eq!(desk.count("main img, main canvas, main iframe"), 0);
    for field in ["person", "password", "code"] {
        let pastes = "const paste = new ClipboardEvent('paste', {bubbles: true, cancelable: true});
            return document.getElementById(arguments[0]).dispatchEvent(paste);";
        assert_eq!(
            desk.script(pastes, &[json!(field)]),
            true,
            "{field} refuses a paste"
        );
    }
    // With a code from an app, and without.
    desk.signs_in("cara.custodian");
    desk.forgets_cookies();
    desk.signs_in("olu.officer");
    assert_eq!(desk.path(), "/check");
}

fn all_forms(council: &Council, hands: &Hands<'_>) {
    let mut faults = Vec::new();
    hands.opens("/sign-in");
    faults.extend(sends_empty(hands, "sign-in", "Sign in"));
    for (name, forms) in [("olu.officer", &OFFICERS[..]), ("ade.adviser", &ADVISERS)] {
        hands.comes_in(council, name);
        hands.waits_for("Sign out");
        for (form, comes_to, button) in forms {
            comes_to(council, hands);
            faults.extend(sends_empty(hands, form, button));
        }
        hands.leaves();
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

fn from_the_address(council: &Council, officer: &Hands<'_>, link: &str) {
    checks(officer, &council.sample("uprn_pairs"));
    officer.arrives("14 Mill Lane");
    officer.follows(link);
}

fn from_the_caller(council: &Council, adviser: &Hands<'_>, link: &str) {
    finds(adviser, &council.sample("phone"));
    adviser.arrives("1 match");
    opens_the_first(adviser);
    adviser.arrives("Call them Sam");
    adviser.follows(link);
}

/// Sends the form as it stands and gives what is wrong with the answer.
fn sends_empty(hands: &Hands<'_>, form: &str, button: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut so = |is: bool, what: String| {
        if !is {
            faults.push(format!("{form}: {what}"));
        }
    };
    hands.presses(button);
    hands.waits_for("There is a problem");
    so(hands.title().starts_with("Error: "), hands.title());
    let focus = hands.active_element();
    let in_it = "return !!document.activeElement.closest('.govuk-error-summary')";
    so(
        hands.script(in_it, &[]) == true,
        format!("the focus is on {focus:?}"),
    );
    so(
        !focus.label.is_empty(),
        format!("a summary without a name: {focus:?}"),
    );
    let links = hands.texts_of(".govuk-error-summary a");
    so(!links.is_empty(), "no link".to_owned());
    let mut beside = hands.texts_of(".govuk-error-message");
    for words in &mut beside {
        *words = words.trim_start_matches("Error:").trim().to_owned();
    }
    so(
        links == beside,
        format!("above {links:?}, beside {beside:?}"),
    );
    for (at, link) in links.iter().enumerate() {
        let css = format!(".govuk-error-summary li:nth-child({}) a", at + 1);
        let target = hands.attribute(&css, "href").unwrap_or_default();
        hands.presses_at(&css);
        let there =
            "return '#' + document.activeElement.id === new URL(arguments[0], location).hash";
        so(
            hands.script(there, &[json!(target)]) == true,
            format!(
                "{link:?} leads to {:?}, not {target}",
                hands.active_element()
            ),
        );
    }
    faults
}
