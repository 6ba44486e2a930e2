//! What the `firebox` command may ask of this crate.

use std::sync::Arc;
use std::thread;

use firebox_protocol::{Settings, Stop};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::clock::{Clock, MachineClock};
use crate::door::Listeners;
use crate::keys::{Keys, Recipients};
use crate::log::note::NoteKey;
use crate::log::opening;
use crate::policy::Policy;
use crate::process::{Given, Process};

/// Makes the log `log-<epoch>.db` with its first entry, and its head.
///
/// # Errors
/// Exit 78 when any log or head is there already; exit 71 when the disk fails.
pub fn create(settings: &Settings, keys: &Keys) -> Result<(), Stop> {
    opening::create(settings, keys, &MachineClock::new()?.now())
}

/// Reads a policy as the keeper would, and says what is wrong with it.
///
/// # Errors
/// Exit 78 with the key that is wrong and what to write instead.
pub fn check_policy(text: &str) -> Result<(), Stop> {
    Policy::parse(text).map(drop)
}

/// Gives the log's origin, `<box id>/<epoch>`: of the newest log in the keeper's
/// folder, or of the one [`create`] would make today.
pub fn origin(settings: &Settings) -> String {
    opening::origin(settings, MachineClock::wall_ms())
}

/// Gives the verifier key of checkpoints as C2SP signed-note writes it:
/// `<origin>+<hash>+<base64>`.
pub fn verifier_key(settings: &Settings, keys: &Keys) -> String {
    NoteKey::new(origin(settings), &keys.checkpoint).verifier()
}

/// Runs the keeper until SIGTERM or SIGINT.
///
/// # Errors
/// Exit 78 when a person must act before it can run (log, head, key, clock,
/// policy); exit 71 when the disk or the kernel failed while it ran.
pub fn run(
    settings: Settings,
    policy: &str,
    keys: Keys,
    recipients: Recipients,
    listeners: Listeners,
) -> Result<(), Stop> {
    // Before anything else, so that a signal during the start is not a kill.
    let mut signals = Signals::new([SIGTERM, SIGINT])
        .map_err(|error| Stop::operating_system(format!("no signal can be waited for: {error}")))?;
    let given = Given {
        settings,
        policy,
        keys,
        recipients,
        listeners,
    };
    let process = Process::start(given, Arc::new(MachineClock::new()?))?;
    let (handle, end) = (signals.handle(), process.end());
    let watch = thread::spawn(move || {
        if signals.forever().next().is_some() {
            end(Ok(()));
        }
    });
    let result = process.wait();
    handle.close();
    let _panicked = watch.join();
    result
}
