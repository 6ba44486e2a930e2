//! The reserve: a file on the log's disk that holds nothing and keeps room. When
//! the disk is full it is given up, so that sign-in, emergencies, reviews and
//! administration can still be entered while somebody makes room.
//!
//! ```text
//! start: reserve there, room enough ------------------------> whole
//!        not there, room for it and as much again -- made --> whole
//!        there, disk full ------------------ given up ------> reserve mode
//!        not there, no room for it -------------------------> reserve mode
//! disk full while running: the commit fails, the keeper stops, and starts as above
//! ```
//!
//! The mode is decided at a start and holds until the next: the keeper does not
//! go back and forth while people read what it said.

use std::path::Path;

use firebox_protocol::operator::Reserve;
use firebox_protocol::{Code, Stop};
use serde::Serialize;

use crate::desk::Desk;
use crate::log::database::{CHECKPOINT_BYTES, LogError};
use crate::log::kind::EntryKind;
use crate::outbox::{CanRefuse, Ticket};
use crate::question::MAX_EXACT;
use crate::refused;
use crate::reserve_file::{held, make, path, remove};
use crate::space::Space;
use crate::writer::{After, Log};

/// Least a reserve holds, in bytes; less was never finished.
const LEAST_RESERVE: u64 = 1 << 20;

/// What to do about the reserve at a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// It is there, and so is room.
    Keep,
    /// Make it, or what is missing of it.
    Make,
    /// Give it up.
    GiveUp,
    /// There is none to give up, and no room to make it.
    GoWithout,
}

/// Decides over free bytes, the bytes the reserve holds now, and those it should
/// hold. A smaller reserve than the settings ask for is kept: it is some.
fn step(free: u64, held: u64, wanted: u64) -> Step {
    let missing = wanted.saturating_sub(held);
    let room_to_make = free >= missing.saturating_add(wanted);
    match held {
        _ if missing > 0 && room_to_make => Step::Make,
        0..LEAST_RESERVE => Step::GoWithout,
        _ if free < floor(wanted) => Step::GiveUp,
        _ => Step::Keep,
    }
}

/// Gives the free bytes under which the disk counts as full: what folding the
/// write-ahead log into the file may need. A small reserve has a small floor,
/// or it would be given up for less room than it holds.
fn floor(wanted: u64) -> u64 {
    CHECKPOINT_BYTES.min(wanted / 2)
}

/// How a start found the reserve and left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is there.
    Whole,
    /// It was there and was given up just now.
    GivenUp,
    /// It was not there, and there is no room for it.
    Missing,
}

/// Makes the reserve of a new log.
pub(crate) fn create(folder: &Path, wanted: u64) -> Result<(), Stop> {
    make(&path(folder), wanted).map_err(|error| {
        Stop::operating_system(format!(
            "{} cannot be made: {error}. Make room on the log's disk, or set log.reserve_mib in firebox.toml smaller",
            path(folder).display()
        ))
    })
}

/// Looks after the reserve at a start, before anything is written to the log:
/// even opening it may need room.
pub(crate) fn at_start(folder: &Path, wanted: u64) -> Result<Found, Stop> {
    settle(folder, wanted, Space::of(folder)?.free)
}

fn settle(folder: &Path, wanted: u64, free: u64) -> Result<Found, Stop> {
    let file = path(folder);
    match step(free, held(&file), wanted) {
        Step::Keep => Ok(Found::Whole),
        Step::Make => Ok(make_again(&file, wanted)),
        Step::GiveUp => give_up(&file),
        Step::GoWithout => {
            log::error!("the log's disk is full and there is no reserve: make room on it");
            Ok(Found::Missing)
        }
    }
}

fn make_again(file: &Path, wanted: u64) -> Found {
    match make(file, wanted) {
        Ok(()) => {
            log::info!("the log's reserve was made");
            Found::Whole
        }
        // A quota may allow less than the file system says: serve less, not nothing.
        Err(error) => {
            log::error!("the log's reserve cannot be made: {error}. Make room on its disk");
            Found::Missing
        }
    }
}

fn give_up(file: &Path) -> Result<Found, Stop> {
    remove(file).map_err(|error| {
        Stop::operating_system(format!(
            "the log's disk is full and {} cannot be removed: {error}. Make room on the disk, then start the keeper again",
            file.display()
        ))
    })?;
    log::error!(
        "the log's disk is full and its reserve was given up: make room on it, then start the keeper again"
    );
    Ok(Found::GivenUp)
}

/// Body of `reserve-taken`.
#[derive(Serialize)]
struct Taken {
    /// Whether this start gave it up, or found none.
    reserve: &'static str,
    free_bytes: u64,
}

/// Enters that the keeper lives on the reserve, and gives the mode.
pub(crate) fn enter(
    desk: &mut Desk<'_>,
    found: Found,
    folder: &Path,
) -> Result<ReserveMode, LogError> {
    let reserve = match found {
        Found::Whole => return Ok(ReserveMode::Off),
        Found::GivenUp => "given-up",
        Found::Missing => "missing",
    };
    let free = Space::of(folder).map_or(0, |space| space.free);
    let taken = Taken {
        reserve,
        free_bytes: free.min(MAX_EXACT),
    };
    desk.append(EntryKind::ReserveTaken, &taken)?;
    Ok(ReserveMode::On)
}

/// Whether the keeper lives on the reserve. Decided at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReserveMode {
    /// There is room.
    Off,
    /// Only sign-in, emergencies, reviews and administration go on.
    On,
}

impl ReserveMode {
    /// Refuses whatever can wait until there is room.
    pub(crate) fn check(self) -> Result<(), Code> {
        match self {
            Self::Off => Ok(()),
            Self::On => Err(Code::ReserveOnly),
        }
    }

    /// Gives the word for the operator.
    pub(crate) fn reserve(self) -> Reserve {
        match self {
            Self::Off => Reserve::Whole,
            Self::On => Reserve::InUse,
        }
    }
}

/// Refuses what can wait. All of these together are two entries a minute at
/// most: one each would use up the reserve.
pub(crate) fn refuse<R: CanRefuse + 'static>(
    desk: &mut Desk<'_>,
    ticket: Ticket<R>,
) -> Result<After, LogError> {
    refused::note(desk, EntryKind::Refused, "", Code::ReserveOnly, &())?;
    Ok(Box::new(move |_| ticket.refuse(Code::ReserveOnly)))
}

/// Brings such a refusal to the log thread.
pub(crate) fn bring_refusal<R: CanRefuse + 'static>(log: &Log, ticket: Ticket<R>) {
    log.bring(move |desk| refuse(desk, ticket));
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const MIB: u64 = 1 << 20;

    /// Every figure at which a decision may turn, and its neighbours.
    fn around(figures: &[u64]) -> Vec<u64> {
        let near = |at: &u64| [at.saturating_sub(1), *at, at.saturating_add(1)];
        figures.iter().flat_map(near).collect()
    }

    fn every_case(mut case: impl FnMut(u64, u64, u64)) {
        for wanted in [MIB, 8 * MIB, 64 * MIB, 1024 * MIB, 1 << 60] {
            for held in around(&[0, MIB, wanted / 2, wanted, wanted.saturating_mul(2)]) {
                let missing = wanted.saturating_sub(held);
                let turns = [
                    0,
                    floor(wanted),
                    missing,
                    wanted,
                    missing.saturating_add(wanted),
                ];
                for free in around(&turns) {
                    case(free, held, wanted);
                }
            }
        }
    }

    #[test]
    fn only_a_reserve_that_is_there_is_given_up_and_only_on_a_full_disk() {
        every_case(|free, held, wanted| {
            let gives_up = step(free, held, wanted) == Step::GiveUp;
            if gives_up {
                assert!(
                    held >= MIB && free < floor(wanted),
                    "{free} {held} {wanted}"
                );
            }
            let must = held >= wanted && free < floor(wanted);
            assert!(!must || gives_up, "{free} {held} {wanted}");
        });
    }

    #[test]
    fn a_reserve_is_made_only_where_room_for_as_much_again_is_left() {
        every_case(|free, held, wanted| {
            let makes = step(free, held, wanted) == Step::Make;
            let missing = wanted.saturating_sub(held);
            let room = missing > 0 && free >= missing.saturating_add(wanted);
            assert_eq!(makes, room, "{free} {held} {wanted}");
        });
    }

    #[test]
    fn the_keeper_serves_all_only_with_a_reserve_and_room() {
        every_case(|free, held, wanted| {
            if step(free, held, wanted) == Step::Keep {
                assert!(
                    held >= MIB && free >= floor(wanted),
                    "{free} {held} {wanted}"
                );
            }
            if step(free, held, wanted) == Step::GoWithout {
                assert!(held < MIB, "{free} {held} {wanted}");
            }
        });
    }

    #[test]
    fn a_reserve_that_was_given_up_is_not_made_again_out_of_its_own_room() {
        every_case(|free, held, wanted| {
            if held <= wanted && step(free, held, wanted) == Step::GiveUp {
                assert_eq!(step(free + held, 0, wanted), Step::GoWithout);
            }
        });
    }

    #[test]
    fn the_floor_is_what_a_checkpoint_needs_and_half_of_a_small_reserve() {
        assert_eq!(floor(64 * MIB), CHECKPOINT_BYTES);
        assert_eq!(floor(MIB), MIB / 2);
    }

    #[test]
    fn on_a_full_disk_the_file_goes_and_its_room_is_free_and_with_room_it_comes_back() {
        let dir = TempDir::new().unwrap();
        let file = path(dir.path());
        create(dir.path(), MIB).unwrap();
        assert_eq!(held(&file), MIB);
        assert_eq!(settle(dir.path(), MIB, 2 * MIB).unwrap(), Found::Whole);
        assert_eq!(settle(dir.path(), MIB, 0).unwrap(), Found::GivenUp);
        assert!(!file.exists());
        assert_eq!(
            settle(dir.path(), MIB, 2 * MIB - 1).unwrap(),
            Found::Missing
        );
        assert_eq!(settle(dir.path(), MIB, 2 * MIB).unwrap(), Found::Whole);
        assert_eq!(held(&file), MIB);
    }

    #[test]
    fn what_was_not_finished_is_no_reserve_and_is_finished_when_there_is_room() {
        let dir = TempDir::new().unwrap();
        let file = path(dir.path());
        std::fs::write(&file, [0; 4_096]).unwrap();
        assert_eq!(
            settle(dir.path(), 4 * MIB, 6 * MIB).unwrap(),
            Found::Missing
        );
        assert_eq!(settle(dir.path(), 4 * MIB, 8 * MIB).unwrap(), Found::Whole);
        assert_eq!(held(&file), 4 * MIB);
    }
}
