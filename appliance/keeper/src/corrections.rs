//! Corrections on their way from the store to the services.
//!
//! ```text
//! permit (`correction` entered) -> sealed for a service -> `correction-sent` -> (disk) -> signature
//!                                                       \-> delivered | done | settled | declined: `correction-moved`
//! ```
//!
//! What it is: the keeper's word that a correction comes from this box, because a
//! named person raised it. What it is not: it reads none; what is wrong is sealed
//! to the service. The invariant it keeps: a header is signed only for a
//! correction the log has, and for each service there is one header for ever.
//! What the store tells that cannot be is an alarm.

use std::sync::Arc;

use firebox_contract::canonical::sha256;
use firebox_contract::correction::{Header, header_bytes};
use firebox_contract::signing::{Domain, SigningKey};
use firebox_protocol::Code;
use firebox_protocol::answer::Progress;
use firebox_protocol::query::correction_reference;
use firebox_protocol::store_keeper::{CorrectionMoved, CorrectionSealed, Reply};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use crate::desk::Desk;
use crate::log::database::{LogError, stored};
use crate::log::kind::EntryKind;
use crate::outbox::Ticket;
use crate::question_check::{is_code, is_correction};
use crate::reserve::{self, ReserveMode};
use crate::store_lie::{Lie, alarm};
use crate::writer::{After, Log};

/// Digits of a SHA-256 in hex.
const HASH_DIGITS: usize = 64;

/// Enters what becomes of corrections and signs their headers.
pub(crate) struct Corrections {
    pub(crate) box_id: String,
    pub(crate) receipt_key: Arc<SigningKey>,
    pub(crate) reserve: ReserveMode,
    pub(crate) log: Log,
}

#[derive(Serialize)]
struct Sent<'a> {
    correction: &'a str,
    service: &'a str,
    ciphertext_sha256: &'a str,
}

#[derive(Serialize)]
struct Moved<'a> {
    correction: &'a str,
    service: &'a str,
    progress: &'static str,
    /// Why it was declined.
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'static str,
}

/// A header that reads, and its bytes.
struct Read {
    header: Header,
    bytes: Vec<u8>,
}

impl Corrections {
    /// Enters that a correction was sealed for a service, and answers with the
    /// signature over its header when the entry is durable.
    pub(crate) fn sent(&self, told: CorrectionSealed, ticket: Ticket<Reply>) {
        let CorrectionSealed { permit, header } = told;
        let Some(read) = read(header) else {
            return ticket.refuse(Code::Malformed);
        };
        let impossible = if read.header.box_id != self.box_id {
            Some(Lie::OtherBox)
        } else if read.header.correction != correction_reference(&permit) {
            Some(Lie::OtherPermit)
        } else {
            None
        };
        let (key, reserve) = (Arc::clone(&self.receipt_key), self.reserve);
        self.log.bring(move |desk| match impossible {
            Some(lie) => alarm(
                desk,
                lie,
                &read.header.correction,
                &read.header.service,
                ticket,
            ),
            None => send(desk, reserve, &key, &read, ticket),
        });
    }

    /// Enters how far a correction came, once, and answers when that is durable.
    pub(crate) fn moved(&self, told: CorrectionMoved, ticket: Ticket<Reply>) {
        let well_formed = is_correction(&told.correction) && is_code(&told.service);
        let Some(step) = words(told.progress).filter(|_| well_formed) else {
            return ticket.refuse(Code::Malformed);
        };
        let reserve = self.reserve;
        self.log
            .bring(move |desk| move_on(desk, reserve, &told, step, ticket));
    }
}

/// Reads a header that is canonical and well formed.
fn read(bytes: Vec<u8>) -> Option<Read> {
    let header: Header = serde_json::from_slice(&bytes).ok()?;
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let hash = &header.ciphertext_sha256;
    let well_formed = header_bytes(&header).is_ok_and(|canonical| canonical == bytes)
        && is_correction(&header.correction)
        && is_code(&header.service)
        && hash.len() == HASH_DIGITS
        && hash.bytes().all(hex);
    well_formed.then_some(Read { header, bytes })
}

fn send(
    desk: &mut Desk<'_>,
    reserve: ReserveMode,
    key: &SigningKey,
    read: &Read,
    ticket: Ticket<Reply>,
) -> Result<After, LogError> {
    let Header {
        correction,
        service,
        ciphertext_sha256,
        ..
    } = &read.header;
    let hash = sha256(&[&read.bytes]);
    match signed_before(desk.conn, correction, service)? {
        Some(before) if before != hash => {
            return alarm(desk, Lie::OtherHeader, correction, service, ticket);
        }
        // Ed25519 signs the same bytes the same way.
        Some(_) => return Ok(hand_over(key, read, ticket)),
        None => {}
    }
    if reserve.check().is_err() {
        return reserve::refuse(desk, ticket);
    }
    if let Err(lie) = may_go(desk.conn, correction, service)? {
        return alarm(desk, lie, correction, service, ticket);
    }
    let sent = Sent {
        correction,
        service,
        ciphertext_sha256,
    };
    let entry = desk.append(EntryKind::CorrectionSent, &sent)?.index;
    let sql = "INSERT INTO correction_sent (reference, service, header, entry)
               VALUES (?1, ?2, ?3, ?4)";
    desk.conn
        .prepare_cached(sql)?
        .execute(params![correction, service, hash, stored(entry)])?;
    Ok(hand_over(key, read, ticket))
}

/// Signs the header; the signature leaves when the group is durable.
fn hand_over(key: &SigningKey, read: &Read, ticket: Ticket<Reply>) -> After {
    let signature = key.sign(Domain::Correction, &read.bytes).to_vec();
    Box::new(move |_| ticket.answer(&Reply::Signature(signature)))
}

fn move_on(
    desk: &mut Desk<'_>,
    reserve: ReserveMode,
    told: &CorrectionMoved,
    (progress, reason): (&'static str, &'static str),
    ticket: Ticket<Reply>,
) -> Result<After, LogError> {
    let CorrectionMoved {
        correction,
        service,
        ..
    } = told;
    let sql = "SELECT EXISTS (SELECT 1 FROM correction_moved
               WHERE reference = ?1 AND service = ?2 AND progress = ?3 AND reason = ?4)";
    let step = params![correction, service, progress, reason];
    let entered: bool = desk
        .conn
        .prepare_cached(sql)?
        .query_row(step, |row| row.get(0))?;
    if entered {
        return Ok(Box::new(move |_| ticket.answer(&Reply::Entered)));
    }
    if reserve.check().is_err() {
        return reserve::refuse(desk, ticket);
    }
    if let Err(lie) = may_go(desk.conn, correction, service)? {
        return alarm(desk, lie, correction, service, ticket);
    }
    let moved = Moved {
        correction,
        service,
        progress,
        reason,
    };
    let entry = desk.append(EntryKind::CorrectionMoved, &moved)?.index;
    let sql = "INSERT INTO correction_moved (reference, service, progress, reason, entry)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    desk.conn.prepare_cached(sql)?.execute(params![
        correction,
        service,
        progress,
        reason,
        stored(entry)
    ])?;
    Ok(Box::new(move |_| ticket.answer(&Reply::Entered)))
}

/// Gives progress and reason as they stand in entries; none: it did not move.
fn words(progress: Progress) -> Option<(&'static str, &'static str)> {
    match progress {
        Progress::Raised => None,
        Progress::Delivered => Some(("delivered", "")),
        Progress::Done => Some(("done", "")),
        Progress::Settled => Some(("settled", "")),
        Progress::Declined(reason) => Some(("declined", reason.code())),
    }
}

/// Keeps that a correction was raised with entry `entry`.
pub(crate) fn raise(
    conn: &Connection,
    reference: &str,
    only_to: Option<&str>,
    entry: u64,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO correction (reference, only_to, entry) VALUES (?1, ?2, ?3)";
    conn.prepare_cached(sql)?
        .execute(params![reference, only_to, stored(entry)])?;
    Ok(())
}

/// Tells whether a correction of that name was raised.
pub(crate) fn is_known(conn: &Connection, reference: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM correction WHERE reference = ?1)";
    conn.prepare_cached(sql)?
        .query_row([reference], |row| row.get(0))
}

/// Judges whether a correction can be on its way to a service.
fn may_go(conn: &Connection, reference: &str, service: &str) -> rusqlite::Result<Result<(), Lie>> {
    let sql = "SELECT only_to FROM correction WHERE reference = ?1";
    let raised: Option<Option<String>> = conn
        .prepare_cached(sql)?
        .query_row([reference], |row| row.get(0))
        .optional()?;
    let Some(only_to) = raised else {
        return Ok(Err(Lie::NotRaised));
    };
    if only_to.is_some_and(|only| only != service) {
        return Ok(Err(Lie::OtherService));
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM agent WHERE service = ?1)";
    let enrolled: bool = conn
        .prepare_cached(sql)?
        .query_row([service], |row| row.get(0))?;
    Ok(enrolled.then_some(()).ok_or(Lie::NotEnrolled))
}

/// Gives the hash of the header that was signed for a correction and service.
fn signed_before(
    conn: &Connection,
    reference: &str,
    service: &str,
) -> rusqlite::Result<Option<[u8; 32]>> {
    let sql = "SELECT header FROM correction_sent WHERE reference = ?1 AND service = ?2";
    conn.prepare_cached(sql)?
        .query_row([reference, service], |row| row.get(0))
        .optional()
}
