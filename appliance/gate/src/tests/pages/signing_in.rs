//! A session of the pages begins, is kept and ends.

mod leaving;

use std::sync::{Arc, Mutex};

use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest};
use firebox_protocol::{Code, Refusal, SessionToken};

use super::play::{FORM, Seen, form, text_of, with_session};
use crate::tests::house::{DUTY_LINE, House};
use crate::tests::peers::keeper_refuses;
use crate::tests::people::{Reply, Request, TOKEN};
use crate::tests::person_play::session_of;

const WRONG: &str = "The name, password or code is not right. Try again.";

/// Somebody's browser before there is a session: it keeps the form's cookie.
struct Browser {
    cookie: String,
    token: String,
}

impl Browser {
    async fn opens_sign_in(house: &House) -> Self {
        let reply = Request::get("/sign-in").send(house).await;
        let cookie = reply.headers["set-cookie"].split(';').next().unwrap();
        Self {
            cookie: cookie.to_owned(),
            token: hidden_token(&Seen::of(reply)),
        }
    }

    async fn sends(&self, house: &House, fields: &[(&str, &str)]) -> Seen {
        Seen::of(self.posts(house, fields).await)
    }

    async fn posts(&self, house: &House, fields: &[(&str, &str)]) -> Reply {
        let fields = fields
            .iter()
            .copied()
            .chain([("csrf", self.token.as_str())]);
        let request = Request::new("POST", "/sign-in").header("Cookie", &self.cookie);
        request.body(FORM, form(fields)).send(house).await
    }
}

fn hidden_token(seen: &Seen) -> String {
    let (_, rest) = seen
        .html
        .split_once("name=\"csrf\" value=\"")
        .expect("a hidden token");
    rest.split('"').next().unwrap().to_owned()
}

/// A keeper that knows one person, by name, password and code.
fn knows_asha(house: &House, roles: &'static [&'static str]) {
    house.keeper(move |request| match request {
        KeeperRequest::SignIn {
            person,
            password,
            totp,
        } if person == "asha"
            && password.expose() == " four words "
            && totp.as_deref() == Some("123456") =>
        {
            KeeperReply::SignedIn {
                session: SessionToken::new(TOKEN.into()),
                session_of: session_of(roles),
            }
        }
        KeeperRequest::SignIn { .. } => keeper_refuses(Code::SignInWrong),
        KeeperRequest::Session { .. } => KeeperReply::Session(session_of(roles)),
        KeeperRequest::SignOut { .. } => KeeperReply::Done,
        _ => keeper_refuses(Code::NotAllowed),
    });
}

const RIGHT: [(&str, &str); 3] = [
    ("person", " asha "),
    ("password", " four words "),
    ("code", "123 456"),
];

#[tokio::test]
async fn the_page_asks_for_three_things_and_says_what_is_recorded() {
    let house = House::open().await;
    let seen = house.page_of_a_stranger("/sign-in").await;
    assert_eq!((seen.status, seen.heading().as_str()), (200, "Sign in"));
    let labels = text_of(&seen.html, "label");
    assert_eq!(labels, ["Your name", "Password", "Code from your app"]);
    let text = seen.text();
    assert!(text.contains("We record what you search for and look at, and why."));
    assert!(text.contains("If you have one"), "{text}");
    assert!(
        text.contains("I cannot sign in") && text.contains("help desk"),
        "{text}"
    );
    assert!(seen.links().contains(&"tel:01632960999".to_owned()));
    assert!(seen.html.contains("autocomplete=\"username\""));
    assert!(seen.html.contains("autocomplete=\"current-password\""));
    assert!(seen.html.contains("autocomplete=\"one-time-code\""));
}

#[tokio::test]
async fn what_is_right_gives_a_session_that_leads_to_the_first_page_of_the_role() {
    let first = [
        (&["officer"][..], "/check"),
        (&["officer", "adviser"], "/check"),
        (&["adviser"], "/find"),
        (&["service-admin"], "/admin/sources"),
        (&["reviewer"], "/admin/sources"),
        (&["custodian"], "/help"),
    ];
    for (roles, path) in first {
        let house = House::open().await;
        knows_asha(&house, roles);
        let browser = Browser::opens_sign_in(&house).await;
        let sent = browser.sends(&house, &RIGHT).await;
        assert_eq!((sent.status, sent.leads_to().as_str()), (303, "/"));
        let cookie = &sent.headers["set-cookie"];
        assert!(
            cookie.starts_with(&format!("__Host-firebox={TOKEN};")),
            "{cookie}"
        );
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
        assert_eq!(house.page("/").await.leads_to(), path, "{roles:?}");
    }
}

#[tokio::test]
async fn somebody_without_a_page_of_their_own_reads_the_help_signed_in() {
    let house = House::open().await;
    knows_asha(&house, &["custodian"]);
    let seen = house.page("/help").await;
    assert_eq!(seen.status, 200);
    assert!(seen.html.contains("Sign out"));
    for path in ["/check", "/visits", "/find", "/admin/sources"] {
        assert!(!seen.html.contains(&format!("href=\"{path}\"")), "{path}");
    }
}

#[tokio::test]
async fn one_message_stands_for_a_wrong_name_a_wrong_password_and_a_wrong_code() {
    let house = House::open().await;
    knows_asha(&house, &["officer"]);
    let browser = Browser::opens_sign_in(&house).await;
    for (at, value) in [(0, "nobody"), (1, "password-canary"), (2, "000000")] {
        let mut fields = RIGHT;
        fields[at].1 = value;
        let seen = browser.sends(&house, &fields).await;
        assert_eq!(seen.status, 422);
        assert_eq!(seen.errors(), [WRONG]);
        assert_eq!(seen.title().split(" – ").next(), Some("Error: Sign in"));
        assert!(!seen.headers.contains_key("set-cookie"));
        assert!(!seen.html.contains("canary"), "a password came back");
        assert!(!seen.html.contains("000000"), "a code came back");
        assert!(
            seen.html
                .contains(&format!("value=\"{}\"", fields[0].1.trim()))
        );
    }
    house.keeper(|_| keeper_refuses(Code::Malformed));
    let seen = browser
        .sends(&house, &[("person", "x"), ("password", "y")])
        .await;
    assert_eq!(seen.errors(), [WRONG], "too long is as wrong");
}

#[tokio::test]
async fn what_is_not_typed_is_asked_for_and_the_keeper_is_not() {
    let house = House::open().await;
    let asked = Arc::new(Mutex::new(0));
    let counted = asked.clone();
    house.keeper(move |_| {
        *counted.lock().unwrap() += 1;
        keeper_refuses(Code::SignInWrong)
    });
    let browser = Browser::opens_sign_in(&house).await;
    let seen = browser
        .sends(&house, &[("person", " "), ("password", "")])
        .await;
    assert_eq!(seen.errors(), ["Enter your name", "Enter your password"]);
    let seen = browser.sends(&house, &[("person", "asha")]).await;
    assert_eq!(seen.errors(), ["Enter your password"]);
    assert!(seen.html.contains("value=\"asha\""));
    assert_eq!(*asked.lock().unwrap(), 0);
}

#[tokio::test]
async fn a_locked_name_is_told_how_many_minutes_and_whom_to_phone() {
    let house = House::open().await;
    let browser = Browser::opens_sign_in(&house).await;
    for (seconds, wait) in [
        (Some(600), "10 minutes"),
        (Some(5), "1 minute"),
        (None, "15 minutes"),
    ] {
        house.keeper(move |_| {
            KeeperReply::Refused(Refusal {
                code: Code::SignInLocked,
                retry_after_seconds: seconds,
            })
        });
        let seen = browser.sends(&house, &RIGHT).await;
        assert_eq!(seen.status, 429);
        let words = format!("Too many tries. Wait {wait} or phone {DUTY_LINE}.");
        assert_eq!(seen.errors(), [words]);
        assert!(seen.headers.contains_key("retry-after"));
    }
}

#[tokio::test]
async fn a_sign_in_that_cannot_be_recorded_gives_no_session() {
    let house = House::open().await;
    let browser = Browser::opens_sign_in(&house).await;
    house.keeper(|_| keeper_refuses(Code::LogUnavailable));
    let seen = browser.sends(&house, &RIGHT).await;
    assert_eq!(seen.status, 503);
    assert_eq!(seen.heading(), "Sorry, the service is unavailable");
    assert!(!seen.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn a_form_that_was_not_given_to_this_browser_signs_nobody_in() {
    let house = House::open().await;
    knows_asha(&house, &["officer"]);
    let (mine, other) = (
        Browser::opens_sign_in(&house).await,
        Browser::opens_sign_in(&house).await,
    );
    assert_ne!(mine.cookie, other.cookie);
    let mixed = Browser {
        cookie: mine.cookie.clone(),
        token: other.token,
    };
    assert_eq!(mixed.sends(&house, &RIGHT).await.status, 403);
    let without = Request::new("POST", "/sign-in");
    let fields = RIGHT.into_iter().chain([("csrf", mine.token.as_str())]);
    let without = without.body(FORM, form(fields)).send(&house).await;
    assert_eq!(without.status, 403);
}

#[tokio::test]
async fn a_second_tab_does_not_spoil_the_form_of_the_first() {
    let house = House::open().await;
    knows_asha(&house, &["officer"]);
    let first = Browser::opens_sign_in(&house).await;
    let again = Request::get("/sign-in").header("Cookie", &first.cookie);
    assert!(!again.send(&house).await.headers.contains_key("set-cookie"));
    assert_eq!(first.sends(&house, &RIGHT).await.status, 303);
}

#[tokio::test]
async fn whoever_is_signed_in_is_led_on_and_a_new_sign_in_ends_the_old_session() {
    let house = House::open().await;
    knows_asha(&house, &["officer"]);
    assert_eq!(house.page("/sign-in").await.leads_to(), "/");
    let browser = Browser::opens_sign_in(&house).await;
    let ended = Arc::new(Mutex::new(Vec::new()));
    let seen = ended.clone();
    house.keeper(move |request| match request {
        KeeperRequest::Session { .. } => KeeperReply::Session(session_of(&["officer"])),
        KeeperRequest::SignIn { .. } => KeeperReply::SignedIn {
            session: SessionToken::new("B".repeat(43)),
            session_of: session_of(&["officer"]),
        },
        KeeperRequest::SignOut { session } => {
            seen.lock().unwrap().push(session.expose().to_owned());
            KeeperReply::Done
        }
        _ => keeper_refuses(Code::NotAllowed),
    });
    let both = format!("{}; __Host-firebox={TOKEN}", browser.cookie);
    let sent = Browser {
        cookie: both,
        ..browser
    }
    .sends(&house, &RIGHT)
    .await;
    assert!(sent.headers["set-cookie"].contains("BBBB"));
    assert_eq!(*ended.lock().unwrap(), [TOKEN]);
}
