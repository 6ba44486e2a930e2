//! What the pages of a day work with, and the one way they look: one question
//! for the whole list, one entry.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use firebox_protocol::{Ask, Query};
use jiff::civil::Date;

use super::day::{Day, Visit, Waiting};
use crate::api::look_up_visits::{LookedDay, look_at};
use crate::pages::address::VISIT;
use crate::pages::desk::Once;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};

impl Room {
    /// Looks once for the whole list; the entry is made before the answer comes.
    pub(super) async fn look_at_day(
        &self,
        visitor: &Visitor,
        day: Date,
        list: &[Visit],
    ) -> Result<LookedDay, Problem> {
        let places = list.iter().enumerate();
        let visits = places.map(|(at, visit)| visit.asked(at + 1)).collect();
        let query = Query {
            purpose: VISIT.to_owned(),
            reference: None,
            ask: Ask::Visits { date: day, visits },
        };
        look_at(
            &self.keeper,
            &self.store,
            &self.words,
            visitor.bearer(),
            &query,
        )
        .await
    }

    /// Gives the list of a day and the answer that waits for it; none: there
    /// is no such list on the desk.
    pub(super) fn take_day(
        &self,
        visitor: &Visitor,
        day: Date,
    ) -> Option<(Vec<Visit>, Option<Waiting>)> {
        self.at(visitor, |desk| {
            let known = desk.days.get_mut(&day.to_string())?;
            Some((known.list.clone(), known.take_waiting()))
        })
    }

    /// Asks about a day and lays the answer ready for the page that shows it.
    /// `mark` says on the day what the answer is for. None: there is no such list.
    pub(super) async fn look_ahead(
        &self,
        visitor: &Visitor,
        day: Date,
        again: bool,
        mark: impl FnOnce(&mut Day, &LookedDay),
    ) -> Result<Option<()>, Problem> {
        let Some((list, _)) = self.take_day(visitor, day) else {
            return Ok(None);
        };
        let looked = self.look_at_day(visitor, day, &list).await?;
        Ok(self.at(visitor, |desk| {
            let known = desk.days.get_mut(&day.to_string())?;
            // Another tab may have sent another list meanwhile.
            if known.list == list {
                mark(known, &looked);
                known.waiting = Some(Once::new(Waiting { looked, again }));
            }
            Some(())
        }))
    }
}

/// The day in a path, `YYYY-MM-DD` and in no other form.
pub(super) struct Named(pub(super) Date);

/// The day in a path and the place of a visit in its list, counted from 1.
pub(super) struct Place(pub(super) Date, pub(super) usize);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Path::<String>::from_request_parts(head, state).await;
        let text = read.map(|Path(text)| text).unwrap_or_default();
        day(&text).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Path::<(String, String)>::from_request_parts(head, state).await;
        let (text, place) = read.map(|Path(both)| both).unwrap_or_default();
        let place = place.parse().map_err(|_| Problem::new(Kind::NotFound))?;
        Ok(Self(day(&text)?, place))
    }
}

fn day(text: &str) -> Result<Date, Problem> {
    let day = text.parse::<Date>().ok();
    let day = day.filter(|day| day.to_string() == text);
    day.ok_or(Problem::new(Kind::NotFound))
}
