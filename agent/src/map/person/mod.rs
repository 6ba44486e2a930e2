//! `[map.person]`: a person, as this one service knows them.
//!
//! What it is: a module for each part of a person, and here the person made of
//! them. What it is not: it links nobody with anybody. The invariant it keeps:
//! what lets somebody speak, hides somebody or warns of something is refused
//! with its row where it does not read; only what the source file says may be
//! left out is, and that is counted.

mod address;
mod contact;
mod fields;
mod language;
mod need;
mod proxy;
mod safety;
mod team;

#[cfg(test)]
mod tests;

use firebox_contract::record::{FieldError, NhsNumber, Nino, Person, PersonName};
use firebox_contract::{Reason, Vocabulary};
use jiff::civil::Date;
use serde::Deserialize;

use self::address::AddressMap;
use self::contact::ContactMap;
use self::fields::Fields;
use self::language::LanguageMap;
use self::need::NeedMap;
use self::proxy::ProxyMap;
use self::safety::SafetyMap;
use self::team::TeamMap;
use super::code::Tables;
use super::place::Spot;
use super::value::{Day, View};
use super::word::{Value, Word, YesNo, named};
use crate::source::{Judge, SourceError};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonMap {
    reference: Option<Word>,
    title: Option<Word>,
    forename: Option<Word>,
    middle: Option<Word>,
    surname: Word,
    preferred_name: Option<Word>,
    pronouns: Option<Word>,
    date_of_birth: Option<Day>,
    nino: Option<Word>,
    nhs_number: Option<Word>,
    deceased: Option<YesNo>,
    deceased_on: Option<Day>,
    #[serde(default)]
    addresses: Vec<AddressMap>,
    #[serde(default)]
    contacts: Vec<ContactMap>,
    #[serde(default)]
    needs: Vec<NeedMap>,
    #[serde(default)]
    languages: Vec<LanguageMap>,
    #[serde(default)]
    teams: Vec<TeamMap>,
    #[serde(default)]
    proxies: Vec<ProxyMap>,
    safety: Option<SafetyMap>,
}

/// What the mapping of a person needs beside the row.
pub(super) struct Aids<'a> {
    pub(super) tables: &'a Tables,
    pub(super) vocabulary: &'a Vocabulary,
    /// Whether NHS numbers of the test range are accepted.
    pub(super) test_identifiers: bool,
}

impl PersonMap {
    pub(super) fn read(
        &self,
        view: &View<'_>,
        aids: &Aids<'_>,
        left_out: &mut u64,
    ) -> Result<Person, FieldError> {
        let mut fields = Fields {
            view,
            tables: aids.tables,
            vocabulary: aids.vocabulary,
            left_out: 0,
        };
        let fields = &mut fields;
        let nhs_number = fields.value("nhs_number", self.nhs_number.as_ref(), NhsNumber::parse)?;
        if nhs_number.is_some_and(NhsNumber::is_test) && !aids.test_identifiers {
            return Err(FieldError::new("nhs_number", Reason::OutOfRange));
        }
        let (deceased, deceased_on) = self.death(fields)?;
        let person = Person {
            reference: fields.line("reference", self.reference.as_ref())?,
            name: self.name(fields)?,
            pronouns: fields.line("pronouns", self.pronouns.as_ref())?,
            date_of_birth: fields.day("date_of_birth", self.date_of_birth.as_ref())?,
            deceased,
            deceased_on,
            nhs_number,
            nino: fields.value("nino", self.nino.as_ref(), Nino::parse)?,
            addresses: each(&self.addresses, fields, AddressMap::read)?,
            contacts: contact::read_all(&self.contacts, fields)?,
            languages: each(&self.languages, fields, LanguageMap::read)?,
            needs: self.needs(fields)?,
            teams: each(&self.teams, fields, TeamMap::read)?,
            proxies: each(&self.proxies, fields, ProxyMap::read)?,
            safety: match &self.safety {
                Some(safety) => safety.read(fields)?,
                None => None,
            },
        };
        *left_out += fields.left_out;
        Ok(person)
    }

    fn name(&self, fields: &Fields<'_>) -> Result<PersonName, FieldError> {
        let text = |field, word| {
            let word: Option<&Word> = word;
            word.map_or(Ok("".into()), |word| {
                word.read(field, fields.view, fields.tables)
            })
        };
        PersonName::parse(
            &text("title", self.title.as_ref())?,
            &text("forename", self.forename.as_ref())?,
            &text("middle_names", self.middle.as_ref())?,
            &text("surname", Some(&self.surname))?,
            &text("preferred_name", self.preferred_name.as_ref())?,
        )
    }

    /// Reads whether and when they died: any date of death is a death.
    fn death(&self, fields: &mut Fields<'_>) -> Result<(bool, Option<Date>), FieldError> {
        let said = fields.is_yes("deceased", self.deceased.as_ref())?;
        let dated = fields.day("deceased_on", self.deceased_on.as_ref())?;
        Ok((said || dated.is_some(), dated))
    }

    fn needs<'a>(
        &'a self,
        fields: &mut Fields<'a>,
    ) -> Result<Vec<firebox_contract::record::Need>, FieldError> {
        let mut needs = Vec::new();
        for map in &self.needs {
            for need in map.read(fields)? {
                if !needs.contains(&need) {
                    needs.push(need);
                }
            }
        }
        Ok(needs)
    }

    /// Reads where the first address is.
    pub(super) fn spot(&self, view: &View<'_>, tables: &Tables) -> Spot {
        let first = self.addresses.first();
        first.map_or_else(Spot::default, |address| address.spot(view, tables))
    }

    /// Tells whether needs come by SNOMED code.
    pub(super) fn looks_up_codes(&self) -> bool {
        self.needs.iter().any(NeedMap::is_by_snomed)
    }

    pub(super) fn uprn_column(&self) -> Option<&str> {
        self.addresses.first().and_then(AddressMap::uprn_column)
    }

    pub(super) fn columns(&self) -> Vec<String> {
        let values = self.values();
        let columns = values.iter().flat_map(|(_, value)| value.columns());
        columns.map(str::to_owned).collect()
    }

    pub(super) fn check(&self, tables: &Tables, judge: &Judge<'_>) -> Result<(), SourceError> {
        for (key, value) in self.values() {
            value.check(&key, tables)?;
        }
        for (key, part) in numbered("addresses", &self.addresses) {
            part.check(&key)?;
        }
        for (key, part) in numbered("contacts", &self.contacts) {
            part.check(&key, tables)?;
        }
        for (key, part) in numbered("needs", &self.needs) {
            part.check(&key, tables, judge)?;
        }
        for (key, part) in numbered("languages", &self.languages) {
            part.check(&key, tables, judge)?;
        }
        for (key, part) in numbered("proxies", &self.proxies) {
            part.check(&key, tables, judge)?;
        }
        self.safety.as_ref().map_or(Ok(()), |safety| {
            safety.check("map.person.safety", tables, judge)
        })
    }

    /// Lists every value with its place in the file.
    fn values(&self) -> Vec<(String, Value<'_>)> {
        let mut all = prefixed("map.person", self.own_values());
        for (key, part) in numbered("addresses", &self.addresses) {
            all.extend(prefixed(&key, part.values()));
        }
        for (key, part) in numbered("contacts", &self.contacts) {
            all.extend(prefixed(&key, part.values()));
        }
        for (key, part) in numbered("needs", &self.needs) {
            all.extend(prefixed(&key, part.values()));
        }
        for (key, part) in numbered("languages", &self.languages) {
            all.extend(prefixed(&key, part.values()));
        }
        for (key, part) in numbered("teams", &self.teams) {
            all.extend(prefixed(&key, part.values()));
        }
        for (key, part) in numbered("proxies", &self.proxies) {
            all.extend(prefixed(&key, part.values()));
        }
        if let Some(safety) = &self.safety {
            all.extend(prefixed("map.person.safety", safety.values()));
        }
        all
    }

    fn own_values(&self) -> Vec<(&'static str, Value<'_>)> {
        named([
            ("reference", self.reference.as_ref().map(Value::Word)),
            ("title", self.title.as_ref().map(Value::Word)),
            ("forename", self.forename.as_ref().map(Value::Word)),
            ("middle", self.middle.as_ref().map(Value::Word)),
            ("surname", Some(Value::Word(&self.surname))),
            (
                "preferred_name",
                self.preferred_name.as_ref().map(Value::Word),
            ),
            ("pronouns", self.pronouns.as_ref().map(Value::Word)),
            ("date_of_birth", self.date_of_birth.as_ref().map(Value::Day)),
            ("nino", self.nino.as_ref().map(Value::Word)),
            ("nhs_number", self.nhs_number.as_ref().map(Value::Word)),
            ("deceased", self.deceased.as_ref().map(Value::YesNo)),
            ("deceased_on", self.deceased_on.as_ref().map(Value::Day)),
        ])
    }
}

/// Reads every part that is there.
fn each<'a, M, T>(
    maps: &'a [M],
    fields: &mut Fields<'a>,
    read: impl Fn(&'a M, &mut Fields<'a>) -> Result<Option<T>, FieldError>,
) -> Result<Vec<T>, FieldError> {
    let parts = maps.iter().map(|map| read(map, fields));
    parts.filter_map(Result::transpose).collect()
}

/// Names each part by its place in the file; the first is 0.
fn numbered<'a, M>(list: &str, maps: &'a [M]) -> impl Iterator<Item = (String, &'a M)> {
    let key = move |at| format!("map.person.{list}[{at}]");
    maps.iter().enumerate().map(move |(at, map)| (key(at), map))
}

fn prefixed<'a>(key: &str, values: Vec<(&'static str, Value<'a>)>) -> Vec<(String, Value<'a>)> {
    let named = values.into_iter();
    named
        .map(|(name, value)| (format!("{key}.{name}"), value))
        .collect()
}
