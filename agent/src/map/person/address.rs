//! `[[map.person.addresses]]`: where a person is, was, or has their letters sent.

use firebox_contract::record::{Address, AddressUse, FieldError, Place, Uprn};
use serde::Deserialize;

use super::fields::Fields;
use crate::map::code::Tables;
use crate::map::place::{Spot, join};
use crate::map::value::{Day, IfBad, View};
use crate::map::word::{Value, Word, YesNo, named};
use crate::source::SourceError;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddressMap {
    #[serde(rename = "use")]
    purpose: AddressUse,
    uprn: Option<Word>,
    #[serde(default)]
    lines: Vec<Vec<String>>,
    postcode: Option<Word>,
    from: Option<Day>,
    to: Option<Day>,
    do_not_disclose: Option<YesNo>,
}

impl AddressMap {
    /// Reads the address; none where neither UPRN nor lines read. A wish that
    /// it be told to nobody is kept even then.
    pub(super) fn read<'a>(
        &'a self,
        fields: &mut Fields<'a>,
    ) -> Result<Option<Address>, FieldError> {
        let uprn = fields.value("uprn", self.uprn.as_ref(), Uprn::parse)?;
        let place = self.place(fields, uprn.is_some())?;
        let do_not_disclose = fields.is_yes("do_not_disclose", self.do_not_disclose.as_ref())?;
        let address = Address {
            purpose: self.purpose,
            uprn,
            place,
            from: fields.day("address_from", self.from.as_ref())?,
            to: fields.day("address_to", self.to.as_ref())?,
            do_not_disclose,
        };
        let stands = address.uprn.is_some() || address.place.is_some() || do_not_disclose;
        Ok(stands.then_some(address))
    }

    /// Reads the address as text. It cannot be carried without a postcode; beside
    /// a UPRN it says nothing new, so one that does not read is left out there.
    fn place<'a>(
        &'a self,
        fields: &mut Fields<'a>,
        beside_uprn: bool,
    ) -> Result<Option<Place>, FieldError> {
        let Some(postcode) = &self.postcode else {
            return Ok(None);
        };
        let lines = self.joined(fields.view);
        if lines.is_empty() {
            return Ok(None);
        }
        let code = postcode.read("postcode", fields.view, fields.tables)?;
        let if_bad = if beside_uprn || code.is_empty() {
            IfBad::LeaveOut
        } else {
            postcode.if_bad()
        };
        let read = Place::parse(lines.iter().map(String::as_str), &code);
        let place = if_bad.settle(read, &mut fields.left_out)?;
        // "No fixed abode" is no place.
        Ok(place.filter(|place| !place.postcode.is_pseudo()))
    }

    fn joined(&self, view: &View<'_>) -> Vec<String> {
        let lines = self.lines.iter().map(|columns| join(view, columns));
        lines.filter(|line| !line.is_empty()).collect()
    }

    /// Reads where it is, asking nothing of the rest.
    pub(super) fn spot(&self, view: &View<'_>, tables: &Tables) -> Spot {
        let text = |word: &Option<Word>| {
            let read = word.as_ref().map(|word| word.read("place", view, tables));
            read.and_then(Result::ok).unwrap_or_default().into_owned()
        };
        let lines = self.joined(view);
        let lines = lines.iter().map(String::as_str);
        Spot::of(
            Uprn::parse(&text(&self.uprn)).ok(),
            Place::parse(lines, &text(&self.postcode)).ok(),
        )
    }

    pub(super) fn uprn_column(&self) -> Option<&str> {
        self.uprn.as_ref().and_then(Word::column)
    }

    pub(super) fn values(&self) -> Vec<(&'static str, Value<'_>)> {
        named([
            ("uprn", self.uprn.as_ref().map(Value::Word)),
            ("lines", Some(Value::Lines(&self.lines))),
            ("postcode", self.postcode.as_ref().map(Value::Word)),
            ("from", self.from.as_ref().map(Value::Day)),
            ("to", self.to.as_ref().map(Value::Day)),
            (
                "do_not_disclose",
                self.do_not_disclose.as_ref().map(Value::YesNo),
            ),
        ])
    }

    pub(super) fn check(&self, key: &str) -> Result<(), SourceError> {
        if self.lines.is_empty() != self.postcode.is_none() {
            return Err(SourceError::key(
                key,
                "`lines` and `postcode` belong together",
            ));
        }
        if self.uprn.is_none() && self.lines.is_empty() {
            return Err(SourceError::key(
                key,
                "needs `uprn`, or `lines` with `postcode`",
            ));
        }
        Ok(())
    }
}
