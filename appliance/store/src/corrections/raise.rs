//! Raises a correction or a report: who holds it, one sealed item a service,
//! one transaction, then the keeper's signatures.
//!
//! The reference is made of the permit, so the keeper's entry and the row agree
//! without a word between them. What is committed stays: a keeper that goes
//! away after it signs later, though the caller is then told to come again and
//! may raise a second one. The words are kept nowhere, so the two cannot be
//! known for the same.

use firebox_contract::canonical::sha256;
use firebox_contract::correction::{self, Format, Header, Item, Wrong};
use firebox_protocol::answer::{Answer, CorrectionState, Progress, SentTo};
use firebox_protocol::query::{self, Correct, MAX_NAME_CHARACTERS, Report};
use firebox_protocol::settings::Service;
use firebox_protocol::{Ask, Code};
use jiff::Timestamp;
use rusqlite::Connection;

use super::statement::{Statement, hash};
use super::whom::{Holder, Matter, Search, What};
use super::{Corrections, Failure, owed, rows};
use crate::agents::NoAgent;
use crate::permits::Permitted;

/// One service's sealed part.
pub(super) struct Letter<'s> {
    pub(super) service: &'s Service,
    pub(super) header: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    /// Whom it is sealed to.
    pub(super) recipient: String,
    pub(super) statements: Vec<Statement>,
    /// Hash of what they say of the field.
    pub(super) said: [u8; 32],
}

/// A correction before it is written.
pub(super) struct Raised<'a> {
    pub(super) reference: String,
    pub(super) permit: [u8; 16],
    pub(super) what: What<'a>,
    pub(super) at: Timestamp,
}

impl Corrections {
    pub(super) fn raised(
        &self,
        reader: &Connection,
        permitted: &Permitted,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let search = Search {
            connection: reader,
            settings: &self.desk.settings,
            today: now.to_zoned(jiff::tz::TimeZone::UTC).date(),
        };
        let (matter, what, wrong, by_role) = match &permitted.query.ask {
            Ask::Correct(correct) => {
                let wrong = field_wrong(correct)?;
                let matter = search.holders(correct.about, correct.field)?;
                (matter, What::Field(correct.field), wrong, &correct.by_role)
            }
            Ask::Report(report) => {
                let wrong = self.new_hazard(report, &search)?;
                let matter = search.report(report.uprn, &report.category, &report.to)?;
                let what = What::NewHazard(&report.category);
                (matter, what, wrong, &report.by_role)
            }
            _ => return Err(Code::Malformed.into()),
        };
        one_line(by_role)?;
        let raised = Raised {
            reference: query::correction_reference(&permitted.permit.id),
            permit: permitted.permit.id,
            what,
            // As the file keeps it, so that what is sealed and what is answered later agree.
            at: Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now),
        };
        self.send(&raised, matter, &wrong, by_role)
    }

    fn send(
        &self,
        raised: &Raised<'_>,
        mut matter: Matter<'_>,
        wrong: &Wrong,
        by_role: &str,
    ) -> Result<Answer, Failure> {
        let mut letters = Vec::new();
        for holder in std::mem::take(&mut matter.holders) {
            letters.extend(self.letter(holder, raised, wrong, by_role)?);
        }
        if letters.is_empty() {
            return Err(Code::NobodyToTell.into());
        }
        self.database.write("raise correction", |change| {
            if rows::too_many(change, raised.what, &matter)? {
                log::warn!("a correction was refused: as many of the same wait as may");
                return Err(Failure::from(Code::AlreadyThere));
            }
            rows::forget_old(change, raised.at)?;
            rows::insert(change, raised, matter.uprn, &letters)
        })?;
        log::info!("a correction was raised with {} services", letters.len());
        if owed::send_owed(&self.database, &self.keeper).is_err() {
            log::warn!("a correction is raised and not yet signed: it is when the keeper is back");
        }
        let sent_to = letters
            .iter()
            .map(|letter| raised_with(letter.service, raised.at));
        Ok(Answer::Correction(CorrectionState {
            correction: raised.reference.clone(),
            field: raised.what.field(),
            raised: raised.at,
            sent_to: sent_to.collect(),
        }))
    }

    /// Seals one service's part; none for a service without an enrolled agent.
    fn letter<'s>(
        &self,
        holder: Holder<'s>,
        raised: &Raised<'_>,
        wrong: &Wrong,
        by_role: &str,
    ) -> Result<Option<Letter<'s>>, Failure> {
        let Some(recipient) = self.recipient(&holder.service.id)? else {
            log::warn!("a service is left out of a correction: it has no agent that can open one");
            return Ok(None);
        };
        let item = Item {
            correction: raised.reference.clone(),
            service: holder.service.id.clone(),
            about: holder.about,
            wrong: wrong.clone(),
            by_role: by_role.to_owned(),
        };
        let unsealed = |error: firebox_contract::envelope::SealError| {
            log::error!("a correction was not sealed: {error}");
            Failure::from(Code::NotReady)
        };
        let ciphertext = correction::seal(&item, &recipient).map_err(unsealed)?;
        let header = Header {
            format: Format::V1,
            box_id: self.desk.settings.box_id.clone(),
            service: holder.service.id.clone(),
            correction: raised.reference.clone(),
            raised: raised.at,
            ciphertext_sha256: hex::encode(sha256(&[&ciphertext])),
        };
        Ok(Some(Letter {
            service: holder.service,
            header: correction::header_bytes(&header).map_err(unsealed)?,
            ciphertext,
            recipient: recipient.to_string(),
            said: hash(&holder.statements, raised.what.field())?,
            statements: holder.statements,
        }))
    }

    /// Gives the recipient corrections for a service are sealed to.
    pub(super) fn recipient(
        &self,
        service: &str,
    ) -> Result<Option<age::x25519::Recipient>, Failure> {
        let agents = self
            .agents
            .of_service(
                &self.keeper,
                &self.permit_key,
                service,
                self.clock.boottime_ms(),
            )
            .map_err(|_: NoAgent| Failure::from(Code::NotReady))?;
        let mut recipients = agents
            .iter()
            .map(|agent| agent.correction_recipient.parse());
        Ok(recipients.find_map(Result::ok))
    }

    fn new_hazard(&self, report: &Report, search: &Search<'_>) -> Result<Wrong, Failure> {
        if !self
            .desk
            .rules
            .vocabulary()
            .knows_hazard(&report.category, search.today)
        {
            return Err(Code::NotFound.into());
        }
        one_line(&report.when)?;
        if report.saw.trim().is_empty() {
            return Err(Code::Malformed.into());
        }
        Ok(Wrong::NewHazard {
            category: report.category.clone(),
            saw: report.saw.clone(),
            when: report.when.clone(),
        })
    }
}

/// Takes what a field should be, which the gate has put into normal form.
fn field_wrong(correct: &Correct) -> Result<Wrong, Failure> {
    let normal = correct.field.should_be(&correct.should_be);
    if normal.as_ref() != Ok(&correct.should_be) {
        return Err(Code::Malformed.into());
    }
    Ok(Wrong::Field {
        field: correct.field,
        should_be: correct.should_be.clone(),
        how_known: correct.how_known,
    })
}

fn one_line(text: &str) -> Result<(), Failure> {
    let fits = text.chars().count() <= MAX_NAME_CHARACTERS && !text.trim().is_empty();
    if fits && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Code::Malformed.into())
}

fn raised_with(service: &Service, at: Timestamp) -> SentTo {
    SentTo {
        service: service.id.clone(),
        name: service.name.clone(),
        phone: service.phone.clone(),
        progress: Progress::Raised,
        since: at,
    }
}
