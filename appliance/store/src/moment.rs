//! One moment of the file: what is read within it is of one state, whatever is
//! written meanwhile.

use std::ops::Deref;

use rusqlite::Connection;

use crate::database::DatabaseError;

/// A read transaction; the state is that of the first thing read.
pub(crate) struct Moment<'c>(&'c Connection);

impl<'c> Moment<'c> {
    /// Starts one. Both its statements stay prepared: they run with every question.
    pub(crate) fn start(connection: &'c Connection) -> Result<Self, DatabaseError> {
        connection.prepare_cached("BEGIN DEFERRED")?.execute([])?;
        Ok(Self(connection))
    }
}

impl Deref for Moment<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0
    }
}

impl Drop for Moment<'_> {
    fn drop(&mut self) {
        let ended = self
            .0
            .prepare_cached("COMMIT")
            .and_then(|mut end| end.execute([]));
        if let Err(error) = ended {
            // The next one then does not start, and its questions are refused.
            log::error!("a read did not end: {}", DatabaseError::from(error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;
    use crate::testbed::{folder, keys, settings};

    fn feeds(connection: &Connection) -> i64 {
        let count = "SELECT count(*) FROM feed";
        connection.query_row(count, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn what_is_read_in_one_moment_is_of_one_state_and_the_next_moment_sees_what_came() {
        let folder = folder();
        let settings = settings().within(folder.path());
        crate::create(&settings, &keys()).unwrap();
        let database =
            Database::open(&settings.folders.store, &keys().database, &settings.box_id).unwrap();
        let write = |source: &str| {
            database
                .write::<_, DatabaseError>("a feed", |change| {
                    crate::feed::Feed::find_or_make(change, source).map(drop)
                })
                .unwrap();
        };
        let reader = database.reader().unwrap();
        let moment = Moment::start(&reader).unwrap();
        assert_eq!(feeds(&moment), 0);
        write("housing-properties");
        assert_eq!(feeds(&moment), 0);
        drop(moment);
        let moment = Moment::start(&reader).unwrap();
        assert_eq!(feeds(&moment), 1);
        // Only one at a time on a connection.
        assert!(Moment::start(&reader).is_err());
    }
}
