//! An agent enrols: the one-time code of its bundle, once, binds the agent's own
//! signing key to its service. Whatever is wrong, the answer is the same.

use firebox_contract::enrolment::Request;
use firebox_protocol::gate_keeper::Reply;
use firebox_protocol::{Code, Password};
use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::agents::code_hash;
use crate::desk::Desk;
use crate::log::database::{LogError, from_stored, stored};
use crate::log::kind::EntryKind;
use crate::outbox::Ticket;
use crate::refused;
use crate::writer::{After, Log};

/// Longest request in bytes; a real one has about 300.
const MAX_REQUEST_BYTES: usize = 4 * 1024;
/// Longest age recipient in bytes: room for a post-quantum one.
const MAX_RECIPIENT_BYTES: usize = 2 * 1024;

#[derive(Serialize)]
struct Enrolled<'a> {
    service: &'a str,
    sources: &'a str,
    epoch: u64,
    /// Id of the signing key.
    key: String,
    correction_recipient: &'a str,
}

#[derive(Serialize)]
struct NotEnrolled<'a> {
    /// Named only when such a service is prepared.
    #[serde(skip_serializing_if = "str::is_empty")]
    service: &'a str,
}

/// An enrolment that waits for its agent.
struct Prepared {
    sources: String,
    epoch: u64,
    code_hash: [u8; 32],
    ends_steady_ms: u64,
}

/// What the agent sent, with the code where it is wiped.
struct Asked {
    service: String,
    code: Password,
    key: firebox_contract::signing::PublicKey,
    correction_recipient: String,
}

/// Enrols an agent and answers its ticket when the entry is durable.
pub(crate) fn enrol(
    log: &Log,
    certificate_service: &str,
    mut request: Vec<u8>,
    ticket: Ticket<Reply>,
) {
    let asked = read(&request);
    request.zeroize();
    let Some(asked) = asked else {
        return ticket.refuse(Code::Malformed);
    };
    let same_service = certificate_service == asked.service;
    log.bring(move |desk| decide(desk, &asked, same_service, ticket));
}

fn read(request: &[u8]) -> Option<Asked> {
    if request.len() > MAX_REQUEST_BYTES {
        return None;
    }
    let Request {
        service,
        code,
        signing_key,
        correction_recipient,
    } = serde_json::from_slice(request).ok()?;
    let code = Password::new(code);
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let recipient = correction_recipient.starts_with("age1")
        && correction_recipient.len() <= MAX_RECIPIENT_BYTES
        && correction_recipient.bytes().all(sign);
    recipient.then_some(Asked {
        service,
        code,
        key: signing_key,
        correction_recipient,
    })
}

fn decide(
    desk: &mut Desk<'_>,
    asked: &Asked,
    same_service: bool,
    ticket: Ticket<Reply>,
) -> Result<After, LogError> {
    let prepared = prepared(desk, &asked.service)?;
    // Compared in any case, so that no answer is quicker than another.
    let expected = prepared
        .as_ref()
        .map_or([0; 32], |prepared| prepared.code_hash);
    let code_is_right = bool::from(code_hash(asked.code.expose()).ct_eq(&expected));
    let known = prepared.is_some();
    let good = prepared
        .filter(|prepared| code_is_right && desk.steady_ms < prepared.ends_steady_ms)
        .filter(|_| same_service);
    match good {
        Some(prepared) if !key_is_taken(desk, asked)? => enter(desk, asked, &prepared, ticket),
        _ => turn_away(desk, if known { &asked.service } else { "" }, ticket),
    }
}

fn prepared(desk: &Desk<'_>, service: &str) -> rusqlite::Result<Option<Prepared>> {
    let sql = "SELECT sources, epoch, code_hash, ends_steady_ms FROM enrolment WHERE service = ?1";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Prepared {
            sources: row.get(0)?,
            epoch: from_stored(row.get(1)?),
            code_hash: row.get(2)?,
            ends_steady_ms: from_stored(row.get(3)?),
        })
    };
    desk.conn
        .prepare_cached(sql)?
        .query_row([service], read)
        .optional()
}

/// A key speaks for one service: one stolen key must not put words into two mouths.
fn key_is_taken(desk: &Desk<'_>, asked: &Asked) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM agent WHERE key = ?1 AND service <> ?2)";
    desk.conn
        .prepare_cached(sql)?
        .query_row(params![asked.key.as_bytes(), asked.service], |row| {
            row.get(0)
        })
}

fn enter(
    desk: &mut Desk<'_>,
    asked: &Asked,
    prepared: &Prepared,
    ticket: Ticket<Reply>,
) -> Result<After, LogError> {
    let enrolled = Enrolled {
        service: &asked.service,
        sources: &prepared.sources,
        epoch: prepared.epoch,
        key: asked.key.id(),
        correction_recipient: &asked.correction_recipient,
    };
    let entry = desk.append(EntryKind::AgentEnrolled, &enrolled)?.index;
    let sql = "INSERT OR REPLACE INTO agent
               (service, sources, epoch, key, correction_recipient, entry)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    desk.conn.prepare_cached(sql)?.execute(params![
        asked.service,
        prepared.sources,
        stored(prepared.epoch),
        asked.key.as_bytes(),
        asked.correction_recipient,
        stored(entry)
    ])?;
    desk.state
        .agent_keys
        .add(desk.conn, &asked.service, &asked.key, entry)?;
    // The code is used up in the same transaction.
    desk.conn
        .prepare_cached("DELETE FROM enrolment WHERE service = ?1")?
        .execute([&asked.service])?;
    Ok(Box::new(move |_| ticket.answer(&Reply::Done)))
}

fn turn_away(desk: &mut Desk<'_>, service: &str, ticket: Ticket<Reply>) -> Result<After, LogError> {
    let details = NotEnrolled { service };
    refused::note(
        desk,
        EntryKind::Refused,
        service,
        Code::EnrolmentRefused,
        &details,
    )?;
    Ok(Box::new(move |_| ticket.refuse(Code::EnrolmentRefused)))
}
