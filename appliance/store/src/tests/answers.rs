//! Answers: what is found, what is shown, what the keeper is told.

use firebox_contract::batch::Line;
use firebox_contract::record::{End, EndReason, HazardFlag, Location, Postcode, Record, State};
use firebox_protocol::answer::{Answer, PropertyAnswer, Scope};
use firebox_protocol::query;
use firebox_protocol::store_keeper::ShownRecord;
use firebox_protocol::{Action, Ask, Code, PropertyBy, Visit, gate_store};

use crate::testbed::{
    Bed, TestAgent, flag, flag_at, folder, held_line, permit_for, permit_key, place, property,
    put_line, query_for, uprn,
};

struct Council {
    _folder: tempfile::TempDir,
    bed: Bed,
    cautions: TestAgent,
}

/// A building (10) with two flats (11, 12), two houses (20, 21), and one without a number (30).
fn council(cautions: &[Line]) -> Council {
    let folder = folder();
    let mut agent = TestAgent::new("caution-list");
    let mut housing = TestAgent::new("housing-properties");
    let mut tenancies = TestAgent::new("housing-tenancies");
    let bed = Bed::start(folder.path(), "run", &[&agent, &housing], true);
    let addresses = [
        property(10, "14A Mill Lane", "NB1 4QX", None),
        property(11, "Flat 1, 14A Mill Lane", "NB1 4QX", Some(10)),
        property(12, "Flat 2, 14A Mill Lane", "NB1 4QX", Some(10)),
        property(20, "20 Mill Lane", "NB1 4QX", None),
        property(21, "21 Queen's Road, Northbridge", "NB2 1AA", None),
        property(30, "Rose Cottage, Mill Lane", "NB1 4QX", None),
    ];
    let lines: Vec<Line> = addresses
        .into_iter()
        .enumerate()
        .map(|(n, record)| put_line(&format!("p-{n}"), 1, record))
        .collect();
    bed.read(&mut housing, &lines, true);
    bed.read(&mut tenancies, &[], true);
    bed.read(&mut agent, cautions, true);
    Council {
        _folder: folder,
        bed,
        cautions: agent,
    }
}

fn at_uprn(key: &str, number: u64) -> Line {
    put_line(key, 1, flag_at(Location::Uprn(uprn(number))))
}

fn at_place(key: &str, line: &str, postcode: &str) -> Line {
    put_line(key, 1, flag_at(Location::Address(place(line, postcode))))
}

fn scopes(answer: &PropertyAnswer) -> Vec<Scope> {
    answer.matches[0]
        .flags
        .as_ref()
        .unwrap()
        .iter()
        .map(|flag| flag.scope)
        .collect()
}

fn found(answer: &PropertyAnswer) -> Vec<u64> {
    answer.matches.iter().map(|one| one.uprn.number()).collect()
}

#[test]
fn one_known_address_with_all_fresh_and_nothing_unread_is_complete() {
    let council = council(&[at_uprn("c-1", 20)]);
    let answer = council.bed.at(20);
    assert!(answer.complete);
    let flag = &answer.matches[0].flags.as_ref().unwrap()[0];
    assert_eq!(
        (flag.code.as_str(), flag.recorded_by.as_str(), flag.sealed),
        ("violence-physical", "Community Safety", false)
    );
    assert_eq!(flag.controls, ["visit-in-pairs"]);
    assert!(council.bed.at(21).complete);
    assert_eq!(
        council.bed.at(21).matches[0].flags.as_deref(),
        Some([].as_slice())
    );
    assert_eq!(answer.sources.len(), 2);
}

#[test]
fn an_address_nobody_knows_is_never_complete() {
    let council = council(&[at_uprn("c-1", 99)]);
    let unknown = council.bed.at(77);
    assert!(unknown.matches.is_empty() && !unknown.complete);
    // Known to a warning only: shown, and not complete.
    let flagged = council.bed.at(99);
    assert_eq!(
        (scopes(&flagged), flagged.complete),
        (vec![Scope::Person], false)
    );
    assert!(flagged.matches[0].lines.is_empty());
}

#[test]
fn a_warning_of_the_building_is_shown_at_its_flats_and_not_the_reverse() {
    let council = council(&[at_uprn("c-1", 10), at_uprn("c-2", 11)]);
    assert_eq!(
        scopes(&council.bed.at(11)),
        [Scope::Building, Scope::Person]
    );
    assert_eq!(scopes(&council.bed.at(12)), [Scope::Building]);
    assert_eq!(scopes(&council.bed.at(10)), [Scope::Person]);
    assert_eq!(council.bed.at(12).matches[0].parent, Some(uprn(10)));
}

#[test]
fn a_warning_known_by_its_address_is_shown_where_postcode_and_numbers_agree() {
    let council = council(&[at_place("c-1", "Flat 2, 14a Mill Ln", "nb14qx")]);
    assert_eq!(scopes(&council.bed.at(12)), [Scope::Person]);
    for other in [10, 11, 20] {
        assert!(scopes(&council.bed.at(other)).is_empty(), "{other}");
        assert!(council.bed.at(other).complete, "{other}");
    }
}

#[test]
fn a_warning_that_fits_no_known_address_is_near_every_address_of_its_postcode() {
    let council = council(&[
        at_place("c-1", "99 Mill Lane", "NB1 4QX"),
        at_place("c-2", "The Barn", "NB1 4QX"),
    ]);
    for number in [11, 20, 30] {
        let answer = council.bed.at(number);
        assert!(scopes(&answer).is_empty());
        assert_eq!(answer.matches[0].notices.len(), 1, "{number}");
        assert!(answer.matches[0].notices[0].near && !answer.complete);
    }
    assert!(council.bed.at(21).complete);
}

#[test]
fn a_row_that_did_not_read_is_a_notice_at_its_place_and_near_it_where_the_place_is_not_known() {
    let council = council(&[
        held_line("h-1", 1, Some(20), None),
        held_line("h-2", 1, None, Some(place("21 Queens Rd", "NB2 1AA"))),
        held_line("h-3", 1, None, Some(place("5 Mill Lane", "NB1 4QX"))),
    ]);
    let near: Vec<bool> = council.bed.at(20).matches[0]
        .notices
        .iter()
        .map(|n| n.near)
        .collect();
    assert_eq!(near, [false, true]);
    let near: Vec<bool> = council.bed.at(21).matches[0]
        .notices
        .iter()
        .map(|n| n.near)
        .collect();
    assert_eq!(near, [false]);
    assert!(!council.bed.at(21).complete);
}

#[test]
fn what_ended_is_kept_and_not_shown() {
    let ends = |on: &str| {
        Some(End {
            on: on.parse().unwrap(),
            reason: EndReason::NoLongerApplies,
        })
    };
    let record = |state, end| {
        Record::Hazard(Box::new(HazardFlag {
            state,
            end,
            location: Location::Uprn(uprn(20)),
            ..flag()
        }))
    };
    let council = council(&[
        put_line("c-1", 1, record(State::Ended, None)),
        put_line("c-2", 1, record(State::Active, ends("2026-05-31"))),
        put_line("c-3", 1, record(State::Active, ends("2026-06-01"))),
        put_line("c-4", 1, record(State::UnderReview, None)),
        put_line("c-5", 1, record(State::Provisional, None)),
    ]);
    assert_eq!(scopes(&council.bed.at(20)).len(), 3);
}

#[test]
fn two_warnings_alike_are_both_shown_and_noted() {
    let mut council = council(&[at_uprn("c-1", 20)]);
    let second = council.cautions.delta(&[at_uprn("c-2", 20)]);
    let said = council.bed.deliver(&council.cautions, &second).unwrap();
    assert_eq!(
        (said.notes[0].key.as_str(), said.notes[0].code.as_str()),
        ("c-2", "duplicate-flag")
    );
    assert_eq!(scopes(&council.bed.at(20)).len(), 2);
}

#[test]
fn an_address_is_found_by_postcode_and_number_or_name() {
    let council = council(&[]);
    let by = |postcode: &str, number: &str| {
        let postcode = Postcode::parse(postcode).unwrap();
        found(&council.bed.property(PropertyBy::Place {
            postcode,
            number: number.into(),
        }))
    };
    assert_eq!(by("NB1 4QX", "20"), [20]);
    assert_eq!(by("NB1 4QX", "14a"), [10]);
    assert_eq!(by("NB1 4QX", "flat 2 14A"), [12]);
    assert_eq!(by("NB1 4QX", "rose cottage"), [30]);
    assert_eq!(by("NB2 1AA", "20"), Vec::<u64>::new());
    assert_eq!(by("NB1 4QX", "thorn cottage"), Vec::<u64>::new());
}

#[test]
fn an_address_is_found_as_typed() {
    let council = council(&[]);
    let typed = |text: &str| found(&council.bed.typed(text));
    assert_eq!(typed("20 mill lane"), [20]);
    assert_eq!(typed("20 Mill Lane, NB1 4QX"), [20]);
    assert_eq!(typed("20 Mill Lane, NB2 1AA"), Vec::<u64>::new());
    assert_eq!(typed("21 queens roa"), [21]);
    assert_eq!(typed("21 QUEEN'S ROAD"), [21]);
    // A building never stands for a flat, nor a flat for its building.
    assert_eq!(typed("14a Mill Lane"), [10]);
    assert_eq!(typed("Flat 1, 14a Mill Lane"), [11]);
    assert_eq!(typed("nowhere"), Vec::<u64>::new());
}

#[test]
fn several_addresses_are_given_to_choose_from_without_any_warning() {
    let mut council = council(&[at_uprn("c-1", 20)]);
    let answer = council.bed.typed("mill lane");
    assert_eq!(found(&answer), [10, 11, 12, 20, 30]);
    assert!(
        answer
            .matches
            .iter()
            .all(|one| one.flags.is_none() && one.notices.is_empty())
    );
    assert!(!answer.complete && !answer.more);
    assert_eq!(council.bed.shown(&mut council.cautions), [Vec::new()]);
}

#[test]
fn the_words_of_a_search_do_nothing_special() {
    let council = council(&[]);
    for text in [
        "\" OR *",
        "NEAR(mill, 1)",
        "mill\" OR \"queens",
        "words:mill",
        "* *",
        "\"",
        "mill AND",
        "NOT mill",
        "'; DROP TABLE hazard; --",
        "%",
        "(((",
        "-mill ^x",
    ] {
        assert!(found(&council.bed.typed(text)).len() < 5, "{text}");
    }
    assert_eq!(found(&council.bed.typed("20 mill lane")), [20]);
}

#[test]
fn no_more_rows_are_given_than_the_permit_allows() {
    let council = council(&[]);
    let query = query::to_bytes(&query_for(Ask::Property(PropertyBy::Address(
        "mill lane".into(),
    ))))
    .unwrap();
    let mut permit = permit_for(
        [200; 16],
        &query,
        Action::Property,
        council.bed.nonce(),
        9_000,
    );
    permit.max_rows = 2;
    let request = gate_store::Request::Answer {
        permit: permit.seal(&permit_key()),
        query,
    };
    match council.bed.ask(request) {
        gate_store::Reply::Answer(Answer::Property(answer)) => {
            assert_eq!((answer.matches.len(), answer.more), (2, true));
        }
        _ => panic!("another reply"),
    }
}

#[test]
fn the_keeper_is_told_what_is_shown() {
    let mut council = council(&[at_uprn("c-1", 20)]);
    council.bed.at(20);
    council.bed.at(21);
    council.bed.query(Ask::Sources).unwrap();
    let shown = council.bed.shown(&mut council.cautions);
    assert_eq!((shown.len(), shown[2].len()), (3, 0));
    let record = shown[0][0].record;
    assert!(record.is_some());
    assert_eq!(
        shown[0],
        [ShownRecord {
            uprn: Some(20),
            record,
            version: 1
        }]
    );
    assert_eq!(
        shown[1],
        [ShownRecord {
            uprn: Some(21),
            record: None,
            version: 0
        }]
    );
}

#[test]
fn visits_are_answered_one_each_in_their_order() {
    let council = council(&[at_uprn("c-1", 20)]);
    let visit = |text: &str| Visit {
        reference: text.into(),
        at: PropertyBy::Address(text.into()),
    };
    let visits = vec![
        visit("21 Queens Road"),
        visit("nowhere at all"),
        visit("20 Mill Lane"),
    ];
    let ask = Ask::Visits {
        date: "2026-06-01".parse().unwrap(),
        visits,
    };
    let Ok(Answer::Visits(answers)) = council.bed.query(ask) else {
        panic!("another answer")
    };
    let counts: Vec<_> = answers.iter().map(|a| (found(a), a.complete)).collect();
    assert_eq!(
        counts,
        [(vec![21], true), (vec![], false), (vec![20], true)]
    );
    assert_eq!(answers[2].matches[0].flags.as_ref().unwrap().len(), 1);
}

#[test]
fn a_query_without_its_own_good_permit_gets_nothing() {
    let council = council(&[at_uprn("c-1", 20)]);
    let nonce = council.bed.nonce();
    let query = query::to_bytes(&query_for(Ask::Property(PropertyBy::Uprn(uprn(20))))).unwrap();
    let other = query::to_bytes(&query_for(Ask::Property(PropertyBy::Uprn(uprn(21))))).unwrap();
    let good = permit_for([201; 16], &query, Action::Property, nonce, 9_000);
    let refused =
        |permit: Vec<u8>, query: &[u8]| match council.bed.ask(gate_store::Request::Answer {
            permit,
            query: query.to_vec(),
        }) {
            gate_store::Reply::Refused(refusal) => refusal.code == Code::PermitRefused,
            _ => false,
        };
    let sealed = good.seal(&permit_key());
    assert!(
        refused(sealed.clone(), &other),
        "a permit for another query"
    );
    assert!(refused(sealed[..100].to_vec(), &query), "a cut permit");
    assert!(
        refused(
            good.seal(&firebox_protocol::mac::MacKey::new([0; 32])),
            &query
        ),
        "a forged permit"
    );
    assert!(
        refused(
            permit_for([202; 16], &query, Action::Visits, nonce, 9_000).seal(&permit_key()),
            &query
        ),
        "another action"
    );
    assert!(
        refused(
            permit_for([203; 16], &query, Action::Property, nonce, 1_000).seal(&permit_key()),
            &query
        ),
        "an expired permit"
    );
    assert!(
        refused(
            permit_for([204; 16], &query, Action::Property, [0; 16], 9_000).seal(&permit_key()),
            &query
        ),
        "another start"
    );
    assert!(!refused(sealed.clone(), &query), "a good permit");
    assert!(refused(sealed, &query), "a permit used before");
}
