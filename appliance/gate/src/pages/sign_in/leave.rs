//! `POST /sign-out` and `GET /signed-out`: the session ends, and a page says so.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use maud::html;

use super::Before;
use crate::components::Button;
use crate::keeper_client::KeeperClient;
use crate::pages::cookie;
use crate::pages::desk::Desks;
use crate::pages::form::Form;
use crate::pages::page::{Page, see_other};
use crate::pages::visitor::Visitor;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// What a page says to `/signed-out` of a session that was not used.
const UNUSED: &str = "why=time";

/// Ends the session because its owner says so.
pub(super) async fn sign_out(
    State(keeper): State<KeeperClient>,
    State(desks): State<Arc<Desks>>,
    form: Form,
) -> Response {
    end_of(&keeper, &desks, &form.visitor).await;
    let mut response = left("/signed-out");
    let headers = response.headers_mut();
    headers.remove(SET_COOKIE);
    match cookie::set_left(headers) {
        Ok(()) => response,
        Err(problem) => problem.into_response(),
    }
}

/// Says that nobody is signed in here. A page whose time ran out comes here by
/// itself, and asking for this very page would have kept its session: it is
/// ended first. Another site that sends somebody here ends nothing.
pub(super) async fn signed_out(
    State(keeper): State<KeeperClient>,
    State(desks): State<Arc<Desks>>,
    headers: HeaderMap,
    uri: Uri,
    before: Before,
) -> Response {
    let unused = uri.query() == Some(UNUSED);
    match before {
        None => page(unused).into_response(),
        Some(_) if unused && is_from_here(&headers) => {
            end(&keeper, &desks, before).await;
            left("/signed-out?why=time")
        }
        Some(_) => see_other("/"),
    }
}

/// Ends the session of whoever is signed in, if anybody is.
pub(super) async fn end(keeper: &KeeperClient, desks: &Desks, before: Before) {
    if let Some(axum::Extension(visitor)) = before {
        end_of(keeper, desks, &visitor).await;
    }
}

/// Without the keeper the browser forgets the session all the same, and the
/// keeper ends it when it has not been used for its time.
async fn end_of(keeper: &KeeperClient, desks: &Desks, visitor: &Visitor) {
    desks.clear(visitor.session());
    if keeper.sign_out(visitor.bearer().token()).await.is_err() {
        log::warn!("pages: a session was left and the keeper could not be told");
    }
}

fn left(to: &str) -> Response {
    let mut response = see_other(to);
    let headers = response.headers_mut();
    cookie::clear_session(headers);
    headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
    response
}

fn is_from_here(headers: &HeaderMap) -> bool {
    let site = headers.get(SEC_FETCH_SITE);
    site.is_none_or(|site| site == "same-origin" || site == "none")
}

fn page(unused: bool) -> Page {
    let title = "You have been signed out";
    let content = html! {
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" {
            @if unused {
                "You were signed out because you did not use the service for a while, or you \
                had been signed in for a long time. "
            }
            "Nothing you were looking at is still on this device."
        }
        @if unused {
            p class="govuk-body" { "What you typed and did not send is lost." }
        }
        (Button::link("Sign back in", "/sign-in").render())
    };
    Page::new(title, content)
}
