//! What the store told of a correction and cannot be: a fault or a hostile store.
//! It is refused, and an alarm stands in the log.

use firebox_protocol::Code;
use firebox_protocol::store_keeper::Reply;
use serde::Serialize;

use crate::desk::Desk;
use crate::log::database::LogError;
use crate::outbox::Ticket;
use crate::refused;
use crate::writer::After;

/// Whom alarms about the store are counted for.
const STORE: &str = "store";

/// What the store told that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// The header names another box.
    OtherBox,
    /// The header names another correction than the permit does.
    OtherPermit,
    /// The log has no such correction.
    NotRaised,
    /// It was raised for another service.
    OtherService,
    /// No agent of that service ever enrolled, so nobody could seal to it.
    NotEnrolled,
    /// Another header was signed for the same correction and service.
    OtherHeader,
}

#[derive(Serialize)]
struct Alarm<'a> {
    alarm: &'static str,
    correction: &'a str,
    service: &'a str,
}

impl Lie {
    /// Gives its name in the log.
    fn name(self) -> &'static str {
        match self {
            Self::OtherBox => "correction-of-another-box",
            Self::OtherPermit => "correction-of-another-permit",
            Self::NotRaised => "correction-not-raised",
            Self::OtherService => "correction-for-another-service",
            Self::NotEnrolled => "correction-for-no-agent",
            Self::OtherHeader => "correction-changed",
        }
    }

    /// Gives the code the store is refused with.
    fn code(self) -> Code {
        match self {
            Self::OtherBox | Self::OtherPermit => Code::PermitRefused,
            Self::NotRaised | Self::OtherService | Self::NotEnrolled => Code::NotFound,
            Self::OtherHeader => Code::AlreadyThere,
        }
    }
}

/// Enters an alarm about the store and refuses.
pub(crate) fn alarm(
    desk: &mut Desk<'_>,
    lie: Lie,
    correction: &str,
    service: &str,
    ticket: Ticket<Reply>,
) -> Result<After, LogError> {
    let (name, code) = (lie.name(), lie.code());
    let told = Alarm {
        alarm: name,
        correction,
        service,
    };
    if let Some(index) = refused::raise(desk, STORE, name, code, &told)? {
        log::error!("entry {index}: the store told what cannot be ({name}). Nothing was signed");
    }
    Ok(Box::new(move |_| ticket.refuse(code)))
}
