//! The state of the feeds, and what waits for two persons.

use firebox_contract::record::Phone;
use firebox_protocol::answer::{Answer, FeedState, Freshness, Hold, ServiceState};
use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest};
use firebox_protocol::gate_store::Reply as StoreReply;
use firebox_protocol::{Ask, Code, Query, query};
use serde_json::json;

use super::house::House;
use super::peers::{keeper_refuses, store_refuses};
use super::people::Request;

const DECISION: &str = "/api/v1/holds/9/decision";

impl House {
    /// The keeper permits exactly this under the purpose of looking after feeds.
    fn permits(&self, ask: Ask) {
        self.keeper(move |request| match request {
            KeeperRequest::Permit { query, .. }
                if query::from_bytes(&query)
                    == Ok(Query {
                        purpose: "sync-admin".into(),
                        reference: None,
                        ask: ask.clone(),
                    }) =>
            {
                KeeperReply::Permit {
                    permit: vec![1],
                    entry: 5,
                    reference: "CALL-1".into(),
                    standing: Vec::new(),
                }
            }
            _ => keeper_refuses(Code::NotAllowed),
        });
    }
}

#[tokio::test]
async fn a_feed_reads_with_its_age_its_number_and_what_waits() {
    let house = House::open().await;
    house.permits(Ask::Sources);
    let instant = "2026-05-03T10:00:00Z".parse().unwrap();
    let feed = FeedState {
        service: ServiceState {
            service: "housing".into(),
            name: "Housing".into(),
            state: Freshness::Held,
            last_synced: Some(instant),
            phone: Phone::parse("01632 960100").unwrap(),
        },
        source: "housing-cautions".into(),
        records: 200,
        held_rows: 3,
        sequence: 8,
        received: Some(instant),
        code: None,
        hold: Some(Hold {
            id: 9,
            code: "drop-over-guard".into(),
            removes: 120,
            of: 200,
            since: instant,
        }),
    };
    house.store(move |_| StoreReply::Answer(Answer::Sources(vec![feed.clone()])));
    let reply = Request::get("/api/v1/sources")
        .signed_in()
        .send(&house)
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let at = "2026-05-03T10:00:00Z";
    let expected = json!({"entry": 5, "sources": [{
        "service": "housing", "name": "Housing", "source": "housing-cautions", "state": "held",
        "last_synced": at, "phone": "01632 960100", "records": 200, "held_rows": 3, "sequence": 8,
        "received": at, "code": null,
        "hold": {"id": 9, "code": "drop-over-guard", "removes": 120, "of": 200, "since": at}}]});
    assert_eq!(reply.json(), expected);
}

#[tokio::test]
async fn the_first_of_two_persons_is_told_to_wait_and_the_store_is_not_asked() {
    let house = House::open().await;
    house.keeper(|_| keeper_refuses(Code::SecondPersonNeeded));
    house.store(|_| panic!("the store was asked without a permit"));
    let reply = Request::call(DECISION, &json!({"decision": "apply"}))
        .send(&house)
        .await;
    assert_eq!(
        (reply.status, reply.json()),
        (202, json!({"state": "waiting"}))
    );
}

#[tokio::test]
async fn a_decision_reaches_the_store_as_it_was_made() {
    let house = House::open().await;
    house.store(|_| StoreReply::Answer(Answer::HoldDecided));
    for (decision, apply, state) in [("apply", true, "applied"), ("reject", false, "rejected")] {
        house.permits(Ask::DecideHold { hold: 9, apply });
        let reply = Request::call(DECISION, &json!({"decision": decision}))
            .send(&house)
            .await;
        assert_eq!((reply.status, reply.json()), (200, json!({"state": state})));
    }
}

#[tokio::test]
async fn the_same_person_twice_and_a_hold_that_is_gone_are_refused() {
    let house = House::open().await;
    house.keeper(|_| keeper_refuses(Code::SamePerson));
    let apply = || Request::call(DECISION, &json!({"decision": "apply"}));
    let reply = apply().send(&house).await;
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (409, "same_person")
    );
    house.permits(Ask::DecideHold {
        hold: 9,
        apply: true,
    });
    house.store(|_| store_refuses(Code::NotFound));
    let reply = apply().send(&house).await;
    assert_eq!((reply.status, reply.problem().as_str()), (404, "not_found"));
}
