//! `status`: how every feed stands, for a person or as JSON. Codes and counts.

use std::io::Write;

use jiff::Timestamp;
use serde::Serialize;

use crate::command::say;
use crate::corrections;
use crate::feed_view;
use crate::settings::Settings;
use crate::source::Source;
use crate::state::{Counts, Feed, Phase, State};
use crate::stop::{Exit, Stop};

/// How one feed stands.
#[derive(Serialize)]
struct Standing {
    source: String,
    service: String,
    /// `up-to-date`, `late`, `held`, `failing`, `stopped`, `sending` or `never-sent`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    owner: String,
    lawful_basis: String,
    sharing_agreement: String,
    /// Whom an officer is told to ring about rows that did not read.
    contact: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied_at: Option<Timestamp>,
    rows: u64,
    records: u64,
    quarantined: u64,
    unplaced: u64,
    /// Batches that wait for the box.
    outbox: u64,
    epoch: u64,
    next_sequence: u64,
}

/// How many corrections one service has.
#[derive(Serialize)]
struct Corrections {
    service: String,
    /// Staff have not answered them.
    open: u64,
    /// Answers of staff that the box has not taken.
    untold: u64,
    /// Answers the box refused.
    refused: u64,
}

/// Says how every feed stands; ends with 5, 2 or 1 where one is late, held or failing.
pub(crate) fn status(
    settings: &Settings,
    json: bool,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<Exit, Stop> {
    let vocabulary = settings.vocabulary()?;
    let sources = feed_view::sources(settings, &vocabulary)?;
    let mut standings = Vec::new();
    for source in sources.iter() {
        let state = feed_view::state(settings, source)?;
        standings.push(standing(source, state.as_ref(), now)?);
    }
    let corrections = corrections(settings)?;
    if json {
        let both = serde_json::json!({ "feeds": standings, "corrections": corrections });
        let text = serde_json::to_string_pretty(&both)
            .map_err(|_| Stop::failed("the status cannot be written as JSON"))?;
        say(out, &text)?;
    } else {
        for standing in &standings {
            say(out, &one_line(standing))?;
        }
        for service in &corrections {
            say(out, &service.line())?;
        }
    }
    Ok(standings.iter().fold(Exit::Ok, |exit, standing| {
        exit.worst(exit_of(standing.state))
    }))
}

fn corrections(settings: &Settings) -> Result<Vec<Corrections>, Stop> {
    let mut all = Vec::new();
    for service in corrections::services(settings) {
        let state = State::find(&settings.state_of(&service))?;
        let counts = match state {
            Some(state) => state.correction_counts()?,
            None => Counts::default(),
        };
        all.push(Corrections {
            service,
            open: counts.open,
            untold: counts.untold,
            refused: counts.refused,
        });
    }
    Ok(all)
}

impl Corrections {
    fn line(&self) -> String {
        let Self {
            service,
            open,
            untold,
            refused,
        } = self;
        let mut line =
            format!("{service} corrections: {open} open, {untold} answers wait for the box");
        if *refused > 0 {
            line.push_str(&format!(", {refused} refused by it"));
        }
        line
    }
}

fn standing(
    source: &Source,
    state: Option<&(State, Feed)>,
    now: Timestamp,
) -> Result<Standing, Stop> {
    let feed = state.map(|(_, feed)| feed);
    let applied = feed.and_then(|feed| feed.applied.as_ref());
    let (word, code) = word(source, feed, now);
    let (outbox, quarantined) = match state {
        Some((state, feed)) => (state.waiting(feed)?, state.quarantined(feed)?.len() as u64),
        None => (0, 0),
    };
    Ok(Standing {
        source: source.id.clone(),
        service: source.service.clone(),
        state: word,
        code,
        owner: source.owner.clone(),
        lawful_basis: source.lawful_basis.clone(),
        sharing_agreement: source.sharing_agreement.clone(),
        contact: format!("{}, {}", source.known.team, source.known.phone.spoken()),
        as_of: applied.map(|applied| applied.as_of),
        applied_at: applied.map(|applied| applied.at),
        rows: applied.map_or(0, |applied| applied.rows),
        records: applied.map_or(0, |applied| applied.records),
        quarantined,
        unplaced: applied.map_or(0, |applied| applied.unplaced),
        outbox,
        epoch: feed.map_or(0, |feed| feed.epoch),
        next_sequence: feed.map_or(0, |feed| feed.next_sequence),
    })
}

fn word(source: &Source, feed: Option<&Feed>, now: Timestamp) -> (&'static str, Option<String>) {
    let Some(feed) = feed else {
        return ("never-sent", None);
    };
    if let Some(code) = &feed.stopped {
        return ("stopped", Some(code.clone()));
    }
    match feed.run.as_ref().map(|run| run.phase) {
        Some(Phase::HeldByBox) => return ("held", Some("held-by-box".to_owned())),
        Some(Phase::Sent | Phase::Writing) => return ("sending", None),
        None => {}
    }
    let beat = feed.beat.as_ref().and_then(|beat| beat.code.clone());
    if let Some(held) = &feed.held {
        return ("held", Some(held.code.clone()));
    }
    if beat.is_some() {
        return ("failing", beat);
    }
    let Some(applied) = &feed.applied else {
        return ("never-sent", None);
    };
    let late = source
        .expected_every()
        .is_some_and(|every| now.duration_since(applied.as_of) > every);
    if late {
        ("late", None)
    } else {
        ("up-to-date", None)
    }
}

fn exit_of(state: &str) -> Exit {
    match state {
        "late" => Exit::Late,
        "held" => Exit::Held,
        "failing" | "stopped" => Exit::Failed,
        _ => Exit::Ok,
    }
}

fn one_line(standing: &Standing) -> String {
    let code = standing
        .code
        .as_deref()
        .map(|code| format!(" ({code})"))
        .unwrap_or_default();
    let as_of = standing.as_of.map_or_else(
        || "no export yet".to_owned(),
        |time| format!("export of {time}"),
    );
    format!(
        "{}: {}{code}; {as_of}, {} statements from {} rows, {} rows not read, {} batches waiting",
        standing.source,
        standing.state,
        standing.records,
        standing.rows,
        standing.quarantined,
        standing.outbox
    )
}
