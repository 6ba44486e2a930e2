//! What is refused, and how a refusal reads.

use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest};
use firebox_protocol::{Code, Refusal};
use serde_json::{Value, json};

use super::house::{Behind, DUTY_LINE, House};
use super::peers::keeper_refuses;
use super::people::{Request, connect, exchange};
use crate::limits::{JSON_BODY_BYTES, Limits};

const PROPERTY: &str = "/api/v1/look-ups/property";

fn by_uprn() -> Value {
    json!({"purpose": "visit", "uprn": "100023336956"})
}

#[tokio::test]
async fn another_host_is_misdirected_and_ours_is_not() {
    let house = House::open().await;
    for host in [
        Some("evil.example"),
        Some("localhost:1"),
        Some("127.0.0.2"),
        None,
    ] {
        let reply = Request::get("/healthz").host(host).send(&house).await;
        assert_eq!(
            (reply.status, reply.problem().as_str()),
            (421, "misdirected"),
            "{host:?}"
        );
    }
    let port = house.public.port();
    for host in ["localhost", "127.0.0.1", "firebox.example.gov.uk"] {
        for host in [host.to_owned(), format!("{host}:{port}")] {
            let reply = Request::get("/healthz")
                .host(Some(&host))
                .send(&house)
                .await;
            assert_eq!(reply.status, 200, "{host}");
        }
    }
}

#[tokio::test]
async fn every_answer_good_or_bad_carries_the_headers() {
    let house = House::open().await;
    let named = "firebox.example.gov.uk";
    for (request, insists) in [
        (Request::get("/healthz"), false),
        (Request::get("/api/v1/nowhere"), false),
        // Nothing is promised for a name that is not ours.
        (Request::get("/healthz").host(Some("evil.example")), false),
        (Request::get("/healthz").host(Some(named)), true),
        (Request::call(PROPERTY, &by_uprn()).host(Some(named)), true),
    ] {
        let reply = request.send(&house).await;
        assert_eq!(reply.headers["cache-control"], "no-store");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
        assert!(reply.headers["content-security-policy"].starts_with("default-src 'none'"));
        assert_eq!(reply.headers["referrer-policy"], "no-referrer");
        assert_eq!(
            reply.headers.contains_key("strict-transport-security"),
            insists,
            "{reply:?}"
        );
    }
}

#[tokio::test]
async fn every_refusal_is_a_problem_that_says_what_to_do() {
    let house = House::open().await;
    let post = |body: &str| {
        Request::new("POST", PROPERTY)
            .signed_in()
            .body("application/json", body)
    };
    let big = format!("{{\"purpose\":\"{}\"}}", "a".repeat(JSON_BODY_BYTES));
    for (request, status, code) in [
        (Request::get("/api/v1/nowhere"), 404, "not_found"),
        (Request::get("/intake/v1/recipients"), 404, "not_found"),
        (Request::get("/api/v1/sign-in"), 405, "wrong_method"),
        (Request::new("DELETE", "/healthz"), 405, "wrong_method"),
        (Request::new("OPTIONS", PROPERTY), 405, "wrong_method"),
        (
            Request::new("POST", PROPERTY).body("application/json", by_uprn().to_string()),
            401,
            "not_signed_in",
        ),
        (
            Request::get("/api/v1/sources").header("Authorization", "Bearer x"),
            401,
            "not_signed_in",
        ),
        (
            Request::get("/api/v1/sources").header("Cookie", "session=x"),
            401,
            "not_signed_in",
        ),
        (
            Request::new("POST", PROPERTY)
                .signed_in()
                .body("text/plain", "{}"),
            415,
            "wrong_content_type",
        ),
        (
            post("{}").header("Content-Encoding", "gzip"),
            415,
            "wrong_content_type",
        ),
        (post(""), 400, "malformed_json"),
        (post("{"), 400, "malformed_json"),
        (post("[]"), 400, "wrong_type"),
        (post("{}"), 400, "missing_member"),
        (post(r#"{"purpose":"visit"}"#), 400, "address_missing"),
        (
            post(r#"{"purpose":"visit","uprn":"1","x":1}"#),
            400,
            "unknown_member",
        ),
        (
            post(r#"{"purpose":"visit","uprn":100023336956}"#),
            400,
            "wrong_type",
        ),
        (
            post(r#"{"purpose":"visit","uprn":"1","uprn":"2"}"#),
            400,
            "repeated_member",
        ),
        (
            post(r#"{"purpose":"visit","postcode":"NB1 4QX"}"#),
            400,
            "missing_member",
        ),
        (
            post(r#"{"purpose":"visit","uprn":"no number"}"#),
            422,
            "unacceptable_value",
        ),
        (
            post(r#"{"purpose":" ","uprn":"1"}"#),
            422,
            "unknown_purpose",
        ),
        (
            post(r#"{"purpose":"visit","reference":" ","uprn":"1"}"#),
            422,
            "unacceptable_value",
        ),
        (post(&big), 413, "too_large"),
        (
            Request::call("/api/v1/holds/x/decision", &json!({"decision":"apply"})),
            404,
            "not_found",
        ),
        (
            Request::call("/api/v1/holds/%ff/decision", &json!({"decision":"apply"})),
            404,
            "not_found",
        ),
        (
            Request::call("/api/v1/holds/1/decision", &json!({"decision":"later"})),
            422,
            "unacceptable_value",
        ),
        (
            Request::get("/api/v1/log/consistency"),
            400,
            "missing_member",
        ),
        (Request::call(PROPERTY, &by_uprn()), 403, "not_allowed"),
    ] {
        let reply = request.send(&house).await;
        assert_eq!(
            (reply.status, reply.problem().as_str()),
            (status, code),
            "{}",
            reply.text()
        );
        match status {
            401 => assert_eq!(reply.headers["www-authenticate"], "Bearer"),
            405 => assert!(!reply.headers["allow"].is_empty()),
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_refusal_names_the_member_and_never_its_value() {
    let house = House::open().await;
    for (body, member) in [
        (json!({"purpose": "visit", "uprn": 424_242}), "`uprn`"),
        (json!({"purpose": "visit", "uprn": "424242x"}), "`uprn`"),
        (
            json!({"purpose": "visit", "uprn": "1", "reference": ["424242"]}),
            "`reference`",
        ),
        (
            json!({"purpose": "visit", "postcode": "424242", "number": "1"}),
            "`postcode`",
        ),
        (
            json!({"purpose": "visit", "uprn": "1", "note": "424242"}),
            "`note`",
        ),
        (
            json!({"purpose": "424242 ".repeat(20), "uprn": "1"}),
            "`purpose`",
        ),
    ] {
        let reply = Request::call(PROPERTY, &body).send(&house).await;
        reply.problem();
        assert!(reply.detail().contains(member), "{}", reply.text());
        assert!(!reply.text().contains("424242"), "{}", reply.text());
    }
}

#[tokio::test]
async fn a_body_without_a_length_is_cut_off_at_the_limit_too() {
    let house = House::open().await;
    let mut bytes = format!(
        "POST {PROPERTY} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        super::people::TOKEN
    )
    .into_bytes();
    for _ in 0..=JSON_BODY_BYTES / 4096 {
        bytes.extend_from_slice(format!("1000\r\n{}\r\n", " ".repeat(4096)).as_bytes());
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    let stream = connect(house.public, house.client()).await.unwrap();
    let reply = exchange(stream, &bytes).await.expect("an answer");
    assert_eq!((reply.status, reply.problem().as_str()), (413, "too_large"));
}

#[tokio::test]
async fn a_process_that_is_away_is_503_with_whom_to_phone() {
    let limits = [Limits::public(), Limits::intake()];
    for behind in [Behind::Nobody, Behind::KeeperOnly] {
        let house = House::open_with(behind, limits);
        house.keeper(|_| KeeperReply::Permit {
            permit: vec![1],
            entry: 1,
            reference: "CALL-1".into(),
            standing: Vec::new(),
        });
        let reply = Request::call(PROPERTY, &by_uprn()).send(&house).await;
        assert_eq!((reply.status, reply.problem().as_str()), (503, "not_ready"));
        assert!(reply.detail().contains(DUTY_LINE), "{}", reply.text());
        assert!(reply.headers.contains_key("retry-after"));
        let ready = Request::get("/readyz").send(&house).await;
        assert_eq!((ready.status, ready.text().as_str()), (503, "not-ready"));
        assert_eq!(Request::get("/healthz").send(&house).await.text(), "ok");
    }
}

#[tokio::test]
async fn the_box_is_ready_when_both_say_so() {
    let house = House::open().await;
    house.keeper(|_| KeeperReply::Done);
    assert_eq!(Request::get("/readyz").send(&house).await.status, 503);
    house.store(|_| firebox_protocol::gate_store::Reply::Done);
    let ready = Request::get("/readyz").send(&house).await;
    assert_eq!((ready.status, ready.text().as_str()), (200, "ready"));
}

#[tokio::test]
async fn what_the_keeper_refuses_reads_as_its_own_status_and_the_store_is_not_asked() {
    let house = House::open().await;
    house.store(|_| panic!("the store was asked without a permit"));
    for (code, status, text) in [
        (Code::NotSignedIn, 401, "not_signed_in"),
        (Code::NotAllowed, 403, "not_allowed"),
        (Code::UnknownPurpose, 422, "unknown_purpose"),
        (Code::PurposeNotAllowed, 403, "purpose_not_allowed"),
        (Code::ReferenceMissing, 422, "reference_missing"),
        (Code::PersonLimit, 429, "person_limit"),
        (Code::BoxLimit, 429, "box_limit"),
        (Code::LogUnavailable, 503, "log_unavailable"),
        (Code::NotReady, 503, "not_ready"),
        (Code::NotFound, 404, "not_found"),
        (Code::Malformed, 400, "malformed"),
    ] {
        house.keeper(move |_| keeper_refuses(code));
        let reply = Request::call(PROPERTY, &by_uprn()).send(&house).await;
        assert_eq!((reply.status, reply.problem().as_str()), (status, text));
        assert_eq!(
            reply.headers.contains_key("retry-after"),
            status == 429 || status == 503
        );
    }
    house.keeper(|_| {
        KeeperReply::Refused(Refusal {
            code: Code::PersonLimit,
            retry_after_seconds: Some(77),
        })
    });
    let reply = Request::call(PROPERTY, &by_uprn()).send(&house).await;
    assert_eq!(reply.headers["retry-after"], "77");
}

#[tokio::test]
async fn an_answer_to_another_question_is_our_own_fault_and_shows_nothing() {
    let house = House::open().await;
    house.keeper(|_| KeeperReply::Text("what?".into()));
    let reply = Request::call(PROPERTY, &by_uprn()).send(&house).await;
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (500, "unexpected")
    );
}

#[tokio::test]
async fn every_call_of_the_document_is_there_and_no_other_and_needs_its_session() {
    let house = House::open().await;
    let agent = house.authority.agent("agent:housing");
    let document = Request::get("/api/v1/openapi.json")
        .send(&house)
        .await
        .json();
    assert_eq!(document, crate::openapi());
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| *name != "servers")
        {
            let target = path
                .replace("{id}", "1")
                .replace("{n}", "1")
                .replace("{release}", "REL-0123456789")
                .replace("{ref}", "COR-0123456789")
                .replace("{person}", &"A".repeat(48));
            let request =
                || Request::new(&method.to_uppercase(), &target).body("application/json", "{}");
            let public = request().send(&house).await;
            let intake = request().deliver(&house, &agent).await.unwrap();
            if operation["security"] == json!([{"agent": []}]) {
                assert_eq!(public.status, 404, "{path}");
                assert_ne!(intake.status, 404, "{path}");
            } else {
                assert_eq!(intake.status, 404, "{path}");
                assert!(public.status != 404 && public.status != 405, "{path}");
                let needs_session = operation["security"] == json!([{"session": []}]);
                assert_eq!(needs_session, public.status == 401, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn the_log_is_read_by_anyone() {
    let house = House::open().await;
    house.keeper(|request| match request {
        KeeperRequest::Checkpoint => KeeperReply::Text("note\n".into()),
        KeeperRequest::Consistency { from: 3, to: 7 } => KeeperReply::Text("hash\n".into()),
        _ => keeper_refuses(Code::Malformed),
    });
    let reply = Request::get("/api/v1/log/checkpoint").send(&house).await;
    assert_eq!((reply.status, reply.text().as_str()), (200, "note\n"));
    assert!(reply.headers["content-type"].starts_with("text/plain"));
    let reply = Request::get("/api/v1/log/consistency?from=3&to=7")
        .send(&house)
        .await;
    assert_eq!((reply.status, reply.text().as_str()), (200, "hash\n"));
}
