//! Options of questions with several controls.

use maud::PreEscaped;
use serde::Deserialize;
use serde_json::Value;

use super::{Heading, PlainWords, Rendered, Said, Words, class, content, read};
use crate::components::fieldset as group;
use crate::components::{Checkboxes, Choice, DateInput, Legend, Radios, RadiosLook, WrongParts};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FieldsetOptions {
    legend: Heading,
    #[serde(default)]
    html: String,
    described_by: Option<String>,
    role: Option<String>,
}

pub(in super::super) fn fieldset(options: &Value) -> Rendered {
    let it: FieldsetOptions = read(options)?;
    Ok(group::described(
        &it.legend.legend()?,
        it.described_by.as_deref(),
        it.role.as_deref(),
        &PreEscaped(it.html),
    ))
}

/// A fieldset around a question: only its legend is offered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    legend: Heading,
}

fn legend(group: Option<&Group>) -> Result<Option<Legend<'_>>, String> {
    group.map(|group| group.legend.legend()).transpose()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ChoicesOptions {
    name: String,
    id_prefix: Option<String>,
    fieldset: Option<Group>,
    #[serde(default)]
    hint: Words,
    error_message: Option<PlainWords>,
    items: Vec<Item>,
    #[serde(default)]
    classes: String,
    /// Of radios: what is chosen.
    value: Option<Said>,
    /// Of checkboxes: what is chosen.
    #[serde(default)]
    values: Vec<Said>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    value: Said,
    text: Option<Said>,
    html: Option<String>,
    #[serde(default)]
    hint: Words,
    checked: Option<bool>,
    conditional: Option<Conditional>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Conditional {
    html: Value,
}

impl ChoicesOptions {
    fn items(&self) -> Vec<Choice<'_>> {
        self.items.iter().map(|item| self.item(item)).collect()
    }

    fn item<'a>(&self, item: &'a Item) -> Choice<'a> {
        let mut chosen = self.value.iter().chain(&self.values);
        let chosen = chosen.any(|value| value.0 == item.value.0);
        let conditional = item.conditional.as_ref().and_then(|it| it.html.as_str());
        Choice {
            value: &item.value.0,
            label: content(item.text.as_ref(), item.html.as_deref()),
            hint: item.hint.content(),
            checked: item.checked.unwrap_or(chosen),
            conditional: conditional.map(|html| PreEscaped(html.to_owned())),
        }
    }

    fn error(&self) -> Option<&str> {
        self.error_message.as_ref().map(|words| words.text.as_str())
    }
}

pub(in super::super) fn radios(options: &Value) -> Rendered {
    let it: ChoicesOptions = read(options)?;
    let radios = Radios {
        name: &it.name,
        id: it.id_prefix.as_deref(),
        legend: legend(it.fieldset.as_ref())?,
        hint: it.hint.content(),
        error: it.error(),
        items: it.items(),
        look: class(
            &it.classes,
            &[
                ("", RadiosLook::Stacked),
                ("govuk-radios--inline", RadiosLook::Inline),
                ("govuk-radios--small", RadiosLook::Small),
            ],
        )?,
    };
    Ok(radios.render())
}

pub(in super::super) fn checkboxes(options: &Value) -> Rendered {
    let it: ChoicesOptions = read(options)?;
    let checkboxes = Checkboxes {
        name: &it.name,
        id: it.id_prefix.as_deref(),
        legend: legend(it.fieldset.as_ref())?,
        hint: it.hint.content(),
        error: it.error(),
        items: it.items(),
        small: class(
            &it.classes,
            &[("", false), ("govuk-checkboxes--small", true)],
        )?,
    };
    Ok(checkboxes.render())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DateOptions {
    id: String,
    #[serde(default)]
    name_prefix: String,
    fieldset: Option<Group>,
    #[serde(default)]
    hint: Words,
    error_message: Option<PlainWords>,
    #[serde(default)]
    day: PartOptions,
    #[serde(default)]
    month: PartOptions,
    #[serde(default)]
    year: PartOptions,
    #[serde(default)]
    values: serde_json::Map<String, Value>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartOptions {
    error: Option<bool>,
    value: Option<Said>,
}

impl DateOptions {
    fn value(&self, part: &PartOptions, name: &str) -> String {
        if let Some(value) = &part.value {
            return value.0.clone();
        }
        let name = match self.name_prefix.as_str() {
            "" => name.to_owned(),
            prefix => format!("{prefix}-{name}"),
        };
        let value = self.values.get(&name);
        value.map(ToString::to_string).unwrap_or_default()
    }

    /// A part is wrong when it is said to be, or when others are said not to be.
    fn wrong(&self) -> WrongParts {
        let parts = [&self.day, &self.month, &self.year].map(|part| part.error);
        let named = parts.contains(&Some(true));
        let message = self.error_message.is_some();
        let [day, month, year] = parts.map(|error| match error {
            Some(wrong) => wrong,
            None => message && !named,
        });
        WrongParts { day, month, year }
    }
}

pub(in super::super) fn date_input(options: &Value) -> Rendered {
    let it: DateOptions = read(options)?;
    let [day, month, year] = [
        it.value(&it.day, "day"),
        it.value(&it.month, "month"),
        it.value(&it.year, "year"),
    ];
    let date = DateInput {
        name: &it.name_prefix,
        id: Some(&it.id),
        legend: legend(it.fieldset.as_ref())?,
        hint: it.hint.content(),
        error: it.error_message.as_ref().map(|words| words.text.as_str()),
        wrong: it.wrong(),
        day: &day,
        month: &month,
        year: &year,
    };
    Ok(date.render())
}
