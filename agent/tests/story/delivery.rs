//! What a run sends, and which answers move the agent on.

use firebox_contract::batch::{Kind, Line, SourceHealth};
use firebox_contract::record::{Location, Record, Subject};

use crate::fake_box::Mood;
use crate::harness::{Host, row, sound};

#[test]
fn a_first_run_delivers_everything_and_a_second_sends_nothing() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    assert!(host.run(0).contains("3 added"));
    let (records, batches) = host
        .the_box
        .of("caution-list", |s| (s.records(), s.batches.len()));
    assert_eq!(records, ["CL-00001", "CL-00002", "CL-00003"]);
    assert!(host.the_box.of("caution-list", |s| s.manifests[0].full));
    assert!(host.run(0).contains("up to date"));
    assert_eq!(
        host.the_box.of("caution-list", |s| s.batches.len()),
        batches
    );
}

#[test]
fn level_one_carries_codes_and_the_story_is_sealed() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(1));
    host.run(0);
    let put = host
        .the_box
        .of("caution-list", |s| s.record("CL-00001"))
        .unwrap();
    let text = serde_json::to_string(&put).unwrap();
    assert!(!text.contains("story") && !text.contains("gossip") && !text.contains("Canary Person"));
    let Line::Put {
        record: Record::Hazard(flag),
        envelope: Some(envelope),
        ..
    } = put
    else {
        panic!("{text}")
    };
    assert_eq!(
        (flag.code.as_str(), flag.subject),
        ("violence-physical", Subject::PersonAtProperty)
    );
    assert_eq!(flag.controls, ["visit-in-pairs", "phone-before-arrival"]);
    assert!(matches!(flag.location, Location::Uprn(uprn) if uprn.number() == 100_000_000_001));
    let detail = host.the_box.open(&envelope);
    assert_eq!(detail["note"], "Canary story of 1, told at length");
    assert_eq!(detail["decided_by"], "A. Decider");
    assert!(!detail.to_string().contains("gossip"));
}

#[test]
fn a_changed_row_goes_alone_and_an_absent_one_is_gone() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(4));
    host.run(0);
    let mut rows = sound(4);
    rows[1] = row(2, "01/07/2026");
    rows.remove(3);
    host.drop_rows(&rows);
    assert!(host.run(0).contains("0 added, 1 changed, 1 gone"));
    let manifest = host.the_box.of("caution-list", |s| s.manifests[1].clone());
    assert_eq!(
        (manifest.full, manifest.puts, manifest.gones),
        (false, 1, 1)
    );
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 3);
}

#[test]
fn versions_rise_with_every_line() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    host.drop_rows(&sound(2));
    host.run(0);
    let versions = host.the_box.of("caution-list", |s| {
        let version = |line: &Line| match line {
            Line::Put { version, .. } | Line::Gone { version, .. } | Line::Held { version, .. } => {
                *version
            }
            Line::Manifest(_) | Line::Heartbeat(_) => 0,
        };
        s.lines.iter().map(version).collect::<Vec<_>>()
    });
    assert_eq!(versions.len(), 4);
    assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
    assert!(versions[0] > 1 << 32);
}

#[test]
fn an_answer_lost_on_its_way_is_asked_for_again_with_the_same_bytes() {
    for kind in [Kind::SnapshotPart, Kind::SnapshotManifest] {
        let host = Host::with("caution-list");
        host.drop_rows(&sound(3));
        host.the_box.will(kind, Mood::LosesAnswer);
        assert!(host.run(1).contains("wait in the outbox"));
        host.run(0);
        let batches = host.the_box.of("caution-list", |s| s.batches.clone());
        assert!(
            batches.windows(2).any(|pair| pair[0] == pair[1]),
            "the same bytes twice"
        );
        assert_eq!(
            host.the_box
                .of("caution-list", |s| (s.manifests.len(), s.records().len())),
            (1, 3)
        );
    }
}

#[test]
fn a_receipt_that_is_forged_or_for_another_batch_moves_nothing() {
    for mood in [Mood::Forges, Mood::AnswersForAnother] {
        let host = Host::with("caution-list");
        host.drop_rows(&sound(3));
        host.the_box.will(Kind::SnapshotManifest, mood.clone());
        assert!(host.run(1).contains("receipt"), "{mood:?}");
        assert_eq!(host.status()["feeds"][0]["outbox"], 1);
        assert_eq!(host.status()["feeds"][0]["records"], 0);
        host.run(0);
        assert_eq!(host.status()["feeds"][0]["records"], 3);
    }
}

#[test]
fn a_refusal_stops_the_feed_keeps_the_outbox_and_says_what_to_do() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.the_box
        .will(Kind::SnapshotPart, Mood::Refuses("unknown-key"));
    let said = host.run(1);
    assert!(
        said.contains("unknown-key") && said.contains("firebox agent add"),
        "{said}"
    );
    let status = host.status();
    assert_eq!(status["feeds"][0]["state"], "stopped");
    assert_eq!(status["feeds"][0]["outbox"], 2);
    host.run(0);
    assert_eq!(host.status()["feeds"][0]["state"], "up-to-date");
}

#[test]
fn an_agent_restored_from_a_backup_is_a_fork_and_stops() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    let state = host.path("state/community-safety/state.db");
    let backup = std::fs::read(&state).unwrap();
    let wal = std::fs::read(host.path("state/community-safety/state.db-wal")).ok();
    host.drop_rows(&sound(4));
    host.run(0);
    std::fs::write(&state, backup).unwrap();
    match wal {
        Some(wal) => std::fs::write(host.path("state/community-safety/state.db-wal"), wal).unwrap(),
        None => drop(std::fs::remove_file(
            host.path("state/community-safety/state.db-wal"),
        )),
    }
    host.drop_rows(&sound(5));
    assert!(host.run(1).contains("fork"));
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 4);
}

#[test]
fn a_run_the_box_cannot_prove_is_read_anew_and_sent_whole() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    host.drop_rows(&sound(4));
    host.the_box
        .will(Kind::SnapshotManifest, Mood::Refuses("snapshot-unproved"));
    host.run(0);
    let manifest = host.the_box.of("caution-list", |s| s.manifests[1].clone());
    assert_eq!((manifest.full, manifest.records), (true, 4));
}

#[test]
fn a_run_that_cannot_be_proved_twice_stops_the_feed() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.the_box
        .will(Kind::SnapshotManifest, Mood::Refuses("snapshot-unproved"));
    host.the_box
        .will(Kind::SnapshotManifest, Mood::Refuses("snapshot-unproved"));
    assert!(host.run(1).contains("snapshot-unproved"));
    host.run(0);
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 3);
}

#[test]
fn a_run_the_box_holds_is_not_applied_until_two_persons_decided() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    host.drop_rows(&sound(4));
    host.the_box.will(Kind::SnapshotManifest, Mood::Holds);
    assert!(host.run(2).contains("two named persons"));
    assert_eq!(host.status()["feeds"][0]["code"], "held-by-box");
    assert_eq!(host.status()["feeds"][0]["records"], 3);
    host.run(2);
    host.the_box.decide("caution-list");
    assert!(host.run(0).contains("up to date"));
    assert_eq!(host.status()["feeds"][0]["records"], 4);
}

#[test]
fn another_export_after_a_held_run_starts_from_what_was_applied() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    host.drop_rows(&sound(4));
    host.the_box.will(Kind::SnapshotManifest, Mood::Holds);
    host.run(2);
    host.drop_rows(&sound(5));
    assert!(host.run(0).contains("2 added"));
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 5);
}

#[test]
fn while_the_box_is_away_everything_waits_and_nothing_is_lost() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.the_box.will(Kind::SnapshotPart, Mood::Unavailable);
    assert!(host.run(1).contains("503"));
    assert_eq!(host.status()["feeds"][0]["state"], "sending");
    host.run(0);
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 3);
}

#[test]
fn a_feed_without_news_gives_a_sign_of_life_with_the_age_of_its_export() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    assert_eq!(
        host.the_box.of("caution-list", |s| s.heartbeats.len()),
        0,
        "the manifest was one"
    );
    host.drop_rows(&sound(3));
    host.run(0);
    let (beat, manifest) = host.the_box.of("caution-list", |s| {
        (s.heartbeats[0].clone(), s.manifests[0].clone())
    });
    assert_eq!(beat.state, SourceHealth::Ok);
    assert!(
        beat.as_of.unwrap() > manifest.as_of,
        "the same list, exported later"
    );
}

#[test]
fn nothing_the_agent_keeps_tells_a_thief_anything() {
    let host = Host::with("caution-list");
    let mut rows = sound(3);
    rows[2] = row(3, "");
    host.drop_rows(&rows);
    host.run(0);
    host.the_box.will(Kind::SnapshotPart, Mood::Unavailable);
    host.drop_rows(&sound(4));
    host.run(1);
    let kept = host.kept();
    for canary in [
        "Canary",
        "CL-0000",
        "10000000000",
        "960100",
        "NB1 4QX",
        "Decider",
        "INC-",
    ] {
        let found = kept
            .windows(canary.len())
            .any(|window| window == canary.as_bytes());
        assert!(!found, "{canary}");
    }
}
