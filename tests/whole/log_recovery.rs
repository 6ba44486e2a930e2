//! What a box does at a start that finds its log cut, changed or another one.
//!
//! The rule: a box that serves misses no entry that its head, its store or
//! anybody's receipt speaks of. A box that misses one refuses, says what to do,
//! and leaves every file as it found it, so that a person can still mend it.
//!
//! By default cuts and changes are tried at a stride; `FIREBOX_EVERY_STEP=1`
//! tries every page and takes many times longer.

mod stopped;

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread;

use firebox_tests::{AtWork, Chance, Original, Start, copy, firebox_program, run};
use tempfile::TempDir;

use stopped::{CAUGHT_UP, Stopped, Went, says_how_to_restore};

const PAGE: u64 = 4096;
/// Bytes before the first frame of a write-ahead log, and of a frame.
const WAL_HEADER: u64 = 32;
const FRAME: u64 = 24 + PAGE;
/// More entries than a start recomputes.
const LOOKED_AT_BY_A_START: u64 = 300;

fn every(stride: usize) -> usize {
    let all = std::env::var_os("FIREBOX_EVERY_STEP").is_some();
    if all { 1 } else { stride }
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}

fn cut_to(path: &Path, length: u64) {
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_len(length)
        .unwrap();
}

/// Changes one byte.
fn change(path: &Path, at: u64) {
    let file = File::options().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 1], at).unwrap();
}

#[test]
fn a_write_ahead_log_cut_at_any_page_is_refused() {
    let mut stopped = Stopped::by_a_power_cut();
    let frames = (length(&stopped.wal) - WAL_HEADER) / FRAME;
    for frames_left in (0..frames).rev().step_by(every(8)) {
        let how = format!("cut to {frames_left} of {frames} pages");
        let length = WAL_HEADER + frames_left * FRAME;
        let went = stopped.start(&how, |stopped| cut_to(&stopped.wal, length));
        assert_ne!(
            went,
            Some(Went::Serves),
            "{how}: each commit but the last has an entry the head speaks of"
        );
    }
    stopped.start("whole", |_| {});
    stopped.was_right();
}

#[test]
fn a_log_cut_at_any_page_is_refused() {
    let mut stopped = Stopped::in_order();
    let pages = length(&stopped.log) / PAGE;
    for left in (0..pages).step_by(every(6)) {
        let how = format!("cut to {left} of {pages} pages");
        let went = stopped.start(&how, |stopped| cut_to(&stopped.log, left * PAGE));
        assert_ne!(went, Some(Went::Serves), "{how}");
    }
    stopped.was_right();
}

/// A place in the page that begins here.
fn somewhere(chance: &mut Chance, page_begins: u64) -> u64 {
    page_begins + u64::try_from(chance.below(usize::try_from(PAGE).unwrap())).unwrap()
}

#[test]
fn a_byte_changed_in_the_write_ahead_log_is_refused_unless_every_entry_is_still_there() {
    let mut chance = Chance::seeded();
    let mut cut = Stopped::by_a_power_cut();
    let frames = (length(&cut.wal) - WAL_HEADER) / FRAME;
    for frame in (0..frames).step_by(every(12)) {
        let at = somewhere(&mut chance, WAL_HEADER + frame * FRAME);
        cut.start(&format!("byte {at}"), |cut| change(&cut.wal, at));
    }
    cut.was_right();
}

#[test]
fn a_byte_changed_in_the_log_is_refused_unless_every_entry_is_still_there() {
    let mut chance = Chance::seeded();
    let mut stopped = Stopped::in_order();
    for page in (0..length(&stopped.log) / PAGE).step_by(every(4)) {
        let at = somewhere(&mut chance, page * PAGE);
        stopped.start(&format!("byte {at}"), |stopped| change(&stopped.log, at));
    }
    stopped.was_right();
}

/// A start recomputes the newest entries only. What lies before is looked at by
/// the check, beside the running box.
#[test]
fn a_byte_changed_where_no_start_looks_is_named_by_the_check() {
    let mut at = AtWork::begin(Original::shared().copy());
    let entries = at.auditor().checkpoint().size;
    while at.auditor().checkpoint().size < entries + LOOKED_AT_BY_A_START {
        for _ in 0..20 {
            at.looks();
        }
    }
    at.trial.stop();
    let mut stopped = Stopped::of(at);
    let pages = length(&stopped.log) / PAGE;
    let mut named = 0;
    for page in (1..pages).step_by(every(12)) {
        stopped.put_back();
        change(&stopped.log, page * PAGE + 2_000);
        if stopped.at.trial.start() == Start::Serves {
            let check = stopped.at.trial.runs(&["log", "check"]);
            match check.code {
                Some(0) => assert!(check.out.contains("whole"), "page {page}: {}", check.said()),
                _ => {
                    assert_eq!(says_how_to_restore(&check.err), Ok(()), "page {page}");
                    named += 1;
                }
            }
        }
        stopped.at.trial.give_up();
    }
    assert!(named > 0, "no change was found by the check");
}

#[test]
fn another_log_or_head_than_the_one_that_was_left_is_refused() {
    let other = TempDir::with_prefix("fbx").unwrap();
    let made = run(
        firebox_program(),
        [Path::new("init"), &other.path().join("box")],
    );
    assert_eq!(made.code, Some(0), "{}", made.said());
    let of_another = |path: &Path| {
        other
            .path()
            .join("box/keeper")
            .join(path.file_name().unwrap())
    };
    let older = Original::shared().copy();

    let mut cut = Stopped::by_a_power_cut();
    let mut refused = |how: &str, spoil: &dyn Fn(&Stopped)| {
        let went = cut.start(how, spoil);
        assert_ne!(went, Some(Went::Serves), "{how}");
    };
    refused("no log", &|cut| fs::remove_file(&cut.log).unwrap());
    refused("no write-ahead log", &|cut| {
        fs::remove_file(&cut.wal).unwrap()
    });
    refused("no head", &|cut| fs::remove_file(&cut.head).unwrap());
    for at in [0, 8, 72] {
        refused("a changed head", &|cut| change(&cut.head, at));
    }
    refused("a cut head", &|cut| cut_to(&cut.head, 72));
    refused("another box's head", &|cut| {
        copy(&of_another(&cut.head), &cut.head)
    });
    refused("another box's log", &|cut| {
        fs::remove_file(&cut.wal).unwrap();
        copy(&of_another(&cut.log), &cut.log);
    });
    refused("an older log under the newer head", &|cut| {
        fs::remove_file(&cut.wal).unwrap();
        copy(&older.log(), &cut.log);
    });
    refused("an older log and another write-ahead log", &|cut| {
        copy(&older.log(), &cut.log);
        cut_to(&cut.wal, WAL_HEADER + FRAME);
    });
    let lagging = cut.start("an older head", |cut| {
        copy(&older.file("keeper/head"), &cut.head)
    });
    assert_eq!(
        lagging,
        Some(Went::Serves),
        "a head may lag: the log misses nothing"
    );
    cut.was_right();
}

#[test]
fn a_log_put_back_with_its_head_is_refused_however_often_it_is_started() {
    let mut cut = Stopped::by_a_power_cut();
    assert_eq!(cut.start("whole", |_| {}), Some(Went::Serves));
    assert_eq!(
        cut.at.trial.start(),
        Start::Serves,
        "{}",
        cut.at.trial.said()
    );
    cut.at.looks();
    for _ in 0..3 {
        cut.at.releases();
    }
    cut.at.looks();
    thread::sleep(CAUGHT_UP);
    cut.at.trial.cut();
    let folder = cut.at.trial.file("keeper");
    fs::remove_dir_all(&folder).unwrap();
    copy(&cut.kept.path().join("keeper"), &folder);
    for start in 1..=12 {
        let went = cut.at.trial.start();
        let said = cut.at.trial.said();
        assert_eq!(
            went,
            Start::Refuses(78),
            "start {start} serves a log that was put back"
        );
        assert_eq!(says_how_to_restore(&said), Ok(()));
        cut.at.trial.give_up();
    }
}

/// The head may lag by a tenth of a second, and no permit since has told the
/// store. What was released in that time is not missed by the box when its
/// write-ahead log is cut, but by everybody who holds a receipt.
#[test]
fn what_head_and_store_do_not_know_yet_is_missed_by_whoever_holds_its_receipt() {
    let mut at = AtWork::begin(Original::shared().copy());
    thread::sleep(CAUGHT_UP);
    for _ in 0..8 {
        at.releases();
    }
    at.trial.cut();
    let mut cut = Stopped::of(at);
    let head = fs::read(&cut.head).unwrap();
    let head = u64::from_be_bytes(*head[1..].first_chunk().unwrap());
    let ends = ends_of_commits(&fs::read(&cut.wal).unwrap());
    // One of the last two is of the last release: the other may be of no entry.
    for end in ends.into_iter().rev().skip(2).step_by(every(2)) {
        cut.put_back();
        cut_to(&cut.wal, end);
        if cut.at.trial.start() != Start::Serves {
            cut.at.trial.give_up();
            return;
        }
        let auditor = cut.at.auditor();
        let (stand, missed): (Vec<_>, Vec<_>) = cut
            .at
            .held
            .iter()
            .partition(|one| auditor.stands(&one.receipt));
        assert!(
            !missed.is_empty(),
            "an entry is gone and every receipt stands"
        );
        assert!(
            missed.iter().all(|one| one.entry >= head),
            "the head spoke of it"
        );
        assert!(stand.iter().all(|one| one.entry < missed[0].entry));
        cut.at.trial.stop();
    }
    panic!("a cut before the head was not noticed");
}

/// Where each commit of a write-ahead log ends: its last frame says how long
/// the file is, the others say 0.
fn ends_of_commits(wal: &[u8]) -> Vec<u64> {
    let (header, frame) = (
        usize::try_from(WAL_HEADER).unwrap(),
        usize::try_from(FRAME).unwrap(),
    );
    let frames = wal[header..].chunks_exact(frame).zip(1..);
    let commits = frames.filter(|(frame, _)| frame[4..8] != [0; 4]);
    commits
        .map(|(_, count)| WAL_HEADER + count * FRAME)
        .collect()
}
