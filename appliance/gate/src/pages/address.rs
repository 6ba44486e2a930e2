//! `/address/{token}`: the warnings of one address, what to do about each and
//! whom to ask.
//!
//! What it is not: a search; the token names one property in one session. The
//! invariant: "No warnings recorded" stands on it only when [`known`] proved
//! that every service said so.

pub(super) mod known;
mod look;
mod sheet;
pub(super) mod unsure;

use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::routing::get;
use firebox_protocol::PropertyBy;

use super::ask::{self, Shown};
use super::check::{self, Checked};
use super::desk::{Desk, Once};
use super::note;
use super::page::Page;
use super::parts::Again;
use super::route::{OFFICERS, Route};
use super::visitor::Visitor;
use crate::answer::found::{Found, Match};
use crate::api::look_up_property::Looked;
use crate::pages::room::Room;
use crate::problem::{Kind, Problem};

pub(super) use look::VISIT;
pub(super) use sheet::heading;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::new("/address/{token}", OFFICERS, get(open))]
}

/// An answer about an address that waits for its page.
pub(super) struct Waiting(Once<Looked>);

/// What stands in a path after the page's name. Whether it names anything, the
/// desk or the key says.
pub(super) struct Token(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Path::<String>::from_request_parts(head, state).await;
        read.map(|Path(text)| Self(text))
            .map_err(|_| Problem::new(Kind::NotFound))
    }
}

/// Gives the address of an answer that is about exactly one, warnings and all.
pub(super) fn the_one(found: &Found) -> Option<&Match> {
    match found.matches.as_slice() {
        [one] if one.flags.is_some() && !found.choose && !found.more => Some(one),
        _ => None,
    }
}

/// Lays an answer ready for the page of its one address and gives the page's
/// path; gives the answer back when it is not about exactly one.
pub(super) fn lay_ready(desk: &mut Desk, looked: Looked) -> Result<String, Box<Looked>> {
    let Some(one) = the_one(&looked.found) else {
        return Err(Box::new(looked));
    };
    let (uprn, path) = (one.uprn.clone(), path_of(&one.property));
    desk.addresses.put(uprn, Waiting(Once::new(looked)));
    Ok(path)
}

/// Gives the path of an address's page, by the property's handle.
pub(super) fn path_of(property: &str) -> String {
    format!("/address/{property}")
}

async fn open(
    State(room): State<Room>,
    visitor: Visitor,
    Token(token): Token,
) -> Result<Page, Problem> {
    let uprn = room.uprn(&visitor, &token)?;
    let waiting = room.at(&visitor, |desk| desk.addresses.take(&uprn.to_string()));
    let looked = match waiting.and_then(|Waiting(mut once)| once.take()) {
        Some(looked) => looked,
        None => {
            room.look_at_address(&visitor, PropertyBy::Uprn(uprn))
                .await?
        }
    };
    let Some(one) = the_one(&looked.found) else {
        return check::nothing_to_show(&room, &visitor, (&looked, &uprn.to_string()));
    };
    let path = path_of(&token);
    let again = room.at(&visitor, |desk| {
        check::remember(desk, Checked::of(one));
        remember_warnings(&room, &visitor, desk, (&looked, one, &path))
    })?;
    sheet::page(&room, &visitor, (&looked, one), &path, &again)
}

/// Lays every warning on the desk, for the pages about its sealed note, and
/// gives the releases that can be opened once more.
fn remember_warnings(
    room: &Room,
    visitor: &Visitor,
    desk: &mut Desk,
    (looked, one, path): (&Looked, &Match, &str),
) -> Result<sheet::Releases, Problem> {
    let flags = one.flags.as_deref().unwrap_or_default();
    let address = sheet::heading(one);
    let shown = Shown {
        address: &address,
        on: path,
        purpose: VISIT,
        reference: &looked.reference,
    };
    ask::lay(desk, (&room.words, visitor), flags, shown)?;
    let mut releases = sheet::Releases::new();
    for flag in flags {
        let name = ask::name_of(&room.words, visitor, &flag.flag)?;
        let again = note::standing(desk, &name, looked.at).and_then(again);
        releases.extend(again.map(|again| (flag.flag.clone(), again)));
    }
    Ok(releases)
}

fn again(release: &note::Release) -> Option<Again> {
    Some(Again {
        release: release.reference.clone(),
        asked: release.released_at?,
    })
}
