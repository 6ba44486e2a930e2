//! The journal when there is one, standard error otherwise.
//!
//! `FIREBOX_LOG` sets the level (`error`, `warn`, `info`, `debug`); nothing at
//! any level carries a record, a person, an address, a reason or a key.

use log::LevelFilter;

/// Starts logging. Under systemd (`JOURNAL_STREAM` is set) lines go to the
/// journal with their level; a journal that cannot be reached falls back to
/// standard error, because a line in the wrong place is better than none.
pub(crate) fn start() {
    let level = std::env::var("FIREBOX_LOG")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(LevelFilter::Info);
    if std::env::var_os("JOURNAL_STREAM").is_some() && to_journal(level) {
        return;
    }
    env_logger::Builder::new()
        .filter_level(level)
        .format_target(false)
        .init();
}

fn to_journal(level: LevelFilter) -> bool {
    let Ok(journal) = systemd_journal_logger::JournalLog::new() else {
        return false;
    };
    let installed = journal
        .with_syslog_identifier("firebox".to_owned())
        .install()
        .is_ok();
    if installed {
        log::set_max_level(level);
    }
    installed
}
