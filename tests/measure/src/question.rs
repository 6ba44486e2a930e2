//! What is asked, and what its answer must be to count as one.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use axum::http::StatusCode;

/// Stands in a body where each asking puts its own word, as long as this.
pub(crate) const OWN_WORD: &str = "########";

/// Askings so far, of the whole run.
static ASKED: AtomicU64 = AtomicU64::new(0);

/// A question.
#[derive(Clone)]
pub(crate) struct Question {
    body: Bytes,
    /// Where the word stands that is another one each time.
    own_word: Option<usize>,
    /// Status of every right answer.
    status: StatusCode,
    /// Stands in every right answer.
    holds: String,
}

impl Question {
    /// Makes one of a JSON body. An [`OWN_WORD`] in it becomes another word
    /// each time it is asked: the box wants a reason, not a form letter.
    pub(crate) fn new(body: String, status: StatusCode, holds: String) -> Self {
        Self {
            own_word: body.find(OWN_WORD),
            body: body.into(),
            status,
            holds,
        }
    }

    /// Gives the body for one asking.
    pub(crate) fn body(&self) -> Bytes {
        let Some(at) = self.own_word else {
            return self.body.clone();
        };
        let mut body = self.body.to_vec();
        if let Some(place) = body.get_mut(at..at + OWN_WORD.len()) {
            place.copy_from_slice(&word(ASKED.fetch_add(1, Ordering::Relaxed)));
        }
        body.into()
    }

    /// Says why an answer does not count, if it does not.
    pub(crate) fn judge(&self, status: StatusCode, body: &[u8]) -> Option<String> {
        if status != self.status {
            return Some(format!("HTTP {}", status.as_u16()));
        }
        let text = std::str::from_utf8(body).unwrap_or_default();
        (!text.contains(&self.holds)).then(|| "another answer".to_owned())
    }
}

/// Spells a number in letters, for nothing that folds a text leaves those out.
fn word(mut number: u64) -> [u8; OWN_WORD.len()] {
    let mut word = [b'a'; OWN_WORD.len()];
    for letter in word.iter_mut().rev() {
        *letter = b"abcdefghijklmnopqrstuvwxyz"[usize::from((number % 26) as u8)];
        number /= 26;
    }
    word
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_asking_has_its_own_word_and_the_same_length() {
        let text = format!("{{\"reason\":\"for {OWN_WORD}.\"}}");
        let question = Question::new(text.clone(), StatusCode::CREATED, String::new());
        let bodies: BTreeSet<_> = (0..1_000).map(|_| question.body()).collect();
        assert_eq!(bodies.len(), 1_000);
        assert!(
            bodies
                .iter()
                .all(|body| body.len() == text.len() && body.ends_with(b".\"}"))
        );
        assert_eq!(word(26 * 26 + 1), *b"aaaaabab");
    }

    #[test]
    fn only_the_right_status_with_the_right_words_counts() {
        let question = Question::new(
            "{}".to_owned(),
            StatusCode::CREATED,
            "\"receipt\"".to_owned(),
        );
        assert_eq!(
            question.judge(StatusCode::CREATED, b"{\"receipt\":1}"),
            None
        );
        let waiting = question.judge(StatusCode::ACCEPTED, b"{\"receipt\":1}");
        assert_eq!(waiting.as_deref(), Some("HTTP 202"));
        let other = question.judge(StatusCode::CREATED, b"{}");
        assert_eq!(other.as_deref(), Some("another answer"));
    }
}
