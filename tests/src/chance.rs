//! Chance that can be repeated: the seed is printed, and `FIREBOX_SEED` brings it back.

use std::time::{SystemTime, UNIX_EPOCH};

/// A generator for tests (SplitMix64); nothing secret is drawn from it.
pub struct Chance(u64);

impl Chance {
    /// Takes the seed from `FIREBOX_SEED`, or from the clock, and says which.
    pub fn seeded() -> Self {
        let given = std::env::var("FIREBOX_SEED").ok();
        let clock = || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            u64::from(now.subsec_nanos())
        };
        let seed = given.map_or_else(clock, |text| text.parse().unwrap());
        let test = std::thread::current().name().unwrap_or_default().to_owned();
        // The harness shows this only of a test that failed.
        #[expect(clippy::print_stdout, reason = "what repeats a failure")]
        {
            println!("{test}: FIREBOX_SEED={seed} repeats this");
        }
        Self::new(seed)
    }

    /// Goes on from a seed that was drawn from another.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Gives the next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Gives a number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.draw() % u64::try_from(end).unwrap()).unwrap()
    }

    /// Gives so many bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.draw().to_be_bytes()[0]).collect()
    }
}
