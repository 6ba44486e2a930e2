//! Wrong sign-ins: ten in fifteen minutes lock that name for fifteen minutes.
//!
//! Names are counted whether anybody has them or not, under a hash, so that a
//! lock does not tell who is on the roster. The counts are in the log's own
//! transaction: a restart resets nothing.

use std::collections::{HashMap, VecDeque};

use firebox_contract::canonical::sha256;
use rusqlite::{Connection, params};

use crate::log::database::{LogError, from_stored, stored};
use crate::policy::{LONGEST_LOCK_MS, SignInFigures};

/// Hash of a folded name.
pub(crate) type NameKey = [u8; 32];

/// Hashes a folded name. A name that nobody has may be a password typed into
/// the wrong box, so it is kept nowhere in the clear.
pub(crate) fn key(folded: &str) -> NameKey {
    sha256(&[b"fbx-sign-in-name-v1", folded.as_bytes()])
}

#[derive(Default)]
struct Tries {
    /// Steady times of wrong tries, oldest first.
    times: VecDeque<u64>,
    locked_until: Option<u64>,
}

impl Tries {
    /// Counts a wrong try and tells whether it locks the name.
    fn wrong(&mut self, steady_ms: u64, figures: &SignInFigures) -> bool {
        self.times
            .retain(|time| steady_ms.saturating_sub(*time) < figures.within_ms);
        self.times.push_back(steady_ms);
        let locks = self.times.len() >= figures.wrong;
        if locks {
            self.times.clear();
            self.locked_until = Some(steady_ms + figures.locked_ms);
        }
        locks
    }

    fn times_as_bytes(&self) -> Vec<u8> {
        self.times
            .iter()
            .flat_map(|time| time.to_be_bytes())
            .collect()
    }
}

/// Wrong tries by name.
pub(crate) struct LockOuts(HashMap<NameKey, Tries>);

impl LockOuts {
    /// Reads what was counted.
    pub(crate) fn load(conn: &Connection) -> Result<Self, LogError> {
        let sql = "SELECT name, times, locked_until_steady_ms FROM wrong_password";
        let mut statement = conn.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            let bytes: Vec<u8> = row.get(1)?;
            let times = bytes
                .chunks_exact(8)
                .filter_map(|time| time.try_into().ok());
            let locked: Option<i64> = row.get(2)?;
            let tries = Tries {
                times: times.map(u64::from_be_bytes).collect(),
                locked_until: locked.map(from_stored),
            };
            Ok((row.get(0)?, tries))
        })?;
        Ok(Self(rows.collect::<Result<_, _>>()?))
    }

    /// Tells for how many seconds a name is still locked.
    pub(crate) fn locked_for(&self, name: &NameKey, steady_ms: u64) -> Option<u32> {
        let left_ms = self.0.get(name)?.locked_until?.checked_sub(steady_ms)?;
        (left_ms > 0).then(|| u32::try_from(left_ms.div_ceil(1000)).unwrap_or(u32::MAX))
    }

    /// Counts a wrong try and tells whether it locks the name.
    pub(crate) fn wrong(
        &mut self,
        conn: &Connection,
        name: NameKey,
        steady_ms: u64,
        figures: &SignInFigures,
    ) -> rusqlite::Result<bool> {
        let tries = self.0.entry(name).or_default();
        let locks = tries.wrong(steady_ms, figures);
        let sql = "INSERT OR REPLACE INTO wrong_password (name, times, locked_until_steady_ms)
                   VALUES (?1, ?2, ?3)";
        let until = tries.locked_until.map(stored);
        conn.prepare_cached(sql)?
            .execute(params![name, tries.times_as_bytes(), until])?;
        Ok(locks)
    }

    /// Forgets a name's wrong tries after a right one.
    pub(crate) fn right(&mut self, conn: &Connection, name: &NameKey) -> rusqlite::Result<()> {
        if self.0.remove(name).is_some() {
            conn.prepare_cached("DELETE FROM wrong_password WHERE name = ?1")?
                .execute([name])?;
        }
        Ok(())
    }

    /// Forgets names without a wrong try in the last day, longer than any figure
    /// of the policy reaches back.
    pub(crate) fn tidy(&mut self, conn: &Connection, steady_ms: u64) -> rusqlite::Result<()> {
        let long_ago = |time: &u64| steady_ms.saturating_sub(*time) >= LONGEST_LOCK_MS;
        let old = |tries: &Tries| {
            tries.times.back().is_none_or(long_ago)
                && tries.locked_until.is_none_or(|until| until <= steady_ms)
        };
        let gone: Vec<NameKey> = self
            .0
            .iter()
            .filter(|(_, tries)| old(tries))
            .map(|(name, _)| *name)
            .collect();
        for name in gone {
            self.right(conn, &name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;

    fn figures() -> SignInFigures {
        SignInFigures {
            wrong: 10,
            within_ms: 15 * MINUTE,
            locked_ms: 15 * MINUTE,
        }
    }

    #[test]
    fn the_tenth_wrong_try_in_fifteen_minutes_locks_and_the_ninth_does_not() {
        let mut tries = Tries::default();
        let locks: Vec<bool> = (0..10)
            .map(|at| tries.wrong(at * MINUTE, &figures()))
            .collect();
        assert_eq!(locks, [vec![false; 9], vec![true]].concat());
        assert_eq!(tries.locked_until, Some((9 + 15) * MINUTE));
    }

    #[test]
    fn ten_wrong_tries_over_a_longer_time_lock_nothing() {
        let mut tries = Tries::default();
        assert!((0..100).all(|at| !tries.wrong(at * 2 * MINUTE, &figures())));
    }
}
