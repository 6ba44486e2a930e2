//! A box with nothing but a keeper, and the three who may call it.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use firebox_contract::record::Uprn;
use firebox_contract::signing::SigningKey;
use firebox_protocol::frame::{FrameHeader, HEADER_BYTES, decode, encode};
use firebox_protocol::gate_keeper::{Reply, Request};
use firebox_protocol::mac::MacKey;
use firebox_protocol::operator::{KeeperReply, KeeperRequest};
use firebox_protocol::{
    Ask, Code, Password, PropertyBy, Query, SessionToken, Settings, Stop, query, socket,
    store_keeper,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::clock::by_hand::HandClock;
use crate::door::{Listeners, Socket};
use crate::keys::{Keys, Recipients};
use crate::log::database;
use crate::log::leaf::Leaf;
use crate::log::opening;
use crate::process::{Given, Process};

pub(super) const MINUTE: u64 = 60_000;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const LOG_KEY: [u8; 32] = [11; 32];
pub(super) const PERMIT_KEY: [u8; 32] = [13; 32];
pub(super) const STORE_NONCE: [u8; 16] = [7; 16];
pub(super) const PASSWORD: &str = "three blue kettles";
/// Longest wait for a reply: only a keeper that hangs reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

const SETTINGS: &str = r#"
version = 1
[box]
council = "Example Council"
domain = "example.gov.uk"
name = "one"
duty_line = "01632 960100"
[listen]
public = "127.0.0.1:0"
intake = "127.0.0.1:0"
hosts = ["localhost"]
[log]
reserve_mib = 1
[[service]]
id = "housing"
name = "Housing"
phone = "01632 960101"
sources = ["housing-alerts", "housing-addresses"]
fresh_for_hours = 24
stopped_after_hours = 72
"#;
const POLICY: &str = include_str!("../../../../config/policy.toml");

pub(super) fn keys() -> Keys {
    Keys {
        log: Zeroizing::new(LOG_KEY),
        head: Zeroizing::new([12; 32]),
        permit: MacKey::new(PERMIT_KEY),
        checkpoint: Zeroizing::new([14; 32]),
        receipt: SigningKey::from_seed(&[15; 32]),
        details: std::collections::BTreeMap::new(),
    }
}

/// A keeper in a folder of its own. Like systemd, it holds the listeners.
pub(super) struct Council {
    pub(super) dir: TempDir,
    pub(super) clock: Arc<HandClock>,
    pub(super) policy: String,
    pub(super) settings: Settings,
    pub(super) peer_uid: u32,
    listeners: [UnixListener; 3],
    running: Option<Running>,
}

struct Running {
    end: Box<dyn Fn(Result<(), Stop>)>,
    thread: JoinHandle<Result<(), Stop>>,
}

/// One entry as it lies in the log.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) leaf: Leaf,
    pub(super) body: Value,
}

impl Entry {
    pub(super) fn kind(&self) -> &str {
        self.body["kind"].as_str().unwrap()
    }
}

impl Council {
    /// Makes the folder and listeners, and no log.
    pub(super) fn bare() -> Self {
        let dir = TempDir::new().unwrap();
        let settings = Settings::parse(SETTINGS).unwrap().within(dir.path());
        let names = [
            socket::KEEPER_GATE,
            socket::KEEPER_STORE,
            socket::KEEPER_OPERATOR,
        ];
        let listeners = names.map(|name| UnixListener::bind(dir.path().join(name)).unwrap());
        Self {
            dir,
            clock: Arc::new(HandClock::new()),
            policy: POLICY.to_owned(),
            settings,
            peer_uid: rustix::process::getuid().as_raw(),
            listeners,
            running: None,
        }
    }

    /// Makes the log.
    pub(super) fn with_log() -> Self {
        let council = Self::bare();
        council.create().unwrap();
        council
    }

    /// Makes the log and starts the keeper.
    pub(super) fn open() -> Self {
        let mut council = Self::with_log();
        council.start();
        council
    }

    pub(super) fn create(&self) -> Result<(), Stop> {
        use crate::clock::Clock;
        opening::create(&self.settings, &keys(), &self.clock.now())
    }

    pub(super) fn start_with(&mut self, keys: Keys) -> Result<(), Stop> {
        let [gate, store, operator] = &self.listeners;
        let peer_uid = self.peer_uid;
        let socket = |listener: &UnixListener| {
            let listener = listener.try_clone().unwrap();
            Socket { listener, peer_uid }
        };
        let details = [("standard".to_owned(), "age1s".to_owned())].into();
        let given = Given {
            settings: self.settings.clone(),
            policy: &self.policy,
            keys,
            recipients: Recipients {
                batch: "age1b".into(),
                details,
            },
            listeners: Listeners {
                gate: socket(gate),
                store: socket(store),
                operator: socket(operator),
            },
        };
        let process = Process::start(given, Arc::clone(&self.clock) as _)?;
        let end = Box::new(process.end());
        self.running = Some(Running {
            end,
            thread: std::thread::spawn(|| process.wait()),
        });
        Ok(())
    }

    pub(super) fn start(&mut self) {
        self.start_with(keys()).unwrap();
    }

    /// Ends the keeper as SIGTERM does.
    pub(super) fn stop(&mut self) -> Result<(), Stop> {
        let running = self.running.take().unwrap();
        (running.end)(Ok(()));
        running.thread.join().unwrap()
    }

    /// Waits until the keeper ends by itself.
    pub(super) fn ended(&mut self) -> Stop {
        self.running
            .take()
            .unwrap()
            .thread
            .join()
            .unwrap()
            .unwrap_err()
    }

    pub(super) fn restart(&mut self) {
        self.stop().unwrap();
        self.start();
    }

    /// Ends the keeper as `kill -9` does, as far as the disk can tell: what lay
    /// on it at one moment is all the next start finds.
    pub(super) fn crash(&mut self) {
        let names = ["log-2026.db", "log-2026.db-wal", "head"];
        let kept = names.map(|name| std::fs::read(self.file(name)).unwrap());
        self.stop().unwrap();
        for (name, bytes) in names.iter().zip(kept) {
            std::fs::write(self.file(name), bytes).unwrap();
        }
        let _none = std::fs::remove_file(self.file("log-2026.db-shm"));
        self.start();
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.settings.folders.keeper.join(name)
    }

    /// Reads the whole log on a connection of its own.
    pub(super) fn log(&self) -> Vec<Entry> {
        let conn = database::open_reader(&self.file("log-2026.db"), &LOG_KEY).unwrap();
        let mut statement = conn
            .prepare("SELECT leaf, body FROM entry ORDER BY id")
            .unwrap();
        let entries = statement.query_map([], |row| {
            let (leaf, body): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let leaf = Leaf::from_bytes(&leaf).unwrap();
            Ok(Entry {
                leaf,
                body: serde_json::from_slice(&body).unwrap(),
            })
        });
        entries.unwrap().map(Result::unwrap).collect()
    }

    pub(super) fn gate(&self) -> Peer {
        self.peer(socket::KEEPER_GATE)
    }

    pub(super) fn operator(&self) -> Peer {
        self.peer(socket::KEEPER_OPERATOR)
    }

    /// Connects the store as far as the hello.
    pub(super) fn store(&self) -> Peer {
        let mut store = self.peer(socket::KEEPER_STORE);
        let hello = store_keeper::Request::Hello {
            nonce: STORE_NONCE,
            highest_log_index: 0,
        };
        let welcome: store_keeper::Reply = store.ask(&hello);
        assert!(matches!(welcome, store_keeper::Reply::Welcome { .. }));
        store
    }

    pub(super) fn peer(&self, name: &str) -> Peer {
        let stream = UnixStream::connect(self.dir.path().join(name)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Peer { stream, next: 1 }
    }

    /// Adds a person with [`PASSWORD`]; gives their one-time secret if they have one.
    pub(super) fn add(&self, person: &str, roles: &[&str], totp: bool) -> Option<String> {
        let request = KeeperRequest::AddPerson {
            person: person.into(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            service: Some("housing".into()),
            password: Password::new(PASSWORD.into()),
            totp,
        };
        match self.operator().ask(&request) {
            KeeperReply::PersonAdded { totp_secret, .. } => {
                totp_secret.map(|secret| secret.expose().to_owned())
            }
            _ => panic!("not added"),
        }
    }

    /// Adds somebody and signs them in.
    pub(super) fn signed_in(&self, person: &str, roles: &[&str]) -> String {
        self.add(person, roles, false);
        self.gate().sign_in(person, PASSWORD, None).unwrap()
    }
}

impl Drop for Council {
    fn drop(&mut self) {
        if self.running.is_some() {
            let _any = self.stop();
        }
    }
}

/// One caller's connection.
pub(super) struct Peer {
    pub(super) stream: UnixStream,
    next: u64,
}

impl Peer {
    /// Sends a request and gives its id.
    pub(super) fn send(&mut self, request: &impl Serialize) -> u64 {
        let id = self.next;
        self.next += 1;
        self.stream
            .write_all(&encode(id, request).unwrap())
            .unwrap();
        id
    }

    /// Reads the next reply, whichever it is; none when the keeper hung up.
    pub(super) fn receive<A: DeserializeOwned>(&mut self) -> Option<(u64, A)> {
        let mut header = [0; HEADER_BYTES];
        self.stream.read_exact(&mut header).ok()?;
        let header = FrameHeader::parse(&header).unwrap();
        let mut message = vec![0; header.message_bytes];
        self.stream.read_exact(&mut message).unwrap();
        Some((header.id, decode(&message).unwrap()))
    }

    pub(super) fn ask<A: DeserializeOwned>(&mut self, request: &impl Serialize) -> A {
        let id = self.send(request);
        let (answered, reply) = self.receive().expect("the keeper hung up");
        assert_eq!(answered, id);
        reply
    }

    pub(super) fn sign_in(
        &mut self,
        person: &str,
        password: &str,
        totp: Option<&str>,
    ) -> Result<String, (Code, Option<u32>)> {
        let password = Password::new(password.into());
        let totp = totp.map(str::to_owned);
        match self.ask(&Request::SignIn {
            person: person.into(),
            password,
            totp,
        }) {
            Reply::SignedIn { session, .. } => Ok(session.expose().to_owned()),
            Reply::Refused(refusal) => Err((refusal.code, refusal.retry_after_seconds)),
            _ => panic!("another reply"),
        }
    }

    /// Asks for a permit: its bytes, entry and reference, or the refusal's code.
    pub(super) fn permit(
        &mut self,
        session: &str,
        query: &Query,
    ) -> Result<(Vec<u8>, u64, String), Code> {
        let session = SessionToken::new(session.into());
        let query = query::to_bytes(query).unwrap();
        match self.ask(&Request::Permit { session, query }) {
            Reply::Permit {
                permit,
                entry,
                reference,
                ..
            } => Ok((permit, entry, reference)),
            Reply::Refused(refusal) => Err(refusal.code),
            _ => panic!("another reply"),
        }
    }

    pub(super) fn whose(&mut self, session: &str) -> Option<String> {
        let session = SessionToken::new(session.into());
        match self.ask(&Request::Session { session }) {
            Reply::Session(of) => Some(of.person),
            _ => None,
        }
    }
}

pub(super) fn ask(purpose: &str, ask: Ask) -> Query {
    Query {
        purpose: purpose.into(),
        reference: None,
        ask,
    }
}

/// A look-up of one address.
pub(super) fn property(purpose: &str) -> Query {
    ask(
        purpose,
        Ask::Property(PropertyBy::Uprn(Uprn::parse("100023336956").unwrap())),
    )
}

/// Makes the policy allow a person `person` and all together `all` look-ups an hour.
pub(super) fn with_limits(policy: &str, person: u64, all: u64) -> String {
    policy
        .replace(
            "person_look_ups_per_hour = 300",
            &format!("person_look_ups_per_hour = {person}"),
        )
        .replace(
            "box_look_ups_per_hour = 30000",
            &format!("box_look_ups_per_hour = {all}"),
        )
}
