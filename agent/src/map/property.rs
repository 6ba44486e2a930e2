//! `[map.property]`: an address with its UPRN.

use firebox_contract::record::{FieldError, Property, Uprn, line};
use serde::Deserialize;

use super::code::{Code, Tables};
use super::place::{Spot, read_place};
use super::value::{Text, View};
use crate::source::SourceError;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PropertyMap {
    pub(super) uprn: Text,
    lines: Vec<Vec<String>>,
    postcode: Text,
    parent: Option<Text>,
    classification: Option<Code>,
}

impl PropertyMap {
    pub(super) fn read(&self, view: &View<'_>, tables: &Tables) -> Result<Property, FieldError> {
        let mut left_out = 0;
        let parent = self.parent.as_ref();
        let classification = self
            .classification
            .as_ref()
            .and_then(|code| code.read(view, tables));
        Ok(Property {
            uprn: Uprn::parse(&self.uprn.read(view))?,
            place: read_place(view, &self.lines, &self.postcode)?,
            parent: parent.map_or(Ok(None), |text| {
                text.optional(view, &mut left_out, Uprn::parse)
            })?,
            classification: match classification.as_deref() {
                None | Some("") => None,
                Some(text) => Some(line("classification", text)?),
            },
        })
    }

    pub(super) fn spot(&self, view: &View<'_>) -> Spot {
        Spot::read(view, Some(&self.uprn), &self.lines, Some(&self.postcode))
    }

    pub(super) fn columns(&self) -> Vec<String> {
        let single = [self.uprn.column(), self.postcode.column()];
        let optional = [
            self.parent.as_ref().and_then(Text::column),
            self.classification.as_ref().and_then(Code::column),
        ];
        let lines = self.lines.iter().flatten().map(String::as_str);
        single
            .into_iter()
            .chain(optional)
            .flatten()
            .chain(lines)
            .map(str::to_owned)
            .collect()
    }

    pub(super) fn check(&self, tables: &Tables) -> Result<(), SourceError> {
        self.uprn.check("map.property.uprn")?;
        self.postcode.check("map.property.postcode")?;
        if let Some(parent) = &self.parent {
            parent.check("map.property.parent")?;
        }
        match &self.classification {
            Some(code) => code.check("map.property.classification", tables, |_| true),
            None => Ok(()),
        }
    }
}
