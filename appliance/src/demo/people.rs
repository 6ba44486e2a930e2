//! The demo's people: one a role and a second pair of eyes, with passwords
//! that are made anew for each folder.

use std::fs;

use firebox_protocol::operator::{KeeperReply, KeeperRequest};
use firebox_protocol::{Settings, Stop};
use serde::{Deserialize, Serialize};

use super::{DemoFile, Places, new_password};
use crate::{files, officers, operator};

/// Somebody who can sign in, as `demo.json` names them.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Person {
    /// The name they sign in with.
    pub(super) person: String,
    /// Their password.
    pub(super) password: String,
    /// Base32 secret of their second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) totp_secret: Option<String>,
    /// Their roles.
    pub(super) roles: Vec<String>,
}

/// Name, roles, service, second factor.
const CAST: [(&str, &[&str], Option<&str>, bool); 8] = [
    ("olu.officer", &["officer"], None, false),
    ("ana.officer", &["officer"], None, false),
    ("ade.adviser", &["adviser"], None, false),
    ("hana.holder", &["holder"], Some("community-safety"), false),
    ("rhys.reviewer", &["reviewer"], None, false),
    (
        "sian.admin",
        &["service-admin"],
        Some("community-safety"),
        false,
    ),
    ("cara.custodian", &["custodian"], None, true),
    ("carl.custodian", &["custodian"], None, true),
];

/// Adds everybody who is not there yet and gives all, with their passwords.
pub(super) fn add(settings: &Settings, places: &Places) -> Result<Vec<Person>, Stop> {
    if let Ok(text) = fs::read_to_string(&places.summary)
        && let Ok(done) = serde_json::from_str::<DemoFile>(&text)
    {
        return Ok(done.people);
    }
    let mut people = planned(places)?;
    let there = names(settings)?;
    for at in 0..people.len() {
        let (name, roles, service, totp) = CAST[at];
        if there.iter().any(|known| known == name) {
            continue;
        }
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        let new = officers::NewPerson {
            person: name,
            roles: &roles,
            service,
            totp,
        };
        let secret = officers::add(settings, &new, &people[at].password)?;
        people[at].totp_secret = secret.map(|secret| secret.to_string());
        save(places, &people)?;
    }
    Ok(people)
}

/// Gives the people with passwords that are on disk before anybody is added,
/// so that a set-up that was cut short knows them.
fn planned(places: &Places) -> Result<Vec<Person>, Stop> {
    if let Ok(text) = fs::read_to_string(&places.people)
        && let Ok(people) = serde_json::from_str::<Vec<Person>>(&text)
        && people.len() == CAST.len()
    {
        return Ok(people);
    }
    let mut people = Vec::new();
    for (name, roles, _, _) in CAST {
        people.push(Person {
            person: name.to_owned(),
            password: new_password()?,
            totp_secret: None,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        });
    }
    save(places, &people)?;
    Ok(people)
}

fn save(places: &Places, people: &[Person]) -> Result<(), Stop> {
    let text = serde_json::to_vec_pretty(people)
        .map_err(|e| Stop::failed(format!("the demo's people cannot be written: {e}")))?;
    files::replace_file(&places.people, 0o600, &text)
}

fn names(settings: &Settings) -> Result<Vec<String>, Stop> {
    match operator::keeper(settings, &KeeperRequest::ListPeople)? {
        KeeperReply::People(rows) => Ok(rows.into_iter().map(|row| row.person).collect()),
        _ => Err(operator::unexpected()),
    }
}
