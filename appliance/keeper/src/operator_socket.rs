//! The operator's socket: people, agents, and how the keeper is. Every change is
//! an entry; nothing here reads a log entry or opens a record.

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
use crate::outbox::{CanRefuse, Ticket};
use crate::password::{self, Pool};
use crate::people::{self, SharedPeople};
use crate::roster::{self, NewPerson};
use crate::second_factor::Secret;
use crate::store_socket::StoreLink;
use crate::writer::Log;

/// Longest request in bytes.
const MAX_REQUEST_BYTES: usize = 64 * 1024;
/// Most connections at once.
pub(crate) const MAX_CONNECTIONS: usize = 8;

/// What the operator may ask for.
pub(crate) struct OperatorSocket {
    pub(crate) origin: String,
    pub(crate) folder: PathBuf,
    pub(crate) services: BTreeSet<String>,
    pub(crate) people: SharedPeople,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) steady: Steady,
    pub(crate) tip: Arc<DurableTip>,
    pub(crate) link: StoreLink,
    pub(crate) pool: Pool,
    pub(crate) agents: Agents,
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
            KeeperRequest::Status => ticket.answer(&KeeperReply::Status(self.status())),
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
        let _busy = self.pool.bring(move || {
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

    fn status(&self) -> KeeperStatus {
        let people = people::read(&self.people);
        let space = rustix::fs::statvfs(&self.folder);
        KeeperStatus {
            entries: self.tip.get().size,
            origin: self.origin.clone(),
            store_connected: self.link.nonce().is_some(),
            people: people.roster.enabled(),
            sessions: people.sessions.open(self.steady.at(&self.clock.now())),
            free_bytes: space.map_or(0, |space| space.f_bavail.saturating_mul(space.f_frsize)),
        }
    }
}
