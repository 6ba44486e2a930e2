//! What a session is in the middle of telling services.
//!
//! ```text
//! typed -> sending -> every item sent or refused
//!             |-> stopped: the rest waits, to be sent again
//! ```

use std::sync::Arc;

use firebox_contract::correction::HowKnown;
use firebox_protocol::query::About;
use zeroize::Zeroizing;

use super::field::Asked;
use super::subject::Whom;
use super::told::{Sent, Told};
use crate::pages::desk::{Desk, Once};
use crate::pages::form::Fields;
use crate::problem::{Kind, Problem};

/// Something about a correction that waits on the desk.
pub(in crate::pages) enum Draft {
    /// Corrections of one form, by a token.
    Letter(Box<Letter>),
    /// What one correction or report became, by its reference, until its page
    /// has said so.
    Told(Once<Told>),
}

/// The corrections of one form.
pub(in crate::pages) struct Letter {
    /// Whom or what they are about.
    pub(super) whom: Whom,
    /// The form as it was typed, for whoever changes it.
    pub(super) fields: Arc<Fields>,
    /// How the one who reports them knows.
    pub(super) how_known: HowKnown,
    /// What is wrong; never empty.
    pub(super) items: Vec<Wrong>,
    /// Whether it is being sent now.
    pub(super) sending: bool,
    /// Why sending stopped before its end.
    pub(super) stopped: Option<Problem>,
}

/// One thing that is wrong.
#[derive(Clone)]
pub(super) struct Wrong {
    /// Whom or what it is about.
    pub(super) about: About,
    /// Which field.
    pub(super) asked: &'static Asked,
    /// What it is called on the pages.
    pub(super) label: String,
    /// The id of its control on the form.
    pub(super) target: String,
    /// What it should be, in normal form.
    pub(super) should_be: Zeroizing<String>,
    /// What became of it.
    pub(super) fate: Fate,
}

/// What became of one thing that is wrong.
#[derive(Clone)]
pub(super) enum Fate {
    /// Not sent yet.
    Waiting,
    /// The services were told.
    Sent(Sent),
    /// Nobody was told, and sending it again changes nothing.
    Refused(Kind),
}

impl Wrong {
    /// Whether it is still to be sent.
    pub(super) fn waits(&self) -> bool {
        matches!(self.fate, Fate::Waiting)
    }

    /// Notes what became of it, and forgets the words: nobody needs them here
    /// any more.
    pub(super) fn settle(&mut self, fate: Fate) {
        self.fate = fate;
        self.should_be = Zeroizing::default();
    }

    /// Whether it is a warning, which stands until its holder changes it.
    pub(super) fn is_warning(&self) -> bool {
        matches!(self.about, About::Flag(_))
    }

    /// What was sent of it.
    pub(super) fn sent(&self) -> Option<&Sent> {
        match &self.fate {
            Fate::Sent(sent) => Some(sent),
            Fate::Waiting | Fate::Refused(_) => None,
        }
    }
}

impl Letter {
    /// Whether nothing of it has been tried.
    pub(super) fn is_untouched(&self) -> bool {
        !self.sending && self.stopped.is_none() && self.items.iter().all(Wrong::waits)
    }

    /// Whether something is still to be sent.
    pub(super) fn waits(&self) -> bool {
        self.items.iter().any(Wrong::waits)
    }

    /// Ends the sending. Where nothing waits any more, the form is forgotten.
    pub(super) fn rest(&mut self) {
        self.sending = false;
        if !self.waits() {
            self.fields = Arc::default();
        }
    }

    /// Gives the letter of this name and subject; not found for any other.
    pub(super) fn of<'d>(
        desk: &'d mut Desk,
        name: &str,
        whom: &Whom,
    ) -> Result<&'d mut Self, Problem> {
        match desk.corrections.get_mut(name) {
            Some(Draft::Letter(letter)) if letter.whom == *whom => Ok(letter),
            _ => Err(Problem::new(Kind::NotFound)),
        }
    }
}
