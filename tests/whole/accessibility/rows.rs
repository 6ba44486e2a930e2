//! The rules themselves.

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

/// All of them, in the order of the specification of the pages.
pub(super) const ROWS: &[Row] = &[
    row(
        "A01",
        How::Unit,
        "English is stated, one h1, one main, no level of heading is skipped",
        &[],
    ),
    row(
        "A02",
        How::Unit,
        "A title is the page's own, begins with \"Error: \" exactly when a summary stands there, and names nobody",
        &[],
    ),
    row(
        "A03",
        How::Browser,
        "The skip link is first and puts the focus into main",
        &[],
    ),
    row(
        "A04",
        How::Unit,
        "Every input has a visible label; no placeholder; what describes it exists; no id stands twice",
        &[],
    ),
    row(
        "A05",
        How::Browser,
        "An empty form comes back with a summary that has the focus, with JavaScript on and off, links that lead to the fields, and the same words beside them",
        &[],
    ),
    row(
        "A06",
        How::Unit,
        "What was typed is still there after an error",
        &[],
    ),
    row(
        "A07",
        How::Unit,
        "No field says `required`; every form says `novalidate`",
        &[],
    ),
    row(
        "A08",
        How::Browser,
        "axe finds nothing against WCAG 2.2 AA or its best practice, at 1366 and 390, with JavaScript on and off",
        &[],
    ),
    row(
        "A09",
        How::Browser,
        "axe does find the faults of a page that has some",
        &[],
    ),
    row(
        "A10",
        How::Browser,
        "Nothing scrolls sideways at 320 pixels",
        &[],
    ),
    row(
        "A11",
        How::Browser,
        "At 200% text and with wide spacing nothing is cut off",
        &[],
    ),
    row(
        "A12",
        How::Browser,
        "Targets are at least 24 by 24; what one mainly presses on a phone is 44 high",
        &[],
    ),
    row(
        "A13",
        How::Browser,
        "Tab goes as the eye does, nothing traps it, every walk can be walked by keyboard, an emergency in six tabs",
        &[],
    ),
    row("A14", How::Browser, "The focus is always seen", &[]),
    row(
        "A15",
        How::Browser,
        "No meaning by colour alone: words and borders differ, also in the user's own colours",
        &[],
    ),
    row(
        "A16",
        How::Both,
        "Contrast, the council's own colour included: under 4.5:1 the box does not start",
        &[],
    ),
    row(
        "A18",
        How::Unit,
        "Help stands in the same place on every page",
        &[],
    ),
    row("A19", How::Browser, "Nothing is asked twice in a walk", &[]),
    row(
        "A20",
        How::Browser,
        "Signing in takes what was pasted and sets no puzzle",
        &[],
    ),
    row(
        "A21",
        How::Browser,
        "The end of a session is announced, put off by one press, and without JavaScript by any request",
        &[],
    ),
    row(
        "A22",
        How::Both,
        "A note hides after ten minutes and comes back with one press; both are said",
        &[],
    ),
    row(
        "A23",
        How::Unit,
        "At most one alert on a page, and no stored warning is one",
        &[],
    ),
    row(
        "A24",
        How::Browser,
        "Every walk can be walked with JavaScript off",
        &[],
    ),
    row(
        "A25",
        How::Unit,
        "The order of meaning holds without styles: instruction, then whom to ask, then links",
        &[],
    ),
    row(
        "A26",
        How::Unit,
        "Tables have a caption and scopes; what is sorted says so",
        &[],
    ),
    row("A27", How::Unit, "A link makes sense by itself", &[]),
    row(
        "A28",
        How::Unit,
        "A number to ring is its own text; 999 is called \"Call 999\"",
        &[],
    ),
    row(
        "A29",
        How::Browser,
        "The visit sheet and the receipt print: tagged, with reference and page numbers",
        &[],
    ),
    row(
        "A30",
        How::Unit,
        "A picture has words beside it and is hidden from those who hear the page",
        &[],
    ),
    row(
        "A31",
        How::Unit,
        "An instruction has at most twelve words; UPRN is spelled out in the help",
        &[],
    ),
    row(
        "A32",
        How::Browser,
        "What to call somebody is the h1 of their page",
        &[],
    ),
    row("A33", How::Unit, "Words of another language say which", &[]),
    row(
        "A34",
        How::Unit,
        "The accessibility statement is there and names the standard, whom to tell, and the date",
        &[],
    ),
    row(
        "A35",
        How::ByHand,
        "A pass with NVDA, VoiceOver and TalkBack over four walks: not done yet",
        &[],
    ),
    row(
        "A36",
        How::Browser,
        "What is seen on a control is part of what it is called",
        &[],
    ),
    row(
        "P01",
        How::Browser,
        "Nothing of anybody in a target, a referrer, a title or a log",
        &[],
    ),
    row(
        "P02",
        How::Browser,
        "Back after signing out shows nothing",
        &[],
    ),
    row(
        "P03",
        How::Unit,
        "Under a safety marker the page holds neither address, nor who speaks for them, nor a cause",
        &[],
    ),
    row(
        "P04",
        How::Unit,
        "The page has the same shape with a safety marker and without",
        &[],
    ),
    row(
        "P05",
        How::Unit,
        "Somebody withheld and nobody at all are the same page",
        &[],
    ),
    row(
        "P06",
        How::Unit,
        "\"No warnings recorded\" never stands there while anything is unread, late or unmatched",
        &[],
    ),
    row(
        "P07",
        How::Browser,
        "What to call them, how to communicate, what to do before talking and the first team are in the first 625 pixels at 1366",
        &[],
    ),
    row(
        "P08",
        How::Browser,
        "A page is at most 30 KB of HTML; the first one at most 45 KB in all",
        &[],
    ),
];
