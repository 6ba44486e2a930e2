//! What a person does with a page: opens, types, chooses, presses, follows.
//!
//! A press is over when the page that it leads to is there. What comes later by
//! script is waited for by its words ([`Browser::waits_for`]).

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Browser;
use super::find::Element;

/// What Chromium calls the page it shows instead of an untrusted site's.
const UNTRUSTED: &str = "Privacy error";

/// A page that has not set out by now was no page.
const SETS_OUT_WITHIN: Duration = Duration::from_secs(5);

/// Tells whether a press on this leads to another page.
const LEADS_AWAY: &str = "
    const pressed = arguments[0].closest('a[href], button, input');
    if (!pressed) return false;
    if (pressed.localName !== 'a') {
        return pressed.type === 'submit' && !!pressed.form && pressed.form.method !== 'dialog';
    }
    const here = location.href.split('#')[0];
    const within = pressed.hash !== '' && pressed.href.split('#')[0] === here;
    return !within && !pressed.target && /^https?:$/.test(pressed.protocol);";

impl Browser {
    /// Opens a path of the site, or a whole address; the site must be trusted.
    #[track_caller]
    pub fn opens(&self, path: &str) {
        self.tries_to_open(path);
        // The driver reports success for a page that was refused.
        assert_ne!(self.title(), UNTRUSTED, "{path}: the site is not trusted");
    }

    /// Opens an address whose site may turn out not to be trusted.
    #[track_caller]
    pub fn tries_to_open(&self, path: &str) {
        let site = if path.starts_with('/') {
            self.site()
        } else {
            ""
        };
        self.driver
            .post("/url", &json!({"url": format!("{site}{path}")}));
    }

    /// Types into the field with this label (or `#id`), in place of what stood there.
    #[track_caller]
    pub fn types(&self, label_or_css: &str, text: &str) {
        self.fills(&self.field(label_or_css), text);
    }

    /// Types into a field of the group with this legend, for instance a day of a date.
    #[track_caller]
    pub fn types_in(&self, legend: &str, label: &str, text: &str) {
        self.fills(&self.field_in(legend, label), text);
    }

    /// Puts a file into the upload field with this label.
    #[track_caller]
    pub fn uploads(&self, label_or_css: &str, file: &Path) {
        let text = file.display().to_string();
        self.tells(&self.field(label_or_css), "value", &json!({"text": text}));
    }

    /// Chooses the radio button or checkbox with this label.
    #[track_caller]
    pub fn chooses(&self, label: &str) {
        self.clicks(&self.label(label));
    }

    /// Chooses in the group with this legend, when a label stands on the page twice.
    #[track_caller]
    pub fn chooses_in(&self, legend: &str, label: &str) {
        self.clicks(&self.label_in(legend, label));
    }

    /// Presses the button, or the summary of details, with these words.
    #[track_caller]
    pub fn presses(&self, words: &str) {
        self.clicks(&self.button(words));
    }

    /// Follows the link with these words.
    #[track_caller]
    pub fn follows(&self, words: &str) {
        self.clicks(&self.link(words));
    }

    /// Presses the first thing that this CSS selects, for what has no words of its own.
    #[track_caller]
    pub fn presses_at(&self, css: &str) {
        self.clicks(&self.element(css));
    }

    /// Goes back, as with the browser's own button.
    #[track_caller]
    pub fn back(&self) {
        self.driver.post("/back", &json!({}));
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) {
        self.driver.post("/refresh", &json!({}));
    }

    #[track_caller]
    fn fills(&self, field: &Element, text: &str) {
        self.tells(field, "clear", &json!({}));
        self.tells(field, "value", &json!({"text": text}));
        let characters = u32::try_from(text.chars().count()).unwrap();
        self.counts(|effort| effort.characters += characters);
    }

    /// Clicks, and when that leads to another page waits until the old one is gone.
    #[track_caller]
    fn clicks(&self, element: &Element) {
        self.counts(|effort| effort.clicks += 1);
        let leads_away = self.script(LEADS_AWAY, &[element.argument()]) == true;
        let page = self.element("html");
        self.tells(element, "click", &json!({}));
        if leads_away {
            self.waits_for_the_end_of(&page);
        }
    }

    /// The driver waits for a page that is on its way, but not for one that is
    /// still to set out. A press that only fetches a file never ends the page.
    fn waits_for_the_end_of(&self, page: &Element) {
        let deadline = Instant::now() + SETS_OUT_WITHIN;
        let is_there = || self.driver.tries("GET", &page.path("name"), &Value::Null);
        while is_there().is_ok() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[track_caller]
    fn tells(&self, element: &Element, what: &str, body: &Value) -> Value {
        self.driver.post(&element.path(what), body)
    }
}
