//! From a purpose and a reason to the sealed detail, and its receipt.

use firebox_protocol::gate_keeper::{
    Fetch, Ground, Released, Reply as KeeperReply, Request as KeeperRequest, Why,
};
use firebox_protocol::secret::Plaintext;
use firebox_protocol::{Code, query};
use serde_json::json;

use super::house::House;
use super::peers::keeper_refuses;
use super::people::{Request, TOKEN};
use super::release_play::{EMERGENCY, OPEN, RELEASES, asked, detail, emergency, released};

#[tokio::test]
async fn a_purpose_and_a_reason_become_the_detail_and_its_receipt() {
    let house = House::open().await;
    let seen = house.releases(|| KeeperReply::Released(released()));
    let flag = house.flag().await;
    let mut body = asked(&flag);
    body["reason"] = json!("\nVisiting  at 2pm\nwith a colleague ");
    body["reference"] = json!(" VISIT-7 ");
    let reply = Request::call(RELEASES, &body).send(&house).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(
        reply.json(),
        json!({"release": "REL-0123456789", "detail": detail(), "entry": 12,
            "receipt": "c2sp.org/tlog-proof@v1\nextra QUJD\n", "valid_until": "2026-05-03T09:20:00Z"})
    );
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert_eq!(reply.headers["content-type"], "application/json");
    let seen = seen.lock().unwrap();
    // The warning of the look-up stands for this record of the store.
    assert_eq!(seen.fetched, [Fetch::Record(41)]);
    let why = Why::Stated {
        purpose: "visit".into(),
        reason: "Visiting  at 2pm\nwith a colleague".into(),
        reference: "VISIT-7".into(),
    };
    assert_eq!(seen.why, [why]);
}

#[tokio::test]
async fn an_emergency_is_released_at_once_and_its_review_is_open() {
    for escalated in [false, true] {
        let house = House::open().await;
        let seen = house.releases(move || {
            KeeperReply::Released(Released {
                review_open: true,
                escalated,
                ..released()
            })
        });
        let body = emergency(&house.flag().await);
        let reply = Request::call(EMERGENCY, &body).send(&house).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        let shown = reply.json();
        assert_eq!(
            (&shown["detail"], &shown["review"]),
            (&detail(), &json!("open"))
        );
        let said = shown.get("escalated");
        assert_eq!(said, escalated.then_some(&json!(true)));
        assert_eq!(reply.headers["cache-control"], "no-store");
        let why = Why::Emergency {
            ground: Ground::AtTheDoor,
            happening: "A man shouts behind the door".into(),
        };
        assert_eq!(seen.lock().unwrap().why, [why]);
    }
}

#[tokio::test]
async fn every_ground_of_an_emergency_reaches_the_keeper_as_itself() {
    let house = House::open().await;
    let seen = house.releases(|| KeeperReply::Released(released()));
    let flag = house.flag().await;
    for (code, ground) in [
        ("immediate-danger", Ground::ImmediateDanger),
        ("at-the-door", Ground::AtTheDoor),
        ("court-order", Ground::CourtOrder),
        ("person-agrees", Ground::PersonAgrees),
    ] {
        let mut body = emergency(&flag);
        body["ground"] = json!(code);
        let reply = Request::call(EMERGENCY, &body).send(&house).await;
        assert_eq!(reply.status, 201, "{code}");
        let why = seen.lock().unwrap().why.pop();
        assert!(
            matches!(why, Some(Why::Emergency { ground: given, .. }) if given == ground),
            "{code}"
        );
    }
}

#[tokio::test]
async fn a_release_is_shown_again_by_its_reference_with_the_receipt_of_the_new_entry() {
    let house = House::open().await;
    let seen = house.releases(|| {
        KeeperReply::Released(Released {
            entry: 13,
            receipt: "c2sp.org/tlog-proof@v1\nextra REVG\n".into(),
            ..released()
        })
    });
    let reply = Request::new("POST", OPEN).signed_in().send(&house).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(
        reply.json(),
        json!({"release": "REL-0123456789", "detail": detail(), "entry": 13,
            "receipt": "c2sp.org/tlog-proof@v1\nextra REVG\n", "valid_until": "2026-05-03T09:20:00Z"})
    );
    assert_eq!(reply.headers["cache-control"], "no-store");
    let seen = seen.lock().unwrap();
    assert_eq!(seen.fetched, [Fetch::Release("REL-0123456789".into())]);
    assert_eq!(seen.opened, ["REL-0123456789"]);
    assert!(seen.why.is_empty());
}

#[tokio::test]
async fn permit_query_slip_and_envelope_are_carried_byte_for_byte() {
    let house = House::open().await;
    let seen = house.releases(|| KeeperReply::Released(released()));
    let body = asked(&house.flag().await);
    Request::call(RELEASES, &body).send(&house).await;
    Request::new("POST", OPEN).signed_in().send(&house).await;
    let seen = seen.lock().unwrap();
    assert_eq!(seen.given.len(), 2);
    assert_eq!(seen.given, seen.asked);
    assert_eq!(seen.answered, seen.brought);
    // The gate could not have made these: they are no queries it can read.
    assert!(
        seen.asked
            .iter()
            .all(|(_, bytes)| query::from_bytes(bytes).is_err())
    );
}

#[tokio::test]
async fn a_record_that_changed_on_the_way_is_fetched_again_at_most_twice() {
    for (moves, status) in [(0, 201), (1, 201), (2, 201), (3, 409), (4, 409)] {
        let house = House::open().await;
        let mut left = moves;
        let seen = house.releases(move || {
            if left == 0 {
                return KeeperReply::Released(released());
            }
            left -= 1;
            keeper_refuses(Code::DetailMoved)
        });
        let body = asked(&house.flag().await);
        let reply = Request::call(RELEASES, &body).send(&house).await;
        assert_eq!(reply.status, status, "{moves}");
        if status == 409 {
            assert_eq!(reply.problem(), "detail_moved");
        }
        let seen = seen.lock().unwrap();
        let fetches = 3.min(moves + 1);
        assert_eq!(seen.given.len(), fetches, "{moves}");
        // Each time with a new permit, and with what it then gave.
        assert_eq!(seen.given, seen.asked);
        assert_eq!(seen.answered, seen.brought);
    }
}

#[tokio::test]
async fn the_longest_detail_arrives_whole() {
    let house = House::open().await;
    let note = "Line\n".repeat(10_000);
    let long = json!({"note": note}).to_string();
    assert!(long.len() <= 60 * 1024);
    house.releases(move || {
        KeeperReply::Released(Released {
            detail: Plaintext::new(long.clone().into()),
            ..released()
        })
    });
    let body = asked(&house.flag().await);
    let reply = Request::call(RELEASES, &body).send(&house).await;
    assert_eq!(reply.json()["detail"], json!({"note": note}));
}

#[tokio::test]
async fn the_receipt_of_an_entry_is_read_by_whom_the_keeper_lets() {
    let house = House::open().await;
    house.keeper(|request| match request {
        KeeperRequest::Proof { session, entry: 12 } if session.expose() == TOKEN => {
            KeeperReply::Text("c2sp.org/tlog-proof@v1\n".into())
        }
        KeeperRequest::Proof { .. } => keeper_refuses(Code::NotFound),
        _ => keeper_refuses(Code::Malformed),
    });
    let read =
        |entry: &str| Request::get(&format!("/api/v1/log/entries/{entry}/proof")).signed_in();
    let reply = read("12").send(&house).await;
    assert_eq!(
        (reply.status, reply.text().as_str()),
        (200, "c2sp.org/tlog-proof@v1\n")
    );
    assert!(reply.headers["content-type"].starts_with("text/plain"));
    assert_eq!(reply.headers["cache-control"], "no-store");
    let hidden = read("13").send(&house).await;
    assert_eq!(
        (hidden.status, hidden.problem().as_str()),
        (404, "not_found")
    );
    // What is no number is the same as an entry that is not there.
    for wrong in [
        "x",
        "+12",
        "012",
        "-1",
        "%31%32",
        "%ff",
        "18446744073709551616",
    ] {
        let reply = read(wrong).send(&house).await;
        assert_eq!((reply.status, &reply.body), (404, &hidden.body), "{wrong}");
    }
}
