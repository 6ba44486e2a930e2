//! A request for a sealed note, from its form until it is sent.

use std::sync::Arc;

use firebox_protocol::gate_keeper::Why;
use firebox_protocol::query::MAX_REFERENCE_CHARACTERS;
use tokio::sync::Mutex;

use super::Warning;
use super::purpose::{self, Purpose};
use crate::components::Errors;
use crate::line;
use crate::pages::form::Fields;
use crate::pages::visitor::Visitor;

/// Longest reason in characters. The shortest, the keeper knows.
pub(super) const REASON_CHARACTERS: u32 = 500;

/// A request.
#[derive(Clone)]
pub(in crate::pages) struct Draft {
    /// The warning's handle.
    pub(super) flag: String,
    /// The warning's name on the desk.
    pub(super) record: String,
    /// The warning, as it was shown.
    pub(super) warning: Warning,
    /// What it is asked for, and why.
    pub(super) answers: Answers,
    /// The release it became. Whoever sends holds the lock, so that a second
    /// press waits and is led to what the first one brought.
    pub(super) sent: Arc<Mutex<Option<String>>>,
}

/// What was answered, in order.
#[derive(Clone)]
pub(super) struct Answers {
    pub(super) purpose: Purpose,
    /// The visit or call.
    pub(super) reference: String,
    pub(super) reason: String,
}

/// What was typed, good or not: kept after an error.
pub(super) struct Typed {
    pub(super) purpose: String,
    pub(super) reference: String,
    pub(super) reason: String,
}

impl Draft {
    /// Says why, for the keeper.
    pub(super) fn why(&self) -> Why {
        Why::Stated {
            purpose: self.answers.purpose.code.to_owned(),
            reason: self.answers.reason.clone(),
            reference: self.answers.reference.clone(),
        }
    }
}

impl Typed {
    /// What a form opens with: all that is known of the visit already.
    pub(super) fn carried_forward(visitor: &Visitor, warning: &Warning) -> Self {
        Self {
            purpose: purpose::carried_forward(visitor, warning.purpose).to_owned(),
            reference: warning.reference.clone(),
            reason: String::new(),
        }
    }

    /// What a form opens with that is filled in again.
    pub(super) fn of(answers: &Answers) -> Self {
        Self {
            purpose: answers.purpose.value.to_owned(),
            reference: answers.reference.clone(),
            reason: answers.reason.clone(),
        }
    }

    /// Takes what was sent.
    pub(super) fn sent(fields: &Fields) -> Self {
        // Pasted text brings tabs; the log takes no control character.
        let plain = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
        let plain = |name| fields.get(name).chars().map(plain).collect();
        Self {
            purpose: plain("purpose"),
            reference: plain("reference"),
            reason: plain("reason"),
        }
    }

    /// Reads what was typed, or says what is wrong with it.
    pub(super) fn read(&self, visitor: &Visitor) -> Result<Answers, Errors> {
        let mut errors = Errors::default();
        let purpose = purpose::chosen(visitor, &self.purpose);
        if purpose.is_none() {
            errors.add("purpose", "Select what it is for");
        }
        let most = MAX_REFERENCE_CHARACTERS;
        let reference = line::filled("reference", &self.reference, most);
        if reference.is_err() {
            errors.add("reference", reference_words(&self.reference));
        }
        let reason = line::several("reason", &self.reason, REASON_CHARACTERS as usize);
        if reason.is_err() {
            errors.add("reason", reason_words(&self.reason));
        }
        match (purpose, reference, reason) {
            (Some(purpose), Ok(reference), Ok(reason)) => Ok(Answers {
                purpose,
                reference,
                reason,
            }),
            _ => Err(errors),
        }
    }
}

fn reference_words(typed: &str) -> String {
    if typed.trim().is_empty() {
        "Enter which visit or call it is for".to_owned()
    } else {
        format!(
            "Which visit or call it is for must be {MAX_REFERENCE_CHARACTERS} characters or less"
        )
    }
}

fn reason_words(typed: &str) -> &'static str {
    if typed.trim().is_empty() {
        "Enter why the instruction is not enough"
    } else {
        "Why the instruction is not enough must be 500 characters or less"
    }
}
