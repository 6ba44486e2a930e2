//! How the running box is, in lines a service desk can read out.

use std::path::Path;

use firebox_protocol::answer::{FeedState, Freshness};
use firebox_protocol::operator::{
    KeeperReply, KeeperRequest, StoreReply, StoreRequest, StoreStatus,
};
use firebox_protocol::{Settings, Stop};

use crate::{files, operator, say};

/// Prints the state of keeper, store and every feed.
pub(crate) fn run(config: &Path) -> Result<(), Stop> {
    let settings = files::settings(config)?;
    let KeeperReply::Status(keeper) = operator::keeper(&settings, &KeeperRequest::Status)? else {
        return Err(operator::unexpected());
    };
    let gib = keeper.free_bytes / (1024 * 1024 * 1024);
    say::out(format_args!(
        "keeper  running, {} log entries, {gib} GiB free for the log",
        keeper.entries
    ));
    say::out(format_args!("        log {}", keeper.origin));
    say::out(format_args!(
        "        {} people may sign in, {} sessions open",
        keeper.people, keeper.sessions
    ));
    let store = store(&settings)?;
    let link = if store.keeper_connected {
        ""
    } else {
        ", WITHOUT its keeper: no look-ups until it is back"
    };
    say::out(format_args!(
        "store   running, {} records{link}",
        store.records
    ));
    if store.unattested > 0 {
        say::out(format_args!(
            "        {} batches wait for the keeper's receipt",
            store.unattested
        ));
    }
    for feed in &store.feeds {
        say::out(format_args!("feed    {}", feed_line(feed)));
    }
    if rustix::process::geteuid().is_root() {
        return Ok(());
    }
    say::out(
        "note    processes started by `firebox run` share one user; under systemd each has its own",
    );
    Ok(())
}

/// Asks the store how it is.
pub(crate) fn store(settings: &Settings) -> Result<StoreStatus, Stop> {
    match operator::store(settings, &StoreRequest::Status)? {
        StoreReply::Status(status) => Ok(status),
        _ => Err(operator::unexpected()),
    }
}

/// Has the store recompute its buckets and check its pages.
pub(crate) fn sweep(config: &Path) -> Result<(), Stop> {
    let settings = files::settings(config)?;
    let StoreReply::Sweep { records, findings } = operator::store(&settings, &StoreRequest::Sweep)?
    else {
        return Err(operator::unexpected());
    };
    for finding in &findings {
        say::err(finding);
    }
    if findings.is_empty() {
        say::out(format_args!("{records} records looked at: nothing found"));
        return Ok(());
    }
    Err(Stop::failed(format!(
        "{} findings in {records} records: stop the box and restore the store from a backup, then tell whoever answers for it",
        findings.len()
    )))
}

fn feed_line(feed: &FeedState) -> String {
    let state = match feed.service.state {
        Freshness::Fresh => "in date",
        Freshness::Late => "LATE",
        Freshness::Stopped => "STOPPED",
        Freshness::Held => "HELD",
    };
    let since = feed
        .service
        .last_synced
        .map_or("never synced".to_owned(), |at| format!("data of {at:.0}"));
    let rows = match feed.held_rows {
        0 => String::new(),
        n => format!(", {n} rows unreadable"),
    };
    let hold = feed.hold.as_ref().map_or_else(String::new, |hold| {
        format!(
            ", reading {} waits for two persons: it would remove {} of {}",
            hold.id, hold.removes, hold.of
        )
    });
    let code = feed
        .code
        .as_ref()
        .map_or_else(String::new, |code| format!(" ({code})"));
    format!(
        "{:<24} {state}{code}: {} records, {since}{rows}{hold}",
        feed.source, feed.records
    )
}
