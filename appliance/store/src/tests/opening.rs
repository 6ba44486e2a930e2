//! What stops the store at its start, with exit 78 and what to do.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use firebox_protocol::{Exit, Stop};
use zeroize::Zeroizing;

use crate::database::Database;
use crate::file::{FILE, create};
use crate::testbed::folder;

const BOX: &str = "firebox.example/a";

fn key(byte: u8) -> Zeroizing<[u8; 32]> {
    Zeroizing::new([byte; 32])
}

fn refused(folder: &Path, key_byte: u8, box_id: &str) -> Stop {
    match Database::open(folder, &key(key_byte), box_id) {
        Err(stop) => stop,
        Ok(_) => panic!("it opened"),
    }
}

fn made() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = folder();
    let store = folder.path().join("store");
    create(&store, &key(1), BOX).unwrap();
    (folder, store)
}

#[test]
fn a_new_store_opens_with_its_own_key_and_nobody_else_can_read_its_files() {
    let (_folder, store) = made();
    let database = Database::open(&store, &key(1), BOX).unwrap();
    database
        .write("nothing", |_| Ok::<_, crate::database::DatabaseError>(()))
        .unwrap();
    for entry in fs::read_dir(&store).unwrap() {
        assert_eq!(
            entry.unwrap().metadata().unwrap().permissions().mode() & 0o077,
            0
        );
    }
}

#[test]
fn a_store_is_never_made_over_another() {
    let (_folder, store) = made();
    let before = fs::read(store.join(FILE)).unwrap();
    assert_eq!(
        create(&store, &key(2), BOX).unwrap_err().exit,
        Exit::Configuration
    );
    assert_eq!(fs::read(store.join(FILE)).unwrap(), before);
}

#[test]
fn a_wrong_key_stops_and_names_the_key_file_and_leaves_the_store_alone() {
    let (_folder, store) = made();
    let before = fs::read(store.join(FILE)).unwrap();
    let stop = refused(&store, 2, BOX);
    assert_eq!(stop.exit, Exit::Configuration);
    assert!(
        stop.message.contains("keys/store/store.key"),
        "{}",
        stop.message
    );
    assert_eq!(fs::read(store.join(FILE)).unwrap(), before);
}

#[test]
fn a_missing_store_is_not_made_anew() {
    let folder = folder();
    let store = folder.path().join("store");
    let stop = refused(&store, 1, BOX);
    assert_eq!(stop.exit, Exit::Configuration);
    assert!(stop.message.contains("firebox init"), "{}", stop.message);
    assert_eq!(fs::read_dir(&store).unwrap().count(), 0);
}

#[test]
fn loose_modes_stop() {
    for (name, mend) in [("", "chmod 700"), (FILE, "chmod 600")] {
        let (_folder, store) = made();
        fs::set_permissions(store.join(name), Permissions::from_mode(0o750)).unwrap();
        let stop = refused(&store, 1, BOX);
        assert_eq!(stop.exit, Exit::Configuration);
        assert!(stop.message.contains(mend), "{}", stop.message);
    }
}

#[test]
fn a_store_of_a_newer_firebox_stops() {
    let (_folder, store) = made();
    let database = Database::open(&store, &key(1), BOX).unwrap();
    database
        .write("pretend to be newer", |change| {
            change.pragma_update(None, "user_version", crate::migrations::newest() + 1)?;
            Ok::<_, crate::database::DatabaseError>(())
        })
        .unwrap();
    drop(database);
    let stop = refused(&store, 1, BOX);
    assert_eq!(stop.exit, Exit::Configuration);
    assert!(
        stop.message.contains("install that version"),
        "{}",
        stop.message
    );
}

#[test]
fn a_store_of_another_box_stops() {
    let (_folder, store) = made();
    assert_eq!(
        refused(&store, 1, "firebox.example/b").exit,
        Exit::Configuration
    );
}

#[test]
fn the_highest_log_index_survives_a_restart() {
    let (_folder, store) = made();
    let database = Database::open(&store, &key(1), BOX).unwrap();
    database.saw_log_index(77);
    database.saw_log_index(12);
    database.keep_log_index().unwrap();
    drop(database);
    assert_eq!(
        Database::open(&store, &key(1), BOX)
            .unwrap()
            .highest_log_index(),
        77
    );
}
