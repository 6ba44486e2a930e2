//! Records by what they may be joined by: a service's own id, an NHS number.
//!
//! What it is not: it joins nobody. The invariant: an id or a number of too many
//! records, or a number of too many dates of birth, stands for "not known".

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use rusqlite::{Connection, Row};

use super::MAX_STATEMENTS;
use super::columns::Joining;
use super::link_rule::Member;
use super::services::Services;
use crate::database::DatabaseError;

/// Most dates of birth one NHS number may stand with; with more it is a placeholder.
const MAX_BIRTHS: usize = 3;

/// What records may be joined by.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Group {
    /// Number of the service, and its own id of the person.
    Reference(usize, String),
    /// NHS number.
    Number(i64),
}

/// The records of a group.
pub(crate) struct Grouped {
    pub(crate) records: Vec<Rc<Record>>,
    /// Whether the group joins anybody.
    pub(crate) joins: bool,
}

/// One record.
pub(crate) struct Record {
    pub(crate) statement: i64,
    pub(crate) groups: Vec<Group>,
    pub(crate) member: Member,
}

/// Reads groups, each once.
pub(crate) struct Groups<'a> {
    connection: &'a Connection,
    services: &'a Services,
    known: HashMap<Group, Rc<Grouped>>,
}

impl<'a> Groups<'a> {
    pub(crate) fn new(connection: &'a Connection, services: &'a Services) -> Self {
        Self {
            connection,
            services,
            known: HashMap::new(),
        }
    }

    /// Gives what a record of a feed may be joined by.
    pub(crate) fn of(&self, feed: i64, joining: &Joining) -> Vec<Group> {
        let (_, service) = self.services.place(feed);
        let reference = Group::Reference(service, joining.reference.clone());
        let number = joining.nhs.map(Group::Number);
        [reference].into_iter().chain(number).collect()
    }

    /// Reads a group, at most one record more than joins anybody.
    pub(crate) fn group(&mut self, group: &Group) -> Result<Rc<Grouped>, DatabaseError> {
        if let Some(known) = self.known.get(group) {
            return Ok(Rc::clone(known));
        }
        let most = MAX_STATEMENTS + 2;
        let mut records = Vec::new();
        match group {
            Group::Reference(service, reference) => {
                for feed in self.services.feeds(*service) {
                    let found = self.records(
                        "person.reference = ?1 AND person.feed = ?2",
                        (reference, feed),
                        most - records.len(),
                    )?;
                    records.extend(found);
                }
            }
            Group::Number(nhs) => records = self.records("person.nhs = ?1", [nhs], most)?,
        }
        let births: BTreeSet<i64> = records.iter().filter_map(|r| r.member.born).collect();
        let by_number = matches!(group, Group::Number(_));
        let joins = records.len() <= MAX_STATEMENTS && !(by_number && births.len() > MAX_BIRTHS);
        let grouped = Rc::new(Grouped { records, joins });
        self.known.insert(group.clone(), Rc::clone(&grouped));
        Ok(grouped)
    }

    pub(crate) fn record(&self, statement: i64) -> Result<Option<Rc<Record>>, DatabaseError> {
        let found = self.records("person.statement = ?1", [statement], 1)?;
        Ok(found.into_iter().next())
    }

    fn records(
        &self,
        condition: &str,
        params: impl rusqlite::Params,
        most: usize,
    ) -> Result<Vec<Rc<Record>>, DatabaseError> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT person.statement, person.feed, person.reference, person.born, person.nhs,
               person.names, statement.key
             FROM person CROSS JOIN statement ON statement.id = person.statement WHERE {condition}"
        ))?;
        let mut rows = query.query(params)?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            if records.len() == most {
                break;
            }
            records.push(Rc::new(self.read(row)?));
        }
        Ok(records)
    }

    fn read(&self, row: &Row<'_>) -> Result<Record, DatabaseError> {
        let feed: i64 = row.get(1)?;
        let joining = Joining {
            reference: row.get(2)?,
            born: row.get(3)?,
            nhs: row.get(4)?,
            names: row.get(5)?,
        };
        let groups = self.of(feed, &joining);
        let (source, service) = self.services.place(feed);
        Ok(Record {
            statement: row.get(0)?,
            groups,
            member: Member {
                place: (source.to_owned(), row.get(6)?),
                reference: Some((service, joining.reference)),
                number: joining.nhs,
                born: joining.born,
                names: joining.names,
            },
        })
    }
}
