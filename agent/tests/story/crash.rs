//! Killed at any moment, the agent comes to the same end.

use std::time::{Duration, Instant};

use firebox_contract::batch::Kind;

use crate::fake_box::Mood;
use crate::harness::{Host, sound};

/// Longest wait for something that is expected: only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn wait_until(what: &str, mut is: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn s6_killed_with_a_run_half_delivered_it_finishes_that_run_first() {
    let host = Host::with("caution-list");
    let rows = sound(4_500);
    host.drop_rows(&rows);
    host.the_box.will(Kind::SnapshotPart, Mood::LosesAnswer);
    let mut agent = host.start(&["run"]);
    wait_until("a part arrives", || {
        host.the_box.of("caution-list", |s| !s.batches.is_empty())
    });
    agent.kill().unwrap();
    agent.wait().unwrap();

    host.run(0);
    let (manifests, records) = host
        .the_box
        .of("caution-list", |s| (s.manifests.len(), s.records().len()));
    assert_eq!((manifests, records), (1, 4_500));
    assert!(host.run(0).contains("up to date"));
}

#[test]
fn s6_killed_while_reading_it_reads_again() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(6_000));
    let mut agent = host.start(&["run"]);
    wait_until("the reading begins", || {
        let notes = std::fs::read_dir(host.path("state/community-safety")).unwrap();
        notes
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("reading-"))
    });
    agent.kill().unwrap();
    agent.wait().unwrap();

    host.run(0);
    assert_eq!(
        host.the_box
            .of("caution-list", |s| (s.manifests.len(), s.records().len())),
        (1, 6_000)
    );
    let left = std::fs::read_dir(host.path("state/community-safety"))
        .unwrap()
        .flatten();
    assert!(
        !left
            .into_iter()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("reading-"))
    );
}

#[test]
fn a_running_agent_takes_a_dropped_file_and_ends_cleanly_when_asked() {
    let host = Host::bare(&[]);
    host.source("caution-list", |text| {
        text.replace("settle = \"0s\"", "settle = \"100ms\"")
    });
    assert!(
        host.enrol("community-safety", &["caution-list"], "c", 1)
            .status
            .success()
    );
    let mut agent = host.start(&["run"]);
    wait_until("it says that there is no file", || {
        host.the_box
            .of("caution-list", |s| !s.heartbeats.is_empty())
    });
    host.drop_rows(&sound(3));
    wait_until("the file arrives", || {
        host.the_box.of("caution-list", |s| s.records().len() == 3)
    });

    let second = host.agent(&["run", "--once"]);
    assert_eq!(
        second.status.code(),
        Some(1),
        "two agents on one state would fork"
    );

    host.source("caution-list", |text| text.replace("settle", "setle"));
    host.drop_rows(&sound(4));
    wait_until("a bad source file leaves the old in force", || {
        host.the_box.of("caution-list", |s| s.records().len() == 4)
    });
    let ended = std::process::Command::new("kill")
        .arg(agent.id().to_string())
        .status()
        .unwrap();
    assert!(ended.success());
    assert!(agent.wait().unwrap().success());
}
