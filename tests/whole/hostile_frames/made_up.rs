//! Frames cut, broken, random and changed: nothing of them falls over, and
//! nothing comes out without an entry.
//!
//! `FIREBOX_FRAMES=N` sends N random frames to each socket instead of ten
//! thousand, and N changed ones instead of two thousand; `FIREBOX_SEED` repeats
//! a run.

use firebox_protocol::Code;
use firebox_protocol::answer::SealedDetail;
use firebox_protocol::frame::{self, HEADER_BYTES};
use firebox_protocol::gate_keeper::{Fetch, Request};
use firebox_tests::{Chance, Council};

use super::Stage;
use crate::evil_gate::{EvilGate, open, property, stated, token};

const RANDOM_FRAMES: usize = 10_000;
const CHANGED_FRAMES: usize = 2_000;
/// Threads that send changed frames; each is a connection of its own.
const SENDERS: usize = 4;
/// Longest random message in bytes.
const LONGEST: usize = 400;
/// Bytes of a request in which session, reason and slip stand.
const FRONT: usize = 300;
/// A slip lives half a minute; a new one is fetched after so many frames.
const FETCH_AGAIN: usize = 50;
impl Stage<'_> {
    pub(super) fn frames_that_break_the_format_end_the_connection_and_nothing_else(&self) {
        let sealed = self.fetched(&self.olu, self.one);
        let whole = frame::encode(1, &self.request(stated(), &sealed)).unwrap();
        let with_length = |length: u32| {
            let mut frame = whole.clone();
            frame[..4].copy_from_slice(&length.to_be_bytes());
            frame
        };
        let with_version = |version: u8| {
            let mut frame = whole.clone();
            frame[4] = version;
            frame
        };
        let mut broken: Vec<Vec<u8>> = [0, 2, 0x7f, 0xff].map(with_version).into();
        broken.extend([0, 1, 8, 9 << 20, 10 << 20, u32::MAX].map(with_length));
        // Longer than the socket takes, and really sent.
        let long = vec![0; 200 * 1024];
        broken.push(
            frame::encode(
                1,
                &self.request(
                    stated(),
                    &SealedDetail {
                        slip: sealed.slip.clone(),
                        envelope: long,
                    },
                ),
            )
            .unwrap(),
        );
        broken.push([&whole[..HEADER_BYTES], &[0xff; 64]].concat());
        for bytes in broken {
            for mut line in [self.gate.keeper(), self.gate.store()] {
                line.send(&bytes);
                assert_eq!(line.ends(), 0, "{:?}", &bytes[..HEADER_BYTES]);
            }
        }
        for at in (0..whole.len()).step_by(17) {
            let mut line = self.gate.keeper();
            assert!(line.send(&whole[..at]));
            assert_eq!(line.ends(), 0, "cut at {at}");
        }
        // Whole ones before a broken one are decided; their replies may be lost.
        for _ in 0..20 {
            let asked = frame::encode(1, &self.request(stated(), &sealed)).unwrap();
            let mut line = self.gate.keeper();
            line.send(&[&asked[..], &with_version(2)].concat());
            assert!(line.ends() <= 1);
        }
    }

    pub(super) fn random_frames_bring_nothing(&self) {
        let mut chance = Chance::seeded();
        for connect in [EvilGate::keeper, EvilGate::store] {
            let mut line = connect(self.gate);
            for number in 0..frames(RANDOM_FRAMES) {
                let length = chance.below(LONGEST);
                let message = chance.bytes(length);
                // Every kind of request gets its share of garbage.
                let first = u8::try_from(number % 20).unwrap();
                let mut frame = frame::encode(chance.draw(), &()).unwrap();
                frame.push(first);
                frame.extend(message);
                put_length(&mut frame);
                if number % 4 == 0 {
                    let at = chance.below(HEADER_BYTES);
                    frame[at] = chance.draw().to_be_bytes()[0];
                    line.send(&frame);
                    line.ends();
                    line = connect(self.gate);
                } else if !line.send(&frame) || line.receive().is_none() {
                    line = connect(self.gate);
                }
            }
        }
    }

    pub(super) fn changed_frames_bring_nothing_without_an_entry(&self) {
        let mut seeds = Chance::seeded();
        let seeds: Vec<_> = std::iter::repeat_with(|| seeds.draw())
            .take(SENDERS)
            .collect();
        std::thread::scope(|scope| {
            for seed in seeds {
                scope.spawn(move || self.sends_changed_frames(&mut Chance::new(seed)));
            }
        });
    }

    /// What was used up or granted before a kill is refused after it.
    pub(super) fn a_kill_makes_nothing_good_again(&self, council: &Council) {
        let leave = self.leave(self.one);
        council.kills("store");
        council.is_ready();
        let answer = self.gate.store().answers(&leave);
        assert_eq!(
            answer,
            Err(Code::PermitRefused),
            "a permit is of one start of the store"
        );
        let sealed = self.fetched(&self.olu, self.one);
        let asked = self.request(stated(), &sealed);
        assert!(self.gate.keeper().gets(&asked).is_ok());
        council.kills("keeper");
        council.is_ready();
        let again = self.gate.keeper().gets(&asked);
        // The slip's half minute may be over by now.
        assert!(
            matches!(again, Err(Code::ReasonRepeated | Code::DetailMoved)),
            "{again:?}"
        );
        assert!(self.gate.entries().is_subset(&super::released(council)));
    }

    fn sends_changed_frames(&self, chance: &mut Chance) {
        let mut good = Vec::new();
        let mut line = self.gate.keeper();
        for number in 0..frames(CHANGED_FRAMES) / SENDERS {
            if number % FETCH_AGAIN == 0 {
                good = self.good_requests();
            }
            let mut frame = frame::encode(1, &good[chance.below(good.len())]).unwrap();
            for _ in 0..=chance.below(3) {
                // Half of the changes meet what stands before the long envelope.
                let end = if chance.below(2) == 0 {
                    FRONT
                } else {
                    frame.len()
                };
                let at = HEADER_BYTES + chance.below(end.min(frame.len()) - HEADER_BYTES);
                match chance.below(4) {
                    0 => frame.truncate(at),
                    1 => frame.insert(at, chance.draw().to_be_bytes()[0]),
                    _ => frame[at] = chance.draw().to_be_bytes()[0],
                }
                if frame.len() <= HEADER_BYTES {
                    break;
                }
            }
            put_length(&mut frame);
            if !line.send(&frame) || line.receive().is_none() {
                line = self.gate.keeper();
            }
        }
    }

    /// What the gate really asks, to be changed. No sign-in and sign-out: they
    /// would lock names and end the sessions that this stage needs.
    fn good_requests(&self) -> Vec<Request> {
        let sealed = self.fetched(&self.olu, self.one);
        let session = || token(&self.olu);
        let reference = "REL-0000000000";
        vec![
            self.request(stated(), &sealed),
            open(&self.olu, reference, &sealed),
            Request::Fetch {
                session: session(),
                what: Fetch::Record(self.other),
            },
            Request::Permit {
                session: session(),
                query: property(&self.uprn),
            },
            Request::Proof {
                session: session(),
                entry: 12,
            },
            Request::Session { session: session() },
            Request::Consistency { from: 3, to: 9 },
        ]
    }
}

/// Makes the header say how long the frame is.
fn put_length(frame: &mut [u8]) {
    let length = u32::try_from(frame.len() - 4).unwrap();
    frame[..4].copy_from_slice(&length.to_be_bytes());
}

fn frames(usual: usize) -> usize {
    let asked = std::env::var("FIREBOX_FRAMES").ok();
    asked.map_or(usual, |text| text.parse().unwrap())
}
