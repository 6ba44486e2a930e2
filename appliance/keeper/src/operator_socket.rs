//! The operator's socket: people, agents, how the keeper is, and reading its log.
//! Every change is an entry, and so is every reading, for which a reviewer signs
//! in; nothing here opens a record.

use std::collections::BTreeSet;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;

use firebox_protocol::operator::{KeeperReply, KeeperRequest, KeeperStatus};
use firebox_protocol::{Code, Password, Refusal};

use crate::agents::Agents;
use crate::clock::{Clock, Steady};
use crate::connection::{Asker, Broken, serve};
use crate::log::book::DurableTip;
use crate::log_check::LogCheck;
use crate::outbox::{CanRefuse, Ticket};
use crate::password::{self, Pool};
use crate::people::{self, SharedPeople};
use crate::readings::{Readings, Wish};
use crate::reserve::ReserveMode;
use crate::roster::{self, NewPerson};
use crate::second_factor::Secret;
use crate::space::Space;
use crate::store_socket::StoreLink;
use crate::writer::Log;

/// Longest request in bytes.
const MAX_REQUEST_BYTES: usize = 64 * 1024;
/// Most connections at once.
pub(crate) const MAX_CONNECTIONS: usize = 8;

/// What the operator may ask for.
pub(crate) struct OperatorSocket {
    pub(crate) folder: PathBuf,
    pub(crate) services: BTreeSet<String>,
    pub(crate) people: SharedPeople,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) steady: Steady,
    pub(crate) tip: Arc<DurableTip>,
    pub(crate) link: StoreLink,
    pub(crate) pool: Pool,
    pub(crate) agents: Agents,
    pub(crate) readings: Readings,
    pub(crate) log_check: LogCheck,
    pub(crate) reserve: ReserveMode,
    pub(crate) log: Log,
}

impl CanRefuse for KeeperReply {
    fn refused(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl OperatorSocket {
    /// Serves one connection of the operator.
    pub(crate) fn serve(&self, stream: &UnixStream) -> Result<(), Broken> {
        serve(stream, MAX_REQUEST_BYTES, |request, asker: Asker<'_>| {
            self.dispatch(request, asker.ticket());
            Ok(())
        })
    }

    fn dispatch(&self, request: KeeperRequest, ticket: Ticket<KeeperReply>) {
        match request {
            KeeperRequest::AddPerson {
                person,
                roles,
                service,
                password,
                totp,
            } => match NewPerson::check(&person, &roles, service, &self.services) {
                Ok(new) => self.add_person(new, password, totp, ticket),
                Err(code) => ticket.refuse(code),
            },
            KeeperRequest::ListPeople => self.list_people(ticket),
            KeeperRequest::DisablePerson { person } => self.log.bring(move |desk| {
                let done = roster::disable(desk, &person)?;
                Ok(Box::new(move |_| match done {
                    Ok(entry) => ticket.answer(&KeeperReply::Done { entry }),
                    Err(code) => ticket.refuse(code),
                }))
            }),
            KeeperRequest::AddAgent { service, sources } => {
                self.agents.prepare(service, sources, ticket);
            }
            KeeperRequest::ListAgents => self.agents.list(ticket),
            KeeperRequest::Status => match self.status() {
                Some(status) => ticket.answer(&KeeperReply::Status(status)),
                None => ticket.refuse(Code::LogUnavailable),
            },
            KeeperRequest::ReadLog {
                person,
                password,
                totp,
                purpose,
                reference,
                from,
                count,
                how,
            } => {
                let wish = Wish {
                    purpose,
                    reference,
                    from,
                    count,
                    how,
                };
                self.readings.begin(&person, password, totp, wish, ticket);
            }
            KeeperRequest::LogPage { reading, from } => self.readings.page(&reading, from, ticket),
            KeeperRequest::CheckLog => self.log_check.check(ticket),
        }
    }

    fn add_person(
        &self,
        new: NewPerson,
        password: Password,
        totp: bool,
        ticket: Ticket<KeeperReply>,
    ) {
        if !password::is_good(&password, new.name()) {
            return ticket.refuse(Code::PasswordTooWeak);
        }
        let log = self.log.clone();
        let ticket = ticket.if_dropped(Code::NotReady.into());
        // Too many sign-ins wait: the ticket goes down with the task and says so.
        self.pool.bring(move || {
            let secret = if totp {
                Secret::draw().map(Some)
            } else {
                Ok(None)
            };
            let (Ok(hash), Ok(secret)) = (password::hash(&password), secret) else {
                return;
            };
            let ticket = ticket.if_dropped(Code::LogUnavailable.into());
            log.bring(move |desk| {
                let totp_secret = secret.as_ref().map(Secret::for_its_owner);
                let done = roster::add(desk, new, hash, secret)?;
                Ok(Box::new(move |_| match done {
                    Ok(entry) => ticket.answer(&KeeperReply::PersonAdded { totp_secret, entry }),
                    Err(code) => ticket.refuse(code),
                }))
            });
        });
    }

    /// Lists the people in the log's own order: whoever is listed is durable.
    fn list_people(&self, ticket: Ticket<KeeperReply>) {
        self.log.bring(move |desk| {
            let rows = desk.people().roster.rows();
            Ok(Box::new(move |_| ticket.answer(&KeeperReply::People(rows))))
        });
    }

    /// Says how the keeper is; none when log or disk cannot be asked.
    fn status(&self) -> Option<KeeperStatus> {
        let space = Space::of(&self.folder).ok()?;
        let (open_reviews, escalated) = self.log_check.reader.open_reviews().ok()?;
        let checkpoints = &self.log_check.checkpoints;
        let people = people::read(&self.people);
        Some(KeeperStatus {
            entries: self.tip.get().size,
            origin: checkpoints.origin().to_owned(),
            verifier_key: checkpoints.verifier_key(),
            store_connected: self.link.nonce().is_some(),
            people: people.roster.enabled(),
            sessions: people.sessions.open(self.steady.at(&self.clock.now())),
            free_bytes: space.free,
            whole_bytes: space.whole,
            reserve: self.reserve.reserve(),
            open_reviews,
            escalated,
        })
    }
}
