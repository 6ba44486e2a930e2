//! One reading of the log: begun by a reviewer, then page by page.

use firebox_keeper::log::leaf::Leaf;
use firebox_protocol::operator::{KeeperReply, KeeperRequest, LogEntry, ReadHow};
use firebox_protocol::{Code, Refusal, Settings, Stop};

use super::reviewer::{Credentials, Reviewer};
use crate::operator;

/// Which entries are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) from: u64,
    /// At most so many; the log may end before.
    pub(crate) count: u64,
}

/// A reading that was begun.
pub(crate) struct Reading {
    pub(crate) id: [u8; 16],
    /// First entry.
    pub(crate) from: u64,
    /// The entry after the last.
    pub(crate) to: u64,
    pub(crate) origin: String,
    /// A signed note.
    pub(crate) checkpoint: String,
    /// Roots of the full subtrees before the range and after it.
    pub(crate) left: Vec<[u8; 32]>,
    pub(crate) right: Vec<[u8; 32]>,
    /// Index of the reading's own entry.
    pub(crate) entry: u64,
}

impl Reading {
    /// Signs the reviewer in for this reading, and begins it.
    pub(crate) fn begin(
        settings: &Settings,
        reviewer: &Reviewer,
        range: Range,
        how: ReadHow,
    ) -> Result<Self, Stop> {
        let Credentials { password, totp } = Credentials::take(&reviewer.person)?;
        let request = KeeperRequest::ReadLog {
            person: reviewer.person.clone(),
            password,
            totp,
            purpose: reviewer.purpose.clone(),
            reference: reviewer.reference.clone(),
            from: range.from,
            count: range.count,
            how,
        };
        match operator::keeper_says(settings, &request, operator::ANSWER_WITHIN)? {
            KeeperReply::Reading {
                reading: id,
                from,
                to,
                origin,
                checkpoint,
                left,
                right,
                entry,
            } if from < to => Ok(Self {
                id,
                from,
                to,
                origin,
                checkpoint,
                left,
                right,
                entry,
            }),
            KeeperReply::Refused(refusal) => Err(refused(&refusal)),
            _ => Err(operator::unexpected()),
        }
    }

    /// Fetches every entry of the range, in order, one page in memory at a time.
    pub(crate) fn each(
        &self,
        settings: &Settings,
        mut take: impl FnMut(&Leaf, &LogEntry) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut next = self.from;
        while next < self.to {
            let page = self.page(settings, next)?;
            if page.is_empty() {
                return Err(operator::unexpected());
            }
            for entry in &page {
                let leaf = Leaf::from_bytes(&entry.leaf).filter(|leaf| leaf.index == next);
                take(&leaf.ok_or_else(operator::unexpected)?, entry)?;
                next += 1;
            }
        }
        Ok(())
    }

    fn page(&self, settings: &Settings, from: u64) -> Result<Vec<LogEntry>, Stop> {
        let request = KeeperRequest::LogPage {
            reading: self.id,
            from,
        };
        match operator::keeper_says(settings, &request, operator::ANSWER_WITHIN)? {
            KeeperReply::LogPage(page) => Ok(page),
            KeeperReply::Refused(refusal) => Err(page_refused(&refusal)),
            _ => Err(operator::unexpected()),
        }
    }
}

fn refused(refusal: &Refusal) -> Stop {
    let message = match refusal.code {
        Code::SignInWrong => {
            "name, password or code is not right: a code of the app is good once, so wait for the next one"
        }
        Code::SignInLocked => {
            let minutes = refusal.retry_after_seconds.unwrap_or(0).div_ceil(60);
            return Stop::failed(format!(
                "too many wrong tries: this name is locked for {minutes} minutes"
            ));
        }
        Code::NotAllowed => "only a reviewer reads the log: ask one, or have the role given",
        Code::UnknownPurpose | Code::PurposeNotAllowed => {
            "the log is read for investigation, complaint or subject-access: give one of them as --purpose"
        }
        Code::ReferenceMissing => {
            "--reference is empty: give the number of the complaint or request"
        }
        Code::NotFound => {
            "the log does not reach that far: `firebox status` says how many entries it has"
        }
        Code::Malformed => "name, purpose or reference is too long or has control characters",
        Code::LogUnavailable => {
            "the log cannot be read or written, so nothing was given: run `firebox log check` and look at the keeper's log"
        }
        _ => return operator::refused(refusal),
    };
    Stop::failed(message)
}

fn page_refused(refusal: &Refusal) -> Stop {
    match refusal.code {
        Code::NotFound => Stop::failed(
            "the reading ended before it was done (an hour passed, the keeper was restarted, or sixteen others began): begin again",
        ),
        _ => refused(refusal),
    }
}
