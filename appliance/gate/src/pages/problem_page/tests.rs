//! Each shared refusal as a page. Who the page greets is tested at the doors.

use std::path::Path;

use firebox_contract::Vocabulary;
use firebox_protocol::Settings;
use html5gum::{Token, Tokenizer};

use super::*;
use crate::handle::Handles;
use crate::moment::Calendar;
use crate::pages::Council;
use crate::rooms;

/// The duty line, as people read it aloud; also the help desk's number here.
const DUTY_LINE: &str = "01632 960999";

fn settings() -> Settings {
    let text = r#"
        version = 1
        [box]
        council = "Newbridge Borough Council"
        domain = "newbridge.example.gov.uk"
        name = "one"
        duty_line = "01632 960999"
        [listen]
        public = "127.0.0.1:8443"
        intake = "127.0.0.1:8444"
        hosts = ["localhost"]
        [folders]
        run = "."
        [[service]]
        id = "housing"
        name = "Housing"
        phone = "01632 960100"
        sources = ["housing-cautions"]
        fresh_for_hours = 26
        stopped_after_hours = 72
    "#;
    Settings::parse(text).unwrap()
}

fn vocabulary() -> Vocabulary {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/vocabulary");
    Vocabulary::read(|file| std::fs::read_to_string(folder.join(file))).unwrap()
}

/// The status and the words of a refusal's page.
fn page(problem: &Problem) -> (u16, String) {
    let settings = settings();
    let words = rooms::Words {
        vocabulary: vocabulary(),
        handles: Handles::draw().unwrap(),
        calendar: Calendar::london().unwrap(),
        duty_line: settings.duty_line.spoken(),
    };
    let document = Document {
        council: &Council::of(&settings),
        words: &words,
        visitor: None,
        path: "/check",
        takes_gzip: false,
    };
    let page = of(problem, &document);
    let text = text_of(&page.content.into_string());
    assert!(text.starts_with(&page.title), "{text}");
    (page.status.as_u16(), text)
}

fn text_of(html: &str) -> String {
    let mut text = String::new();
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::String(words) => text.push_str(std::str::from_utf8(&words).unwrap()),
            Token::EndTag(tag) if tag.name.as_slice() != b"a" => text.push(' '),
            _ => {}
        }
    }
    text.trim_end().to_owned()
}

fn of_kind(kind: Kind) -> (u16, String) {
    page(&Problem::new(kind))
}

#[test]
fn every_refusal_is_a_page_that_speaks_to_people() {
    for kind in Kind::ALL.iter().filter(|kind| !kind.asks_for_session()) {
        let (status, text) = of_kind(*kind);
        assert_eq!(status, kind.status().as_u16());
        for word in [
            "`",
            "Retry-After",
            "header",
            "JSON",
            "The body",
            "member",
            "{",
            "bearer",
            "the call ",
        ] {
            assert!(!text.contains(word), "{}: {word}: {text}", kind.code());
        }
        assert!(text.ends_with(['.', 'e']), "{}: {text}", kind.code());
    }
}

#[test]
fn whatever_may_send_somebody_off_unwarned_says_so_and_whom_to_phone() {
    for kind in Kind::ALL
        .iter()
        .filter(|kind| kind.status().is_server_error())
    {
        let (_, text) = of_kind(*kind);
        assert!(
            text.contains("Nothing was checked") && text.contains(DUTY_LINE),
            "{text}"
        );
    }
    let (_, text) = of_kind(Kind::TooSlow);
    assert!(
        text.contains("Nothing was checked") && text.contains(DUTY_LINE),
        "{text}"
    );
}

#[test]
fn what_is_not_there_and_what_may_not_be_seen_are_one_page() {
    let (status, text) = of_kind(Kind::NotFound);
    assert_eq!(status, 404);
    assert!(text.starts_with("Page not found"));
    assert!(text.contains("something you do not have access to"));
    assert_eq!(of_kind(Kind::WrongMethod), (405, text));
}

#[test]
fn whoever_looked_up_too_much_is_told_how_long_to_wait() {
    let mut problem = Problem::new(Kind::PersonLimit);
    problem.retry_after_seconds = Some(61);
    let (status, text) = page(&problem);
    assert_eq!(status, 429);
    assert!(
        text.starts_with("You have looked up more records than usual Wait 2 minutes, or phone")
    );
    assert!(
        text.contains(DUTY_LINE) && text.contains("call 999"),
        "{text}"
    );
    assert!(
        of_kind(Kind::BoxLimit)
            .1
            .starts_with("More records were looked up than usual")
    );
}

#[test]
fn past_a_limit_of_notes_the_emergency_is_named_where_it_is_open() {
    let open = "That still works.";
    assert!(of_kind(Kind::PersonReleaseLimit).1.contains(open));
    assert!(of_kind(Kind::ClassReleaseLimit).1.contains(open));
    assert!(of_kind(Kind::ReserveOnly).1.contains(open));
    assert!(!of_kind(Kind::BoxReleaseLimit).1.contains(open));
    assert!(!of_kind(Kind::LogUnavailable).1.contains(open));
}

#[test]
fn without_a_log_nothing_is_shown_and_the_page_says_why() {
    let (status, text) = of_kind(Kind::LogUnavailable);
    assert_eq!(status, 503);
    assert!(text.starts_with("Sorry, the service is unavailable We cannot record who looks"));
}

#[test]
fn what_is_not_ready_is_worth_a_second_try_and_a_fault_is_not_at_once() {
    assert!(
        of_kind(Kind::NotReady)
            .1
            .contains("Try again in a few seconds")
    );
    let (status, text) = of_kind(Kind::Unexpected);
    assert_eq!(status, 500);
    assert!(text.starts_with("Sorry, there is a problem with the service"));
    assert!(text.contains("Try again later"));
}

#[test]
fn a_form_that_is_out_of_date_is_to_be_sent_again() {
    let (status, text) = of_kind(Kind::FormOutdated);
    assert_eq!(status, 403);
    assert!(text.starts_with("Send the form again") && text.contains("nothing was sent"));
    assert!(
        of_kind(Kind::TooLarge)
            .1
            .starts_with("We could not read what you sent")
    );
}

#[test]
fn whoever_has_another_role_is_told_whom_to_ask() {
    let (status, text) = of_kind(Kind::NotAllowed);
    assert_eq!(status, 403);
    assert!(text.starts_with("You cannot use this page"));
    assert!(text.contains("help desk") && text.contains(DUTY_LINE));
    assert!(!text.contains("set up for"), "nobody has no roles");
}
