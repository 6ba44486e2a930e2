//! The process: opens the log or stops, starts its threads, and ends them in the
//! one order in which no answer is lost and none is given too early.
//!
//! ```text
//! open log -> `boot` durable -> doors open -> ... -> told to end, or a fault
//!                                                      |
//!   doors closed -> log thread ended -> replies written -> connections ended -> workers ended -> head written
//! ```

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, RwLock};
use std::thread::{self, JoinHandle};

use firebox_protocol::{Settings, Stop};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde::Serialize;

use crate::agent_keys::AgentKeys;
use crate::checkpoint::Checkpoints;
use crate::clock::{Clock, Now, Steady};
use crate::desk::{Desk, State};
use crate::door::{Closing, Door, Listeners};
use crate::keys::{Keys, Recipients};
use crate::limits::Limits;
use crate::log::book::{Book, DurableTip};
use crate::log::database::{Identity, LogError};
use crate::log::head::{self, HeadFile};
use crate::log::kind::EntryKind;
use crate::log::opening::{self, Opened};
use crate::log_reader::LogReader;
use crate::password::Pool;
use crate::people::People;
use crate::policy::Policy;
use crate::reason::Reasons;
use crate::refused::Refusals;
use crate::released::Standings;
use crate::reserve::{self, Found, ReserveMode};
use crate::shown::Awaiting;
use crate::sockets::Sockets;
use crate::space::{self, SpaceWatch};
use crate::store_socket::StoreLink;
use crate::workers::{Crew, Workers};
use crate::writer::{Inbox, Log, Writer};

/// All a keeper is given.
pub(crate) struct Given<'a> {
    pub(crate) settings: Settings,
    pub(crate) policy: &'a str,
    pub(crate) keys: Keys,
    pub(crate) recipients: Recipients,
    pub(crate) listeners: Listeners,
}

/// How the keeper is to end. The first word counts.
type Ending = Result<(), Stop>;

/// A running keeper.
pub(crate) struct Process {
    ends: Sender<Ending>,
    ended: Receiver<Ending>,
    log: Log,
    closing: Closing,
    doors: Vec<(Arc<Door>, JoinHandle<()>)>,
    log_thread: JoinHandle<()>,
    head_thread: JoinHandle<()>,
    worker_threads: Vec<JoinHandle<()>>,
    log_reader: Arc<LogReader>,
    space: SpaceWatch,
    /// One keeper a folder.
    _lock: File,
}

#[derive(Serialize)]
struct Boot<'a> {
    build: &'static str,
    origin: &'a str,
    /// Combinations the policy names for releases.
    release_rows: usize,
}

impl Process {
    /// Opens the log, enters `boot` and opens the doors.
    pub(crate) fn start(given: Given<'_>, clock: Arc<dyn Clock>) -> Result<Self, Stop> {
        let Given {
            settings,
            policy,
            keys,
            recipients,
            listeners,
        } = given;
        let policy = Arc::new(Policy::parse(policy)?);
        let now = clock.now();
        let opened = opening::open(&settings, &keys, &now)?;
        let Opened {
            conn,
            mut book,
            path,
            origin,
            head,
            reserve,
            lock,
        } = opened;
        let folder = settings.folders.keeper.clone();
        let found = (reserve, folder.as_path());
        let (state, steady, reserve) = boot(&conn, &mut book, &policy, &origin, found, &now)?;
        let identity = Identity::of(&path).map_err(|_| LogError::Replaced)?;
        let tip = Arc::new(DurableTip::new(book.tip()));
        let short = HeadFile::of_a_short_log(folder.clone(), origin.clone(), &keys.head);
        let same_head = HeadFile::new(folder.clone(), origin.clone(), &keys.head);
        let log_reader = LogReader::open(&path, &keys.log, same_head, Arc::clone(&tip))?;
        let log_reader = Arc::new(log_reader);
        let checkpoints = Checkpoints::new(origin, &keys.checkpoint, Arc::clone(&tip));

        let (ends, ended) = channel();
        let (head, head_thread) =
            head::start(head, Arc::clone(&tip), tell(&ends)).map_err(no_thread)?;
        head.ring();
        let (log, inbox) = Log::channel();
        let pool = Pool::start().map_err(no_thread)?;
        let (workers, worker_threads) =
            Workers::start_to_join(Crew::at_once("open")).map_err(no_thread)?;
        let sockets = Sockets {
            settings: Arc::new(settings),
            policy: Arc::clone(&policy),
            permit_key: Arc::new(keys.permit),
            receipt_key: Arc::new(keys.receipt),
            people: Arc::clone(&state.people),
            clock: Arc::clone(&clock),
            steady,
            tip: Arc::clone(&tip),
            link: StoreLink::default(),
            log: log.clone(),
            pool,
            workers,
            short: Arc::new(short),
            agent_keys: state.agent_keys.clone(),
            checkpoints: Arc::new(checkpoints),
            log_reader: Arc::clone(&log_reader),
            reserve,
        };
        let policy = policy.hash.as_str().into();
        let writer = Writer {
            conn,
            book,
            state,
            identity,
            clock,
            steady,
            policy,
            tip,
            head,
        };
        let log_thread = start_log(writer, inbox, ends.clone()).map_err(no_thread)?;

        let (closing, closed) = Closing::new().map_err(no_thread)?;
        let gate = sockets.gate(keys.details, recipients);
        let doors = sockets
            .open(gate, listeners, &closed, &ends_of(&ends))
            .map_err(no_thread)?;
        log::info!("keeper ready");
        Ok(Self {
            ends,
            ended,
            log,
            closing,
            doors,
            log_thread,
            head_thread,
            worker_threads,
            log_reader,
            space: SpaceWatch::new(folder),
            _lock: lock,
        })
    }

    /// Gives the way to end it.
    pub(crate) fn end(&self) -> impl Fn(Ending) + Send + Sync + 'static {
        ends_of(&self.ends)
    }

    /// Waits for the end, and ends.
    pub(crate) fn wait(mut self) -> Ending {
        let mut ending = self.watch();
        self.closing.ring();
        self.log_reader.end();
        let mut doors = Vec::new();
        for (door, thread) in self.doors {
            let _panicked = thread.join();
            doors.push(door);
        }
        self.log.end();
        let _panicked = self.log_thread.join();
        for door in doors {
            door.end_connections();
        }
        // With the last door went the last who could bring them work.
        for thread in self.worker_threads {
            let _panicked = thread.join();
        }
        let _panicked = self.head_thread.join();
        // What failed while it ended is how it ended.
        while let (Ok(()), Ok(later)) = (&ending, self.ended.try_recv()) {
            ending = later;
        }
        ending
    }

    /// Looks after the disk until the end is told.
    fn watch(&mut self) -> Ending {
        loop {
            self.space.look();
            match self.ended.recv_timeout(space::LOOK_EVERY) {
                Ok(ending) => return ending,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }
}

/// Enters the start, and reads the tables into memory.
fn boot(
    conn: &Connection,
    book: &mut Book,
    policy: &Policy,
    origin: &str,
    (found, folder): (Found, &Path),
    now: &Now,
) -> Result<(State, Steady, ReserveMode), LogError> {
    let tx = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    let steady = Steady::resume(&tx, now)?;
    let mut state = State {
        people: Arc::new(RwLock::new(People::load(
            &tx,
            steady.at(now),
            policy.session_idle_ms,
        )?)),
        limits: Limits::load(&tx)?,
        agent_keys: AgentKeys::load(&tx)?,
        reasons: Reasons::load(&tx)?,
        standing: Standings::load(&tx, steady.at(now))?,
        awaiting: Awaiting::load(&tx, now)?,
        refusals: Refusals::default(),
    };
    let boot = Boot {
        build: env!("CARGO_PKG_VERSION"),
        origin,
        release_rows: policy.releases.len(),
    };
    let mut desk = Desk::new(&tx, *now, steady.at(now), &mut state, book, &policy.hash);
    desk.append(EntryKind::Boot, &boot)?;
    let reserve = reserve::enter(&mut desk, found, folder)?;
    tx.commit()?;
    Ok((state, steady, reserve))
}

/// Starts the log thread. However it ends, what still waits is refused first.
fn start_log(writer: Writer, inbox: Inbox, ends: Sender<Ending>) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name("log".into()).spawn(move || {
        let guard = Panicked(ends.clone());
        let ending = writer.run(&inbox);
        drop(inbox);
        if ending.is_err() {
            let _ending_already = ends.send(ending);
        }
        drop(guard);
    })
}

/// Ends the keeper when the thread that holds it panics: without its log thread
/// it must not seem to serve.
struct Panicked(Sender<Ending>);

impl Drop for Panicked {
    fn drop(&mut self) {
        if thread::panicking() {
            let stop =
                Stop::failed("the log thread failed: start the keeper again and report this");
            let _ending_already = self.0.send(Err(stop));
        }
    }
}

fn ends_of(ends: &Sender<Ending>) -> impl Fn(Ending) + Clone + Send + Sync + 'static {
    let ends = ends.clone();
    move |ending| {
        let _ending_already = ends.send(ending);
    }
}

fn tell(ends: &Sender<Ending>) -> impl FnOnce(Stop) + Send + 'static {
    let end = ends_of(ends);
    move |stop| end(Err(stop))
}

fn no_thread(error: io::Error) -> Stop {
    Stop::operating_system(format!(
        "a thread, pipe or hash could not be made: {error}. Look at the keeper's memory and task limits"
    ))
}
