//! Questions for releases: flags of this session whose sealed detail the
//! policy lets the officer have at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::look_ups::{Mean, flags, question};
use super::{LOOK_UP, RELEASE};
use crate::line::{Line, read};
use crate::question::Question;
use crate::shape::{REASON, Shape};
use crate::unmeasured::Unmeasured;

/// Flagged addresses that are looked at; a good half of them gives a question.
const ADDRESSES: usize = 400;
/// How every receipt begins.
const RECEIPT: &str = r#""receipt":"c2sp.org/tlog-proof@v1\n"#;

/// What can be asked for, and what cannot.
pub(super) struct Found {
    /// One for each flag whose detail was released.
    pub(super) questions: Arc<[Question]>,
    /// How often what else was answered.
    refused: BTreeMap<String, u64>,
}

/// Finds what can be released, by releasing each once, and notes how long the
/// answers are. A flag does not say its class: the policy's answer does.
pub(super) async fn find(
    line: &mut Line,
    uprns: &[String],
    shape: &mut Shape,
) -> Result<Found, Unmeasured> {
    let (mut questions, mut refused) = (Vec::new(), BTreeMap::<String, u64>::new());
    let (mut answers, mut details) = (Mean::default(), Mean::default());
    for uprn in uprns.iter().take(ADDRESSES) {
        let (status, body) = line.post(LOOK_UP, question(uprn).body()).await?;
        for flag in sealed(&read(status, &body)?) {
            let question = release(&flag);
            let (status, body) = line.post(RELEASE, question.body()).await?;
            if let Some(other) = question.judge(status, &body) {
                let code = code(&body).unwrap_or(other);
                *refused.entry(code).or_default() += 1;
                continue;
            }
            answers.add(body.len());
            details.add(read(status, &body)?["detail"].to_string().len());
            questions.push(question);
        }
    }
    shape.release_bytes = answers.value().unwrap_or(shape.release_bytes);
    shape.detail_bytes = details.value().unwrap_or(shape.detail_bytes);
    let found = Found {
        questions: questions.into(),
        refused,
    };
    if found.questions.is_empty() {
        Err(Unmeasured(found.sentence()))
    } else {
        Ok(found)
    }
}

impl Found {
    /// Says what was found.
    pub(super) fn sentence(&self) -> String {
        let refused = self.refused.iter();
        let refused: Vec<_> = refused
            .map(|(why, times)| format!("{times} x {why}"))
            .collect();
        let refused = if refused.is_empty() {
            "none was refused".to_owned()
        } else {
            format!("others were answered {}", refused.join(", "))
        };
        format!(
            "releases: {} different details can be had at once, {refused}",
            self.questions.len()
        )
    }
}

fn sealed(answer: &Value) -> Vec<String> {
    let sealed = flags(answer).filter(|flag| flag["detail"] == "sealed");
    sealed
        .filter_map(|flag| flag["flag"].as_str().map(str::to_owned))
        .collect()
}

fn release(flag: &str) -> Question {
    let body = json!({"flag": flag, "purpose": "visit", "reason": REASON, "reference": "V-1"});
    Question::new(body.to_string(), StatusCode::CREATED, RECEIPT.to_owned())
}

/// Reads the code of a refusal.
fn code(body: &Bytes) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    answer["code"].as_str().map(str::to_owned)
}
