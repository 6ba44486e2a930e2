//! What keeper and store refuse of a release, and what they may not answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use firebox_protocol::answer::Answer;
use firebox_protocol::gate_keeper::{Released, Reply as KeeperReply, Request as KeeperRequest};
use firebox_protocol::gate_store::Reply as StoreReply;
use firebox_protocol::secret::Plaintext;
use firebox_protocol::{Code, Refusal};
use serde_json::json;

use super::house::{DUTY_LINE, House};
use super::peers::{keeper_refuses, store_refuses};
use super::people::Request;
use super::release_play::{EMERGENCY, OPEN, RELEASES, asked, released, said};

#[tokio::test]
async fn what_the_keeper_refuses_of_a_release_reads_as_its_own_status() {
    let house = House::open().await;
    house.releases(|| KeeperReply::Released(released()));
    let body = asked(&house.flag().await);
    for (code, status, text) in [
        (Code::NotSignedIn, 401, "not_signed_in"),
        (Code::NotAllowed, 403, "not_allowed"),
        (Code::NotFound, 404, "not_found"),
        (Code::UnknownPurpose, 422, "unknown_purpose"),
        (Code::PurposeNotAllowed, 403, "purpose_not_allowed"),
        (Code::ReferenceMissing, 422, "reference_missing"),
        (Code::ReasonTooShort, 422, "reason_too_short"),
        (Code::ReasonRepeated, 422, "reason_repeated"),
        (Code::ReleaseDenied, 403, "release_denied"),
        (Code::SignatureRequired, 403, "signature_required"),
        (Code::ApprovalRequired, 403, "approval_required"),
        (Code::EmergencyOnly, 403, "emergency_only"),
        (Code::PersonReleaseLimit, 429, "person_release_limit"),
        (Code::ClassReleaseLimit, 429, "class_release_limit"),
        (Code::BoxReleaseLimit, 429, "box_release_limit"),
        (Code::DetailMoved, 409, "detail_moved"),
        (Code::DetailUnsound, 409, "detail_unsound"),
        (Code::ReleaseEnded, 410, "release_ended"),
        (Code::ReserveOnly, 503, "reserve_only"),
        (Code::LogUnavailable, 503, "log_unavailable"),
        (Code::NotReady, 503, "not_ready"),
    ] {
        house.releases(move || keeper_refuses(code));
        for request in [
            Request::call(RELEASES, &body),
            Request::new("POST", OPEN).signed_in(),
        ] {
            let reply = request.send(&house).await;
            assert_eq!(said(&reply), (status, text.into()));
            assert_eq!(
                reply.headers.contains_key("retry-after"),
                status == 429 || status == 503,
                "{text}"
            );
            if status == 429 || status == 503 {
                assert!(reply.detail().contains(DUTY_LINE), "{text}");
            }
        }
    }
    house.releases(|| {
        KeeperReply::Refused(Refusal {
            code: Code::BoxReleaseLimit,
            retry_after_seconds: Some(77),
        })
    });
    let reply = Request::call(RELEASES, &body).send(&house).await;
    assert_eq!(reply.headers["retry-after"], "77");
}

#[tokio::test]
async fn a_refused_fetch_asks_the_store_nothing() {
    let house = House::open().await;
    house.releases(|| KeeperReply::Released(released()));
    let body = asked(&house.flag().await);
    house.store(|_| panic!("the store was asked without a permit"));
    for (code, status) in [(Code::NotFound, 404), (Code::NotSignedIn, 401)] {
        house.keeper(move |_| keeper_refuses(code));
        for request in [
            Request::call(RELEASES, &body),
            Request::new("POST", OPEN).signed_in(),
        ] {
            assert_eq!(request.send(&house).await.status, status);
        }
    }
}

#[tokio::test]
async fn a_record_that_is_gone_is_not_found_and_its_release_has_ended() {
    let house = House::open().await;
    let seen = house.releases(|| KeeperReply::Released(released()));
    let body = asked(&house.flag().await);
    for (code, asked_anew, shown_again) in [
        (Code::NotFound, (404, "not_found"), (410, "release_ended")),
        (
            Code::PermitRefused,
            (503, "permit_refused"),
            (503, "permit_refused"),
        ),
        (Code::NotReady, (503, "not_ready"), (503, "not_ready")),
    ] {
        house.store(move |_| store_refuses(code));
        let reply = Request::call(RELEASES, &body).send(&house).await;
        assert_eq!(said(&reply), (asked_anew.0, asked_anew.1.into()));
        let reply = Request::new("POST", OPEN).signed_in().send(&house).await;
        assert_eq!(said(&reply), (shown_again.0, shown_again.1.into()));
    }
    // The keeper was asked for leave and for nothing more.
    let seen = seen.lock().unwrap();
    assert_eq!((seen.fetched.len(), seen.why.len()), (6, 0));
}

#[tokio::test]
async fn an_answer_of_another_shape_shows_nothing() {
    let house = House::open().await;
    house.releases(|| KeeperReply::Released(released()));
    let body = asked(&house.flag().await);
    let again = || Request::new("POST", OPEN).signed_in();
    let unexpected = (500, "unexpected".to_owned());

    // The keeper's leave.
    house.keeper(|_| KeeperReply::Released(released()));
    assert_eq!(
        said(&Request::call(RELEASES, &body).send(&house).await),
        unexpected
    );
    assert_eq!(said(&again().send(&house).await), unexpected);
    // The store's envelope.
    house.releases(|| KeeperReply::Released(released()));
    for wrong in [StoreReply::Answer(Answer::HoldDecided), StoreReply::Done] {
        let mut wrong = Some(wrong);
        house.store(move |_| wrong.take().unwrap());
        assert_eq!(said(&again().send(&house).await), unexpected);
    }
    // The keeper's release.
    house.releases(|| KeeperReply::Text("secret-canary".into()));
    assert_eq!(
        said(&Request::call(RELEASES, &body).send(&house).await),
        unexpected
    );
    for (release, valid_until_ms) in [
        ("REL-0000000000", 1_777_800_000_000),
        ("not a reference", 1_777_800_000_000),
        ("REL-0123456789", i64::MAX),
    ] {
        house.releases(move || {
            KeeperReply::Released(Released {
                release: release.into(),
                valid_until_ms,
                ..released()
            })
        });
        // A detail of another release is not shown as this one's.
        let reply = again().send(&house).await;
        assert_eq!(said(&reply), unexpected, "{release}");
    }
    // The keeper's receipt.
    house.keeper(|_| KeeperReply::Done);
    let proof = Request::get("/api/v1/log/entries/12/proof").signed_in();
    assert_eq!(said(&proof.send(&house).await), unexpected);
}

#[tokio::test]
async fn what_was_opened_and_is_no_detail_is_an_alarm_and_no_part_of_it_is_shown() {
    let house = House::open().await;
    let not_quite = r#"{"note":"secret-canary","colour":"secret-canary"}"#;
    house.releases(move || {
        KeeperReply::Released(Released {
            detail: Plaintext::new(not_quite.into()),
            ..released()
        })
    });
    let body = asked(&house.flag().await);
    for request in [
        Request::call(RELEASES, &body),
        Request::new("POST", OPEN).signed_in(),
    ] {
        let reply = request.send(&house).await;
        assert_eq!(said(&reply), (409, "detail_unsound".into()));
        assert!(!reply.text().contains("canary"), "{}", reply.text());
    }
}

#[tokio::test]
async fn the_document_lists_the_calls_of_a_release_as_they_are() {
    let document = crate::openapi();
    let operation = |path: &str, method: &str| document["paths"][path][method].clone();
    for (path, method, statuses) in [
        (RELEASES, "post", ["201", "403", "409", "422", "429"]),
        (EMERGENCY, "post", ["201", "403", "409", "422", "429"]),
        (
            "/api/v1/releases/{release}/open",
            "post",
            ["200", "403", "404", "410", "429"],
        ),
        (
            "/api/v1/log/entries/{n}/proof",
            "get",
            ["200", "401", "404", "500", "503"],
        ),
    ] {
        let operation = operation(path, method);
        assert_eq!(operation["security"], json!([{"session": []}]), "{path}");
        for status in statuses {
            assert!(
                operation["responses"][status].is_object(),
                "{path} {status}"
            );
        }
    }
    let parameter = |path, method| operation(path, method)["parameters"][0]["schema"].clone();
    assert_eq!(
        parameter("/api/v1/releases/{release}/open", "post"),
        json!({"type": "string", "pattern": "^REL-[0-9A-HJKMNP-TV-Z]{10}$"})
    );
    assert_eq!(
        parameter("/api/v1/log/entries/{n}/proof", "get")["type"],
        "integer"
    );
    let required = |name: &str| document["components"]["schemas"][name]["required"].clone();
    assert_eq!(
        required("AskRelease"),
        json!(["flag", "purpose", "reason", "reference"])
    );
    assert_eq!(
        required("Released"),
        json!(["release", "detail", "entry", "receipt", "valid_until"])
    );
    assert_eq!(required("ReleasedDetail"), json!(["note"]));
}

#[tokio::test]
async fn a_keeper_that_dies_over_a_release_is_503_and_is_not_asked_again() {
    let house = House::open().await;
    house.releases(|| KeeperReply::Released(released()));
    let body = asked(&house.flag().await);
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = tries.clone();
    house.keeper(move |request| match request {
        KeeperRequest::Fetch { .. } => KeeperReply::Fetch {
            permit: vec![1],
            query: vec![2],
        },
        _ => {
            counted.fetch_add(1, Ordering::SeqCst);
            panic!("the keeper dies, as the test wants it to")
        }
    });
    let reply = Request::call(RELEASES, &body).send(&house).await;
    assert_eq!(said(&reply), (503, "not_ready".into()));
    assert!(reply.detail().contains(DUTY_LINE));
    // It may have logged the release, so it is not asked twice.
    assert_eq!(tries.load(Ordering::SeqCst), 1);
}
