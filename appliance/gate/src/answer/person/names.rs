//! What people are called, and where services say it differently.

use std::collections::BTreeSet;

use firebox_contract::record::{ContactKind, fold};
use firebox_protocol::person::{PersonAnswer, Said};
use schemars::JsonSchema;
use serde::Serialize;

use super::By;
use crate::answer::writer::{listed, sentence};

/// Names, pronouns and year of birth.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Names")]
pub(crate) struct Named {
    /// What to call them, one a service.
    pub(crate) preferred_name: Vec<Value<String>>,
    /// Legal names in full; empty until the caller is confirmed.
    pub(crate) legal_name: Vec<Value<String>>,
    /// Pronouns, the person's own words.
    pub(crate) pronouns: Vec<Value<String>>,
    /// What to do when none are recorded; null otherwise.
    pub(crate) pronouns_note: Option<&'static str>,
    /// Year of birth; empty until the caller is confirmed.
    pub(crate) year_of_birth: Vec<Value<i16>>,
}

/// A value and who says so.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Said_{T}")]
pub(crate) struct Value<T> {
    /// The value.
    pub(crate) value: T,
    #[serde(flatten)]
    pub(crate) by: By,
}

/// A service that says so.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Told {
    #[serde(flatten)]
    pub(crate) by: By,
}

impl<T> Value<T> {
    pub(super) fn all(said: Vec<Said<T>>) -> Vec<Self> {
        let values = said.into_iter().map(|said| Self {
            by: By::of(&said),
            value: said.value,
        });
        values.collect()
    }
}

impl Told {
    pub(super) fn of(said: &Said<()>) -> Self {
        Self { by: By::of(said) }
    }
}

/// Says, for what an adviser must choose one of, where services differ.
pub(super) fn disagreements(answer: &PersonAnswer) -> Vec<String> {
    let texts = |said: &[Said<String>]| {
        let pairs = said
            .iter()
            .map(|said| (said.by.clone(), said.value.clone()));
        pairs.collect()
    };
    [
        disagreement(texts(&answer.preferred_names)),
        disagreement(texts(&answer.pronouns)),
        disagreement(first_contacts(answer)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A sentence a value, when not all say the same; the services that agree stand together.
fn disagreement(says: Vec<(String, String)>) -> Option<String> {
    let mut values: Vec<(String, Vec<String>)> = Vec::new();
    for (by, value) in says {
        let known = values.iter_mut().find(|(one, _)| fold(one) == fold(&value));
        match known {
            Some((_, services)) if services.contains(&by) => {}
            Some((_, services)) => services.push(by),
            None => values.push((value, vec![by])),
        }
    }
    if values.len() < 2 {
        return None;
    }
    let sentences = values.into_iter().map(|(value, services)| {
        let verb = if services.len() == 1 { "says" } else { "say" };
        sentence(&format!("{} {verb} {value}", listed(&services)))
    });
    Some(format!(
        "{} Ask which is right.",
        sentences.collect::<Vec<_>>().join(" ")
    ))
}

/// Each record's first way to reach the person.
fn first_contacts(answer: &PersonAnswer) -> Vec<(String, String)> {
    let mut records = BTreeSet::new();
    let contacts = &answer.contacts;
    let of_each = contacts.iter().filter(|said| records.insert(said.record));
    of_each
        .filter_map(|one| {
            let same = contacts.iter().filter(|said| said.record == one.record);
            let first = same.min_by_key(|said| said.value.order)?;
            let way = match first.value.kind {
                ContactKind::Phone => "phone",
                ContactKind::Sms => "text message",
                ContactKind::Email => "email",
                ContactKind::Letter => "letter",
                ContactKind::Textphone => "textphone",
                ContactKind::Relay => "text relay",
            };
            Some((one.by.clone(), format!("{way} first")))
        })
        .collect()
}
