//! `[map.hazard]`: a warning, level 1. Codes, owner and dates; no free text.

use firebox_contract::Reason;
use firebox_contract::record::{
    Class, FieldError, HazardFlag, Location, Owner, State, Subject, UNMAPPED, Uprn, line,
};
use serde::Deserialize;

use super::code::{Code, Codes, Tables, named};
use super::place::{Spot, read_place};
use super::value::{Day, Text, View};
use crate::source::{Judge, SourceError};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HazardMap {
    skip_when_empty: Option<String>,
    pub(super) uprn: Option<Text>,
    #[serde(default)]
    lines: Vec<Vec<String>>,
    postcode: Option<Text>,
    subject: Code,
    code: Code,
    controls: Option<Codes>,
    team: Text,
    phone: Text,
    hours: Option<Text>,
    out_of_hours: Option<Text>,
    class: Code,
    recorded_on: Day,
    review_due: Day,
    state: Option<Code>,
    #[serde(default)]
    relevant_services: Vec<String>,
}

impl HazardMap {
    /// Tells whether the row carries no warning at all.
    pub(super) fn skips(&self, view: &View<'_>) -> bool {
        self.skip_when_empty
            .as_deref()
            .is_some_and(|column| view.text(column).is_empty())
    }

    pub(super) fn read(&self, view: &View<'_>, tables: &Tables) -> Result<HazardFlag, FieldError> {
        let mut left_out = 0;
        let subject = pick("subject", &self.subject, view, tables)?;
        let recorded_on = self.recorded_on.read("recorded_on", view, &mut left_out)?;
        let review_due = self.review_due.read("review_due", view, &mut left_out)?;
        let missing = |field| FieldError::new(field, Reason::Missing);
        Ok(HazardFlag {
            subject,
            location: self.location(view)?,
            code: self
                .code
                .read(view, tables)
                .unwrap_or_else(|| UNMAPPED.to_owned()),
            source_code: source_code(&self.code.label(view)),
            controls: self
                .controls
                .as_ref()
                .map_or_else(Vec::new, |codes| codes.read(view, tables, UNMAPPED)),
            owner: self.owner(view)?,
            class: pick("class", &self.class, view, tables)?,
            recorded_on: recorded_on.ok_or_else(|| missing("recorded_on"))?,
            review_due: review_due
                .ok_or_else(|| FieldError::new("review_due", Reason::ReviewMissing))?,
            relevant_services: self.relevant_services.clone(),
            occupancy_bound: subject == Subject::PersonAtProperty,
            state: self
                .state
                .as_ref()
                .map_or(Ok(State::Active), |code| pick("state", code, view, tables))?,
            end: None,
        })
    }

    /// The UPRN where the service knows it, the address where it does not.
    fn location(&self, view: &View<'_>) -> Result<Location, FieldError> {
        let uprn = self
            .uprn
            .as_ref()
            .map(|uprn| uprn.read(view))
            .unwrap_or_default();
        if !uprn.is_empty() {
            return Uprn::parse(&uprn).map(Location::Uprn);
        }
        let nowhere = FieldError::new("place", Reason::PlaceMissing);
        let Some(postcode) = &self.postcode else {
            return Err(nowhere);
        };
        if postcode.read(view).is_empty() {
            return Err(nowhere);
        }
        let place = read_place(view, &self.lines, postcode)?;
        if place.postcode.is_pseudo() {
            Err(nowhere)
        } else {
            Ok(Location::Address(place))
        }
    }

    fn owner(&self, view: &View<'_>) -> Result<Owner, FieldError> {
        let optional = |text: &Option<Text>| {
            text.as_ref()
                .map(|text| text.read(view).into_owned())
                .unwrap_or_default()
        };
        Owner::parse(
            &self.team.read(view),
            &self.phone.read(view),
            &optional(&self.hours),
            &optional(&self.out_of_hours),
        )
    }

    pub(super) fn spot(&self, view: &View<'_>) -> Spot {
        Spot::read(
            view,
            self.uprn.as_ref(),
            &self.lines,
            self.postcode.as_ref(),
        )
    }

    pub(super) fn columns(&self) -> Vec<String> {
        let texts = [&self.uprn, &self.postcode, &self.hours, &self.out_of_hours];
        let codes = [
            Some(&self.subject),
            Some(&self.code),
            Some(&self.class),
            self.state.as_ref(),
        ];
        let mut columns: Vec<&str> = texts
            .into_iter()
            .flatten()
            .filter_map(Text::column)
            .collect();
        columns.extend(
            [&self.team, &self.phone]
                .into_iter()
                .filter_map(Text::column),
        );
        columns.extend(codes.into_iter().flatten().filter_map(Code::column));
        columns.extend([self.recorded_on.column(), self.review_due.column()]);
        columns.extend(self.controls.as_ref().map(Codes::column));
        columns.extend(self.skip_when_empty.as_deref());
        columns.extend(self.lines.iter().flatten().map(String::as_str));
        columns.into_iter().map(str::to_owned).collect()
    }

    pub(super) fn check(&self, tables: &Tables, judge: &Judge<'_>) -> Result<(), SourceError> {
        let key = |name: &str| format!("map.hazard.{name}");
        let texts = [
            ("uprn", self.uprn.as_ref()),
            ("postcode", self.postcode.as_ref()),
            ("team", Some(&self.team)),
            ("phone", Some(&self.phone)),
            ("hours", self.hours.as_ref()),
            ("out_of_hours", self.out_of_hours.as_ref()),
        ];
        for (name, text) in texts {
            text.map_or(Ok(()), |text| text.check(&key(name)))?;
        }
        if self.uprn.is_none() && (self.lines.is_empty() || self.postcode.is_none()) {
            return Err(SourceError::key(
                "map.hazard",
                "needs `uprn`, or `lines` with `postcode`",
            ));
        }
        self.recorded_on.check(&key("recorded_on"))?;
        self.review_due.check(&key("review_due"))?;
        let (words, today) = (judge.vocabulary, judge.today);
        self.code.check(&key("code"), tables, |code| {
            code == UNMAPPED || words.knows_hazard(code, today)
        })?;
        self.subject.check(&key("subject"), tables, |code| {
            named::<Subject>(code).is_some()
        })?;
        self.class
            .check(&key("class"), tables, |code| named::<Class>(code).is_some())?;
        if let Some(state) = &self.state {
            state.check(&key("state"), tables, |code| named::<State>(code).is_some())?;
        }
        match &self.controls {
            Some(codes) => codes.check(&key("controls"), tables, |code| {
                words.knows_control(code, today)
            }),
            None => Ok(()),
        }
    }
}

fn pick<T: serde::de::DeserializeOwned>(
    field: &'static str,
    code: &Code,
    view: &View<'_>,
    tables: &Tables,
) -> Result<T, FieldError> {
    let read = code
        .read(view, tables)
        .ok_or_else(|| FieldError::new(field, Reason::Missing))?;
    named(&read).ok_or_else(|| FieldError::new(field, Reason::Malformed))
}

/// Keeps the service's own label. One that is no short line is no label but a
/// story, and stories have no place in the open part.
fn source_code(label: &str) -> String {
    line("source_code", label).unwrap_or_default()
}
