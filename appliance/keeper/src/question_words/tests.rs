use firebox_contract::canonical;
use firebox_contract::correction::{Field, HowKnown};
use firebox_contract::record::{NhsNumber, Phone, Postcode, Uprn};
use firebox_protocol::query::{self, Correct, ProxyId, Report};
use firebox_protocol::{Query, Visit};

use super::*;

fn words(ask: Ask) -> String {
    let query = Query {
        purpose: "call".into(),
        reference: None,
        ask,
    };
    let bytes = query::to_bytes(&query).unwrap();
    let mut question = Question::read(&bytes).ok().unwrap();
    question.name_correction(&[0; 16]);
    String::from_utf8(canonical::to_bytes(&question.in_words()).unwrap()).unwrap()
}

fn uprn() -> Uprn {
    Uprn::parse("100").unwrap()
}

#[test]
fn a_question_stands_in_the_log_in_plain_words() {
    let place = PropertyBy::Place {
        postcode: Postcode::parse("nb14qx").unwrap(),
        number: "14".into(),
    };
    let visits = Ask::Visits {
        date: jiff::civil::date(2026, 3, 2),
        visits: vec![Visit {
            reference: "V".into(),
            at: PropertyBy::Uprn(uprn()),
        }],
    };
    let hold = Ask::DecideHold {
        hold: 3,
        apply: true,
    };
    for (ask, expected) in [
        (
            Ask::Property(PropertyBy::Uprn(uprn())),
            r#"{"property":{"uprn":"100"}}"#,
        ),
        (
            Ask::Property(place),
            r#"{"property":{"number":"14","postcode":"NB1 4QX"}}"#,
        ),
        (
            visits,
            r#"{"visits":{"date":"2026-03-02","visits":[{"reference":"V","uprn":"100"}]}}"#,
        ),
        (Ask::Sources, r#"{"sources":{}}"#),
        (hold, r#"{"hold":{"apply":true,"hold":3}}"#),
        (
            Ask::Correction("COR-0123456789".into()),
            r#"{"correction":"COR-0123456789"}"#,
        ),
    ] {
        assert_eq!(words(ask), expected);
    }
}

#[test]
fn what_a_person_was_searched_by_stands_in_the_log() {
    let named = |and| PersonBy::Name {
        name: "Sam Okoro".into(),
        and,
    };
    let born = NameAnd::DateOfBirth(jiff::civil::date(1961, 3, 4));
    let lives = NameAnd::Postcode(Postcode::parse("nb14qx").unwrap());
    for (by, expected) in [
        (
            PersonBy::Phone(Phone::parse("07700 900482").unwrap()),
            r#"{"person":{"phone":"+447700900482"}}"#,
        ),
        (
            PersonBy::NhsNumber(NhsNumber::parse("999 000 0018").unwrap()),
            r#"{"person":{"nhs_number":"9990000018"}}"#,
        ),
        (
            named(born),
            r#"{"person":{"date_of_birth":"1961-03-04","name":"Sam Okoro"}}"#,
        ),
        (
            named(lives),
            r#"{"person":{"name":"Sam Okoro","postcode":"NB1 4QX"}}"#,
        ),
        (
            PersonBy::Reference("P00000144".into()),
            r#"{"person":{"service_reference":"P00000144"}}"#,
        ),
    ] {
        assert_eq!(words(Ask::Person(by)), expected);
    }
}

#[test]
fn of_what_a_caller_said_the_log_has_the_kind_and_never_the_value() {
    let view = |caller, confirmed| {
        words(Ask::View(View {
            person: 17,
            caller,
            confirmed,
        }))
    };
    let all = Confirmed {
        date_of_birth: Some(jiff::civil::date(1961, 3, 4)),
        postcode: Some(Postcode::parse("nb14qx").unwrap()),
        house_number: Some("Rose Cottage".into()),
    };
    assert_eq!(
        view(Caller::Person, all),
        r#"{"view":{"caller":"person","given":["date_of_birth","postcode","house_number"],"person":17}}"#
    );
    let proxy = ProxyId {
        record: 4,
        place: 0,
    };
    for (caller, word) in [
        (Caller::Proxy(Some(proxy)), "proxy"),
        (Caller::Proxy(None), "not-listed"),
        (Caller::Unsure, "unsure"),
    ] {
        assert_eq!(
            view(caller, Confirmed::default()),
            format!(r#"{{"view":{{"caller":"{word}","given":[],"person":17}}}}"#)
        );
    }
}

#[test]
fn a_correction_and_a_report_stand_in_the_log_without_their_words() {
    let correct = |about| {
        words(Ask::Correct(Correct {
            about,
            field: Field::Phone,
            should_be: "+447700900483".into(),
            how_known: HowKnown::PersonToldMe,
            by_role: "adviser".into(),
        }))
    };
    for (about, word) in [
        (About::Person(17), r#"{"person":17}"#),
        (About::Flag(18), r#"{"flag":18}"#),
        (About::Property(uprn()), r#"{"uprn":"100"}"#),
    ] {
        assert_eq!(
            correct(about),
            format!(
                r#"{{"correct":{{"about":{word},"correction":"COR-0000000000","field":"phone","how_known":"person-told-me"}}}}"#
            )
        );
    }
    let report = Ask::Report(Report {
        uprn: uprn(),
        category: "dangerous-animal".into(),
        saw: "Two dogs, loose".into(),
        when: "this morning".into(),
        to: "housing".into(),
        by_role: "officer".into(),
    });
    assert_eq!(
        words(report),
        r#"{"report":{"category":"dangerous-animal","correction":"COR-0000000000","to":"housing","uprn":"100"}}"#
    );
}
