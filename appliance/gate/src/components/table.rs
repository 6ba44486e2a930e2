//! Facts to compare, in rows and columns. Never for layout.

use maud::{Markup, html};

use super::size::sized;
use super::{Content, Size};

/// A table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table<'a> {
    /// What it is about; every table of ours has one.
    pub(crate) caption: Content<'a>,
    /// How large the caption is.
    pub(crate) caption_size: Option<Size>,
    /// The headings of the columns.
    pub(crate) head: Vec<Cell<'a>>,
    /// The rows.
    pub(crate) rows: Vec<Vec<Cell<'a>>>,
    /// Whether the first cell of a row names it.
    pub(crate) first_cell_is_header: bool,
    /// Smaller words on a phone, for tables with much in them.
    pub(crate) small_until_tablet: bool,
}

/// A cell, of a row or of the head.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell<'a> {
    /// What it says.
    pub(crate) content: Content<'a>,
    /// Whether it is a number: aligned right, digits of one width.
    pub(crate) numeric: bool,
    /// Of a heading: how the rows are sorted by this column.
    pub(crate) sorted: Option<Sorted>,
}

/// How the rows are sorted by a column; the heading says it in words as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sorted {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
    /// Not by this column, though it can be.
    No,
}

impl<'a> Cell<'a> {
    /// Makes a cell with a number.
    pub(crate) fn numeric(content: impl Into<Content<'a>>) -> Self {
        Self {
            content: content.into(),
            numeric: true,
            sorted: None,
        }
    }

    /// Says how the rows are sorted by this column.
    pub(crate) fn sorted(self, sorted: Sorted) -> Self {
        Self {
            sorted: Some(sorted),
            ..self
        }
    }

    fn heading(&self) -> Markup {
        html! {
            th scope="col" aria-sort=[self.sorted.map(Sorted::aria)]
                .govuk-table__header.govuk-table__header--numeric[self.numeric]
            { (self.content) }
        }
    }

    fn row_heading(&self) -> Markup {
        html! { th.govuk-table__header scope="row" { (self.content) } }
    }

    fn value(&self) -> Markup {
        html! {
            td.govuk-table__cell.govuk-table__cell--numeric[self.numeric] { (self.content) }
        }
    }
}

impl<'a, T: Into<Content<'a>>> From<T> for Cell<'a> {
    fn from(content: T) -> Self {
        Self {
            content: content.into(),
            ..Self::default()
        }
    }
}

impl Table<'_> {
    /// Renders the table.
    pub(crate) fn render(&self) -> Markup {
        html! {
            table.govuk-table
                .govuk-table--small-text-until-tablet[self.small_until_tablet]
            {
                @if !self.caption.is_empty() {
                    caption class=(sized("govuk-table__caption", self.caption_size)) {
                        (self.caption)
                    }
                }
                @if !self.head.is_empty() {
                    thead.govuk-table__head {
                        tr.govuk-table__row { @for cell in &self.head { (cell.heading()) } }
                    }
                }
                tbody.govuk-table__body { @for row in &self.rows { (self.row(row)) } }
            }
        }
    }

    fn row(&self, cells: &[Cell<'_>]) -> Markup {
        html! {
            tr.govuk-table__row {
                @for (index, cell) in cells.iter().enumerate() {
                    @if index == 0 && self.first_cell_is_header {
                        (cell.row_heading())
                    } @else {
                        (cell.value())
                    }
                }
            }
        }
    }
}

impl Sorted {
    fn aria(self) -> &'static str {
        match self {
            Sorted::Ascending => "ascending",
            Sorted::Descending => "descending",
            Sorted::No => "none",
        }
    }
}
