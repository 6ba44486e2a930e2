//! Options of questions with one control.

use serde::Deserialize;
use serde_json::Value;

use super::{Heading, PlainWords, Rendered, Said, Words, content, read};
use crate::components::{self as parts, CharacterCount, FileUpload, Input, InputKind};
use crate::components::{InputMode, PasswordInput, Textarea, Width};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
struct LabelOptions {
    text: Option<Said>,
    html: Option<String>,
    classes: String,
    is_page_heading: bool,
    #[serde(rename = "for")]
    id: String,
}

pub(in super::super) fn label(options: &Value) -> Rendered {
    let it: LabelOptions = read(options)?;
    let heading = Heading {
        text: it.text,
        html: it.html,
        classes: it.classes,
        is_page_heading: it.is_page_heading,
    };
    Ok(parts::label(&heading.label()?, &it.id))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct HintOptions {
    id: String,
    text: Option<Said>,
    html: Option<String>,
}

pub(in super::super) fn hint(options: &Value) -> Rendered {
    let it: HintOptions = read(options)?;
    let said = content(it.text.as_ref(), it.html.as_deref());
    Ok(parts::hint(&it.id, said))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MessageOptions {
    id: String,
    text: String,
}

pub(in super::super) fn error_message(options: &Value) -> Rendered {
    let it: MessageOptions = read(options)?;
    match it.text.is_empty() {
        true => Err("no words".to_owned()),
        false => Ok(parts::error_message(&it.id, &it.text)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct InputOptions {
    name: String,
    id: Option<String>,
    label: Heading,
    #[serde(default)]
    hint: Words,
    error_message: Option<PlainWords>,
    #[serde(default)]
    value: Said,
    #[serde(default)]
    classes: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    inputmode: Option<String>,
    autocomplete: Option<String>,
    autocapitalize: Option<String>,
    spellcheck: Option<bool>,
}

pub(in super::super) fn input(options: &Value) -> Rendered {
    let it: InputOptions = read(options)?;
    let (width, spaced) = width(&it.classes)?;
    let input = Input {
        name: &it.name,
        id: it.id.as_deref(),
        label: it.label.label()?,
        hint: it.hint.content(),
        error: it.error_message.as_ref().map(|words| words.text.as_str()),
        value: &it.value.0,
        kind: kind(it.kind.as_deref())?,
        mode: it.inputmode.as_deref().map(mode).transpose()?,
        width,
        spaced,
        autocomplete: it.autocomplete.as_deref(),
        spellcheck: it.spellcheck,
        autocapitalize: it.autocapitalize.as_deref(),
        autofocus: false,
    };
    Ok(input.render())
}

fn width(classes: &str) -> Result<(Option<Width>, bool), String> {
    let (mut width, mut spaced) = (None, false);
    for class in classes.split_whitespace() {
        match class {
            "govuk-input--width-2" => width = Some(Width::Two),
            "govuk-input--width-3" => width = Some(Width::Three),
            "govuk-input--width-4" => width = Some(Width::Four),
            "govuk-input--width-5" => width = Some(Width::Five),
            "govuk-input--width-10" => width = Some(Width::Ten),
            "govuk-input--width-20" => width = Some(Width::Twenty),
            "govuk-input--width-30" => width = Some(Width::Thirty),
            "govuk-input--extra-letter-spacing" => spaced = true,
            other => return Err(format!("class {other}")),
        }
    }
    Ok((width, spaced))
}

fn kind(kind: Option<&str>) -> Result<InputKind, String> {
    match kind {
        None | Some("text") => Ok(InputKind::Text),
        Some("email") => Ok(InputKind::Email),
        Some("tel") => Ok(InputKind::Telephone),
        Some(other) => Err(format!("type {other}")),
    }
}

fn mode(mode: &str) -> Result<InputMode, String> {
    match mode {
        "numeric" => Ok(InputMode::Numeric),
        "decimal" => Ok(InputMode::Decimal),
        "tel" => Ok(InputMode::Telephone),
        other => Err(format!("inputmode {other}")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct PasswordOptions {
    name: String,
    id: Option<String>,
    label: Heading,
    #[serde(default)]
    hint: Words,
    error_message: Option<PlainWords>,
    autocomplete: Option<String>,
}

pub(in super::super) fn password_input(options: &Value) -> Rendered {
    let it: PasswordOptions = read(options)?;
    let input = PasswordInput {
        name: &it.name,
        id: it.id.as_deref(),
        label: it.label.label()?,
        hint: it.hint.content(),
        error: it.error_message.as_ref().map(|words| words.text.as_str()),
        new: match it.autocomplete.as_deref() {
            None => false,
            Some("new-password") => true,
            Some(other) => return Err(format!("autocomplete {other}")),
        },
    };
    Ok(input.render())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TextareaOptions {
    name: String,
    id: Option<String>,
    label: Heading,
    #[serde(default)]
    hint: Words,
    error_message: Option<PlainWords>,
    #[serde(default)]
    value: String,
    rows: Option<u8>,
    autocomplete: Option<String>,
    spellcheck: Option<bool>,
    /// Of a character count alone.
    maxlength: Option<u32>,
}

impl TextareaOptions {
    fn ours(&self) -> Result<Textarea<'_>, String> {
        Ok(Textarea {
            name: &self.name,
            id: self.id.as_deref(),
            label: self.label.label()?,
            hint: self.hint.content(),
            error: self.error_message.as_ref().map(|words| words.text.as_str()),
            value: &self.value,
            rows: self.rows,
            autocomplete: self.autocomplete.as_deref(),
            spellcheck: self.spellcheck,
        })
    }
}

pub(in super::super) fn textarea(options: &Value) -> Rendered {
    let it: TextareaOptions = read(options)?;
    Ok(it.ours()?.render())
}

pub(in super::super) fn character_count(options: &Value) -> Rendered {
    let it: TextareaOptions = read(options)?;
    let maximum = it.maxlength.ok_or("no maximum")?;
    let textarea = it.ours()?;
    Ok(CharacterCount { textarea, maximum }.render())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FileOptions {
    name: String,
    id: Option<String>,
    label: Heading,
    #[serde(default)]
    hint: Words,
    error_message: Option<PlainWords>,
    #[serde(default)]
    attributes: FileAttributes,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileAttributes {
    accept: Option<String>,
}

pub(in super::super) fn file_upload(options: &Value) -> Rendered {
    let it: FileOptions = read(options)?;
    let upload = FileUpload {
        name: &it.name,
        id: it.id.as_deref(),
        label: it.label.label()?,
        hint: it.hint.content(),
        error: it.error_message.as_ref().map(|words| words.text.as_str()),
        accept: it.attributes.accept.as_deref(),
    };
    Ok(upload.render())
}
