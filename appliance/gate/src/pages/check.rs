//! `/check`: an address before a visit.
//!
//! What it is not: no page here shows a warning. One address leads to its own
//! page; several are chosen from; and where none is found, nothing was checked,
//! which is said first.

mod natural;
pub(super) mod read;
mod results;
mod search;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use firebox_protocol::PropertyBy;

use super::address::{self, Token};
use super::desk::{Desk, Once};
use super::form::Form;
use super::page::{Page, see_other};
use super::route::{OFFICERS, Route};
use super::visitor::Visitor;
use crate::answer::found::Match;
use crate::api::look_up_property::Looked;
use crate::components::Errors;
use crate::pages::room::Room;
use crate::problem::{Kind, Problem};

/// Addresses that are remembered as checked.
const REMEMBERED: usize = 5;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new("/check", OFFICERS, get(ask).post(look)),
        Route::new("/check/{token}", OFFICERS, get(show)),
    ]
}

/// A search for an address that did not lead to exactly one.
pub(super) struct Check {
    /// As it was typed, to be changed and tried again.
    typed: String,
    /// As it was understood.
    by: PropertyBy,
    /// The answer that the form asked for.
    waiting: Once<Looked>,
}

/// An address that was checked in this session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Checked {
    /// Its UPRN, as text.
    uprn: String,
    /// Its handle in this session.
    property: String,
    /// The address in one line.
    address: String,
}

impl Checked {
    /// Remembers an address that was shown.
    pub(super) fn of(one: &Match) -> Self {
        Self {
            uprn: one.uprn.clone(),
            property: one.property.clone(),
            address: address::heading(one),
        }
    }
}

/// Puts an address among those checked, the newest last; the oldest gives way.
pub(super) fn remember(desk: &mut Desk, checked: Checked) {
    desk.checked.retain(|known| known.uprn != checked.uprn);
    if desk.checked.len() >= REMEMBERED {
        desk.checked.remove(0);
    }
    desk.checked.push(checked);
}

/// Writes the page of an answer that is not about exactly one address, for a
/// page that asked by UPRN.
pub(super) fn nothing_to_show(
    room: &Room,
    visitor: &Visitor,
    (looked, uprn): (&Looked, &str),
) -> Result<Page, Problem> {
    let said = read::say(&read::read(uprn).map_err(|_| Problem::new(Kind::NotFound))?);
    results::page(room, visitor, (uprn, &said), looked)
}

async fn ask(State(room): State<Room>, visitor: Visitor) -> Result<Page, Problem> {
    search::page(&room, &visitor, "", Errors::default())
}

async fn look(State(room): State<Room>, form: Form) -> Result<Response, Problem> {
    let (visitor, typed) = (&form.visitor, form.fields.get(search::FIELD));
    let by = match read::read(typed) {
        Ok(by) => by,
        Err(words) => {
            let errors = Errors::one(search::FIELD, words);
            return Ok(search::page(&room, visitor, typed, errors)?.into_response());
        }
    };
    let looked = room.look_at_address(visitor, by.clone()).await?;
    let path = room.at(visitor, |desk| match address::lay_ready(desk, looked) {
        Ok(path) => Ok(path),
        Err(looked) => desk
            .checks
            .add(Check {
                typed: typed.to_owned(),
                by,
                waiting: Once::new(*looked),
            })
            .map(|token| format!("/check/{token}")),
    })?;
    Ok(see_other(&path))
}

async fn show(
    State(room): State<Room>,
    visitor: Visitor,
    Token(token): Token,
) -> Result<Response, Problem> {
    let known = room.at(&visitor, |desk| {
        let check = desk.checks.get_mut(&token)?;
        Some((check.typed.clone(), check.by.clone(), check.waiting.take()))
    });
    let (typed, by, waiting) = known.ok_or(Problem::new(Kind::NotFound))?;
    let said = read::say(&by);
    let looked = match waiting {
        Some(looked) => looked,
        None => room.look_at_address(&visitor, by).await?,
    };
    // Of what several matched earlier, one may be left by now.
    match room.at(&visitor, |desk| address::lay_ready(desk, looked)) {
        Ok(path) => Ok(see_other(&path)),
        Err(looked) => {
            results::page(&room, &visitor, (&typed, &said), &looked).map(Page::into_response)
        }
    }
}
