//! Coming in and going out.

use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest, SessionOf};
use firebox_protocol::{Code, Refusal, SessionToken};
use serde_json::json;

use super::house::House;
use super::peers::keeper_refuses;
use super::people::{Request, TOKEN};

const SIGN_IN: &str = "/api/v1/sign-in";

fn sign_in(body: &serde_json::Value) -> Request {
    Request::new("POST", SIGN_IN).body("application/json", body.to_string())
}

#[tokio::test]
async fn the_right_name_password_and_code_give_a_session() {
    let house = House::open().await;
    house.keeper(|request| match request {
        KeeperRequest::SignIn {
            person,
            password,
            totp,
        } if person == "asha"
            && password.expose() == "four unusual words"
            && totp.as_deref() == Some("123456") =>
        {
            KeeperReply::SignedIn {
                session: SessionToken::new(TOKEN.into()),
                session_of: SessionOf {
                    person,
                    roles: vec!["officer".into()],
                    expires_at_ms: 1_777_800_000_000,
                    idle_seconds: 900,
                },
            }
        }
        _ => keeper_refuses(Code::SignInWrong),
    });
    let right = json!({"person": "asha", "password": "four unusual words", "totp": "123456"});
    let reply = sign_in(&right).send(&house).await;
    assert_eq!(reply.status, 200);
    let expected = json!({"session": TOKEN, "person": "asha", "roles": ["officer"], "expires_at": "2026-05-03T09:20:00Z"});
    assert_eq!(reply.json(), expected);
    assert_eq!(reply.headers["cache-control"], "no-store");

    let wrong = json!({"person": "asha", "password": "secret-canary"});
    let reply = sign_in(&wrong).send(&house).await;
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (401, "sign_in_wrong")
    );
    assert!(!reply.text().contains("secret-canary"));
}

#[tokio::test]
async fn a_locked_name_is_told_when_to_come_back() {
    let house = House::open().await;
    house.keeper(|_| {
        KeeperReply::Refused(Refusal {
            code: Code::SignInLocked,
            retry_after_seconds: Some(600),
        })
    });
    let reply = sign_in(&json!({"person": "asha", "password": "x"}))
        .send(&house)
        .await;
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (429, "sign_in_locked")
    );
    assert_eq!(reply.headers["retry-after"], "600");
}

#[tokio::test]
async fn signing_out_ends_the_session_it_is_sent_with() {
    let house = House::open().await;
    house.keeper(|request| match request {
        KeeperRequest::SignOut { session } if session.expose() == TOKEN => KeeperReply::Done,
        _ => keeper_refuses(Code::NotSignedIn),
    });
    let reply = Request::new("POST", "/api/v1/sign-out")
        .signed_in()
        .send(&house)
        .await;
    assert_eq!((reply.status, reply.text().as_str()), (204, ""));
}
