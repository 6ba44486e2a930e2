//! Named threads, and the end of the process when one ends that must not.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use firebox_protocol::Stop;

use crate::rest::Rest;

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

/// Takes a thread's leave when it is dropped, also by a panic.
struct Leaving {
    rest: Arc<Rest>,
    /// The thread's own handle, which only who started it can give.
    own: Receiver<JoinHandle<()>>,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Ok(own) = self.own.recv() {
            self.rest.leave(own);
        }
    }
}

/// Starts a thread, which ends only while the store is not at rest.
pub(crate) fn thread(
    name: &'static str,
    rest: &Arc<Rest>,
    run: impl FnOnce() + Send + 'static,
) -> Result<(), Stop> {
    let (handle, own) = channel();
    let rest = Arc::clone(rest);
    let started = std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            let _leaving = Leaving { rest, own };
            run();
        })
        .map_err(|e| {
            Stop::operating_system(format!("no thread could be started ({})", e.kind()))
        })?;
    // It waits for this before it ends, so it is there to take it.
    let _ = handle.send(started);
    Ok(())
}

/// Starts a thread without which the store cannot serve: half a store would
/// keep people waiting where a restarted one answers.
pub(crate) fn essential(
    name: &'static str,
    rest: &Arc<Rest>,
    end: &End,
    run: impl FnOnce() + Send + 'static,
) -> Result<(), Stop> {
    let guard = Essential {
        name,
        end: end.clone(),
    };
    thread(name, rest, move || {
        let _guard = guard;
        run();
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::RecvTimeoutError;
    use std::time::Duration;

    use super::*;

    /// Longer than any test.
    const AGES: Duration = Duration::from_secs(600);

    /// What a library does when a thread of its callers ends.
    struct AtTheVeryEnd(Box<dyn FnMut()>);

    impl Drop for AtTheVeryEnd {
        fn drop(&mut self) {
            (self.0)();
        }
    }

    thread_local! {
        static END: RefCell<Option<AtTheVeryEnd>> = const { RefCell::new(None) };
    }

    fn at_the_very_end(run: impl FnMut() + 'static) {
        END.set(Some(AtTheVeryEnd(Box::new(run))));
    }

    #[test]
    fn an_essential_thread_that_ends_ends_the_process_also_by_a_panic() {
        for run in [(|| ()) as fn(), || panic!("on purpose")] {
            let (end, ended) = channel();
            essential("reader", &Arc::default(), &end, run).unwrap();
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

    #[test]
    fn rest_waits_until_a_thread_that_left_is_gone_also_by_a_panic() {
        for run in [(|| ()) as fn(), || panic!("on purpose")] {
            let rest = Arc::<Rest>::default();
            let gone = Arc::new(AtomicBool::new(false));
            let (left, leaves) = channel();
            let (rests, goes) = (Arc::clone(&rest), Arc::clone(&gone));
            let until_rest = move || {
                let _ = left.send(());
                while !rests.has_begun() {
                    std::thread::yield_now();
                }
                std::thread::sleep(Duration::from_millis(20));
                goes.store(true, Ordering::SeqCst);
            };
            let run = move || {
                at_the_very_end(until_rest);
                run();
            };
            thread("leaves", &rest, run).unwrap();
            leaves.recv().unwrap();
            assert!(rest.begin(AGES));
            assert!(gone.load(Ordering::SeqCst));
        }
    }

    #[test]
    fn threads_that_leave_one_after_the_other_all_end() {
        let rest = Arc::<Rest>::default();
        let (gone, ends) = channel();
        for number in 0..3 {
            let gone = gone.clone();
            let run = move || {
                at_the_very_end(move || {
                    let _ = gone.send(number);
                });
            };
            thread("leaves", &rest, run).unwrap();
        }
        let mut all: Vec<_> = (0..3).map(|_| ends.recv().unwrap()).collect();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2]);
        assert!(rest.begin(AGES));
    }

    #[test]
    fn once_rest_has_begun_no_thread_ends() {
        let rest = Arc::<Rest>::default();
        let (gone, seen) = channel();
        let (go_on, waits) = channel::<()>();
        let run = move || {
            at_the_very_end(move || {
                let _ = gone.send(());
            });
            // Goes on when the test does.
            let _ = waits.recv();
        };
        thread("stays", &rest, run).unwrap();
        assert!(rest.begin(AGES));
        drop(go_on);
        let moment = Duration::from_millis(100);
        assert_eq!(seen.recv_timeout(moment), Err(RecvTimeoutError::Timeout));
    }
}
