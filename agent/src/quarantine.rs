//! `quarantine`: rows that could not be read. The list holds line, field and
//! reason; the values stay in the export and are shown as shapes.

use std::io::Write;

use firebox_contract::Reason;

use crate::command::say;
use crate::csv::{Columns, Row};
use crate::feed_error::FeedError;
use crate::feed_view;
use crate::map::shape;
use crate::settings::Settings;
use crate::state::Quarantined;
use crate::stop::{Exit, Stop};

/// Lists the rows of the newest reading, of one feed or of all.
pub(crate) fn list(
    settings: &Settings,
    id: Option<&str>,
    out: &mut dyn Write,
) -> Result<Exit, Stop> {
    let vocabulary = settings.vocabulary()?;
    let sources = feed_view::sources(settings, &vocabulary)?;
    if let Some(id) = id {
        feed_view::find(&sources, id)?;
    }
    for source in sources
        .iter()
        .filter(|source| id.is_none_or(|id| source.id == id))
    {
        let Some((state, feed)) = feed_view::state(settings, source)? else {
            continue;
        };
        for row in state.quarantined(&feed)? {
            say(
                out,
                &format!(
                    "{} {} {}: {} {}",
                    source.id,
                    source.format.row_word(),
                    row.line,
                    row.field,
                    advice(&row.reason)
                ),
            )?;
        }
    }
    Ok(Exit::Ok)
}

fn advice(code: &str) -> String {
    let reason: Option<Reason> = serde_json::from_value(code.into()).ok();
    reason.map_or_else(
        || code.to_owned(),
        |reason| format!("{} ({code})", reason.advice()),
    )
}

/// Shows quarantined rows as shapes, read again from the export they stand in.
pub(crate) fn show(
    settings: &Settings,
    id: &str,
    line: Option<u64>,
    out: &mut dyn Write,
) -> Result<Exit, Stop> {
    let vocabulary = settings.vocabulary()?;
    let sources = feed_view::sources(settings, &vocabulary)?;
    let source = feed_view::find(&sources, id)?;
    let Some((state, feed)) = feed_view::state(settings, source)? else {
        return Err(Stop::failed(format!("{id} has not run yet")));
    };
    let rows = state.quarantined(&feed)?;
    let wanted: Vec<_> = rows
        .iter()
        .filter(|row| line.is_none_or(|line| row.line == line))
        .collect();
    let Some(first) = wanted.first() else {
        return Err(Stop::failed("no such row is in quarantine"));
    };
    let export = feed_view::newest(source).map_err(FeedError::from)?;
    if export.sha256 != first.sha256 {
        return Err(Stop::failed(
            "the export these rows stand in is no longer the newest: run the agent, then look again",
        ));
    }
    feed_view::each_row(source, &export, |row, table, _| {
        if let Some(bad) = wanted.iter().find(|bad| bad.line == row.line) {
            say_row(bad, source.format.row_word(), row, table.columns(), out)?;
        }
        Ok(true)
    })?;
    Ok(Exit::Ok)
}

fn say_row(
    bad: &Quarantined,
    word: &str,
    row: &Row,
    columns: &Columns,
    out: &mut dyn Write,
) -> Result<(), Stop> {
    let (line, field) = (bad.line, &bad.field);
    say(
        out,
        &format!("{word} {line}: {field} {}", advice(&bad.reason)),
    )?;
    for index in 0..row.len() {
        let name = columns.names().get(index);
        let name = name.map_or("(no column)", String::as_str);
        let value = row.field(index).unwrap_or_default();
        say(out, &format!("    {name}: {}", shape(value.trim())))?;
    }
    Ok(())
}
