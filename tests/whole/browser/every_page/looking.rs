//! One look at one page.

use std::collections::BTreeMap;

use firebox_tests::{Browser, Council};

use super::rules;
use crate::browser::shape;
use crate::browser::weight::{self, Weight};

/// A kind of window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// 1366 wide.
    Desk,
    /// 390 wide.
    Phone,
    /// 1366 wide without scripts: every second page.
    PlainDesk,
    /// 390 wide without scripts: the others.
    PlainPhone,
}

/// A page as it was.
pub struct Look {
    pub page: &'static str,
    pub window: Window,
    pub title: String,
    /// Whether an error summary stood there.
    pub has_summary: bool,
    /// What each rule found; a rule that is not in it was not looked for.
    pub faults: BTreeMap<&'static str, Vec<String>>,
    pub weight: Weight,
    /// Borders of blocks that say what to do, in the user's own colours: what
    /// kind of block, and the border.
    pub borders: Vec<(String, String)>,
}

impl Window {
    pub(super) const ALL: [Self; 4] = [Self::Desk, Self::Phone, Self::PlainDesk, Self::PlainPhone];

    pub(super) fn opens(self, council: &Council) -> Browser {
        match self {
            Self::Desk => council.browser().starts(),
            Self::Phone => council.phone().starts(),
            Self::PlainDesk => council.browser().without_javascript().starts(),
            Self::PlainPhone => council.phone().without_javascript().starts(),
        }
    }

    /// Tells whether the page in this place of the gallery is looked at here.
    pub(super) fn has(self, place: usize) -> bool {
        match self {
            Self::Desk | Self::Phone => true,
            Self::PlainDesk => place.is_multiple_of(2),
            Self::PlainPhone => !place.is_multiple_of(2),
        }
    }
}

impl Look {
    /// Looks at the page that is open; `complaints` stood on the console before.
    pub(super) fn at(
        browser: &Browser,
        window: Window,
        page: &'static str,
        complaints: usize,
    ) -> Self {
        let mut look = Self {
            page,
            window,
            title: browser.title(),
            has_summary: browser.count(".govuk-error-summary") > 0,
            faults: BTreeMap::new(),
            weight: weight::of(browser),
            borders: Vec::new(),
        };
        look.finds("console", rules::complaints(browser, complaints));
        let axe = if browser.runs_scripts() {
            "axe"
        } else {
            "axe without scripts"
        };
        look.finds(axe, rules::axe(browser));
        match window {
            Window::Desk => look.at_the_desk(browser),
            Window::Phone | Window::PlainPhone => look.on_the_phone(browser),
            Window::PlainDesk => {}
        }
        look
    }

    fn at_the_desk(&mut self, browser: &Browser) {
        self.finds(
            "label in name",
            rules::labels(browser, self.stands_for_its_frame()),
        );
        let (order, focus) = shape::keyboard(browser);
        self.finds("order", order);
        self.finds("focus", focus);
        self.finds("large text", shape::with_large_text(browser));
        self.finds("spaced text", shape::with_spaced_text(browser));
        self.borders = shape::borders(browser);
        if self.page.starts_with("caller") && browser.count(".fbx-identity") > 0 {
            self.finds("first screen", shape::below_first_screen(browser));
        }
        if self.page.contains("sheet") || self.page == "receipt" {
            self.finds("paper", shape::on_paper(browser));
        }
    }

    /// Tells whether the frame round the page is looked at too: it is the same
    /// round every state of a page.
    fn stands_for_its_frame(&self) -> bool {
        !self.page.contains('-')
    }

    fn on_the_phone(&mut self, browser: &Browser) {
        self.finds("targets", shape::small_targets(browser));
        self.finds("320 pixels", shape::too_wide(browser));
    }

    fn finds(&mut self, rule: &'static str, faults: Vec<String>) {
        self.faults.insert(rule, faults);
    }

    /// Gives what the page is, without the state it is in.
    pub(super) fn kind(&self) -> &'static str {
        let name = self.page.strip_prefix("held-").unwrap_or(self.page);
        name.split('-').next().unwrap_or(name)
    }
}

/// Gives how many bytes a browser that was never here fetches for its first
/// page, besides that page.
pub(super) fn first_files(browser: &Browser) -> u64 {
    browser.forgets_traffic();
    browser.opens("/sign-in");
    let traffic = browser.traffic();
    let files = traffic.iter().filter(|request| request.kind != "Document");
    files.map(|request| request.bytes).sum()
}
