//! One-time codes of RFC 6238: six digits, thirty seconds, one step early or
//! late, and each step good once.

use firebox_protocol::Password;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use totp_rs::{Algorithm, TOTP};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::random::{self, NoRandomness};

/// Digits of a code.
const DIGITS: usize = 6;
/// Length of a step in seconds.
const STEP_SECONDS: u64 = 30;
/// Steps before and after now that are taken: a phone's clock is rarely further off.
const SKEW_STEPS: u64 = 1;

/// A person's shared secret. No `Debug`, no `Clone`, wiped on drop.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Secret([u8; 20]);

impl Secret {
    /// Draws a new secret.
    pub(crate) fn draw() -> Result<Self, NoRandomness> {
        random::bytes().map(Self)
    }

    /// Takes a secret out of the roster.
    pub(crate) fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// Gives the bytes, for the roster.
    pub(crate) fn bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// Gives the base32 text that goes into the person's app, once.
    pub(crate) fn for_its_owner(&self) -> Password {
        Password::new(self.totp().get_secret_base32())
    }

    /// Gives the step a code belongs to; none when it is not right now, or the
    /// step is not after `used`.
    pub(crate) fn step_of(&self, code: &str, wall_ms: u64, used: u64) -> Option<u64> {
        let now = wall_ms / 1000 / STEP_SECONDS;
        let totp = self.totp();
        let mut found = 0u64;
        for step in now.saturating_sub(SKEW_STEPS)..=now + SKEW_STEPS {
            let right = totp.generate(step * STEP_SECONDS);
            let unused = Choice::from(u8::from(step > used));
            let same = right.as_bytes().ct_eq(code.as_bytes());
            found = u64::conditional_select(&found, &step, same & unused);
        }
        (found > 0).then_some(found)
    }

    fn totp(&self) -> TOTP {
        // Unchecked: the figures are constants and the secret has its length by type.
        TOTP::new_unchecked(Algorithm::SHA1, DIGITS, 1, STEP_SECONDS, self.0.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238's table.
    fn secret() -> Secret {
        Secret::from_bytes(*b"12345678901234567890")
    }

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, last six digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(
                secret().step_of(code, seconds * 1000, 0),
                Some(seconds / 30)
            );
        }
    }

    #[test]
    fn a_code_is_good_one_step_early_or_late_and_once() {
        let code = "081804";
        let step = 1_111_111_109 / 30;
        let at = |step: u64, used| secret().step_of(code, step * 30_000, used);
        assert_eq!(at(step - 1, 0), Some(step));
        assert_eq!(at(step + 1, 0), Some(step));
        assert_eq!(at(step + 2, 0), None);
        assert_eq!(at(step - 2, 0), None);
        assert_eq!(at(step, step), None);
        assert_eq!(at(step, step - 1), Some(step));
        assert_eq!(secret().step_of("", step * 30_000, 0), None);
        assert_eq!(secret().step_of("0818040", step * 30_000, 0), None);
    }
}
