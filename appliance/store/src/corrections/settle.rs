//! Settles corrections whose service's feed shows a change, in the batch's own
//! transaction: no answer is given in which the field is changed and the
//! correction still waits.
//!
//! A hold that two persons apply is looked at with the feed's next batch, be it
//! only a heartbeat.

use firebox_protocol::Settings;
use firebox_protocol::answer::Progress;
use firebox_protocol::settings::Service;
use jiff::Timestamp;
use rusqlite::Connection;

use super::judge;
use super::rows;
use super::whom::Search;
use crate::database::DatabaseError;

/// Looks at what is open with a service after a batch of it was applied. Where
/// nothing is, it costs one probe of an index.
pub(crate) fn after_batch(
    change: &Connection,
    settings: &Settings,
    service: &Service,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    let search = Search {
        connection: change,
        settings,
        today: now.to_zoned(jiff::tz::TimeZone::UTC).date(),
    };
    let mut settled = 0_usize;
    for open in judge::open(change, &service.id)? {
        if open.is_settled(change, &search, service)? {
            rows::advance(change, open.sent, Progress::Settled, now)?;
            settled += 1;
        }
    }
    if settled > 0 {
        log::info!("{settled} corrections are settled by a feed");
    }
    Ok(())
}
