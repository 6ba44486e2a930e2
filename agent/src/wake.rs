//! What wakes a running agent before its time: a change in a folder it watches,
//! or the wish that it end. Losing a notice costs one poll and nothing else.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use crate::interrupt::Interrupt;
use crate::stop::{Stop, chain};

/// What wakes the agent.
pub(crate) struct Wake {
    notices: Receiver<()>,
    watcher: Option<RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
    _sender: Sender<()>,
}

impl Wake {
    /// Listens for SIGTERM and SIGINT, and for the file system where it tells.
    pub(crate) fn new(runtime: &Runtime, interrupt: &Interrupt) -> Result<Self, Stop> {
        let (sender, notices) = channel();
        listen(runtime, interrupt, sender.clone())?;
        let to_watcher = sender.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| tells(event.kind)) {
                // Nobody listening means that the agent is ending.
                let _ = to_watcher.send(());
            }
        });
        if let Err(error) = &watcher {
            log::warn!("the file system tells of no changes ({error}); polling does");
        }
        let watcher = watcher.ok();
        Ok(Self {
            notices,
            watcher,
            watched: BTreeSet::new(),
            _sender: sender,
        })
    }

    /// Watches these folders and no others. One that is not there is tried
    /// again with the next call.
    pub(crate) fn watch(&mut self, folders: Vec<PathBuf>) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        let wanted: BTreeSet<PathBuf> = folders
            .into_iter()
            .filter(|folder| folder.is_dir())
            .collect();
        for folder in self.watched.difference(&wanted) {
            drop(watcher.unwatch(folder));
        }
        self.watched = wanted
            .into_iter()
            .filter(|folder| {
                self.watched.contains(folder)
                    || watcher.watch(folder, RecursiveMode::NonRecursive).is_ok()
            })
            .collect();
    }

    /// Waits for a notice, at most `pause`; several at once are one.
    pub(crate) fn wait(&mut self, pause: Duration) {
        if self.notices.recv_timeout(pause).is_ok() {
            while self.notices.try_recv().is_ok() {}
        }
    }
}

/// Raises `interrupt` at the first SIGTERM or SIGINT.
fn listen(runtime: &Runtime, interrupt: &Interrupt, sender: Sender<()>) -> Result<(), Stop> {
    let failed =
        |e: std::io::Error| Stop::failed(format!("signals cannot be heard: {}", chain(&e)));
    let _inside = runtime.enter();
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupted = signal(SignalKind::interrupt()).map_err(failed)?;
    let interrupt = interrupt.clone();
    runtime.spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupted.recv() => {}
        }
        interrupt.raise();
        let _ = sender.send(());
    });
    Ok(())
}

/// Our own reading is an event too; only what may have changed a file counts.
fn tells(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) => true,
        EventKind::Any | EventKind::Other => true,
    }
}
