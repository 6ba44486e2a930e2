//! Which feeds are one service's.
//!
//! What it is not: it is not kept; the settings say it, and they may change.

use std::collections::HashMap;

use firebox_protocol::Settings;
use rusqlite::Connection;

use crate::database::DatabaseError;

/// Which feeds are one service's.
#[derive(Debug, Default)]
pub(crate) struct Services {
    /// Source and number of the service, by the feed's id.
    feeds: HashMap<i64, (String, usize)>,
    services: Vec<Vec<i64>>,
}

impl Services {
    /// Reads the feeds; one that is no longer configured is a service by itself.
    pub(crate) fn load(
        connection: &Connection,
        settings: &Settings,
    ) -> Result<Self, DatabaseError> {
        let mut services = Self::default();
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut query = connection.prepare_cached("SELECT id, source FROM feed ORDER BY id")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (feed, source): (i64, String) = (row.get(0)?, row.get(1)?);
            let service = settings.service_of(&source);
            // A source's own name may be another service's code.
            let name = service.map_or_else(|| format!("/{source}"), |one| one.id.clone());
            let number = *numbers.entry(name).or_insert(services.services.len());
            if number == services.services.len() {
                services.services.push(Vec::new());
            }
            services.services[number].push(feed);
            services.feeds.insert(feed, (source, number));
        }
        Ok(services)
    }

    /// Gives the feeds of a feed's service, itself among them.
    pub(crate) fn siblings(&self, feed: i64) -> &[i64] {
        let number = self.feeds.get(&feed).map(|(_, number)| *number);
        number.map_or(&[], |number| &self.services[number])
    }

    /// Gives the feeds of a service by its number.
    pub(crate) fn feeds(&self, service: usize) -> &[i64] {
        self.services.get(service).map_or(&[], Vec::as_slice)
    }

    /// Gives a feed's source and the number of its service.
    pub(crate) fn place(&self, feed: i64) -> (&str, usize) {
        self.feeds
            .get(&feed)
            .map_or(("", usize::MAX), |(source, number)| (source, *number))
    }
}
