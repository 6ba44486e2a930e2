//! `[[map.person.proxies]]`: who may, and who may not, speak for a person. What
//! does not read never lets anybody say more: a state nobody mapped suspends,
//! and the days between which somebody speaks cannot be left out.

use firebox_contract::Reason;
use firebox_contract::record::{Evidence, FieldError, May, Phone, Proxy, ProxyState, UNMAPPED};
use serde::Deserialize;

use super::fields::{Fields, Words};
use crate::map::code::{self, Tables};
use crate::map::list::List;
use crate::map::value::Day;
use crate::map::word::{Value, Word, named};
use crate::source::{Judge, SourceError};

/// Stands for limits that are a story: a proxy without limits must not be made
/// of one with too many.
const LIMITS_TOO_LONG: &str =
    "There are limits, too long to show. Ask the service before you tell them anything.";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProxyMap {
    name: Word,
    relationship: Word,
    phone: Option<Word>,
    basis: Word,
    about: Option<List>,
    may: Option<List>,
    limits: Option<Word>,
    evidence: Option<Word>,
    evidence_on: Option<Day>,
    verify: Option<Word>,
    from: Option<Day>,
    to: Option<Day>,
    review_due: Option<Day>,
    state: Option<Word>,
}

impl ProxyMap {
    /// Reads the proxy; none where the name is empty.
    pub(super) fn read<'a>(&'a self, fields: &mut Fields<'a>) -> Result<Option<Proxy>, FieldError> {
        let Some(name) = fields.line("proxy_name", Some(&self.name))? else {
            return Ok(None);
        };
        let missing = |field| FieldError::new(field, Reason::Missing);
        let relationship = fields.line("proxy_relationship", Some(&self.relationship))?;
        let basis = fields.line("proxy_basis", Some(&self.basis))?;
        let limits = match fields.words("proxy_limits", self.limits.as_ref())? {
            Words::TooLong => Some(LIMITS_TOO_LONG.to_owned()),
            other => other.line(),
        };
        Ok(Some(Proxy {
            name,
            relationship: relationship.ok_or_else(|| missing("proxy_relationship"))?,
            phone: fields.value("proxy_phone", self.phone.as_ref(), Phone::parse)?,
            basis: basis.ok_or_else(|| missing("proxy_basis"))?,
            about: self.about(fields),
            may: self.may(fields)?,
            limits,
            evidence: self.evidence(fields)?,
            verify: fields.words("proxy_verify", self.verify.as_ref())?.line(),
            from: fields.day("proxy_from", self.from.as_ref())?,
            to: fields.day("proxy_to", self.to.as_ref())?,
            review_due: fields.day("proxy_review_due", self.review_due.as_ref())?,
            state: self.state(fields),
        }))
    }

    fn about(&self, fields: &Fields<'_>) -> Vec<String> {
        let mut about: Vec<String> = Vec::new();
        let Some(list) = &self.about else {
            return about;
        };
        for label in list.labels(fields.view) {
            let code = list.code(&label, fields.tables).unwrap_or(UNMAPPED);
            if about.iter().all(|known| known != code) {
                about.push(code.to_owned());
            }
        }
        about
    }

    fn may(&self, fields: &mut Fields<'_>) -> Result<Vec<May>, FieldError> {
        self.may.as_ref().map_or(Ok(Vec::new()), |list| {
            let (view, tables) = (fields.view, fields.tables);
            list.read("proxy_may", view, tables, &mut fields.left_out, May::parse)
        })
    }

    fn evidence<'a>(&'a self, fields: &mut Fields<'a>) -> Result<Option<Evidence>, FieldError> {
        let kind = fields.line("proxy_evidence", self.evidence.as_ref())?;
        let seen_on = fields.day("proxy_evidence_on", self.evidence_on.as_ref())?;
        Ok(kind.map(|kind| Evidence { kind, seen_on }))
    }

    /// An empty state means given, one nobody mapped means suspended.
    fn state(&self, fields: &Fields<'_>) -> ProxyState {
        let read = fields.text("proxy_state", self.state.as_ref());
        match read.as_deref() {
            Ok("") => ProxyState::Given,
            Ok(code) => code::named(code).unwrap_or(ProxyState::Suspended),
            Err(_) => ProxyState::Suspended,
        }
    }

    pub(super) fn values(&self) -> Vec<(&'static str, Value<'_>)> {
        named([
            ("name", Some(Value::Word(&self.name))),
            ("relationship", Some(Value::Word(&self.relationship))),
            ("phone", self.phone.as_ref().map(Value::Word)),
            ("basis", Some(Value::Word(&self.basis))),
            ("about", self.about.as_ref().map(Value::List)),
            ("may", self.may.as_ref().map(Value::List)),
            ("limits", self.limits.as_ref().map(Value::Word)),
            ("evidence", self.evidence.as_ref().map(Value::Word)),
            ("evidence_on", self.evidence_on.as_ref().map(Value::Day)),
            ("verify", self.verify.as_ref().map(Value::Word)),
            ("from", self.from.as_ref().map(Value::Day)),
            ("to", self.to.as_ref().map(Value::Day)),
            ("review_due", self.review_due.as_ref().map(Value::Day)),
            ("state", self.state.as_ref().map(Value::Word)),
        ])
    }

    pub(super) fn check(
        &self,
        key: &str,
        tables: &Tables,
        judge: &Judge<'_>,
    ) -> Result<(), SourceError> {
        let key = |name: &str| format!("{key}.{name}");
        let words = judge.vocabulary;
        self.basis.check_codes(&key("basis"), tables, |code| {
            words.proxy_basis(code).is_some()
        })?;
        if let Some(list) = &self.about {
            list.check_codes(&key("about"), tables, |code| {
                code == UNMAPPED || words.subject(code).is_some()
            })?;
        }
        if let Some(list) = &self.may {
            list.check_codes(&key("may"), tables, |code| May::parse(code).is_ok())?;
        }
        if let Some(evidence) = &self.evidence {
            evidence.check_codes(&key("evidence"), tables, |code| {
                words.evidence(code).is_some()
            })?;
        }
        if let Some(state) = &self.state {
            state.check_codes(&key("state"), tables, |code| {
                code::named::<ProxyState>(code).is_some()
            })?;
            if state.other_is("given") {
                let what = "`other` must not be \"given\": a word nobody mapped is no consent";
                return Err(SourceError::key(key("state"), what));
            }
        }
        for (name, day) in [("from", &self.from), ("to", &self.to)] {
            if day.as_ref().is_some_and(Day::may_be_left_out) {
                let what = "cannot be left out: without it they would speak for longer";
                return Err(SourceError::key(key(name), what));
            }
        }
        if self.limits.as_ref().is_some_and(Word::is_left_out_if_bad) {
            let what = "cannot be left out: without them they would speak about more";
            return Err(SourceError::key(key("limits"), what));
        }
        Ok(())
    }
}
