//! A correction: from the words somebody typed to the services
//! that were told, and how it stands with each.

use firebox_contract::correction::{Declined, Field, HowKnown};
use firebox_contract::record::Uprn;
use firebox_protocol::answer::{Answer, CorrectionState, Progress, SentTo};
use firebox_protocol::query::{About, Correct};
use firebox_protocol::{Ask, Code, Query};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::house::House;
use super::look_ups::{answer, flag, phone, place};
use super::peers::{keeper_refuses, store_refuses};
use super::people::Request;
use super::person_play::{Asked, nobody_much};

const CORRECTIONS: &str = "/api/v1/corrections";
pub(super) const REFERENCE: &str = "COR-0189ABHJKZ";

pub(super) fn at() -> Timestamp {
    // The day after, in London.
    "2026-05-02T23:30:00Z".parse().unwrap()
}

pub(super) fn sent(name: &str, progress: Progress) -> SentTo {
    SentTo {
        service: name.to_lowercase(),
        name: name.into(),
        phone: phone("01632 960100"),
        progress,
        since: at(),
    }
}

pub(super) fn state(field: Option<Field>, sent_to: Vec<SentTo>) -> CorrectionState {
    CorrectionState {
        correction: REFERENCE.into(),
        field,
        raised: at(),
        sent_to,
    }
}

fn raised() -> Answer {
    let services = ["Housing", "Benefits"].map(|name| sent(name, Progress::Raised));
    Answer::Correction(state(Some(Field::Phone), services.into()))
}

fn correction(about: &str) -> Value {
    json!({"about": about, "field": "phone", "should_be": "07700 900483",
        "how_known": "person-told-me"})
}

/// Handles of a person, a property and a warning, of this session.
pub(super) struct Handles {
    pub(super) person: String,
    pub(super) property: String,
    pub(super) flag: String,
}

impl House {
    pub(super) async fn handles(&self) -> Handles {
        let target = self.view_target().await;
        let known = answer(vec![place("100023336956", vec![flag("asbestos", &[])])]);
        self.tells(&["adviser"], Answer::Property(known));
        Handles {
            person: target.split('/').nth(4).unwrap().to_owned(),
            property: self.handle("/matches/0/property").await,
            flag: self.flag().await,
        }
    }
}

pub(super) fn last(asked: &Asked) -> Query {
    asked.lock().unwrap().last().cloned().unwrap()
}

#[tokio::test]
async fn a_correction_reaches_the_services_of_what_it_is_about() {
    let house = House::open().await;
    let handles = house.handles().await;
    let asked = house.tells(&["officer", "adviser"], raised());
    let uprn = Uprn::parse("100023336956").unwrap();
    for (handle, about) in [
        (&handles.person, About::Person(41)),
        (&handles.flag, About::Flag(41)),
        (&handles.property, About::Property(uprn)),
    ] {
        let reply = Request::call(CORRECTIONS, &correction(handle))
            .send(&house)
            .await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        assert_eq!(
            reply.json(),
            json!({"correction": REFERENCE, "sent_to": ["Housing", "Benefits"], "entry": 12})
        );
        let correct = Correct {
            about,
            field: Field::Phone,
            should_be: "+447700900483".into(),
            how_known: HowKnown::PersonToldMe,
            by_role: "adviser".into(),
        };
        let expected = Query {
            purpose: "correction".into(),
            reference: None,
            ask: Ask::Correct(correct),
        };
        assert_eq!(last(&asked), expected);
    }
}

#[tokio::test]
async fn who_reports_is_named_to_the_service_by_the_role_the_keeper_knows() {
    let house = House::open().await;
    let handle = house.handles().await.property;
    for (roles, role) in [
        (&["officer", "adviser"][..], "adviser"),
        (&["reviewer", "officer"], "officer"),
        (&["reviewer"], "reviewer"),
    ] {
        let asked = house.tells(roles, raised());
        Request::call(CORRECTIONS, &correction(&handle))
            .send(&house)
            .await;
        let Ask::Correct(correct) = last(&asked).ask else {
            panic!("another question")
        };
        assert_eq!(correct.by_role, role);
    }
    house.tells(&[], raised());
    let reply = Request::call(CORRECTIONS, &correction(&handle))
        .send(&house)
        .await;
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (403, "not_allowed")
    );
}

#[tokio::test]
async fn a_correction_that_will_not_do_is_refused_by_its_member_and_nobody_is_asked() {
    let house = House::open().await;
    let handle = house.handles().await.person;
    house.keeper(|_| panic!("the keeper was asked"));
    let long = "a".repeat(501);
    for (member, value, status, must) in [
        ("should_be", "old", 422, "telephone number"),
        ("should_be", " ", 422, "not be blank"),
        ("should_be", long.as_str(), 422, "500 characters"),
        ("field", "shoe-size", 422, "codes"),
        ("how_known", "guessed", 422, "codes"),
        ("about", "AAAA", 404, "not there"),
        ("purpose", "call", 400, "no such member"),
    ] {
        let mut body = correction(&handle);
        body[member] = json!(value);
        let reply = Request::call(CORRECTIONS, &body).send(&house).await;
        assert_eq!(reply.status, status, "{member}");
        reply.problem();
        assert!(reply.detail().contains(must), "{}", reply.text());
        if status != 404 {
            assert!(reply.detail().contains(&format!("`{member}`")));
        }
    }
    for (field, must) in [("date-of-birth", "date"), ("email", "e-mail")] {
        let mut body = correction(&handle);
        (body["field"], body["should_be"]) = (json!(field), json!("unknown"));
        let reply = Request::call(CORRECTIONS, &body).send(&house).await;
        assert_eq!(reply.status, 422);
        assert!(reply.detail().contains(must), "{}", reply.text());
    }
}

#[tokio::test]
async fn a_correction_nobody_takes_says_whom_to_phone() {
    let house = House::open().await;
    let handle = house.handles().await.person;
    for (code, status, text) in [
        (Code::NobodyToTell, 422, "nobody_to_tell"),
        (Code::NotFound, 404, "not_found"),
        (Code::AlreadyThere, 409, "already_there"),
    ] {
        house.tells(&["adviser"], raised());
        house.store(move |_| store_refuses(code));
        let reply = Request::call(CORRECTIONS, &correction(&handle))
            .send(&house)
            .await;
        assert_eq!((reply.status, reply.problem().as_str()), (status, text));
    }
}

#[tokio::test]
async fn an_answer_that_names_no_service_or_no_reference_is_our_own_fault() {
    let house = House::open().await;
    let handle = house.handles().await.person;
    let mut unnamed = state(None, vec![sent("Housing", Progress::Raised)]);
    unnamed.correction = "CALL-7".into();
    for wrong in [
        Answer::Correction(unnamed),
        Answer::Correction(state(None, Vec::new())),
        Answer::Person(Box::new(nobody_much())),
    ] {
        house.tells(&["adviser"], wrong);
        let reply = Request::call(CORRECTIONS, &correction(&handle))
            .send(&house)
            .await;
        assert_eq!(
            (reply.status, reply.problem().as_str()),
            (500, "unexpected")
        );
    }
}

#[tokio::test]
async fn how_a_correction_stands_is_a_sentence_for_each_service() {
    let house = House::open().await;
    let progress = [
        Progress::Raised,
        Progress::Delivered,
        Progress::Done,
        Progress::Settled,
        Progress::Declined(Declined::NotConfirmed),
    ];
    let services = progress.map(|progress| sent("Housing", progress));
    let stands = state(Some(Field::PreferredName), services.into());
    let asked = house.tells(&["adviser"], Answer::Correction(stands));
    let target = format!("{CORRECTIONS}/{REFERENCE}");
    let reply = Request::get(&target).signed_in().send(&house).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let read = reply.json();
    assert_eq!(
        json!([read["correction"], read["field"], read["raised"]]),
        json!([REFERENCE, "preferred-name", "2026-05-02T23:30:00Z"])
    );
    assert_eq!(
        read["services"][1],
        json!({"service": "housing", "name": "Housing", "phone": "01632 960100",
            "state": "delivered", "since": "2026-05-02T23:30:00Z", "reason": null,
            "say": "Housing received it on 3 May 2026."})
    );
    let services = read["services"].as_array().unwrap().iter();
    let said: Vec<Value> = services
        .map(|one| json!([one["state"], one["reason"], one["say"]]))
        .collect();
    let declined = "Housing did not change their record on 3 May 2026: they could not confirm it. \
        Phone them on 01632 960100.";
    assert_eq!(
        json!([said[0], said[2], said[3], said[4]]),
        json!([
            [
                "raised",
                null,
                "Sent to Housing on 3 May 2026. They have not fetched it yet."
            ],
            [
                "done",
                null,
                "Housing put it right on 3 May 2026. Their data does not show it yet."
            ],
            [
                "settled",
                null,
                "Housing changed their record on 3 May 2026."
            ],
            ["declined", "not-confirmed", declined]
        ])
    );
    let query = last(&asked);
    assert_eq!(query.ask, Ask::Correction(REFERENCE.into()));
    assert_eq!(query.purpose, "correction");
}

#[tokio::test]
async fn a_reference_that_is_spelled_otherwise_or_answered_for_another_shows_nothing() {
    let house = House::open().await;
    house.tells(&["adviser"], raised());
    let other = format!("{CORRECTIONS}/COR-0123456789");
    let reply = Request::get(&other).signed_in().send(&house).await;
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (500, "unexpected")
    );
    house.keeper(|_| keeper_refuses(Code::NotAllowed));
    for wrong in [
        "COR-1",
        "cor-0123456789",
        "REL-0123456789",
        "%43OR-0123456789",
    ] {
        let target = format!("{CORRECTIONS}/{wrong}");
        let reply = Request::get(&target).signed_in().send(&house).await;
        assert_eq!((reply.status, reply.problem().as_str()), (404, "not_found"));
    }
}
