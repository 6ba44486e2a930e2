//! What the gate writes to the journal.

use std::sync::{Mutex, OnceLock};

use firebox_protocol::answer::Answer;
use firebox_protocol::gate_keeper::{Released, Reply};
use firebox_protocol::secret::Plaintext;
use firebox_protocol::{Code, gate_store};
use serde_json::json;

use super::house::House;
use super::peers::store_refuses;
use super::people::Request;
use super::person_play::nobody_much;
use super::release_play::{EMERGENCY, OPEN, RELEASES, asked, emergency, released};

/// Stands in every part of a request that could find its way into a log line.
const CANARY: &str = "canary7f3a";

/// Keeps every line of every test, at every level.
struct Journal(Mutex<Vec<String>>);

impl log::Log for Journal {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.0.lock().unwrap().push(record.args().to_string());
    }

    fn flush(&self) {}
}

fn journal() -> &'static Journal {
    static JOURNAL: OnceLock<Journal> = OnceLock::new();
    let journal = JOURNAL.get_or_init(|| Journal(Mutex::new(Vec::new())));
    if log::set_logger(journal).is_ok() {
        log::set_max_level(log::LevelFilter::Trace);
    }
    journal
}

#[tokio::test]
async fn nothing_of_a_request_or_an_answer_is_logged_at_any_level() {
    let journal = journal();
    let house = House::open().await;
    let agent = house.authority.agent(&format!("agent:{CANARY}"));
    let property = "/api/v1/look-ups/property";
    let body = json!({"purpose": CANARY, "reference": CANARY, "address": CANARY});
    let token = format!("Bearer {}", CANARY.repeat(5));
    Request::get(&format!("/{CANARY}?{CANARY}={CANARY}"))
        .send(&house)
        .await;
    Request::get("/healthz")
        .host(Some(CANARY))
        .header(CANARY, CANARY)
        .send(&house)
        .await;
    for refuses in [true, false] {
        house.keeper(move |_| Reply::Permit {
            permit: CANARY.into(),
            entry: 1,
            reference: CANARY.into(),
            standing: Vec::new(),
        });
        house.store(move |_| {
            if refuses {
                store_refuses(Code::NotReady)
            } else {
                gate_store::Reply::Receipt(CANARY.into())
            }
        });
        let ask = Request::new("POST", property).header("Authorization", &token);
        let reply = ask
            .body("application/json", body.to_string())
            .send(&house)
            .await;
        assert!(reply.status >= 500);
        let batch =
            Request::new("POST", "/intake/v1/batches").body("application/octet-stream", CANARY);
        assert!(batch.deliver(&house, &agent).await.is_some());
    }
    let lines = journal.0.lock().unwrap();
    assert!(
        lines.iter().any(|line| line.contains("503 not_ready")),
        "{lines:?}"
    );
    assert!(
        !lines
            .iter()
            .any(|line| line.to_ascii_lowercase().contains(CANARY)),
        "{lines:?}"
    );
}

#[tokio::test]
async fn nothing_of_a_released_detail_or_of_its_reason_is_logged_at_any_level() {
    let journal = journal();
    let house = House::open().await;
    let sound = format!(r#"{{"note":"{CANARY}","person":"{CANARY}"}}"#);
    let unsound = format!(r#"{{"note":"{CANARY}","{CANARY}":1}}"#);
    for (detail, status) in [(sound, 201), (unsound, 409)] {
        house.releases(move || {
            Reply::Released(Released {
                detail: Plaintext::new(detail.clone().into()),
                entry: 7_654_321,
                receipt: CANARY.into(),
                ..released()
            })
        });
        let flag = house.flag().await;
        let mut stated = asked(&flag);
        stated["reason"] = json!(format!("{CANARY}, because {CANARY}"));
        stated["reference"] = json!(CANARY);
        let mut urgent = emergency(&flag);
        urgent["happening"] = json!(CANARY);
        for (target, body) in [(RELEASES, stated), (EMERGENCY, urgent)] {
            let reply = Request::call(target, &body).send(&house).await;
            assert_eq!(reply.status, status, "{}", reply.text());
        }
        let again = Request::new("POST", OPEN).signed_in().send(&house).await;
        assert_eq!(again.status == 200, status == 201);
        let hostile = format!("/api/v1/releases/{CANARY}/open");
        Request::new("POST", &hostile)
            .signed_in()
            .send(&house)
            .await;
    }
    let lines = journal.0.lock().unwrap();
    assert!(
        lines.iter().any(|line| line.starts_with("entry 7654321:")),
        "{lines:?}"
    );
    assert!(!lines.iter().any(|line| line.contains(CANARY)), "{lines:?}");
}

#[tokio::test]
async fn nothing_of_a_caller_or_of_a_correction_is_logged_at_any_level() {
    let journal = journal();
    let house = House::open().await;
    let target = house.view_target().await;
    let handle = target.split('/').nth(4).unwrap();
    let search = json!({"purpose": CANARY, "name": CANARY, "postcode": "NB1 4QX"});
    let house_number = json!({"house_number": CANARY});
    let view = json!({"purpose": CANARY, "caller": "self", "confirmed": house_number});
    let correct = json!({"about": handle, "field": "missing", "should_be": CANARY,
        "how_known": "other"});
    let hazard = json!({"about": handle, "category": CANARY, "saw": CANARY, "when": CANARY,
        "to": CANARY});
    let hostile = format!("/api/v1/people/{CANARY}/view");
    let mut named = nobody_much();
    named.preferred_names[0].value = CANARY.into();
    for answers in [true, false] {
        // An answer to one of them is a wrong answer to the others.
        house.tells(&[CANARY], Answer::Person(Box::new(named.clone())));
        if !answers {
            house.store(|_| store_refuses(Code::NotConfirmed));
        }
        for (path, body) in [
            ("/api/v1/look-ups/person", &search),
            (&target, &view),
            (&hostile, &view),
            ("/api/v1/corrections", &correct),
            ("/api/v1/hazards", &hazard),
        ] {
            let reply = Request::call(path, body).send(&house).await;
            assert_eq!(reply.status == 200, answers && path == target, "{path}");
        }
        let target = format!("/api/v1/corrections/{CANARY}");
        Request::get(&target).signed_in().send(&house).await;
    }
    let lines = journal.0.lock().unwrap();
    assert!(
        lines.iter().any(|line| line.contains("403 not_confirmed")),
        "{lines:?}"
    );
    let tells = |line: &String| line.contains(CANARY) || line.contains(handle);
    assert!(!lines.iter().any(tells), "{lines:?}");
}
