//! Threads that do work between a connection and the log thread: hashing a
//! password or opening an envelope takes longer than reading the next request,
//! and must not hold it up.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// Most threads for work that should be done at once: the keeper is not the
/// only process of the box.
const MOST_THREADS: usize = 4;

type Task = Box<dyn FnOnce() + Send>;

/// What the threads are like.
#[derive(Clone, Copy)]
pub(crate) struct Crew {
    /// Their name; a number follows.
    pub(crate) name: &'static str,
    /// How many.
    pub(crate) threads: usize,
    /// Most tasks that wait; one more is turned away.
    pub(crate) waiting: usize,
    /// Their niceness; 0 as all others.
    pub(crate) niceness: i32,
}

impl Crew {
    /// Opens envelopes and reads proofs: a thread a core, at most four.
    pub(crate) fn at_once(name: &'static str) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self {
            name,
            threads: cores.min(MOST_THREADS),
            waiting: 1_024,
            niceness: 0,
        }
    }
}

/// Brings tasks to the threads; they end when the last of these is dropped.
#[derive(Clone)]
pub(crate) struct Workers(SyncSender<Task>);

impl Workers {
    /// Starts the threads.
    pub(crate) fn start(crew: Crew) -> io::Result<Self> {
        Self::start_to_join(crew).map(|(workers, _)| workers)
    }

    /// Starts the threads, and gives them to who waits for their end: those that
    /// read the log must be gone before the process is, whose last act is to free
    /// the cipher's locks.
    pub(crate) fn start_to_join(crew: Crew) -> io::Result<(Self, Vec<JoinHandle<()>>)> {
        let (tasks, waiting) = sync_channel::<Task>(crew.waiting);
        let waiting = Arc::new(Mutex::new(waiting));
        let mut threads = Vec::with_capacity(crew.threads);
        for number in 0..crew.threads {
            let waiting = Arc::clone(&waiting);
            let thread = thread::Builder::new().name(format!("{}-{number}", crew.name));
            threads.push(thread.spawn(move || work(&waiting, crew.niceness))?);
        }
        Ok((Self(tasks), threads))
    }

    /// Has a task done; dropped, with the ticket inside it, when too many wait.
    pub(crate) fn bring(&self, task: impl FnOnce() + Send + 'static) {
        let _dropped_when_full = self.0.try_send(Box::new(task));
    }
}

fn work(waiting: &Mutex<Receiver<Task>>, niceness: i32) {
    if niceness != 0 {
        // A kernel that refuses leaves the thread as it is; nothing depends on it.
        let _as_it_was = rustix::process::setpriority_process(None, niceness);
    }
    loop {
        let task = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        match task {
            Ok(task) => task(),
            Err(_) => return,
        }
    }
}
