//! One person, as an adviser is shown them.
//!
//! ```text
//! statements --> withheld? --> values compared, tries counted --> lists --> hidden --> answer
//! ```
//!
//! What it is: every service's statement side by side, with as much of it as
//! may be shown. What it is not: it finds nobody, decides no join and makes no
//! words. The invariants: what is hidden is never in an answer, and the answer
//! has the same shape as one that hides nothing; whoever may not be shown is
//! not there; wrong tries close a person to a session, and no right one opens
//! them again.

mod answer;
mod confirm;
mod hidden;
mod lists;
mod near;
mod places;
mod reach;
mod rows;
mod said;
mod tries;
mod words;

use firebox_protocol::answer::{Answer, Freshness};
use firebox_protocol::query::View;
use firebox_protocol::{Code, Refusal};
use rusqlite::Connection;

use crate::corrections;
use crate::database::DatabaseError;
use crate::people;
use crate::property::Known;
use crate::sources;

use answer::{Around, Confirming, Scene};
use near::{joins, unread};
use places::Places;
use tries::Tries;

/// Shows people, and counts wrong tries to confirm who is calling.
#[derive(Default)]
pub(crate) struct Views {
    tries: Tries,
}

/// Who looks, and what the answer stands on besides the file's rows.
pub(crate) struct Looking<'a> {
    pub(crate) known: &'a Known<'a>,
    /// SHA-256 of the session's token.
    pub(crate) session: [u8; 32],
    pub(crate) now_boottime_ms: u64,
}

impl Views {
    /// Answers one view.
    ///
    /// # Errors
    /// `NotFound` for an unknown id, for one that is no person and for somebody
    /// who is withheld; `NotConfirmed` once three wrong tries are used.
    pub(crate) fn view(
        &self,
        reader: &Connection,
        looking: &Looking<'_>,
        view: &View,
    ) -> Result<Answer, Refusal> {
        let ids = people::person_of(reader, view.person).map_err(unreadable)?;
        let told = rows::load(reader, looking.known.settings, &ids).map_err(unreadable)?;
        let today = looking.known.today();
        let is_person = told.iter().any(|one| one.record == view.person);
        if !is_person || told.iter().any(|one| one.withheld_on(today)) {
            return Err(Code::NotFound.into());
        }
        let places = Places::load(reader, &told).map_err(unreadable)?;
        let scene = Scene {
            told: &told,
            places: &places,
            vocabulary: looking.known.vocabulary,
            duty_line: &looking.known.settings.duty_line,
            today,
        };
        let confirming = self.confirm(&scene, looking, view)?;
        let around = around(reader, looking.known, &scene).map_err(unreadable)?;
        let answer = scene.answer(&view.caller, confirming, around);
        Ok(Answer::Person(Box::new(answer)))
    }

    fn confirm(
        &self,
        scene: &Scene<'_>,
        looking: &Looking<'_>,
        view: &View,
    ) -> Result<Confirming, Refusal> {
        let compared = scene.compared(&view.confirmed);
        let ids: Vec<i64> = scene.told.iter().map(|one| one.record).collect();
        let tries_left = self
            .tries
            .judge(
                &looking.session,
                &ids,
                compared.wrong,
                looking.now_boottime_ms,
            )
            .ok_or(Code::NotConfirmed)?;
        Ok(Confirming {
            given: view.confirmed.given(),
            matched: compared.matched,
            tries_left,
        })
    }

    /// Tells whether a person is closed to a session; nothing is raised about
    /// them there either.
    ///
    /// # Errors
    /// `NotConfirmed` when they are.
    pub(crate) fn is_open(
        &self,
        reader: &Connection,
        session: &[u8; 32],
        person: i64,
        now_boottime_ms: u64,
    ) -> Result<(), Refusal> {
        let ids = people::person_of(reader, person).map_err(unreadable)?;
        let left = self.tries.judge(session, &ids, false, now_boottime_ms);
        left.map(drop).ok_or_else(|| Code::NotConfirmed.into())
    }
}

fn around(
    reader: &Connection,
    known: &Known<'_>,
    scene: &Scene<'_>,
) -> Result<Around, DatabaseError> {
    let ids: Vec<i64> = scene.told.iter().map(|one| one.record).collect();
    let sources = sources::services(known.settings, &known.feeds, known.now);
    let fresh = sources
        .iter()
        .all(|service| service.state == Freshness::Fresh);
    Ok(Around {
        corrections: corrections::of_statements(reader, &ids, known.now)?,
        joined: joins(reader, scene.told)?,
        complete: fresh && !unread(reader, scene.told, scene.places)?,
        sources,
    })
}

fn unreadable(error: DatabaseError) -> Refusal {
    log::error!("a person was not shown: {error}");
    Code::NotReady.into()
}
