//! Questions about addresses, and how long the box's answers to them are.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::LOOK_UP;
use crate::line::{Line, read};
use crate::question::Question;
use crate::shape::Shape;
use crate::unmeasured::Unmeasured;

/// Answers that are looked at; enough that a share of one in fifty shows.
const SAMPLE: usize = 1_000;

/// A question for each address.
pub(super) fn questions(uprns: &[String]) -> Arc<[Question]> {
    uprns.iter().map(|uprn| question(uprn)).collect()
}

/// The question about one address.
pub(super) fn question(uprn: &str) -> Question {
    let body = json!({"purpose": "visit", "reference": "V-1", "uprn": uprn});
    Question::new(
        body.to_string(),
        StatusCode::OK,
        format!("\"uprn\":\"{uprn}\""),
    )
}

/// Lists the flags of an answer.
pub(super) fn flags(answer: &Value) -> impl Iterator<Item = &Value> {
    let matches = answer["matches"].as_array().into_iter().flatten();
    matches
        .filter_map(|found| found["flags"].as_array())
        .flatten()
}

/// Asks some of the questions and notes how long the answers are.
pub(super) async fn measure(
    line: &mut Line,
    questions: &[Question],
    shape: &mut Shape,
) -> Result<(), Unmeasured> {
    let (mut plain, mut flagged) = (Mean::default(), Mean::default());
    let step = questions.len().div_ceil(SAMPLE).max(1);
    for question in questions.iter().step_by(step) {
        let (status, body) = line.post(LOOK_UP, question.body()).await?;
        let answer = read(status, &body)?;
        let mean = if flags(&answer).next().is_some() {
            &mut flagged
        } else {
            &mut plain
        };
        mean.add(body.len());
    }
    let asked = plain.count + flagged.count;
    if let Some(share) = asked.checked_div(flagged.count) {
        shape.properties_a_flag = u32::try_from(share).unwrap_or(u32::MAX);
    }
    shape.plain_bytes = plain.value().unwrap_or(shape.plain_bytes);
    shape.flagged_bytes = flagged.value().unwrap_or(shape.flagged_bytes);
    Ok(())
}

/// A mean of lengths.
#[derive(Default)]
pub(super) struct Mean {
    sum: usize,
    count: usize,
}

impl Mean {
    /// Adds one.
    pub(super) fn add(&mut self, bytes: usize) {
        self.sum += bytes;
        self.count += 1;
    }

    /// None when nothing was added.
    pub(super) fn value(&self) -> Option<usize> {
        self.sum.checked_div(self.count)
    }
}
