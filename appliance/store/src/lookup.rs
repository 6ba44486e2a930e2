//! Answers questions that the keeper permitted.
//!
//! ```text
//! permits checked, used --> answers made --> keeper told what is shown --> answers given
//! ```
//!
//! The invariant: no answer leaves before the keeper was told what is in it. An
//! envelope shows nothing: the keeper opens it, and writes its own entry then.

use std::sync::{Arc, PoisonError, RwLock};

use firebox_protocol::answer::Answer;
use firebox_protocol::mac::MacKey;
use firebox_protocol::query::{About, Correct};
use firebox_protocol::store_keeper::Request;
use firebox_protocol::{Ask, Code, Permit, Refusal};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::attest;
use crate::clock::Clock;
use crate::corrections::Corrections;
use crate::database::{Database, DatabaseError};
use crate::envelope::{self, Bearer};
use crate::feed;
use crate::hold;
use crate::keeper_client::{Away, KeeperClient};
use crate::moment::Moment;
use crate::people;
use crate::permits::{Permits, Permitted};
use crate::property::Known;
use crate::question::Question;
use crate::shown::{confirmed, shown};
use crate::sources::FeedView;
use crate::taken::Desk;
use crate::view::{Looking, Views};

/// What is known of the feeds, read once after each write and not once a query.
pub(crate) struct Feeds {
    desk: Arc<Desk>,
    views: RwLock<Arc<Vec<FeedView>>>,
}

impl Feeds {
    /// Knows no feed before the first reading.
    pub(crate) fn new(desk: &Arc<Desk>) -> Self {
        Self {
            desk: Arc::clone(desk),
            views: RwLock::default(),
        }
    }

    /// Reads the feeds as they now are.
    pub(crate) fn refresh(&self, connection: &Connection) -> Result<(), DatabaseError> {
        let views = Arc::new(feed::views(connection, &self.desk.settings)?);
        *self.views.write().unwrap_or_else(PoisonError::into_inner) = views;
        Ok(())
    }

    /// Gives them.
    pub(crate) fn views(&self) -> Arc<Vec<FeedView>> {
        Arc::clone(&self.views.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Where queries are answered.
pub(crate) struct LookUps {
    pub(crate) database: Arc<Database>,
    pub(crate) keeper: Arc<KeeperClient>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) permits: Permits,
    /// Shared with the keeper, for its eyes.
    pub(crate) slip_key: Arc<MacKey>,
    pub(crate) feeds: Arc<Feeds>,
    pub(crate) clock: Clock,
    pub(crate) views: Views,
    pub(crate) corrections: Corrections,
}

impl LookUps {
    /// Answers questions on a reader's connection, all of one moment of the
    /// file, and tells the keeper of all of them at once.
    pub(crate) fn answer(
        &self,
        reader: &Connection,
        questions: &[Question],
    ) -> Vec<Result<Answer, Refusal>> {
        let admitted: Vec<_> = questions.iter().map(|asked| self.admit(asked)).collect();
        let (answers, told) = self.make_all(reader, &admitted);
        match self.keeper.tell(&told) {
            Ok(()) => answers,
            Err(Away) => answers.iter().map(|_| Err(Code::NotReady.into())).collect(),
        }
    }

    fn admit(&self, question: &Question) -> Result<Permitted, Refusal> {
        if !self.keeper.is_ready() {
            return Err(Code::NotReady.into());
        }
        let now_ms = self.clock.boottime_ms();
        let permitted = self
            .permits
            .admit(&question.permit, &question.query, now_ms)?;
        self.database.saw_log_index(permitted.permit.log_index);
        Ok(permitted)
    }

    fn make_all(
        &self,
        reader: &Connection,
        admitted: &[Result<Permitted, Refusal>],
    ) -> (Vec<Result<Answer, Refusal>>, Vec<Request>) {
        // Services first: a batch applied in between makes an answer newer than they say, never older.
        let known = Known {
            settings: &self.desk.settings,
            vocabulary: self.desk.rules.vocabulary(),
            feeds: self.feeds.views(),
            now: self.clock.now(),
        };
        // One read transaction, so that an address and its warnings are of one moment.
        let moment = Moment::start(reader).map_err(unreadable);
        let mut told = Vec::with_capacity(admitted.len());
        let mut make = |permitted: &Permitted| {
            let moment = moment.as_ref().map_err(Refusal::clone)?;
            let answer = self.make(moment, permitted, &known)?;
            told.extend(to_tell(moment, permitted, &answer).map_err(unreadable)?);
            Ok(answer)
        };
        let answers = admitted
            .iter()
            .map(|permitted| make(permitted.as_ref().map_err(Refusal::clone)?))
            .collect();
        (answers, told)
    }

    fn make(
        &self,
        moment: &Moment<'_>,
        permitted: &Permitted,
        known: &Known<'_>,
    ) -> Result<Answer, Refusal> {
        let property = |by| {
            known
                .property(moment, by, permitted.rows())
                .map_err(unreadable)
        };
        match &permitted.query.ask {
            Ask::Property(by) => property(by).map(Answer::Property),
            Ask::Visits { visits, .. } => {
                let answers = visits.iter().map(|visit| property(&visit.at));
                Ok(Answer::Visits(answers.collect::<Result<_, _>>()?))
            }
            Ask::Person(by) => people::search(moment, known, permitted, by)
                .map(Answer::People)
                .map_err(unreadable),
            Ask::View(view) => {
                let looking = Looking {
                    known,
                    session: permitted.permit.session,
                    now_boottime_ms: self.clock.boottime_ms(),
                };
                self.views.view(moment, &looking, view)
            }
            Ask::Correct(_) | Ask::Report(_) => {
                // Who could not say who they are puts nothing right either.
                if let Ask::Correct(Correct {
                    about: About::Person(person),
                    ..
                }) = permitted.query.ask
                {
                    let now_ms = self.clock.boottime_ms();
                    self.views
                        .is_open(moment, &permitted.permit.session, person, now_ms)?;
                }
                self.corrections.raise(moment, permitted, known.now)
            }
            Ask::Correction(reference) => self.corrections.state(moment, reference),
            Ask::Sources => Ok(Answer::Sources(known.sources())),
            Ask::Envelope { record } => self.envelope(moment, *record, &permitted.permit, known),
            Ask::DecideHold { hold, apply } => self.decide(*hold, *apply, known.now),
        }
    }

    fn envelope(
        &self,
        moment: &Moment<'_>,
        record: i64,
        permit: &Permit,
        known: &Known<'_>,
    ) -> Result<Answer, Refusal> {
        let bearer = Bearer {
            session: permit.session,
            now_boottime_ms: self.clock.boottime_ms(),
        };
        envelope::find(moment, record, known.today(), &bearer, &self.slip_key)
            .map_err(unreadable)?
            .map(Answer::Envelope)
            .ok_or_else(|| Code::NotFound.into())
    }

    fn decide(&self, hold: u64, apply: bool, now: Timestamp) -> Result<Answer, Refusal> {
        let owed = hold::decide(&self.database, &self.desk, hold, apply, now)?;
        // Not in the reader's moment, which may be of before.
        let read = self.database.reader();
        read.and_then(|reader| self.feeds.refresh(&reader))
            .map_err(unreadable)?;
        // Decided and on disk; a keeper that is away gets it when it is back.
        if attest::attest(&self.database, &self.keeper, owed).is_err() {
            log::warn!("hold {hold} is decided and not yet attested");
        }
        Ok(Answer::HoldDecided)
    }
}

/// Gives what the keeper is told of an answer; none where it shows nothing.
fn to_tell(
    moment: &Moment<'_>,
    permitted: &Permitted,
    answer: &Answer,
) -> Result<Option<Request>, DatabaseError> {
    let shown = shown(moment, answer)?;
    Ok(shown.map(|shown| Request::Shown {
        permit: permitted.permit.id,
        shown,
        confirmed: confirmed(answer),
    }))
}

fn unreadable(error: DatabaseError) -> Refusal {
    log::error!("a query was not answered: {error}");
    Code::NotReady.into()
}
