//! The roster of people: who they are, their roles and their credentials. One
//! person is one row; people are disabled and never deleted, because entries
//! speak of them. Every change is an entry.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use firebox_protocol::Code;
use firebox_protocol::operator::PersonRow;
use rusqlite::{Connection, params};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::desk::Desk;
use crate::log::database::{LogError, from_stored, stored};
use crate::log::kind::EntryKind;
use crate::password::PasswordHash;
use crate::role::Role;
use crate::second_factor::Secret;

/// Longest name in characters: a sign-in name, not a biography.
pub(crate) const MAX_NAME_CHARACTERS: usize = 100;

/// One person. No `Debug`, no `Clone`: it holds their credentials.
pub(crate) struct Person {
    /// The name they sign in with, as it was given.
    pub(crate) name: String,
    pub(crate) roles: Vec<Role>,
    /// Their service, for holders and service admins.
    pub(crate) service: Option<String>,
    pub(crate) password: PasswordHash,
    pub(crate) totp: Option<Secret>,
    pub(crate) enabled: bool,
}

impl Person {
    /// Gives the roles' codes.
    pub(crate) fn role_codes(&self) -> Vec<&'static str> {
        self.roles.iter().map(|role| role.code()).collect()
    }
}

/// Folds a typed name to what it is kept under: two spellings are one person.
pub(crate) fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Everybody, by folded name.
pub(crate) struct Roster {
    people: BTreeMap<String, Arc<Person>>,
    used_steps: BTreeMap<String, u64>,
}

impl Roster {
    /// Reads the roster.
    pub(crate) fn load(conn: &Connection) -> Result<Self, LogError> {
        let mut roster = Self {
            people: BTreeMap::new(),
            used_steps: BTreeMap::new(),
        };
        let sql =
            "SELECT folded, name, roles, service, password, totp, enabled, totp_step FROM person";
        let mut statement = conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let folded: String = row.get(0)?;
            let roles: String = row.get(2)?;
            let totp: Option<[u8; 20]> = row.get(5)?;
            let person = Person {
                name: row.get(1)?,
                roles: roles.split(' ').filter_map(Role::parse).collect(),
                service: row.get(3)?,
                password: PasswordHash::stored(row.get(4)?),
                totp: totp.map(Secret::from_bytes),
                enabled: row.get(6)?,
            };
            roster
                .used_steps
                .insert(folded.clone(), from_stored(row.get(7)?));
            roster.people.insert(folded, Arc::new(person));
        }
        Ok(roster)
    }

    /// Gives a person by folded name.
    pub(crate) fn get(&self, folded: &str) -> Option<&Arc<Person>> {
        self.people.get(folded)
    }

    /// Counts the people who may sign in.
    pub(crate) fn enabled(&self) -> u64 {
        self.people.values().filter(|person| person.enabled).count() as u64
    }

    /// Lists everybody.
    pub(crate) fn rows(&self) -> Vec<PersonRow> {
        let row = |person: &Arc<Person>| PersonRow {
            person: person.name.clone(),
            roles: person.role_codes().into_iter().map(str::to_owned).collect(),
            totp: person.totp.is_some(),
            enabled: person.enabled,
        };
        self.people.values().map(row).collect()
    }

    /// Gives the last step whose one-time code this person used; 0 before the first.
    pub(crate) fn used_step(&self, folded: &str) -> u64 {
        self.used_steps.get(folded).copied().unwrap_or(0)
    }

    /// Marks a step's code as used.
    pub(crate) fn use_step(
        &mut self,
        conn: &Connection,
        folded: &str,
        step: u64,
    ) -> rusqlite::Result<()> {
        conn.prepare_cached("UPDATE person SET totp_step = ?2 WHERE folded = ?1")?
            .execute(params![folded, stored(step)])?;
        self.used_steps.insert(folded.to_owned(), step);
        Ok(())
    }
}

/// Somebody who is to be added, checked.
pub(crate) struct NewPerson {
    name: String,
    roles: Vec<Role>,
    service: Option<String>,
}

impl NewPerson {
    /// Checks name, roles and service against what the box knows.
    pub(crate) fn check(
        name: &str,
        roles: &[String],
        service: Option<String>,
        services: &BTreeSet<String>,
    ) -> Result<Self, Code> {
        let name = name.trim();
        let characters = name.chars().count();
        if !(1..=MAX_NAME_CHARACTERS).contains(&characters) || name.chars().any(char::is_control) {
            return Err(Code::Malformed);
        }
        let known: BTreeSet<Role> = roles.iter().filter_map(|code| Role::parse(code)).collect();
        if known.is_empty() || known.len() != roles.len() {
            return Err(Code::Malformed);
        }
        if service
            .as_ref()
            .is_some_and(|service| !services.contains(service))
        {
            return Err(Code::NotFound);
        }
        if service.is_none() && known.iter().any(|role| role.is_of_a_service()) {
            return Err(Code::Malformed);
        }
        Ok(Self {
            name: name.to_owned(),
            roles: known.into_iter().collect(),
            service,
        })
    }

    /// Gives the name, which a password must not repeat.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

#[derive(Serialize)]
struct Added<'a> {
    person: &'a str,
    roles: Vec<&'static str>,
    service: Option<&'a str>,
    totp: bool,
}

#[derive(Serialize)]
struct Disabled<'a> {
    person: &'a str,
    sessions_ended: usize,
}

/// Adds a person and gives the entry's index.
pub(crate) fn add(
    desk: &mut Desk<'_>,
    new: NewPerson,
    password: PasswordHash,
    totp: Option<Secret>,
) -> Result<Result<u64, Code>, LogError> {
    let folded = fold(&new.name);
    if desk.people().roster.get(&folded).is_some() {
        return Ok(Err(Code::AlreadyThere));
    }
    let NewPerson {
        name,
        roles,
        service,
    } = new;
    let person = Person {
        name,
        roles,
        service,
        password,
        totp,
        enabled: true,
    };
    let added = Added {
        person: &person.name,
        roles: person.role_codes(),
        service: person.service.as_deref(),
        totp: person.totp.is_some(),
    };
    let entry = desk.append(EntryKind::PersonAdded, &added)?.index;
    let sql = "INSERT INTO person (folded, name, roles, service, password, totp, entry)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let totp = person
        .totp
        .as_ref()
        .map(|secret| Zeroizing::new(*secret.bytes()));
    desk.conn.prepare_cached(sql)?.execute(params![
        folded,
        person.name,
        person.role_codes().join(" "),
        person.service,
        person.password.text(),
        totp.as_ref().map(|secret| secret.as_slice()),
        stored(entry)
    ])?;
    desk.people_mut()
        .roster
        .people
        .insert(folded, Arc::new(person));
    Ok(Ok(entry))
}

/// Disables a person, ends their sessions, and gives the entry's index.
pub(crate) fn disable(desk: &mut Desk<'_>, name: &str) -> Result<Result<u64, Code>, LogError> {
    let folded = fold(name);
    let Some(person) = desk.people().roster.get(&folded).map(Arc::clone) else {
        return Ok(Err(Code::NotFound));
    };
    let sessions_ended = desk.people_mut().sessions.end_all_of(desk.conn, &folded)?;
    let disabled = Disabled {
        person: &person.name,
        sessions_ended,
    };
    let entry = desk.append(EntryKind::PersonDisabled, &disabled)?.index;
    desk.conn
        .prepare_cached("UPDATE person SET enabled = 0 WHERE folded = ?1")?
        .execute([&folded])?;
    let gone = Person {
        name: person.name.clone(),
        roles: person.roles.clone(),
        service: person.service.clone(),
        password: PasswordHash::stored(person.password.text().to_owned()),
        totp: person
            .totp
            .as_ref()
            .map(|secret| Secret::from_bytes(*secret.bytes())),
        enabled: false,
    };
    desk.people_mut()
        .roster
        .people
        .insert(folded, Arc::new(gone));
    Ok(Ok(entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, roles: &[&str], service: Option<&str>) -> Option<Code> {
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        let services = BTreeSet::from(["housing".to_owned()]);
        NewPerson::check(name, &roles, service.map(str::to_owned), &services).err()
    }

    #[test]
    fn a_person_needs_a_name_known_roles_and_a_known_service_where_the_role_has_one() {
        assert_eq!(check("Aisha Khan", &["officer", "adviser"], None), None);
        assert_eq!(check("Sam", &["holder"], Some("housing")), None);
        assert_eq!(check(" ", &["officer"], None), Some(Code::Malformed));
        assert_eq!(check("a\nb", &["officer"], None), Some(Code::Malformed));
        assert_eq!(
            check(&"x".repeat(101), &["officer"], None),
            Some(Code::Malformed)
        );
        assert_eq!(check("Sam", &[], None), Some(Code::Malformed));
        assert_eq!(
            check("Sam", &["officer", "king"], None),
            Some(Code::Malformed)
        );
        assert_eq!(
            check("Sam", &["officer", "officer"], None),
            Some(Code::Malformed)
        );
        assert_eq!(
            check("Sam", &["service-admin"], None),
            Some(Code::Malformed)
        );
        assert_eq!(
            check("Sam", &["holder"], Some("unknown")),
            Some(Code::NotFound)
        );
    }
}
