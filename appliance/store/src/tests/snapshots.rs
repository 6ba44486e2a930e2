//! Readings of whole exports: proved, guarded, held, decided.

use firebox_contract::batch::{GoneReason, Heartbeat, Line, SourceHealth};
use firebox_contract::receipt::Outcome;
use firebox_contract::record::Location;
use firebox_protocol::answer::{Answer, FeedState, Freshness, PropertyAnswer};
use firebox_protocol::{Ask, Code};

use crate::buckets::BucketKey;
use crate::sweep::sweep;
use crate::testbed::{Bed, TestAgent, flag_at, folder, gone_line, held_line, now, put_line, uprn};

fn hazard(number: u64, version: u64) -> Line {
    put_line(
        &format!("c-{number}"),
        version,
        flag_at(Location::Uprn(uprn(number))),
    )
}

fn hazards(range: std::ops::Range<u64>, version: u64) -> Vec<Line> {
    range.map(|number| hazard(number, version)).collect()
}

fn started() -> (tempfile::TempDir, Bed, TestAgent) {
    let folder = folder();
    let agent = TestAgent::new("caution-list");
    let bed = Bed::start(folder.path(), "run", &[&agent], true);
    (folder, bed, agent)
}

fn flags(answer: &PropertyAnswer) -> usize {
    answer
        .matches
        .first()
        .and_then(|one| one.flags.as_ref())
        .map_or(0, Vec::len)
}

fn feed(bed: &Bed) -> FeedState {
    match bed.query(Ask::Sources).unwrap() {
        Answer::Sources(feeds) => feeds
            .into_iter()
            .find(|f| f.source == "caution-list")
            .unwrap(),
        _ => panic!("another answer"),
    }
}

/// Whatever happened, the store agrees with itself.
fn assert_whole(bed: &Bed) {
    let reader = bed.database.reader().unwrap();
    let key = BucketKey::new(&zeroize::Zeroizing::new([2; 32]));
    assert_eq!(sweep(&reader, &key).unwrap().findings, Vec::<String>::new());
}

#[test]
fn a_first_load_counts_as_synced_only_when_its_manifest_proved_it() {
    let (_folder, bed, mut agent) = started();
    let lines = hazards(1..11, 1);
    let batches = agent.reading(&[&lines[..5], &lines[5..]], true);
    for part in &batches[..2] {
        bed.deliver(&agent, part).unwrap();
        // A warning is shown as soon as it is here, and nothing is called complete.
        assert_eq!(flags(&bed.at(1)), 1);
        assert_eq!(
            (feed(&bed).service.state, feed(&bed).service.last_synced),
            (Freshness::Stopped, None)
        );
    }
    assert_eq!(
        bed.deliver(&agent, &batches[2]).unwrap().outcome,
        Outcome::Applied
    );
    let state = feed(&bed);
    assert_eq!(
        (state.service.state, state.service.last_synced),
        (Freshness::Fresh, Some(now()))
    );
    assert_eq!(state.records, 10);
    assert_whole(&bed);
}

#[test]
fn a_first_load_that_is_not_proved_leaves_nothing() {
    let (_folder, bed, mut agent) = started();
    let lines = hazards(1..4, 1);
    agent.run += 1;
    let bytes = agent.lines(&lines);
    let part = agent.batch(firebox_contract::batch::Kind::SnapshotPart, &bytes);
    bed.deliver(&agent, &part).unwrap();
    let mut proof = agent.proof(&[&lines], true);
    proof.records += 1;
    let manifest = agent.manifest(proof);
    let said = bed.deliver(&agent, &manifest).unwrap();
    assert_eq!(
        (said.outcome, said.reason.as_deref()),
        (Outcome::Refused, Some("snapshot-unproved"))
    );
    assert!(bed.at(1).matches.is_empty());
    assert_eq!(feed(&bed).records, 0);
    assert_whole(&bed);
    // It reads the export anew, and may go on from the refused batch.
    agent.live.clear();
    assert_eq!(bed.read(&mut agent, &lines, true).outcome, Outcome::Applied);
    assert_whole(&bed);
}

#[test]
fn an_agent_may_also_go_on_from_the_batch_before_a_refused_manifest() {
    let (_folder, bed, mut agent) = started();
    bed.read(&mut agent, &hazards(1..4, 1), true);
    let before = (agent.sequence, agent.previous.clone());
    let mut proof = agent.proof(&[], false);
    proof.parts = 7;
    agent.run += 1;
    let manifest = agent.manifest(proof);
    assert_eq!(
        bed.deliver(&agent, &manifest).unwrap().outcome,
        Outcome::Refused
    );
    (agent.sequence, agent.previous) = before;
    assert_eq!(
        bed.read(&mut agent, &[hazard(9, 3)], false).outcome,
        Outcome::Applied
    );
    assert_whole(&bed);
}

#[test]
fn parts_of_a_later_reading_are_staged_and_change_nothing_until_the_manifest() {
    let (_folder, bed, mut agent) = started();
    bed.read(&mut agent, &hazards(1..4, 1), true);
    let changes = [
        hazard(50, 2),
        gone_line("c-1", 2, GoneReason::AbsentInSnapshot),
    ];
    let batches = agent.reading(&[&changes], false);
    bed.deliver(&agent, &batches[0]).unwrap();
    assert_eq!((flags(&bed.at(1)), flags(&bed.at(50))), (1, 0));
    bed.deliver(&agent, &batches[1]).unwrap();
    assert_eq!((flags(&bed.at(1)), flags(&bed.at(50))), (0, 1));
    assert_whole(&bed);
}

#[test]
fn a_missing_part_is_not_a_deletion() {
    let (_folder, bed, mut agent) = started();
    bed.read(&mut agent, &hazards(1..10, 1), true);
    // A reading of which the agent lost a part: the manifest speaks of two.
    let lines = hazards(1..10, 2);
    agent.run += 1;
    agent.live.clear();
    let first = agent.lines(&lines[..5]);
    let part = agent.batch(firebox_contract::batch::Kind::SnapshotPart, &first);
    bed.deliver(&agent, &part).unwrap();
    agent.lines(&lines[5..]);
    let proof = agent.proof(&[&lines[..5], &lines[5..]], true);
    let manifest = agent.manifest(proof);
    assert_eq!(
        bed.deliver(&agent, &manifest).unwrap().reason.as_deref(),
        Some("snapshot-unproved")
    );
    assert_eq!(flags(&bed.at(9)), 1);
    assert_whole(&bed);
}

#[test]
fn a_full_reading_takes_away_what_it_does_not_hold() {
    let (_folder, bed, mut agent) = started();
    bed.read(&mut agent, &hazards(1..5, 1), true);
    assert_eq!(
        bed.read(&mut agent, &hazards(2..5, 2), true).outcome,
        Outcome::Applied
    );
    assert_eq!(
        (flags(&bed.at(1)), flags(&bed.at(2)), feed(&bed).records),
        (0, 1, 3)
    );
    assert_whole(&bed);
}

#[test]
fn an_older_version_never_wins_also_not_over_what_is_gone() {
    let (_folder, bed, mut agent) = started();
    bed.read(&mut agent, &hazards(1..3, 5), true);
    let gone = agent.delta(&[gone_line("c-1", 6, GoneReason::Ended)]);
    bed.deliver(&agent, &gone).unwrap();
    let old = agent.delta(&[hazard(1, 5), hazard(2, 4)]);
    let said = bed.deliver(&agent, &old).unwrap();
    let codes: Vec<_> = said.notes.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(codes, ["older-version", "older-version"]);
    assert_eq!((flags(&bed.at(1)), flags(&bed.at(2))), (0, 1));
    let new = agent.delta(&[hazard(1, 7)]);
    bed.deliver(&agent, &new).unwrap();
    assert_eq!(flags(&bed.at(1)), 1);
    assert_whole(&bed);
}

#[test]
fn a_mass_removal_waits_and_the_old_data_goes_on_serving() {
    let (_folder, bed, mut agent) = started();
    bed.read(&mut agent, &hazards(1..101, 1), true);
    let applied = agent.live.clone();
    let said = bed.read(&mut agent, &hazards(1..50, 2), true);
    assert_eq!(
        (said.outcome, said.reason.as_deref()),
        (Outcome::Held, Some("drop-over-guard"))
    );
    let state = feed(&bed);
    assert_eq!((state.service.state, state.records), (Freshness::Held, 100));
    let hold = state.hold.unwrap();
    assert_eq!(
        (hold.removes, hold.of, hold.code.as_str()),
        (51, 100, "drop-over-guard")
    );
    assert_eq!(flags(&bed.at(100)), 1);
    assert!(!bed.at(100).complete);
    // The agent goes on from what was last applied; the same reading keeps its hold.
    agent.live = applied.clone();
    bed.read(&mut agent, &hazards(1..50, 2), true);
    assert_eq!(feed(&bed).hold.unwrap().id, hold.id);
    // A reading that is within the guard replaces it.
    agent.live = applied;
    let said = bed.read(
        &mut agent,
        &[gone_line("c-1", 3, GoneReason::AbsentInSnapshot)],
        false,
    );
    assert_eq!(said.outcome, Outcome::Applied);
    assert_eq!((feed(&bed).hold, feed(&bed).records), (None, 99));
    assert_eq!(
        bed.query(Ask::DecideHold {
            hold: hold.id,
            apply: true
        })
        .unwrap_err()
        .code,
        Code::NotFound
    );
    assert_whole(&bed);
}

#[test]
fn an_approved_hold_applies_as_it_was_held_and_its_receipt_moves_on() {
    let (_folder, bed, mut agent) = started();
    bed.read(&mut agent, &hazards(1..101, 1), true);
    let applied = agent.live.clone();
    bed.read(&mut agent, &hazards(1..50, 2), true);
    let hold = feed(&bed).hold.unwrap();
    assert_eq!(
        bed.query(Ask::DecideHold {
            hold: hold.id,
            apply: true
        }),
        Ok(Answer::HoldDecided)
    );
    assert_eq!(
        (flags(&bed.at(49)), flags(&bed.at(100)), feed(&bed).records),
        (1, 0, 49)
    );
    assert_eq!(
        (feed(&bed).hold, feed(&bed).service.state),
        (None, Freshness::Fresh)
    );
    {
        let told = bed.keeper.told.lock().unwrap();
        let last = &told.attested[told.attested.len() - 2..];
        assert_eq!(
            (last[0].outcome, last[1].outcome),
            (Outcome::Held, Outcome::Applied)
        );
        assert_eq!((&last[0].batch, last[1].records), (&last[1].batch, 49));
    }
    // The agent, which counts nothing of it as sent, proves its next reading all the same.
    agent.live = applied;
    let gone: Vec<Line> = (50..101)
        .map(|n| gone_line(&format!("c-{n}"), 3, GoneReason::AbsentInSnapshot))
        .collect();
    let mut changes = hazards(1..50, 3);
    changes.extend(gone);
    assert_eq!(
        bed.read(&mut agent, &changes, false).outcome,
        Outcome::Applied
    );
    assert_whole(&bed);
}

#[test]
fn a_rejected_hold_leaves_the_old_data() {
    let (_folder, bed, mut agent) = started();
    bed.read(&mut agent, &hazards(1..101, 1), true);
    bed.read(&mut agent, &hazards(1..50, 2), true);
    let hold = feed(&bed).hold.unwrap();
    assert_eq!(
        bed.query(Ask::DecideHold {
            hold: hold.id,
            apply: false
        }),
        Ok(Answer::HoldDecided)
    );
    assert_eq!((flags(&bed.at(100)), feed(&bed).hold), (1, None));
    assert_eq!(
        bed.keeper
            .told
            .lock()
            .unwrap()
            .attested
            .last()
            .unwrap()
            .reason
            .as_deref(),
        Some("rejected")
    );
    assert_whole(&bed);
}

#[test]
fn a_row_that_no_longer_reads_is_shown_beside_what_it_said_before() {
    let (_folder, bed, mut agent) = started();
    bed.read(&mut agent, &hazards(1..5, 1), true);
    assert_eq!(
        bed.read(&mut agent, &[held_line("c-1", 2, Some(1), None)], false)
            .outcome,
        Outcome::Applied
    );
    let answer = bed.at(1);
    assert_eq!(
        (
            flags(&answer),
            answer.matches[0].notices.len(),
            answer.complete
        ),
        (1, 1, false)
    );
    assert_eq!(feed(&bed).held_rows, 1);
    // It reads again as before: only the held row goes.
    let resolved = [gone_line("c-1", 3, GoneReason::HeldResolved)];
    assert_eq!(
        bed.read(&mut agent, &resolved, false).outcome,
        Outcome::Applied
    );
    assert_eq!(
        (flags(&bed.at(1)), bed.at(1).matches[0].notices.len()),
        (1, 0)
    );
    // Held again, then read with a change: the put resolves it.
    bed.read(&mut agent, &[held_line("c-1", 4, Some(1), None)], false);
    assert_eq!(
        bed.read(&mut agent, &[hazard(1, 5)], false).outcome,
        Outcome::Applied
    );
    assert_eq!(bed.at(1).matches[0].notices.len(), 0);
    // Held, then no longer in the export at all: both go.
    bed.read(&mut agent, &[held_line("c-1", 6, Some(1), None)], false);
    let gone = [gone_line("c-1", 7, GoneReason::AbsentInSnapshot)];
    assert_eq!(bed.read(&mut agent, &gone, false).outcome, Outcome::Applied);
    assert!(bed.at(1).matches.is_empty());
    assert_whole(&bed);
}

#[test]
fn a_full_reading_that_cannot_read_a_row_keeps_what_the_row_said() {
    let (_folder, bed, mut agent) = started();
    bed.read(&mut agent, &hazards(1..5, 1), true);
    // A new enrolment knows nothing of before; row 1 does not read now.
    let mut lines = hazards(2..5, 2);
    lines.push(held_line("c-1", 2, Some(1), None));
    assert_eq!(bed.read(&mut agent, &lines, true).outcome, Outcome::Applied);
    let answer = bed.at(1);
    assert_eq!((flags(&answer), answer.matches[0].notices.len()), (1, 1));
    assert_whole(&bed);
    // It is no longer in the export: what was kept for it goes as well.
    let resolved = [gone_line("c-1", 3, GoneReason::HeldResolved)];
    assert_eq!(
        bed.read(&mut agent, &resolved, false).outcome,
        Outcome::Applied
    );
    assert!(bed.at(1).matches.is_empty());
    assert_whole(&bed);
}

#[test]
fn a_line_the_box_cannot_read_keeps_the_reading_provable() {
    let (_folder, bed, mut agent) = started();
    bed.read(&mut agent, &hazards(1..3, 1), true);
    let strange =
        br#"{"key":"c-1","op":"put","record":{"kind":"hazard","location":{"uprn":"1"},"new":1},"version":2}"#.to_vec();
    agent.run += 1;
    agent.live.insert(
        ("c-1".into(), false),
        firebox_contract::setsum::member(&strange),
    );
    let part = agent.batch(firebox_contract::batch::Kind::SnapshotPart, &[strange]);
    assert_eq!(
        bed.deliver(&agent, &part).unwrap().notes[0].code,
        "not-understood"
    );
    let mut proof = agent.proof(&[&[]], false);
    proof.puts = 1;
    let manifest = agent.manifest(proof);
    assert_eq!(
        bed.deliver(&agent, &manifest).unwrap().outcome,
        Outcome::Applied
    );
    let answer = bed.at(1);
    assert_eq!((flags(&answer), answer.matches[0].notices.len()), (1, 1));
    assert_whole(&bed);
    assert_eq!(
        bed.read(&mut agent, &[hazard(1, 3)], false).outcome,
        Outcome::Applied
    );
    assert_eq!(bed.at(1).matches[0].notices.len(), 0);
    assert_whole(&bed);
}

#[test]
fn rows_without_a_place_hold_the_whole_source() {
    let (_folder, bed, mut agent) = started();
    let lines = hazards(1..3, 1);
    agent.run += 1;
    let bytes = agent.lines(&lines);
    let part = agent.batch(firebox_contract::batch::Kind::SnapshotPart, &bytes);
    bed.deliver(&agent, &part).unwrap();
    let mut proof = agent.proof(&[&lines], true);
    proof.unplaced = 1;
    let manifest = agent.manifest(proof);
    bed.deliver(&agent, &manifest).unwrap();
    assert_eq!(
        (feed(&bed).service.state, feed(&bed).code.as_deref()),
        (Freshness::Held, Some("unplaced"))
    );
    // All placed: fresh. A held row at no place: held again.
    bed.read(&mut agent, &[], false);
    assert_eq!(feed(&bed).service.state, Freshness::Fresh);
    bed.read(&mut agent, &[held_line("row-1", 3, None, None)], false);
    assert_eq!(feed(&bed).service.state, Freshness::Held);
}

#[test]
fn a_warning_about_a_person_at_no_address_holds_the_source_instead_of_vanishing() {
    let (_folder, bed, mut agent) = started();
    let person = put_line("c-1", 1, flag_at(Location::Person("p-1".into())));
    bed.read(&mut agent, &[person], true);
    assert_eq!(feed(&bed).service.state, Freshness::Held);
}

#[test]
fn heartbeats_tell_how_a_source_is_and_never_make_it_look_newer_than_what_is_served() {
    let (_folder, bed, mut agent) = started();
    let beat = |state, as_of: Option<&str>, code: Option<&str>| Heartbeat {
        state,
        as_of: as_of.map(|text| text.parse().unwrap()),
        code: code.map(str::to_owned),
        set: None,
    };
    let send = |agent: &mut TestAgent, beat| {
        let batch = agent.heartbeat(beat);
        assert_eq!(
            bed.deliver(agent, &batch).unwrap().outcome,
            Outcome::Applied
        );
    };
    // Never synced: an agent's word does not make it so.
    send(
        &mut agent,
        beat(SourceHealth::Ok, Some("2026-06-01T11:00:00Z"), None),
    );
    assert_eq!(feed(&bed).service.last_synced, None);
    bed.read(&mut agent, &hazards(1..3, 1), true);
    send(
        &mut agent,
        beat(SourceHealth::Failing, None, Some("missing-file")),
    );
    assert_eq!(
        (feed(&bed).service.state, feed(&bed).code.as_deref()),
        (Freshness::Stopped, Some("missing-file"))
    );
    send(
        &mut agent,
        beat(SourceHealth::Held, None, Some("guard-max-drop")),
    );
    assert_eq!(feed(&bed).service.state, Freshness::Held);
    // A clock ahead of the box's own does not keep data fresh for longer.
    send(
        &mut agent,
        beat(SourceHealth::Ok, Some("2027-01-01T00:00:00Z"), None),
    );
    assert_eq!(
        (feed(&bed).service.state, feed(&bed).service.last_synced),
        (Freshness::Fresh, Some(now()))
    );
}

#[test]
fn an_agent_that_believes_in_other_statements_than_the_box_holds_is_never_in_date() {
    let (_folder, bed, mut agent) = started();
    let lines = hazards(1..3, 1);
    bed.read(&mut agent, &lines, true);
    assert_eq!(feed(&bed).service.state, Freshness::Fresh);
    let believed = agent.proof(&[&lines], true).set;
    let mut more = believed;
    more.add(&[1; 32]);
    let beat = |set| Heartbeat {
        state: SourceHealth::Ok,
        as_of: Some(now()),
        code: None,
        set: Some(set),
    };
    let apart = agent.heartbeat(beat(more));
    bed.deliver(&agent, &apart).unwrap();
    assert_eq!(
        (feed(&bed).service.state, feed(&bed).code.as_deref()),
        (Freshness::Held, Some("out-of-step"))
    );
    let agreed = agent.heartbeat(beat(believed));
    bed.deliver(&agent, &agreed).unwrap();
    assert_eq!(feed(&bed).service.state, Freshness::Fresh);
}
