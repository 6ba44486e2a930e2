//! An adviser's calls at the desk: told once, and walked with scripts, without
//! them, and by keyboard alone (in `keyboard.rs`).

use firebox_tests::{By, Council, Hands, wait_for};

use super::elsewhere::Elsewhere;

/// The field of the first page.
const ANYTHING: &str = "Phone number, name, postcode, NHS number or reference";

#[test]
fn an_advisers_calls_at_a_desk() {
    let council = Council::open();
    let desk = council.browser().starts();
    calls(&council, &Hands::at(&desk, By::Pointer));
}

#[test]
fn an_advisers_calls_at_a_desk_without_javascript() {
    let council = Council::open();
    let desk = council.browser().without_javascript().starts();
    calls(&council, &Hands::at(&desk, By::Pointer));
}

/// From signing in to signing out.
pub(super) fn calls(council: &Council, adviser: &Hands<'_>) {
    adviser.comes_in(council, "ade.adviser");
    adviser.arrives("Find a caller");
    a_call_that_comes_up_by_itself_is_one_press_from_the_caller(council, adviser);
    the_caller_says_who_they_are(council, adviser);
    an_old_number_is_put_right_by_the_service_that_has_it(adviser);
    somebody_hidden_is_helped_without_an_address(council, adviser);
    somebody_withheld_is_put_through(council, adviser);
    somebody_else_on_the_line_is_told_what_they_may_be(council, adviser);
    somebody_in_danger_is_kept_talking(adviser);
    adviser.leaves();
}

/// A page with a link as a telephone system opens one.
pub(super) fn telephone(council: &Council, number: &str) -> Elsewhere {
    let number = number.replace(' ', "");
    let to = format!("{}/pop?ani={number}&dnis=4999&callid=C-77", council.url());
    Elsewhere::serves(&format!("<a href=\"{to}\">Answer the call</a>"))
}

/// Opens the first person of the results.
pub(super) fn opens_the_first(adviser: &Hands<'_>) {
    adviser.follows_at("main a[href^='/people/']");
}

fn a_call_that_comes_up_by_itself_is_one_press_from_the_caller(
    council: &Council,
    adviser: &Hands<'_>,
) {
    let number = council.sample("phone");
    adviser.opens(&telephone(council, &number).url());
    adviser.follows("Answer the call");
    // Still signed in, although the link stood on another site.
    adviser.arrives("Find a caller");
    assert_eq!(adviser.path(), "/find");
    // Nobody is looked for until somebody presses, and nothing is typed.
    assert_eq!(adviser.value_of(ANYTHING), number);
    assert_eq!(adviser.count("a[href^='/people/']"), 0);
    adviser.presses("Find");
    adviser.arrives("1 match");
    assert!(adviser.says("phone ending 482") && !adviser.says("Okafor"));
    opens_the_first(adviser);
    adviser.arrives("Call them Sam");
    assert!(adviser.says("Use short sentences"));
    assert!(adviser.says("Is now a good time to talk?"));
    assert!(adviser.says("Teams who know Sam") && adviser.says("Mill Lane Neighbourhood Team"));
    assert!(adviser.says("If none of these fits, put the call through to the duty manager"));
    let page = adviser.html();
    for unconfirmed in ["Okafor", "Chiamaka Grace", "19 Mill Lane"] {
        assert!(
            !page.contains(unconfirmed),
            "{unconfirmed} is told to anybody"
        );
    }
}

/// Types what the caller says of themselves.
fn says_of_themselves(council: &Council, adviser: &Hands<'_>) {
    let born = council.sample("phone_born");
    let [year, month, day] = born.split('-').collect::<Vec<_>>()[..] else {
        panic!("{born} is no date");
    };
    adviser.types_in("Date of birth", "Day", day);
    adviser.types_in("Date of birth", "Month", month);
    adviser.types_in("Date of birth", "Year", year);
    adviser.types("Postcode", &council.sample("phone_postcode"));
    adviser.presses("Continue");
}

fn the_caller_says_who_they_are(council: &Council, adviser: &Hands<'_>) {
    adviser.follows("Confirm who is calling");
    adviser.arrives("Who is calling?");
    adviser.chooses("Sam, the person themselves");
    says_of_themselves(council, adviser);
    adviser.arrives("Call them Sam");
    assert!(adviser.says("2 of 2 match"), "{}", adviser.text());
    assert!(adviser.says("Chiamaka Grace Okafor"));
    adviser.presses("Contact details");
    assert!(adviser.says(&council.sample("phone")), "{}", adviser.text());
}

fn an_old_number_is_put_right_by_the_service_that_has_it(adviser: &Hands<'_>) {
    adviser.follows("Something here is wrong");
    adviser.arrives("What is wrong?");
    adviser.chooses("Phone number");
    adviser.types("What should the phone number be?", "07700 900111");
    adviser.chooses_in("How do you know?", "The person told me");
    adviser.presses("Continue");
    adviser.arrives("Check your answers");
    assert!(adviser.says("07700 900111") && adviser.says("The person told me"));
    adviser.presses("Send");
    adviser.arrives("Correction sent");
    assert!(adviser.says("COR-"));
    assert!(adviser.says("Sam does not need to tell them again."));
    adviser.follows("See what each service does");
    adviser.arrives("Correction");
    wait_for("Housing to change its record", || {
        adviser.reload();
        let services = adviser.texts_of("tbody tr");
        assert!(services.len() >= 3, "{services:?}");
        let housing = services.iter().find(|one| one.starts_with("Housing"));
        housing.is_some_and(|housing| housing.contains("Changed"))
    });
}

fn somebody_hidden_is_helped_without_an_address(council: &Council, adviser: &Hands<'_>) {
    finds(adviser, &council.sample("phone_hidden"));
    adviser.arrives("1 match");
    let results = adviser.html();
    opens_the_first(adviser);
    adviser.arrives("Call them Ros");
    assert!(adviser.says("Only use the number ending 485. Do not leave a message."));
    assert!(adviser.says("Nobody is recorded as able to speak for Ros."));
    let page = adviser.html();
    adviser.follows("Confirm who is calling");
    adviser.arrives("Who is calling?");
    let proxy = council.sample("phone_hidden_proxy");
    let (forename, _) = proxy.split_once(' ').unwrap();
    let address = council.sample("phone_hidden_address");
    let (postcode, uprn) = (
        council.sample("phone_hidden_postcode"),
        council.sample("phone_hidden_uprn"),
    );
    for (body, of) in [
        (results, "results"),
        (page, "page"),
        (adviser.html(), "who"),
    ] {
        for never in [&address, &postcode, &uprn, &proxy, forename] {
            assert!(!body.contains(never), "{of}: {never}");
        }
    }
    adviser.follows("Go back without confirming who is calling");
    adviser.arrives("Call them Ros");
}

/// Looks for somebody from the first page.
pub(super) fn finds(adviser: &Hands<'_>, what: &str) {
    adviser.opens("/find");
    adviser.arrives("Find a caller");
    adviser.types(ANYTHING, what);
    adviser.presses("Find");
}

fn somebody_withheld_is_put_through(council: &Council, adviser: &Hands<'_>) {
    let name = council.sample("withheld_name");
    finds(adviser, &council.sample("phone_withheld"));
    adviser.arrives("We cannot show this record here");
    assert!(adviser.says("Put the call through to the duty manager on"));
    let page = adviser.html();
    assert!(name.split(' ').all(|part| !page.contains(part)));
    let born = council.sample("withheld_born");
    finds(adviser, &format!("{name} {born}"));
    adviser.arrives("No match");
    let withheld = adviser.text_of("main").replace(&name, "");
    finds(adviser, &format!("Nemo Nobody {born}"));
    adviser.arrives("No match");
    let nobody = adviser.text_of("main").replace("Nemo Nobody", "");
    assert_eq!(withheld, nobody);
}

fn somebody_else_on_the_line_is_told_what_they_may_be(council: &Council, adviser: &Hands<'_>) {
    finds(adviser, &council.sample("phone_proxy"));
    adviser.arrives("1 match");
    assert!(adviser.says("Number belongs to Maya Shah, daughter"));
    opens_the_first(adviser);
    adviser.arrives("Call them Sam");
    adviser.follows("Confirm who is calling");
    adviser.arrives("Who is calling?");
    adviser.chooses("Someone speaking for them");
    adviser.chooses("Not on the list");
    adviser.presses("Continue");
    adviser.arrives("Call them Sam");
    assert!(adviser.says("Do not discuss Sam's affairs. You can take a message."));
    assert!(!adviser.html().contains("Okafor"));
    adviser.follows("Somebody else is calling");
    adviser.arrives("Who is calling?");
    adviser.chooses("Someone speaking for them");
    let may = "Maya Shah (daughter) may be told about council tax and repairs. \
        She may not change the address.";
    adviser.chooses(may);
    says_of_themselves(council, adviser);
    adviser.arrives("Call them Sam");
    assert!(adviser.says(&format!("Someone is speaking for them: {may}")));
}

fn somebody_in_danger_is_kept_talking(adviser: &Hands<'_>) {
    adviser.follows("Someone is in danger");
    adviser.arrives("Someone is in danger");
    assert!(adviser.says("Call 999"));
    assert!(adviser.says("Are you in danger now?"));
    assert!(adviser.says("press 55"));
    adviser.follows("Back to the caller");
    adviser.arrives("Call them Sam");
}
