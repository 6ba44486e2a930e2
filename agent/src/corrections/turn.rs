//! One turn of one service: take what the box has, write the work file, then
//! tell the box. In this order, whatever happens.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use age::x25519::Identity as Key;
use firebox_contract::correction::{MAX_CORRECTIONS, Said};
use jiff::Timestamp;

use super::line::Line;
use super::opening::{Unopened, reopen};
use super::take::{Found, take};
use super::tell::{Answered, say_all};
use super::work_file::{self, Stamp};
use crate::carrier::Carrier;
use crate::intake::IntakeError;
use crate::interrupt::Interrupt;
use crate::report::Report;
use crate::state::Standing;
use crate::stop::{Exit, Stop, chain};

/// How long an answer that the box refused is left alone: the box must be put
/// right, and asking every few seconds does not do that.
const REFUSED_PAUSE: Duration = Duration::from_secs(15 * 60);
/// Most lists taken in one turn: a box that repeats itself ends it all the same.
const MOST_LISTS: usize = 25;

/// What is remembered of a service's corrections while the agent runs.
#[derive(Default)]
pub(crate) struct Desk {
    written: Option<Written>,
    alarms: BTreeSet<String>,
    refused: BTreeMap<String, Instant>,
    /// What in the work file does not open any more.
    shut: BTreeMap<String, Unopened>,
}

/// The work file as it was written last.
#[derive(PartialEq)]
struct Written {
    lines: Vec<(String, Option<Said>)>,
    stamp: Option<Stamp>,
}

impl Desk {
    /// Does one turn.
    pub(crate) fn turn(
        &mut self,
        carrier: &mut Carrier,
        work_folder: &Path,
        now: Timestamp,
        interrupt: &Interrupt,
    ) -> Report {
        let mut found = Found::default();
        let done = self.try_turn(carrier, work_folder, now, interrupt, &mut found);
        let service = &carrier.identity.service;
        for alarm in found.alarms.difference(&self.alarms) {
            log::error!("{service}: correction {alarm}");
        }
        let report = match done {
            Ok(away) => report(carrier, &found, away.as_ref()),
            Err(stop) => Err(stop),
        };
        self.alarms = found.alarms;
        let report = report.unwrap_or_else(Report::of_error);
        Report {
            settling: interrupt.is_raised(),
            ..report
        }
    }

    /// Gives what kept the box away, if anything did.
    fn try_turn(
        &mut self,
        carrier: &mut Carrier,
        work_folder: &Path,
        now: Timestamp,
        interrupt: &Interrupt,
        found: &mut Found,
    ) -> Result<Option<IntakeError>, Stop> {
        let keys = carrier.identity.correction_keys()?;
        for _ in 0..MOST_LISTS {
            let listed = match take(carrier, &keys, now, found)? {
                Ok(listed) => listed,
                // What waits here stands in the file even while the box is away.
                Err(away) => {
                    self.file(carrier, &keys, work_folder, found)?;
                    return Ok(Some(away));
                }
            };
            self.file(carrier, &keys, work_folder, found)?;
            let told = self.tell(carrier, interrupt, found)?;
            self.file(carrier, &keys, work_folder, found)?;
            match told {
                Err(away) => return Ok(Some(away)),
                // A full list may have more behind it, if this one moved on.
                Ok(delivered) if listed >= MAX_CORRECTIONS && delivered > 0 => {}
                Ok(_) => break,
            }
        }
        Ok(None)
    }

    /// Writes the work file where it is not what it should be. Without open
    /// corrections none is made.
    fn file(
        &mut self,
        carrier: &Carrier,
        keys: &[Key],
        work_folder: &Path,
        found: &mut Found,
    ) -> Result<(), Stop> {
        let service = &carrier.identity.service;
        let path = work_file::path(work_folder, service);
        let open = carrier.state.open_corrections()?;
        let wanted = Written {
            lines: open.iter().map(summary).collect(),
            stamp: work_file::stamp(&path),
        };
        if open.is_empty() && wanted.stamp.is_none() {
            self.shut.clear();
            return Ok(());
        }
        if self.written.as_ref() != Some(&wanted) {
            let (mut lines, mut shut) = (Vec::with_capacity(open.len()), BTreeMap::new());
            for standing in open {
                let bytes = carrier.state.correction_bytes(&standing.reference)?;
                let opened = bytes.map_or(Err(Unopened::Missing), |bytes| reopen(&bytes, keys));
                if let Err(error) = &opened {
                    shut.insert(standing.reference.clone(), *error);
                }
                let item = opened.ok();
                lines.push(Line { standing, item });
            }
            work_file::write(work_folder, service, &lines)?;
            self.shut = shut;
            self.written = Some(Written {
                stamp: work_file::stamp(&path),
                ..wanted
            });
        }
        for (reference, error) in &self.shut {
            found.alarm(reference, error);
            found.silent.insert(reference.clone());
        }
        Ok(())
    }

    /// Tells the box what it does not know yet; gives how many it took as delivered.
    fn tell(
        &mut self,
        carrier: &mut Carrier,
        interrupt: &Interrupt,
        found: &mut Found,
    ) -> Result<Result<u64, IntakeError>, Stop> {
        let mut delivered = 0;
        for standing in carrier.state.untold_corrections()? {
            let reference = &standing.reference;
            if interrupt.is_raised() || found.silent.contains(reference) {
                continue;
            }
            if let (Some(status), true) = (standing.refused, self.rests(reference)) {
                found.refused(reference, status);
                continue;
            }
            match say_all(carrier, &standing)? {
                Ok(Answered::Taken | Answered::Over) => {
                    delivered += u64::from(!standing.delivered);
                    self.refused.remove(reference);
                }
                Ok(Answered::Refused(status)) => {
                    carrier.state.correction_refused(reference, status)?;
                    self.refused
                        .insert(reference.clone(), Instant::now() + REFUSED_PAUSE);
                    found.refused(reference, status);
                }
                Err(away) => return Ok(Err(away)),
            }
        }
        Ok(Ok(delivered))
    }

    fn rests(&self, reference: &str) -> bool {
        let until = self.refused.get(reference);
        until.is_some_and(|until| *until > Instant::now())
    }
}

fn summary(standing: &Standing) -> (String, Option<Said>) {
    let said = standing.said.map(|(said, _)| said);
    (standing.reference.clone(), said)
}

fn report(carrier: &Carrier, found: &Found, away: Option<&IntakeError>) -> Result<Report, Stop> {
    let counts = carrier.state.correction_counts()?;
    let mut message = format!("{} open", counts.open);
    if counts.untold > 0 {
        message.push_str(&format!(", {} answers wait for the box", counts.untold));
    }
    if found.none_given {
        message.push_str("; this box gives out no corrections");
    }
    let mut code = None;
    if !found.alarms.is_empty() {
        code = Some("correction-refused");
        let many = found.alarms.len();
        message.push_str(&format!("; {many} need a look: the log names them"));
    }
    if let Some(error) = away {
        code = Some("box-unreachable");
        message.push_str(&format!("; {}", chain(error)));
    }
    let exit = code.map_or(Exit::Ok, |_| Exit::Failed);
    Ok(Report {
        exit,
        health: None,
        code: code.map(str::to_owned),
        message,
        lasts: false,
        unreachable: away.is_some(),
        settling: false,
    })
}
