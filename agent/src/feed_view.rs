//! What the looking verbs share: the source files as they lie, one feed by its
//! id, and its state without taking the running agent's lock.

use firebox_contract::Vocabulary;

use crate::csv::Row;
use crate::export::{Export, ExportError};
use crate::folder;
use crate::map::{Mapped, Shapes, View};
use crate::progress::Progress;
use crate::rows::Rows;
use crate::run::judge;
use crate::settings::Settings;
use crate::source::{Source, Sources};
use crate::state::{Feed, State};
use crate::stop::{Exit, Stop, chain};

/// Reads every source file; a bad one stops the command.
pub(crate) fn sources(settings: &Settings, vocabulary: &Vocabulary) -> Result<Sources, Stop> {
    let mut sources = Sources::new(settings.sources_folder.clone());
    let changed = sources.reload(&judge(settings, vocabulary)).map_err(|e| {
        Stop::configuration(format!(
            "{}: {}",
            settings.sources_folder.display(),
            chain(&e)
        ))
    })?;
    match changed.refused.first() {
        Some((file, error)) => Err(Stop::configuration(format!("{file}: {}", chain(error)))),
        None => Ok(sources),
    }
}

/// Finds a feed by its id.
pub(crate) fn find<'a>(sources: &'a Sources, id: &str) -> Result<&'a Source, Stop> {
    sources
        .iter()
        .find(|source| source.id == id)
        .ok_or_else(|| {
            let known: Vec<_> = sources.iter().map(|source| source.id.as_str()).collect();
            Stop {
                exit: Exit::Usage,
                message: format!("there is no feed `{id}`; there are: {}", known.join(", ")),
            }
        })
}

/// Gives a feed's state; none before its service was enrolled and it ran once.
pub(crate) fn state(settings: &Settings, source: &Source) -> Result<Option<(State, Feed)>, Stop> {
    let folder = settings.state_of(&source.service);
    if !folder.join("state.db").exists() {
        return Ok(None);
    }
    let state = State::open(&folder)?;
    let feed = state.find_feed(&source.id)?;
    Ok(feed.map(|feed| (state, feed)))
}

/// Opens a feed's newest export, settled or not.
pub(crate) fn newest(source: &Source) -> Result<Export, ExportError> {
    let found = folder::newest(&source.folder, &source.pattern)?;
    Export::open(&found.path, source.format.charset)
}

/// Goes over an export's rows as the run would see them, until `visit` says enough.
pub(crate) fn each_row(
    source: &Source,
    export: &Export,
    mut visit: impl FnMut(&Row, &Rows<'_>, Mapped) -> Result<bool, Stop>,
) -> Result<(), Stop> {
    enum Looked {
        Enough,
        Failed(Stop),
    }
    impl From<ExportError> for Looked {
        fn from(error: ExportError) -> Self {
            Self::Failed(Stop {
                exit: error.exit(),
                message: chain(&error),
            })
        }
    }
    let looked = export.read(source, &Progress::none(), |table| {
        let mut shapes = Shapes::of(table.columns(), &source.key, source.mapping.uprn_column());
        let mut row = Row::default();
        while table.next(&mut row)? {
            match row.flaw {
                None => shapes.learn(&row),
                Some(_) => shapes.judge(&mut row),
            }
            let mapped = source.mapping.map(
                &View::new(&row, table.columns(), &source.format),
                &source.key,
            );
            if !visit(&row, table, mapped).map_err(Looked::Failed)? {
                return Err(Looked::Enough);
            }
        }
        Ok(())
    });
    match looked {
        Ok(()) | Err(Looked::Enough) => Ok(()),
        Err(Looked::Failed(stop)) => Err(stop),
    }
}
