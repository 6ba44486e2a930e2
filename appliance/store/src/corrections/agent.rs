//! What a service's agent fetches and answers.
//!
//! The invariants: nothing leaves without the keeper's signature; an answer
//! counts only with the enrolled agent's own signature, for this box and for
//! the service the certificate names; and it is acknowledged only once the
//! keeper entered what it did.

use firebox_contract::correction::{self, Answer, CorrectionError, MAX_CORRECTIONS};
use firebox_protocol::answer::Progress;
use firebox_protocol::store_keeper::AgentKey;
use firebox_protocol::{Code, Refusal};
use rusqlite::{Connection, OptionalExtension};

use super::progress::{self, Step, step};
use super::{Corrections, Failure, owed, rows};
use crate::agents::NoAgent;
use crate::database::DatabaseError;

/// Seconds after which a request that could not be served is worth sending again.
const RETRY_SECONDS: u32 = 2;

impl Corrections {
    /// Lists the corrections a service's agent has not fetched, oldest first, at
    /// most [`MAX_CORRECTIONS`]; the next ones come when it answered these.
    ///
    /// # Errors
    /// `NotAllowed` for a service without an enrolled agent, `NotReady` while
    /// the keeper is away.
    pub(crate) fn waiting(&self, certificate_service: &str) -> Result<Vec<Vec<u8>>, Refusal> {
        self.enrolled(certificate_service)?;
        owed::send_owed(&self.database, &self.keeper).map_err(|_| not_ready())?;
        let Some(recipient) = self.recipient(certificate_service)? else {
            return Ok(Vec::new());
        };
        let reader = self.database.reader().map_err(Failure::from)?;
        Ok(signed(&reader, certificate_service, &recipient.to_string()).map_err(Failure::from)?)
    }

    /// Takes an agent's answer to one correction.
    ///
    /// # Errors
    /// `Malformed` for bytes that do not read; `NotAllowed` for another
    /// signature, box or service; `NotFound` for a reference the service was not
    /// sent; `AlreadyThere` when it ended in another way before.
    pub(crate) fn answered(&self, certificate_service: &str, bytes: &[u8]) -> Result<(), Refusal> {
        let agents = self.enrolled(certificate_service)?;
        let answer = self.believe(certificate_service, &agents, bytes)?;
        let now = self.clock.now();
        let sent = self.database.write("answer correction", |change| {
            let found = find(change, &answer.correction, certificate_service)?;
            let (sent, before) = found.ok_or(Code::NotFound)?;
            match step(before, answer.said) {
                Step::To(next) => rows::advance(change, sent, next, now)?,
                Step::Known => {}
                Step::Over => return Err(Failure::from(Code::AlreadyThere)),
            }
            Ok(sent)
        })?;
        owed::send_owed(&self.database, &self.keeper).map_err(|_| not_ready())?;
        let reader = self.database.reader().map_err(Failure::from)?;
        if owed::owes(&reader, sent).map_err(Failure::from)? {
            return Err(not_ready());
        }
        Ok(())
    }

    fn enrolled(&self, service: &str) -> Result<Vec<AgentKey>, Refusal> {
        if !self.keeper.is_ready() {
            return Err(not_ready());
        }
        let agents = self
            .agents
            .of_service(
                &self.keeper,
                &self.permit_key,
                service,
                self.clock.boottime_ms(),
            )
            .map_err(|_: NoAgent| not_ready())?;
        if agents.is_empty() {
            log::warn!("corrections were asked for by a service that has no agent");
            return Err(Code::NotAllowed.into());
        }
        Ok(agents)
    }

    /// Checks who answers, and for whom.
    fn believe(
        &self,
        certificate_service: &str,
        agents: &[AgentKey],
        bytes: &[u8],
    ) -> Result<Answer, Refusal> {
        let mut refused = Code::NotAllowed;
        for agent in agents {
            match correction::open_answer(bytes, &agent.key) {
                Ok(answer) => {
                    let box_id = &self.desk.settings.box_id;
                    if answer.box_id == *box_id && answer.service == certificate_service {
                        return Ok(answer);
                    }
                }
                Err(CorrectionError::Signature(_)) => {}
                Err(_) => refused = Code::Malformed,
            }
        }
        log::warn!("an answer to a correction was refused: {refused:?}");
        Err(refused.into())
    }
}

/// Lists what is signed, waits, and opens with the recipient enrolled now: what
/// was sealed to another one would stand in the way of what can be opened.
fn signed(
    reader: &Connection,
    service: &str,
    recipient: &str,
) -> Result<Vec<Vec<u8>>, DatabaseError> {
    // The first condition on `progress` is the index's own.
    let mut query = reader.prepare_cached(
        "SELECT header, ciphertext, signature, recipient = ?2 FROM correction_sent
         WHERE service = ?1 AND progress < 4 AND progress = 1 AND signature IS NOT NULL ORDER BY id",
    )?;
    let mut rows = query.query((service, recipient))?;
    let (mut waiting, mut lost) = (Vec::new(), 0_usize);
    while let Some(row) = rows.next()? {
        if !row.get::<_, bool>(3)? {
            lost += 1;
        } else if waiting.len() < MAX_CORRECTIONS {
            let (header, ciphertext): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let bytes = correction::assemble(&header, &ciphertext, &row.get(2)?);
            waiting.push(bytes.map_err(|_| DatabaseError::Row("correction_sent"))?);
        }
    }
    if lost > 0 {
        log::warn!(
            "{lost} corrections wait that were sealed to an agent enrolled before: raise them again"
        );
    }
    Ok(waiting)
}

/// Finds what was sent to a service under a reference; unsigned, it never left.
fn find(
    connection: &Connection,
    reference: &str,
    service: &str,
) -> Result<Option<(i64, Progress)>, DatabaseError> {
    let found: Option<(i64, i64, Option<String>)> = connection
        .prepare_cached(
            "SELECT sent.id, sent.progress, sent.reason
             FROM correction CROSS JOIN correction_sent AS sent ON sent.correction = correction.id
             WHERE correction.reference = ?1 AND sent.service = ?2
               AND (sent.progress > 1 OR sent.signature IS NOT NULL)",
        )?
        .query_row((reference, service), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    found
        .map(|(sent, number, reason)| Ok((sent, progress::read(number, reason.as_deref())?)))
        .transpose()
}

fn not_ready() -> Refusal {
    Refusal {
        code: Code::NotReady,
        retry_after_seconds: Some(RETRY_SECONDS),
    }
}
