//! `check`: everything a feed needs, looked at in order: enrolment, folder,
//! file, encoding, columns, first rows, box, disk. Sends nothing but a request
//! for the box's keys.

use std::io::Write;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::runtime::Runtime;

use crate::carrier::Carrier;
use crate::command::say;
use crate::feed_view;
use crate::interrupt::Interrupt;
use crate::map::Mapped;
use crate::run::not_enrolled;
use crate::settings::Settings;
use crate::source::Source;
use crate::stop::{Exit, Stop, chain};

/// Rows that are mapped to see whether the mapping fits at all.
const TRIED_ROWS: u64 = 200;
/// Least free space in the state folder, in bytes: an outbox of a first load.
const LEAST_FREE_BYTES: u64 = 1024 * 1024 * 1024;

/// Looks at one feed or all of them; ends with the gravest finding.
pub(crate) fn check(
    settings: &Settings,
    id: Option<&str>,
    runtime: &Arc<Runtime>,
    interrupt: &Interrupt,
    out: &mut dyn Write,
) -> Result<Exit, Stop> {
    let vocabulary = settings.vocabulary()?;
    let sources = feed_view::sources(settings, &vocabulary)?;
    if let Some(id) = id {
        feed_view::find(&sources, id)?;
    }
    let mut exit = Exit::Ok;
    for source in sources
        .iter()
        .filter(|source| id.is_none_or(|id| source.id == id))
    {
        let findings = [
            ("export", look_at_export(source)),
            ("box", look_at_box(settings, source, runtime, interrupt)),
            ("disk", look_at_disk(settings)),
        ];
        for (what, finding) in findings {
            let id = &source.id;
            match finding {
                Ok(text) => say(out, &format!("{id}: {what}: {text}"))?,
                Err(stop) => {
                    exit = exit.worst(stop.exit);
                    say(out, &format!("{id}: {what}: NOT IN ORDER: {stop}"))?;
                }
            }
        }
    }
    Ok(exit)
}

fn look_at_export(source: &Source) -> Result<String, Stop> {
    let export = feed_view::newest(source).map_err(|e| Stop {
        exit: e.exit(),
        message: chain(&e),
    })?;
    let (mut tried, mut bad) = (0u64, 0u64);
    feed_view::each_row(source, &export, |_, _, mapped| {
        tried += 1;
        bad += u64::from(matches!(mapped, Mapped::Bad(_)));
        Ok(tried < TRIED_ROWS)
    })?;
    let charset = export.charset.name();
    Ok(format!(
        "{} bytes in {charset}; of the first {tried} rows {bad} do not read",
        export.size
    ))
}

fn look_at_box(
    settings: &Settings,
    source: &Source,
    runtime: &Arc<Runtime>,
    interrupt: &Interrupt,
) -> Result<String, Stop> {
    let carrier = Carrier::open(settings, &source.service, runtime, interrupt)?;
    let mut carrier = carrier.ok_or_else(|| not_enrolled(&source.service))?;
    carrier.may_send(&source.id)?;
    carrier.ask_keys(Timestamp::now())?;
    Ok("reached, and its keys are in force".to_owned())
}

fn look_at_disk(settings: &Settings) -> Result<String, Stop> {
    let folder = &settings.state_folder;
    let stat = rustix::fs::statvfs(folder).map_err(|e| {
        Stop::configuration(format!("{} cannot be looked at: {e}", folder.display()))
    })?;
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    let mebibytes = free / (1024 * 1024);
    if free < LEAST_FREE_BYTES {
        return Err(Stop::failed(format!(
            "{mebibytes} MiB are free in the state folder: make room, a first load needs 1024"
        )));
    }
    Ok(format!("{mebibytes} MiB are free"))
}
