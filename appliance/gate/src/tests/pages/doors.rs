//! Who may come to a page, and what every page carries.

mod sweep;

use firebox_protocol::Code;
use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest};

use super::play::{FORM, Seen, form, with_session};
use crate::tests::house::{DUTY_LINE, House};
use crate::tests::peers::keeper_refuses;
use crate::tests::people::{Request, TOKEN};
use crate::tests::person_play::session_of;

impl House {
    /// The keeper knows the session as somebody's with these roles, and nothing else.
    pub(in crate::tests) fn knows_session(&self, roles: &'static [&'static str]) {
        self.keeper(move |request| match request {
            KeeperRequest::Session { session } if session.expose() == TOKEN => {
                KeeperReply::Session(session_of(roles))
            }
            _ => keeper_refuses(Code::NotSignedIn),
        });
    }

    /// The keeper knows the session of an officer and refuses all else so.
    fn knows_session_and_refuses(&self, code: Code) {
        self.keeper(move |request| match request {
            KeeperRequest::Session { .. } => KeeperReply::Session(session_of(&["officer"])),
            _ => keeper_refuses(code),
        });
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_led_to_sign_in() {
    let house = House::open().await;
    house.knows_session(&["officer"]);
    let stranger = house.page_of_a_stranger("/").await;
    assert_eq!(
        (stranger.status, stranger.leads_to().as_str()),
        (303, "/sign-in")
    );
    house.keeper(|_| keeper_refuses(Code::NotSignedIn));
    let ended = house.page("/").await;
    assert_eq!(ended.leads_to(), "/signed-out?why=time");
    assert!(ended.headers["set-cookie"].contains("Max-Age=0"));
}

#[tokio::test]
async fn a_page_that_is_not_there_is_one_page_with_the_navigation_of_whoever_looks() {
    let house = House::open().await;
    house.knows_session(&["officer"]);
    let seen = house.page("/nowhere/at/all").await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (404, "Page not found")
    );
    assert!(seen.html.contains("href=\"/check\""));
    assert!(!seen.html.contains("href=\"/find\""));
    let stranger = house.page_of_a_stranger("/nowhere").await;
    assert_eq!(stranger.status, 404);
    assert!(!stranger.html.contains("/check"));
}

#[tokio::test]
async fn a_path_of_the_calls_that_is_none_is_data_and_no_page() {
    let house = House::open().await;
    let reply = Request::get("/api/v1/nowhere").send(&house).await;
    assert_eq!((reply.status, reply.problem().as_str()), (404, "not_found"));
}

#[tokio::test]
async fn while_the_keeper_is_away_a_page_says_so_and_whom_to_phone() {
    let house = House::open_with(
        crate::tests::house::Behind::Nobody,
        [
            crate::limits::Limits::public(),
            crate::limits::Limits::intake(),
        ],
    );
    let seen = house.page("/").await;
    assert_eq!(seen.status, 503);
    assert!(seen.text().contains(DUTY_LINE), "{}", seen.text());
    assert!(seen.text().contains("Nothing was checked"));
}

#[tokio::test]
async fn every_page_carries_the_headers_and_loads_only_what_is_named_by_its_hash() {
    let house = House::open().await;
    let seen = house.page_of_a_stranger("/nowhere").await;
    assert_eq!(seen.headers["cache-control"], "no-store");
    assert_eq!(seen.headers["referrer-policy"], "same-origin");
    let policy = &seen.headers["content-security-policy"];
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"));
    let mut loaded = 0;
    for (_, rest) in seen
        .html
        .match_indices("/static/")
        .map(|(at, _)| seen.html.split_at(at))
    {
        let path = rest.split('"').next().unwrap();
        let file = Request::get(path).send(&house).await;
        assert_eq!(file.status, 200, "{path}");
        assert!(
            file.headers["cache-control"].contains("immutable"),
            "{path}"
        );
        loaded += 1;
    }
    assert!(loaded >= 5, "{loaded}");
}

#[tokio::test]
async fn a_form_without_a_token_of_this_session_changes_nothing() {
    let house = House::open().await;
    house.knows_session(&["officer"]);
    let token = house.page("/nowhere").await.token();
    for wrong in ["", "abc", &token[1..]] {
        let seen = house.sends_with(wrong, "/sign-out", &[]).await;
        assert_eq!(
            (seen.status, seen.heading().as_str()),
            (403, "Send the form again")
        );
    }
    let body = form([("csrf", token.as_str())].into_iter());
    let elsewhere = with_session(Request::new("POST", "/sign-out"))
        .header("Origin", "https://evil.example")
        .body(FORM, body);
    assert_eq!(Seen::of(elsewhere.send(&house).await).status, 403);
}

#[tokio::test]
async fn whoever_has_another_role_is_told_which_they_have_in_words_people_know() {
    let house = House::open().await;
    house.knows_session(&["officer"]);
    let seen = house.page("/find").await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (403, "You cannot use this page")
    );
    assert!(
        seen.text()
            .contains("Your account is set up for: visiting officer.")
    );
    assert!(seen.errors().is_empty(), "a role is no error of a form");
    house.knows_session(&["adviser", "holder"]);
    let text = house.page("/check").await.text();
    let roles = "adviser who takes calls and holder of sealed notes";
    assert!(
        text.contains(&format!("Your account is set up for: {roles}.")),
        "{text}"
    );
}

#[tokio::test]
async fn a_page_asked_for_in_another_way_is_not_there() {
    let house = House::open().await;
    house.knows_session(&["officer"]);
    let seen = house.page("/sign-out").await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (405, "Page not found")
    );
}

#[tokio::test]
async fn what_the_keeper_refuses_is_a_page_with_its_status_and_the_time_to_wait() {
    let house = House::open().await;
    let there = [
        (
            Code::PersonLimit,
            429,
            "You have looked up more records than usual",
        ),
        (
            Code::LogUnavailable,
            503,
            "Sorry, the service is unavailable",
        ),
        (Code::NotReady, 503, "Sorry, the service is not ready"),
    ];
    for (code, status, heading) in there {
        house.knows_session_and_refuses(code);
        let seen = house.sends("/check", &[("address", "100012345678")]).await;
        assert_eq!((seen.status, seen.heading().as_str()), (status, heading));
        assert!(seen.headers.contains_key("retry-after"), "{heading}");
        assert!(seen.text().contains(DUTY_LINE), "{heading}");
    }
}

#[tokio::test]
async fn a_page_is_compressed_for_who_takes_it_but_not_where_another_site_has_a_hand_in_it() {
    let house = House::open().await;
    house.knows_session(&["adviser"]);
    for (path, zipped) in [("/help", true), ("/find", false)] {
        for (takes, expected) in [("gzip", zipped), ("br", false)] {
            let asked = with_session(Request::get(path)).header("Accept-Encoding", takes);
            let reply = asked.send(&house).await;
            let encoding = reply.headers.get("content-encoding").map(String::as_str);
            assert_eq!(encoding == Some("gzip"), expected, "{path} {takes}");
            assert_eq!(
                reply.body.starts_with(&[0x1f, 0x8b]),
                expected,
                "{path} {takes}"
            );
        }
    }
}
