//! Making a log once, and at every start finding it whole or stopping.
//!
//! ```text
//! no log -- create --> log with `created`, head --+
//!                                                 v
//! log, head -- open: modes, reserve, key, schema, clock, head, tail --> Opened
//!                    anything wrong --> Stop 78, nothing changed
//! ```

use std::fs::{DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use firebox_protocol::{Settings, Stop};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use rustix::fs::{FlockOperation, flock};
use serde::Serialize;

use super::book::{Book, Tip};
use super::database::{self, LogError};
use super::head::HeadFile;
use super::kind::EntryKind;
use super::rows::{node, verify_tail};
use super::schema;
use super::tree::root;
use crate::clock::Now;
use crate::keys::Keys;
use crate::reserve::{self, Found};

/// Entries before the end that every start recomputes from their bodies.
const VERIFIED_ENTRIES: u64 = 256;
/// How far the clock may stand before the last entry, in milliseconds. A
/// machine without a battery may start a little early; more is a wrong clock,
/// and entries with a wrong time would be wrong for ever.
const CLOCK_BEHIND_MS: u64 = 2 * 60 * 1000;

/// A log that was found whole.
pub(crate) struct Opened {
    pub(crate) conn: Connection,
    pub(crate) book: Book,
    pub(crate) path: PathBuf,
    pub(crate) origin: String,
    pub(crate) head: HeadFile,
    pub(crate) reserve: Found,
    /// Held as long as the log is open: one keeper a folder.
    pub(crate) lock: File,
}

/// Body of the first entry.
#[derive(Serialize)]
struct Created<'a> {
    origin: &'a str,
    build: &'static str,
}

/// Makes the log with its first entry; refuses when any log or head is there.
pub(crate) fn create(settings: &Settings, keys: &Keys, now: &Now) -> Result<(), Stop> {
    let folder = &settings.folders.keeper;
    make_folder(folder)?;
    let _lock = lock(folder)?;
    let head_is_there = folder.join("head").exists();
    if head_is_there || newest(folder)?.is_some() {
        return Err(Stop::configuration(format!(
            "{} holds a log already: it is never replaced. Start the keeper with it, or choose another folder",
            folder.display()
        )));
    }
    reserve::create(folder, settings.reserve_bytes)?;
    let epoch = year(now.wall_ms);
    let origin = origin_of(settings, epoch);
    let path = database::path(folder, epoch);
    database::make_file(&path)?;
    let conn = database::open_writer(&path, &keys.log)?;
    let tip = first_entry(&conn, now, &origin)?;
    database::fold(&conn);
    HeadFile::new(folder.clone(), origin, &keys.head)
        .write(&tip)
        .and_then(|()| database::sync_folder(folder))
        .map_err(|error| {
            Stop::operating_system(format!("the log's head cannot be written: {error}"))
        })
}

fn first_entry(conn: &Connection, now: &Now, origin: &str) -> Result<Tip, LogError> {
    let tx = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    schema::make(&tx)?;
    let mut book = Book::empty();
    let created = Created {
        origin,
        build: env!("CARGO_PKG_VERSION"),
    };
    book.append(&tx, now, EntryKind::Created, None, &created)?;
    tx.commit()?;
    Ok(book.tip())
}

/// Opens the newest log and requires that it is the one that was left.
pub(crate) fn open(settings: &Settings, keys: &Keys, now: &Now) -> Result<Opened, Stop> {
    let folder = &settings.folders.keeper;
    let Some(epoch) = newest(folder)? else {
        return Err(Stop::configuration(format!(
            "there is no log in {}: restore it from a backup, or run `firebox init` on a box that never had one",
            folder.display()
        )));
    };
    check_folder(folder)?;
    let lock = lock(folder)?;
    let path = database::path(folder, epoch);
    database::check_mode(&path)?;
    // Before SQLite needs room: its index, and what a crash left in the write-ahead log.
    let reserve = reserve::at_start(folder, settings.reserve_bytes)?;
    database::check_not_empty(&path)?;
    let conn = database::open_writer(&path, &keys.log)?;
    database::check_schema(&conn, &path)?;
    let book = Book::open(&conn)?;
    check_clock(book.last_time_ms(), now.wall_ms)?;
    let origin = origin_of(settings, epoch);
    let head = HeadFile::new(folder.clone(), origin.clone(), &keys.head);
    check_against_head(&conn, &book.tip(), &head)?;
    let short = HeadFile::of_a_short_log(folder.clone(), origin.clone(), &keys.head);
    refuse_the_short_one(&conn, &book.tip(), &short)?;
    // Only a log that was found whole is changed.
    schema::bring_up(&conn)?;
    Ok(Opened {
        conn,
        book,
        path,
        origin,
        head,
        reserve,
        lock,
    })
}

/// Gives the origin of the newest log, or of the one `create` would make now.
pub(crate) fn origin(settings: &Settings, wall_ms: u64) -> String {
    let epoch = database::newest_epoch(&settings.folders.keeper)
        .ok()
        .flatten();
    origin_of(settings, epoch.unwrap_or_else(|| year(wall_ms)))
}

fn origin_of(settings: &Settings, epoch: u16) -> String {
    format!("{}/{epoch}", settings.box_id)
}

/// Stops when the log ends before `needed` entries.
pub(crate) fn check_length(size: u64, needed: u64) -> Result<(), Stop> {
    if size >= needed {
        return Ok(());
    }
    Err(Stop::configuration(format!(
        "the log is shorter than {needed}: it ends after {size} entries. Restore it, do not start a new one"
    )))
}

fn check_against_head(conn: &Connection, tip: &Tip, head: &HeadFile) -> Result<(), Stop> {
    let Some(told) = head.read()? else {
        return Err(Stop::configuration(format!(
            "{} is missing beside a log of {} entries: restore it from the same backup as the log. Only if `firebox init` was interrupted (one entry, never used): remove the log and run it again",
            head.path().display(),
            tip.size
        )));
    };
    check_length(tip.size, told.size)?;
    let then = root(told.size, |at| node(conn, at))?;
    if then != told.root {
        return Err(Stop::configuration(format!(
            "the log is not the one its head speaks of: its first {0} entries give another root. Restore log and head from the same backup; do not start a new log",
            told.size
        )));
    }
    let from = told.size.min(tip.size.saturating_sub(VERIFIED_ENTRIES));
    Ok(verify_tail(conn, from, tip)?)
}

/// Refuses a log that was refused before because the store had seen more of it:
/// the starts since made it longer, and none of them made it whole.
fn refuse_the_short_one(conn: &Connection, tip: &Tip, short: &HeadFile) -> Result<(), Stop> {
    let Some(told) = short.read()? else {
        return Ok(());
    };
    let same = tip.size >= told.size && root(told.size, |at| node(conn, at))? == told.root;
    if same {
        return Err(Stop::configuration(
            "the log is shorter than what the store has seen of it: restore it, do not start a new one",
        ));
    }
    // Another log lies here now: it was restored, and is judged by itself.
    short.remove().map_err(|error| {
        Stop::operating_system(format!(
            "{} cannot be removed: {error}",
            short.path().display()
        ))
    })
}

fn check_clock(last_ms: u64, now_ms: u64) -> Result<(), Stop> {
    let behind_ms = last_ms.saturating_sub(now_ms);
    if behind_ms <= CLOCK_BEHIND_MS {
        return Ok(());
    }
    Err(Stop::configuration(format!(
        "the clock stands {} minutes before the last entry of the log: set it right (`timedatectl`), then start the keeper again",
        behind_ms / 60_000
    )))
}

fn newest(folder: &Path) -> Result<Option<u16>, Stop> {
    database::newest_epoch(folder).map_err(|error| {
        Stop::configuration(format!(
            "the keeper's folder {} cannot be read: {error}",
            folder.display()
        ))
    })
}

fn make_folder(folder: &Path) -> Result<(), Stop> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| {
        Stop::operating_system(format!("{} cannot be made: {error}", folder.display()))
    })?;
    check_folder(folder)
}

/// Whoever can write the folder can put another file in the log's place.
fn check_folder(folder: &Path) -> Result<(), Stop> {
    let mode = std::fs::metadata(folder).map_or(0o7777, |metadata| metadata.mode() & 0o7777);
    if mode & 0o022 == 0 {
        return Ok(());
    }
    Err(Stop::configuration(format!(
        "{0} can be written by others (mode {mode:o}): `chmod 700 {0}`",
        folder.display()
    )))
}

fn lock(folder: &Path) -> Result<File, Stop> {
    let locked = File::open(folder).and_then(|file| {
        Ok(flock(&file, FlockOperation::NonBlockingLockExclusive).map(|()| file)?)
    });
    locked.map_err(|_| {
        Stop::configuration(format!(
            "another keeper has {} open: stop it first (`systemctl status firebox-keeper`)",
            folder.display()
        ))
    })
}

/// Gives the year of a moment, which is a log's epoch.
fn year(wall_ms: u64) -> u16 {
    let ms = i64::try_from(wall_ms).unwrap_or(i64::MAX);
    let time = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
    u16::try_from(time.to_zoned(TimeZone::UTC).year()).unwrap_or(0)
}
