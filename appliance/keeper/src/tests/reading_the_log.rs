use firebox_protocol::Code;

use super::harness::*;
use super::reading::*;
use crate::log::leaf::Leaf;

#[test]
fn a_reviewer_reads_the_whole_log_and_the_reading_itself_is_its_last_entry() {
    let council = with_entries(3);
    let begun = begin(&council, &RITA).unwrap();
    let log = council.log();
    assert_eq!((begun.from, begun.to), (0, log.len() as u64));
    let read = log.last().unwrap();
    assert_eq!((read.kind(), read.leaf.index), ("log-read", begun.entry));
    for (name, value) in [
        ("person", "Rita"),
        ("auth", "password"),
        ("purpose", "complaint"),
        ("reference", "COMPLAINT-7"),
        ("how", "show"),
    ] {
        assert_eq!(read.body[name], value);
    }
    assert_eq!(
        (&read.body["from"], &read.body["to"]),
        (&0.into(), &begun.to.into())
    );

    let entries = all(&council, &begun);
    let leaves: Vec<Leaf> = entries
        .iter()
        .map(|entry| Leaf::from_bytes(&entry.leaf).unwrap())
        .collect();
    assert!(leaves.iter().eq(log.iter().map(|entry| &entry.leaf)));
    let export = check(&begun, &entries);
    assert_eq!((export.from, export.to), (0, export.checkpoint.size));
}

#[test]
fn any_part_of_the_log_can_be_checked_against_the_checkpoint_that_comes_with_it() {
    let council = with_entries(20);
    let size = council.log().len() as u64;
    for (from, count) in [(0, 1), (1, 1), (3, 7), (8, 8), (size - 1, 1), (5, u64::MAX)] {
        let begun = begin(
            &council,
            &Asks {
                from,
                count,
                ..RITA
            },
        )
        .unwrap();
        let last = from.saturating_add(count).min(begun.entry + 1);
        assert_eq!((begun.from, begun.to), (from, last));
        let entries = all(&council, &begun);
        assert_eq!(entries.len() as u64, last - from);
        let export = check(&begun, &entries);
        assert_eq!((export.from, export.to), (from, last));
    }
}

#[test]
fn a_page_has_at_most_256_entries_and_the_last_ends_where_the_range_ends() {
    let mut council = Council::with_log();
    council.policy = with_limits(&council.policy, 1000, 1000);
    council.start();
    let _store = council.store();
    council.add("Rita", &["reviewer"], false);
    let aisha = council.signed_in("Aisha", &["officer"]);
    let mut gate = council.gate();
    for _ in 0..300 {
        gate.permit(&aisha, &property("visit")).unwrap();
    }
    let begun = begin(
        &council,
        &Asks {
            from: 2,
            count: 290,
            ..RITA
        },
    )
    .unwrap();
    let first = page(&council, begun.id, 2).unwrap();
    assert_eq!(first.len(), 256);
    assert_eq!(page(&council, begun.id, 258).unwrap().len(), 34);
    assert_eq!(page(&council, begun.id, 291).unwrap().len(), 1);
    assert!(page(&council, begun.id, 292).unwrap().is_empty());
    for outside in [0, 1, 293, u64::MAX] {
        assert_eq!(
            page(&council, begun.id, outside).err(),
            Some(Code::NotFound)
        );
    }
}

#[test]
fn a_page_of_another_or_an_ended_reading_is_refused() {
    let mut council = with_entries(1);
    let begun = begin(&council, &RITA).unwrap();
    let mut other = begun.id;
    other[15] ^= 1;
    assert_eq!(page(&council, other, 0).err(), Some(Code::NotFound));
    council.clock.pass(HOUR - 1);
    assert!(page(&council, begun.id, 0).is_ok());
    council.clock.pass(1);
    assert_eq!(page(&council, begun.id, 0).err(), Some(Code::NotFound));

    let begun = begin(&council, &RITA).unwrap();
    council.restart();
    assert_eq!(page(&council, begun.id, 0).err(), Some(Code::NotFound));
}

#[test]
fn one_reading_more_than_sixteen_ends_the_oldest() {
    let council = with_entries(0);
    let readings: Vec<Begun> = (0..17).map(|_| begin(&council, &RITA).unwrap()).collect();
    assert_eq!(
        page(&council, readings[0].id, 0).err(),
        Some(Code::NotFound)
    );
    for reading in &readings[1..] {
        assert!(page(&council, reading.id, 0).is_ok());
    }
}
