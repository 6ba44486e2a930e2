//! Sealed envelopes: which are given, to whom, and with what word of the store.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_contract::batch::{GoneReason, Line};
use firebox_contract::record::{End, EndReason, HazardFlag, Location, Record, State};
use firebox_protocol::answer::{Answer, SealedDetail};
use firebox_protocol::cover::{self, What};
use firebox_protocol::gate_store::{Reply, Request};
use firebox_protocol::permit::fields;
use firebox_protocol::slip::{self, Slip};
use firebox_protocol::{Action, Ask, Code, Permit, PropertyBy, frame, query};

use crate::testbed::{
    Bed, TestAgent, flag, flag_at, folder, gone_line, held_line, permit_for, permit_key, place,
    property, put_line, query_for, uprn,
};

const SESSION: [u8; 32] = [6; 32];

struct House {
    _folder: tempfile::TempDir,
    bed: Bed,
    agent: TestAgent,
    permits: u8,
}

impl House {
    /// A store that holds what `lines` says.
    fn with(lines: impl FnOnce(&TestAgent) -> Vec<Line>) -> Self {
        let folder = folder();
        let mut agent = TestAgent::new("caution-list");
        let bed = Bed::start(folder.path(), "run", &[&agent], true);
        let lines = lines(&agent);
        bed.read(&mut agent, &lines, true);
        Self {
            _folder: folder,
            bed,
            agent,
            permits: 0,
        }
    }

    fn deliver(&mut self, line: Line) {
        let batch = self.agent.delta(&[line]);
        self.bed.deliver(&self.agent, &batch).unwrap();
    }

    fn id(&self, key: &str) -> i64 {
        let reader = self.bed.database.reader().unwrap();
        reader
            .query_row("SELECT id FROM statement WHERE key = ?1", [key], |row| {
                row.get(0)
            })
            .unwrap()
    }

    fn permit(&mut self, query: &[u8]) -> Permit {
        self.permits += 1;
        let id = [100 + self.permits; 16];
        Permit {
            session: SESSION,
            ..permit_for(id, query, Action::Envelope, self.bed.nonce(), 9_000)
        }
    }

    /// Fetches with a good permit, and gives the reply's bytes.
    fn message(&mut self, record: i64) -> Vec<u8> {
        let query = ask(record);
        let permit = self.permit(&query).seal(&permit_key());
        self.bed.message(Request::Answer { permit, query })
    }

    fn fetch(&mut self, record: i64) -> SealedDetail {
        uncovered(&self.covered(record))
    }

    fn covered(&mut self, record: i64) -> SealedDetail {
        match frame::decode(&self.message(record)) {
            Ok(Reply::Answer(Answer::Envelope(detail))) => detail,
            _ => panic!("no envelope"),
        }
    }

    fn refusal(&self, permit: &Permit, query: &[u8]) -> Option<Code> {
        let permit = permit.seal(&permit_key());
        let query = query.to_vec();
        match self.bed.ask(Request::Answer { permit, query }) {
            Reply::Refused(refusal) => Some(refusal.code),
            _ => None,
        }
    }
}

/// Opens both covers, as only the keeper does.
fn uncovered(detail: &SealedDetail) -> SealedDetail {
    let open = |what, bytes: &[u8]| cover::uncover(&permit_key(), what, &SESSION, bytes).unwrap();
    SealedDetail {
        slip: open(What::Slip, &detail.slip),
        envelope: open(What::Envelope, &detail.envelope),
    }
}

fn ask(record: i64) -> Vec<u8> {
    query::to_bytes(&query_for(Ask::Envelope { record })).unwrap()
}

/// The one reply to whatever has no envelope to give.
fn not_found() -> Vec<u8> {
    let reply = frame::encode(1, &Reply::Refused(Code::NotFound.into())).unwrap();
    reply[frame::HEADER_BYTES..].to_vec()
}

fn at(number: u64) -> Record {
    flag_at(Location::Uprn(uprn(number)))
}

fn slip_of(detail: &SealedDetail) -> Slip {
    Slip::open(&detail.slip, &permit_key(), &SESSION, 1_000).unwrap()
}

/// One warning at UPRN 20 with a sealed detail, and what was sealed.
fn one() -> (House, Vec<u8>) {
    let mut sealed = String::new();
    let house = House::with(|agent| {
        sealed = agent.seal("c-1", 1);
        vec![agent.put_with_envelope("c-1", 1, at(20), &sealed)]
    });
    (house, STANDARD.decode(sealed).unwrap())
}

#[test]
fn an_envelope_is_given_byte_for_byte_with_a_slip_that_says_what_the_batch_said() {
    let (mut house, sealed) = one();
    let record = house.id("c-1");
    let detail = house.fetch(record);
    assert_eq!(detail.envelope, sealed);
    let said = Slip {
        session: SESSION,
        record,
        source: "caution-list".into(),
        key: "c-1".into(),
        version: 1,
        uprn: Some(uprn(20)),
        review_due: flag().review_due,
        expires_boottime_ms: 1_000 + slip::LIFETIME_MS,
    };
    assert_eq!(slip_of(&detail), said);
}

#[test]
fn whoever_carries_a_sealed_detail_reads_nothing_of_whose_it_is() {
    let (mut house, _) = one();
    let record = house.id("c-1");
    let covered = house.covered(record);
    let said: [&[u8]; 4] = [
        b"c-1",
        b"caution-list",
        b"fbx-envelope-v1",
        b"age-encryption.org",
    ];
    for bytes in [&covered.slip, &covered.envelope] {
        for word in said {
            assert!(!bytes.windows(word.len()).any(|window| window == word));
        }
    }
    // The same detail twice is not recognised either.
    assert_ne!(house.covered(record), covered);
}

#[test]
fn a_slip_names_a_uprn_only_where_the_service_did() {
    let mut house = House::with(|agent| {
        let somewhere = Location::Address(place("20 Mill Lane", "NB1 4QX"));
        let sealed = agent.seal("c-1", 1);
        vec![agent.put_with_envelope("c-1", 1, flag_at(somewhere), &sealed)]
    });
    let record = house.id("c-1");
    let detail = house.fetch(record);
    assert_eq!(slip_of(&detail).uprn, None);
}

#[test]
fn the_record_a_look_up_shows_is_the_one_that_is_fetched_and_fetching_shows_nothing() {
    let (mut house, _) = one();
    let record = house.bed.at(20).matches[0].flags.as_ref().unwrap()[0].record;
    let detail = house.fetch(record);
    assert_eq!(slip_of(&detail).key, "c-1");
    // Told of the look-up alone; the keeper makes its own entry of what it opens.
    assert_eq!(house.bed.shown(&mut house.agent).len(), 1);
}

#[test]
fn the_log_index_of_a_fetch_is_kept_like_any_permits() {
    let (mut house, _) = one();
    let query = ask(house.id("c-1"));
    let mut permit = house.permit(&query);
    permit.log_index = 77;
    assert_eq!(house.refusal(&permit, &query), None);
    assert_eq!(house.bed.database.highest_log_index(), 77);
}

#[test]
fn what_is_not_there_ended_or_without_a_detail_is_refused_with_the_same_bytes() {
    let ended = |state, on: Option<&str>| {
        let end = on.map(|on| End {
            on: on.parse().unwrap(),
            reason: EndReason::NoLongerApplies,
        });
        Record::Hazard(Box::new(HazardFlag {
            state,
            end,
            ..flag()
        }))
    };
    let mut house = House::with(|agent| {
        let put = |key: &str, record| agent.put_with_envelope(key, 1, record, &agent.seal(key, 1));
        vec![
            put("withdrawn", at(20)),
            put("ended", ended(State::Ended, None)),
            put("past-its-end", ended(State::Active, Some("2026-05-31"))),
            put("on-its-last-day", ended(State::Active, Some("2026-06-01"))),
            put_line("without", 1, at(20)),
            put_line("address", 1, property(20, "20 Mill Lane", "NB1 4QX", None)),
            held_line("unread", 1, Some(20), None),
        ]
    });
    let withdrawn = house.id("withdrawn");
    house.deliver(gone_line("withdrawn", 2, GoneReason::WithdrawnByPerson));
    // The held row has the number of the withdrawn statement in a table of its own.
    for record in [withdrawn, 0, -1, 4_000, i64::MAX, i64::MIN] {
        assert_eq!(house.message(record), not_found(), "{record}");
    }
    for key in ["ended", "past-its-end", "without", "address"] {
        let record = house.id(key);
        assert_eq!(house.message(record), not_found(), "{key}");
    }
    let record = house.id("on-its-last-day");
    house.fetch(record);
}

#[test]
fn a_newer_statement_gives_its_newer_envelope_under_the_same_record() {
    let (mut house, first) = one();
    let record = house.id("c-1");
    let sealed = house.agent.seal("c-1", 2);
    let line = house.agent.put_with_envelope("c-1", 2, at(21), &sealed);
    house.deliver(line);
    let detail = house.fetch(record);
    assert_ne!(detail.envelope, first);
    assert_eq!(detail.envelope, STANDARD.decode(sealed).unwrap());
    let slip = slip_of(&detail);
    assert_eq!((slip.version, slip.uprn), (2, Some(uprn(21))));
    // And one that came without a detail takes the older one with it.
    house.deliver(put_line("c-1", 3, at(21)));
    assert_eq!(house.message(record), not_found());
}

#[test]
fn a_warning_whose_next_row_did_not_read_keeps_its_envelope_as_it_keeps_its_flag() {
    let (mut house, sealed) = one();
    house.deliver(held_line("c-1", 2, Some(20), None));
    assert!(house.bed.at(20).matches[0].flags.as_ref().unwrap()[0].sealed);
    let record = house.id("c-1");
    assert_eq!(house.fetch(record).envelope, sealed);
}

#[test]
fn an_envelope_without_its_own_good_permit_is_not_given() {
    let (mut house, _) = one();
    let query = ask(house.id("c-1"));
    let refused = Some(Code::PermitRefused);

    let other_record = ask(house.id("c-1") + 1);
    let permit = house.permit(&other_record);
    assert_eq!(house.refusal(&permit, &query), refused, "another record");

    let look_up = query::to_bytes(&query_for(Ask::Property(PropertyBy::Uprn(uprn(20))))).unwrap();
    let mut permit = house.permit(&query);
    permit.action = Action::Property;
    assert_eq!(house.refusal(&permit, &query), refused, "another action");
    let permit = house.permit(&look_up);
    assert_eq!(house.refusal(&permit, &look_up), refused, "for a look-up");

    for held in [0, fields::WARNINGS, fields::SOURCES] {
        let mut permit = house.permit(&query);
        permit.fields = held;
        assert_eq!(house.refusal(&permit, &query), refused, "fields {held}");
    }

    let mut permit = house.permit(&query);
    permit.expires_boottime_ms = 1_000;
    assert_eq!(house.refusal(&permit, &query), refused, "expired");

    let permit = house.permit(&query);
    assert_eq!(house.refusal(&permit, &query), None, "good");
    assert_eq!(house.refusal(&permit, &query), refused, "used before");
}
