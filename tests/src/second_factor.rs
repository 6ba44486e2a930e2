//! The app on a person's phone that makes codes.

use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::{Algorithm, Secret, TOTP};

/// Gives the code that stands in the app now, from its base32 secret.
pub fn code_of(secret: &str) -> String {
    let bytes = Secret::Encoded(secret.to_owned()).to_bytes().unwrap();
    let app = TOTP::new_unchecked(Algorithm::SHA1, 6, 1, 30, bytes);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    app.generate(now.as_secs())
}
