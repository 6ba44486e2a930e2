use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use firebox_protocol::{Exit, Stop};
use zeroize::Zeroizing;

use super::harness::*;
use crate::clock::by_hand::NOON_MS;
use crate::log::database;

/// Starts the keeper, which must stop with exit 78 and say what to do.
#[track_caller]
fn refuses_to_start(council: &mut Council, says: &[&str]) {
    let before = files(council);
    let stop = council.start_with(keys()).expect_err("must not start");
    check(&stop, says);
    assert_eq!(
        files(council),
        before,
        "a log that cannot be opened is left as it is"
    );
}

#[track_caller]
fn check(stop: &Stop, says: &[&str]) {
    assert_eq!(stop.exit, Exit::Configuration, "{stop}");
    for words in says {
        assert!(stop.message.contains(words), "{stop}");
    }
}

fn files(council: &Council) -> Vec<Option<Vec<u8>>> {
    ["log-2026.db", "head"]
        .map(|name| fs::read(council.file(name)).ok())
        .to_vec()
}

#[test]
fn the_first_entry_is_created_and_each_start_is_an_entry() {
    let mut council = Council::open();
    council.restart();
    let log = council.log();
    let kinds: Vec<&str> = log.iter().map(|entry| entry.kind()).collect();
    assert_eq!(kinds, ["created", "boot", "boot"]);
    assert_eq!(log[0].body["origin"], "firebox.example.gov.uk/one/2026");
    assert_eq!(log[2].body["policy"].as_str().unwrap().len(), 64);
    assert_eq!(log[2].leaf.index, 2);
}

#[test]
fn a_log_is_never_made_over_another() {
    let council = Council::with_log();
    check(&council.create().unwrap_err(), &["holds a log already"]);
    fs::remove_file(council.file("log-2026.db")).unwrap();
    check(&council.create().unwrap_err(), &["holds a log already"]);
}

#[test]
fn without_a_log_the_keeper_does_not_make_one() {
    let mut council = Council::bare();
    refuses_to_start(&mut council, &["cannot be read"]);
    fs::create_dir(&council.settings.folders.keeper).unwrap();
    refuses_to_start(
        &mut council,
        &["there is no log", "restore it", "firebox init"],
    );
}

#[test]
fn another_key_is_refused_and_named() {
    let mut council = Council::with_log();
    let other = crate::keys::Keys {
        log: Zeroizing::new([99; 32]),
        ..keys()
    };
    let before = files(&council);
    let stop = council.start_with(other).expect_err("must not start");
    check(&stop, &["keys/keeper/log.key", "put back the key"]);
    assert_eq!(files(&council), before);
}

#[test]
fn a_log_of_a_newer_firebox_is_refused() {
    let mut council = Council::with_log();
    let conn = database::open_writer(&council.file("log-2026.db"), &LOG_KEY).unwrap();
    let newer = crate::log::schema::SCHEMA_VERSION + 1;
    conn.pragma_update(None, "user_version", newer).unwrap();
    drop(conn);
    refuses_to_start(&mut council, &["newer firebox", "install that version"]);
}

#[test]
fn a_log_or_head_that_others_can_open_is_refused() {
    for name in ["log-2026.db", "head"] {
        let mut council = Council::with_log();
        fs::set_permissions(council.file(name), Permissions::from_mode(0o640)).unwrap();
        refuses_to_start(&mut council, &["open to others", "640", "chmod 600"]);
    }
    let mut council = Council::with_log();
    let folder = council.settings.folders.keeper.clone();
    fs::set_permissions(&folder, Permissions::from_mode(0o770)).unwrap();
    refuses_to_start(&mut council, &["written by others", "chmod 700"]);
}

#[test]
fn what_create_makes_is_open_to_its_owner_alone() {
    let council = Council::with_log();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(council.settings.folders.keeper.clone()), 0o700);
    assert_eq!(mode(council.file("log-2026.db")), 0o600);
    assert_eq!(mode(council.file("head")), 0o600);
}

#[test]
fn a_log_shorter_than_its_head_is_refused() {
    let mut council = Council::open();
    council.stop().unwrap();
    let short = fs::read(council.file("log-2026.db")).unwrap();
    council.start();
    council.add("Aisha", &["officer"], false);
    council.stop().unwrap();
    fs::write(council.file("log-2026.db"), short).unwrap();
    refuses_to_start(&mut council, &["shorter than 4", "do not start a new one"]);
}

#[test]
fn a_log_with_another_root_than_its_head_is_refused() {
    let (mut one, mut two) = (Council::open(), Council::open());
    one.stop().unwrap();
    two.stop().unwrap();
    fs::copy(two.file("log-2026.db"), one.file("log-2026.db")).unwrap();
    refuses_to_start(&mut one, &["another root", "same backup"]);
}

#[test]
fn a_missing_or_damaged_head_is_refused() {
    let mut council = Council::open();
    council.stop().unwrap();
    let head = fs::read(council.file("head")).unwrap();
    for at in 0..head.len() {
        let mut damaged = head.clone();
        damaged[at] ^= 1;
        fs::write(council.file("head"), damaged).unwrap();
        let stop = council.start_with(keys()).expect_err("must not start");
        check(&stop, &["head", "same backup"]);
    }
    fs::remove_file(council.file("head")).unwrap();
    refuses_to_start(&mut council, &["head is missing", "restore it"]);
}

#[test]
fn a_changed_entry_near_the_end_is_found_at_the_start() {
    let mut council = Council::open();
    council.add("Aisha", &["officer"], false);
    council.stop().unwrap();
    let conn = database::open_writer(&council.file("log-2026.db"), &LOG_KEY).unwrap();
    let changed = r#"UPDATE entry SET body = CAST('{"kind":"boot"}' AS BLOB) WHERE id = 2"#;
    assert_eq!(conn.execute(changed, []).unwrap(), 1);
    drop(conn);
    refuses_to_start(
        &mut council,
        &["entry 2", "does not agree", "do not start a new one"],
    );
}

#[test]
fn a_clock_more_than_two_minutes_behind_the_log_is_refused() {
    let mut council = Council::with_log();
    council.clock.set_wall(NOON_MS - 2 * MINUTE - 1);
    refuses_to_start(
        &mut council,
        &["the clock stands 2 minutes before", "set it right"],
    );
    council.clock.set_wall(NOON_MS - 2 * MINUTE);
    council.start();
    let log = council.log();
    assert_eq!(
        log[1].leaf.time_ms, NOON_MS,
        "time in the log does not run backwards"
    );
}

#[test]
fn a_second_keeper_on_the_same_log_is_refused() {
    let mut council = Council::open();
    let stop = council.start_with(keys()).expect_err("must not start");
    check(&stop, &["another keeper", "stop it first"]);
}

#[test]
fn a_policy_that_does_not_read_is_refused() {
    let mut council = Council::with_log();
    council.policy.push_str("\nfaster = true\n");
    refuses_to_start(&mut council, &["policy.toml", "faster"]);
}

#[test]
fn a_store_that_saw_a_longer_log_stops_the_keeper() {
    use firebox_protocol::store_keeper::{Reply, Request};
    let mut council = Council::open();
    let hello = |highest_log_index| Request::Hello {
        nonce: STORE_NONCE,
        highest_log_index,
    };
    let mut store = council.peer(firebox_protocol::socket::KEEPER_STORE);
    assert!(matches!(store.ask(&hello(1)), Reply::Welcome { .. }));
    let mut store = council.peer(firebox_protocol::socket::KEEPER_STORE);
    assert!(matches!(store.ask(&hello(2)), Reply::Refused(_)));
    check(
        &council.ended(),
        &["shorter than 3", "do not start a new one"],
    );
}

#[test]
fn after_a_crash_the_log_is_the_same_and_goes_on() {
    let mut council = Council::open();
    for person in ["Aisha", "Ben", "Cara"] {
        council.add(person, &["officer"], false);
    }
    let before = council.log();
    council.crash();
    let after = council.log();
    assert_eq!(after.len(), before.len() + 1);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before.leaf, after.leaf);
        assert_eq!(before.body, after.body);
    }
    assert_eq!(after.last().unwrap().kind(), "boot");
}
