//! Frames replayed, reordered, mixed, cut and made up, on the sockets of the
//! running box: no note without an entry of its own, and nothing falls over.

mod made_up;
mod permits;

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use firebox_protocol::Code;
use firebox_protocol::answer::SealedDetail;
use firebox_protocol::frame;
use firebox_protocol::gate_keeper::{Fetch, Reply, Request, Why};
use firebox_tests::Council;

use crate::evil_gate::{EvilGate, Leave, Line, emergency, got, open, release, stated};

/// Details that are looked at.
const ENOUGH: usize = 20;
/// Records there are, and more.
const MOST_RECORDS: i64 = 40_000;
/// The processes that must not fall over.
const PROCESSES: [&str; 3] = ["gate", "store", "keeper"];

#[test]
fn no_frame_however_replayed_mixed_or_made_up_brings_a_note_without_its_entry() {
    let council = Council::open();
    let processes = PROCESSES.map(|name| council.process(name));
    let gate = EvilGate::of(&council);
    let stage = Stage::set(&council, &gate);
    stage.a_release_replayed_is_refused_or_an_entry_of_its_own();
    stage.a_permit_is_used_once_however_often_it_is_sent();
    stage.a_permit_serves_its_own_question_and_no_other();
    stage.a_permit_changed_in_any_bit_serves_nothing();
    stage.slips_and_envelopes_of_different_records_do_not_go_together();
    stage.a_slip_serves_its_own_session_and_no_other();
    stage.a_slip_or_envelope_that_was_changed_opens_nothing();
    stage.a_release_is_shown_to_its_own_person_over_its_own_envelope();
    stage.requests_of_one_id_are_each_answered();
    assert_eq!(
        released(&council),
        gate.entries(),
        "each entry was got, and the other way round"
    );

    stage.frames_that_break_the_format_end_the_connection_and_nothing_else();
    stage.random_frames_bring_nothing();
    stage.changed_frames_bring_nothing_without_an_entry();
    // A reply may be lost with its connection: an entry too many, never one too few.
    assert!(gate.entries().is_subset(&released(&council)));
    assert_eq!(PROCESSES.map(|name| council.process(name)), processes);
    council.is_ready();
    let checked = council.runs(&["log", "check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.said());
    stage.a_kill_makes_nothing_good_again(&council);
}

/// Slip and envelope both say whose record it is: fetched for every number there
/// may be and read, they would be the list of all warnings.
#[test]
fn what_a_gate_fetches_without_an_entry_tells_it_nothing_of_whose_it_is() {
    let council = Council::open();
    let gate = EvilGate::of(&council);
    let olu = council
        .signs_in("olu.officer")
        .client()
        .session()
        .to_owned();
    let words = [
        "caution-list",
        "CL-0",
        "100000",
        "fbx-envelope-v1",
        "age-encryption.org",
        "box-1",
    ];
    let words = AhoCorasick::new(words).unwrap();
    let mut fetched = 0;
    for record in 1..MOST_RECORDS {
        let Ok(one) = gate.fetch(&olu, Fetch::Record(record)) else {
            continue;
        };
        fetched += 1;
        if fetched > ENOUGH {
            break;
        }
        let again = gate.fetch(&olu, Fetch::Record(record)).unwrap();
        for (bytes, others) in [(&one.slip, &again.slip), (&one.envelope, &again.envelope)] {
            assert!(!words.is_match(bytes), "record {record}");
            assert_ne!(bytes, others, "record {record}, fetched twice");
        }
    }
    assert!(fetched > ENOUGH, "{fetched} details");
}

/// Entries of the log by which a detail left.
fn released(council: &Council) -> BTreeSet<u64> {
    let entries = council.entries();
    let released = entries.iter().filter(|entry| entry.is_release());
    released.map(|entry| entry.index).collect()
}

/// Two officers, two records, and a gate that both came through.
struct Stage<'a> {
    gate: &'a EvilGate,
    uprn: String,
    elsewhere: String,
    olu: String,
    ana: String,
    /// The store's ids of two records with a detail.
    one: i64,
    other: i64,
}

impl<'a> Stage<'a> {
    fn set(council: &Council, gate: &'a EvilGate) -> Self {
        let session = |name| council.signs_in(name).client().session().to_owned();
        let (olu, ana) = (session("olu.officer"), session("ana.officer"));
        let record = |sample: &str| {
            let found = gate.looks_up(&olu, &council.sample(sample));
            let flag = &found.matches[0].flags.as_ref().unwrap()[0];
            assert!(flag.sealed);
            flag.record
        };
        gate.looks_up(&ana, &council.sample("release_flag_uprn"));
        Self {
            gate,
            uprn: council.sample("release_flag_uprn"),
            elsewhere: council.sample("uprn_overdue"),
            one: record("release_flag_uprn"),
            other: record("uprn_overdue"),
            olu,
            ana,
        }
    }

    fn fetched(&self, session: &str, record: i64) -> SealedDetail {
        self.gate.fetch(session, Fetch::Record(record)).unwrap()
    }

    fn request(&self, why: Why, sealed: &SealedDetail) -> Request {
        release(&self.olu, why, &sealed.slip, &sealed.envelope)
    }

    fn a_release_replayed_is_refused_or_an_entry_of_its_own(&self) {
        let sealed = self.fetched(&self.olu, self.one);
        let stated = frame::encode(1, &self.request(stated(), &sealed)).unwrap();
        let lines = [self.gate.keeper(), self.gate.keeper()];
        let replies = replies_to(lines, &stated, 25);
        let released = replies.iter().filter(|reply| reply.is_ok()).count();
        let repeated = Err(Code::ReasonRepeated);
        let refused = replies.iter().filter(|reply| **reply == repeated).count();
        assert_eq!((released, refused), (1, 49));

        let emergency = frame::encode(1, &self.request(emergency(), &sealed)).unwrap();
        let lines = [self.gate.keeper(), self.gate.keeper()];
        let replies = replies_to(lines, &emergency, 5);
        let replies: BTreeSet<_> = replies.into_iter().map(Result::unwrap).collect();
        assert_eq!(replies.len(), 10, "ten references, ten entries");
    }

    fn slips_and_envelopes_of_different_records_do_not_go_together(&self) {
        let one = self.fetched(&self.olu, self.one);
        let other = self.fetched(&self.olu, self.other);
        let mut keeper = self.gate.keeper();
        for why in [stated(), emergency()] {
            for (slip, envelope) in [(&one, &other), (&other, &one)] {
                let mixed = release(&self.olu, why.clone(), &slip.slip, &envelope.envelope);
                assert_eq!(keeper.gets(&mixed), Err(Code::DetailUnsound));
            }
            // Nothing was fetched yet, or in another order.
            for slip in [&[][..], &[1], &[1; 64], &one.envelope] {
                let made_up = release(&self.olu, why.clone(), slip, &one.envelope);
                assert_eq!(keeper.gets(&made_up), Err(Code::PermitRefused));
            }
            for envelope in [&[][..], &[1], &[1; 64], &one.slip] {
                let made_up = release(&self.olu, why.clone(), &one.slip, envelope);
                assert_eq!(keeper.gets(&made_up), Err(Code::PermitRefused));
            }
        }
        assert!(keeper.gets(&self.request(stated(), &other)).is_ok());
        assert!(
            keeper.gets(&self.request(stated(), &one)).is_ok(),
            "in any order"
        );
    }

    fn a_slip_serves_its_own_session_and_no_other(&self) {
        let sealed = self.fetched(&self.olu, self.one);
        let mut keeper = self.gate.keeper();
        let of = |session: &str| release(session, stated(), &sealed.slip, &sealed.envelope);
        assert_eq!(keeper.gets(&of(&self.ana)), Err(Code::PermitRefused));
        let made_up = "A".repeat(43);
        for session in ["", made_up.as_str()] {
            assert_eq!(keeper.gets(&of(session)), Err(Code::NotSignedIn));
            let what = Fetch::Record(self.one);
            assert_eq!(keeper.leave(session, what).err(), Some(Code::NotSignedIn));
        }
        for record in [0, -1, i64::MAX, i64::MIN] {
            let fetched = self.gate.fetch(&self.olu, Fetch::Record(record));
            assert_eq!(fetched, Err(Code::NotFound), "record {record}");
        }
        assert!(keeper.gets(&of(&self.olu)).is_ok());
    }

    fn a_slip_or_envelope_that_was_changed_opens_nothing(&self) {
        let sealed = self.fetched(&self.olu, self.one);
        let mut keeper = self.gate.keeper();
        for at in 0..sealed.slip.len() {
            let mut changed = sealed.clone();
            changed.slip[at] ^= 1;
            let asked = self.request(emergency(), &changed);
            assert_eq!(keeper.gets(&asked), Err(Code::PermitRefused), "byte {at}");
        }
        for at in (0..sealed.envelope.len()).step_by(23) {
            let mut changed = sealed.clone();
            changed.envelope[at] ^= 1;
            let asked = self.request(emergency(), &changed);
            assert_eq!(keeper.gets(&asked), Err(Code::PermitRefused), "byte {at}");
            changed.envelope.truncate(at);
            let asked = self.request(emergency(), &changed);
            assert_eq!(keeper.gets(&asked), Err(Code::PermitRefused), "cut at {at}");
        }
    }

    fn a_release_is_shown_to_its_own_person_over_its_own_envelope(&self) {
        let one = self.fetched(&self.olu, self.one);
        let other = self.fetched(&self.olu, self.other);
        let mut keeper = self.gate.keeper();
        let (reference, entry) = keeper.gets(&self.request(stated(), &one)).unwrap();
        let shown = keeper.gets(&open(&self.olu, &reference, &one)).unwrap();
        assert!(shown.0 == reference && shown.1 > entry);
        let again = keeper.gets(&open(&self.olu, &reference, &one)).unwrap();
        assert!(again.1 > shown.1, "replayed, it is one more entry");
        let ended = keeper.gets(&open(&self.olu, &reference, &other));
        assert_eq!(ended, Err(Code::ReleaseEnded), "another record's envelope");
        let of_ana = self.fetched(&self.ana, self.one);
        for guess in [
            reference.as_str(),
            "REL-0000000000",
            "",
            "REL-",
            "' OR 1=1 --",
        ] {
            let somebody_elses = keeper.gets(&open(&self.ana, guess, &of_ana));
            assert_eq!(somebody_elses, Err(Code::NotFound), "{guess}");
            let what = Fetch::Release(guess.to_owned());
            assert_eq!(keeper.leave(&self.ana, what).err(), Some(Code::NotFound));
        }
        let of_olus_slip = keeper.gets(&open(&self.ana, &reference, &one));
        assert_eq!(of_olus_slip, Err(Code::PermitRefused));
        let what = Fetch::Release(reference.clone());
        let fetched = self.gate.fetch(&self.olu, what).unwrap();
        assert!(keeper.gets(&open(&self.olu, &reference, &fetched)).is_ok());
    }

    fn requests_of_one_id_are_each_answered(&self) {
        let sealed = self.fetched(&self.olu, self.one);
        for id in [0, 7, u64::MAX] {
            let mut keeper = self.gate.keeper();
            let whole = [
                frame::encode(id, &self.request(stated(), &sealed)).unwrap(),
                frame::encode(id, &Request::Ready).unwrap(),
                frame::encode(id, &self.request(stated(), &sealed)).unwrap(),
            ];
            assert!(keeper.send(&whole.concat()));
            let mut released = 0;
            for _ in 0..whole.len() {
                let (answered, message) = keeper.receive().unwrap();
                assert_eq!(answered, id);
                let reply: Reply = frame::decode(&message).unwrap();
                released += usize::from(matches!(reply, Reply::Released(_)));
            }
            assert_eq!(released, 2);
        }
    }

    fn leave(&self, record: i64) -> Leave {
        self.gate
            .keeper()
            .leave(&self.olu, Fetch::Record(record))
            .unwrap()
    }
}

/// Sends the same frame so often on each of two connections, and reads all replies.
fn replies_to(
    mut lines: [Line<'_>; 2],
    frame: &[u8],
    times: usize,
) -> Vec<Result<(String, u64), Code>> {
    for line in &mut lines {
        assert!(line.send(&frame.repeat(times)));
    }
    let mut replies = Vec::new();
    for line in &mut lines {
        replies.extend(std::iter::repeat_with(|| got(read(line))).take(times));
    }
    replies
}

fn read<R: serde::de::DeserializeOwned>(line: &mut Line<'_>) -> R {
    let (_, message) = line.receive().unwrap();
    frame::decode(&message).unwrap()
}
