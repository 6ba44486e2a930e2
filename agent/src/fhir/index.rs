//! Where the flags of each patient stand: HMACs of names under a key of this
//! reading alone, and offsets. The notes lie in a file of the database's own
//! that has no name and goes when it is closed; nobody's codes are in it, for
//! each flag is read again where it stands.

use std::fs::File;
use std::io::BufRead;
use std::os::unix::fs::FileExt;

use aws_lc_rs::hmac;
use rusqlite::{Connection, params};

use super::BundleError;
use super::cutter::{Cut, Cutter, ENTRY_BYTES};
use super::entry::{Head, Holds};
use super::flag::{self, Carried, Looked};
use crate::export::ExportError;

/// Most flags of one patient.
const FLAGS_OF_ONE: usize = 1_000;

const SCHEMA: &str = "
    PRAGMA temp_store = FILE;
    PRAGMA temp.journal_mode = OFF; PRAGMA temp.cache_size = -3072;
    -- Every name of every patient, and which patient that is.
    CREATE TEMP TABLE patient (name BLOB NOT NULL, who BLOB NOT NULL) STRICT;
    -- Flags that may be read: whom they are about, where they stand, what stands there.
    CREATE TEMP TABLE flag (
        subject BLOB NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL,
        active INTEGER NOT NULL, content BLOB NOT NULL
    ) STRICT;
    BEGIN;
";

const SORT: &str = "
    CREATE INDEX temp.patient_by_name ON patient (name, who);
    CREATE INDEX temp.flag_by_subject ON flag (subject, start, length, active, content);
";

/// The flags of a bundle, by patient.
pub(crate) struct Index {
    db: Connection,
    key: hmac::Key,
    skip_bytes: u64,
    foreign: u64,
}

impl Index {
    /// Goes over a whole bundle. `skip_bytes` of the file stand before the text;
    /// flags with none of the `accepted` codes are counted and not read.
    pub(crate) fn build(
        text: impl BufRead,
        skip_bytes: u64,
        accepted: &[String],
    ) -> Result<Self, ExportError> {
        let mut index = Self::empty(skip_bytes)?;
        let mut cutter = Cutter::new(text);
        let mut counted = 0;
        while let Some(cut) = cutter.next()? {
            let head = Head::read(cutter.bytes(), cut.number)?;
            counted += u64::from(head.is_counted());
            match head.holds() {
                Holds::Patient => index.note_patient(&head)?,
                Holds::Flag => index.note_flag(cut, cutter.bytes(), accepted)?,
                Holds::Other => {}
            }
        }
        if let Some(said) = cutter.total().filter(|said| *said != counted) {
            let found = counted;
            return Err(BundleError::Total { said, found }.into());
        }
        index.db.execute_batch(SORT).map_err(BundleError::from)?;
        index.check()?;
        Ok(index)
    }

    /// Counts the flags that were not read.
    pub(super) fn foreign(&self) -> u64 {
        self.foreign
    }

    fn empty(skip_bytes: u64) -> Result<Self, BundleError> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|_| BundleError::Randomness)?;
        // Temporary tables lie in a file that the database removes as it opens
        // it; a database without a name would lie in memory here.
        let db = Connection::open_in_memory()?;
        db.execute_batch(SCHEMA)?;
        Ok(Self {
            db,
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            skip_bytes,
            foreign: 0,
        })
    }

    fn note_patient(&self, head: &Head) -> Result<(), BundleError> {
        let who = self.mac(head.name().as_bytes());
        let mut statement = self
            .db
            .prepare_cached("INSERT INTO patient (name, who) VALUES (?1, ?2)")?;
        for name in head.names() {
            statement.execute(params![self.mac(name.as_bytes()), who])?;
        }
        Ok(())
    }

    fn note_flag(
        &mut self,
        cut: Cut,
        bytes: &[u8],
        accepted: &[String],
    ) -> Result<(), BundleError> {
        let entry = cut.number;
        let looked = flag::look(bytes, accepted).ok_or(BundleError::BadEntry { entry })?;
        let Looked::Ours { active, subject } = looked else {
            self.foreign += 1;
            return Ok(());
        };
        let mut statement = self.db.prepare_cached(
            "INSERT INTO flag (subject, start, length, active, content)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        statement.execute(params![
            self.mac(subject.as_bytes()),
            signed(self.skip_bytes + cut.start),
            signed(bytes.len() as u64),
            active,
            self.mac(bytes)
        ])?;
        Ok(())
    }

    /// Every flag must be about one patient of the bundle and no other.
    fn check(&self) -> Result<(), BundleError> {
        let count = |sql| self.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let nobody = count(
            "SELECT count(*) FROM flag f WHERE NOT EXISTS
             (SELECT 1 FROM patient p WHERE p.name = f.subject)",
        )?;
        if let Some(count) = at_least_one(nobody) {
            return Err(BundleError::FlagWithoutPatient { count });
        }
        let several = count(
            "SELECT count(*) FROM flag f WHERE
             (SELECT count(DISTINCT p.who) FROM patient p WHERE p.name = f.subject) > 1",
        )?;
        match at_least_one(several) {
            Some(count) => Err(BundleError::FlagOfSeveral { count }),
            None => Ok(()),
        }
    }

    /// Reads the flags of a patient that are in force, in the order of the file.
    pub(super) fn flags_of(
        &self,
        file: &File,
        head: &Head,
        entry: u64,
    ) -> Result<Vec<Carried>, ExportError> {
        let mut spans = Vec::new();
        for name in head.names() {
            self.spans(&self.mac(name.as_bytes()), &mut spans)
                .map_err(BundleError::from)?;
        }
        if spans.len() > FLAGS_OF_ONE {
            return Err(BundleError::TooManyFlags { entry }.into());
        }
        spans.sort_unstable_by_key(|span| span.start);
        spans.iter().map(|span| self.read(file, span)).collect()
    }

    fn spans(&self, subject: &[u8], spans: &mut Vec<Span>) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT start, length, content FROM flag
             WHERE subject = ?1 AND active = 1 ORDER BY start LIMIT ?2",
        )?;
        let most = signed(FLAGS_OF_ONE as u64 + 1);
        let rows = statement.query_map(params![subject, most], |row| {
            let (start, length): (i64, i64) = (row.get(0)?, row.get(1)?);
            Ok(Span {
                start: u64::try_from(start).unwrap_or(u64::MAX),
                length: usize::try_from(length).unwrap_or(usize::MAX),
                content: row.get(2)?,
            })
        })?;
        for row in rows {
            spans.push(row?);
        }
        Ok(())
    }

    /// Reads a flag where it stands; it must be what stood there before.
    fn read(&self, file: &File, span: &Span) -> Result<Carried, ExportError> {
        let mut bytes = vec![0; span.length.min(ENTRY_BYTES)];
        let read = file.read_exact_at(&mut bytes, span.start);
        read.map_err(|_| ExportError::Changed)?;
        if self.mac(&bytes)[..] != span.content[..] {
            return Err(ExportError::Changed);
        }
        flag::carry(&bytes).ok_or(ExportError::Changed)
    }

    fn mac(&self, bytes: &[u8]) -> [u8; 16] {
        let mut mac = [0; 16];
        mac.copy_from_slice(&hmac::sign(&self.key, bytes).as_ref()[..16]);
        mac
    }
}

struct Span {
    start: u64,
    length: usize,
    content: Vec<u8>,
}

fn at_least_one(count: i64) -> Option<u64> {
    u64::try_from(count).ok().filter(|count| *count > 0)
}

/// SQLite counts in signed numbers; ours stay far below their end.
fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
