//! `[detail]`: what is sealed whole, in the agent. The only road for free text.

use firebox_contract::envelope::MAX_PAYLOAD_BYTES;
use firebox_contract::record::{Detail, FieldError};
use firebox_contract::{Reason, canonical};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::value::{Day, Text, View};
use crate::source::SourceError;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DetailMap {
    note: Text,
    incident_date: Option<Day>,
    incident_reference: Option<Text>,
    person: Option<Text>,
    decided_by: Option<Text>,
    approved_by: Option<Text>,
    notified: Option<Text>,
}

impl DetailMap {
    /// Reads the detail; none where every column of it is empty.
    pub(super) fn read(&self, view: &View<'_>) -> Result<Option<Detail>, FieldError> {
        let mut left_out = 0;
        let text = |text: &Option<Text>| {
            text.as_ref()
                .map(|text| text.read(view).into_owned())
                .filter(|text| !text.is_empty())
        };
        let incident_date = self.incident_date.as_ref();
        let detail = Detail {
            note: self.note.read(view).into_owned(),
            incident_date: incident_date.map_or(Ok(None), |day| {
                day.read("incident_date", view, &mut left_out)
            })?,
            incident_reference: text(&self.incident_reference),
            person: text(&self.person),
            decided_by: text(&self.decided_by),
            approved_by: text(&self.approved_by),
            notified: text(&self.notified),
        };
        detail.check()?;
        let size = canonical::to_bytes(&detail)
            .map_or(usize::MAX, |payload| Zeroizing::new(payload).len());
        if size > MAX_PAYLOAD_BYTES {
            return Err(FieldError::new("detail", Reason::DetailTooLong));
        }
        Ok((!is_empty(&detail)).then_some(detail))
    }

    pub(super) fn columns(&self) -> Vec<String> {
        let day = self.incident_date.as_ref().map(Day::column);
        self.texts()
            .filter_map(|(_, text)| text.column())
            .chain(day)
            .map(str::to_owned)
            .collect()
    }

    pub(super) fn check(&self) -> Result<(), SourceError> {
        for (name, text) in self.texts() {
            text.check(&format!("detail.{name}"))?;
        }
        self.incident_date
            .as_ref()
            .map_or(Ok(()), |day| day.check("detail.incident_date"))
    }

    fn texts(&self) -> impl Iterator<Item = (&'static str, &Text)> {
        [
            ("note", Some(&self.note)),
            ("incident_reference", self.incident_reference.as_ref()),
            ("person", self.person.as_ref()),
            ("decided_by", self.decided_by.as_ref()),
            ("approved_by", self.approved_by.as_ref()),
            ("notified", self.notified.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, text)| text.map(|text| (name, text)))
    }
}

fn is_empty(detail: &Detail) -> bool {
    let texts = [
        &detail.incident_reference,
        &detail.person,
        &detail.decided_by,
        &detail.approved_by,
        &detail.notified,
    ];
    detail.note.is_empty()
        && detail.incident_date.is_none()
        && texts.iter().all(|text| text.is_none())
}
