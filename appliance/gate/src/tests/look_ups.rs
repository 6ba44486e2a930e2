//! From a question to the words an officer reads.

use std::sync::{Arc, Mutex};

use firebox_contract::record::{Class, Owner, Phone, Postcode, Subject, Uprn};
use firebox_protocol::answer::{
    Answer, FlagRow, Freshness, Notice, PropertyAnswer, PropertyMatch, Scope, ServiceState,
};
use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest};
use firebox_protocol::gate_store::{Reply as StoreReply, Request as StoreRequest};
use firebox_protocol::{Ask, Code, PropertyBy, Query, query};
use jiff::civil::date;
use serde_json::{Value, json};

use super::house::House;
use super::peers::{keeper_refuses, store_refuses};
use super::people::{Request, TOKEN};

const PROPERTY: &str = "/api/v1/look-ups/property";
const VISITS: &str = "/api/v1/look-ups/visits";

pub(super) fn phone(text: &str) -> Phone {
    Phone::parse(text).unwrap()
}

pub(super) fn flag(code: &str, controls: &[&str]) -> FlagRow {
    FlagRow {
        record: 41,
        version: 1,
        code: code.into(),
        controls: controls
            .iter()
            .map(|control| (*control).to_owned())
            .collect(),
        owner: Owner {
            team: "Housing duty desk".into(),
            phone: phone("01632 960100"),
            hours: "8am to 6pm".into(),
            out_of_hours: None,
        },
        recorded_by: "Housing".into(),
        recorded_on: date(2026, 5, 3),
        review_due: date(2999, 1, 1),
        class: Class::Standard,
        sealed: true,
        scope: Scope::Person,
        subject: Subject::PersonAtProperty,
        reported: Vec::new(),
    }
}

pub(super) fn place(uprn: &str, flags: Vec<FlagRow>) -> PropertyMatch {
    PropertyMatch {
        uprn: Uprn::parse(uprn).unwrap(),
        lines: vec!["14 Mill Lane".into(), "Newbridge".into()],
        postcode: "NB1 4QX".into(),
        parent: None,
        flags: Some(flags),
        notices: Vec::new(),
        reports: Vec::new(),
    }
}

pub(super) fn answer(matches: Vec<PropertyMatch>) -> PropertyAnswer {
    let source = ServiceState {
        service: "housing".into(),
        name: "Housing".into(),
        state: Freshness::Fresh,
        last_synced: Some("2026-05-03T10:00:00.5Z".parse().unwrap()),
        phone: phone("01632 960100"),
    };
    PropertyAnswer {
        matches,
        more: false,
        sources: vec![source],
        complete: true,
    }
}

impl House {
    /// The keeper permits everything; the store answers this.
    fn knows(&self, answer: Answer) {
        self.keeper(|request| match request {
            KeeperRequest::Permit { .. } => KeeperReply::Permit {
                permit: b"permit".to_vec(),
                entry: 12,
                reference: "VISIT-7".into(),
                standing: Vec::new(),
            },
            _ => keeper_refuses(Code::Malformed),
        });
        self.store(move |_| StoreReply::Answer(answer.clone()));
    }

    async fn property(&self, answer: PropertyAnswer) -> Value {
        self.knows(Answer::Property(answer));
        let body = json!({"purpose": "visit", "uprn": "100023336956"});
        let reply = Request::call(PROPERTY, &body).send(self).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }
}

#[tokio::test]
async fn a_detail_the_reader_was_released_is_said_to_be_released() {
    let house = House::open().await;
    house.keeper(|_| KeeperReply::Permit {
        permit: b"permit".to_vec(),
        entry: 12,
        reference: "VISIT-7".into(),
        standing: vec![1, 41],
    });
    let released = flag("asbestos", &[]);
    let other = FlagRow {
        record: 99,
        ..released.clone()
    };
    let matches = vec![place("100023336956", vec![released, other])];
    let answer = Answer::Property(answer(matches));
    house.store(move |_| StoreReply::Answer(answer.clone()));
    let body = json!({"purpose": "visit", "uprn": "100023336956"});
    let found = Request::call(PROPERTY, &body).send(&house).await.json();
    let flags = &found["matches"][0]["flags"];
    assert_eq!(flags[0]["detail"], "released");
    assert_eq!(flags[1]["detail"], "sealed");
}

#[tokio::test]
async fn the_store_is_asked_the_bytes_the_keeper_permitted_with_its_permit() {
    let house = House::open().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (at_keeper, at_store) = (seen.clone(), seen.clone());
    house.keeper(move |request| match request {
        KeeperRequest::Permit { session, query } if session.expose() == TOKEN => {
            at_keeper.lock().unwrap().push(query);
            KeeperReply::Permit {
                permit: b"leave".to_vec(),
                entry: 12,
                reference: "VISIT-7".into(),
                standing: Vec::new(),
            }
        }
        _ => keeper_refuses(Code::NotSignedIn),
    });
    house.store(move |request| match request {
        StoreRequest::Answer { permit, query } if permit == b"leave" => {
            at_store.lock().unwrap().push(query);
            StoreReply::Answer(Answer::Property(answer(Vec::new())))
        }
        _ => store_refuses(Code::PermitRefused),
    });
    let body = json!({"purpose": "visit", "reference": " VISIT-7 ", "postcode": "nb14qx", "number": "14  a"});
    assert_eq!(
        Request::call(PROPERTY, &body).send(&house).await.status,
        200
    );
    let seen = seen.lock().unwrap();
    let [keepers, stores] = seen.as_slice() else {
        panic!("two questions")
    };
    assert_eq!(keepers, stores);
    let place = PropertyBy::Place {
        postcode: Postcode::parse("NB1 4QX").unwrap(),
        number: "14 a".into(),
    };
    let expected = Query {
        purpose: "visit".into(),
        reference: Some("VISIT-7".into()),
        ask: Ask::Property(place),
    };
    assert_eq!(query::from_bytes(keepers), Ok(expected));
}

#[tokio::test]
async fn a_hazard_reads_as_what_to_do_whom_to_ring_and_how_fresh() {
    let house = House::open().await;
    let warning = flag(
        "violence-physical",
        &["contact-owner-first", "visit-in-pairs"],
    );
    let found = house
        .property(answer(vec![place("100023336956", vec![warning])]))
        .await;
    assert_eq!(
        (&found["entry"], &found["reference"]),
        (&json!(12), &json!("VISIT-7"))
    );
    assert!(found["checked_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(
        (&found["complete"], &found["choose"], &found["more"]),
        (&json!(true), &json!(false), &json!(false))
    );
    let one = &found["matches"][0];
    assert_eq!(one["uprn"], "100023336956");
    assert_eq!(one["address"], "14 Mill Lane, Newbridge, NB1 4QX");
    assert!(one["property"].as_str().unwrap().len() > 40);
    let flag = &one["flags"][0];
    assert_eq!(
        flag["hazard"],
        json!({"code": "violence-physical", "label": "Violence or the threat of it"})
    );
    assert!(flag["instructions"].as_array().unwrap().iter().any(|one| *one
        == json!({"code": "visit-in-pairs", "text": "Do not visit alone. Visit in pairs.", "level": "stop"})));
    assert_eq!(
        flag["owner"],
        json!({"team": "Housing duty desk", "phone": "01632 960100", "hours": "8am to 6pm"})
    );
    assert_eq!(
        json!([
            flag["recorded_by"],
            flag["recorded_on"],
            flag["review_due"],
            flag["overdue"],
            flag["detail"],
            flag["subject"]
        ]),
        json!([
            "Housing",
            "2026-05-03",
            "2999-01-01",
            false,
            "sealed",
            "person"
        ])
    );
    assert_eq!(
        found["sources"],
        json!([{"service": "housing", "name": "Housing", "state": "fresh", "last_synced": "2026-05-03T10:00:00Z", "phone": "01632 960100"}])
    );
}

#[tokio::test]
async fn a_handle_does_not_tell_the_number_it_stands_for_and_changes_with_each_answer() {
    let house = House::open().await;
    let known = || answer(vec![place("100023336956", vec![flag("asbestos", &[])])]);
    let (one, two) = (house.property(known()).await, house.property(known()).await);
    let handles = |found: &Value| {
        let one = &found["matches"][0];
        [one["property"].clone(), one["flags"][0]["flag"].clone()]
    };
    assert_ne!(handles(&one), handles(&two));
    assert_ne!(one["matches"][0]["flags"][0]["flag"], "41");
}

#[tokio::test]
async fn several_addresses_show_no_warning_of_any() {
    let house = House::open().await;
    let warned = |uprn| place(uprn, vec![flag("asbestos", &[])]);
    // Even a store that calls this complete and gives warnings cannot make them show.
    let found = house.property(answer(vec![warned("1"), warned("2")])).await;
    assert_eq!(
        (&found["choose"], &found["complete"]),
        (&json!(true), &json!(false))
    );
    for one in found["matches"].as_array().unwrap() {
        assert_eq!(one["flags"], Value::Null);
    }
    assert!(!found.to_string().contains("sbestos"));
}

#[tokio::test]
async fn no_known_address_is_never_complete() {
    let house = House::open().await;
    let found = house.property(answer(Vec::new())).await;
    assert_eq!(
        json!([found["matches"], found["complete"], found["choose"]]),
        json!([[], false, false])
    );
}

#[tokio::test]
async fn a_source_that_is_not_fresh_makes_an_answer_incomplete_whatever_the_store_says() {
    let house = House::open().await;
    for (state, word) in [
        (Freshness::Late, "late"),
        (Freshness::Stopped, "stopped"),
        (Freshness::Held, "held"),
    ] {
        let mut known = answer(vec![place("1", Vec::new())]);
        known.sources[0].state = state;
        known.sources[0].last_synced = None;
        let found = house.property(known).await;
        assert_eq!(
            (&found["complete"], &found["matches"][0]["flags"]),
            (&json!(false), &json!([]))
        );
        assert_eq!(found["sources"][0]["state"], word);
        assert_eq!(found["sources"][0]["last_synced"], Value::Null);
    }
}

#[tokio::test]
async fn something_unread_at_the_address_or_near_it_is_announced_with_its_number() {
    let house = House::open().await;
    let mut known = answer(vec![place("1", Vec::new())]);
    let notice = |near| Notice {
        service: "Planning".into(),
        phone: phone("01632 960200"),
        near,
    };
    known.matches[0].notices = vec![notice(false), notice(true)];
    let found = house.property(known).await;
    assert_eq!(found["complete"], false);
    let notices = &found["matches"][0]["notices"];
    assert_eq!(
        notices[0],
        json!({"service": "Planning", "phone": "01632 960200",
            "text": "Planning holds something about this address that we could not read. Phone them on 01632 960200 before you go."})
    );
    assert_eq!(
        notices[1]["text"],
        "Planning holds something near this address, at a place we could not find. Phone them on 01632 960200 before you go."
    );
}

#[tokio::test]
async fn a_code_nobody_knows_says_to_speak_to_the_team() {
    let house = House::open().await;
    for code in ["unmapped", "a-code-of-a-later-vocabulary"] {
        let found = house
            .property(answer(vec![place("1", vec![flag(code, &[])])]))
            .await;
        let flag = &found["matches"][0]["flags"][0];
        let words = "Speak to Housing duty desk first. They hold a warning we cannot describe.";
        assert_eq!(flag["hazard"], json!({"code": "unmapped", "label": words}));
        assert_eq!(
            flag["instructions"],
            json!([{"code": "unmapped", "text": words, "level": "stop"}])
        );
    }
}

#[tokio::test]
async fn a_hazard_whose_label_is_kept_back_does_not_tell_its_reason_by_its_code() {
    let house = House::open().await;
    let found = house
        .property(answer(vec![place(
            "1",
            vec![flag("domestic-abuse-safety", &[])],
        )]))
        .await;
    let flag = &found["matches"][0]["flags"][0];
    assert_eq!(flag["hazard"]["code"], "withheld");
    assert!(!flag["instructions"].as_array().unwrap().is_empty());
    assert!(!found.to_string().contains("abuse"), "{found}");
}

#[tokio::test]
async fn a_warning_past_its_review_stays_and_says_so() {
    let house = House::open().await;
    let mut old = flag("asbestos", &[]);
    old.review_due = date(2001, 1, 1);
    old.owner.out_of_hours = Some(phone("07700 900123"));
    old.sealed = false;
    old.scope = Scope::Building;
    let found = house.property(answer(vec![place("1", vec![old])])).await;
    let flag = &found["matches"][0]["flags"][0];
    assert_eq!(
        json!([flag["overdue"], flag["detail"], flag["subject"]]),
        json!([true, "none", "building"])
    );
    assert_eq!(flag["owner"]["out_of_hours"], "07700 900123");
}

#[tokio::test]
async fn a_days_visits_are_answered_in_their_order() {
    let house = House::open().await;
    house.knows(Answer::Visits(vec![
        answer(vec![place("1", vec![flag("asbestos", &[])])]),
        answer(vec![place("2", Vec::new())]),
    ]));
    let body = json!({"purpose": "visit", "date": "2026-05-03", "visits": [
        {"reference": "V1", "uprn": "1"}, {"reference": "V2", "address": "14 Mill Lane"}]});
    let reply = Request::call(VISITS, &body).send(&house).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let found = reply.json();
    assert_eq!(found["entry"], 12);
    let visits = found["visits"].as_array().unwrap();
    assert_eq!(
        json!([visits[0]["reference"], visits[0]["matches"][0]["uprn"]]),
        json!(["V1", "1"])
    );
    assert_eq!(
        json!([visits[1]["reference"], visits[1]["matches"][0]["uprn"]]),
        json!(["V2", "2"])
    );
    assert_eq!(
        json!([visits[0]["complete"], visits[1]["complete"]]),
        json!([true, true])
    );
}

#[tokio::test]
async fn sixty_visits_are_answered_and_none_or_sixty_one_are_not() {
    let house = House::open().await;
    house.knows(Answer::Visits(vec![
        answer(vec![place("1", Vec::new())]);
        60
    ]));
    for (count, status) in [(0, 422), (60, 200), (61, 422)] {
        let visits = vec![json!({"reference": "V", "uprn": "1"}); count];
        let body = json!({"purpose": "visit", "date": "2026-05-03", "visits": visits});
        let reply = Request::call(VISITS, &body).send(&house).await;
        assert_eq!(reply.status, status, "{count}");
    }
}

#[tokio::test]
async fn results_that_do_not_match_the_visits_one_to_one_are_not_shown() {
    let house = House::open().await;
    house.knows(Answer::Visits(vec![answer(vec![place("1", Vec::new())])]));
    let visits = vec![json!({"reference": "V", "uprn": "1"}); 2];
    let body = json!({"purpose": "visit", "date": "2026-05-03", "visits": visits});
    let reply = Request::call(VISITS, &body).send(&house).await;
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (500, "unexpected")
    );
}

#[tokio::test]
async fn a_visit_that_will_not_do_is_named_by_its_place_in_the_day() {
    let house = House::open().await;
    let day = |date: &str, visit: Value| json!({"purpose": "visit", "date": date, "visits": [{"reference": "V", "uprn": "1"}, visit]});
    for (body, member) in [
        (
            day("2026-05-03", json!({"reference": "V", "uprn": "x"})),
            "`visits[1].uprn`",
        ),
        (
            day("2026-05-03", json!({"reference": " ", "uprn": "1"})),
            "`visits[1].reference`",
        ),
        (
            day(
                "2026-05-03",
                json!({"reference": "V", "uprn": "1", "postcode": "NB1 4QX"}),
            ),
            "`visits[1].postcode`",
        ),
        (
            day("03/05/2026", json!({"reference": "V", "uprn": "1"})),
            "`date`",
        ),
    ] {
        let reply = Request::call(VISITS, &body).send(&house).await;
        reply.problem();
        assert!(reply.detail().contains(member), "{}", reply.text());
    }
}
