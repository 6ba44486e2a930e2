//! A batch's effect, entered and receipted. Entry, version map and receipt are
//! one transaction, and the same batch gets the same receipt byte for byte.
//!
//! ```text
//!            +--> applied (for ever)
//! (nothing) -+--> held --> applied | rejected (for ever)
//!            +--> refused --> any, for instance when a missing batch came after all
//! ```

use std::sync::Arc;

use firebox_contract::canonical::sha256;
use firebox_contract::receipt::{self, Format, Outcome, Statement};
use firebox_contract::signing::SigningKey;
use firebox_protocol::Code;
use firebox_protocol::store_keeper::{Attestation, EnvelopeChange, Reply};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use crate::desk::Desk;
use crate::log::book::Appended;
use crate::log::database::{LogError, stored};
use crate::log::kind::EntryKind;
use crate::outbox::Ticket;
use crate::question::MAX_EXACT;
use crate::question_check::is_code;
use crate::reserve::{self, ReserveMode};
use crate::writer::{After, Log};

/// Longest of a service's own record ids in bytes.
const MAX_KEY_BYTES: usize = 1_024;
/// Most bytes of all notes together, so that the receipt stays under its own cap.
const MAX_NOTES_BYTES: usize = 3 * 1024 * 1024;

/// Enters manifests and signs receipts.
pub(crate) struct Attest {
    pub(crate) box_id: String,
    pub(crate) receipt_key: Arc<SigningKey>,
    pub(crate) reserve: ReserveMode,
    pub(crate) log: Log,
}

#[derive(Serialize)]
struct Manifest<'a> {
    source: &'a str,
    epoch: u64,
    sequence: u64,
    batch: &'a str,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    notes: usize,
    /// Root of the store's buckets after the batch.
    manifest: String,
    records: u64,
    envelopes: usize,
    /// SHA-256 over the envelopes' changes, each record, version and ciphertext hash in turn.
    envelopes_sha256: String,
}

impl Attest {
    /// Enters an attestation and answers its ticket with the receipt.
    pub(crate) fn attest(&self, attestation: Attestation, ticket: Ticket<Reply>) {
        if let Err(code) = Self::check(&attestation) {
            return ticket.refuse(code);
        }
        let (box_id, key) = (self.box_id.clone(), Arc::clone(&self.receipt_key));
        let reserve = self.reserve;
        self.log.bring(move |desk| {
            let before = Kept::find(desk.conn, &attestation)?;
            if let Some(receipt) = before.again(&attestation) {
                return Ok(Box::new(move |_| ticket.answer(&Reply::Receipt(receipt))));
            }
            if reserve.check().is_err() {
                return reserve::refuse(desk, ticket);
            }
            attest(desk, &box_id, &key, &before, &attestation, ticket)
        });
    }

    fn check(told: &Attestation) -> Result<(), Code> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let exact = [told.epoch, told.sequence, told.records]
            .iter()
            .all(|n| *n <= MAX_EXACT);
        let codes = told
            .reason
            .iter()
            .chain(told.notes.iter().map(|note| &note.code));
        let notes_bytes: usize = told
            .notes
            .iter()
            .map(|n| n.key.len() + n.code.len() + 32)
            .sum();
        // Any feed's name will do, also one that was taken out of the settings since:
        // the store may not serve before its last batch is receipted.
        let well_formed = exact
            && is_code(&told.source)
            && told.batch.len() == 64
            && told.batch.bytes().all(hex)
            && codes.into_iter().all(|code| is_code(code))
            && told
                .notes
                .iter()
                .all(|note| note.key.len() <= MAX_KEY_BYTES)
            && notes_bytes <= MAX_NOTES_BYTES
            && told
                .envelopes
                .iter()
                .all(|envelope| envelope.version <= MAX_EXACT);
        if well_formed {
            Ok(())
        } else {
            Err(Code::Malformed)
        }
    }
}

fn attest(
    desk: &mut Desk<'_>,
    box_id: &str,
    key: &SigningKey,
    before: &Kept,
    told: &Attestation,
    ticket: Ticket<Reply>,
) -> Result<After, LogError> {
    if before.other_batch && told.outcome != Outcome::Refused {
        return Ok(Box::new(move |_| ticket.refuse(Code::AlreadyThere)));
    }
    let kind = match told.outcome {
        Outcome::Refused => EntryKind::BatchRefused,
        Outcome::Applied | Outcome::Held => EntryKind::Manifest,
    };
    let entry = desk.append(kind, &Manifest::of(told))?;
    if told.outcome == Outcome::Applied {
        write_versions(desk.conn, &told.envelopes)?;
        desk.state.standing.changed(&told.envelopes);
    }
    let receipt = receipt::sign(&statement(box_id, told, entry), key)?;
    before.keep(desk.conn, told, entry, &receipt)?;
    Ok(Box::new(move |_| ticket.answer(&Reply::Receipt(receipt))))
}

/// What was receipted before for the same place in the sequence.
struct Kept {
    /// Outcome, reason and receipt of the same batch.
    same_batch: Option<(String, Option<String>, Vec<u8>)>,
    /// Whether another batch has the place.
    other_batch: bool,
}

impl Kept {
    fn find(conn: &Connection, told: &Attestation) -> rusqlite::Result<Self> {
        let place = params![
            told.source,
            stored(told.epoch),
            stored(told.sequence),
            told.batch
        ];
        let sql = "SELECT outcome, reason, receipt FROM attestation
                   WHERE source = ?1 AND epoch = ?2 AND sequence = ?3 AND batch = ?4";
        let same_batch = conn
            .prepare_cached(sql)?
            .query_row(place, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let sql = "SELECT EXISTS (SELECT 1 FROM attestation WHERE source = ?1 AND epoch = ?2
                   AND sequence = ?3 AND batch <> ?4 AND outcome <> 'refused')";
        let other_batch = conn
            .prepare_cached(sql)?
            .query_row(place, |row| row.get(0))?;
        Ok(Self {
            same_batch,
            other_batch,
        })
    }

    /// Gives the stored receipt, unless this attestation moves the batch on.
    fn again(&self, told: &Attestation) -> Option<Vec<u8>> {
        let (outcome, reason, receipt) = self.same_batch.as_ref()?;
        let moves_on = match outcome.as_str() {
            "held" => told.outcome != Outcome::Held,
            "refused" => told.outcome != Outcome::Refused || *reason != told.reason,
            _ => false,
        };
        (!moves_on).then(|| receipt.clone())
    }

    fn keep(
        &self,
        conn: &Connection,
        told: &Attestation,
        entry: Appended,
        receipt: &[u8],
    ) -> rusqlite::Result<()> {
        let was_held = self
            .same_batch
            .as_ref()
            .is_some_and(|(outcome, ..)| outcome == "held");
        let outcome = match told.outcome {
            Outcome::Applied => "applied",
            Outcome::Held => "held",
            Outcome::Refused if was_held => "rejected",
            Outcome::Refused => "refused",
        };
        let sql = "INSERT OR REPLACE INTO attestation
                   (source, epoch, sequence, batch, outcome, reason, entry, receipt)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        conn.prepare_cached(sql)?.execute(params![
            told.source,
            stored(told.epoch),
            stored(told.sequence),
            told.batch,
            outcome,
            told.reason,
            stored(entry.index),
            receipt
        ])?;
        Ok(())
    }
}

fn statement(box_id: &str, told: &Attestation, entry: Appended) -> Statement {
    Statement {
        format: Format::V1,
        box_id: box_id.to_owned(),
        source: told.source.clone(),
        epoch: told.epoch,
        sequence: told.sequence,
        batch: told.batch.clone(),
        outcome: told.outcome,
        reason: told.reason.clone(),
        notes: told.notes.clone(),
        entry: entry.index,
        at: Timestamp::from_millisecond(stored(entry.time_ms)).unwrap_or(Timestamp::MAX),
    }
}

/// Keeps the newest version of each sealed detail; an older one never wins.
fn write_versions(conn: &Connection, changes: &[EnvelopeChange]) -> rusqlite::Result<()> {
    let mut put = conn.prepare_cached(
        "INSERT INTO envelope (record, version, ciphertext) VALUES (?1, ?2, ?3)
         ON CONFLICT (record) DO UPDATE SET version = excluded.version, ciphertext = excluded.ciphertext
         WHERE excluded.version >= envelope.version",
    )?;
    let mut gone =
        conn.prepare_cached("DELETE FROM envelope WHERE record = ?1 AND version <= ?2")?;
    for change in changes {
        let version = stored(change.version);
        match change.ciphertext {
            Some(ciphertext) => put.execute(params![change.record, version, ciphertext])?,
            None => gone.execute(params![change.record, version])?,
        };
    }
    Ok(())
}

impl<'a> Manifest<'a> {
    fn of(told: &'a Attestation) -> Self {
        let changes: Vec<u8> = told.envelopes.iter().flat_map(change_bytes).collect();
        Self {
            source: &told.source,
            epoch: told.epoch,
            sequence: told.sequence,
            batch: &told.batch,
            outcome: told.outcome,
            reason: told.reason.as_deref(),
            notes: told.notes.len(),
            manifest: hex::encode(told.manifest),
            records: told.records,
            envelopes: told.envelopes.len(),
            envelopes_sha256: hex::encode(sha256(&[&changes])),
        }
    }
}

/// Record, version and ciphertext hash; zeros for one that was taken away.
fn change_bytes(change: &EnvelopeChange) -> Vec<u8> {
    let ciphertext = change.ciphertext.unwrap_or_default();
    [
        change.record.as_slice(),
        &change.version.to_be_bytes(),
        &ciphertext,
    ]
    .concat()
}
