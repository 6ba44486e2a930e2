//! Joining: the edges follow from the records, whatever came first.

use std::collections::{BTreeMap, BTreeSet};

use firebox_contract::Vocabulary;
use firebox_contract::record::Record;
use rusqlite::Connection;

use crate::buckets::record_id;
use crate::extract::{Columns, columns};
use crate::migrations::migrate;
use crate::people::columns::{self, PersonColumns, of_person};
use crate::people::link::{Joiner, Touched};
use crate::people::services::Services;
use crate::testbed::{called, now, settings, vocabulary};

/// Feeds 1 and 2 are one service's, feed 3 another's.
const FEEDS: [&str; 3] = ["housing-properties", "housing-tenancies", "caution-list"];

/// A box with nothing but people, without batches.
struct Town {
    connection: Connection,
    vocabulary: Vocabulary,
    next: i64,
}

/// Feed and key of a record.
type Key = (usize, String);

fn feed_id(place: usize) -> i64 {
    i64::try_from(place + 1).unwrap()
}

impl Town {
    fn new(vocabulary: &Vocabulary) -> Self {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        for (feed, source) in FEEDS.iter().enumerate() {
            let sql = "INSERT INTO feed (id, source, epoch, sequence, hash, synced, health, records, set_sum, unplaced)
                       VALUES (?1, ?2, 0, 0, hex(zeroblob(32)), 0, 'ok', 0, zeroblob(32), 0)";
            connection.execute(sql, (feed_id(feed), source)).unwrap();
        }
        Self {
            connection,
            vocabulary: vocabulary.clone(),
            next: 1,
        }
    }

    fn id(&self, key: &Key) -> Option<i64> {
        let sql = "SELECT id FROM statement WHERE feed = ?1 AND key = ?2";
        self.connection
            .query_row(sql, (feed_id(key.0), &key.1), |row| row.get(0))
            .ok()
    }

    fn settle(&self, statement: i64, feed: usize, pair: [Option<&PersonColumns>; 2]) {
        let services = Services::load(&self.connection, &settings()).unwrap();
        let touched = Touched {
            statement,
            feed: feed_id(feed),
            before: pair[0].map(|columns| &columns.joining),
            after: pair[1].map(|columns| &columns.joining),
        };
        Joiner::new(&self.connection, &services, &self.vocabulary, now())
            .settle(&touched)
            .unwrap();
    }

    fn put(&mut self, key: &Key, wanted: &PersonColumns) {
        let feed = feed_id(key.0);
        let Some(statement) = self.id(key) else {
            let statement = self.next;
            self.next += 1;
            let sql = "INSERT INTO statement VALUES (?1, ?2, ?3, 2, 1, 0, 0, 0, 0, '{}', NULL, zeroblob(32), 0)";
            self.connection
                .execute(sql, (statement, feed, &key.1))
                .unwrap();
            columns::insert(&self.connection, feed, statement, wanted).unwrap();
            self.settle(statement, key.0, [None, Some(wanted)]);
            return;
        };
        let before = columns::stored(&self.connection, statement).unwrap();
        columns::remove(&self.connection, statement).unwrap();
        columns::insert(&self.connection, feed, statement, wanted).unwrap();
        self.settle(statement, key.0, [before.as_ref(), Some(wanted)]);
    }

    fn gone(&mut self, key: &Key) {
        let Some(statement) = self.id(key) else {
            return;
        };
        let before = columns::stored(&self.connection, statement).unwrap();
        columns::remove(&self.connection, statement).unwrap();
        self.connection
            .execute("DELETE FROM statement WHERE id = ?1", [statement])
            .unwrap();
        self.settle(statement, key.0, [before.as_ref(), None]);
    }

    /// Decides that two records are not one, before either may be there.
    fn apart(&self, one: &Key, other: &Key) {
        let hash = |key: &Key| record_id(FEEDS[key.0], &key.1);
        let (a, b) = (hash(one).min(hash(other)), hash(one).max(hash(other)));
        self.connection
            .execute(
                "INSERT OR IGNORE INTO apart VALUES (?1, ?2, 'a', 'b', 0)",
                (a, b),
            )
            .unwrap();
    }

    /// Gives the edges by source and key.
    fn edges(&self) -> BTreeSet<(BTreeSet<String>, i64)> {
        let mut query = self
            .connection
            .prepare(
                "SELECT a.feed || '/' || a.key, b.feed || '/' || b.key, rule FROM link
                 JOIN statement a ON a.id = link.statement JOIN statement b ON b.id = link.other",
            )
            .unwrap();
        query
            .query_map([], |row| {
                Ok((BTreeSet::from([row.get(0)?, row.get(1)?]), row.get(2)?))
            })
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }
}

/// A small generator, so that a case that fails fails again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.roll(length as u64)).unwrap()
    }
}

const NUMBERS: [&str; 3] = ["", "9990000018", "9990000026"];
const BIRTHS: [&str; 5] = ["", "1961-05-03", "1961-05-04", "1962-01-01", "1963-01-01"];
const NAMES: [(&str, &str); 5] = [
    ("Samuel", "Okoro"),
    ("Sam", "Okoro"),
    ("S", "Okoro"),
    ("Ann", "Okoro"),
    ("", "Okoro"),
];

fn record(dice: &mut Dice, key: &Key) -> PersonColumns {
    let (forename, surname) = NAMES[dice.index(NAMES.len())];
    let mut person = called(forename, surname);
    if dice.roll(2) == 0 {
        person.reference = Some(format!("r{}", dice.roll(3)));
    }
    let number = NUMBERS[dice.index(NUMBERS.len())];
    person.nhs_number = number.to_owned().try_into().ok();
    person.date_of_birth = BIRTHS[dice.index(BIRTHS.len())].parse().ok();
    of_person(&person, &key.1)
}

fn key(dice: &mut Dice) -> Key {
    (dice.index(FEEDS.len()), format!("k{}", dice.roll(4)))
}

#[test]
fn the_edges_follow_from_the_records_and_decisions_whatever_came_first() {
    let (vocabulary, mut joined) = (vocabulary(), 0);
    for case in 1..=150 {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15u64.wrapping_mul(case));
        let mut town = Town::new(&vocabulary);
        let mut last: BTreeMap<Key, PersonColumns> = BTreeMap::new();
        let decided = [
            (key(&mut dice), key(&mut dice)),
            (key(&mut dice), key(&mut dice)),
        ];
        for (one, other) in &decided {
            if one != other {
                town.apart(one, other);
            }
        }
        for _ in 0..40 {
            let key = key(&mut dice);
            if dice.roll(4) == 0 {
                town.gone(&key);
                last.remove(&key);
            } else {
                let record = record(&mut dice, &key);
                town.put(&key, &record);
                last.insert(key, record);
            }
        }
        let mut fresh = Town::new(&vocabulary);
        for (one, other) in &decided {
            if one != other {
                fresh.apart(one, other);
            }
        }
        for (key, record) in last.iter().rev() {
            fresh.put(key, record);
        }
        assert_eq!(town.edges(), fresh.edges(), "case {case}");
        joined += fresh.edges().len();
    }
    assert!(joined > 150, "the cases join somebody: {joined}");
}

#[test]
fn a_number_of_four_births_or_of_more_than_64_records_joins_nobody_and_joins_again_after() {
    let sam = |born: &str| {
        let mut person = called("Samuel", "Okoro");
        person.nhs_number = NUMBERS[1].to_owned().try_into().ok();
        person.date_of_birth = born.parse().ok();
        person
    };
    let put = |town: &mut Town, feed: usize, name: &str, born: &str| {
        let key = (feed, name.to_owned());
        town.put(&key, &of_person(&sam(born), name));
    };
    let vocabulary = vocabulary();
    let mut town = Town::new(&vocabulary);
    put(&mut town, 0, "a", BIRTHS[1]);
    put(&mut town, 2, "b", BIRTHS[1]);
    put(&mut town, 2, "c", BIRTHS[2]);
    put(&mut town, 2, "d", BIRTHS[3]);
    assert_eq!(town.edges().len(), 1);
    put(&mut town, 2, "e", BIRTHS[4]);
    assert_eq!(town.edges().len(), 0);
    town.gone(&(2, "e".into()));
    assert_eq!(town.edges().len(), 1);
    let mut town = Town::new(&vocabulary);
    for number in 0..64 {
        put(&mut town, number % 3, &format!("n{number}"), BIRTHS[1]);
    }
    assert_eq!(town.edges().len(), 63);
    for (number, edges) in [(64, 0), (65, 0), (66, 0)] {
        put(&mut town, 0, &format!("n{number}"), BIRTHS[1]);
        assert_eq!(town.edges().len(), edges, "{number}");
    }
    for (number, edges) in [(0, 0), (1, 0), (2, 63)] {
        town.gone(&(number % 3, format!("n{number}")));
        assert_eq!(town.edges().len(), edges, "{number} gone");
    }
}

#[test]
fn what_stands_for_not_known_is_no_reference_birth_or_number() {
    let mut person = called("Ann", "Cole");
    person.reference = Some(" \t ".into());
    person.nhs_number = "2222222222".to_owned().try_into().ok();
    person.date_of_birth = "1900-01-01".parse().ok();
    assert!(person.nhs_number.is_some() && person.date_of_birth.is_some());
    let record = Record::Person(Box::new(person));
    let Columns::Person(found) = columns(&record, "ab 12") else {
        panic!("not a person")
    };
    let joining = found.joining;
    assert_eq!(
        (joining.reference.as_str(), joining.born, joining.nhs),
        ("AB12", None, None)
    );
    assert_eq!(joining.names, "ann||cole|ann");
}
