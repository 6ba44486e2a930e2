//! How much a person has to do before they know what they came for.
//!
//! Presses are asserted: one more is a change of what we promise. Seconds are
//! the machine's own, between a press and the painted page, and are only told:
//! `cargo test -p firebox-tests pace -- --nocapture`.

use std::time::Instant;

use firebox_tests::{By, Council, Effort, Hands, Key};

use super::adviser::opens_the_first;

/// Presses, and the machine's time between them and their pages.
struct Pace<'a> {
    hands: &'a Hands<'a>,
    told: Vec<String>,
}

impl<'a> Pace<'a> {
    /// Counts from the page that is open now.
    fn starts(hands: &'a Hands<'a>) -> Self {
        hands.starts_counting();
        Self {
            hands,
            told: Vec::new(),
        }
    }

    /// Does something and waits until the page with this heading is painted.
    #[track_caller]
    fn step(&mut self, heading: &str, does: impl FnOnce(&Hands<'_>)) {
        let began = Instant::now();
        does(self.hands);
        self.hands.arrives(heading);
        let seconds = began.elapsed().as_secs_f64();
        let painted = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime";
        self.hands.waits_until("nothing is painted", || {
            self.hands.script(painted, &[]).is_number()
        });
        let painted = self.hands.script(painted, &[]).as_f64().unwrap();
        self.told.push(format!(
            "{heading}: {seconds:.2} s with the driver, painted after {painted:.0} ms"
        ));
    }

    #[expect(clippy::print_stderr, reason = "seconds are told and never asserted")]
    fn ends(self, walk: &str) -> (u32, u32, u32) {
        let Effort {
            keys,
            clicks,
            characters,
        } = self.hands.effort();
        eprintln!("{walk}: {keys} keys, {clicks} presses, {characters} characters");
        for step in self.told {
            eprintln!("  {step}");
        }
        (keys, clicks, characters)
    }
}

#[test]
fn an_adviser_knows_what_to_call_them_and_where_to_put_them_through_in_few_presses() {
    let council = Council::open();
    let desk = council.browser().starts();
    let adviser = Hands::at(&desk, By::Pointer);
    adviser.comes_in(&council, "ade.adviser");
    adviser.arrives("Find a caller");
    let pop = "/pop?ani=07700900482";
    let knows = |adviser: &Hands<'_>| {
        let team = "return document.querySelector('main a[href^=\"tel:\"]') !== null";
        assert_eq!(adviser.script(team, &[]), true);
        assert!(adviser.says("Teams who know Sam"));
    };

    adviser.opens(pop);
    let mut pace = Pace::starts(&adviser);
    pace.step("1 match", |adviser| adviser.presses("Find"));
    pace.step("Call them Sam", opens_the_first);
    knows(&adviser);
    assert_eq!(pace.ends("a call that comes up, by pointer"), (0, 2, 0));

    adviser.opens(pop);
    let mut pace = Pace::starts(&adviser);
    pace.step("1 match", |adviser| adviser.keys(&[Key::Enter]));
    pace.step("Call them Sam", first_by_keys);
    knows(&adviser);
    assert_eq!(pace.ends("a call that comes up, by keyboard"), (4, 0, 0));

    adviser.opens("/find");
    let mut pace = Pace::starts(&adviser);
    pace.step("1 match", |adviser| {
        adviser.keys(&[Key::Text("07700900482"), Key::Enter]);
    });
    pace.step("Call them Sam", first_by_keys);
    knows(&adviser);
    assert_eq!(pace.ends("a number that is typed, by keyboard"), (15, 0, 0));
}

/// From the box: its button, the first person, Enter.
fn first_by_keys(adviser: &Hands<'_>) {
    adviser.keys(&[Key::Tab, Key::Tab]);
    assert!(
        adviser.active_element().label.starts_with("Sam O"),
        "{:?}",
        adviser.active_element()
    );
    adviser.keys(&[Key::Enter]);
}

#[test]
fn an_officer_at_the_door_reads_the_instruction_and_the_note_in_few_presses() {
    let council = Council::open();
    let phone = council.phone().starts();
    let officer = Hands::at(&phone, By::Pointer);
    officer.comes_in(&council, "olu.officer");
    officer.arrives("Check an address before you visit");
    let mut pace = Pace::starts(&officer);
    // The cursor is in the field already.
    assert_eq!(officer.active_element().label, "Postcode, UPRN or address");
    pace.step("8 Mill Lane", |officer| {
        officer.keys(&[Key::Text("8 mill lane nb1 4qx")]);
        officer.presses("Check address");
    });
    assert!(officer.says("Seek advice. Speak to Community Safety Duty Desk first."));
    assert_eq!(pace.ends("at the door, the instruction"), (19, 1, 0));

    let mut pace = Pace::starts(&officer);
    pace.step("Why do you need to see this note?", |officer| {
        officer.follows("Ask to see it")
    });
    pace.step("Check what you are asking for", |officer| {
        officer.types(
            "Why is the instruction not enough?",
            "which entrance is safe",
        );
        officer.presses("Continue");
    });
    pace.step("You can see this note until ", |officer| {
        officer.presses("Send")
    });
    pace.step("Note about 8 Mill Lane", |officer| {
        officer.presses("Show the note")
    });
    assert_eq!(pace.ends("from the instruction to the note"), (0, 4, 22));
}

#[test]
fn an_emergency_at_the_door_shows_the_note_in_few_presses() {
    let council = Council::open();
    let phone = council.phone().starts();
    let officer = Hands::at(&phone, By::Pointer);
    officer.comes_in(&council, "olu.officer");
    officer.arrives("Check an address before you visit");
    super::officer::checks(&officer, &council.sample("uprn_pairs"));
    officer.arrives("14 Mill Lane");
    let mut pace = Pace::starts(&officer);
    pace.step("Use this only if", |officer| {
        officer.follows("Someone is in danger")
    });
    pace.step("Show the note in an emergency", |officer| {
        officer.presses("Continue")
    });
    pace.step("Note about 14 Mill Lane", |officer| {
        officer.chooses("Someone is in immediate danger");
        officer.types("What is happening?", "fight");
        officer.presses("Show the note now");
    });
    assert_eq!(
        pace.ends("from the instruction to the note in an emergency"),
        (0, 4, 5)
    );
}
