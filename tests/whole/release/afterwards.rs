//! What comes after a release: a restart, a reviewer's reading, a changed note,
//! a warning that ends, another policy.

use firebox_tests::{
    Council, Person, Released, firebox_program, reason, run_with, texts, wait_for,
};
use serde_json::json;

use super::{HAPPENING, detail, refused};

pub(super) fn a_release_outlives_a_restart_of_the_whole_box(officer: &Person, released: &Released) {
    let again = Released::read(&officer.opens(&released.release), 200);
    assert_eq!(again.detail, released.detail);
    assert!(again.entry > released.entry);
}

pub(super) fn the_log_says_who_and_why_and_nothing_of_the_note(
    council: &Council,
    released: &Released,
    why: &str,
) {
    let password = council.password("rhys.reviewer");
    let entry = released.entry.to_string();
    let one = ["show", "--from", &entry, "--count", "1"];
    let shown = council.reads_the_log(&password, &one);
    assert_eq!(shown.code, Some(0), "{}", shown.said());
    let key = council
        .caution_list()
        .value("UPRN", &council.sample("release_flag_uprn"), "Ref");
    for words in [
        "olu.officer",
        why,
        &key,
        "caution-list",
        "V-77",
        &released.release,
    ] {
        assert!(shown.out.contains(words), "no {words:?} in {}", shown.out);
    }
    let wrong = council.reads_the_log("not the password", &one);
    assert_ne!(wrong.code, Some(0));
    assert!(!wrong.said().contains(why), "{}", wrong.said());
    let officer = council.password("olu.officer");
    let config = council.config().display().to_string();
    let as_officer = [
        "--config",
        &config,
        "log",
        "show",
        "--last",
        "5",
        "--reviewer",
        "olu.officer",
        "--purpose",
        "investigation",
        "--reference",
        "GOV-1",
    ];
    let denied = run_with(firebox_program(), as_officer, &format!("{officer}\n"));
    assert_ne!(
        denied.code,
        Some(0),
        "an officer is no reviewer: {}",
        denied.said()
    );
    assert!(!denied.said().contains("V-77"), "{}", denied.said());

    let everything =
        council.reads_the_log(&password, &["show", "--from", "0", "--count", "100000"]);
    assert_eq!(everything.code, Some(0), "{}", everything.said());
    assert!(everything.out.contains(why));
    assert!(everything.out.contains(HAPPENING));
    for piece in council.betraying() {
        assert!(!everything.out.contains(&piece), "the log says {piece:?}");
    }
    let entries = council.entries();
    let readings = entries.iter().filter(|entry| {
        let by = &entry.body["person"];
        entry.kind == "log-read" && by == "rhys.reviewer" && entry.body["reference"] == "GOV-1"
    });
    assert_eq!(
        readings.count(),
        3,
        "every reading is an entry: show, show, export"
    );
    let checked = council.runs(&["log", "check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.said());
    assert!(checked.out.contains("whole"), "{}", checked.out);
}

pub(super) fn a_release_ends_when_its_note_changes(
    council: &Council,
    officer: &Person,
    released: &Released,
    uprn: &str,
) {
    assert_eq!(detail(officer, uprn), "released");
    let changed = "He has moved his chair to the window. Ring twice and step back.";
    let before = officer.instructions(uprn);
    council
        .caution_list()
        .set("UPRN", uprn, "Caution Description", changed)
        .set("UPRN", uprn, "Controls", "Visit in pairs")
        .drop_off();
    wait_for("the changed warning", || {
        officer.instructions(uprn) != before
    });
    refused(&officer.opens(&released.release), 410, "release_ended");
    assert_eq!(
        detail(officer, uprn),
        "sealed",
        "what stands there now was not released"
    );
    let anew = Released::read(&officer.requests(&officer.flag(uprn), &reason()), 201);
    assert_eq!(anew.note(), changed);
    assert_ne!(anew.release, released.release);
    refused(&officer.opens(&released.release), 410, "release_ended");
}

pub(super) fn a_release_ends_with_its_warning(council: &Council, officer: &Person, uprn: &str) {
    let flag = officer.flag(uprn);
    let released = Released::read(&officer.requests(&flag, &reason()), 201);
    council.caution_list().remove("UPRN", uprn).drop_off();
    wait_for("the warning to be gone", || {
        texts(&officer.checks(uprn)).is_empty()
    });
    refused(&officer.opens(&released.release), 410, "release_ended");
    refused(&officer.requests(&flag, &reason()), 404, "not_found");
    refused(
        &officer.is_in_an_emergency(&flag, HAPPENING),
        404,
        "not_found",
    );
}

pub(super) fn a_class_that_asks_for_a_signature_says_so(council: &Council, officer: &Person) {
    let uprn = council.sample("uprn_overdue");
    let flag = officer.flag(&uprn);
    let answer = officer.requests(&flag, &reason());
    refused(&answer, 403, "signature_required");
    assert_eq!(answer.json()["challenge"], json!({}));
    let emergency = officer.is_in_an_emergency(&flag, HAPPENING);
    assert_eq!(Released::read(&emergency, 201).note(), council.note(&uprn));
}
