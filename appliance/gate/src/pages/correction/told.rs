//! What became of a correction or a report, and how that is said.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::answer::writer::listed;
use crate::api::correct::Raised;
use crate::moment::{Calendar, spoken_day};
use crate::pages::parts::phone;

/// One correction or report that services were told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    /// Its reference.
    pub(super) reference: String,
    /// The services by name and number.
    pub(super) services: Vec<(String, String)>,
    /// When.
    pub(super) raised: Timestamp,
}

impl Sent {
    /// Takes what a page says of what was raised.
    pub(super) fn of(raised: Raised) -> Self {
        let told = raised.state.sent_to.into_iter();
        Self {
            reference: raised.state.correction,
            services: told.map(|sent| (sent.name, sent.phone.spoken())).collect(),
            raised: raised.state.raised,
        }
    }

    /// Gives the services' names.
    pub(super) fn names(&self) -> Vec<String> {
        self.services.iter().map(|(name, _)| name.clone()).collect()
    }
}

/// What one correction or report became, for the page that says so.
pub(in crate::pages) struct Told {
    /// What was sent.
    pub(super) sent: Sent,
    /// What it was of.
    pub(super) of: Of,
    /// Where to go on: words and target.
    pub(super) on: (&'static str, String),
}

/// What a correction or report was of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A person; what to call them, where that is known.
    Person(Option<String>),
    /// An address.
    Address,
    /// A warning.
    Warning,
    /// A hazard nobody had recorded.
    Hazard,
}

impl Of {
    /// Says who was told and what follows. `names` is never empty.
    pub(super) fn say(&self, names: &[String]) -> Markup {
        let each = if names.len() > 1 {
            "They each decide"
        } else {
            "They decide"
        };
        html! {
            p class="govuk-body" {
                "We have told " (listed(names)) ". "
                (each) " whether to change their record."
                @match self {
                    Of::Person(Some(name)) => { " " (name) " does not need to tell them again." }
                    Of::Person(None) => { " The person does not need to tell them again." }
                    Of::Warning => { " The warning stands until they change it." }
                    Of::Address | Of::Hazard => {}
                }
            }
        }
    }
}

/// Says how a new hazard stands until its service has answered.
pub(super) fn unconfirmed(sent: &Sent, calendar: &Calendar) -> Markup {
    let day = spoken_day(calendar.day(sent.raised));
    html! {
        p class="govuk-body" {
            "Reported on " (day) ", not yet confirmed by "
            (listed(&sent.names())) ". Phone them"
            @for (_, number) in &sent.services { " on " (phone(number)) }
            "."
        }
        p class="govuk-body" {
            "Everyone who looks up this address sees that it was reported. What you saw, only "
            (listed(&sent.names())) " can read."
        }
    }
}
