//! The keyboard alone: keys one by one, and where the focus is.

use serde_json::json;

use super::Browser;
use super::find::Element;
use super::page::words;

/// A key, or the keys of some text.
#[derive(Clone, Copy, Debug)]
pub enum Key<'a> {
    Tab,
    ShiftTab,
    Enter,
    Space,
    Escape,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    Backspace,
    Text(&'a str),
}

/// Where the next key goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus {
    /// Lower case, for instance `input`; `body` when nothing has the focus.
    pub tag: String,
    /// Empty when it has none.
    pub id: String,
    /// What a screen reader calls it.
    pub label: String,
    pub role: String,
    /// Its shown text.
    pub text: String,
}

/// What the driver calls the shift key.
const SHIFT: char = '\u{e008}';

impl Browser {
    /// Presses keys, each of which is counted. Wait for the words of the page
    /// that an Enter leads to: the driver does not.
    #[track_caller]
    pub fn keys(&self, keys: &[Key<'_>]) {
        let mut actions = Vec::new();
        for key in keys {
            let (shift, characters) = key.characters();
            self.counts(|effort| effort.keys += u32::try_from(characters.len()).unwrap());
            actions.extend(shift.then(|| json!({"type": "keyDown", "value": SHIFT})));
            for character in characters {
                actions.push(json!({"type": "keyDown", "value": character}));
                actions.push(json!({"type": "keyUp", "value": character}));
            }
            actions.extend(shift.then(|| json!({"type": "keyUp", "value": SHIFT})));
        }
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": actions});
        self.driver
            .post("/actions", &json!({"actions": [keyboard]}));
    }

    /// Presses Tab until the focus is on what has this name, at most so many times.
    #[track_caller]
    pub fn tabs_to(&self, label: &str, at_most: u32) -> u32 {
        for times in 1..=at_most {
            self.keys(&[Key::Tab]);
            if self.active_element().label == label {
                return times;
            }
        }
        self.lost(&format!("{at_most} times Tab do not reach {label:?}"))
    }

    /// Tells where the focus is.
    pub fn active_element(&self) -> Focus {
        let element = Element::read(&self.driver.get("/element/active"));
        let ask = |what| words(self.driver.get(&element.path(what)));
        Focus {
            tag: ask("name").to_lowercase(),
            id: ask("property/id"),
            label: ask("computedlabel"),
            role: ask("computedrole"),
            text: ask("text"),
        }
    }

    /// Gives what a screen reader calls the first element that this CSS selects.
    #[track_caller]
    pub fn computed_label(&self, css: &str) -> String {
        words(self.driver.get(&self.element(css).path("computedlabel")))
    }

    /// Gives what a screen reader says it is.
    #[track_caller]
    pub fn computed_role(&self, css: &str) -> String {
        words(self.driver.get(&self.element(css).path("computedrole")))
    }
}

impl Key<'_> {
    /// Gives the driver's characters, and whether shift is held for them.
    fn characters(&self) -> (bool, Vec<char>) {
        let one = match self {
            Self::Tab | Self::ShiftTab => '\u{e004}',
            Self::Enter => '\u{e007}',
            Self::Space => ' ',
            Self::Escape => '\u{e00c}',
            Self::Up => '\u{e013}',
            Self::Down => '\u{e015}',
            Self::Left => '\u{e012}',
            Self::Right => '\u{e014}',
            Self::Home => '\u{e011}',
            Self::End => '\u{e010}',
            Self::Backspace => '\u{e003}',
            Self::Text(text) => return (false, text.chars().collect()),
        };
        (matches!(self, Self::ShiftTab), vec![one])
    }
}

impl Focus {
    /// Reads from the page that nothing has the focus.
    pub fn is_nowhere(&self) -> bool {
        self.tag == "body"
    }
}
