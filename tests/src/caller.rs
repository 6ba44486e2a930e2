//! An adviser with a caller on the line, in the users' words.

use serde_json::{Value, json};

use crate::{Answer, Council, Person, wait_for};

impl Council {
    pub fn adviser(&self) -> Person {
        self.signs_in("ade.adviser")
    }
}

impl Person {
    /// Looks for a person; `by` names the number or name.
    pub fn looks_for(&self, by: Value) -> Answer {
        let mut body = json!({"purpose": "call", "reference": "C-1"});
        merge(&mut body, by);
        self.client().post("/api/v1/look-ups/person", &body)
    }

    /// Finds the one person this leads to, and gives their handle.
    pub fn finds_one(&self, by: Value) -> String {
        let found = self.looks_for(by).ok();
        let matches = found["matches"].as_array().unwrap();
        assert_eq!(matches.len(), 1, "{found}");
        matches[0]["person"].as_str().unwrap().to_owned()
    }

    /// Opens a person's page with what the caller said.
    pub fn views(&self, person: &str, caller: &str, confirmed: Value) -> Answer {
        let body = json!({"purpose": "call", "reference": "C-1", "caller": caller,
            "confirmed": confirmed});
        self.client()
            .post(&format!("/api/v1/people/{person}/view"), &body)
    }

    /// Says that a field is wrong.
    pub fn corrects(&self, about: &str, field: &str, should_be: &str) -> Answer {
        let body = json!({"about": about, "field": field, "should_be": should_be,
            "how_known": "person-told-me"});
        self.client().post("/api/v1/corrections", &body)
    }

    /// Where a correction stands with a service; none: it was not sent there.
    pub fn correction_with(&self, correction: &str, service: &str) -> Option<String> {
        let answer = self
            .client()
            .get(&format!("/api/v1/corrections/{correction}"));
        let answer = answer.ok();
        let services = answer["services"].as_array().unwrap();
        let one = services.iter().find(|one| one["service"] == service)?;
        Some(one["state"].as_str().unwrap().to_owned())
    }

    /// Waits until a correction is in this state with the service.
    pub fn waits_for_correction(&self, correction: &str, service: &str, state: &str) {
        wait_for(
            &format!("{correction} to be {state} with {service}"),
            || self.correction_with(correction, service).as_deref() == Some(state),
        );
    }
}

/// Puts the members of one object into another.
fn merge(into: &mut Value, from: Value) {
    let (Value::Object(into), Value::Object(from)) = (into, from) else {
        panic!("not two objects");
    };
    into.extend(from);
}

/// The values of a list of `{value, said_by}`, with who says so.
pub fn said(list: &Value) -> Vec<(String, String)> {
    let text = |one: &Value, member: &str| one[member].as_str().unwrap_or_default().to_owned();
    list.as_array()
        .unwrap()
        .iter()
        .map(|one| (text(one, "value"), text(one, "said_by")))
        .collect()
}
