//! Chance that repeats: the draws of one row depend on the seed, what is drawn and the row's index.
//!
//! `SplitMix64`, written out here because its bytes must stay the same for good: the sequences of a
//! general random crate may change with its version. It is for invented data and never for a secret.

/// What is being drawn, so that two columns of one index do not move together.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    Household = 1,
    Person = 2,
    Flag = 3,
    Case = 4,
    Circumstance = 5,
    HousingPerson = 6,
    SocialCare = 7,
    Benefits = 8,
    Nhs = 9,
}

/// A sequence of draws.
pub(crate) struct Draw(u64);

/// The increment of `SplitMix64`: 2^64 divided by the golden ratio, made odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Draw {
    /// Starts the sequence of one row.
    pub(crate) fn new(seed: u64, stream: Stream, index: u64) -> Self {
        Self(mix(
            mix(seed ^ (stream as u64).wrapping_mul(STEP)).wrapping_add(index)
        ))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// Draws a number below `bound`; a bound of 0 counts as 1.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let rest = self.next() % u64::from(bound.max(1));
        u32::try_from(rest).unwrap_or_default()
    }

    /// Draws a number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// Is true `percent` times in a hundred.
    pub(crate) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// Takes one of a pool, which is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, pool: &[T]) -> T {
        let at = self.next() % pool.len().max(1) as u64;
        pool[usize::try_from(at).unwrap_or_default()]
    }
}

/// The output function of `SplitMix64`.
fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::{Draw, Stream};

    #[test]
    fn the_generator_is_the_published_one() {
        // The first outputs of SplitMix64 from state 1234567.
        let mut draw = Draw(1_234_567);
        assert_eq!(draw.next(), 6_457_827_717_110_365_317);
        assert_eq!(draw.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_draw_stays_within_its_bounds() {
        let mut draw = Draw::new(1, Stream::Flag, 1);
        for _ in 0..1_000 {
            assert!((3..=5).contains(&draw.between(3, 5)));
            assert_eq!(draw.below(0), 0);
        }
    }
}
