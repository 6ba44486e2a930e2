//! The app on a person's phone that makes codes.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::{Algorithm, Secret, TOTP};

use crate::wait_for;

/// How long the app shows one code.
const STEP_SECONDS: u64 = 30;

/// Gives the code that stands in the app now, from its base32 secret.
pub fn code_of(secret: &str) -> String {
    app(secret).generate(now())
}

/// Gives a code that this function has not given yet, for each is good once.
///
/// The box takes the next code too, as from an app whose clock is early, so
/// only the third sign-in of one person within a step has to wait.
pub fn fresh_code_of(secret: &str) -> String {
    static GIVEN: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());
    let step = {
        let mut given = GIVEN.lock().unwrap();
        let last = given.get(secret).copied().unwrap_or_default();
        let step = (now() / STEP_SECONDS).max(last + 1);
        given.insert(secret.to_owned(), step);
        step
    };
    wait_for("the app's next code", || now() / STEP_SECONDS + 1 >= step);
    app(secret).generate(step * STEP_SECONDS)
}

fn app(secret: &str) -> TOTP {
    let bytes = Secret::Encoded(secret.to_owned()).to_bytes().unwrap();
    TOTP::new_unchecked(Algorithm::SHA1, 6, 1, STEP_SECONDS, bytes)
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}
