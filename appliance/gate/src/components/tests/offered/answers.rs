//! Options of buttons, and of parts that tell something.

use serde::Deserialize;
use serde_json::Value;

use super::{Rendered, Said, Words, class, content, read};
use crate::components::TagColour;
use crate::components::{
    self as parts, Button, ButtonLook, Details, Interruption, PanelAction, Press,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ButtonOptions {
    text: Option<Said>,
    html: Option<String>,
    #[serde(default)]
    classes: String,
    href: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    name: Option<String>,
    value: Option<String>,
    id: Option<String>,
    prevent_double_click: Option<bool>,
}

pub(in super::super) fn button(options: &Value) -> Rendered {
    let it: ButtonOptions = read(options)?;
    if it.prevent_double_click == Some(false) {
        return Err("a second press is let through expressly".to_owned());
    }
    let button = Button {
        content: content(it.text.as_ref(), it.html.as_deref()),
        press: press(it.href.as_deref(), it.kind.as_deref())?,
        look: class(
            &it.classes,
            &[
                ("", ButtonLook::Primary),
                ("govuk-button--secondary", ButtonLook::Secondary),
                ("govuk-button--warning", ButtonLook::Warning),
                ("govuk-button--inverse", ButtonLook::Inverse),
            ],
        )?,
        name: it.name.as_deref(),
        value: it.value.as_deref(),
        prevent_double_click: it.prevent_double_click.is_some(),
        id: it.id.as_deref(),
    };
    Ok(button.render())
}

fn press<'a>(href: Option<&'a str>, kind: Option<&str>) -> Result<Press<'a>, String> {
    match (href, kind) {
        (Some(href), _) => Ok(Press::Link(href)),
        (None, None | Some("submit")) => Ok(Press::Submit),
        (None, Some("button")) => Ok(Press::Script),
        (None, Some(other)) => Err(format!("type {other}")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DetailsOptions {
    summary_text: String,
    text: Option<Said>,
    html: Option<String>,
    id: Option<String>,
    #[serde(default)]
    open: bool,
}

pub(in super::super) fn details(options: &Value) -> Rendered {
    let it: DetailsOptions = read(options)?;
    let said = content(it.text.as_ref(), it.html.as_deref());
    if it.id.is_none() && !it.open {
        return Ok(parts::details(&it.summary_text, said));
    }
    let details = Details {
        summary: &it.summary_text,
        content: said,
        open: it.open,
        id: it.id.as_deref(),
    };
    Ok(details.render())
}

pub(in super::super) fn inset_text(options: &Value) -> Rendered {
    let it: Words = read(options)?;
    Ok(parts::inset_text(it.content()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WarningOptions {
    text: Option<Said>,
    html: Option<String>,
    icon_fallback_text: Option<String>,
}

pub(in super::super) fn warning_text(options: &Value) -> Rendered {
    let it: WarningOptions = read(options)?;
    match it.icon_fallback_text.as_deref() {
        None | Some("Warning") => {}
        Some(other) => return Err(format!("read out as {other}")),
    }
    let said = content(it.text.as_ref(), it.html.as_deref());
    Ok(parts::warning_text(said))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TagOptions {
    text: String,
    #[serde(default)]
    classes: String,
}

pub(in super::super) fn tag(options: &Value) -> Rendered {
    let it: TagOptions = read(options)?;
    let colour = class(
        &it.classes,
        &[
            ("", TagColour::Blue),
            ("govuk-tag--grey", TagColour::Grey),
            ("govuk-tag--teal", TagColour::Teal),
            ("govuk-tag--green", TagColour::Green),
            ("govuk-tag--purple", TagColour::Purple),
            ("govuk-tag--magenta", TagColour::Magenta),
            ("govuk-tag--red", TagColour::Red),
            ("govuk-tag--orange", TagColour::Orange),
            ("govuk-tag--yellow", TagColour::Yellow),
        ],
    )?;
    Ok(parts::tag(&it.text, colour))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct PanelOptions {
    title_text: Option<Said>,
    title_html: Option<String>,
    text: Option<Said>,
    html: Option<String>,
    #[serde(default)]
    classes: String,
    actions: Option<PanelActions>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PanelActions {
    items: Vec<PanelItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PanelItem {
    text: String,
    href: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

pub(in super::super) fn panel(options: &Value) -> Rendered {
    let it: PanelOptions = read(options)?;
    let body = content(it.text.as_ref(), it.html.as_deref());
    let interrupts = class(
        &it.classes,
        &[("", false), ("govuk-panel--interruption", true)],
    )?;
    let items = it.actions.map(|actions| actions.items);
    if !interrupts {
        let title = content(it.title_text.as_ref(), it.title_html.as_deref());
        return match items {
            None => Ok(parts::panel(title, body)),
            Some(_) => Err("actions on a confirmation".to_owned()),
        };
    }
    let items = items.unwrap_or_default();
    let interruption = Interruption {
        title: &it.title_text.ok_or("no title in words")?.0,
        body,
        actions: items
            .iter()
            .map(PanelItem::ours)
            .collect::<Result<_, _>>()?,
    };
    Ok(interruption.render())
}

impl PanelItem {
    fn ours(&self) -> Result<PanelAction<'_>, String> {
        let kind = self.kind.as_deref();
        if let (Some(href), None) = (&self.href, kind) {
            let words = &self.text;
            return Ok(PanelAction::Link { words, href });
        }
        Ok(PanelAction::Button(Button {
            content: self.text.as_str().into(),
            press: press(self.href.as_deref(), Some(kind.unwrap_or("button")))?,
            ..Button::default()
        }))
    }
}
