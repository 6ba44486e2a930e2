//! The door of every page: who comes, whether they may, and the frame round
//! what they get.
//!
//! cookie -> whose session -> role -> the page -> frame, or the page of a refusal

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use super::cookie;
use super::document::Document;
use super::page::{Unframed, see_other};
use super::route::{Route, Who};
use super::visitor::Visitor;
use super::{Council, all, asset, problem_page};
use crate::headers::Sort;
use crate::keeper_client::KeeperClient;
use crate::problem::{Kind, Problem};
use crate::rooms::{Rooms, Words};

/// What the door of a page needs.
#[derive(Clone)]
struct Door {
    who: Who,
    keeper: KeeperClient,
    words: Arc<Words>,
    council: Arc<Council>,
}

/// Adds every page to the router of the public listener.
pub(crate) fn router(rooms: &Rooms) -> Router<Rooms> {
    all().into_iter().fold(Router::new(), |router, route| {
        let Route { path, who, methods } = route;
        let door = Door::of(who, rooms);
        let methods = methods.fallback(|| async { Problem::new(Kind::WrongMethod) });
        router.route(path, methods.layer(from_fn_with_state(door, guard)))
    })
}

impl Door {
    fn of(who: Who, rooms: &Rooms) -> Self {
        use axum::extract::FromRef;
        Self {
            who,
            keeper: KeeperClient::from_ref(rooms),
            words: Arc::<Words>::from_ref(rooms),
            council: Arc::<Council>::from_ref(rooms),
        }
    }

    /// Puts the frame round a page, or makes the page of a refusal.
    fn frame(&self, mut response: Response, visitor: Option<&Visitor>, asked: &Asked) -> Response {
        let document = Document {
            council: &self.council,
            words: &self.words,
            visitor,
            path: &asked.path,
            takes_gzip: asked.takes_gzip,
        };
        if let Some(Unframed(page)) = response.extensions_mut().remove::<Unframed>() {
            return document.written(&page, response);
        }
        if let Some(problem) = response.extensions_mut().remove::<Problem>() {
            let page = problem_page::of(&problem, &document);
            let framed = document.written(&page, page.status.into_response());
            return with_retry(framed, &problem);
        }
        response
    }
}

async fn guard(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let found = Visitor::of(request.headers(), &door.keeper).await;
    let (visitor, away) = match found {
        Ok(visitor) => (visitor, None),
        Err(problem) => (None, Some(problem)),
    };
    let response = match door.admits(visitor.as_ref(), away) {
        Ok(()) => {
            if let Some(visitor) = visitor.clone() {
                request.extensions_mut().insert(visitor);
            }
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    };
    let ended = response
        .extensions()
        .get::<Problem>()
        .is_some_and(|problem| {
            problem.kind.asks_for_session() && problem.kind != Kind::SignInWrong
        });
    if ended {
        return signed_out(asked.came);
    }
    let mut response = door.frame(response, visitor.as_ref(), &asked);
    if response.extensions().get::<Sort>().is_none() {
        response.extensions_mut().insert(Sort::Page);
    }
    response
}

impl Door {
    fn admits(&self, visitor: Option<&Visitor>, away: Option<Problem>) -> Result<(), Problem> {
        match (self.who, visitor, away) {
            // Help and sign-in are there also while the keeper is away.
            (Who::Anyone, ..) => Ok(()),
            (_, None, Some(problem)) => Err(problem),
            (_, None, None) => Err(Problem::new(Kind::NotSignedIn)),
            (Who::SignedIn, Some(_), _) => Ok(()),
            (Who::Roles(roles), Some(visitor), _) => {
                let may = roles.iter().any(|role| visitor.is(role));
                may.then_some(()).ok_or(Problem::new(Kind::NotAllowed))
            }
        }
    }
}

/// What is kept of a request while its page is made.
struct Asked {
    path: String,
    takes_gzip: bool,
    came: Came,
}

impl Asked {
    fn of(request: &Request) -> Self {
        Self {
            path: request.uri().path().to_owned(),
            takes_gzip: asset::takes_gzip(request.headers()),
            came: Came::with(request.headers()),
        }
    }
}

/// What a browser came with that is not signed in.
#[derive(Clone, Copy)]
enum Came {
    /// No session.
    New,
    /// One that has ended.
    Late,
    /// One that its owner ended, here.
    Left,
}

impl Came {
    fn with(headers: &HeaderMap) -> Self {
        match cookie::read(headers, cookie::SESSION) {
            None => Came::New,
            Some(_) if cookie::was_left(headers) => Came::Left,
            Some(_) => Came::Late,
        }
    }
}

/// Leads to where one signs in; a session that ended is told so.
fn signed_out(came: Came) -> Response {
    let mut response = match came {
        Came::New => see_other("/sign-in"),
        Came::Left => see_other("/signed-out"),
        Came::Late => {
            let mut response = see_other("/signed-out?why=time");
            cookie::clear_session(response.headers_mut());
            response
        }
    };
    response.extensions_mut().insert(Sort::Page);
    response
}

fn with_retry(mut response: Response, problem: &Problem) -> Response {
    if let Some(seconds) = problem.retry_after_seconds {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
