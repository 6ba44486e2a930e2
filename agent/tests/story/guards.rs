//! What a reading may not do without a person.

use firebox_contract::batch::SourceHealth;

use crate::harness::{Host, row, sound};

#[test]
fn s3_a_drop_over_the_guard_is_held_and_the_old_data_goes_on_serving() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(20));
    host.run(0);
    host.drop_rows(&sound(10));
    assert!(host.run(2).contains("10 of 20 records would go"));
    let (records, beat) = host.the_box.of("caution-list", |s| {
        (s.records().len(), s.heartbeats.last().cloned())
    });
    assert_eq!(records, 20);
    let beat = beat.unwrap();
    assert_eq!(
        (beat.state, beat.code.as_deref()),
        (SourceHealth::Held, Some("guard-max-drop"))
    );
    assert_eq!(host.status()["feeds"][0]["state"], "held");
}

#[test]
fn an_approved_export_passes_and_only_that_one() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(20));
    host.run(0);
    assert!(
        !host.agent(&["approve", "caution-list"]).status.success(),
        "nothing is held"
    );
    host.drop_rows(&sound(10));
    host.run(2);
    assert!(host.agent(&["approve", "caution-list"]).status.success());
    host.drop_rows(&sound(5));
    host.run(2);
    host.drop_rows(&sound(10));
    assert!(host.run(0).contains("10 gone"));
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 10);
}

#[test]
fn the_export_before_the_hold_lifts_it() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(20));
    host.run(0);
    host.drop_rows(&sound(10));
    host.run(2);
    host.drop_rows(&sound(20));
    host.run(0);
    assert_eq!(host.status()["feeds"][0]["state"], "up-to-date");
}

#[test]
fn too_many_rows_that_do_not_read_hold_the_export_with_their_own_code() {
    let host = Host::with("caution-list");
    let rows: Vec<_> = (1..=10)
        .map(|number| row(number, if number > 5 { "" } else { "01/08/2026" }))
        .collect();
    host.drop_rows(&rows);
    assert!(host.run(3).contains("5 of 10 rows could not be read"));
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 0);
    let listed =
        String::from_utf8(host.agent(&["quarantine", "list", "caution-list"]).stdout).unwrap();
    assert_eq!(listed.lines().count(), 5);
}

#[test]
fn e12_yesterday_s_export_dropped_again_is_held() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    host.drop_rows(&sound(4));
    host.run(0);
    host.drop_rows(&sound(3));
    assert!(host.run(2).contains("older"));
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 4);
    assert!(host.agent(&["approve", "caution-list"]).status.success());
    host.run(0);
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 3);
}

#[test]
fn e12_the_same_name_with_new_content_is_a_new_export() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    host.drop_rows(&sound(5));
    assert!(host.run(0).contains("2 added"));
}

#[test]
fn a_late_feed_says_so_with_its_own_exit_code() {
    let host = Host::bare(&[]);
    host.source("caution-list", |text| {
        text.replace("# expected_every = \"26h\" ", "expected_every = \"1s\" ")
    });
    assert!(
        host.enrol("community-safety", &["caution-list"], "c", 1)
            .status
            .success()
    );
    host.drop_rows(&sound(3));
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    let file = std::fs::File::options()
        .write(true)
        .open(host.path("drop/caution_list.csv"))
        .unwrap();
    file.set_modified(old).unwrap();
    assert!(host.run(5).contains("2 hours old"));
    assert_eq!(host.status()["feeds"][0]["state"], "late");
}

#[test]
fn plan_and_preview_say_what_would_happen_and_send_nothing() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    let batches = host.the_box.of("caution-list", |s| s.batches.len());
    host.drop_rows(&sound(5));
    let plan = String::from_utf8(host.agent(&["plan", "caution-list"]).stdout).unwrap();
    assert!(plan.contains("        2  would be added"), "{plan}");
    let preview = String::from_utf8(
        host.agent(&["preview", "caution-list", "--rows", "1"])
            .stdout,
    )
    .unwrap();
    assert!(
        preview.contains("violence-physical") && preview.contains("AA-99999"),
        "{preview}"
    );
    assert!(!preview.contains("Canary"), "{preview}");
    let check = host.agent(&["check"]);
    assert!(
        check.status.success(),
        "{}",
        String::from_utf8_lossy(&check.stdout)
    );
    assert_eq!(
        host.the_box.of("caution-list", |s| s.batches.len()),
        batches
    );
}

#[test]
fn a_changed_mapping_reads_the_same_export_again() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    host.source("caution-list", |text| {
        text.replace(
            "\"Physical violence\" = \"violence-physical\"",
            "\"Physical violence\" = \"abuse-verbal\"",
        )
    });
    assert!(host.run(0).contains("3 changed"));
}
