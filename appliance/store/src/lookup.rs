//! Answers a query that the keeper permitted.
//!
//! ```text
//! permit checked, used --> answer made --> keeper told what is shown --> answer given
//! ```
//!
//! The invariant: no answer leaves before the keeper was told what is in it,
//! and "complete" is said only of one known address, with every service fresh
//! and nothing unread about it.

use std::sync::{Arc, PoisonError, RwLock};

use firebox_protocol::answer::{Answer, Freshness, PropertyAnswer, PropertyMatch, ServiceState};
use firebox_protocol::store_keeper::{Request, ShownRecord};
use firebox_protocol::{Ask, Code, PropertyBy, Refusal};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::address::{self, Address};
use crate::attest;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError};
use crate::feed;
use crate::hold;
use crate::keeper_client::KeeperClient;
use crate::permits::{Permits, Permitted};
use crate::sources::{self, FeedView};
use crate::taken::Desk;
use crate::warnings::Look;

/// What is known of the feeds, read once after each write and not once a query.
#[derive(Default)]
pub(crate) struct Feeds(RwLock<Arc<Vec<FeedView>>>);

impl Feeds {
    /// Reads the feeds as they now are.
    pub(crate) fn refresh(&self, connection: &Connection) -> Result<(), DatabaseError> {
        let views = Arc::new(feed::views(connection)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = views;
        Ok(())
    }

    /// Gives them.
    pub(crate) fn views(&self) -> Arc<Vec<FeedView>> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Where queries are answered.
pub(crate) struct LookUps {
    pub(crate) database: Arc<Database>,
    pub(crate) keeper: Arc<KeeperClient>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) permits: Permits,
    pub(crate) feeds: Arc<Feeds>,
    pub(crate) clock: Clock,
}

impl LookUps {
    /// Answers a query on a reader's connection.
    pub(crate) fn answer(
        &self,
        reader: &Connection,
        permit: &[u8],
        query: &[u8],
    ) -> Result<Answer, Refusal> {
        if !self.keeper.is_ready() {
            return Err(Code::NotReady.into());
        }
        let permitted = self
            .permits
            .admit(permit, query, self.clock.boottime_ms())?;
        self.database.saw_log_index(permitted.permit.log_index);
        let answer = self.make(reader, &permitted)?;
        let shown = Request::Shown {
            permit: permitted.permit.id,
            shown: shown(&answer),
        };
        self.keeper
            .tell(&shown)
            .map_err(|_| Refusal::new(Code::NotReady))?;
        Ok(answer)
    }

    fn make(&self, reader: &Connection, permitted: &Permitted) -> Result<Answer, Refusal> {
        let now = self.clock.now();
        let rows = permitted.rows();
        match &permitted.query.ask {
            Ask::Property(by) => Ok(Answer::Property(self.property(reader, by, rows, now)?)),
            Ask::Visits { visits, .. } => {
                let answers = visits
                    .iter()
                    .map(|visit| self.property(reader, &visit.at, rows, now));
                Ok(Answer::Visits(answers.collect::<Result<_, _>>()?))
            }
            Ask::Sources => Ok(Answer::Sources(sources::feeds(
                &self.desk.settings,
                &self.feeds.views(),
                now,
            ))),
            Ask::DecideHold { hold, apply } => {
                let owed = hold::decide(&self.database, &self.desk, *hold, *apply, now)?;
                self.feeds.refresh(reader).map_err(unreadable)?;
                // Decided and on disk; a keeper that is away gets it when it is back.
                if attest::attest(&self.database, &self.keeper, owed).is_err() {
                    log::warn!("hold {hold} is decided and not yet attested");
                }
                Ok(Answer::HoldDecided)
            }
        }
    }

    fn property(
        &self,
        reader: &Connection,
        by: &PropertyBy,
        rows: usize,
        now: Timestamp,
    ) -> Result<PropertyAnswer, Refusal> {
        // Services first: a batch applied in between makes the answer newer than they say, never older.
        let sources = sources::services(&self.desk.settings, &self.feeds.views(), now);
        self.matches(reader, by, rows, now, sources)
            .map_err(unreadable)
    }

    fn matches(
        &self,
        reader: &Connection,
        by: &PropertyBy,
        rows: usize,
        now: Timestamp,
        sources: Vec<ServiceState>,
    ) -> Result<PropertyAnswer, DatabaseError> {
        // One read transaction, so that an address and its warnings are of one moment.
        let reader = reader.unchecked_transaction()?;
        let found = address::find(&reader, by, rows)?;
        let addresses = found
            .uprns
            .iter()
            .map(|uprn| address::load(&reader, *uprn))
            .collect::<Result<Vec<_>, _>>()?;
        if let [address] = addresses.as_slice()
            && !found.more
        {
            return self.one(&reader, address, now, sources);
        }
        let matches = addresses
            .into_iter()
            .map(to_choose)
            .collect::<Result<_, _>>()?;
        Ok(PropertyAnswer {
            matches,
            more: found.more,
            sources,
            complete: false,
        })
    }

    fn one(
        &self,
        reader: &Connection,
        address: &Address,
        now: Timestamp,
        sources: Vec<ServiceState>,
    ) -> Result<PropertyAnswer, DatabaseError> {
        // The day in UTC is never ahead of the day in London, so nothing ends early.
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let around = Look::new(reader, &self.desk.settings, today).around(address)?;
        if !address.known && around.flags.is_empty() && around.notices.is_empty() {
            return Ok(PropertyAnswer {
                matches: Vec::new(),
                more: false,
                sources,
                complete: false,
            });
        }
        let fresh = sources
            .iter()
            .all(|service| service.state == Freshness::Fresh);
        let complete = address.known && fresh && around.notices.is_empty();
        let mut one = to_choose(address.clone())?;
        one.flags = Some(around.flags);
        one.notices = around.notices;
        Ok(PropertyAnswer {
            matches: vec![one],
            more: false,
            sources,
            complete,
        })
    }
}

/// Gives an address without its warnings, for the caller to choose.
fn to_choose(address: Address) -> Result<PropertyMatch, DatabaseError> {
    let parent = address
        .parents
        .first()
        .map(|parent| address::uprn(*parent))
        .transpose()?;
    Ok(PropertyMatch {
        uprn: address::uprn(address.uprn)?,
        lines: address.lines,
        postcode: address.postcode,
        parent,
        flags: None,
        notices: Vec::new(),
    })
}

/// Lists what an answer shows of records. Nothing of several addresses is shown.
fn shown(answer: &Answer) -> Vec<ShownRecord> {
    let answers = match answer {
        Answer::Property(answer) => std::slice::from_ref(answer),
        Answer::Visits(answers) => answers.as_slice(),
        Answer::Sources(_) | Answer::HoldDecided => &[],
    };
    answers
        .iter()
        .flat_map(|answer| &answer.matches)
        .flat_map(shown_of)
        .collect()
}

fn shown_of(one: &PropertyMatch) -> Vec<ShownRecord> {
    let uprn = one.uprn.number();
    match one.flags.as_deref() {
        None => Vec::new(),
        Some([]) => vec![ShownRecord {
            uprn,
            record: None,
            version: 0,
        }],
        Some(flags) => flags
            .iter()
            .map(|flag| ShownRecord {
                uprn,
                record: Some(flag.record),
                version: flag.version,
            })
            .collect(),
    }
}

fn unreadable(error: DatabaseError) -> Refusal {
    log::error!("a query was not answered: {error}");
    Code::NotReady.into()
}
