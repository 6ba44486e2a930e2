//! Refusals as people and programs read them: RFC 9457 problem documents.
//!
//! A refusal says what to do next and never repeats a value of the request;
//! of the request's own text only the name of a member stands in it, made
//! harmless. The invariant: whatever a call refuses passes through here, so
//! every refusal has the same five members, and the one that asks for a
//! signature a sixth.

mod code;
mod group;
mod kind;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use firebox_protocol::Refusal;
use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use kind::Kind;

/// The media type of a problem document.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";
/// Longest member name that is repeated, in characters.
const MEMBER_CHARACTERS: usize = 64;

/// Why a call was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Which.
    pub(crate) kind: Kind,
    /// The member it is about.
    pub(crate) member: Option<String>,
    /// What the member must be, where the kind leaves that open.
    pub(crate) must: &'static str,
    /// Seconds after which it is worth trying again.
    pub(crate) retry_after_seconds: Option<u32>,
}

/// A refusal.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct Document {
    /// A URN that ends in the code.
    r#type: String,
    /// What it is, the same words for every case of a code.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What to do next.
    detail: String,
    /// The code to build on.
    code: &'static str,
    /// What a person's passkey must sign; only with `signature_required`.
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<Challenge>,
}

/// What a person's passkey must sign. Empty while the box cannot check it.
#[derive(Serialize, JsonSchema)]
struct Challenge {}

impl Problem {
    /// Refuses without naming a member.
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            member: None,
            must: "",
            retry_after_seconds: kind.retry_after_seconds(),
        }
    }

    /// Refuses because of one member.
    pub(crate) fn about(kind: Kind, member: &str) -> Self {
        Self {
            member: Some(harmless(member)),
            ..Self::new(kind)
        }
    }

    /// Refuses a member of the right type that will not do. `must` goes on
    /// from "`member` must".
    pub(crate) fn unacceptable(member: &str, must: &'static str) -> Self {
        Self {
            must,
            ..Self::about(Kind::Unacceptable, member)
        }
    }

    /// Says what to do next, with the number to ring.
    pub(crate) fn said(&self, duty_line: &str) -> String {
        self.kind
            .detail()
            .replace("{member}", self.member.as_deref().unwrap_or("the body"))
            .replace("{must}", self.must)
            .replace("{duty}", duty_line)
    }

    /// The document, with the number to ring.
    fn document(&self, duty_line: &str) -> Document {
        let detail = self.said(duty_line);
        Document {
            r#type: format!("urn:firebox:problem:{}", self.kind.code()),
            title: self.kind.title(),
            status: self.kind.status().as_u16(),
            detail,
            code: self.kind.code(),
            challenge: self.kind.asks_for_signature().then_some(Challenge {}),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let problem = Self::new(refusal.code.into());
        let retry_after_seconds = refusal.retry_after_seconds.or(problem.retry_after_seconds);
        Self {
            retry_after_seconds,
            ..problem
        }
    }
}

/// The words come at the front door, which knows the number to ring.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the document of a refusal into its response, and its code to the log.
pub(crate) fn put_words(response: &mut Response, listener: &str, duty_line: &str) {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return;
    };
    let code = problem.kind.code();
    if response.status().is_server_error() {
        log::warn!("{listener}: {} {code}", response.status().as_u16());
    } else {
        log::debug!("{listener}: {} {code}", response.status().as_u16());
    }
    let document = serde_json::to_vec(&problem.document(duty_line)).unwrap_or_default();
    *response.body_mut() = Body::from(document);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.remove(header::CONTENT_LENGTH);
    if problem.kind.asks_for_session() {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = problem.retry_after_seconds {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// A member's name comes from the request, so only a short run of plain
/// characters of it is repeated.
fn harmless(member: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "_.-[]".contains(c) {
            c
        } else {
            '?'
        }
    };
    member.chars().take(MEMBER_CHARACTERS).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use firebox_protocol::Code;

    #[test]
    fn a_member_is_named_harmlessly() {
        let problem = Problem::about(Kind::UnknownMember, "<b>Sam</b>\r\nX: y");
        assert_eq!(problem.member.as_deref(), Some("?b?Sam??b???X??y"));
        let long = Problem::about(Kind::UnknownMember, &"a".repeat(500));
        assert_eq!(
            long.member.map(|member| member.len()),
            Some(MEMBER_CHARACTERS)
        );
    }

    #[test]
    fn the_keepers_own_time_outranks_the_usual_one() {
        let refusal = Refusal {
            code: Code::SignInLocked,
            retry_after_seconds: Some(71),
        };
        assert_eq!(Problem::from(refusal).retry_after_seconds, Some(71));
        assert!(
            Problem::from(Refusal::new(Code::NotReady))
                .retry_after_seconds
                .is_some()
        );
    }

    #[test]
    fn no_placeholder_is_left_in_any_words() {
        for kind in Kind::ALL {
            let mut problem = Problem::about(*kind, "uprn");
            problem.must = "be a number";
            let document = problem.document("01632 960999");
            assert!(!document.detail.contains(['{', '}']), "{}", document.code);
            assert!(document.detail.ends_with('.'), "{}", document.code);
        }
    }
}
