//! Batches, recipients and enrolment over the agents' door.

use std::sync::{Arc, Mutex};

use firebox_contract::signing::SigningKey;
use firebox_contract::{correction, enrolment};
use firebox_protocol::Code;
use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest};
use firebox_protocol::gate_store::{Reply as StoreReply, Request as StoreRequest};
use serde_json::json;

use super::house::House;
use super::peers::{keeper_refuses, store_refuses};
use super::people::{Reply, Request};
use crate::limits::{BATCH_BYTES, CORRECTION_ANSWER_BYTES};

impl House {
    async fn delivers(&self, batch: Vec<u8>) -> Reply {
        let agent = self.authority.agent("agent:housing");
        let request =
            Request::new("POST", "/intake/v1/batches").body("application/octet-stream", batch);
        request.deliver(self, &agent).await.expect("an answer")
    }
}

#[tokio::test]
async fn a_batch_reaches_the_store_whole_and_its_receipt_comes_back() {
    let house = House::open().await;
    house.store(|request| match request {
        // The largest batch there is passes, and the certificate says whose it is.
        StoreRequest::Apply {
            certificate_service,
            batch,
        } if certificate_service == "housing" && batch.len() == BATCH_BYTES => {
            StoreReply::Receipt(batch[..3].to_vec())
        }
        _ => store_refuses(Code::Malformed),
    });
    let mut batch = vec![7; BATCH_BYTES];
    batch[..3].copy_from_slice(&[0xff, 0, 1]);
    let reply = house.delivers(batch).await;
    assert_eq!(
        (reply.status, reply.body.as_slice()),
        (200, [0xff, 0, 1].as_slice())
    );
    assert_eq!(
        reply.headers["content-type"],
        "application/vnd.firebox.receipt"
    );
}

#[tokio::test]
async fn a_batch_over_the_limit_or_of_another_type_never_reaches_the_store() {
    let house = House::open().await;
    house.store(|_| panic!("the store was asked"));
    let reply = house.delivers(vec![7; BATCH_BYTES + 1]).await;
    assert_eq!((reply.status, reply.problem().as_str()), (413, "too_large"));
    let agent = house.authority.agent("agent:housing");
    let json = Request::new("POST", "/intake/v1/batches").body("application/json", "{}");
    let reply = json.deliver(&house, &agent).await.unwrap();
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (415, "wrong_content_type")
    );
}

#[tokio::test]
async fn without_a_receipt_the_agent_is_told_when_to_send_again() {
    let house = House::open().await;
    house.store(|_| store_refuses(Code::NotReady));
    let reply = house.delivers(vec![1]).await;
    assert_eq!((reply.status, reply.problem().as_str()), (503, "not_ready"));
    assert!(reply.headers.contains_key("retry-after"));
    house.store(|_| store_refuses(Code::Malformed));
    let reply = house.delivers(vec![1]).await;
    assert_eq!((reply.status, reply.problem().as_str()), (400, "malformed"));
}

#[tokio::test]
async fn the_keys_to_seal_to_come_as_the_keeper_signed_them() {
    let house = House::open().await;
    house.keeper(|request| match request {
        KeeperRequest::Recipients => KeeperReply::Bytes(vec![1, 0, 255]),
        _ => keeper_refuses(Code::Malformed),
    });
    let agent = house.authority.agent("agent:housing");
    let reply = Request::get("/intake/v1/recipients")
        .deliver(&house, &agent)
        .await
        .unwrap();
    assert_eq!(
        (reply.status, reply.body.as_slice()),
        (200, [1, 0, 255].as_slice())
    );
}

#[tokio::test]
async fn an_enrolment_reaches_the_keeper_with_the_certificates_service() {
    let house = House::open().await;
    let seen = Arc::new(Mutex::new(None));
    let at_keeper = seen.clone();
    house.keeper(move |request| match request {
        KeeperRequest::Enrol {
            certificate_service,
            request,
        } => {
            *at_keeper.lock().unwrap() = Some((certificate_service, request));
            KeeperReply::Done
        }
        _ => keeper_refuses(Code::Malformed),
    });
    let request = enrolment::Request {
        service: "planning".into(),
        code: "one-time".into(),
        signing_key: SigningKey::from_seed(&[7; 32]).public(),
        correction_recipient: "age1test".into(),
    };
    let agent = house.authority.agent("agent:housing");
    let body = serde_json::to_vec(&request).unwrap();
    let enrol =
        |body: Vec<u8>| Request::new("POST", "/intake/v1/enrol").body("application/json", body);
    let reply = enrol(body).deliver(&house, &agent).await.unwrap();
    assert_eq!(reply.status, 204);
    let (service, forwarded) = seen.lock().unwrap().take().unwrap();
    // Whether the two services agree, the keeper judges: it gets both.
    assert_eq!(service, "housing");
    assert!(serde_json::from_slice::<enrolment::Request>(&forwarded).unwrap() == request);

    let no_key = json!({"service": "housing", "code": "x", "signing_key": "AAAA", "correction_recipient": "age1"});
    let reply = enrol(no_key.to_string().into_bytes())
        .deliver(&house, &agent)
        .await
        .unwrap();
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (422, "unacceptable_value")
    );
    house.keeper(|_| keeper_refuses(Code::EnrolmentRefused));
    let reply = enrol(serde_json::to_vec(&request).unwrap())
        .deliver(&house, &agent)
        .await
        .unwrap();
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (403, "enrolment_refused")
    );
}

#[tokio::test]
async fn corrections_reach_the_agent_of_the_certificates_service_as_they_were_sealed() {
    let house = House::open().await;
    house.store(|request| match request {
        StoreRequest::Corrections {
            certificate_service,
        } if certificate_service == "housing" => {
            StoreReply::Corrections(vec![vec![1, 0, 255], vec![2]])
        }
        _ => store_refuses(Code::NotAllowed),
    });
    let fetch = || Request::get("/intake/v1/corrections");
    let agent = house.authority.agent("agent:housing");
    let reply = fetch().deliver(&house, &agent).await.unwrap();
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.headers["content-type"], "application/json");
    let waiting: correction::Waiting = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(waiting.corrections, ["AQD/", "Ag=="]);
    let other = house.authority.agent("agent:planning");
    let reply = fetch().deliver(&house, &other).await.unwrap();
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (403, "not_allowed")
    );
}

#[tokio::test]
async fn an_agents_answer_to_a_correction_reaches_the_store_as_it_was_signed() {
    let house = House::open().await;
    let answer_with = |bytes: Vec<u8>| {
        Request::new("POST", "/intake/v1/corrections/COR-0123456789")
            .body("application/octet-stream", bytes)
    };
    let agent = house.authority.agent("agent:housing");
    let whole = vec![0xff; CORRECTION_ANSWER_BYTES];
    let expected = whole.clone();
    house.store(move |request| match request {
        StoreRequest::AnswerCorrection {
            certificate_service,
            answer,
        } if certificate_service == "housing" && answer == expected => StoreReply::Done,
        _ => store_refuses(Code::NotAllowed),
    });
    let reply = answer_with(whole.clone())
        .deliver(&house, &agent)
        .await
        .unwrap();
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    for (code, status, text) in [
        (Code::Malformed, 400, "malformed"),
        (Code::NotAllowed, 403, "not_allowed"),
        (Code::NotFound, 404, "not_found"),
        (Code::AlreadyThere, 409, "already_there"),
        (Code::NotReady, 503, "not_ready"),
    ] {
        house.store(move |_| store_refuses(code));
        let reply = answer_with(vec![1]).deliver(&house, &agent).await.unwrap();
        assert_eq!((reply.status, reply.problem().as_str()), (status, text));
    }
    house.store(|_| panic!("the store was asked"));
    let large = answer_with([whole, vec![1]].concat());
    let reply = large.deliver(&house, &agent).await.unwrap();
    assert_eq!((reply.status, reply.problem().as_str()), (413, "too_large"));
    let misspelled =
        Request::new("POST", "/intake/v1/corrections/COR-1").body("application/octet-stream", [1]);
    let reply = misspelled.deliver(&house, &agent).await.unwrap();
    assert_eq!((reply.status, reply.problem().as_str()), (404, "not_found"));
}
