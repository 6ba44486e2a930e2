//! A walk that is told once and walked in several ways: by pointer or finger,
//! or by keyboard alone.
//!
//! By keyboard nothing is ever clicked: Tab goes on until the focus is on what
//! has these words, as a screen reader says them, and what Tab does not reach
//! ends the test.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Deref;

use serde_json::{Value, json};

use crate::{Browser, Council, Focus, Key};

/// No page has as many things to go to.
const MOST_TABS: usize = 90;
/// No group of radio buttons has as many.
const MOST_CHOICES: usize = 20;

/// Which of a person's hands does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Pointer,
    Keyboard,
}

/// Somebody's hands at a browser. What is read, is read off the browser itself.
pub struct Hands<'a> {
    browser: &'a Browser,
    by: By,
    titles: RefCell<BTreeSet<String>>,
}

impl Deref for Hands<'_> {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        self.browser
    }
}

impl<'a> Hands<'a> {
    /// Lays hands on a browser.
    pub fn at(browser: &'a Browser, by: By) -> Self {
        Self {
            browser,
            by,
            titles: RefCell::default(),
        }
    }

    /// Signs somebody of the council in with name and password.
    #[track_caller]
    pub fn comes_in(&self, council: &Council, name: &str) {
        self.browser.opens("/sign-in");
        self.arrives("Sign in");
        self.types("Your name", name);
        self.types("Password", &council.password(name));
        self.presses("Sign in");
    }

    /// Signs out, from the menu if the navigation is folded into one.
    #[track_caller]
    pub fn leaves(&self) {
        if self.browser.says("Menu") {
            self.presses("Menu");
        }
        self.presses("Sign out");
        self.arrives("You have been signed out");
    }

    /// Waits for the page with this main heading, or one that begins so.
    #[track_caller]
    pub fn arrives(&self, heading: &str) {
        let now = "return document.querySelector('h1')?.innerText ?? ''";
        self.browser
            .waits_until(&format!("not at {heading:?}"), || {
                let now = self.browser.script(now, &[]);
                now.as_str().is_some_and(|now| now.starts_with(heading))
            });
        self.titles.borrow_mut().insert(self.browser.title());
    }

    /// Gives the titles of all pages arrived at.
    pub fn titles(&self) -> Vec<String> {
        self.titles.borrow().iter().cloned().collect()
    }

    /// Presses the button, or the summary of details, with these words.
    #[track_caller]
    pub fn presses(&self, words: &str) {
        match self.by {
            By::Pointer => self.browser.presses(words),
            By::Keyboard => self.enters(words, |focus| {
                let is_link = focus.tag == "a" && focus.role == "link";
                focus.tag != "input" && !is_link && is_called(focus, words)
            }),
        }
    }

    /// Follows the link with these words.
    #[track_caller]
    pub fn follows(&self, words: &str) {
        match self.by {
            By::Pointer => self.browser.follows(words),
            By::Keyboard => {
                self.enters(words, |focus| focus.tag == "a" && is_called(focus, words));
            }
        }
    }

    /// Follows the first link that this CSS selects, for what is named by data.
    #[track_caller]
    pub fn follows_at(&self, css: &str) {
        let name = self.browser.computed_label(css);
        match self.by {
            By::Pointer => self.browser.presses_at(css),
            By::Keyboard => {
                self.enters(&name, |focus| focus.tag == "a" && focus.label == name);
            }
        }
    }

    /// Chooses the radio button or checkbox with this label.
    #[track_caller]
    pub fn chooses(&self, label: &str) {
        match self.by {
            By::Pointer => self.browser.chooses(label),
            By::Keyboard => self.chooses_by_keys("", label),
        }
    }

    /// Chooses in the group with this legend.
    #[track_caller]
    pub fn chooses_in(&self, legend: &str, label: &str) {
        match self.by {
            By::Pointer => self.browser.chooses_in(legend, label),
            By::Keyboard => self.chooses_by_keys(legend, label),
        }
    }

    /// Types into the field with this label.
    #[track_caller]
    pub fn types(&self, label: &str, text: &str) {
        match self.by {
            By::Pointer => self.browser.types(label, text),
            By::Keyboard => self.types_by_keys(label, text),
        }
    }

    /// Types into a field of the group with this legend.
    #[track_caller]
    pub fn types_in(&self, legend: &str, label: &str, text: &str) {
        match self.by {
            By::Pointer => self.browser.types_in(legend, label, text),
            By::Keyboard => self.types_by_keys(label, text),
        }
    }

    #[track_caller]
    fn enters(&self, words: &str, so: impl Fn(&Focus) -> bool) {
        self.reaches(words, so);
        self.browser.keys(&[Key::Enter]);
    }

    /// Chromium marks what stands in a field that Tab comes to; in a text area
    /// it does not.
    #[track_caller]
    fn types_by_keys(&self, label: &str, text: &str) {
        self.reaches(label, |focus| {
            ["input", "textarea"].contains(&focus.tag.as_str()) && is_called(focus, label)
        });
        self.browser.script("document.activeElement.select()", &[]);
        self.browser.keys(&[Key::Text(text)]);
    }

    /// Tab comes to a group once; within it arrows go from choice to choice.
    #[track_caller]
    fn chooses_by_keys(&self, legend: &str, label: &str) {
        self.reaches(label, |focus| {
            ["radio", "checkbox"].contains(&focus.role.as_str()) && self.is_group(legend, label)
        });
        for _ in 0..MOST_CHOICES {
            let focus = self.browser.active_element();
            if is_called(&focus, label) {
                self.browser.keys(&[Key::Space]);
                return;
            }
            assert_eq!(focus.role, "radio", "{label:?} is no checkbox of its own");
            self.browser.keys(&[Key::Down]);
        }
        panic!(
            "the arrows do not reach {label:?} on {}",
            self.browser.path()
        );
    }

    /// Tells whether the focus is in the group that has this choice.
    fn is_group(&self, legend: &str, label: &str) -> bool {
        let script = "
            const [legend, label] = arguments;
            const focus = document.activeElement;
            const says = (one, words) => one.innerText.trim() === words;
            return [...document.querySelectorAll('label')].some((one) => {
                const choice = document.getElementById(one.htmlFor);
                if (!choice || !says(one, label)) return false;
                const group = choice.closest('fieldset')?.querySelector('legend');
                if (legend && !(group && says(group, legend))) return false;
                return focus === choice || (choice.type === 'radio' && focus.name === choice.name);
            });";
        let known = self.browser.script(script, &[json!(legend), json!(label)]);
        known == Value::Bool(true)
    }

    /// Tabs on, past the end and round again, until the focus is where it should be.
    #[track_caller]
    fn reaches(&self, words: &str, so: impl Fn(&Focus) -> bool) {
        for _ in 0..MOST_TABS {
            if so(&self.browser.active_element()) {
                return;
            }
            self.browser.keys(&[Key::Tab]);
        }
        panic!(
            "Tab does not reach {words:?} on {}, which says:\n{}",
            self.browser.path(),
            self.browser.text()
        );
    }
}

/// The words are its name, or all of it but an end that is not shown; Chromium
/// puts a space before that.
fn is_called(focus: &Focus, words: &str) -> bool {
    let rest = focus.label.strip_prefix(words).map(str::trim_start);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ',', '(']))
}
