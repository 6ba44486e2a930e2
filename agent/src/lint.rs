//! `lint`: judges a source file where it lies, without taking it over.

use std::io::Write;
use std::path::Path;

use crate::command::say;
use crate::run::judge;
use crate::settings::Settings;
use crate::source::Source;
use crate::stop::{Exit, Stop, chain};

/// Judges one file.
pub(crate) fn lint(settings: &Settings, file: &Path, out: &mut dyn Write) -> Result<Exit, Stop> {
    let vocabulary = settings.vocabulary()?;
    let text = std::fs::read_to_string(file)
        .map_err(|e| Stop::configuration(format!("{} cannot be read: {e}", file.display())))?;
    let source = Source::parse(&text, &judge(settings, &vocabulary))
        .map_err(|e| Stop::configuration(format!("{}: {}", file.display(), chain(&e))))?;
    let off = if source.enabled { "" } else { ", switched off" };
    let (id, service) = (&source.id, &source.service);
    say(
        out,
        &format!(
            "{id} of {service}: the file is in order{off}; it reads {} columns",
            source.columns.len()
        ),
    )?;
    Ok(Exit::Ok)
}
