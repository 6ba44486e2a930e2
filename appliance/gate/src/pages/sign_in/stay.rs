//! `POST /stay`: keeps a session whose end is near. Any request does; this one
//! does nothing else.

use axum::http::StatusCode;

use crate::pages::form::Form;

/// Answers that the session lives; the guard's question was the use of it.
pub(super) async fn stay(_: Form) -> StatusCode {
    StatusCode::NO_CONTENT
}
