//! A person's decision that two records are not one person.

use firebox_protocol::Code;
use firebox_protocol::operator::{StoreReply, StoreRequest};
use firebox_protocol::person::PersonAnswer;

use super::view::{Council, council, values};
use crate::buckets::record_id;
use crate::testbed::{sam, told_on};

/// Two services know one Sam.
fn one_sam() -> Council {
    council(
        &[told_on("t-1", "2026-01-01", sam())],
        &[told_on("c-1", "2026-02-01", sam())],
    )
}

fn decision(records: [(&str, &str); 2], apart: bool) -> StoreRequest {
    StoreRequest::Apart {
        records: records.map(|(service, reference)| (service.into(), reference.into())),
        by: "ig.lead".into(),
        why: "two people, case IG-12".into(),
        apart,
    }
}

const BOTH: [(&str, &str); 2] = [("housing", "t-1"), ("community-safety", "C-1")];

fn changed(reply: &StoreReply) -> Result<u64, Code> {
    match reply {
        StoreReply::Apart { changed } => Ok(*changed),
        StoreReply::Refused(refusal) => Err(refusal.code),
        _ => panic!("another reply"),
    }
}

fn says(answer: &PersonAnswer) -> (Vec<String>, usize) {
    let by = answer.preferred_names.iter().map(|said| said.by.clone());
    assert_eq!(values(&answer.preferred_names).len(), by.len());
    (by.collect(), answer.joined.len())
}

#[test]
fn two_records_are_kept_apart_once_the_keeper_entered_it_and_joined_again_when_it_is_taken_back() {
    let council = one_sam();
    let together = council.shows("t-1");
    assert_eq!(
        says(&together),
        (vec!["Community Safety".into(), "Housing".into()], 1)
    );
    let decide = |apart| changed(&council.bed.operator(&decision(BOTH, apart)));
    assert_eq!(decide(true), Ok(1));
    assert_eq!(says(&council.shows("t-1")), (vec!["Housing".into()], 0));
    assert_eq!(
        says(&council.shows("c-1")),
        (vec!["Community Safety".into()], 0)
    );
    assert_eq!(decide(true), Ok(0), "decided already");
    assert_eq!(decide(false), Ok(1));
    assert_eq!(council.shows("t-1"), together);
    let told = council.bed.keeper.told.lock().unwrap();
    let entered: Vec<_> = told
        .apart
        .iter()
        .map(|entry| (entry.by.as_str(), entry.why.as_str(), entry.apart))
        .collect();
    let why = "two people, case IG-12";
    assert_eq!(
        entered,
        [
            ("ig.lead", why, true),
            ("ig.lead", why, true),
            ("ig.lead", why, false)
        ]
    );
    let records = [
        record_id("housing-tenancies", "t-1"),
        record_id("caution-list", "c-1"),
    ];
    assert!(told.apart.iter().all(|entry| entry.records == records));
}

#[test]
fn nothing_is_decided_while_the_keeper_is_away_or_full() {
    let council = one_sam();
    let together = council.shows("t-1");
    let decide = || changed(&council.bed.operator(&decision(BOTH, true)));
    council.bed.keeper.told.lock().unwrap().on_reserve = true;
    assert_eq!(decide(), Err(Code::ReserveOnly));
    assert_eq!(council.shows("t-1"), together);
    {
        let mut told = council.bed.keeper.told.lock().unwrap();
        (told.on_reserve, told.gone_at_apart) = (false, true);
    }
    // It hangs up when it is asked, and is gone when it is asked again.
    for _ in 0..2 {
        assert_eq!(decide(), Err(Code::NotReady));
    }
    let kept: i64 = council
        .bed
        .database
        .reader()
        .unwrap()
        .query_row(
            "SELECT (SELECT count(*) FROM link) * 10 + (SELECT count(*) FROM apart)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(kept, 10, "the join stands and no decision does");
}

#[test]
fn a_decision_about_nobody_about_one_record_or_without_a_reason_is_refused() {
    let council = one_sam();
    let decide = |request: &StoreRequest| changed(&council.bed.operator(request)).unwrap_err();
    for records in [
        [BOTH[0], ("community-safety", "c-2")],
        [BOTH[0], ("benefits", "c-1")],
        [("housing", ""), BOTH[1]],
    ] {
        assert_eq!(decide(&decision(records, true)), Code::NotFound);
    }
    assert_eq!(
        decide(&decision([BOTH[0], ("housing", "T-1")], true)),
        Code::Malformed
    );
    for (by, why) in [("", "why"), ("ig.lead", " "), ("ig.lead", &"x".repeat(121))] {
        let request = StoreRequest::Apart {
            records: BOTH.map(|(service, reference)| (service.into(), reference.into())),
            by: by.into(),
            why: why.into(),
            apart: true,
        };
        assert_eq!(decide(&request), Code::Malformed);
    }
    let told = council.bed.keeper.told.lock().unwrap();
    assert!(told.apart.is_empty(), "the keeper was not asked");
}
