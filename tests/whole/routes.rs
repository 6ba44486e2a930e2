//! Every call of the interface, asked by everybody: what each answers is a
//! committed table. A change of it is a change of who may do what.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use firebox_tests::{Answer, Client, Council};
use reqwest::Method;
use serde_json::{Value, json};

/// Set to write the table anew.
const WRITE: &str = "FIREBOX_WRITE_SNAPSHOTS";
/// The committed table.
const TABLE: &str = "snapshots/routes.md";
/// Everybody who may ask, as the demo names them; the first two are nobody.
const CALLERS: [&str; 9] = [
    "nobody",
    "signed out",
    "olu.officer",
    "ade.adviser",
    "hana.holder",
    "rhys.reviewer",
    "sian.admin",
    "cara.custodian",
    "another's handles",
];

/// One call, with a body that would do for whoever may ask.
struct Call {
    method: Method,
    /// As the description of the interface has it.
    path: &'static str,
    body: Value,
    /// What is different about this one of several of the same path.
    note: &'static str,
}

fn call(method: Method, path: &'static str, body: Value) -> Call {
    let note = "";
    Call {
        method,
        path,
        body,
        note,
    }
}

impl Call {
    fn that(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}

#[test]
fn every_call_answers_every_caller_as_the_table_says() {
    let council = Council::open();
    let described = described(&council);
    let calls = calls(&council);
    let asked: BTreeSet<(String, String)> = calls
        .iter()
        .map(|call| (call.method.to_string(), call.path.to_owned()))
        .collect();
    assert_eq!(asked, described, "the sweep asks every call there is");

    let mut table = String::from(HEADER);
    let _ = writeln!(table, "| call | {} |", CALLERS.join(" | "));
    let _ = writeln!(table, "|---|{}", "---|".repeat(CALLERS.len()));
    let people: Vec<Asker> = CALLERS
        .iter()
        .map(|name| Asker::of(&council, name))
        .collect();
    for call in &calls {
        let cells: Vec<String> = people.iter().map(|asker| asker.asks(call)).collect();
        let _ = writeln!(
            table,
            "| {} {}{} | {} |",
            call.method,
            call.path,
            call.note,
            cells.join(" | ")
        );
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    if std::env::var_os(WRITE).is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &table).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        table, committed,
        "who may do what has changed: if that is meant, run with {WRITE}=1 and commit {TABLE}"
    );
}

const HEADER: &str = "\
# Who may call what

Status and code of every call of the interface, for every caller of the demo, each with a body that
would do. Written by `cargo test -p firebox-tests --test whole every_call_answers_every_caller` with
`FIREBOX_WRITE_SNAPSHOTS=1`; without it the test compares.

";

/// Every operation of the description but the agents' ones, which the intake
/// listener alone serves.
fn described(council: &Council) -> BTreeSet<(String, String)> {
    let description = council.stranger().get("/api/v1/openapi.json").ok();
    let paths = description["paths"].as_object().unwrap();
    let mut described = BTreeSet::new();
    for (path, operations) in paths
        .iter()
        .filter(|(path, _)| !path.starts_with("/intake/"))
    {
        for method in operations.as_object().unwrap().keys() {
            if ["get", "post", "put", "delete", "patch"].contains(&method.as_str()) {
                described.insert((method.to_uppercase(), path.clone()));
            }
        }
    }
    described
}

/// Somebody who asks, with handles of their own session where they can have any.
struct Asker {
    client: Client,
    person: String,
    property: String,
    flag: String,
    release: String,
}

impl Asker {
    fn of(council: &Council, name: &str) -> Self {
        let stranger = || council.stranger();
        let client = match name {
            "nobody" => stranger(),
            "signed out" => {
                let session = session(council, "ade.adviser");
                let client = stranger().with_session(session.clone());
                assert_eq!(client.post_nothing("/api/v1/sign-out").status, 204);
                stranger().with_session(session)
            }
            "another's handles" => stranger().with_session(session(council, "ade.adviser")),
            name => stranger().with_session(session(council, name)),
        };
        let from = match name {
            "another's handles" => stranger().with_session(session(council, "ade.adviser")),
            _ => stranger().with_session(if name.contains('.') {
                client.session().to_owned()
            } else {
                String::new()
            }),
        };
        // Whoever may not look anything up has only what they made up.
        let made_up = || "A".repeat(48);
        let found = |path: &str, body: Value| -> Option<Value> {
            let answer = from.post(path, &body);
            (answer.status == 200).then(|| answer.json())
        };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let people = found(
            "/api/v1/look-ups/person",
            json!({"purpose": "call", "phone": council.sample("phone")}),
        );
        let place = |purpose: &str| {
            found(
                "/api/v1/look-ups/property",
                json!({"purpose": purpose, "uprn": council.sample("release_flag_uprn")}),
            )
        };
        let place = place("visit").or_else(|| place("call"));
        let property = place
            .as_ref()
            .and_then(|found| text(&found["matches"][0]["property"]));
        let flag = place
            .as_ref()
            .and_then(|found| text(&found["matches"][0]["flags"][0]["flag"]));
        Self {
            person: people
                .and_then(|found| text(&found["matches"][0]["person"]))
                .unwrap_or_else(made_up),
            property: property.unwrap_or_else(made_up),
            flag: flag.unwrap_or_else(made_up),
            release: "REL-0000000000".to_owned(),
            client,
        }
    }

    /// Asks and gives status and code.
    fn asks(&self, call: &Call) -> String {
        let fill = |text: &str| {
            text.replace("{person}", &self.person)
                .replace("{property}", &self.property)
                .replace("{flag}", &self.flag)
                .replace("{release}", &self.release)
                .replace("{ref}", "COR-0000000000")
                .replace("{correction}", "COR-0000000000")
                .replace("{entry}", "1")
                .replace("{n}", "1")
                .replace("{id}", "1")
                .replace("{hold}", "1")
        };
        let mut path = fill(call.path);
        assert!(!path.contains('{'), "no value for a part of {path}");
        if path.ends_with("/consistency") {
            path.push_str("?from=1&to=1");
        }
        let mut request = self.client.request(call.method.clone(), &path);
        if !call.body.is_null() {
            request = request
                .header("content-type", "application/json")
                .body(fill(&call.body.to_string()));
        }
        said(&self.client.send(request))
    }
}

fn said(answer: &Answer) -> String {
    let code = serde_json::from_str::<Value>(&answer.text)
        .ok()
        .and_then(|body| body["code"].as_str().map(str::to_owned));
    match code {
        Some(code) => format!("{} {code}", answer.status),
        None => answer.status.to_string(),
    }
}

/// Signs somebody in, with the code of their app where they have one.
fn session(council: &Council, name: &str) -> String {
    let people = council.summary()["people"].as_array().unwrap();
    let person = people.iter().find(|one| one["person"] == name).unwrap();
    let mut body = json!({"person": name, "password": person["password"]});
    if let Some(secret) = person["totp_secret"].as_str() {
        body["totp"] = json!(firebox_tests::code_of(secret));
    }
    let answer = council.stranger().post("/api/v1/sign-in", &body).ok();
    answer["session"].as_str().unwrap().to_owned()
}

/// Every call with a body that would do. Sign-out comes last: it ends the session.
fn calls(council: &Council) -> Vec<Call> {
    let (get, post) = (Method::GET, Method::POST);
    let born = council.sample("phone_born");
    vec![
        call(get.clone(), "/healthz", Value::Null),
        call(get.clone(), "/readyz", Value::Null),
        call(get.clone(), "/api/v1/openapi.json", Value::Null),
        call(get.clone(), "/api/v1/log/checkpoint", Value::Null),
        call(get.clone(), "/api/v1/log/consistency", Value::Null),
        call(get.clone(), "/api/v1/log/entries/{n}/proof", Value::Null),
        call(
            post.clone(),
            "/api/v1/sign-in",
            json!({"person": "olu.officer", "password": "not the password"}),
        ),
        call(
            post.clone(),
            "/api/v1/look-ups/property",
            json!({"purpose": "visit", "uprn": "100000400091"}),
        ),
        call(
            post.clone(),
            "/api/v1/look-ups/visits",
            json!({"purpose": "visit", "date": "2026-11-23",
            "visits": [{"reference": "V-1", "uprn": "100000400091"}]}),
        ),
        call(
            post.clone(),
            "/api/v1/look-ups/person",
            json!({"purpose": "call", "phone": council.sample("phone")}),
        ),
        call(
            post.clone(),
            "/api/v1/look-ups/person",
            json!({"purpose": "appointment", "phone": council.sample("phone")}),
        )
        .that(" for an appointment"),
        call(
            post.clone(),
            "/api/v1/corrections",
            json!({"about": "{flag}", "field": "warning",
                "should_be": "The dog has died", "how_known": "seen-on-visit"}),
        )
        .that(" about a warning"),
        call(
            post.clone(),
            "/api/v1/releases",
            json!({"flag": "{flag}", "purpose": "call",
                "reason": "The caller asks what the team holds", "reference": "C-1"}),
        )
        .that(" on a call"),
        call(
            post.clone(),
            "/api/v1/people/{person}/view",
            json!({"purpose": "call", "caller": "self",
            "confirmed": {"date_of_birth": born}}),
        ),
        call(
            post.clone(),
            "/api/v1/releases",
            json!({"flag": "{flag}", "purpose": "visit",
            "reason": "A boiler repair at two today", "reference": "V-1"}),
        ),
        call(
            post.clone(),
            "/api/v1/releases/emergency",
            json!({"flag": "{flag}",
            "ground": "at-the-door", "happening": "Shouting behind the door as I ring"}),
        ),
        call(post.clone(), "/api/v1/releases/{release}/open", Value::Null),
        call(
            post.clone(),
            "/api/v1/corrections",
            json!({"about": "{person}", "field": "preferred-name",
            "should_be": "Sam", "how_known": "person-told-me"}),
        ),
        call(get.clone(), "/api/v1/corrections/{ref}", Value::Null),
        call(
            post.clone(),
            "/api/v1/hazards",
            json!({"about": "{property}", "category": "dangerous-animal",
            "saw": "A loose dog", "when": "today", "to": "community-safety"}),
        ),
        call(get, "/api/v1/sources", Value::Null),
        call(
            post.clone(),
            "/api/v1/holds/{id}/decision",
            json!({"decision": "reject"}),
        ),
        call(post, "/api/v1/sign-out", Value::Null),
    ]
}
