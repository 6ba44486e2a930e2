//! The gate's socket: queries to a few readers, batches to one thread.
//!
//! Many requests are under way on one connection; each is answered by whoever
//! finishes first. What waits is bounded: past that the gate is told to come
//! again, and nothing here grows with what it sends.

use std::io::BufReader;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use firebox_protocol::gate_store::{Reply, Request};
use firebox_protocol::{Code, Refusal, Stop, frame};

use crate::connection::{Writer, receive};
use crate::intake::Intake;
use crate::keeper_client::KeeperClient;
use crate::lookup::LookUps;
use crate::threads::{End, essential, thread};

/// Readers at most: more than the cores of an office box help nobody, and each has 8 MiB of cache.
const MAX_READERS: usize = 4;
/// Queries that may wait for a reader.
const MAX_WAITING_QUERIES: usize = 1_024;
/// Batches that may wait; each may hold 8 MiB.
const MAX_WAITING_BATCHES: usize = 4;
/// Connections at a time: one gate, and the ones a restart leaves behind.
const MAX_CONNECTIONS: usize = 8;

/// Something to answer, and where.
struct Job<T> {
    id: u64,
    to: Arc<Writer>,
    what: T,
}

struct Question {
    permit: Vec<u8>,
    query: Vec<u8>,
}

struct Delivery {
    certificate_service: String,
    batch: Vec<u8>,
}

/// Where a connection's requests go.
pub(crate) struct Desks {
    questions: SyncSender<Job<Question>>,
    deliveries: SyncSender<Job<Delivery>>,
    keeper: Arc<KeeperClient>,
    connections: Mutex<usize>,
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
        let keeper = Arc::clone(&look_ups.keeper);
        let database = Arc::clone(&look_ups.database);
        for _ in 0..readers {
            let reader = database.reader().map_err(|e| Stop::failed(e.to_string()))?;
            let (look_ups, waiting) = (Arc::clone(&look_ups), Arc::clone(&waiting));
            essential("reader", end, move || {
                while let Some(job) = next(&waiting) {
                    let Question { permit, query } = &job.what;
                    let reply = look_ups
                        .answer(&reader, permit, query)
                        .map_or_else(Reply::Refused, Reply::Answer);
                    answer(&job.to, job.id, &reply);
                }
            })?;
        }
        let (deliveries, batches) = sync_channel(MAX_WAITING_BATCHES);
        essential("batches", end, move || take_batches(&batches, &intake))?;
        Ok(Arc::new(Self {
            questions,
            deliveries,
            keeper,
            connections: Mutex::new(0),
        }))
    }

    /// Serves one connection on a thread of its own.
    pub(crate) fn serve(self: &Arc<Self>, stream: UnixStream) {
        {
            let mut open = self
                .connections
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if *open >= MAX_CONNECTIONS {
                log::warn!("store-gate: a connection too many was refused");
                return;
            }
            *open += 1;
        }
        let desks = Arc::clone(self);
        let served = thread("gate", move || {
            if let Err(error) = desks.read(stream) {
                log::debug!("store-gate: a connection ended ({})", error.kind());
            }
            *desks
                .connections
                .lock()
                .unwrap_or_else(PoisonError::into_inner) -= 1;
        });
        if served.is_err() {
            *self
                .connections
                .lock()
                .unwrap_or_else(PoisonError::into_inner) -= 1;
        }
    }

    fn read(&self, stream: UnixStream) -> std::io::Result<()> {
        let to = Arc::new(Writer::new(stream.try_clone()?)?);
        let mut stream = BufReader::new(stream);
        loop {
            let (id, message) = receive(&mut stream)?;
            let request = frame::decode::<Request>(&message).map_err(std::io::Error::other)?;
            self.dispatch(id, request, &to);
        }
    }

    fn dispatch(&self, id: u64, request: Request, to: &Arc<Writer>) {
        let to = Arc::clone(to);
        match request {
            Request::Answer { permit, query } => {
                queue(
                    &self.questions,
                    Job {
                        id,
                        to,
                        what: Question { permit, query },
                    },
                );
            }
            Request::Apply {
                certificate_service,
                batch,
            } => {
                queue(
                    &self.deliveries,
                    Job {
                        id,
                        to,
                        what: Delivery {
                            certificate_service,
                            batch,
                        },
                    },
                );
            }
            Request::Ready if self.keeper.is_ready() => answer(&to, id, &Reply::Done),
            Request::Ready => answer(&to, id, &Reply::Refused(Code::NotReady.into())),
        }
    }
}

fn take_batches(batches: &Receiver<Job<Delivery>>, intake: &Intake) {
    while let Ok(job) = batches.recv() {
        let Delivery {
            certificate_service,
            batch,
        } = &job.what;
        let taken = intake.take(certificate_service, batch);
        answer(
            &job.to,
            job.id,
            &taken.map_or_else(Reply::Refused, Reply::Receipt),
        );
    }
}

fn next<T>(waiting: &Mutex<Receiver<T>>) -> Option<T> {
    waiting
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .recv()
        .ok()
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
    if let Err(error) = to.send(id, reply) {
        log::debug!("store-gate: a reply was not taken ({})", error.kind());
    }
}
