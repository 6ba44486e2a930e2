//! Threads that do work between a connection and the log thread: opening an
//! envelope takes longer than reading the next request, and must not hold it up.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Most tasks that wait; one more is turned away.
const WAITING: usize = 1_024;
/// Most threads: the keeper is not the only process of the box.
const MOST_THREADS: usize = 4;

type Task = Box<dyn FnOnce() + Send>;

/// Brings tasks to the threads; they end when the last of these is dropped.
#[derive(Clone)]
pub(crate) struct Workers(SyncSender<Task>);

impl Workers {
    /// Starts one thread a core, at most four.
    pub(crate) fn start(name: &'static str) -> io::Result<Self> {
        let (tasks, waiting) = sync_channel::<Task>(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let cores = thread::available_parallelism().map_or(1, usize::from);
        for number in 0..cores.min(MOST_THREADS) {
            let waiting = Arc::clone(&waiting);
            let thread = thread::Builder::new().name(format!("{name}-{number}"));
            thread.spawn(move || work(&waiting))?;
        }
        Ok(Self(tasks))
    }

    /// Has a task done; dropped, with the ticket inside it, when too many wait.
    pub(crate) fn bring(&self, task: impl FnOnce() + Send + 'static) {
        let _dropped_when_full = self.0.try_send(Box::new(task));
    }
}

fn work(waiting: &Mutex<Receiver<Task>>) {
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
