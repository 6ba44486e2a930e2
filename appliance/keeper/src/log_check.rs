//! The check of the whole log, at the operator's wish. What comes of it is an
//! entry: `log-checked`, or an alarm. The keeper serves on either way; what to
//! do about a log that is not whole is for people to say.

use std::sync::Arc;

use firebox_protocol::Code;
use firebox_protocol::operator::{KeeperReply, LogFault};
use serde::Serialize;

use crate::checkpoint::Checkpoints;
use crate::log::kind::EntryKind;
use crate::log_reader::{LogReader, NotWhole, Whole};
use crate::outbox::Ticket;
use crate::writer::Log;

/// Checks the whole log.
pub(crate) struct LogCheck {
    pub(crate) reader: Arc<LogReader>,
    pub(crate) checkpoints: Arc<Checkpoints>,
    pub(crate) log: Log,
}

#[derive(Serialize)]
struct Checked {
    entries: u64,
    erased: u64,
}

#[derive(Serialize)]
struct Alarm {
    /// What does not agree.
    code: &'static str,
    /// From which entry on.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<u64>,
}

impl Alarm {
    fn of(fault: LogFault) -> Self {
        let (code, entry) = match fault {
            LogFault::Entry(index) => ("log-entry-unsound", Some(index)),
            LogFault::Unreadable(index) => ("log-unreadable", Some(index)),
            LogFault::Root => ("log-root-differs", None),
            LogFault::Head => ("log-head-differs", None),
        };
        Self { code, entry }
    }
}

impl LogCheck {
    /// Recomputes the log on the caller's thread, and answers its ticket when
    /// what came of it is durable.
    pub(crate) fn check(&self, ticket: Ticket<KeeperReply>) {
        match self.reader.check() {
            Ok(whole) => self.enter_whole(whole, ticket),
            Err(NotWhole::Unsound(fault)) => self.raise(fault, ticket),
            Err(NotWhole::Busy) => ticket.refuse(Code::NotReady),
            Err(NotWhole::Ended) => ticket.refuse(Code::LogUnavailable),
        }
    }

    fn enter_whole(&self, whole: Whole, ticket: Ticket<KeeperReply>) {
        let Whole { tip, erased } = whole;
        let checkpoint = self.checkpoints.of(&tip);
        self.log.bring(move |desk| {
            let entries = tip.size;
            let checked = Checked { entries, erased };
            let entry = desk.append(EntryKind::LogChecked, &checked)?.index;
            Ok(Box::new(move |_| {
                ticket.answer(&KeeperReply::LogChecked {
                    entries,
                    erased,
                    checkpoint,
                    entry,
                });
            }))
        });
    }

    fn raise(&self, fault: LogFault, ticket: Ticket<KeeperReply>) {
        let alarm = Alarm::of(fault);
        log::error!("the log is not whole: {}", alarm.code);
        self.log.bring(move |desk| {
            let entry = desk.append(EntryKind::Alarm, &alarm)?.index;
            Ok(Box::new(move |_| {
                ticket.answer(&KeeperReply::LogUnsound { fault, entry });
            }))
        });
    }
}
