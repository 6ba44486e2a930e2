//! How the running box is, in lines a service desk can read out.

use std::path::Path;

use firebox_protocol::answer::{FeedState, Freshness};
use firebox_protocol::operator::{
    KeeperStatus, Reserve, StoreReply, StoreRequest, StoreStatus, is_low,
};
use firebox_protocol::{Settings, Stop};

use crate::{files, operator, say};

/// Prints the state of keeper, store and every feed.
pub(crate) fn run(config: &Path) -> Result<(), Stop> {
    let settings = files::settings(config)?;
    for line in keeper_lines(&operator::keeper_status(&settings)?) {
        say::out(line);
    }
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

fn keeper_lines(keeper: &KeeperStatus) -> Vec<String> {
    let mut lines = vec![
        format!("keeper  running, {} log entries", keeper.entries),
        format!("        log {}", keeper.origin),
        format!("        its verifier key {}", keeper.verifier_key),
        format!(
            "        {} people may sign in, {} sessions open",
            keeper.people, keeper.sessions
        ),
        format!(
            "        {} of {} free on the log's disk",
            size(keeper.free_bytes),
            size(keeper.whole_bytes)
        ),
    ];
    if is_low(keeper.free_bytes, keeper.whole_bytes) {
        lines
            .push("        THE LOG'S DISK IS NEARLY FULL: make room on it, or give it more".into());
    }
    if keeper.reserve == Reserve::InUse {
        lines.push(
            "        ON THE RESERVE: only sign-in, emergencies, reviews and administration go on; make room on the log's disk (never by deleting the log), then restart the keeper"
                .into(),
        );
    }
    if keeper.open_reviews > 0 {
        lines.push(format!(
            "        {} emergencies wait for a reviewer, {} of them past a person's quota",
            keeper.open_reviews, keeper.escalated
        ));
    }
    lines
}

/// Writes a number of bytes for people.
fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    match bytes / MIB {
        small @ 0..10_240 => format!("{small} MiB"),
        large => format!("{} GiB", large / 1024),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn well() -> KeeperStatus {
        KeeperStatus {
            entries: 12,
            origin: "firebox.example.gov.uk/one/2026".into(),
            verifier_key: "firebox.example.gov.uk/one/2026+01234567+AQID".into(),
            store_connected: true,
            people: 3,
            sessions: 1,
            free_bytes: 60 << 30,
            whole_bytes: 100 << 30,
            reserve: Reserve::Whole,
            open_reviews: 0,
            escalated: 0,
        }
    }

    fn said(keeper: &KeeperStatus) -> String {
        keeper_lines(keeper).join("\n")
    }

    #[test]
    fn a_box_that_is_well_raises_no_alarm() {
        let said = said(&well());
        assert!(said.contains("12 log entries") && said.contains("60 GiB of 100 GiB free"));
        for alarm in ["NEARLY FULL", "RESERVE", "emergencies"] {
            assert!(!said.contains(alarm), "{said}");
        }
    }

    #[test]
    fn a_full_disk_the_reserve_and_open_reviews_are_said_with_what_to_do() {
        let free_bytes = (5 << 30) - 1;
        let low = said(&KeeperStatus {
            free_bytes,
            ..well()
        });
        assert!(
            low.contains("NEARLY FULL") && low.contains("make room"),
            "{low}"
        );
        let reserve = Reserve::InUse;
        let full = said(&KeeperStatus { reserve, ..well() });
        assert!(full.contains("ON THE RESERVE") && full.contains("never by deleting"));
        let reviews = said(&KeeperStatus {
            open_reviews: 4,
            escalated: 1,
            ..well()
        });
        assert!(reviews.contains("4 emergencies wait for a reviewer, 1 of them past"));
    }

    #[test]
    fn sizes_are_said_in_the_unit_people_use() {
        assert_eq!(size(64 << 20), "64 MiB");
        assert_eq!(size(200 << 30), "200 GiB");
        assert_eq!(size(0), "0 MiB");
    }
}
