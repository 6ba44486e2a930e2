//! Options of summary lists and tables.

use serde::Deserialize;
use serde_json::Value;

use super::{Rendered, Said, Words, class, content, read, size, truthy};
use crate::components::{self as parts, Cell, SummaryAction, SummaryRow, Table};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SummaryOptions {
    #[serde(deserialize_with = "truthy")]
    rows: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    key: Words,
    value: Words,
    #[serde(default)]
    actions: Actions,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Actions {
    items: Vec<Action>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Action {
    text: String,
    href: String,
    #[serde(default)]
    visually_hidden_text: String,
}

impl Row {
    fn ours(&self) -> SummaryRow<'_> {
        SummaryRow {
            key: self.key.content(),
            value: self.value.content(),
            actions: self.actions.items.iter().map(Action::ours).collect(),
        }
    }
}

impl Action {
    fn ours(&self) -> SummaryAction<'_> {
        SummaryAction {
            words: &self.text,
            href: &self.href,
            hidden: &self.visually_hidden_text,
        }
    }
}

pub(in super::super) fn summary_list(options: &Value) -> Rendered {
    let it: SummaryOptions = read(options)?;
    let rows: Vec<SummaryRow<'_>> = it.rows.iter().map(Row::ours).collect();
    Ok(parts::summary_list(&rows))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TableOptions {
    #[serde(default)]
    caption: String,
    #[serde(default)]
    caption_classes: String,
    #[serde(default)]
    head: Vec<CellOptions>,
    #[serde(deserialize_with = "truthy")]
    rows: Vec<Vec<CellOptions>>,
    #[serde(default)]
    first_cell_is_header: bool,
    #[serde(default)]
    classes: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CellOptions {
    text: Option<Said>,
    html: Option<String>,
    format: Option<String>,
}

impl CellOptions {
    fn ours(&self) -> Result<Cell<'_>, String> {
        Ok(Cell {
            content: content(self.text.as_ref(), self.html.as_deref()),
            numeric: match self.format.as_deref() {
                None => false,
                Some("numeric") => true,
                Some(other) => return Err(format!("format {other}")),
            },
            sorted: None,
        })
    }
}

fn row(cells: &[CellOptions]) -> Result<Vec<Cell<'_>>, String> {
    cells.iter().map(CellOptions::ours).collect()
}

pub(in super::super) fn table(options: &Value) -> Rendered {
    let it: TableOptions = read(options)?;
    let table = Table {
        caption: it.caption.as_str().into(),
        caption_size: size(&it.caption_classes, "govuk-table__caption")?,
        head: row(&it.head)?,
        rows: it
            .rows
            .iter()
            .map(|cells| row(cells))
            .collect::<Result<_, _>>()?,
        first_cell_is_header: it.first_cell_is_header,
        small_until_tablet: class(
            &it.classes,
            &[("", false), ("govuk-table--small-text-until-tablet", true)],
        )?,
    };
    Ok(table.render())
}
