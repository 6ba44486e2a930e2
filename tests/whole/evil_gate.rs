//! A gate in hostile hands: it speaks to the keeper's and the store's sockets as
//! the real one does, and keeps to no order. Whatever comes back is searched for
//! notes; what was released is kept, with the entry it was released by.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use aho_corasick::AhoCorasick;
use firebox_contract::record::Uprn;
use firebox_protocol::answer::{Answer, PropertyAnswer, SealedDetail};
use firebox_protocol::frame::{self, FrameHeader, HEADER_BYTES};
use firebox_protocol::gate_keeper::{self, Fetch, Ground, Why};
use firebox_protocol::query::{self, Ask, PropertyBy, Query};
use firebox_protocol::{Code, SessionToken, gate_store, socket};
use firebox_tests::{Council, reason};
use firebox_verify::{Receipt, VerifierKey};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Longest wait for a reply: over everything the processes themselves wait for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The gate, and everything it got.
pub(crate) struct EvilGate {
    keeper: PathBuf,
    store: PathBuf,
    key: VerifierKey,
    notes: AhoCorasick,
    /// Entries by which a detail was got.
    got: Mutex<BTreeSet<u64>>,
}

/// A connection to one of the processes.
pub(crate) struct Line<'a> {
    gate: &'a EvilGate,
    stream: UnixStream,
}

/// A permit with the query it is for.
#[derive(Clone)]
pub(crate) struct Leave {
    pub(crate) permit: Vec<u8>,
    pub(crate) query: Vec<u8>,
}

impl EvilGate {
    pub(crate) fn of(council: &Council) -> Self {
        let run = council.file("box/run");
        let notes = council.betraying();
        assert!(notes.len() > 20, "{} notes", notes.len());
        Self {
            keeper: run.join(socket::file(socket::KEEPER_GATE)),
            store: run.join(socket::file(socket::STORE_GATE)),
            key: VerifierKey::parse(council.key()).unwrap(),
            notes: AhoCorasick::new(notes).unwrap(),
            got: Mutex::default(),
        }
    }

    pub(crate) fn keeper(&self) -> Line<'_> {
        self.connect(&self.keeper)
    }

    pub(crate) fn store(&self) -> Line<'_> {
        self.connect(&self.store)
    }

    fn connect(&self, socket: &PathBuf) -> Line<'_> {
        let stream = UnixStream::connect(socket).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Line { gate: self, stream }
    }

    /// Entries by which something was got, in their order.
    pub(crate) fn entries(&self) -> BTreeSet<u64> {
        self.got.lock().unwrap().clone()
    }

    /// Looks at what came back. A note may stand only in a release, and with a
    /// receipt of the entry it names, which no other release named.
    fn inspect(&self, message: &[u8]) {
        let read = frame::decode(message);
        let Ok(gate_keeper::Reply::Released(released)) = read else {
            assert!(
                !self.notes.is_match(message),
                "a note came out without a release"
            );
            return;
        };
        assert!(self.notes.is_match(released.detail.expose()));
        let receipt = Receipt::open(&released.receipt, &self.key).unwrap();
        assert_eq!(receipt.index, released.entry);
        assert!(receipt.body.contains(&released.release));
        let new = self.got.lock().unwrap().insert(released.entry);
        assert!(new, "entry {} served twice", released.entry);
    }

    /// The whole road up to the store's answer.
    pub(crate) fn fetch(&self, session: &str, what: Fetch) -> Result<SealedDetail, Code> {
        let leave = self.keeper().leave(session, what)?;
        match self.store().answers(&leave)? {
            Answer::Envelope(sealed) => Ok(sealed),
            other => panic!("{other:?}"),
        }
    }

    /// Asks about an address as the real gate does.
    pub(crate) fn looks_up(&self, session: &str, uprn: &str) -> PropertyAnswer {
        let leave = self.keeper().permit(session, &property(uprn)).unwrap();
        match self.store().answers(&leave).unwrap() {
            Answer::Property(answer) => answer,
            other => panic!("{other:?}"),
        }
    }
}

impl Line<'_> {
    /// Sends bytes as they are; false: the other side has ended the connection.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Reads one reply, as bytes; none: the connection ended.
    pub(crate) fn receive(&mut self) -> Option<(u64, Vec<u8>)> {
        let mut header = [0; HEADER_BYTES];
        self.stream.read_exact(&mut header).ok()?;
        let header = FrameHeader::parse(&header).unwrap();
        let mut message = vec![0; header.message_bytes];
        self.stream.read_exact(&mut message).ok()?;
        self.gate.inspect(&message);
        Some((header.id, message))
    }

    /// Says that no more will come, and counts the replies up to the end.
    pub(crate) fn ends(mut self) -> usize {
        let _gone = self.stream.shutdown(Shutdown::Write);
        std::iter::from_fn(|| self.receive()).count()
    }

    /// Asks, and reads the reply.
    fn asks<R: DeserializeOwned>(&mut self, question: &impl Serialize) -> R {
        assert!(self.send(&frame::encode(1, question).unwrap()));
        let (id, message) = self.receive().unwrap();
        assert_eq!(id, 1);
        frame::decode(&message).unwrap()
    }

    pub(crate) fn asks_keeper(&mut self, request: &gate_keeper::Request) -> gate_keeper::Reply {
        self.asks(request)
    }

    /// Asks for a detail; gives the release's reference and the entry.
    pub(crate) fn gets(&mut self, request: &gate_keeper::Request) -> Result<(String, u64), Code> {
        got(self.asks_keeper(request))
    }

    /// Asks the keeper for leave to fetch an envelope.
    pub(crate) fn leave(&mut self, session: &str, what: Fetch) -> Result<Leave, Code> {
        let session = token(session);
        match self.asks_keeper(&gate_keeper::Request::Fetch { session, what }) {
            gate_keeper::Reply::Fetch { permit, query } => Ok(Leave { permit, query }),
            gate_keeper::Reply::Refused(refusal) => Err(refusal.code),
            _ => panic!("neither leave nor a refusal"),
        }
    }

    /// Asks the keeper for a permit for any question.
    pub(crate) fn permit(&mut self, session: &str, query: &[u8]) -> Result<Leave, Code> {
        let (session, query) = (token(session), query.to_vec());
        let asked = query.clone();
        match self.asks_keeper(&gate_keeper::Request::Permit { session, query }) {
            gate_keeper::Reply::Permit { permit, .. } => Ok(Leave {
                permit,
                query: asked,
            }),
            gate_keeper::Reply::Refused(refusal) => Err(refusal.code),
            _ => panic!("neither a permit nor a refusal"),
        }
    }

    /// Asks the store.
    pub(crate) fn answers(&mut self, leave: &Leave) -> Result<Answer, Code> {
        let Leave { permit, query } = leave.clone();
        match self.asks(&gate_store::Request::Answer { permit, query }) {
            gate_store::Reply::Answer(answer) => Ok(answer),
            gate_store::Reply::Refused(refusal) => Err(refusal.code),
            _ => panic!("neither an answer nor a refusal"),
        }
    }
}

/// Reads a reply that must be a detail or a refusal.
pub(crate) fn got(reply: gate_keeper::Reply) -> Result<(String, u64), Code> {
    match reply {
        gate_keeper::Reply::Released(released) => Ok((released.release, released.entry)),
        gate_keeper::Reply::Refused(refusal) => Err(refusal.code),
        _ => panic!("neither a detail nor a refusal"),
    }
}

pub(crate) fn token(session: &str) -> SessionToken {
    SessionToken::new(session.to_owned())
}

/// The question for one address.
pub(crate) fn property(uprn: &str) -> Vec<u8> {
    let query = Query {
        purpose: "visit".into(),
        reference: Some("V-1".into()),
        ask: Ask::Property(PropertyBy::Uprn(Uprn::parse(uprn).unwrap())),
    };
    query::to_bytes(&query).unwrap()
}

/// A reason for a visit that nobody gave before.
pub(crate) fn stated() -> Why {
    Why::Stated {
        purpose: "visit".into(),
        reason: reason(),
        reference: "V-77".into(),
    }
}

pub(crate) fn emergency() -> Why {
    Why::Emergency {
        ground: Ground::AtTheDoor,
        happening: "He is shouting behind the door".into(),
    }
}

/// The request for a detail, of anything with anything.
pub(crate) fn release(
    session: &str,
    why: Why,
    slip: &[u8],
    envelope: &[u8],
) -> gate_keeper::Request {
    gate_keeper::Request::Release {
        session: token(session),
        why,
        slip: slip.to_vec(),
        envelope: envelope.to_vec(),
    }
}

/// The request to see a release again.
pub(crate) fn open(session: &str, release: &str, sealed: &SealedDetail) -> gate_keeper::Request {
    gate_keeper::Request::Open {
        session: token(session),
        release: release.to_owned(),
        slip: sealed.slip.clone(),
        envelope: sealed.envelope.clone(),
    }
}
