//! Many requests: guesses, pipelines, floods, and clients that take their time.

use firebox_tests::{Answer, Council, Wire, reason, request, request_bytes};

use super::told::Told;
use super::{Attack, LIMIT};

/// Requests at once, far over the limit.
const FLOOD: usize = 1_000;

impl Attack<'_> {
    pub(super) fn with_references_guessed(&self, told: &mut Told) {
        let ana = self.council.signs_in("ana.officer");
        let answer = ana.requests(&ana.flag(&self.uprn), &reason());
        let released = told.granted(&answer, 201);
        let known = &released.release;
        let guesses = [
            known.clone(),
            known.to_lowercase(),
            known.replace("REL-", "ASK-"),
            known.replace("REL-", "REL-0"),
            known.replace('-', "%2D"),
            format!("{known}%00"),
            format!("{known}%2F..%2F{known}"),
            "REL-0000000000".into(),
            "REL-ZZZZZZZZZZ".into(),
            "..%2F..%2Flog".into(),
            format!("REL-{}", "0".repeat(10_000)),
            "1".into(),
        ];
        for guess in guesses {
            let answer = self.officer.opens(&guess);
            // One that could be a reference is the keeper's to refuse, and an entry.
            if could_be_a_reference(&guess) {
                told.refused(&answer, 404, "not_found");
            } else {
                told.turned_away(&answer, 404, "not_found");
            }
        }
        for entry in [
            released.entry.to_string(),
            "0".into(),
            "18446744073709551615".into(),
            "9007199254740993".into(),
            "-1".into(),
            "01".into(),
            "1e3".into(),
            "%31".into(),
        ] {
            let path = format!("/api/v1/log/entries/{entry}/proof");
            told.turned_away(&self.client().get(&path), 404, "not_found");
        }
        let again = told.granted(&ana.opens(known), 200);
        assert_eq!(again.detail, released.detail);
    }

    pub(super) fn with_requests_one_behind_the_other(&self, told: &mut Told) {
        let (flag, session) = (self.flag(), self.client().session());
        let mut wire = self.council.wire();
        let mut bytes = Vec::new();
        for number in 0..6 {
            let flag = if number % 2 == 0 { &flag } else { "nothing" };
            let body = request(flag, &reason()).to_string();
            bytes.extend(request_bytes("POST", "/api/v1/releases", session, &body));
        }
        assert!(wire.send(&bytes));
        let mut last = 0;
        for number in 0..6 {
            let answer = wire.answer().unwrap();
            if number % 2 == 0 {
                let released = told.granted(&answer, 201);
                assert!(
                    released.entry > last,
                    "answers come in the order of requests"
                );
                last = released.entry;
            } else {
                told.turned_away(&answer, 404, "not_found");
            }
        }
        // Two lengths: whoever reads the other one would see a second request.
        let body = request(&flag, &reason()).to_string();
        let honest = request_bytes("POST", "/api/v1/releases", session, &body);
        let honest = String::from_utf8(honest).unwrap();
        let two = honest.replacen("content-length", "content-length: 4\r\ncontent-length", 1);
        let mut wire = self.council.wire();
        wire.send(two.as_bytes());
        let answer = wire.answer();
        assert!(answer.is_none_or(|answer| answer.status == 400));
        assert!(wire.answer().is_none(), "the connection has ended");
    }

    pub(super) fn with_one_reason_a_hundred_times_at_once(&self, told: &mut Told) {
        let (flag, why) = (self.flag(), reason());
        let bodies = vec![request(&flag, &why); 100];
        let mut granted = 0;
        for answer in self.client().post_at_once("/api/v1/releases", bodies) {
            if answer.status == 201 {
                told.granted(&answer, 201);
                granted += 1;
            } else {
                told.refused(&answer, 422, "reason_repeated");
            }
        }
        assert_eq!(granted, 1);
    }

    pub(super) fn with_a_thousand_requests_at_once(&self, told: &mut Told) {
        let flag = self.flag();
        let earlier = self.officer.requests(&flag, &reason());
        let earlier = told.granted(&earlier, 201);
        let of_others = 2;
        let before = told.granted.len() - of_others;
        let bodies = (0..FLOOD).map(|_| request(&flag, &reason())).collect();
        let mut granted = 0;
        for answer in self.client().post_at_once("/api/v1/releases", bodies) {
            if answer.status == 201 {
                told.granted(&answer, 201);
                granted += 1;
            } else {
                told.refused(&answer, 429, "person_release_limit");
                let seconds = answer.headers["retry-after"].to_str().unwrap();
                assert!((1..=3660).contains(&seconds.parse::<u32>().unwrap()));
            }
        }
        assert_eq!(granted, LIMIT - before, "the limit, exactly");
        let again = self.officer.opens(&earlier.release);
        told.refused(&again, 429, "person_release_limit");
        // The way that stays open.
        let answer = self.officer.is_in_an_emergency(&flag, "He opened the door");
        told.granted(&answer, 201);
    }
}

pub(super) type Slow = (&'static str, std::thread::JoinHandle<bool>);

/// Clients that take their time, each on a connection and thread of its own.
pub(super) fn slow_clients(council: &Council) -> Vec<Slow> {
    let session = council.officer().client().session().to_owned();
    let begin = |half: &[u8], then: fn(Option<Answer>) -> bool| {
        let mut wire: Wire = council.wire();
        assert!(wire.send(half));
        std::thread::spawn(move || then(wire.answer()) && wire.answer().is_none())
    };
    let whole = request_bytes("POST", "/api/v1/releases", &session, &"x".repeat(200));
    let too_slow = |answer: Option<Answer>| {
        answer.is_some_and(|answer| answer.status == 408 && answer.json()["code"] == "too_slow")
    };
    let ended = |answer: Option<Answer>| answer.is_none_or(|answer| answer.status == 408);
    vec![
        (
            "half a body is waited for within bounds",
            begin(&whole[..whole.len() - 100], too_slow),
        ),
        (
            "half a head is waited for within bounds",
            begin(&whole[..30], ended),
        ),
    ]
}

fn could_be_a_reference(text: &str) -> bool {
    let signs = text.strip_prefix("REL-").unwrap_or_default();
    let sign = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    signs.len() == 10 && signs.bytes().all(sign)
}
