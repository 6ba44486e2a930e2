//! Corrections on their way home: what is taken, where it lands, and in which order.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use firebox_contract::correction::{About, Field, Said, Wrong};

use crate::crash::wait_until;
use crate::desk::{
    FIRST, SECOND, SERVICE, THIRD, answers, counts, host, lines, references, text, work_file,
};
use crate::fake_box::{AnswerMood, Draft};

#[test]
fn a_correction_lands_in_the_work_file_and_the_box_is_told() {
    let host = host();
    let draft = Draft::field(SERVICE, FIRST, Field::Phone, "+447700900483");
    host.the_box.raise(&draft);
    host.run(0);
    let expected = [
        FIRST,
        "2026-07-03 14:05",
        "person Canary-P144",
        "housing-people/Canary-P144",
        "",
        "phone",
        "07700 900483",
        "person-told-me",
        "adviser",
        "open",
        "",
        "",
        "",
    ];
    assert_eq!(lines(&host, SERVICE), [expected]);
    assert_eq!(host.the_box.said(FIRST), [Said::Delivered]);
    assert_eq!(counts(&host), (1, 0, 0));
    let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(work_file(&host, SERVICE)), 0o600);
    assert_eq!(mode(host.path("work")), 0o700);

    host.run(0);
    assert_eq!((references(&host).len(), host.the_box.posts(FIRST)), (1, 1));
}

#[test]
fn killed_between_work_file_and_acknowledgement_it_asks_again_and_makes_no_second_line() {
    let host = host();
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    host.the_box
        .held()
        .answer_moods
        .push_back(AnswerMood::Stalls);
    let mut agent = host.start(&["run"]);
    wait_until("the box is being told", || host.the_box.posts(FIRST) == 1);
    assert_eq!(references(&host), [FIRST], "the file comes before the word");
    agent.kill().unwrap();
    agent.wait().unwrap();
    assert!(host.the_box.said(FIRST).is_empty());

    host.run(0);
    assert_eq!(references(&host), [FIRST]);
    assert_eq!(host.the_box.said(FIRST), [Said::Delivered]);
}

#[test]
fn a_word_of_the_box_that_was_lost_is_asked_for_again() {
    let host = host();
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    host.the_box
        .held()
        .answer_moods
        .push_back(AnswerMood::LosesAnswer);
    host.run(1);
    host.run(0);
    assert_eq!(
        (host.the_box.posts(FIRST), host.the_box.said(FIRST)),
        (2, vec![Said::Delivered])
    );
    assert_eq!(references(&host), [FIRST]);
}

#[test]
fn where_the_work_file_cannot_be_written_the_box_is_told_nothing() {
    let host = host();
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    std::fs::create_dir(host.path("work")).unwrap();
    let mode = |mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(host.path("work"), permissions).unwrap();
    };
    mode(0o750);
    assert!(host.run(78).contains("chmod"));
    assert_eq!(host.the_box.posts(FIRST), 0);
    mode(0o700);
    host.run(0);
    assert_eq!(references(&host), [FIRST]);
}

#[test]
fn what_is_not_proved_is_an_alarm_by_reference_and_stands_in_nobodys_way() {
    let host = host();
    assert!(host.enrol("housing", &["x"], "code-h", 1).status.success());
    let right = Draft::name(SERVICE, FIRST);
    let named = |number: u32| Draft::name(SERVICE, &format!("COR-000000001{number}"));
    let bad = [
        Draft {
            forged: true,
            ..named(1)
        },
        Draft {
            item: right.item.clone(),
            ..named(2)
        },
        Draft {
            box_id: "firebox.example.gov.uk/other".into(),
            ..named(3)
        },
        Draft {
            service: "housing".into(),
            ..named(4)
        },
        Draft {
            sealed_to: "housing".into(),
            ..named(5)
        },
        Draft {
            reference: "COR-0/../../etc".into(),
            ..named(6)
        },
    ];
    for draft in &bad {
        let bytes = host.the_box.correction(draft);
        host.the_box.list(SERVICE, &draft.reference, bytes);
    }
    let mut cut = host.the_box.correction(&named(7));
    cut.pop();
    host.the_box.list(SERVICE, "cut", cut);
    host.the_box.raise(&right);

    let output = host.agent(&["run", "--once"]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!said.contains("Canary") && !said.contains("/.."), "{said}");
    for number in 1..=5 {
        assert!(said.contains(&format!("COR-000000001{number}")), "{said}");
    }
    assert!(said.contains("7 need a look"), "{said}");
    assert_eq!(references(&host), [FIRST]);
    assert_eq!(host.the_box.said(FIRST), [Said::Delivered]);
    let posts: usize = host
        .the_box
        .held()
        .corrections
        .iter()
        .map(|s| s.posts)
        .sum();
    assert_eq!(posts, 1, "only what was proved is acknowledged");
}

#[test]
fn a_service_finds_only_its_own_corrections_in_its_file() {
    let host = host();
    assert!(host.enrol("housing", &["x"], "code-h", 1).status.success());
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    host.the_box.raise(&Draft::name("housing", SECOND));
    // One correction goes to both, sealed for each.
    host.the_box.raise(&Draft::name(SERVICE, THIRD));
    host.the_box.raise(&Draft::name("housing", THIRD));
    drop(host.agent(&["run", "--once"]));
    assert_eq!(references(&host), [FIRST, THIRD]);
    let housing = lines(&host, "housing");
    assert_eq!((&housing[0][0][..], &housing[1][0][..]), (SECOND, THIRD));

    assert!(answers(&host, &["done", THIRD], 64).contains("--service"));
    answers(&host, &["done", THIRD, "--service", "housing"], 0);
    drop(host.agent(&["run", "--once"]));
    assert_eq!(references(&host), [FIRST, THIRD]);
    assert_eq!(lines(&host, "housing").len(), 1);
}

#[test]
fn the_same_correction_again_is_nothing_and_other_bytes_under_its_reference_are_an_alarm() {
    let host = host();
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    host.run(0);
    host.the_box.sent(FIRST, |sent| sent.said.clear());
    host.run(0);
    assert_eq!(references(&host), [FIRST]);
    assert_eq!(host.the_box.said(FIRST), [Said::Delivered]);

    host.the_box.raise(&Draft::name(SERVICE, SECOND));
    host.the_box
        .held()
        .answer_moods
        .push_back(AnswerMood::Says(503));
    host.run(1);
    let other = Draft::field(SERVICE, SECOND, Field::PreferredName, "Canary Other");
    let other = host.the_box.correction(&other);
    let first = host
        .the_box
        .sent(SECOND, |sent| std::mem::replace(&mut sent.bytes, other));
    let said = text(&host.agent(&["run", "--once"]));
    assert!(
        said.contains(SECOND) && said.contains("the first one stays"),
        "{said}"
    );
    assert!(host.the_box.said(SECOND).is_empty(), "not acknowledged");
    assert!(lines(&host, SERVICE)[1][6].contains("Canary Sam"));

    host.the_box.sent(SECOND, |sent| sent.bytes = first);
    host.run(0);
    assert_eq!(host.the_box.said(SECOND), [Said::Delivered]);
}

#[test]
fn no_cell_that_came_from_somebody_else_is_a_formula() {
    let host = host();
    let hostile = ["=1+1", "+1", "-1", "@x", " =1", "＝1", "a\",\"=1"];
    for (number, value) in hostile.iter().enumerate() {
        let reference = format!("COR-000000002{number}");
        let mut draft = Draft::field(SERVICE, &reference, Field::Missing, value);
        draft.item.by_role = (*value).to_owned();
        draft.item.about = About::Warning {
            record: (*value).to_owned(),
            uprn: None,
        };
        host.the_box.raise(&draft);
    }
    let mut hazard = Draft::name(SERVICE, FIRST);
    hazard.item.wrong = Wrong::NewHazard {
        category: "=dog".to_owned(),
        saw: "\t=cmd|' /C calc'!A0\r\nCOR-0000000099,x".to_owned(),
        when: "@when".to_owned(),
    };
    host.the_box.raise(&hazard);
    host.run(0);
    let lines = lines(&host, SERVICE);
    assert_eq!(
        lines.len(),
        hostile.len() + 1,
        "no value made a line of its own"
    );
    for cell in lines.iter().flatten() {
        assert!(
            !cell.trim_start().starts_with(['=', '+', '-', '@', '＝']),
            "{cell:?}"
        );
    }
    let line = lines.iter().find(|line| line[5] == "new-hazard").unwrap();
    assert_eq!((&line[10][..], &line[12][..]), ("'=dog", "'@when"));
}

#[test]
fn an_agent_restored_from_before_gets_again_what_it_had_not_acknowledged() {
    let host = host();
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    host.the_box
        .held()
        .answer_moods
        .push_back(AnswerMood::Says(503));
    host.run(1);
    for file in ["state.db", "state.db-wal", "state.db-shm"] {
        drop(std::fs::remove_file(
            host.path(&format!("state/{SERVICE}/{file}")),
        ));
    }
    std::fs::remove_dir_all(host.path("work")).unwrap();
    // The feed itself is stopped by the lost state; corrections are not.
    drop(host.agent(&["run", "--once"]));
    assert_eq!(references(&host), [FIRST]);
    assert_eq!(host.the_box.said(FIRST), [Said::Delivered]);
}

#[test]
fn more_than_one_list_holds_come_in_one_turn_oldest_first() {
    let host = host();
    let base: jiff::Timestamp = "2026-07-03T13:05:00Z".parse().unwrap();
    for number in (0..250_i64).rev() {
        let mut draft = Draft::name(SERVICE, &format!("COR-0000000{number:03}"));
        draft.raised = base + jiff::SignedDuration::from_secs(250 - number);
        host.the_box.raise(&draft);
    }
    host.run(0);
    let references = references(&host);
    assert_eq!(references.len(), 250);
    assert_eq!(
        (&references[0][..], &references[249][..]),
        ("COR-0000000249", "COR-0000000000")
    );
}

#[test]
fn no_value_of_a_correction_is_in_the_state_or_in_the_log() {
    let host = host();
    host.the_box.raise(&Draft::name(SERVICE, FIRST));
    let said = text(&host.agent(&["run", "--once"]));
    assert!(said.contains("1 corrections arrived"), "{said}");
    assert!(!said.contains("Canary"), "{said}");
    let kept = host.kept();
    let found = kept.windows(6).any(|bytes| bytes == b"Canary");
    assert!(!found, "the state holds a value in the clear");
}
