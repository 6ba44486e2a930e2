//! The rules themselves, in the order of the specification of the pages.

mod pages;
mod people;
mod walks;

/// How a rule is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Without a browser.
    Unit,
    /// In Chromium.
    Browser,
    /// Both.
    Both,
    /// By a person, once a release.
    ByHand,
}

impl How {
    pub(super) fn said(self) -> &'static str {
        match self {
            How::Unit => "unit",
            How::Browser => "browser",
            How::Both => "unit, browser",
            How::ByHand => "by hand",
        }
    }
}

/// One rule.
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) rule: &'static str,
    pub(super) how: How,
    /// Names of tests, wherever they stand.
    pub(super) tests: &'static [&'static str],
}

/// Gives all of them.
pub(super) fn all() -> impl Iterator<Item = &'static Row> {
    [pages::ROWS, walks::ROWS, people::ROWS]
        .into_iter()
        .flatten()
}

const fn row(
    id: &'static str,
    how: How,
    rule: &'static str,
    tests: &'static [&'static str],
) -> Row {
    Row {
        id,
        rule,
        how,
        tests,
    }
}
