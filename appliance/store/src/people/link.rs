//! The edges between records that are one person, as rows of `link`.
//!
//! What it is: after a person's statement came, changed or went, the edges of
//! the records it can reach by a rule are made anew. What it is not: it holds no
//! rule ([`super::link_rule`] does). The invariant: the edges follow from the
//! statements and the decisions as they stand, whatever came first.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use firebox_contract::Vocabulary;
use jiff::Timestamp;
use rusqlite::Connection;

use super::MAX_STATEMENTS;
use super::columns::Joining;
use super::groups::{Group, Groups, Record};
use super::link_rule::{Member, join, same_number, same_reference};
use super::services::Services;
use crate::buckets::record_id;
use crate::database::{Database, DatabaseError};
use crate::taken::Desk;

/// Most records that rules may reach from one; beyond, none of them is joined. No person has as
/// many: it takes a feed that gives ids and numbers away, and then nobody is the safe answer.
const MAX_REACHED: usize = 256;
/// Statements of an earlier version joined in one transaction.
const PAGE: i64 = 500;

/// A statement that came, changed or went.
pub(crate) struct Touched<'a> {
    pub(crate) statement: i64,
    pub(crate) feed: i64,
    /// What joining knew of it; none: it is new, or was no person.
    pub(crate) before: Option<&'a Joining>,
    /// What joining knows of it; none: it is gone, or is no person.
    pub(crate) after: Option<&'a Joining>,
}

/// Makes edges.
pub(crate) struct Joiner<'a> {
    connection: &'a Connection,
    services: &'a Services,
    vocabulary: &'a Vocabulary,
    now: Timestamp,
    groups: Groups<'a>,
}

impl<'a> Joiner<'a> {
    pub(crate) fn new(
        connection: &'a Connection,
        services: &'a Services,
        vocabulary: &'a Vocabulary,
        now: Timestamp,
    ) -> Self {
        Self {
            connection,
            services,
            vocabulary,
            now,
            groups: Groups::new(connection, services),
        }
    }

    /// Makes the edges anew around a statement, and gives how many came or went.
    pub(crate) fn settle(mut self, touched: &Touched<'_>) -> Result<u64, DatabaseError> {
        if touched.before == touched.after {
            return Ok(0);
        }
        match touched.after {
            Some(after) if touched.before.is_none() && self.is_alone(touched.feed, after)? => {
                return Ok(0);
            }
            Some(_) => {}
            None => self.forget(touched.statement)?,
        }
        let mut seeds: BTreeSet<i64> = touched
            .after
            .map(|_| touched.statement)
            .into_iter()
            .collect();
        for joining in [touched.before, touched.after].into_iter().flatten() {
            for group in self.groups.of(touched.feed, joining) {
                // A group past its bound joined nobody before this either.
                let group = self.groups.group(&group)?;
                if group.records.len() <= MAX_STATEMENTS + 1 {
                    seeds.extend(group.records.iter().map(|record| record.statement));
                }
            }
        }
        self.settle_all(seeds)
    }

    /// Makes the edges anew around each of these statements.
    pub(crate) fn settle_all(&mut self, mut seeds: BTreeSet<i64>) -> Result<u64, DatabaseError> {
        let mut changed = 0;
        while let Some(seed) = seeds.pop_first() {
            let Some(first) = self.groups.record(seed)? else {
                continue;
            };
            let reached = self.reached(first)?;
            for record in &reached {
                seeds.remove(&record.statement);
            }
            changed += self.write(&reached)?;
        }
        Ok(changed)
    }

    /// Tells whether nothing else has the reference or the number, by two index probes.
    fn is_alone(&self, feed: i64, joining: &Joining) -> Result<bool, DatabaseError> {
        let mut by_reference = self.connection.prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM person WHERE reference = ?1 AND feed = ?2 LIMIT 2)",
        )?;
        let mut same = 0i64;
        for sibling in self.services.siblings(feed) {
            same += by_reference
                .query_row((&joining.reference, sibling), |row| row.get::<_, i64>(0))?;
        }
        if same > 1 {
            return Ok(false);
        }
        let Some(nhs) = joining.nhs else {
            return Ok(true);
        };
        let same: i64 = self
            .connection
            .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM person WHERE nhs = ?1 LIMIT 2)")?
            .query_row([nhs], |row| row.get(0))?;
        Ok(same <= 1)
    }

    fn forget(&self, statement: i64) -> Result<(), DatabaseError> {
        self.connection
            .prepare_cached("DELETE FROM link WHERE statement = ?1 OR other = ?1")?
            .execute([statement])?;
        Ok(())
    }

    /// Gives every record that rules reach from one, in order of statement.
    fn reached(&mut self, first: Rc<Record>) -> Result<Vec<Rc<Record>>, DatabaseError> {
        let mut next = vec![Rc::clone(&first)];
        let mut reached = BTreeMap::from([(first.statement, first)]);
        while let Some(record) = next.pop() {
            for group in &record.groups {
                let grouped = self.groups.group(group)?;
                if !grouped.joins {
                    continue;
                }
                for other in &grouped.records {
                    let joined = match group {
                        Group::Reference(..) => same_reference(&record.member, &other.member),
                        Group::Number(_) => {
                            same_number(&record.member, &other.member, self.vocabulary)
                        }
                    };
                    // One past the bound is enough to know that it is passed.
                    if joined
                        && reached.len() <= MAX_REACHED
                        && !reached.contains_key(&other.statement)
                    {
                        reached.insert(other.statement, Rc::clone(other));
                        next.push(Rc::clone(other));
                    }
                }
            }
        }
        Ok(reached.into_values().collect())
    }

    /// Writes the edges of records that rules reach from each other.
    fn write(&mut self, reached: &[Rc<Record>]) -> Result<u64, DatabaseError> {
        let mut wanted = BTreeMap::new();
        if (2..=MAX_REACHED).contains(&reached.len()) {
            let members = self.members(reached)?;
            let apart = self.apart(&members)?;
            for edge in join(&members, &apart, self.vocabulary) {
                // In order of statement, so the smaller stands first.
                let pair = (reached[edge.one].statement, reached[edge.other].statement);
                wanted.insert(pair, if edge.by_number { 2i64 } else { 1 });
            }
        }
        let mut changed = 0;
        for (pair, rule) in self.kept(reached)? {
            if wanted.get(&pair) == Some(&rule) {
                wanted.remove(&pair);
                continue;
            }
            self.connection
                .prepare_cached("DELETE FROM link WHERE statement = ?1 AND other = ?2")?
                .execute(pair)?;
            changed += 1;
        }
        for ((statement, other), rule) in wanted {
            self.connection
                .prepare_cached(
                    "INSERT INTO link (statement, other, rule, made) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((statement, other, rule, self.now.as_millisecond()))?;
            changed += 1;
        }
        Ok(changed)
    }

    /// Gives the records without what is a placeholder.
    fn members(&mut self, reached: &[Rc<Record>]) -> Result<Vec<Member>, DatabaseError> {
        let mut members = Vec::with_capacity(reached.len());
        for record in reached {
            let mut member = record.member.clone();
            for group in &record.groups {
                if self.groups.group(group)?.joins {
                    continue;
                }
                match group {
                    Group::Reference(..) => member.reference = None,
                    Group::Number(_) => member.number = None,
                }
            }
            members.push(member);
        }
        Ok(members)
    }

    fn kept(&self, reached: &[Rc<Record>]) -> Result<BTreeMap<(i64, i64), i64>, DatabaseError> {
        let mut query = self.connection.prepare_cached(
            "SELECT statement, other, rule FROM link WHERE statement = ?1
             UNION ALL SELECT statement, other, rule FROM link WHERE other = ?1",
        )?;
        let mut kept = BTreeMap::new();
        for record in reached {
            let mut rows = query.query([record.statement])?;
            while let Some(row) = rows.next()? {
                kept.insert((row.get(0)?, row.get(1)?), row.get(2)?);
            }
        }
        Ok(kept)
    }

    /// Finds the pairs that a person decided are two people.
    fn apart(&self, members: &[Member]) -> Result<BTreeSet<(usize, usize)>, DatabaseError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT other FROM apart WHERE record = ?1")?;
        let ids: HashMap<[u8; 32], usize> = members
            .iter()
            .enumerate()
            .map(|(at, member)| (record_id(&member.place.0, &member.place.1), at))
            .collect();
        let mut apart = BTreeSet::new();
        for (id, at) in &ids {
            let mut rows = query.query([id])?;
            while let Some(row) = rows.next()? {
                if let Some(other) = ids.get(&row.get::<_, [u8; 32]>(0)?) {
                    apart.insert((*at.min(other), *at.max(other)));
                }
            }
        }
        Ok(apart)
    }
}

/// Joins what was kept from an earlier version, before anything is served.
pub(crate) fn settle_owed(
    database: &Database,
    desk: &Desk,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    loop {
        let left = database.write("join people", |change| {
            let owed: BTreeSet<i64> = change
                .prepare_cached("SELECT statement FROM link_owed ORDER BY statement LIMIT ?1")?
                .query_map([PAGE], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            let Some(last) = owed.last().copied() else {
                return Ok(false);
            };
            let services = Services::load(change, &desk.settings)?;
            Joiner::new(change, &services, desk.rules.vocabulary(), now).settle_all(owed)?;
            change.execute("DELETE FROM link_owed WHERE statement <= ?1", [last])?;
            Ok::<_, DatabaseError>(true)
        })?;
        if !left {
            return Ok(());
        }
    }
}
