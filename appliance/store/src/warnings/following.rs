//! Warnings that follow a person, by the service's own id of the person.
//!
//! What it is not: it tells nobody who the person is. The invariants: a warning
//! is of the person whom the same service names so, never another service's of
//! the same id; it lapses at an address when the occupancy ends.

use firebox_protocol::answer::{FlagRow, Scope};
use rusqlite::Row;

use super::Look;
use crate::database::{DatabaseError, stored};

/// Warnings in force on a day (`?2`) that follow people of a table.
macro_rules! hazards_of_people {
    ($people:literal) => {
        concat!(
            "SELECT hazard.statement, statement.version, statement.record,
               statement.envelope IS NOT NULL, feed.source, hazard.numbers,
               (SELECT of.source FROM feed of WHERE of.id = person.feed)
             FROM ",
            $people,
            " CROSS JOIN hazard ON hazard.person = person.reference
             CROSS JOIN statement ON statement.id = hazard.statement
             CROSS JOIN feed ON feed.id = statement.feed
             WHERE hazard.ended = 0 AND (hazard.ends_on IS NULL OR hazard.ends_on >= ?2)"
        )
    };
}

impl Look<'_> {
    /// Adds the warnings that follow the people who live at a UPRN. They lapse
    /// here when the occupancy ends.
    pub(super) fn hazards_of_people_at(
        &mut self,
        uprn: u64,
        own: bool,
    ) -> Result<(), DatabaseError> {
        if !self.anything_follows()? {
            return Ok(());
        }
        let mut query = self.connection.prepare_cached(concat!(
            hazards_of_people!(
                "person_place CROSS JOIN person ON person.statement = person_place.statement"
            ),
            " AND person_place.uprn = ?1 AND person_place.lived = 1
              AND (person_place.until IS NULL OR person_place.until >= ?3)"
        ))?;
        let mut rows = query.query((stored(uprn)?, &self.today, self.day))?;
        while let Some(row) = rows.next()? {
            self.following_flag(row, own)?;
        }
        Ok(())
    }

    /// Gives the warnings that follow a person, by the statements they are known by.
    pub(crate) fn following(mut self, statements: &[i64]) -> Result<Vec<FlagRow>, DatabaseError> {
        let mut query = self.connection.prepare_cached(concat!(
            hazards_of_people!("person"),
            " AND person.statement = ?1"
        ))?;
        for statement in statements {
            let mut rows = query.query((statement, &self.today))?;
            while let Some(row) = rows.next()? {
                self.following_flag(row, true)?;
            }
        }
        self.around.flags.sort_by_key(|flag| flag.record);
        Ok(self.around.flags)
    }

    /// Tells whether any warning follows a person; most boxes ask nothing more.
    fn anything_follows(&self) -> Result<bool, DatabaseError> {
        let mut query = self.connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM hazard INDEXED BY hazard_person WHERE person IS NOT NULL)",
        )?;
        Ok(query.query_row([], |row| row.get(0))?)
    }

    /// Adds a warning that names its person as the same service does.
    fn following_flag(&mut self, row: &Row<'_>, own: bool) -> Result<(), DatabaseError> {
        let (source, of): (String, String) = (row.get(4)?, row.get(6)?);
        let service = |source: &str| self.settings.service_of(source).map(|one| &one.id);
        let same = source == of || service(&source).is_some_and(|id| service(&of) == Some(id));
        if !same {
            return Ok(());
        }
        self.flag(row, if own { Scope::Person } else { Scope::Building })
    }
}
