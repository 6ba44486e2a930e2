//! The pages, each in the states worth looking at: for pictures, and for the
//! rules that hold on every page.
//!
//! To add one: a name in the form `page-state`, who is signed in, and how a
//! browser comes there from `/`. Pages stand in the order in which people meet
//! them, and none needs another to have been opened before.
//!
//! States that need minutes, a full disk or thousands of look-ups are not here:
//! a source that is late or has stopped, a release that has ended, a session
//! about to end, too many look-ups, a log that cannot be written, a key, an
//! approval or a signature that a note needs.

mod adviser;
mod anyone;
mod callers;
mod corrections;
mod held;
mod notes;
mod officer;
mod owner;
mod steps;
mod visits;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Browser, Council};

/// A page in a state.
#[derive(Clone, Copy)]
pub struct Picture {
    /// What it is called, and the beginning of its pictures' names.
    pub name: &'static str,
    /// Who is signed in; nobody: whoever the way there signs in.
    pub who: Option<&'static str>,
    /// Brings the browser there from `/`.
    brings: fn(&Council, &Browser),
}

/// Pages of a council in one condition.
#[derive(Clone, Copy)]
pub struct Part {
    /// Brings the council into it; what went before is over then.
    pub prepares: fn(&Council),
    /// Its pages, in the order in which people meet them.
    pub rooms: &'static [&'static [Picture]],
}

/// Every page: as the council is every day, then while a delivery is held.
pub const GALLERY: [Part; 2] = [
    Part {
        prepares: |_| (),
        rooms: &[
            anyone::PICTURES,
            officer::PICTURES,
            visits::PICTURES,
            notes::PICTURES,
            corrections::HAZARDS,
            adviser::PICTURES,
            callers::PICTURES,
            corrections::PICTURES,
            owner::PICTURES,
        ],
    },
    Part {
        prepares: held::prepares,
        rooms: &[held::PICTURES],
    },
];

impl Part {
    /// Gives its pages.
    pub fn pictures(&self) -> impl Iterator<Item = &'static Picture> + use<> {
        self.rooms.iter().copied().flatten()
    }
}

/// Somebody who goes through the gallery with one browser.
pub struct Tour<'a> {
    council: &'a Council,
    pub browser: Browser,
    /// Who is signed in, as far as is known.
    signed_in: Option<&'static str>,
}

impl<'a> Tour<'a> {
    /// Sets out with a browser in which nobody is signed in.
    pub fn new(council: &'a Council, browser: Browser) -> Self {
        Self {
            council,
            browser,
            signed_in: None,
        }
    }

    /// Comes to a page, or says that it cannot be reached. The panic has said
    /// where the way ended.
    pub fn comes_to(&mut self, picture: &Picture) -> bool {
        let came = catch_unwind(AssertUnwindSafe(|| self.goes_to(picture)));
        if came.is_err() {
            // Whatever page this is, the next one begins with a new session.
            self.signed_in = None;
        }
        came.is_ok()
    }

    fn goes_to(&mut self, picture: &Picture) {
        if picture.who.is_none() || picture.who != self.signed_in {
            self.signed_in = None;
            self.browser.forgets_cookies();
            if let Some(name) = picture.who {
                self.browser.signs_in(name);
                self.signed_in = picture.who;
            }
        }
        self.browser.opens("/");
        (picture.brings)(self.council, &self.browser);
    }
}

const fn picture(
    name: &'static str,
    who: Option<&'static str>,
    brings: fn(&Council, &Browser),
) -> Picture {
    Picture { name, who, brings }
}
