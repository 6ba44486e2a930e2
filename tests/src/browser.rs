//! A person at a browser, in the users' words: real Chromium, driven by ChromeDriver.
//!
//! It is a client like any other: it trusts the box's authority and nothing
//! else, has a home and a profile of its own, and sees only what a person at
//! the desk or with the phone would see. It knows no page of the box: journeys
//! say which words stand on the buttons. Each browser has a driver of its own,
//! and both end when the browser goes out of scope.

mod acts;
mod axe;
mod cookies;
mod driver;
mod effort;
mod find;
mod keyboard;
mod options;
mod page;
mod paper;
mod people;
mod pictures;
mod screen;
mod scripts;
mod session;
mod traffic;
mod trust;

use std::cell::{Cell, RefCell};
use std::path::Path;

use tempfile::TempDir;

use driver::Driver;
use people::Known;

pub use axe::Violation;
pub use cookies::Cookie;
pub use effort::Effort;
pub use keyboard::{Focus, Key};
pub use options::Options;
pub use paper::Paper;
pub use people::Opening;
pub use screen::Media;
pub use traffic::{Request, Said};

/// A window of a browser, and the person before it.
pub struct Browser {
    driver: Driver,
    options: Options,
    people: Vec<Known>,
    effort: Cell<Effort>,
    requests: RefCell<traffic::Traffic>,
    said: RefCell<Vec<Said>>,
    /// Home and profile; it goes after the driver has ended.
    home: TempDir,
}

impl Browser {
    /// Starts a browser that trusts this authority only.
    pub fn start(ca: &Path, options: Options) -> Self {
        let home = trust::home(ca);
        let driver = Driver::start(home.path(), &session::capabilities(home.path(), &options));
        Self {
            driver,
            options,
            people: Vec::new(),
            effort: Cell::default(),
            requests: RefCell::default(),
            said: RefCell::default(),
            home,
        }
    }

    /// Tells whether this window runs the pages' scripts.
    pub fn runs_scripts(&self) -> bool {
        self.options.javascript
    }

    /// Gives the folder that is this browser's own; its processes name it.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Gives the address of the site that paths belong to.
    pub fn site(&self) -> &str {
        &self.options.site
    }
}
