//! An officer's day on the phone: told once, and walked with scripts, without
//! them, and by keyboard alone (in `keyboard.rs`).

use firebox_tests::{By, Council, Hands, check_receipt};

/// The words above every sealed note of the demo.
const NOTE: &str = "What happened and what to do";

#[test]
fn an_officers_day_on_a_phone() {
    let council = Council::open();
    let phone = council.phone().starts();
    day(&council, &Hands::at(&phone, By::Pointer), "olu.officer");
}

#[test]
fn an_officers_day_on_a_phone_without_javascript() {
    let council = Council::open();
    let phone = council.phone().without_javascript().starts();
    day(&council, &Hands::at(&phone, By::Pointer), "olu.officer");
}

/// From signing in to signing out.
pub(super) fn day(council: &Council, officer: &Hands<'_>, name: &str) {
    officer.comes_in(council, name);
    officer.arrives("Check an address before you visit");
    an_address_with_a_warning_says_what_to_do(council, officer);
    an_address_without_one_says_who_said_so(council, officer);
    an_address_nobody_knows_is_not_called_clear(officer);
    a_day_of_visits_is_pasted_checked_again_and_printed(council, officer);
    let receipt = a_note_is_asked_for_shown_hidden_and_shown_again(council, officer);
    anybody_can_check_the_receipt(council, &receipt);
    a_call_instead_is_recorded(council, officer);
    an_emergency_shows_the_note_at_once(council, officer);
    a_new_hazard_stands_at_the_address(council, officer);
    officer.leaves();
    assert!(officer.says("Nothing you were looking at is still on this device."));
}

/// Types an address into the one field of the first page.
pub(super) fn checks(officer: &Hands<'_>, address: &str) {
    officer.opens("/check");
    officer.arrives("Check an address before you visit");
    officer.types("Postcode, UPRN or address", address);
    officer.presses("Check address");
}

fn an_address_with_a_warning_says_what_to_do(council: &Council, officer: &Hands<'_>) {
    officer.types("Postcode, UPRN or address", &council.sample("uprn_pairs"));
    officer.presses("Check address");
    officer.arrives("14 Mill Lane");
    assert!(officer.says("Do not visit alone. Visit in pairs."));
    assert!(officer.says("Ask before you go: Community Safety Duty Desk"));
    assert!(officer.count("a[href^='tel:']") >= 2, "nobody to ring");
    assert!(officer.says("There is a sealed note about this warning."));
    assert!(
        !officer.says(NOTE),
        "the note is shown to who asked nothing"
    );
}

fn an_address_without_one_says_who_said_so(council: &Council, officer: &Hands<'_>) {
    officer.follows("Check another address");
    officer.arrives("Check an address before you visit");
    officer.types("Postcode, UPRN or address", &council.sample("uprn_clear"));
    officer.presses("Check address");
    officer.arrives("11 Mill Lane");
    assert!(officer.says("No warnings recorded"));
    assert!(officer.says("6 services told us they hold no warning for this address."));
    assert!(officer.says("No warning on record does not mean there is no risk."));
}

fn an_address_nobody_knows_is_not_called_clear(officer: &Hands<'_>) {
    checks(officer, "99 Nowhere Street");
    officer.arrives("We could not find that address");
    assert!(officer.says("We have not checked this address for warnings."));
    assert!(!officer.says("No warnings recorded"));
    // What was typed is there to be put right.
    let typed = officer.value_of("Postcode, UPRN or address");
    assert_eq!(typed, "99 Nowhere Street");
    officer.types("Postcode, UPRN or address", "NB1 4QX");
    officer.presses("Check address");
    officer.arrives("Choose the address");
    officer.follows("11 Mill Lane, Northborough, NB1 4QX");
    officer.arrives("11 Mill Lane");
}

fn a_day_of_visits_is_pasted_checked_again_and_printed(council: &Council, officer: &Hands<'_>) {
    officer.opens("/visits");
    officer.arrives("Check a day of visits");
    let (pairs, clear) = (council.sample("uprn_pairs"), council.sample("uprn_clear"));
    let pasted = format!("9:30 {pairs}\n{clear}\n14:00 99 Nowhere Street NB1 4QX");
    officer.types("Addresses", &pasted);
    officer.presses("Check visits");
    officer.arrives("Visits on ");
    assert_eq!(officer.count("ol > li"), 3);
    assert!(officer.says("9:30am 14 Mill Lane"), "{}", officer.text());
    assert!(officer.says("Do not visit alone. Visit in pairs."));
    assert!(officer.says("We could not check this address."));
    officer.presses("Check again");
    officer.waits_for("Nothing has changed since");
    officer.presses("Print this list");
    officer.waits_for("Back to the list");
    let paper = officer.prints();
    let sheets = paper.sheets().join("\n");
    assert!(sheets.contains("Do not visit alone. Visit in pairs."));
    assert!(sheets.contains("Check again before you go. Reference "));
    officer.follows("Back to the list");
    officer.arrives("Visits on ");
}

/// Gives the receipt as it stands on its page.
fn a_note_is_asked_for_shown_hidden_and_shown_again(
    council: &Council,
    officer: &Hands<'_>,
) -> String {
    checks(officer, &council.sample("release_flag_uprn"));
    officer.arrives("8 Mill Lane");
    officer.follows("Ask to see it");
    officer.arrives("Why do you need to see this note?");
    nothing_known_is_asked_again(officer);
    let reason = "I need to know which of the two entrances to use.";
    officer.types("Why is the instruction not enough?", reason);
    officer.presses("Continue");
    officer.arrives("Check what you are asking for");
    for known in ["8 Mill Lane", "A visit I am making", reason] {
        assert!(officer.says(known), "{known} is lost");
    }
    officer.presses("Send");
    officer.arrives("You can see this note until ");
    officer.presses("Show the note");
    officer.arrives("Note about 8 Mill Lane");
    let note = officer.text_of("main dd");
    assert!(officer.says(NOTE) && note.len() > 40, "{note:?}");
    the_note_can_be_put_away(officer, &note);
    officer.follows_at("main a[href$='/receipt']");
    officer.arrives("Receipt REL-");
    assert!(officer.says(reason) && !officer.html().contains(&note));
    officer.presses("How to check this receipt yourself");
    let text = "return [...document.querySelectorAll('pre')].pop().textContent";
    officer.script(text, &[]).as_str().unwrap().to_owned()
}

/// The address, the visit and what it is for come along from the page before.
fn nothing_known_is_asked_again(officer: &Hands<'_>) {
    assert!(officer.says("8 Mill Lane"), "which address is it?");
    let chosen = "return document.querySelector('[name=purpose]:checked')?.value ?? ''";
    assert_eq!(officer.script(chosen, &[]), "visit");
    let visit = officer.value_of("Which visit or call is it for?");
    assert!(!visit.is_empty(), "the visit is asked again");
}

fn the_note_can_be_put_away(officer: &Hands<'_>, note: &str) {
    assert!(officer.says("It is hidden after 10 minutes, and one press shows it again."));
    officer.presses("Hide this");
    // There is a list of visits, so it is back to that.
    officer.arrives("Check a day of visits");
    assert!(!officer.html().contains(note), "it is still there");
    officer.opens("/check");
    officer.arrives("Check an address before you visit");
    officer.follows("8 Mill Lane, Northborough, NB1 4QX");
    officer.arrives("8 Mill Lane");
    assert!(officer.says("You asked to see this note at "));
    officer.presses("Show it again");
    officer.arrives("Note about 8 Mill Lane");
    assert!(officer.says(note), "it is not shown again");
}

fn anybody_can_check_the_receipt(council: &Council, receipt: &str) {
    let checked = check_receipt(receipt.as_bytes(), council.key());
    assert_eq!(checked.code, Some(0), "{}", checked.said());
    let changed = receipt.replacen("index ", "index 1", 1);
    let checked = check_receipt(changed.as_bytes(), council.key());
    assert_ne!(checked.code, Some(0), "a receipt that was changed passes");
}

fn a_call_instead_is_recorded(council: &Council, officer: &Hands<'_>) {
    checks(officer, &council.sample("uprn_two_services"));
    officer.arrives("17 Mill Lane");
    officer.follows("Phone Community Safety Duty Desk instead");
    officer.arrives("Phone Community Safety Duty Desk");
    assert!(officer.says("Say that you are asking about 17 Mill Lane"));
    officer.chooses_in("Did you get what you need?", "Yes");
    officer.types("Who did you speak to?", "The duty officer");
    officer.presses("Record the call");
    officer.arrives("Call recorded");
    assert!(officer.says("Log entry "));
    officer.follows("Go back to the warnings");
    officer.arrives("17 Mill Lane");
}

fn an_emergency_shows_the_note_at_once(council: &Council, officer: &Hands<'_>) {
    checks(officer, &council.sample("uprn_pairs"));
    officer.arrives("14 Mill Lane");
    officer.follows("Someone is in danger");
    officer.arrives("Use this only if waiting could put someone in danger");
    assert!(officer.says("Call 999 first if someone is in danger now."));
    officer.presses("Continue");
    officer.arrives("Show the note in an emergency");
    officer.chooses("I am at or near the property and cannot wait");
    officer.types("What is happening?", "Shouting inside");
    officer.presses("Show the note now");
    officer.arrives("Note about 14 Mill Lane");
    assert!(officer.says("Emergency release. This is being reviewed."));
    assert!(officer.says(NOTE));
}

fn a_new_hazard_stands_at_the_address(council: &Council, officer: &Hands<'_>) {
    checks(officer, &council.sample("uprn_clear"));
    officer.arrives("11 Mill Lane");
    officer.follows("Tell us about a new hazard");
    officer.arrives("Tell us about a new hazard");
    officer.chooses("Sharps");
    officer.types("What did you see?", "Needles lay beside the back gate.");
    officer.types("When?", "today at 2:30pm");
    officer.chooses_in("Which team should know?", "Housing");
    officer.presses("Send");
    officer.arrives("Hazard reported");
    assert!(officer.says("COR-") && officer.says("not yet confirmed by Housing"));
    officer.follows("Back to the address");
    officer.arrives("11 Mill Lane");
    assert!(officer.says("Sharps") && officer.says("not yet confirmed by Housing"));
    assert!(!officer.says("Needles"), "what was seen is Housing's alone");
    assert!(!officer.says("No warnings recorded"));
}
