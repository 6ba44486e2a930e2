//! The council's people at their browsers.

use std::path::Path;

use super::{Browser, Options};
use crate::{Council, fresh_code_of};

/// What somebody has to type to come in.
#[derive(Clone, Debug)]
pub(super) struct Known {
    name: String,
    password: String,
    /// Of the app on their phone, for those who need a second factor.
    secret: Option<String>,
}

/// A browser of the council that is about to be opened.
pub struct Opening<'a> {
    council: &'a Council,
    options: Options,
}

impl Council {
    /// Fetches a desk browser: `council.browser().starts()`.
    pub fn browser(&self) -> Opening<'_> {
        self.window(Options::desk())
    }

    /// Fetches a phone.
    pub fn phone(&self) -> Opening<'_> {
        self.window(Options::phone())
    }

    /// Fetches a browser of any kind.
    pub fn window(&self, options: Options) -> Opening<'_> {
        Opening {
            council: self,
            options: options.at(self.url()),
        }
    }

    fn people(&self) -> Vec<Known> {
        let people = self.summary()["people"].as_array().unwrap();
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let known = people.iter().map(|person| Known {
            name: text(&person["person"]).unwrap(),
            password: text(&person["password"]).unwrap(),
            secret: text(&person["totp_secret"]),
        });
        known.collect()
    }
}

impl Opening<'_> {
    pub fn without_javascript(mut self) -> Self {
        self.options = self.options.without_javascript();
        self
    }

    /// Opens the browser; nobody is signed in and no page is open.
    pub fn starts(self) -> Browser {
        let ca = self.council.summary()["ca"].as_str().unwrap();
        let mut browser = Browser::start(Path::new(ca), self.options);
        browser.people = self.council.people();
        browser
    }

    /// Opens the browser and signs somebody in.
    #[track_caller]
    pub fn signs_in(self, name: &str) -> Browser {
        let browser = self.starts();
        browser.signs_in(name);
        browser
    }
}

impl Browser {
    /// Signs one of the council's people in, and is let in.
    #[track_caller]
    pub fn signs_in(&self, name: &str) {
        let known = self.people.iter().find(|person| person.name == name);
        let known = known.unwrap_or_else(|| panic!("{name} is not one of the council's people"));
        let code = known.secret.as_deref().map(fresh_code_of);
        self.signs_in_with(name, &known.password, code.as_deref());
        if self.path().starts_with("/sign-in") {
            self.lost(&format!("{name} is not let in"));
        }
    }

    /// Fills in the sign-in page and sends it, whatever comes of it.
    #[track_caller]
    pub fn signs_in_with(&self, name: &str, password: &str, code: Option<&str>) {
        self.opens("/sign-in");
        self.types("Your name", name);
        self.types("Password", password);
        if let Some(code) = code {
            self.types("Code from your app", code);
        }
        self.presses("Sign in");
    }
}
