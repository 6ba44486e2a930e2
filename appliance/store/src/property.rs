//! Answers for one address: which it is, what must be known about it, and
//! whether that is all.
//!
//! The invariant: "complete" is said only of one known address, with every
//! service fresh and nothing unread about it.

use std::sync::Arc;

use firebox_contract::Vocabulary;
use firebox_protocol::answer::{FeedState, Freshness, PropertyAnswer, PropertyMatch, ServiceState};
use firebox_protocol::{PropertyBy, Settings};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Connection;

use crate::address::{self, Address};
use crate::corrections;
use crate::database::DatabaseError;
use crate::sources::{self, FeedView};
use crate::warnings::Look;

/// What an answer stands on besides the file's rows.
pub(crate) struct Known<'a> {
    pub(crate) settings: &'a Settings,
    /// The box's vocabulary.
    pub(crate) vocabulary: &'a Vocabulary,
    /// The feeds, as they were before the rows are read.
    pub(crate) feeds: Arc<Vec<FeedView>>,
    pub(crate) now: Timestamp,
}

impl Known<'_> {
    /// Gives the state of every feed.
    pub(crate) fn sources(&self) -> Vec<FeedState> {
        sources::feeds(self.settings, &self.feeds, self.now)
    }

    /// Gives the day a warning must still be in force on.
    pub(crate) fn today(&self) -> Date {
        // The day in UTC is never ahead of the day in London, so nothing ends early.
        self.now.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// Answers for an address, with at most so many to choose from.
    pub(crate) fn property(
        &self,
        reader: &Connection,
        by: &PropertyBy,
        rows: usize,
    ) -> Result<PropertyAnswer, DatabaseError> {
        let sources = sources::services(self.settings, &self.feeds, self.now);
        let found = address::find(reader, by, rows)?;
        let addresses = found
            .uprns
            .iter()
            .map(|uprn| address::load(reader, *uprn))
            .collect::<Result<Vec<_>, _>>()?;
        let addresses = match <[Address; 1]>::try_from(addresses) {
            Ok([address]) if !found.more => return self.one(reader, address, sources),
            Ok(one) => Vec::from(one),
            Err(several) => several,
        };
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
        address: Address,
        sources: Vec<ServiceState>,
    ) -> Result<PropertyAnswer, DatabaseError> {
        let around = Look::new(reader, self.settings, self.today()).around(&address)?;
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
        let mut one = to_choose(address)?;
        let mut flags = around.flags;
        corrections::of_flags(reader, &mut flags)?;
        one.flags = Some(flags);
        one.notices = around.notices;
        one.reports = corrections::reports_at(reader, one.uprn.number())?;
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
        reports: Vec::new(),
    })
}
