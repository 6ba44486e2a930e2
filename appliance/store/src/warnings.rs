//! What must be known about an address: its warnings, and what is held about it
//! that could not be read.
//!
//! ```text
//! warning at the UPRN, or at the same postcode and numbers --> flag
//! the same at a building the address is part of ------------> flag, of the building
//! of a person who lives at the UPRN now ---------------------> flag, of the person
//! at the postcode, and no known address has its numbers ----> notice "near"
//! a row that did not read, here or at the building ---------> notice
//! ```
//!
//! The invariant: what is in force and placed is shown; what cannot be placed
//! exactly is shown as near; nothing is dropped because two rows look alike.

mod following;

use std::collections::BTreeSet;

use firebox_contract::record::{HazardFlag, Phone, Record, Subject};
use firebox_protocol::Settings;
use firebox_protocol::answer::{FlagRow, Notice, Scope};
use jiff::civil::Date;
use rusqlite::{Connection, Row};

use crate::address::{self, Address};
use crate::database::{DatabaseError, counted, stored};
use crate::people::columns::day;

/// Most buildings within buildings; real ones end at three.
const MAX_ANCESTORS: usize = 16;

/// What is around an address.
#[derive(Debug, Default)]
pub(crate) struct Around {
    pub(crate) flags: Vec<FlagRow>,
    pub(crate) notices: Vec<Notice>,
}

/// Looks around one address.
pub(crate) struct Look<'a> {
    connection: &'a Connection,
    settings: &'a Settings,
    /// As YYYY-MM-DD, and as the number of the same digits.
    today: String,
    day: i64,
    around: Around,
    seen: BTreeSet<i64>,
}

/// Warnings in force on a day (`?2`) at a place (`?1`).
macro_rules! hazards_at {
    ($column:literal) => {
        concat!(
            "SELECT hazard.statement, statement.version, statement.record,
               statement.envelope IS NOT NULL, feed.source, hazard.numbers
             FROM hazard CROSS JOIN statement ON statement.id = hazard.statement
             CROSS JOIN feed ON feed.id = statement.feed
             WHERE hazard.ended = 0 AND (hazard.ends_on IS NULL OR hazard.ends_on >= ?2) AND ",
            $column,
            " = ?1"
        )
    };
}

impl<'a> Look<'a> {
    /// Looks on a day.
    pub(crate) fn new(connection: &'a Connection, settings: &'a Settings, today: Date) -> Self {
        Self {
            connection,
            settings,
            today: today.to_string(),
            day: day(today),
            around: Around::default(),
            seen: BTreeSet::new(),
        }
    }

    /// Gives everything about an address and the buildings it is part of.
    pub(crate) fn around(mut self, address: &Address) -> Result<Around, DatabaseError> {
        self.at(address, true)?;
        let mut known = BTreeSet::from([address.uprn]);
        let mut next: Vec<u64> = address.parents.iter().copied().collect();
        while let Some(parent) = next.pop() {
            if known.len() > MAX_ANCESTORS || !known.insert(parent) {
                continue;
            }
            let building = address::load(self.connection, parent)?;
            next.extend(&building.parents);
            self.at(&building, false)?;
        }
        self.around.flags.sort_by_key(|flag| flag.record);
        Ok(self.around)
    }

    fn at(&mut self, address: &Address, own: bool) -> Result<(), DatabaseError> {
        self.hazards_at_uprn(address.uprn, own)?;
        self.hazards_of_people_at(address.uprn, own)?;
        self.held_at_uprn(address.uprn)?;
        let postcodes: BTreeSet<&String> = address
            .places
            .iter()
            .map(|(postcode, _)| postcode)
            .collect();
        for postcode in postcodes {
            self.hazards_at_place(postcode, address, own)?;
            self.held_at_place(postcode, address)?;
        }
        Ok(())
    }

    fn hazards_at_uprn(&mut self, uprn: u64, own: bool) -> Result<(), DatabaseError> {
        let mut query = self.connection.prepare_cached(hazards_at!("hazard.uprn"))?;
        let mut rows = query.query((stored(uprn)?, &self.today))?;
        while let Some(row) = rows.next()? {
            self.placed_flag(row, own)?;
        }
        Ok(())
    }

    fn hazards_at_place(
        &mut self,
        postcode: &str,
        address: &Address,
        own: bool,
    ) -> Result<(), DatabaseError> {
        let mut query = self
            .connection
            .prepare_cached(hazards_at!("hazard.postcode"))?;
        let mut rows = query.query((postcode, &self.today))?;
        while let Some(row) = rows.next()? {
            let numbers: String = row.get(5)?;
            match self.relation(postcode, &numbers, address)? {
                Relation::Here => self.placed_flag(row, own)?,
                Relation::Near => {
                    let flag = hazard(row)?;
                    let source: String = row.get(4)?;
                    self.notice(&source, flag.owner.phone, true);
                }
                Relation::Elsewhere => {}
            }
        }
        Ok(())
    }

    fn held_at_uprn(&mut self, uprn: u64) -> Result<(), DatabaseError> {
        let mut query = self.connection.prepare_cached(
            "SELECT feed.source, held.phone FROM held JOIN feed ON feed.id = held.feed WHERE held.uprn = ?1",
        )?;
        let mut rows = query.query([stored(uprn)?])?;
        while let Some(row) = rows.next()? {
            let source: String = row.get(0)?;
            self.notice(&source, phone(row.get(1)?)?, false);
        }
        Ok(())
    }

    fn held_at_place(&mut self, postcode: &str, address: &Address) -> Result<(), DatabaseError> {
        let mut query = self.connection.prepare_cached(
            "SELECT feed.source, held.phone, held.numbers FROM held JOIN feed ON feed.id = held.feed
             WHERE held.postcode = ?1",
        )?;
        let mut rows = query.query([postcode])?;
        while let Some(row) = rows.next()? {
            let numbers: String = row.get(2)?;
            let relation = self.relation(postcode, &numbers, address)?;
            if relation != Relation::Elsewhere {
                let source: String = row.get(0)?;
                self.notice(&source, phone(row.get(1)?)?, relation == Relation::Near);
            }
        }
        Ok(())
    }

    /// Tells how something written down for a postcode and numbers lies to an address.
    fn relation(
        &self,
        postcode: &str,
        numbers: &str,
        address: &Address,
    ) -> Result<Relation, DatabaseError> {
        if numbers.is_empty() {
            return Ok(Relation::Near);
        }
        if address
            .places
            .iter()
            .any(|(p, n)| p == postcode && n == numbers)
        {
            return Ok(Relation::Here);
        }
        let elsewhere: bool = self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM property WHERE postcode = ?1 AND numbers = ?2)",
            )?
            .query_row((postcode, numbers), |row| row.get(0))?;
        Ok(if elsewhere {
            Relation::Elsewhere
        } else {
            Relation::Near
        })
    }

    /// Adds a warning that says itself where it is.
    fn placed_flag(&mut self, row: &Row<'_>, own: bool) -> Result<(), DatabaseError> {
        let scope = match (own, hazard(row)?.subject) {
            (false, _) => Scope::Building,
            (true, Subject::Property) => Scope::Property,
            (true, Subject::Person | Subject::PersonAtProperty) => Scope::Person,
        };
        self.flag(row, scope)
    }

    fn flag(&mut self, row: &Row<'_>, scope: Scope) -> Result<(), DatabaseError> {
        let record: i64 = row.get(0)?;
        if !self.seen.insert(record) {
            return Ok(());
        }
        let flag = hazard(row)?;
        let source: String = row.get(4)?;
        self.around.flags.push(FlagRow {
            record,
            version: counted(row.get(1)?)?,
            code: flag.code,
            controls: flag.controls,
            owner: flag.owner,
            recorded_by: self.service_name(&source),
            recorded_on: flag.recorded_on,
            review_due: flag.review_due,
            class: flag.class,
            sealed: row.get(3)?,
            scope,
            subject: flag.subject,
            // Filled in for one address, once all its warnings are known.
            reported: Vec::new(),
        });
        Ok(())
    }

    fn notice(&mut self, source: &str, phone: Phone, near: bool) {
        let notice = Notice {
            service: self.service_name(source),
            phone,
            near,
        };
        // The same words twice say nothing more.
        if !self.around.notices.contains(&notice) {
            self.around.notices.push(notice);
        }
    }

    /// Gives the visible name of a feed's service; a feed that is no longer configured still speaks.
    fn service_name(&self, source: &str) -> String {
        self.settings
            .service_of(source)
            .map_or_else(|| source.to_owned(), |service| service.name.clone())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    Here,
    Near,
    Elsewhere,
}

fn hazard(row: &Row<'_>) -> Result<HazardFlag, DatabaseError> {
    let unreadable = || DatabaseError::Row("statement");
    match serde_json::from_str(row.get_ref(2)?.as_str().map_err(|_| unreadable())?) {
        Ok(Record::Hazard(flag)) => Ok(*flag),
        _ => Err(unreadable()),
    }
}

fn phone(text: String) -> Result<Phone, DatabaseError> {
    Phone::try_from(text).map_err(|_| DatabaseError::Row("held"))
}
