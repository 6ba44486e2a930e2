//! What a search for a person says of itself: whether that is all, and what the
//! keeper is told.

use firebox_contract::batch::Line;
use firebox_contract::record::Person;
use firebox_protocol::answer::Freshness;
use firebox_protocol::store_keeper::ShownRecord;

use super::people_search::town;
use crate::testbed::{by_nhs, held_line, home_at, person_line, phone, place, sam};

fn sam_at(number: u64) -> Person {
    Person {
        addresses: vec![home_at(number)],
        contacts: vec![phone("07700 900482")],
        ..sam()
    }
}

#[test]
fn nobody_found_is_all_only_when_every_row_of_every_service_could_be_read() {
    let all = town(&[], &[]).bed.finds(by_nhs("9990000018"));
    assert!(all.matches.is_empty() && all.complete);
    let unread: [Line; 1] = [held_line("h-1", 1, Some(30), None)];
    let answer = town(&[], &unread).bed.finds(by_nhs("9990000018"));
    assert!(answer.matches.is_empty() && !answer.complete);
}

#[test]
fn somebody_found_is_all_unless_an_unread_row_stands_at_their_address() {
    for (row, complete) in [
        (held_line("h-1", 1, Some(30), None), true),
        (held_line("h-1", 1, Some(20), None), false),
        (
            held_line("h-1", 1, None, Some(place("20 Mill Ln", "NB1 4QX"))),
            false,
        ),
        (
            held_line("h-1", 1, None, Some(place("10 Mill Ln", "NB1 4QX"))),
            true,
        ),
        (
            held_line("h-1", 1, None, Some(place("The Barn", "NB1 4QX"))),
            false,
        ),
    ] {
        let town = town(&[person_line("t-1", 1, sam_at(20))], &[row]);
        let answer = town.bed.finds(by_nhs("9990000018"));
        assert_eq!((answer.matches.len(), answer.complete), (1, complete));
    }
}

#[test]
fn nothing_is_called_all_while_a_service_is_not_in_date() {
    let town = town(
        &[person_line("t-1", 1, sam_at(20))],
        &[held_line("h-1", 1, None, None)],
    );
    let answer = town.bed.finds(by_nhs("9990000018"));
    assert!(answer.sources.iter().any(|s| s.state == Freshness::Held));
    assert!(!answer.complete);
}

#[test]
fn the_keeper_is_told_every_record_of_the_people_hinted_at_and_nothing_of_nobody() {
    let mut town = town(
        &[person_line("t-1", 3, sam_at(20))],
        &[person_line("c-1", 5, sam())],
    );
    town.bed.finds(by_nhs("9990000018"));
    town.bed.finds(by_nhs("9990000026"));
    town.bed.warns(by_nhs("9990000018"));
    let shown = town.bed.shown(&mut town.cautions);
    let record = |key: &str, version| ShownRecord {
        uprn: None,
        record: Some(town.bed.id_of(key)),
        version,
    };
    let mut both = vec![record("t-1", 3), record("c-1", 5)];
    both.sort_by_key(|one| one.record);
    assert_eq!(shown, [both, Vec::new(), Vec::new()]);
}
