//! Finds what a person would find: by the words that stand on it.
//!
//! A word that leads to nothing, or to two things, ends the test: a person
//! would not know where to press either. What is not shown is not found.

use serde_json::{Value, json};

use super::Browser;
use super::driver::Refused;

/// The name that WebDriver gives to the member that holds an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Something on the page.
#[derive(Clone, Debug)]
pub(super) struct Element(String);

impl Element {
    pub(super) fn read(value: &Value) -> Self {
        Self(value[ELEMENT].as_str().unwrap().to_owned())
    }

    /// Gives the element as a script's argument.
    pub(super) fn argument(&self) -> Value {
        json!({ELEMENT: self.0})
    }

    /// Gives the driver's path for something about this element.
    pub(super) fn path(&self, what: &str) -> String {
        format!("/element/{}/{what}", self.0)
    }
}

impl Browser {
    /// Finds the field with this label, or for `#id`, `.class` and `[attribute]` by CSS.
    #[track_caller]
    pub(super) fn field(&self, label_or_css: &str) -> Element {
        if label_or_css.starts_with(['#', '.', '[']) {
            return self.element(label_or_css);
        }
        self.one(&field("", label_or_css), "field", label_or_css)
    }

    /// Finds the field with this label in the group with this legend.
    #[track_caller]
    pub(super) fn field_in(&self, legend: &str, label: &str) -> Element {
        self.one(&field(&group(legend), label), "field", label)
    }

    /// Finds the label of a radio button or checkbox, which is what people press.
    #[track_caller]
    pub(super) fn label(&self, words: &str) -> Element {
        let path = format!("//label[{}]", says(words));
        self.one(&path, "label", words)
    }

    #[track_caller]
    pub(super) fn label_in(&self, legend: &str, words: &str) -> Element {
        let path = format!("{}//label[{}]", group(legend), says(words));
        self.one(&path, "label", words)
    }

    /// Finds what looks like a button: the summary of details does too.
    #[track_caller]
    pub(super) fn button(&self, words: &str) -> Element {
        let says = says(words);
        let value = literal(words);
        let path = format!(
            "//button[{says}] | //summary[{says}] | //input[@type='submit'][@value={value}] \
             | //a[@role='button' or contains(@class, '-button')][{says}]"
        );
        self.one(&path, "button", words)
    }

    #[track_caller]
    pub(super) fn link(&self, words: &str) -> Element {
        self.one(&format!("//a[@href][{}]", says(words)), "link", words)
    }

    /// Finds the first element by CSS.
    #[track_caller]
    pub(super) fn element(&self, css: &str) -> Element {
        let found = self.elements(css);
        let first = found.into_iter().next();
        first.unwrap_or_else(|| self.lost(&format!("no {css}")))
    }

    pub(super) fn elements(&self, css: &str) -> Vec<Element> {
        self.all("css selector", css).unwrap_or_default()
    }

    /// Ends the test with where the person is and what they see.
    #[track_caller]
    pub(super) fn lost(&self, why: &str) -> ! {
        panic!(
            "{why} on {} ({:?}), which says:\n{}",
            self.path(),
            self.title(),
            self.text()
        )
    }

    #[track_caller]
    fn one(&self, path: &str, kind: &str, words: &str) -> Element {
        let mut found = self.all("xpath", path).unwrap_or_default();
        if found.len() != 1 || kind != "button" {
            found.retain(|one| self.is_shown(one));
        }
        match found.len() {
            1 => found.remove(0),
            0 => self.lost(&format!("no {kind} {words:?}")),
            many => self.lost(&format!("{many} times {kind} {words:?}")),
        }
    }

    fn is_shown(&self, element: &Element) -> bool {
        let shown = self
            .driver
            .tries("GET", &element.path("displayed"), &Value::Null);
        shown.is_ok_and(|shown| shown == true)
    }

    fn all(&self, using: &str, value: &str) -> Result<Vec<Element>, Refused> {
        let body = json!({"using": using, "value": value});
        let found = self.driver.tries("POST", "/elements", &body)?;
        Ok(found
            .as_array()
            .unwrap()
            .iter()
            .map(Element::read)
            .collect())
    }
}

/// The XPath of the control with this label.
fn field(within: &str, label: &str) -> String {
    let says = says(label);
    format!(
        "{within}//*[self::input or self::textarea or self::select]\
         [@id = //label[{says}]/@for or ancestor::label[{says}]]"
    )
}

fn group(legend: &str) -> String {
    format!("//fieldset[legend[{}]]", says(legend))
}

/// The words are all that it says, or all but a hidden end ("Change", hidden: "name").
fn says(words: &str) -> String {
    let words = literal(words);
    format!("normalize-space(.) = {words} or normalize-space(text()) = {words}")
}

/// Quotes words for XPath, which knows no escapes.
fn literal(words: &str) -> String {
    if !words.contains('\'') {
        return format!("'{words}'");
    }
    let pieces: Vec<String> = words
        .split('\'')
        .map(|piece| format!("'{piece}'"))
        .collect();
    format!("concat({})", pieces.join(", \"'\", "))
}
