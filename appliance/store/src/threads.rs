//! Named threads, and the end of the process when one ends that must not.

use std::sync::mpsc::Sender;

use firebox_protocol::Stop;

/// Where the reason of the process's end goes.
pub(crate) type End = Sender<Result<(), Stop>>;

/// Tells the process to end when it is dropped, also by a panic.
struct Essential {
    name: &'static str,
    end: End,
}

impl Drop for Essential {
    fn drop(&mut self) {
        // Whoever waited is already leaving if this fails.
        let _ = self.end.send(Err(Stop::failed(format!(
            "the store's thread `{}` ended",
            self.name
        ))));
    }
}

/// Starts a thread.
pub(crate) fn thread(name: &'static str, run: impl FnOnce() + Send + 'static) -> Result<(), Stop> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map(drop)
        .map_err(|e| Stop::operating_system(format!("no thread could be started ({})", e.kind())))
}

/// Starts a thread without which the store cannot serve: half a store would
/// keep people waiting where a restarted one answers.
pub(crate) fn essential(
    name: &'static str,
    end: &End,
    run: impl FnOnce() + Send + 'static,
) -> Result<(), Stop> {
    let guard = Essential {
        name,
        end: end.clone(),
    };
    thread(name, move || {
        let _guard = guard;
        run();
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_essential_thread_that_ends_ends_the_process_also_by_a_panic() {
        for run in [(|| ()) as fn(), || panic!("on purpose")] {
            let (end, ended) = std::sync::mpsc::channel();
            essential("reader", &end, run).unwrap();
            assert!(
                ended
                    .recv()
                    .unwrap()
                    .unwrap_err()
                    .message
                    .contains("reader")
            );
        }
    }
}
