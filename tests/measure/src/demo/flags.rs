//! Questions for releases: flags of this session whose sealed detail the
//! policy lets the officer have at once.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{LOOK_UP, RELEASE, look_up, read};
use crate::line::{Line, Place, Question};
use crate::unmeasured::Unmeasured;

/// Flagged addresses that are looked at; a good half of them gives a question.
const ADDRESSES: usize = 400;
/// A reason as long as people write them.
const REASON: &str =
    "Gas safety visit this afternoon, two of us, we need to know what to watch for at the door.";

/// Finds what can be released, by releasing each once.
pub(super) async fn releases(
    place: &Arc<Place>,
    uprns: &[String],
) -> Result<Arc<[Question]>, Unmeasured> {
    let mut line = Line::open(place).await?;
    let mut questions = Vec::new();
    let mut refused = "no flag with a sealed detail was found".to_owned();
    for uprn in uprns.iter().take(ADDRESSES) {
        let (status, body) = line.post(LOOK_UP, look_up(uprn).body).await?;
        for flag in sealed(&read(status, &body)?) {
            let question = release(&flag);
            match line.post(RELEASE, question.body.clone()).await? {
                (StatusCode::CREATED, _) => questions.push(question),
                (StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED, _) => {
                    return Err(Unmeasured(format!("{RELEASE} is not there yet")));
                }
                (status, body) => refused = why(status, &body),
            }
        }
    }
    if questions.is_empty() {
        Err(Unmeasured(refused))
    } else {
        Ok(questions.into())
    }
}

fn sealed(answer: &Value) -> Vec<String> {
    let matches = answer["matches"].as_array().into_iter().flatten();
    let flags = matches
        .filter_map(|found| found["flags"].as_array())
        .flatten();
    let sealed = flags.filter(|flag| flag["detail"] == "sealed");
    sealed
        .filter_map(|flag| flag["flag"].as_str().map(str::to_owned))
        .collect()
}

fn release(flag: &str) -> Question {
    let body = json!({"flag": flag, "purpose": "visit", "reason": REASON, "reference": "V-1"});
    Question {
        body: body.to_string().into(),
        answer_holds: "\"receipt\":".to_owned(),
    }
}

fn why(status: StatusCode, body: &Bytes) -> String {
    match read(status, body) {
        Err(refused) => format!("no release was let through: {refused}"),
        Ok(_) => format!(
            "no release was let through at once: the box answered {}",
            status.as_u16()
        ),
    }
}
