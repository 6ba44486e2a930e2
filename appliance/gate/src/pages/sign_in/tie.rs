//! What ties the form of `/sign-in` to the browser it was given to, before
//! there is a session to tie it to: a cookie that says nothing.

use axum::http::HeaderMap;
use axum::response::Response;
use zeroize::Zeroizing;

use crate::pages::desk::new_token;
use crate::pages::{cookie, form};
use crate::problem::Problem;
use crate::rooms::Words;

/// The value of the cookie, and whether the browser has it yet.
pub(super) struct Tie {
    value: Zeroizing<String>,
    new: bool,
}

impl Tie {
    /// Takes the browser's, so that a second tab does not spoil the first, or
    /// draws a new one.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        if let Some(value) = cookie::read(headers, cookie::FORM) {
            return Ok(Self { value, new: false });
        }
        let value = Zeroizing::new(new_token()?);
        Ok(Self { value, new: true })
    }

    /// Makes the token of a form that is tied so.
    pub(super) fn token(&self, words: &Words) -> Result<String, Problem> {
        form::token(&words.handles, &form::before_sign_in(&self.value))
    }

    /// Gives the cookie to a browser that has none.
    pub(super) fn handed_out_with(&self, mut response: Response) -> Result<Response, Problem> {
        if self.new {
            cookie::set_form(response.headers_mut(), &self.value)?;
        }
        Ok(response)
    }
}
