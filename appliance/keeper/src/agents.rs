//! The services' agents: who may enrol, who is enrolled, and the list the store
//! verifies batches with, under a MAC. An agent that is prepared again gets the
//! next epoch; its old key is good until the new one is enrolled.

use std::sync::Arc;

use firebox_contract::canonical::sha256;
use firebox_contract::signing::PublicKey;
use firebox_protocol::mac::{MacDomain, MacKey};
use firebox_protocol::operator::{AgentRow, KeeperReply};
use firebox_protocol::store_keeper::{AgentKey, AgentList, Reply};
use firebox_protocol::{Code, Password, Settings};
use rusqlite::{Connection, Row, params};
use serde::Serialize;

use crate::desk::Desk;
use crate::log::database::{LogError, from_stored, stored};
use crate::log::kind::EntryKind;
use crate::outbox::Ticket;
use crate::random;
use crate::writer::{After, Log};

/// Signs of a one-time code: a hundred bits, more than anybody can try.
const CODE_SIGNS: usize = 20;
/// How long a one-time code is good for, in milliseconds: a week to carry the
/// bundle to the service's host.
const CODE_LIFE_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// Prepares agents and lists them.
pub(crate) struct Agents {
    pub(crate) settings: Arc<Settings>,
    pub(crate) mac_key: Arc<MacKey>,
    pub(crate) log: Log,
}

#[derive(Serialize)]
struct Prepared<'a> {
    service: &'a str,
    sources: &'a [String],
    epoch: u64,
}

/// Hashes a one-time code as it is kept.
pub(crate) fn code_hash(code: &str) -> [u8; 32] {
    sha256(&[b"fbx-enrolment-code-v1", code.as_bytes()])
}

impl Agents {
    /// Prepares a service's agent for enrolment.
    pub(crate) fn prepare(
        &self,
        service: String,
        sources: Vec<String>,
        ticket: Ticket<KeeperReply>,
    ) {
        if let Err(code) = self.check(&service, &sources) {
            return ticket.refuse(code);
        }
        self.log
            .bring(move |desk| prepare(desk, &service, &sources, ticket));
    }

    /// Answers with every agent, enrolled or prepared.
    pub(crate) fn list(&self, ticket: Ticket<KeeperReply>) {
        self.log.bring(move |desk| {
            let rows = rows(desk.conn)?;
            Ok(Box::new(move |_| ticket.answer(&KeeperReply::Agents(rows))))
        });
    }

    /// Answers with the enrolled agents' keys, under a MAC. Read in the log's own
    /// order, so that a key is listed only when its entry is durable.
    pub(crate) fn keys(&self, ticket: Ticket<Reply>) {
        let mac_key = Arc::clone(&self.mac_key);
        self.log.bring(move |desk| {
            let list = postcard::to_stdvec(&AgentList {
                agents: enrolled(desk.conn)?,
            })?;
            let mac = mac_key.mac(MacDomain::Agents, &list);
            Ok(Box::new(move |_| {
                ticket.answer(&Reply::Agents { list, mac })
            }))
        });
    }

    fn check(&self, service: &str, sources: &[String]) -> Result<(), Code> {
        let known = self
            .settings
            .services
            .iter()
            .find(|known| known.id == service);
        let known = known.ok_or(Code::NotFound)?;
        if !sources.iter().all(|source| known.sources.contains(source)) {
            return Err(Code::NotFound);
        }
        let twice = |source: &String| sources.iter().filter(|other| *other == source).count() > 1;
        if sources.is_empty() || sources.iter().any(twice) {
            return Err(Code::Malformed);
        }
        Ok(())
    }
}

fn prepare(
    desk: &mut Desk<'_>,
    service: &str,
    sources: &[String],
    ticket: Ticket<KeeperReply>,
) -> Result<After, LogError> {
    let epoch = last_epoch(desk.conn, service)? + 1;
    let entry = desk
        .append(
            EntryKind::AgentPrepared,
            &Prepared {
                service,
                sources,
                epoch,
            },
        )?
        .index;
    let code = Password::new(random::code::<CODE_SIGNS>()?);
    let sql = "INSERT OR REPLACE INTO enrolment
               (service, sources, epoch, code_hash, ends_steady_ms, entry)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    desk.conn.prepare_cached(sql)?.execute(params![
        service,
        sources.join(" "),
        stored(epoch),
        code_hash(code.expose()),
        stored(desk.steady_ms + CODE_LIFE_MS),
        stored(entry)
    ])?;
    let expires_at_ms = stored(desk.now.wall_ms + CODE_LIFE_MS);
    Ok(Box::new(move |_| {
        ticket.answer(&KeeperReply::AgentPrepared {
            code,
            expires_at_ms,
            epoch,
        });
    }))
}

/// Gives the highest epoch a service ever had, 0 before the first.
fn last_epoch(conn: &Connection, service: &str) -> rusqlite::Result<u64> {
    let sql = "SELECT coalesce(max(epoch), 0) FROM
               (SELECT epoch FROM agent WHERE service = ?1
                UNION ALL SELECT epoch FROM enrolment WHERE service = ?1)";
    conn.prepare_cached(sql)?
        .query_row([service], |row| row.get(0))
        .map(from_stored)
}

/// Reads the enrolled agents.
fn enrolled(conn: &Connection) -> rusqlite::Result<Vec<AgentKey>> {
    let sql =
        "SELECT service, sources, epoch, key, correction_recipient FROM agent ORDER BY service";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let key: [u8; 32] = row.get(3)?;
        let correction_recipient = row.get(4)?;
        let (service, sources, epoch) = named(row)?;
        // A key that is no point of the curve was never enrolled; it is left out, not guessed.
        let key = PublicKey::from_bytes(&key).ok();
        Ok(key.map(|key| AgentKey {
            service,
            sources,
            key,
            epoch,
            correction_recipient,
        }))
    })?;
    rows.filter_map(Result::transpose).collect()
}

/// Reads every agent for the operator: the prepared ones without a key.
fn rows(conn: &Connection) -> rusqlite::Result<Vec<AgentRow>> {
    let mut rows: Vec<AgentRow> = enrolled(conn)?
        .into_iter()
        .map(|agent| AgentRow {
            key: Some(agent.key.id()),
            service: agent.service,
            sources: agent.sources,
            epoch: agent.epoch,
        })
        .collect();
    let sql = "SELECT service, sources, epoch FROM enrolment ORDER BY service";
    let mut statement = conn.prepare_cached(sql)?;
    let prepared = statement.query_map([], |row| {
        let (service, sources, epoch) = named(row)?;
        Ok(AgentRow {
            service,
            sources,
            epoch,
            key: None,
        })
    })?;
    for row in prepared {
        rows.push(row?);
    }
    Ok(rows)
}

fn named(row: &Row<'_>) -> rusqlite::Result<(String, Vec<String>, u64)> {
    let sources: String = row.get(1)?;
    let sources = sources.split(' ').map(str::to_owned).collect();
    Ok((row.get(0)?, sources, from_stored(row.get(2)?)))
}
