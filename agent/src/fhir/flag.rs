//! Flags: which may be read at all, about whom, and the SNOMED CT codes in them.

use serde::Deserialize;
use serde_json::Value;

use super::entry::{Concept, Period, inside};

/// The system of SNOMED CT codes.
const SNOMED: &str = "http://snomed.info/sct";

#[derive(Deserialize)]
struct Flag {
    status: Option<Status>,
    subject: Option<Reference>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Active,
    Inactive,
    EnteredInError,
}

#[derive(Deserialize)]
struct Reference {
    reference: Option<String>,
}

/// What the first look at a flag came to.
pub(super) enum Looked {
    /// One of another kind: nothing more of it is read.
    Foreign,
    /// One that may be read.
    Ours {
        /// Whether it is in force.
        active: bool,
        /// Whom it is about, by the name the flag uses.
        subject: String,
    },
}

/// Looks at a flag; none where it is not sound.
pub(super) fn look(bytes: &[u8], accepted: &[String]) -> Option<Looked> {
    let code: Coded = inside(bytes)?;
    let mut codes = code
        .code
        .coding
        .iter()
        .filter_map(|coding| coding.code.as_ref());
    if !codes.any(|code| accepted.contains(code)) {
        return Some(Looked::Foreign);
    }
    let flag: Flag = inside(bytes)?;
    let subject = flag.subject.and_then(|subject| subject.reference);
    Some(Looked::Ours {
        // FHIR requires a status; to guess one could drop a need in silence.
        active: flag.status? == Status::Active,
        subject: subject.unwrap_or_default(),
    })
}

/// The one element of a foreign flag that is read.
#[derive(Deserialize)]
struct Coded {
    #[serde(default)]
    code: Concept,
}

/// What is carried of a flag.
#[derive(Default)]
pub(super) struct Carried {
    /// SNOMED CT codes in their order, each once.
    pub(super) codes: Vec<String>,
    /// Its last day as the service writes it; none means still.
    pub(super) end: Option<String>,
}

#[derive(Deserialize)]
struct Timed {
    period: Option<Period>,
}

/// Reads what is carried of a flag; none where it is not sound.
pub(super) fn carry(bytes: &[u8]) -> Option<Carried> {
    let whole: Value = inside(bytes)?;
    let timed: Timed = inside(bytes)?;
    let mut codes = Vec::new();
    collect(&whole, &mut codes);
    Some(Carried {
        codes,
        end: timed.period.and_then(|period| period.end),
    })
}

/// Collects the codes wherever they stand. The cutter has bounded the nesting.
fn collect(value: &Value, codes: &mut Vec<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, codes)),
        Value::Object(members) => {
            let text = |name| members.get(name).and_then(Value::as_str);
            if let (Some(SNOMED), Some(code)) = (text("system"), text("code"))
                && codes.iter().all(|known| known != code)
            {
                codes.push(code.to_owned());
            }
            members.values().for_each(|value| collect(value, codes));
        }
        _ => {}
    }
}
