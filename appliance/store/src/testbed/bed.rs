//! A store with its threads.

use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use firebox_contract::batch::Line;
use firebox_contract::receipt::{Receipt, Statement};
use firebox_protocol::answer::{Answer, PropertyAnswer};
use firebox_protocol::gate_store;
use firebox_protocol::query;
use firebox_protocol::store_keeper::{AgentKey, ShownRecord};
use firebox_protocol::{Ask, PropertyBy, Refusal, Settings, frame, socket};

use super::agent::TestAgent;
use super::keeper::FakeKeeper;
use super::{
    keys, now, permit_for, permit_key, query_for, receipt_key, settings, uprn, vocabulary,
};
use crate::Listeners;
use crate::clock::Clock;
use crate::connection::{Socket, receive};
use crate::serve::Running;

/// A store with its threads, seen from the gate. Dropped, it rests: its threads
/// are left, and none works in the database when the tests' process ends.
pub(crate) struct Bed {
    pub(crate) keeper: FakeKeeper,
    pub(crate) database: Running,
    pub(crate) settings: Settings,
    gate: Mutex<UnixStream>,
    permits: Mutex<u8>,
}

/// A folder for a box, with 0700.
pub(crate) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(folder.path().join("store"))
        .unwrap();
    folder
}

pub(crate) fn enrolled(agents: &[&TestAgent]) -> Vec<AgentKey> {
    agents
        .iter()
        .map(|agent| AgentKey {
            service: agent.service.clone(),
            sources: settings()
                .service_of(&agent.source)
                .unwrap()
                .sources
                .clone(),
            key: agent.key.public(),
            epoch: agent.epoch,
            correction_recipient: agent.correction_identity.to_public().to_string(),
        })
        .collect()
}

impl Bed {
    /// Makes a store in `folder` if there is none, and starts it beside a keeper.
    pub(crate) fn start(folder: &Path, run: &str, agents: &[&TestAgent], attests: bool) -> Self {
        Self::beside(folder, run, agents, attests, false)
    }

    /// Starts it beside a keeper that lives on its reserve.
    pub(crate) fn start_on_reserve(folder: &Path, run: &str, agents: &[&TestAgent]) -> Self {
        Self::beside(folder, run, agents, true, true)
    }

    fn beside(
        folder: &Path,
        run: &str,
        agents: &[&TestAgent],
        attests: bool,
        on_reserve: bool,
    ) -> Self {
        let mut settings = settings().within(folder);
        settings.folders.run = folder.join(run);
        std::fs::create_dir_all(&settings.folders.run).unwrap();
        if !settings.folders.store.join(crate::file::FILE).exists() {
            crate::create(&settings, &keys()).unwrap();
        }
        let run = &settings.folders.run;
        let keeper = FakeKeeper::start(run, enrolled(agents), attests, on_reserve);
        let listen = |name: &str| -> (Socket, PathBuf) {
            let path = settings.folders.run.join(socket::file(name));
            let listener = UnixListener::bind(&path).unwrap();
            let peer_uid = std::fs::metadata(&path).unwrap().uid();
            (Socket { listener, peer_uid }, path)
        };
        let ((gate, path), (operator, _)) =
            (listen(socket::STORE_GATE), listen(socket::STORE_OPERATOR));
        let clock = Clock::standing(now(), 1_000);
        // Leaked with the threads: it must outlive the test's own end.
        let (end, ended) = std::sync::mpsc::channel();
        std::mem::forget(ended);
        let listeners = Listeners { gate, operator };
        let database = crate::serve::start(
            settings.clone(),
            vocabulary(),
            keys(),
            listeners,
            clock,
            &end,
        )
        .unwrap();
        let gate = Mutex::new(UnixStream::connect(path).unwrap());
        let bed = Self {
            keeper,
            database,
            settings,
            gate,
            permits: Mutex::new(0),
        };
        while !matches!(bed.ask(gate_store::Request::Ready), gate_store::Reply::Done) {
            std::thread::yield_now();
        }
        bed
    }

    pub(crate) fn ask(&self, request: gate_store::Request) -> gate_store::Reply {
        frame::decode(&self.message(request)).unwrap()
    }

    /// Asks, and gives the reply's message as it came.
    pub(crate) fn message(&self, request: gate_store::Request) -> Vec<u8> {
        let mut stream = self.gate.lock().unwrap();
        let bytes = frame::encode(1, &request).unwrap();
        std::io::Write::write_all(&mut *stream, &bytes).unwrap();
        receive(&mut *stream).unwrap().1
    }

    /// Delivers a batch with its own service's certificate.
    pub(crate) fn deliver(&self, agent: &TestAgent, batch: &[u8]) -> Result<Statement, Refusal> {
        self.deliver_as(&agent.service, batch)
    }

    pub(crate) fn deliver_as(&self, service: &str, batch: &[u8]) -> Result<Statement, Refusal> {
        let request = gate_store::Request::Apply {
            certificate_service: service.into(),
            batch: batch.to_vec(),
        };
        match self.ask(request) {
            gate_store::Reply::Receipt(bytes) => {
                let receipt = Receipt::parse(&bytes).unwrap();
                receipt.verify(&receipt_key().public()).unwrap();
                Ok(receipt.statement)
            }
            gate_store::Reply::Refused(refusal) => Err(refusal),
            _ => panic!("another reply"),
        }
    }

    /// Delivers a whole reading and gives the manifest's receipt.
    pub(crate) fn read(&self, agent: &mut TestAgent, lines: &[Line], full: bool) -> Statement {
        let batches = agent.reading(&[lines], full);
        let receipts: Vec<_> = batches
            .iter()
            .map(|batch| self.deliver(agent, batch).unwrap())
            .collect();
        receipts.into_iter().next_back().unwrap()
    }

    /// Gives what the keeper was told of answers. A batch goes first: its reply
    /// comes after everything the one connection carried before it.
    pub(crate) fn shown(&self, agent: &mut TestAgent) -> Vec<Vec<ShownRecord>> {
        let batch = agent.delta(&[]);
        self.deliver(agent, &batch).unwrap();
        self.keeper
            .told
            .lock()
            .unwrap()
            .shown
            .iter()
            .map(|(_, shown)| shown.clone())
            .collect()
    }

    pub(crate) fn nonce(&self) -> [u8; 16] {
        self.keeper.told.lock().unwrap().hellos[0].0
    }

    /// Asks with a good permit.
    pub(crate) fn query(&self, ask: Ask) -> Result<Answer, Refusal> {
        let id = {
            let mut permits = self.permits.lock().unwrap();
            *permits += 1;
            [*permits; 16]
        };
        let action = ask.action();
        let bytes = query::to_bytes(&query_for(ask)).unwrap();
        let permit = permit_for(id, &bytes, action, self.nonce(), 9_000).seal(&permit_key());
        match self.ask(gate_store::Request::Answer {
            permit,
            query: bytes,
        }) {
            gate_store::Reply::Answer(answer) => Ok(answer),
            gate_store::Reply::Refused(refusal) => Err(refusal),
            _ => panic!("another reply"),
        }
    }

    pub(crate) fn property(&self, by: PropertyBy) -> PropertyAnswer {
        match self.query(Ask::Property(by)).unwrap() {
            Answer::Property(answer) => answer,
            _ => panic!("another answer"),
        }
    }

    pub(crate) fn at(&self, number: u64) -> PropertyAnswer {
        self.property(PropertyBy::Uprn(uprn(number)))
    }

    pub(crate) fn typed(&self, text: &str) -> PropertyAnswer {
        self.property(PropertyBy::Address(text.into()))
    }
}
