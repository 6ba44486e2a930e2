//! `/sign-in`, `/sign-out`, `/signed-out` and `/stay`: how a session of the
//! pages begins, is kept and ends.
//!
//! What it is not: a decision about who somebody is; the keeper has the names.
//! The invariants: whatever is wrong with a name, a password or a code reads
//! the same; whoever leaves has no session, no desk and no cache any more.

mod attempt;
mod leave;
mod stay;
mod tie;

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};

use self::attempt::{Refused, attempt};
use self::tie::Tie;
use super::cookie;
use super::council::Council;
use super::desk::Desks;
use super::form::{self, FirstForm};
use super::page::{Page, see_other};
use super::parts::phone;
use super::route::{Route, Who};
use super::visitor::Visitor;
use crate::components::{Button, Errors, Input, InputMode, PasswordInput, Width, details};
use crate::keeper_client::KeeperClient;
use crate::problem::Problem;
use crate::rooms::Words;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new("/sign-in", Who::Anyone, get(ask).post(sign_in)),
        Route::new("/sign-out", Who::SignedIn, post(leave::sign_out)),
        Route::new("/signed-out", Who::Anyone, get(leave::signed_out)),
        Route::new("/stay", Who::SignedIn, post(stay::stay)),
    ]
}

/// Whoever is signed in already, if anybody is.
type Before = Option<Extension<Visitor>>;

async fn ask(
    State(words): State<Arc<Words>>,
    State(council): State<Arc<Council>>,
    headers: HeaderMap,
    before: Before,
) -> Result<Response, Problem> {
    if before.is_some() {
        return Ok(see_other("/"));
    }
    let tie = Tie::of(&headers)?;
    let page = page(&council, &tie.token(&words)?, "", &Errors::default());
    tie.handed_out_with(page.into_response())
}

async fn sign_in(
    State(keeper): State<KeeperClient>,
    State(desks): State<Arc<Desks>>,
    State(words): State<Arc<Words>>,
    State(council): State<Arc<Council>>,
    headers: HeaderMap,
    before: Before,
    FirstForm(fields): FirstForm,
) -> Result<Response, Problem> {
    let refused = match attempt(&keeper, &fields, &council).await? {
        Ok(session) => {
            // Whoever sat here before is out: one browser, one session.
            leave::end(&keeper, &desks, before).await;
            let mut response = see_other("/");
            cookie::set_session(response.headers_mut(), &session)?;
            return Ok(response);
        }
        Err(refused) => refused,
    };
    let tie = Tie::of(&headers)?;
    let page = page(
        &council,
        &tie.token(&words)?,
        fields.get("person"),
        &refused.errors,
    );
    tie.handed_out_with(refused_with(page, &refused))
}

fn refused_with(page: Page, refused: &Refused) -> Response {
    let mut response = page
        .with_errors(refused.errors.clone())
        .with_status(refused.status)
        .into_response();
    if let Some(seconds) = refused.retry_after_seconds {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn page(council: &Council, token: &str, person: &str, errors: &Errors) -> Page {
    let content = html! {
        h1 class="govuk-heading-l" { "Sign in" }
        form method="post" action="/sign-in" novalidate {
            (form::field(token))
            (questions(person, errors))
            (Button::submit("Sign in").render())
        }
        (details("I cannot sign in", cannot(council)))
        p class="govuk-body" {
            "We record what you search for and look at, and why. "
            a class="govuk-link" href="/privacy" { "Read how we record what you look at" }
            "."
        }
    };
    Page::new("Sign in", content)
}

/// A browser may fill all of them in: they are the person's own.
fn questions(person: &str, errors: &Errors) -> Markup {
    let name = Input {
        name: "person",
        label: "Your name".into(),
        error: errors.of("person"),
        value: person,
        autocomplete: Some("username"),
        spellcheck: Some(false),
        autocapitalize: Some("none"),
        autofocus: errors.is_empty(),
        ..Input::default()
    };
    let password = PasswordInput {
        name: "password",
        label: "Password".into(),
        error: errors.of("password"),
        ..PasswordInput::default()
    };
    let code = Input {
        name: "code",
        label: "Code from your app".into(),
        hint: "If you have one. It is 6 digits long.".into(),
        mode: Some(InputMode::Numeric),
        width: Some(Width::Ten),
        spaced: true,
        autocomplete: Some("one-time-code"),
        spellcheck: Some(false),
        ..Input::default()
    };
    html! { (name.render()) (password.render()) (code.render()) }
}

fn cannot(council: &Council) -> Markup {
    html! {
        p class="govuk-body" {
            "Phone the help desk on " (phone(&council.pages.help_desk.spoken())) ". "
            "They can set a new password, or give you a new code for your app."
        }
        p class="govuk-body" {
            "If you are about to visit someone, phone " (phone(&council.duty_line))
            " before you go."
        }
    }
}
