//! `/address/{token}`: what an officer reads before knocking.

mod known;
mod notes;
mod token;

use firebox_contract::correction::Field;
use firebox_contract::record::Owner;
use firebox_protocol::answer::{Answer, FlagRow, Progress, PropertyAnswer, ReportRow, Scope};
use jiff::civil::date;

use super::play::Seen;
use crate::tests::corrections::{at, sent, state};
use crate::tests::house::House;
use crate::tests::look_ups::{answer, flag, phone, place};

pub(super) const UPRN: &str = "100023336956";

impl House {
    /// Opens the page of the one address that the box knows.
    pub(super) async fn address(&self, known: PropertyAnswer) -> Seen {
        self.tells(&["officer"], Answer::Property(known));
        let seen = self.sends_and_follows("/check", &[("address", UPRN)]).await;
        assert_eq!(seen.status, 200, "{}", seen.html);
        seen
    }
}

pub(super) fn warned(flags: Vec<FlagRow>) -> PropertyAnswer {
    answer(vec![place(UPRN, flags)])
}

/// A warning of the address itself, without a sealed note.
fn plain(code: &str, controls: &[&str]) -> FlagRow {
    FlagRow {
        sealed: false,
        scope: Scope::Property,
        ..flag(code, controls)
    }
}

/// The words of a page; no blank stands before a full stop that follows a link.
fn read(seen: &Seen) -> String {
    seen.text().replace(" .", ".")
}

/// Sees that the words stand in the text in this order.
pub(super) fn in_order(text: &str, words: &[&str]) {
    let mut rest = text;
    for one in words {
        let (_, after) = rest
            .split_once(one)
            .unwrap_or_else(|| panic!("{one:?} in {text}"));
        rest = after;
    }
}

#[tokio::test]
async fn the_page_says_what_to_do_before_whom_to_ask_before_where_it_comes_from() {
    let house = House::open().await;
    let warning = flag(
        "violence-physical",
        &["contact-owner-first", "visit-in-pairs"],
    );
    let seen = house.address(warned(vec![warning])).await;
    assert_eq!(seen.heading(), "14 Mill Lane, Newbridge, NB1 4QX");
    in_order(
        &read(&seen),
        &[
            "In danger now? Call 999.",
            "14 Mill Lane, Newbridge, NB1 4QX",
            "Checked at ",
            "What to do",
            "Seek advice. Speak to Housing duty desk first.",
            "Do not visit alone. Visit in pairs.",
            "Ask before you go: Housing duty desk, 01632 960100 (8am to 6pm).",
            "What may be there: Violence or the threat of it.",
            "This is about a person who may be there.",
            "Recorded by Housing on 3 May 2026. Review due 1 January 2999.",
            "There is a sealed note about this warning.",
            "Ask to see it",
            "Phone Housing duty desk instead",
            "Someone is in danger",
            "No warning on record does not mean there is no risk. Follow your lone working procedure.",
            "Tell us about a new hazard",
            "Something here is wrong",
            "Print",
            "Newest data: ",
            "In danger now? Call 999.",
            "Correct at ",
            "Check again before you go. Reference CALL-7.",
        ],
    );
}

#[tokio::test]
async fn nothing_of_the_address_stands_in_title_or_target() {
    let house = House::open().await;
    let seen = house.address(warned(vec![flag("asbestos", &[])])).await;
    assert!(
        seen.title().starts_with("Address and its warnings – "),
        "{}",
        seen.title()
    );
    for link in seen.links() {
        assert!(!link.contains("Mill") && !link.contains(UPRN), "{link}");
    }
    assert!(seen.html.len() < 30_000, "{}", seen.html.len());
}

#[tokio::test]
async fn the_line_for_danger_comes_first_only_where_a_warning_says_stop() {
    let house = House::open().await;
    let stop = plain("violence-physical", &["visit-in-pairs"]);
    let care = plain("dangerous-animal", &["animals-secured"]);
    let seen = house.address(warned(vec![care.clone(), stop])).await;
    let main = seen.html.split_once("<main").unwrap().1;
    let (first, h1) = (
        main.find("fbx-danger-now--first").unwrap(),
        main.find("<h1").unwrap(),
    );
    assert!(first < h1);
    in_order(
        &seen.text(),
        &["What to do", "Do not visit alone.", "Dog at the property."],
    );
    assert!(
        seen.html.contains("fbx-instruction--stop") && seen.html.contains("fbx-instruction--care")
    );
    let seen = house.address(warned(vec![care])).await;
    assert!(!seen.html.contains("fbx-danger-now--first"));
    assert!(seen.html.contains("fbx-danger-now") && !seen.html.contains("fbx-instruction--stop"));
}

#[tokio::test]
async fn of_several_instructions_the_one_that_says_stop_is_read_first() {
    let house = House::open().await;
    let warning = plain(
        "dangerous-animal",
        &["phone-before-arrival", "visit-in-pairs"],
    );
    let seen = house.address(warned(vec![warning])).await;
    in_order(
        &seen.text(),
        &[
            "What to do",
            "Do not visit alone.",
            "Phone before you arrive.",
        ],
    );
}

#[tokio::test]
async fn an_owners_numbers_are_there_to_be_rung_in_hours_and_out_of_hours() {
    let house = House::open().await;
    let mut warning = plain("asbestos", &[]);
    warning.owner = Owner {
        hours: String::new(),
        out_of_hours: Some(phone("07700 900123")),
        ..warning.owner
    };
    let seen = house.address(warned(vec![warning])).await;
    let text = read(&seen);
    assert!(
        text.contains("Housing duty desk, 01632 960100. Outside these hours: 07700 900123."),
        "{text}"
    );
    for link in ["tel:01632960100", "tel:07700900123", "tel:999"] {
        seen.link(link);
    }
}

#[tokio::test]
async fn a_review_that_is_overdue_is_tagged_and_the_warning_stands() {
    let house = House::open().await;
    let mut warning = plain("asbestos", &[]);
    warning.review_due = date(2001, 2, 3);
    let seen = house.address(warned(vec![warning])).await;
    in_order(
        &seen.text(),
        &["What to do", "Review due 3 February 2001. Review overdue"],
    );
    assert!(seen.html.contains("govuk-tag--red"));
    let seen = house.address(warned(vec![plain("asbestos", &[])])).await;
    assert!(!seen.text().contains("Review overdue"));
}

#[tokio::test]
async fn where_a_warning_belongs_is_said_in_the_same_way_for_all() {
    let house = House::open().await;
    for (scope, words) in [
        (Scope::Property, "This is about the address itself."),
        (Scope::Person, "This is about a person who may be there."),
        (Scope::Building, "This is about the whole building."),
    ] {
        let warning = FlagRow {
            scope,
            ..plain("asbestos", &[])
        };
        let text = house.address(warned(vec![warning])).await.text();
        assert_eq!(text.matches("This is about ").count(), 1);
        assert!(text.contains(words), "{text}");
    }
}

#[tokio::test]
async fn a_warning_that_was_reported_wrong_stands_and_says_so() {
    let house = House::open().await;
    let mut warning = plain("asbestos", &[]);
    warning.reported = vec![state(
        Some(Field::Warning),
        vec![sent("Housing", Progress::Raised)],
    )];
    let text = house.address(warned(vec![warning])).await.text();
    let words =
        "Reported wrong on 3 May 2026, with Housing. The warning stands until they change it.";
    assert!(text.contains(words), "{text}");
}

#[tokio::test]
async fn a_reported_hazard_is_shown_as_not_confirmed_with_whom_to_phone() {
    let house = House::open().await;
    let mut known = warned(Vec::new());
    known.matches[0].reports = vec![report()];
    let seen = house.address(known).await;
    assert_eq!(
        seen.second_headings()[..2],
        ["Reported, not confirmed", "No confirmed warnings"]
    );
    let words = "Reported on 3 May 2026, not yet confirmed by Housing. Phone them on 01632 960100.";
    assert!(read(&seen).contains(words), "{}", read(&seen));
    assert!(!seen.text().contains("No warnings recorded"));
}

pub(super) fn report() -> ReportRow {
    ReportRow {
        correction: "COR-0189ABHJKZ".into(),
        category: "asbestos".into(),
        raised: at(),
        service: "Housing".into(),
        phone: phone("01632 960100"),
    }
}
