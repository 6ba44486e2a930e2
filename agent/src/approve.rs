//! `approve`: a person lets one export, by its SHA-256, past the agent's
//! guards. It says nothing to the box, whose own guard still asks two persons.

use std::io::Write;

use jiff::Timestamp;

use crate::command::say;
use crate::feed_view;
use crate::settings::Settings;
use crate::stop::{Exit, Stop};

/// Approves the export of a feed that is held.
pub(crate) fn approve(
    settings: &Settings,
    id: &str,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<Exit, Stop> {
    let vocabulary = settings.vocabulary()?;
    let sources = feed_view::sources(settings, &vocabulary)?;
    let source = feed_view::find(&sources, id)?;
    let state = feed_view::state(settings, source)?;
    let held = state.and_then(|(state, feed)| feed.held.clone().map(|held| (state, feed, held)));
    let Some((mut state, feed, held)) = held else {
        return Err(Stop::failed(format!(
            "{id} holds no export at a guard of the agent: there is nothing to approve"
        )));
    };
    state.approve(&feed, &held.sha256, now)?;
    log::info!("{id}: an export held as {} was approved", held.code);
    let short = held.sha256.get(..16).unwrap_or_default();
    say(
        out,
        &format!(
            "{id}: the export with SHA-256 {short}... may pass ({}); it is sent with the next run",
            held.code
        ),
    )?;
    Ok(Exit::Ok)
}
