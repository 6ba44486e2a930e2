//! A page on its way to its frame. A handler makes one; the guard at the door
//! puts the frame round it, which knows who looks.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use firebox_protocol::Wiped;
use maud::Markup;

use crate::components::Errors;

/// What a page may print as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Printing {
    /// As it stands.
    Whole,
    /// "This page cannot be printed."
    Never,
    /// "This note cannot be printed."
    NeverANote,
}

/// A page without its frame.
pub(super) struct Page {
    /// Its HTTP status.
    pub(super) status: StatusCode,
    /// Its name in the title: never a name, address, number or date of anybody.
    pub(super) title: String,
    /// What is not normal, in the line above everything.
    pub(super) notice: Option<String>,
    /// Where "Back" leads: text and target.
    pub(super) back: Option<(String, String)>,
    /// What was wrong with a form.
    pub(super) errors: Errors,
    /// The content, from `h1` on.
    pub(super) content: Markup,
    /// What was sealed: HTML of its own, in wiped memory, in place of
    /// [`Page::sealed_here`] in the content.
    pub(super) sealed: Option<Wiped>,
    /// After so many seconds the browser goes there.
    pub(super) refresh: Option<(u32, String)>,
    /// What it prints as.
    pub(super) printing: Printing,
    /// Whether something stands in it that another site could have chosen.
    pub(super) from_elsewhere: bool,
}

impl Page {
    /// Makes a page of a title and its content.
    pub(super) fn new(title: impl Into<String>, content: Markup) -> Self {
        Self {
            status: StatusCode::OK,
            title: title.into(),
            notice: None,
            back: None,
            errors: Errors::default(),
            content,
            sealed: None,
            refresh: None,
            printing: Printing::Whole,
            from_elsewhere: false,
        }
    }

    /// Answers with another status than 200.
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Leads back.
    pub(super) fn back(self, text: impl Into<String>, to: impl Into<String>) -> Self {
        Self {
            back: Some((text.into(), to.into())),
            ..self
        }
    }

    /// Says what was wrong with the form; answers 422 when something was.
    pub(super) fn with_errors(self, errors: Errors) -> Self {
        let status = if errors.is_empty() {
            self.status
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        Self {
            errors,
            status,
            ..self
        }
    }

    /// Says what is not normal.
    pub(super) fn with_notice(self, notice: Option<String>) -> Self {
        Self { notice, ..self }
    }

    /// Goes elsewhere after a while.
    pub(super) fn refreshing(self, seconds: u32, to: impl Into<String>) -> Self {
        Self {
            refresh: Some((seconds, to.into())),
            ..self
        }
    }

    /// Prints as something else.
    pub(super) fn printing(self, printing: Printing) -> Self {
        Self { printing, ..self }
    }

    /// Says that another site may have chosen something of it: it is sent
    /// uncompressed, for the length of what is compressed tells how much of it
    /// is alike.
    pub(super) fn shared_with_elsewhere(self) -> Self {
        Self {
            from_elsewhere: true,
            ..self
        }
    }

    /// Puts sealed HTML in the place the content keeps for it.
    pub(super) fn with_sealed(self, sealed: Wiped) -> Self {
        Self {
            sealed: Some(sealed),
            ..self
        }
    }

    /// Keeps the place of what is sealed. A control character cannot come from
    /// anybody's typing or feed.
    pub(super) fn sealed_here() -> Markup {
        maud::PreEscaped(SEALED_HERE.to_owned())
    }
}

/// Stands where sealed HTML goes.
pub(super) const SEALED_HERE: &str = "\u{1}sealed\u{1}";

/// What the guard finds in a response and puts a frame round.
#[derive(Clone)]
pub(super) struct Unframed(pub(super) Arc<Page>);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(Unframed(Arc::new(self)));
        response
    }
}

/// Sends the browser to another page: after a form, so that reloading does not
/// send the form again.
pub(super) fn see_other(to: &str) -> Response {
    Redirect::to(to).into_response()
}
