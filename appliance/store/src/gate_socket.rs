//! The gate's socket.
//!
//! ```text
//! connection --> quick questions: answered by the thread that read them, as many as came together
//!            --> other questions: a few readers
//!            --> batches, and corrections for agents: one thread
//! ```
//!
//! To hand a question to another thread and to write its answer alone costs more
//! than to answer it. Replies leave in any order. What waits is bounded: past
//! that the gate is told to come again, and nothing here grows with what it sends.

use std::io::BufReader;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use firebox_protocol::answer::Answer;
use firebox_protocol::gate_store::{Reply, Request};
use firebox_protocol::{Code, Refusal, Stop, frame};
use rusqlite::Connection;

use crate::connection::{Frames, Writer, is_there, receive};
use crate::corrections::Corrections;
use crate::database::DatabaseError;
use crate::intake::Intake;
use crate::lookup::LookUps;
use crate::question::Question;
use crate::threads::{End, essential, thread};

/// Readers at most: more than the cores of an office box help nobody, and each has 8 MiB of cache.
const MAX_READERS: usize = 4;
/// Queries that may wait for a reader.
const MAX_WAITING_QUERIES: usize = 1_024;
/// Batches and agents' requests that may wait; a batch may hold 8 MiB.
const MAX_WAITING_BATCHES: usize = 4;
/// Connections at a time: one gate, and the ones a restart leaves behind.
const MAX_CONNECTIONS: usize = 8;
/// Quick questions answered in one go: one read transaction, one word to the keeper, one write.
/// The first answer of them waits for the last, some tens of microseconds each.
const TOGETHER: usize = 8;
/// Bytes read from a connection at once: a good deal more than that many questions.
const READ_BYTES: usize = 16 * 1024;

/// Something to answer, and where.
struct Job<T> {
    id: u64,
    to: Arc<Writer>,
    what: T,
}

/// What an agent brings or fetches.
struct Delivery {
    certificate_service: String,
    what: Brought,
}

enum Brought {
    /// A batch.
    Batch(Vec<u8>),
    /// Its wish for the corrections that wait.
    Wish,
    /// Its answer to a correction.
    Answer(Vec<u8>),
}

/// Where a connection's requests go.
pub(crate) struct Desks {
    look_ups: Arc<LookUps>,
    // One, shared: its cache serves every connection, and there is one gate.
    quick_reader: Mutex<Connection>,
    questions: SyncSender<Job<Question>>,
    deliveries: SyncSender<Job<Delivery>>,
    connections: Mutex<usize>,
}

/// One of the connections that may be open at a time.
struct Place(Arc<Desks>);

impl Drop for Place {
    fn drop(&mut self) {
        *held(&self.0.connections) -= 1;
    }
}

impl Desks {
    /// Starts the readers and the batch thread.
    pub(crate) fn start(
        look_ups: Arc<LookUps>,
        intake: Intake,
        end: &End,
    ) -> Result<Arc<Self>, Stop> {
        let (questions, waiting) = sync_channel::<Job<Question>>(MAX_WAITING_QUERIES);
        let waiting = Arc::new(Mutex::new(waiting));
        let readers = std::thread::available_parallelism()
            .map_or(2, usize::from)
            .clamp(2, MAX_READERS);
        let failed = |error: DatabaseError| Stop::failed(error.to_string());
        let quick_reader = Mutex::new(look_ups.database.quick_reader().map_err(failed)?);
        let rest = &look_ups.database.rest;
        for _ in 0..readers {
            let reader = look_ups.database.reader().map_err(failed)?;
            let (look_ups, waiting) = (Arc::clone(&look_ups), Arc::clone(&waiting));
            essential("reader", rest, end, move || {
                while let Some(Job { id, to, what }) = next(&waiting) {
                    let answers = {
                        let _awake = look_ups.database.rest.awake();
                        look_ups.answer(&reader, &[what])
                    };
                    reply(&to, &[id], answers);
                }
            })?;
        }
        let (deliveries, batches) = sync_channel(MAX_WAITING_BATCHES);
        let corrections = look_ups.corrections.clone();
        essential("batches", rest, end, move || {
            serve_agents(&batches, &intake, &corrections);
        })?;
        Ok(Arc::new(Self {
            look_ups,
            quick_reader,
            questions,
            deliveries,
            connections: Mutex::new(0),
        }))
    }

    /// Serves one connection on a thread of its own.
    pub(crate) fn serve(self: &Arc<Self>, stream: UnixStream) {
        let Some(place) = self.place() else {
            log::warn!("store-gate: a connection too many was refused");
            return;
        };
        let rest = Arc::clone(&self.look_ups.database.rest);
        let served = thread("gate", &rest, move || {
            if let Err(error) = place.0.read(stream) {
                log::debug!("store-gate: a connection ended ({})", error.kind());
            }
        });
        if let Err(stop) = served {
            log::error!("store-gate: {stop}");
        }
    }

    fn place(self: &Arc<Self>) -> Option<Place> {
        let mut open = held(&self.connections);
        (*open < MAX_CONNECTIONS).then(|| {
            *open += 1;
            Place(Arc::clone(self))
        })
    }

    fn read(&self, stream: UnixStream) -> std::io::Result<()> {
        let to = Arc::new(Writer::new(stream.try_clone()?)?);
        let mut stream = BufReader::with_capacity(READ_BYTES, stream);
        let (mut ids, mut quick) = (Vec::new(), Vec::new());
        loop {
            let (id, message) = receive(&mut stream)?;
            let request = frame::decode::<Request>(&message).map_err(std::io::Error::other)?;
            if let Some(question) = self.dispatch(id, request, &to) {
                ids.push(id);
                quick.push(question);
            }
            // Only what came together is answered together: nothing waits for what has not come.
            if !quick.is_empty() && (quick.len() == TOGETHER || !is_there(stream.buffer())) {
                let answers = {
                    let _awake = self.look_ups.database.rest.awake();
                    self.look_ups.answer(&held(&self.quick_reader), &quick)
                };
                reply(&to, &ids, answers);
                ids.clear();
                quick.clear();
            }
        }
    }

    /// Hands a request to who answers it, or gives a quick question back.
    fn dispatch(&self, id: u64, request: Request, to: &Arc<Writer>) -> Option<Question> {
        let to = Arc::clone(to);
        match request {
            Request::Answer { permit, query } => {
                let what = Question { permit, query };
                if what.is_quick() {
                    return Some(what);
                }
                queue(&self.questions, Job { id, to, what });
            }
            Request::Apply {
                certificate_service,
                batch,
            } => self.deliver(id, to, certificate_service, Brought::Batch(batch)),
            Request::Corrections {
                certificate_service,
            } => self.deliver(id, to, certificate_service, Brought::Wish),
            Request::AnswerCorrection {
                certificate_service,
                answer,
            } => self.deliver(id, to, certificate_service, Brought::Answer(answer)),
            Request::Ready if self.look_ups.keeper.is_ready() => answer(&to, id, &Reply::Done),
            Request::Ready => answer(&to, id, &Reply::Refused(Code::NotReady.into())),
        }
        None
    }

    fn deliver(&self, id: u64, to: Arc<Writer>, certificate_service: String, what: Brought) {
        let what = Delivery {
            certificate_service,
            what,
        };
        queue(&self.deliveries, Job { id, to, what });
    }
}

fn reply(to: &Writer, ids: &[u64], answers: Vec<Result<Answer, Refusal>>) {
    let mut replies = Frames::default();
    for (id, answer) in ids.iter().zip(answers) {
        let reply = answer.map_or_else(Reply::Refused, Reply::Answer);
        if let Err(error) = replies.add(*id, &reply) {
            log::error!("store-gate: a reply is too long ({})", error.kind());
        }
    }
    sent(to.send_all(&replies));
}

fn serve_agents(deliveries: &Receiver<Job<Delivery>>, intake: &Intake, corrections: &Corrections) {
    while let Ok(job) = deliveries.recv() {
        let service = &job.what.certificate_service;
        let awake = intake.database.rest.awake();
        let served = match &job.what.what {
            Brought::Batch(batch) => intake.take(service, batch).map(Reply::Receipt),
            Brought::Wish => corrections.waiting(service).map(Reply::Corrections),
            Brought::Answer(answer) => corrections.answered(service, answer).map(|()| Reply::Done),
        };
        drop(awake);
        answer(&job.to, job.id, &served.unwrap_or_else(Reply::Refused));
    }
}

fn next<T>(waiting: &Mutex<Receiver<T>>) -> Option<T> {
    held(waiting).recv().ok()
}

fn queue<T>(queue: &SyncSender<Job<T>>, job: Job<T>) {
    if let Err(TrySendError::Full(job) | TrySendError::Disconnected(job)) = queue.try_send(job) {
        let busy = Refusal {
            code: Code::NotReady,
            retry_after_seconds: Some(1),
        };
        answer(&job.to, job.id, &Reply::Refused(busy));
    }
}

fn answer(to: &Writer, id: u64, reply: &Reply) {
    sent(to.send(id, reply));
}

fn sent(outcome: std::io::Result<()>) {
    if let Err(error) = outcome {
        log::debug!("store-gate: a reply was not taken ({})", error.kind());
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing under these locks can be left half done by a panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
