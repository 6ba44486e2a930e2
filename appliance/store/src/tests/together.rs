//! Questions that come together: each gets its own answer, and none gets one
//! of which the keeper was not told.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use firebox_protocol::answer::Answer;
use firebox_protocol::gate_store::{Reply, Request};
use firebox_protocol::store_keeper;
use firebox_protocol::{Ask, Code, PropertyBy, Visit, frame, query, socket};
use jiff::civil::Date;

use crate::buckets::BucketKey;
use crate::clock::Clock;
use crate::connection::receive;
use crate::database::Database;
use crate::keeper_client::KeeperClient;
use crate::lookup::{Feeds, LookUps};
use crate::permits::Permits;
use crate::question::Question;
use crate::taken::Desk;
use crate::testbed::{
    Bed, TestAgent, folder, keys, now, permit_for, permit_key, property, put_line, query_for,
    rules, settings, uprn,
};

const NONCE: [u8; 16] = [4; 16];

fn question(id: u8, ask: Ask, nonce: [u8; 16]) -> Question {
    let action = ask.action();
    let query = query::to_bytes(&query_for(ask)).unwrap();
    let permit = permit_for([id; 16], &query, action, nonce, 9_000).seal(&permit_key());
    Question { permit, query }
}

fn at(number: u64) -> Ask {
    Ask::Property(PropertyBy::Uprn(uprn(number)))
}

fn typed(text: &str) -> Ask {
    Ask::Property(PropertyBy::Address(text.into()))
}

fn framed(id: u64, Question { permit, query }: Question) -> Vec<u8> {
    frame::encode(id, &Request::Answer { permit, query }).unwrap()
}

fn reply(stream: &mut UnixStream) -> (u64, Reply) {
    let (id, message) = receive(stream).unwrap();
    (id, frame::decode(&message).unwrap())
}

/// The UPRN a reply is about; none for a refusal.
fn uprn_of(reply: &Reply) -> Option<u64> {
    match reply {
        Reply::Answer(Answer::Property(answer)) => Some(answer.matches[0].uprn.number()),
        Reply::Refused(refusal) => {
            assert_eq!(refusal.code, Code::PermitRefused);
            None
        }
        _ => panic!("another reply"),
    }
}

struct House {
    _folder: tempfile::TempDir,
    bed: Bed,
    gate: UnixStream,
}

/// A store that holds numbers 1 to 20 of a street, and a gate's connection to it.
fn house() -> House {
    let folder = folder();
    let mut agent = TestAgent::new("housing-properties");
    let bed = Bed::start(folder.path(), "run", &[&agent], true);
    let lines: Vec<_> = (1..=20)
        .map(|n| {
            let record = property(n, &format!("{n} Mill Lane"), "NB1 4QX", None);
            put_line(&format!("p-{n}"), 1, record)
        })
        .collect();
    bed.read(&mut agent, &lines, true);
    let path = bed
        .settings
        .folders
        .run
        .join(socket::file(socket::STORE_GATE));
    let gate = UnixStream::connect(path).unwrap();
    // A reply that never comes fails the test instead of holding it up.
    gate.set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    House {
        _folder: folder,
        bed,
        gate,
    }
}

#[test]
fn questions_that_come_together_each_get_their_own_answer_and_the_keeper_is_told_of_each() {
    let mut house = house();
    let nonce = house.bed.nonce();
    let mut sent = Vec::new();
    for number in 1..=20u8 {
        let ask = match number % 3 {
            0 => typed(&format!("{number} mill lane")),
            _ => at(number.into()),
        };
        sent.extend(framed(number.into(), question(number, ask, nonce)));
    }
    // In the middle of the others' company: used before, and for another action.
    sent.extend(framed(21, question(1, at(1), nonce)));
    let mut forged = question(22, at(2), nonce);
    forged.permit[40] ^= 1;
    sent.extend(framed(22, forged));
    sent.extend(framed(23, question(23, at(3), nonce)));
    house.gate.write_all(&sent).unwrap();

    let mut replies: Vec<_> = (0..23).map(|_| reply(&mut house.gate)).collect();
    replies.sort_by_key(|(id, _)| *id);
    let about: Vec<_> = replies.iter().map(|(_, reply)| uprn_of(reply)).collect();
    let own = (1..=20).map(Some).chain([None, None, Some(3)]);
    assert_eq!(about, own.collect::<Vec<_>>());
    // The reply came after the telling, but the keeper may still be reading.
    while house.bed.keeper.told.lock().unwrap().shown.len() < 21 {
        std::thread::yield_now();
    }
    let told = house.bed.keeper.told.lock().unwrap();
    let mut permits: Vec<u8> = told.shown.iter().map(|(permit, _)| permit[0]).collect();
    permits.sort_unstable();
    assert_eq!(permits, (1..=20).chain([23]).collect::<Vec<_>>());
    for (permit, shown) in &told.shown {
        let uprn = u64::from(if permit[0] == 23 { 3 } else { permit[0] });
        assert_eq!(
            shown.iter().map(|one| one.uprn).collect::<Vec<_>>(),
            [Some(uprn)]
        );
    }
}

#[test]
fn a_whole_question_does_not_wait_for_the_rest_of_the_next_one() {
    let mut house = house();
    let nonce = house.bed.nonce();
    let first = framed(1, question(1, at(1), nonce));
    let second = framed(2, question(2, at(2), nonce));
    for cut in [1, frame::HEADER_BYTES, second.len() - 1] {
        let (start, rest) = second.split_at(cut);
        house
            .gate
            .write_all(&[first.as_slice(), start].concat())
            .unwrap();
        assert_eq!(reply(&mut house.gate).0, 1, "cut at {cut}");
        house.gate.write_all(rest).unwrap();
        assert_eq!(reply(&mut house.gate).0, 2, "cut at {cut}");
    }
}

#[test]
fn only_what_an_index_finds_is_quick() {
    let quick = |ask| question(1, ask, NONCE).is_quick();
    let place = |number: &str| {
        Ask::Property(PropertyBy::Place {
            postcode: "NB1 4QX".to_owned().try_into().unwrap(),
            number: number.into(),
        })
    };
    for ask in [
        at(1),
        place("14a"),
        Ask::Sources,
        Ask::Envelope { record: 1 },
    ] {
        assert!(quick(ask));
    }
    let visits = vec![Visit {
        reference: "V-1".into(),
        at: PropertyBy::Uprn(uprn(1)),
    }];
    let date = Date::constant(2026, 6, 1);
    let hold = Ask::DecideHold {
        hold: 1,
        apply: true,
    };
    for ask in [
        typed("1 mill lane"),
        place("rose cottage"),
        place(""),
        Ask::Visits { date, visits },
        hold,
    ] {
        assert!(!quick(ask));
    }
}

/// Where questions are answered, beside a keeper that is only a socket.
fn look_ups(folder: &tempfile::TempDir) -> (LookUps, UnixStream) {
    let settings = settings().within(folder.path());
    crate::create(&settings, &keys()).unwrap();
    let database = Database::open(&settings.folders.store, &keys().database, &settings.box_id);
    let (ours, keeper) = UnixStream::pair().unwrap();
    let database = Arc::new(database.unwrap());
    let keeper_client = Arc::new(KeeperClient::linked(ours));
    let desk = Arc::new(Desk {
        settings,
        rules: rules(),
        buckets: BucketKey::new(&keys().buckets),
    });
    let corrections = crate::corrections::Corrections {
        database: Arc::clone(&database),
        keeper: Arc::clone(&keeper_client),
        desk: Arc::clone(&desk),
        agents: Arc::new(crate::agents::Agents::new()),
        permit_key: Arc::new(permit_key()),
        clock: Clock::standing(now(), 1_000),
    };
    let look_ups = LookUps {
        database,
        keeper: keeper_client,
        feeds: Arc::new(Feeds::new(&desk)),
        desk,
        permits: Permits::new(Arc::new(permit_key()), NONCE),
        slip_key: Arc::new(permit_key()),
        clock: Clock::standing(now(), 1_000),
        views: crate::view::Views::default(),
        corrections,
    };
    (look_ups, keeper)
}

#[test]
fn the_keeper_has_been_told_when_the_answers_are_given() {
    let folder = folder();
    let (look_ups, mut keeper) = look_ups(&folder);
    let reader = look_ups.database.reader().unwrap();
    let asked = [1, 2, 3].map(|id| question(id, at(u64::from(id)), NONCE));
    let answers = look_ups.answer(&reader, &asked);
    assert!(answers.iter().all(Result::is_ok));
    // Nothing is sent any more: what can be read now was there before.
    drop(look_ups);
    for id in [1, 2, 3] {
        let (_, message) = receive(&mut keeper).unwrap();
        match frame::decode(&message) {
            Ok(store_keeper::Request::Shown { permit, .. }) => assert_eq!(permit, [id; 16]),
            _ => panic!("another message"),
        }
    }
    assert_eq!(keeper.read(&mut [0]).unwrap(), 0);
}

#[test]
fn no_answer_is_given_when_the_keeper_cannot_be_told() {
    let folder = folder();
    let (look_ups, keeper) = look_ups(&folder);
    let reader = look_ups.database.reader().unwrap();
    drop(keeper);
    for asked in [
        vec![question(1, at(1), NONCE)],
        vec![question(2, Ask::Sources, NONCE), question(3, at(3), NONCE)],
        vec![question(4, typed("1 mill lane"), NONCE)],
    ] {
        let answers = look_ups.answer(&reader, &asked);
        assert_eq!(answers.len(), asked.len());
        for answer in answers {
            assert_eq!(answer.map_err(|refusal| refusal.code), Err(Code::NotReady));
        }
    }
}
