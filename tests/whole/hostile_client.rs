//! A client that keeps to no rules. Whatever it sends has the right refusal, no
//! byte of a note comes out beside what was granted, and at the end the log
//! holds exactly what was granted and, counted, what the keeper refused.

mod many;
mod told;

use std::collections::BTreeMap;

use firebox_tests::{Answer, Client, Council, Person, reason, request};
use reqwest::Method;
use serde_json::{Value, json};

use many::slow_clients;
use told::Told;

/// What one person may open in an hour in this chapter.
const LIMIT: usize = 30;
/// The processes that must not fall over.
const PROCESSES: [&str; 3] = ["gate", "store", "keeper"];

#[test]
fn a_hostile_client_gets_the_right_refusals_and_only_what_was_granted() {
    let mut council = Council::open();
    let limit = format!("person_releases_per_hour = {LIMIT}");
    council.restart_with_policy(&[("person_releases_per_hour = 5000", &limit)]);
    let processes = PROCESSES.map(|name| council.process(name));
    let slow = slow_clients(&council);
    let mut told = Told {
        betraying: council.betraying(),
        granted: Vec::new(),
        refused: BTreeMap::new(),
    };
    let attack = Attack {
        uprn: council.sample("release_flag_uprn"),
        officer: council.officer(),
        council: &council,
    };
    attack.without_a_session_of_ones_own(&mut told);
    attack.with_handles_of_something_else(&mut told);
    attack.with_bodies_that_do_not_read(&mut told);
    attack.with_values_that_will_not_do(&mut told);
    attack.with_another_role(&mut told);
    attack.with_requests_that_are_no_such_call(&mut told);
    attack.with_references_guessed(&mut told);
    attack.with_requests_one_behind_the_other(&mut told);
    attack.with_one_reason_a_hundred_times_at_once(&mut told);
    attack.with_a_thousand_requests_at_once(&mut told);
    for (what, slow) in slow {
        assert!(slow.join().unwrap(), "{what}");
    }
    assert_eq!(PROCESSES.map(|name| council.process(name)), processes);
    council.is_ready();

    assert_eq!(council.interrupt(), Some(0));
    council.start();
    told.agrees_with(&council.entries());
    let checked = council.runs(&["log", "check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.said());
    a_kill_does_not_reset_the_limit(&council);
}

struct Attack<'a> {
    council: &'a Council,
    officer: Person,
    uprn: String,
}

impl Attack<'_> {
    fn flag(&self) -> String {
        self.officer.flag(&self.uprn)
    }

    fn client(&self) -> &Client {
        self.officer.client()
    }

    /// Sends any body to a call, as JSON.
    fn sends(&self, path: &str, body: impl Into<String>) -> Answer {
        let request = self.client().request(Method::POST, path);
        let request = request.header("content-type", "application/json");
        self.client().send(request.body(body.into()))
    }

    fn without_a_session_of_ones_own(&self, told: &mut Told) {
        let body = request(&self.flag(), &reason());
        let stranger = self.council.stranger();
        let answer = stranger.post("/api/v1/releases", &body);
        told.turned_away(&answer, 401, "not_signed_in");
        for token in ["A".repeat(43), self.client().session().to_lowercase()] {
            let somebody = self.council.stranger().with_session(token);
            for path in ["/api/v1/releases", "/api/v1/releases/emergency"] {
                let body = match path {
                    "/api/v1/releases" => body.clone(),
                    _ => json!({"flag": body["flag"], "ground": "at-the-door", "happening": "x"}),
                };
                // Their handles are not this session's, whoever's it is.
                told.turned_away(&somebody.post(path, &body), 404, "not_found");
            }
            let again = somebody.post_nothing("/api/v1/releases/REL-0000000000/open");
            told.turned_away(&again, 401, "not_signed_in");
            let proof = somebody.get("/api/v1/log/entries/0/proof");
            told.turned_away(&proof, 401, "not_signed_in");
        }
        let cookie = format!("session={}", self.client().session());
        let with_cookie = stranger.request(Method::POST, "/api/v1/releases");
        let with_cookie = with_cookie
            .header("cookie", cookie)
            .header("content-type", "application/json")
            .body(body.to_string());
        told.turned_away(&stranger.send(with_cookie), 401, "not_signed_in");
        let gone = self.council.officer();
        assert_eq!(gone.client().post_nothing("/api/v1/sign-out").status, 204);
        let answer = gone.requests(&self.flag(), &reason());
        told.turned_away(&answer, 404, "not_found");
    }

    fn with_handles_of_something_else(&self, told: &mut Told) {
        let found = self.officer.checks(&self.uprn);
        let property = found["matches"][0]["property"].as_str().unwrap().to_owned();
        let mut changed = self.flag().into_bytes();
        changed[20] = if changed[20] == b'A' { b'B' } else { b'A' };
        let handles = [
            property,
            String::from_utf8(changed).unwrap(),
            self.council.officer().flag(&self.uprn),
            self.council.signs_in("ana.officer").flag(&self.uprn),
            String::new(),
            "1".into(),
            "A".repeat(48),
            "A".repeat(10_000),
            "../../1".into(),
        ];
        for handle in handles {
            let answer = self.officer.requests(&handle, &reason());
            told.turned_away(&answer, 404, "not_found");
            let answer = self.officer.is_in_an_emergency(&handle, "At the door");
            told.turned_away(&answer, 404, "not_found");
        }
    }

    fn with_bodies_that_do_not_read(&self, told: &mut Told) {
        let flag = self.flag();
        let good = request(&flag, &reason()).to_string();
        let with = |name: &str, value: Value| {
            let mut body = request(&flag, &reason());
            body[name] = value;
            body.to_string()
        };
        let twice = |name: &str| good.replacen('{', &format!("{{\"{name}\":\"again\","), 1);
        let without = |name: &str| {
            let mut body = request(&flag, &reason());
            body.as_object_mut().unwrap().remove(name);
            body.to_string()
        };
        let mut bodies = vec![
            (String::new(), "malformed_json"),
            (good[..good.len() - 1].into(), "malformed_json"),
            (format!("{good} {good}"), "malformed_json"),
            (format!("\u{feff}{good}"), "malformed_json"),
            (
                with("reason", "lone".into()).replace("lone", "\\ud800"),
                "malformed_json",
            ),
            ("[]".into(), "wrong_type"),
            ("null".into(), "wrong_type"),
            (with("because", "I say so".into()), "unknown_member"),
            (with("session", "x".into()), "unknown_member"),
            (with("emergency", true.into()), "unknown_member"),
        ];
        for name in ["flag", "purpose", "reason", "reference"] {
            bodies.push((twice(name), "repeated_member"));
            bodies.push((without(name), "missing_member"));
            for value in [json!(7), json!(null), json!(true), json!([]), json!({})] {
                bodies.push((with(name, value), "wrong_type"));
            }
        }
        for (body, code) in bodies {
            let answer = self.sends("/api/v1/releases", body.clone());
            assert_eq!(answer.status, 400, "{body}: {}", answer.text);
            told.turned_away(&answer, 400, code);
        }
        let nested = with("signature", json!(0)).replace(":0", &format!(":{}", "[".repeat(9_000)));
        let answer = self.sends("/api/v1/releases", nested);
        told.turned_away(&answer, 400, "malformed_json");
    }

    fn with_values_that_will_not_do(&self, told: &mut Told) {
        let flag = self.flag();
        let mut signed = request(&flag, &reason());
        signed["signature"] = json!({"id": "x", "response": {}});
        let answer = self.officer.requests_by(&signed);
        told.turned_away(&answer, 422, "unacceptable_value");
        let long = "w".repeat(501);
        for text in [
            "",
            " ",
            "\n\n\n",
            "\u{a0}\u{2003}\u{3000}",
            "bell \u{7} rings here",
            &long,
        ] {
            let answer = self.officer.requests(&flag, text);
            told.turned_away(&answer, 422, "unacceptable_value");
        }
        let megabyte = "word ".repeat(200_000);
        let answer = self.officer.requests(&flag, &megabyte);
        told.turned_away(&answer, 413, "too_large");
        for (text, code) in [
            ("Visit", "reason_too_short"),
            ("a                              b", "reason_too_short"),
        ] {
            told.refused(&self.officer.requests(&flag, text), 422, code);
        }
        for (purpose, status, code) in [
            ("call", 403, "purpose_not_allowed"),
            ("sync-admin", 403, "purpose_not_allowed"),
            ("VISIT", 422, "unknown_purpose"),
            ("visit' OR 1=1 --", 422, "unknown_purpose"),
        ] {
            let mut body = request(&flag, &reason());
            body["purpose"] = purpose.into();
            told.refused(&self.officer.requests_by(&body), status, code);
        }
        let emergency = |ground: &str, happening: &str| {
            let body = json!({"flag": flag, "ground": ground, "happening": happening});
            self.client().post("/api/v1/releases/emergency", &body)
        };
        let long = "x".repeat(201);
        for (ground, happening) in [
            ("curiosity", "At the door"),
            ("", "At the door"),
            ("at-the-door", ""),
            ("at-the-door", "   "),
            ("at-the-door", "\u{1b}[2J"),
            ("at-the-door", &long),
        ] {
            told.turned_away(&emergency(ground, happening), 422, "unacceptable_value");
        }
    }

    fn with_another_role(&self, told: &mut Told) {
        let adviser = self.council.signs_in("ade.adviser");
        let call = json!({"purpose": "call", "reference": "CALL-1", "uprn": self.uprn});
        let found = adviser.asks(call).ok();
        let flag = found["matches"][0]["flags"][0]["flag"]
            .as_str()
            .unwrap()
            .to_owned();
        let answer = adviser.requests(&flag, &reason());
        told.refused(&answer, 403, "purpose_not_allowed");
        let answer = adviser.is_in_an_emergency(&flag, "On the telephone");
        told.refused(&answer, 403, "not_allowed");
        for name in ["rhys.reviewer", "sian.admin"] {
            let person = self.council.signs_in(name);
            told.turned_away(&person.requests(&self.flag(), &reason()), 404, "not_found");
            let look = person.asks(json!({"purpose": "visit", "uprn": self.uprn}));
            told.turned_away(&look, 403, "not_allowed");
        }
    }

    fn with_requests_that_are_no_such_call(&self, told: &mut Told) {
        let open = "/api/v1/releases/REL-0000000000/open";
        for path in ["/api/v1/releases", "/api/v1/releases/emergency", open] {
            for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
                let answer = self.client().send(self.client().request(method, path));
                told.turned_away(&answer, 405, "wrong_method");
            }
        }
        let body = request(&self.flag(), &reason()).to_string();
        let to_releases = || {
            let request = self.client().request(Method::POST, "/api/v1/releases");
            request.body(body.clone())
        };
        let json = "application/json";
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.2",
            "localhost:1",
        ] {
            let request = to_releases()
                .header("content-type", json)
                .header("host", host);
            told.turned_away(&self.client().send(request), 421, "misdirected");
        }
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
        ] {
            let request = to_releases().header("content-type", kind);
            told.turned_away(&self.client().send(request), 415, "wrong_content_type");
        }
        let encoded = to_releases().header("content-type", json);
        let encoded = encoded.header("content-encoding", "gzip");
        told.turned_away(&self.client().send(encoded), 415, "wrong_content_type");
        told.turned_away(
            &self.client().send(to_releases()),
            415,
            "wrong_content_type",
        );
    }
}

fn a_kill_does_not_reset_the_limit(council: &Council) {
    let officer = council.officer();
    let flag = officer.flag(&council.sample("release_flag_uprn"));
    council.kills("keeper");
    council.is_ready();
    let answer = officer.requests(&flag, &reason());
    assert_eq!(answer.status, 429, "{}", answer.text);
}
