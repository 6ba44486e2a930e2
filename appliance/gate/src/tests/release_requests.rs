//! What of a request for a release is refused before anybody is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use firebox_protocol::Code;
use firebox_protocol::gate_keeper::Reply as KeeperReply;
use serde_json::{Value, json};

use super::house::House;
use super::peers::{keeper_refuses, store_refuses};
use super::people::Request;
use super::release_play::{EMERGENCY, OPEN, RELEASES, asked, emergency, released, said};
use crate::limits::JSON_BODY_BYTES;

impl House {
    /// From now on whoever is asked anything is counted.
    fn counts(&self) -> Arc<AtomicUsize> {
        let asked = Arc::new(AtomicUsize::new(0));
        let (by_keeper, by_store) = (asked.clone(), asked.clone());
        self.keeper(move |_| {
            by_keeper.fetch_add(1, Ordering::SeqCst);
            keeper_refuses(Code::NotAllowed)
        });
        self.store(move |_| {
            by_store.fetch_add(1, Ordering::SeqCst);
            store_refuses(Code::PermitRefused)
        });
        asked
    }

    /// The flag of a look-up, and from then on nobody may be asked.
    async fn flag_then_counts(&self) -> (String, Arc<AtomicUsize>) {
        self.releases(|| KeeperReply::Released(released()));
        let flag = self.flag().await;
        (flag, self.counts())
    }
}

fn with(body: &Value, member: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[member] = value;
    body
}

#[tokio::test]
async fn a_handle_of_another_session_kind_or_start_is_not_found_and_nobody_is_asked() {
    let house = House::open().await;
    house.releases(|| KeeperReply::Released(released()));
    let flag = house.flag().await;
    let property = house.handle("/matches/0/property").await;
    let elsewhere = House::open().await;
    elsewhere.releases(|| KeeperReply::Released(released()));
    let earlier = elsewhere.flag().await;
    let count = house.counts();
    let other = format!("Bearer {}", "B".repeat(43));
    let as_other = |target: &str, body: &Value| {
        Request::new("POST", target)
            .header("Authorization", &other)
            .body("application/json", body.to_string())
    };
    for (target, body) in [
        (RELEASES, asked as fn(&str) -> Value),
        (EMERGENCY, emergency as fn(&str) -> Value),
    ] {
        let reply = as_other(target, &body(&flag)).send(&house).await;
        assert_eq!(said(&reply), (404, "not_found".into()));
        for handle in [&property, &earlier, "", "41", "x", &flag[1..]] {
            let reply = Request::call(target, &body(handle)).send(&house).await;
            assert_eq!(said(&reply), (404, "not_found".into()), "{handle}");
        }
        assert_eq!(count.load(Ordering::SeqCst), 0);
        // In its own session it is what it was, and the keeper is asked.
        let reply = Request::call(target, &body(&flag)).send(&house).await;
        assert_eq!(said(&reply), (403, "not_allowed".into()));
        assert_eq!(count.swap(0, Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn what_will_not_do_in_a_request_is_named_and_never_reaches_the_keeper() {
    let house = House::open().await;
    let (flag, count) = house.flag_then_counts().await;
    let (stated, urgent) = (asked(&flag), emergency(&flag));
    let of_501 = json!("é".repeat(501));
    for (target, body, member) in [
        (RELEASES, with(&stated, "reason", json!("")), "reason"),
        (
            RELEASES,
            with(&stated, "reason", json!(" \n \u{a0} ")),
            "reason",
        ),
        (RELEASES, with(&stated, "reason", of_501), "reason"),
        (
            RELEASES,
            with(&stated, "reason", json!("A visit\r\nat two")),
            "reason",
        ),
        (
            RELEASES,
            with(&stated, "reason", json!("A visit\tat two")),
            "reason",
        ),
        (
            RELEASES,
            with(&stated, "reason", json!("A visit\u{0}")),
            "reason",
        ),
        (
            RELEASES,
            with(&stated, "reason", json!("A visit\u{1b}[2J")),
            "reason",
        ),
        (RELEASES, with(&stated, "reference", json!("")), "reference"),
        (
            RELEASES,
            with(&stated, "reference", json!("a".repeat(65))),
            "reference",
        ),
        (RELEASES, with(&stated, "purpose", json!(" ")), "purpose"),
        (
            RELEASES,
            with(&stated, "signature", json!({"id": "x"})),
            "signature",
        ),
        (RELEASES, with(&stated, "signature", json!("")), "signature"),
        (
            EMERGENCY,
            with(&urgent, "ground", json!("curiosity")),
            "ground",
        ),
        (
            EMERGENCY,
            with(&urgent, "happening", json!(" ")),
            "happening",
        ),
        (
            EMERGENCY,
            with(&urgent, "happening", json!("a".repeat(201))),
            "happening",
        ),
        (
            EMERGENCY,
            with(&urgent, "happening", json!("a\u{7}")),
            "happening",
        ),
    ] {
        let reply = Request::call(target, &body).send(&house).await;
        reply.problem();
        assert_eq!(reply.status, 422, "{body}");
        let named = format!("`{member}`");
        assert!(reply.detail().contains(&named), "{}", reply.text());
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
    let just = with(&stated, "reason", json!("é".repeat(500)));
    let reply = Request::call(RELEASES, &just).send(&house).await;
    assert_eq!(said(&reply), (403, "not_allowed".into()));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_signature_is_refused_because_nobody_would_check_it() {
    let house = House::open().await;
    let (flag, _) = house.flag_then_counts().await;
    let body = with(&asked(&flag), "signature", json!({"authenticator": "AAAA"}));
    let reply = Request::call(RELEASES, &body).send(&house).await;
    assert_eq!(said(&reply), (422, "unacceptable_value".into()));
    assert_eq!(
        reply.detail(),
        "`signature` must be left out: this box cannot check signatures yet, and nothing may look \
        signed that was not checked."
    );
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_and_never_reaches_the_keeper() {
    let house = House::open().await;
    let (flag, count) = house.flag_then_counts().await;
    let (stated, urgent) = (asked(&flag), emergency(&flag));
    let without = |body: &Value, member: &str| {
        let mut body = body.clone();
        body.as_object_mut().unwrap().remove(member);
        body
    };
    for (target, body, code) in [
        (
            RELEASES,
            with(&stated, "note", json!("x")),
            "unknown_member",
        ),
        (
            RELEASES,
            with(&stated, "ground", json!("at-the-door")),
            "unknown_member",
        ),
        (RELEASES, with(&stated, "reason", json!(7)), "wrong_type"),
        (RELEASES, with(&stated, "flag", json!(41)), "wrong_type"),
        (
            RELEASES,
            with(&stated, "reference", Value::Null),
            "wrong_type",
        ),
        (RELEASES, without(&stated, "flag"), "missing_member"),
        (RELEASES, without(&stated, "purpose"), "missing_member"),
        (RELEASES, without(&stated, "reason"), "missing_member"),
        (RELEASES, without(&stated, "reference"), "missing_member"),
        (
            EMERGENCY,
            with(&urgent, "reason", json!("x")),
            "unknown_member",
        ),
        (
            EMERGENCY,
            with(&urgent, "happening", json!(["x"])),
            "wrong_type",
        ),
        (EMERGENCY, with(&urgent, "ground", json!(1)), "wrong_type"),
        (EMERGENCY, without(&urgent, "ground"), "missing_member"),
    ] {
        let reply = Request::call(target, &body).send(&house).await;
        assert_eq!(said(&reply), (400, code.into()), "{body}");
    }
    for reason in [JSON_BODY_BYTES, 1024 * 1024] {
        let long = with(&stated, "reason", json!("a".repeat(reason)));
        let reply = Request::call(RELEASES, &long).send(&house).await;
        assert_eq!(said(&reply), (413, "too_large".into()));
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_release_needs_the_bearer_session_and_takes_no_cookie() {
    let house = House::open().await;
    let (flag, count) = house.flag_then_counts().await;
    for target in [RELEASES, EMERGENCY, OPEN] {
        let reply = Request::new("POST", target)
            .header("Cookie", &format!("session={}", super::people::TOKEN))
            .body("application/json", asked(&flag).to_string())
            .send(&house)
            .await;
        assert_eq!(said(&reply), (401, "not_signed_in".into()));
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_hostile_reference_is_not_found_and_nobody_is_asked() {
    let house = House::open().await;
    let count = house.counts();
    for reference in [
        "..",
        "../..",
        "%2e%2e%2fREL-0123456789",
        "REL-0123456789%2f..",
        "REL-%30123456789",
        "REL-0123456789%00",
        "%ff",
        "%",
        "rel-0123456789",
        "REL-012345678",
        "REL-01234567890",
        "REL-012345678I",
        "REL-012345678'",
        "REL-012345678;x",
        "ASK-0123456789",
        "emergency",
        "1",
        &"A".repeat(10 * 1024),
        &format!("REL-{}", "0".repeat(10 * 1024)),
    ] {
        let target = format!("/api/v1/releases/{reference}/open");
        let reply = Request::new("POST", &target).signed_in().send(&house).await;
        assert_eq!(said(&reply), (404, "not_found".into()), "{reference}");
        assert!(!reply.text().contains("REL-"), "{}", reply.text());
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}
