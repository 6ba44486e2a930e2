//! What a person reads off the page, and waiting for it.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::Browser;
use super::find::Element;

/// How long a page may take before a test calls it stuck. Nothing is measured by it.
const STUCK_AFTER: Duration = Duration::from_secs(30);
/// A script's work is seen this soon.
const LOOKS_EVERY: Duration = Duration::from_millis(50);

impl Browser {
    /// Gives the whole address.
    pub fn url(&self) -> String {
        words(self.driver.get("/url"))
    }

    /// Gives the path and query on the site; the whole address elsewhere.
    pub fn path(&self) -> String {
        let url = self.url();
        match url.strip_prefix(self.site()) {
            Some(path) if !self.site().is_empty() => path.to_owned(),
            _ => url,
        }
    }

    pub fn title(&self) -> String {
        words(self.driver.get("/title"))
    }

    /// Gives the text that is shown; what is hidden, or closed in details, is not in it.
    pub fn text(&self) -> String {
        self.text_of("body")
    }

    /// Gives the document as it stands now.
    pub fn html(&self) -> String {
        words(self.driver.get("/source"))
    }

    /// Gives the words of the one main heading.
    #[track_caller]
    pub fn heading(&self) -> String {
        let found = self.texts_of("h1");
        if found.len() != 1 {
            self.lost(&format!("{} main headings", found.len()));
        }
        found.into_iter().next().unwrap()
    }

    /// Gives the shown text of the first element that this CSS selects.
    #[track_caller]
    pub fn text_of(&self, css: &str) -> String {
        words(self.driver.get(&self.element(css).path("text")))
    }

    /// Gives the shown texts of all of them.
    #[track_caller]
    pub fn texts_of(&self, css: &str) -> Vec<String> {
        let text = |one: &Element| words(self.driver.get(&one.path("text")));
        self.elements(css).iter().map(text).collect()
    }

    /// Counts what this CSS selects, shown or not.
    pub fn count(&self, css: &str) -> usize {
        self.elements(css).len()
    }

    /// Gives an attribute of the first element that this CSS selects.
    #[track_caller]
    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        let path = self.element(css).path(&format!("attribute/{name}"));
        self.driver.get(&path).as_str().map(str::to_owned)
    }

    /// Gives what stands in a field now.
    #[track_caller]
    pub fn value_of(&self, label_or_css: &str) -> String {
        words(
            self.driver
                .get(&self.field(label_or_css).path("property/value")),
        )
    }

    /// Gives a computed style, for instance `style_of(":focus", "outline-width")`.
    #[track_caller]
    pub fn style_of(&self, css: &str, property: &str) -> String {
        let path = self.element(css).path(&format!("css/{property}"));
        words(self.driver.get(&path))
    }

    /// Tells whether the shown text has these words.
    pub fn says(&self, words: &str) -> bool {
        self.looks().is_some_and(|text| text.contains(words))
    }

    /// Waits until the shown text has these words.
    #[track_caller]
    pub fn waits_for(&self, words: &str) {
        self.waits_until(&format!("no words {words:?}"), || self.says(words));
    }

    /// Waits until this path stands in the address.
    #[track_caller]
    pub fn waits_for_path(&self, path: &str) {
        self.waits_until(&format!("not at {path}"), || self.path() == path);
    }

    /// Waits until something is so; `otherwise` says what is wrong when it never is.
    #[track_caller]
    pub fn waits_until(&self, otherwise: &str, mut so: impl FnMut() -> bool) {
        let deadline = Instant::now() + STUCK_AFTER;
        while !so() {
            if Instant::now() > deadline {
                self.lost(otherwise);
            }
            std::thread::sleep(LOOKS_EVERY);
        }
    }

    /// Gives the shown text; none while one page goes and the next has not come.
    fn looks(&self) -> Option<String> {
        let body = self.elements("body").into_iter().next()?;
        let text = self.driver.tries("GET", &body.path("text"), &Value::Null);
        text.ok().map(words)
    }
}

/// Takes the words out of an answer of the driver.
pub(super) fn words(value: Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
