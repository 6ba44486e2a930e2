//! The gate's socket. Each request has one line here, and there is no other way
//! in. What only reads is answered at once; what writes goes to the log thread;
//! a sign-in goes to the threads that hash and only then to the log.

use std::os::unix::net::UnixStream;
use std::sync::Arc;

use firebox_protocol::gate_keeper::{Reply, Request};
use firebox_protocol::{Code, Refusal};

use crate::checkpoint::Checkpoints;
use crate::clock::{Clock, Steady};
use crate::connection::{Asker, Broken, serve};
use crate::enrol;
use crate::log_reader::LogReader;
use crate::look_up::LookUps;
use crate::outbox::{CanRefuse, Ticket};
use crate::people::{self, SharedPeople};
use crate::phone_calls::PhoneCalls;
use crate::proofs::Proofs;
use crate::recipients::RecipientsList;
use crate::release::{Releases, Wish};
use crate::session;
use crate::sign_in::SignIn;
use crate::writer::Log;

/// Longest request in bytes: sixty visits with long addresses are under 64 KiB.
const MAX_REQUEST_BYTES: usize = 128 * 1024;
/// Most connections at once.
pub(crate) const MAX_CONNECTIONS: usize = 16;

/// What the gate may ask for.
pub(crate) struct GateSocket {
    pub(crate) people: SharedPeople,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) steady: Steady,
    pub(crate) log: Log,
    pub(crate) sign_in: SignIn,
    pub(crate) look_ups: LookUps,
    pub(crate) releases: Releases,
    pub(crate) phone_calls: PhoneCalls,
    pub(crate) proofs: Proofs,
    pub(crate) checkpoints: Arc<Checkpoints>,
    pub(crate) log_reader: Arc<LogReader>,
    pub(crate) recipients: RecipientsList,
}

impl CanRefuse for Reply {
    fn refused(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl GateSocket {
    /// Serves one connection of the gate.
    pub(crate) fn serve(&self, stream: &UnixStream) -> Result<(), Broken> {
        serve(stream, MAX_REQUEST_BYTES, |request, asker: Asker<'_>| {
            self.dispatch(request, asker.ticket());
            Ok(())
        })
    }

    fn dispatch(&self, request: Request, ticket: Ticket<Reply>) {
        match request {
            Request::SignIn {
                person,
                password,
                totp,
            } => {
                self.sign_in.sign_in(&person, password, totp, ticket);
            }
            Request::SignOut { session } => self.sign_out(session.hash(), ticket),
            Request::Session { session } => self.session(&session.hash(), ticket),
            Request::Permit { session, query } => self.look_ups.permit(&session, &query, ticket),
            Request::Fetch { session, what } => self.releases.fetch(&session, what, ticket),
            Request::Release {
                session,
                why,
                slip,
                envelope,
            } => {
                let wish = Wish::Release(why);
                self.releases.decide(&session, wish, slip, envelope, ticket);
            }
            Request::Open {
                session,
                release,
                slip,
                envelope,
            } => {
                let wish = Wish::Again(release);
                self.releases.decide(&session, wish, slip, envelope, ticket);
            }
            Request::ToldByPhone { session, told } => {
                self.phone_calls.enter(&session, told, ticket);
            }
            Request::Proof { session, entry } => self.proofs.proof(&session, entry, ticket),
            Request::Checkpoint => ticket.answer(&Reply::Text(self.checkpoints.newest())),
            Request::Consistency { from, to } => {
                answer(
                    ticket,
                    self.log_reader.consistency(from, to).map(Reply::Text),
                );
            }
            Request::Recipients => {
                answer(
                    ticket,
                    self.recipients.bytes(&self.clock.now()).map(Reply::Bytes),
                );
            }
            Request::Enrol {
                certificate_service,
                request,
            } => {
                enrol::enrol(&self.log, &certificate_service, request, ticket);
            }
            // The keeper serves as long as it lives: when its log fails, it ends.
            Request::Ready => ticket.answer(&Reply::Done),
        }
    }

    fn session(&self, hash: &[u8; 32], ticket: Ticket<Reply>) {
        let steady_ms = self.steady.at(&self.clock.now());
        let people = people::read(&self.people);
        match people.who(hash, steady_ms) {
            Some(who) => {
                let session_of = session::of(&who, people.sessions.idle_ms());
                ticket.answer(&Reply::Session(session_of));
            }
            None => ticket.refuse(Code::NotSignedIn),
        }
    }

    fn sign_out(&self, hash: [u8; 32], ticket: Ticket<Reply>) {
        self.log.bring(move |desk| {
            let done = session::sign_out(desk, hash)?;
            Ok(Box::new(move |_| {
                answer(ticket, done.map(|()| Reply::Done))
            }))
        });
    }
}

fn answer(ticket: Ticket<Reply>, reply: Result<Reply, Code>) {
    match reply {
        Ok(reply) => ticket.answer(&reply),
        Err(code) => ticket.refuse(code),
    }
}
