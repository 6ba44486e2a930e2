//! The options of the package's fixtures, as far as we offer them. An option
//! that no field here takes makes the fixture one that is not offered.

pub(super) mod answers;
pub(super) mod choices;
pub(super) mod frame;
pub(super) mod questions;
pub(super) mod tables;

use maud::{Markup, PreEscaped};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::components::{Content, Label, Legend, Size};

/// Renders a fixture's options with our part, or says which are not offered.
pub(super) type Offered = fn(&Value) -> Rendered;
/// Markup, or why there is none.
pub(super) type Rendered = Result<Markup, String>;

/// Reads options, every one of them.
fn read<T: DeserializeOwned>(options: &Value) -> Result<T, String> {
    serde_json::from_value(options.clone()).map_err(|error| error.to_string())
}

/// Words, which fixtures sometimes write as a number.
#[derive(Default)]
struct Said(String);

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Value::deserialize(from)? {
            Value::String(words) => Ok(Self(words)),
            Value::Number(number) => Ok(Self(number.to_string())),
            other => Err(serde::de::Error::custom(format!("no words: {other}"))),
        }
    }
}

/// Words or markup.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    text: Option<Said>,
    html: Option<String>,
}

impl Words {
    fn content(&self) -> Content<'_> {
        content(self.text.as_ref(), self.html.as_deref())
    }
}

/// Markup goes before words, as in the package.
fn content<'a>(text: Option<&'a Said>, html: Option<&str>) -> Content<'a> {
    match (html, text) {
        (Some(html), _) => PreEscaped(html.to_owned()).into(),
        (None, Some(text)) => text.0.as_str().into(),
        (None, None) => Content::default(),
    }
}

/// Words only.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainWords {
    text: String,
}

/// A label or a legend.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
struct Heading {
    text: Option<Said>,
    html: Option<String>,
    classes: String,
    is_page_heading: bool,
}

impl Heading {
    fn content(&self) -> Content<'_> {
        content(self.text.as_ref(), self.html.as_deref())
    }

    fn label(&self) -> Result<Label<'_>, String> {
        Ok(Label {
            content: self.content(),
            size: size(&self.classes, "govuk-label")?,
            page_heading: self.is_page_heading,
        })
    }

    fn legend(&self) -> Result<Legend<'_>, String> {
        Ok(Legend {
            content: self.content(),
            size: size(&self.classes, "govuk-fieldset__legend")?,
            page_heading: self.is_page_heading,
        })
    }
}

/// Reads a size out of a class.
fn size(classes: &str, part: &str) -> Result<Option<Size>, String> {
    if classes.is_empty() {
        return Ok(None);
    }
    [Size::S, Size::M, Size::L, Size::Xl]
        .into_iter()
        .find(|size| classes == size.class(part))
        .map(Some)
        .ok_or_else(|| format!("class {classes}"))
}

/// Reads one of the classes we offer.
fn class<T: Copy>(classes: &str, offered: &[(&str, T)]) -> Result<T, String> {
    offered
        .iter()
        .find(|(class, _)| *class == classes)
        .map(|(_, meaning)| *meaning)
        .ok_or_else(|| format!("class {classes}"))
}

/// Leaves out what a template would leave out: null, false and nothing.
fn truthy<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Vec::<Value>::deserialize(from)?
        .into_iter()
        .filter(|value| match value {
            Value::Null | Value::Bool(false) => false,
            Value::String(words) => !words.is_empty(),
            Value::Object(members) => !members.is_empty(),
            _ => true,
        })
        .map(|value| serde_json::from_value(value).map_err(serde::de::Error::custom))
        .collect()
}
