//! The log removed, replaced, cut and changed under a running box.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use firebox_tests::{AtWork, Namespace, Original, Start, copy, wait_for};

/// Bytes of a page, and of a page in the write-ahead log.
const PAGE: u64 = 4096;
const FRAME: u64 = 24 + PAGE;

type Tampering = (&'static str, fn(&mut AtWork));

/// What somebody may do to the files under a running keeper.
const UNDER_THE_KEEPER: [Tampering; 11] = [
    ("removed", |at| fs::remove_file(at.trial.log()).unwrap()),
    ("moved away", |at| {
        fs::rename(at.trial.log(), at.trial.file("aside")).unwrap();
    }),
    ("an older copy renamed over it", |at| {
        copy(&older(at), &at.trial.file("keeper/copy"));
        fs::rename(at.trial.file("keeper/copy"), at.trial.log()).unwrap();
    }),
    ("an older copy written into it", |at| {
        // What was released so far goes into the file, so that the copy misses it.
        at.trial.stop();
        assert_eq!(at.trial.start(), Start::Serves);
        at.looks();
        at.releases();
        fs::write(at.trial.log(), fs::read(older(at)).unwrap()).unwrap();
    }),
    ("emptied", |at| cut_to(&at.trial.log(), |_| 0)),
    ("cut by a page", |at| {
        cut_to(&at.trial.log(), |length| length - PAGE)
    }),
    ("its write-ahead log removed", |at| {
        fs::remove_file(at.trial.wal()).unwrap();
    }),
    ("its write-ahead log replaced by its own copy", |at| {
        copy(&at.trial.wal(), &at.trial.file("keeper/copy"));
        fs::rename(at.trial.file("keeper/copy"), at.trial.wal()).unwrap();
    }),
    ("its write-ahead log emptied", |at| {
        cut_to(&at.trial.wal(), |_| 0)
    }),
    ("its write-ahead log cut by a page", |at| {
        cut_to(&at.trial.wal(), |length| length - FRAME);
    }),
    ("its folder replaced by a copy", |at| {
        let (folder, aside) = (at.trial.file("keeper"), at.trial.file("aside"));
        fs::rename(&folder, &aside).unwrap();
        copy(&aside, &folder);
    }),
];

/// The log as it was before this start.
fn older(at: &AtWork) -> PathBuf {
    at.trial.file("older.db")
}

fn cut_to(path: &Path, length: impl FnOnce(u64) -> u64) {
    let file = File::options().write(true).open(path).unwrap();
    let now = file.metadata().unwrap().len();
    file.set_len(length(now)).unwrap();
}

/// The next release is refused, the box stops and says what to do.
fn releases_nothing_and_stops(mut at: AtWork) -> Result<(), String> {
    let answer = at.asks();
    if answer.status != 503 || at.betrays(&answer) {
        return Err(format!(
            "answered {} with the note: {}",
            answer.status,
            at.betrays(&answer)
        ));
    }
    wait_for("the box to stop", || at.trial.ended().is_some());
    let said = at.trial.said();
    let says = said.contains("under the keeper") && said.contains("put the same file back");
    match at.trial.ended() {
        Some(78) if says => Ok(()),
        ended => Err(format!("ended with {ended:?}: {said}")),
    }
}

#[test]
fn a_log_tampered_with_under_a_running_box_lets_nothing_more_out() {
    let tried = UNDER_THE_KEEPER.map(|(how, tamper)| {
        let trial = Original::shared().copy();
        copy(&trial.log(), &trial.file("older.db"));
        let mut at = AtWork::begin(trial);
        tamper(&mut at);
        (how, releases_nothing_and_stops(at))
    });
    let wrong: Vec<_> = tried.iter().filter(|(_, went)| went.is_err()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_older_log_mounted_over_the_log_lets_nothing_more_out() {
    let trial = Original::shared().copy();
    copy(&trial.log(), &trial.file("older.db"));
    let namespace = Namespace::with_mounts("", Path::new("/"));
    let at = AtWork::begin_by(trial, |trial| trial.start_in(&namespace));
    let mut mount = namespace.command(Path::new("mount"));
    mount.arg("--bind").args([older(&at), at.trial.log()]);
    assert!(mount.status().unwrap().success());
    assert_eq!(releases_nothing_and_stops(at), Ok(()));
}

#[test]
fn a_log_moved_away_and_put_back_has_every_entry() {
    let mut at = AtWork::begin(Original::shared().copy());
    let (log, aside) = (at.trial.log(), at.trial.file("aside"));
    fs::rename(&log, &aside).unwrap();
    assert_eq!(at.asks().status, 503);
    wait_for("the box to stop", || at.trial.ended().is_some());
    at.trial.give_up();
    fs::rename(&aside, &log).unwrap();
    assert_eq!(at.trial.start(), Start::Serves, "{}", at.trial.said());
    at.auditor()
        .holds_the_box_to(at.held.iter().map(|one| one.receipt.as_str()));
    at.looks();
    at.releases();
}
