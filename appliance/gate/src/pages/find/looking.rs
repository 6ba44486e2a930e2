//! `POST /find`: one search, one entry. Its answer waits for the page it leads
//! to, which asks, and is logged, for itself when it is opened again.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{FromRef, State};
use axum::response::{IntoResponse, Response};
use firebox_protocol::answer::Answer;
use firebox_protocol::person::{PersonHint, Why};
use firebox_protocol::{Ask, PersonBy, Query};
use jiff::Timestamp;
use jiff::civil::Date;
use zeroize::Zeroizing;

use super::boxes::{BOX, CALL};
use super::fields::{self, BY, SEPARATE};
use super::opened::Desktop;
use super::recognise::{Lack, Understood, recognise};
use super::search::Search;
use crate::answer::{self, People, Writer};
use crate::ask::ask;
use crate::components::Errors;
use crate::keeper_client::KeeperClient;
use crate::pages::desk::{Desk, Desks, Once};
use crate::pages::form::{Fields, Form};
use crate::pages::page::see_other;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};
use crate::rooms::{Rooms, Words};
use crate::store_client::StoreClient;

/// What callers are searched for: the policy's code.
const PURPOSE: &str = "call";
/// The names under which a page asks for another way of the same search.
pub(super) const AGAIN: &str = "again";
pub(super) const WAY: &str = "way";

/// Whom a search asks, and what makes its words.
#[derive(Clone)]
pub(super) struct Asking {
    keeper: KeeperClient,
    store: StoreClient,
    pub(super) words: Arc<Words>,
}

/// What a search found.
pub(super) struct Looked {
    pub(super) people: People,
    /// Of each match, whether it is exactly what was typed.
    pub(super) exact: Vec<bool>,
    /// Whether there were more than may be given.
    pub(super) more: bool,
    /// The reference that stands in the entry.
    pub(super) reference: String,
    /// The store's ids of the matches.
    pub(super) found: Vec<u64>,
}

/// What is to be searched for.
struct Wanted {
    understood: Understood,
    way: usize,
    typed: Zeroizing<String>,
    reference: Option<String>,
    /// Whether the call a telephone system announced is this one.
    takes_call: bool,
}

/// Searches.
pub(super) async fn post(
    State(asking): State<Asking>,
    State(desks): State<Arc<Desks>>,
    Form { visitor, fields }: Form,
) -> Result<Response, Problem> {
    let today = asking.words.calendar.day(Timestamp::now());
    let wanted = desks.at(visitor.session(), |desk| Wanted::of(&fields, desk, today))?;
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(errors) => return refused(&asking, &desks, &visitor, &fields, errors),
    };
    let by = wanted.understood.ways.get(wanted.way);
    let by = by.ok_or(Problem::new(Kind::NotFound))?;
    let looked = asking.look(&visitor, by, wanted.reference.clone()).await?;
    let token = desks.at(visitor.session(), |desk| {
        if wanted.takes_call {
            desk.popped = None;
        }
        desk.searches.add(wanted.searched(looked))
    })?;
    Ok(see_other(&format!("/find/{token}")))
}

fn refused(
    asking: &Asking,
    desks: &Desks,
    visitor: &Visitor,
    fields: &Fields,
    errors: Errors,
) -> Result<Response, Problem> {
    let calendar = &asking.words.calendar;
    let desktop = desks.at(visitor.session(), |desk| Desktop::of(desk, calendar));
    let page = desktop.page(&asking.words, visitor, fields, errors)?;
    Ok(page.into_response())
}

impl Wanted {
    /// Reads what a form wants; `Err`: a search that is gone.
    fn of(fields: &Fields, desk: &Desk, today: Date) -> Result<Result<Self, Errors>, Problem> {
        if !fields.get(AGAIN).is_empty() {
            return Self::again(fields, desk)
                .map(Ok)
                .ok_or(Problem::new(Kind::NotFound));
        }
        let understood = if fields.get(BY) == SEPARATE {
            fields::read(fields, today).map(|understood| (understood, fields::typed(fields)))
        } else {
            let typed = Zeroizing::new(fields.get(BOX).to_owned());
            in_the_box(&typed, today).map(|understood| (understood, typed))
        };
        let goes_on = desk.searches.get(fields.get(CALL));
        let popped = desk.popped.as_ref().filter(|popped| popped.is_new());
        let reference = match goes_on {
            Some(search) => Some(search.reference.clone()),
            None => popped.and_then(|popped| popped.call.clone()),
        };
        Ok(understood.map(|(understood, typed)| Self {
            understood,
            typed,
            way: 0,
            reference,
            takes_call: goes_on.is_none(),
        }))
    }

    /// The same search, read otherwise.
    fn again(fields: &Fields, desk: &Desk) -> Option<Self> {
        let search = desk.searches.get(fields.get(AGAIN))?;
        let way: usize = fields.get(WAY).parse().ok()?;
        let understood = Understood {
            ways: search.ways.clone(),
            given: search.given.clone(),
            no_nhs_number: search.no_nhs_number,
            lacks: None,
        };
        Some(Self {
            understood,
            way,
            typed: search.typed.clone(),
            reference: Some(search.reference.clone()),
            takes_call: false,
        })
    }

    fn searched(self, looked: Looked) -> Search {
        Search {
            given: self.understood.given,
            reference: looked.reference.clone(),
            ways: self.understood.ways,
            way: self.way,
            typed: self.typed,
            no_nhs_number: self.understood.no_nhs_number,
            found: looked.found.clone(),
            answer: Once::new(looked),
            used: Cell::new(Instant::now()),
        }
    }
}

fn in_the_box(typed: &str, today: Date) -> Result<Understood, Errors> {
    let understood = recognise(typed, today);
    let Some(lack) = understood.lacks else {
        return Ok(understood);
    };
    let words = match lack {
        Lack::Anything => "Enter a phone number, name, postcode, NHS number or reference",
        Lack::Brevity => "Enter fewer words",
        Lack::OneMoreThing => "Add one more thing: a date of birth, postcode or phone number",
        Lack::Name => "Add a name to the date of birth or postcode",
        Lack::WholePostcode => "Enter a full postcode, like NB1 4QX",
        Lack::WholeDate => "Enter the whole date of birth, like 4/3/1961",
        Lack::RealDate => "Enter a real date of birth, like 4/3/1961",
    };
    Err(Errors::one(BOX, words))
}

impl Asking {
    /// Asks who may be meant; the look is logged first.
    pub(super) async fn look(
        &self,
        visitor: &Visitor,
        by: &PersonBy,
        reference: Option<String>,
    ) -> Result<Looked, Problem> {
        let query = Query {
            purpose: PURPOSE.to_owned(),
            reference,
            ask: Ask::Person(by.clone()),
        };
        let answered = ask(&self.keeper, &self.store, visitor.bearer(), &query).await?;
        let Answer::People(answer) = answered.answer else {
            return Err(Problem::new(Kind::Unexpected));
        };
        let writer = Writer::new(
            &self.words,
            visitor.session(),
            Timestamp::now(),
            &answered.standing,
        );
        let shown = if answer.more {
            &[]
        } else {
            answer.matches.as_slice()
        };
        Ok(Looked {
            exact: shown.iter().map(is_exact).collect(),
            found: shown
                .iter()
                .map(|hint| hint.person.cast_unsigned())
                .collect(),
            more: answer.more,
            reference: answered.reference,
            people: writer.people(answer, answer::Asked::of(by))?,
        })
    }
}

/// Whether somebody is exactly who was typed, and not only near.
fn is_exact(hint: &PersonHint) -> bool {
    let own = hint.why.iter().any(|why| matches!(why, Why::OwnPhone(_)));
    let near = hint.why.iter().any(|why| {
        matches!(
            why,
            Why::KnownAs | Why::NearName | Why::SoundsLike | Why::OldPostcode | Why::PhoneOf(_)
        )
    });
    own || !near
}

impl FromRef<Rooms> for Asking {
    fn from_ref(rooms: &Rooms) -> Self {
        Self {
            keeper: KeeperClient::from_ref(rooms),
            store: StoreClient::from_ref(rooms),
            words: Arc::<Words>::from_ref(rooms),
        }
    }
}
