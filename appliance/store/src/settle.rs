//! What each kind of batch does: delta, heartbeat, rekey, and the two of a snapshot.

use firebox_contract::batch::{Heartbeat, Kind, Line, SourceHealth};
use firebox_contract::receipt::Outcome;
use firebox_protocol::store_keeper::Attestation;

use crate::apply::Effect;
use crate::database::Database;
use crate::feed::Feed;
use crate::snapshot;
use crate::taken::{SentLine, Taken, Trouble};

/// Takes a batch's lines and gives what the keeper must attest.
pub(crate) fn settle(
    database: &Database,
    taken: &Taken<'_>,
    lines: &[&[u8]],
) -> Result<Attestation, Trouble> {
    match taken.header.kind {
        Kind::Delta => delta(database, taken, taken.read(lines)?),
        Kind::SnapshotPart => snapshot::part(database, taken, taken.read(lines)?),
        Kind::SnapshotManifest => match taken.only_line(lines)? {
            Line::Manifest(manifest) => snapshot::manifest(database, taken, &manifest),
            _ => Err(not_understood()),
        },
        Kind::Heartbeat => match taken.only_line(lines)? {
            Line::Heartbeat(beat) => heartbeat(database, taken, beat),
            _ => Err(not_understood()),
        },
        Kind::Rekey if lines.is_empty() => rekey(database, taken),
        Kind::Rekey => Err(not_understood()),
    }
}

fn not_understood() -> Trouble {
    Trouble::Refused("not-understood".to_owned())
}

/// Applies changes that stand by themselves.
fn delta(
    database: &Database,
    taken: &Taken<'_>,
    lines: Vec<SentLine<'_>>,
) -> Result<Attestation, Trouble> {
    database.write("apply delta", |change| {
        let mut feed = Feed::find_or_make(change, &taken.header.source)?;
        let mut apply = taken.apply(change, &mut feed)?;
        for line in lines {
            apply.line(line.read, false)?;
        }
        let effect = apply.effect;
        // A first load under way is not complete because a change came in between.
        if crate::reading::find(change, feed.id, false)?.is_none_or(|reading| !reading.direct) {
            feed.synced = true;
        }
        taken.finish(change, &mut feed, (Outcome::Applied, None), effect)
    })
}

/// Code of a feed whose agent and box do not agree on what is held.
const OUT_OF_STEP: &str = "out-of-step";

/// Takes the agent's word on how its source is.
fn heartbeat(
    database: &Database,
    taken: &Taken<'_>,
    beat: Heartbeat,
) -> Result<Attestation, Trouble> {
    database.write("take heartbeat", |change| {
        let mut feed = Feed::find_or_make(change, &taken.header.source)?;
        feed.health = beat.state;
        feed.code = beat.code.filter(|_| beat.state != SourceHealth::Ok);
        // What the agent believes to be here is not what is here: whatever the
        // cause, "in date" would be said of warnings that may be missing.
        if beat.set.is_some_and(|set| set != feed.set) {
            feed.health = SourceHealth::Held;
            feed.code = Some(OUT_OF_STEP.to_owned());
            return taken.finish(
                change,
                &mut feed,
                (Outcome::Applied, None),
                Effect::default(),
            );
        }
        // Age moves forward on the agent's word only for what the box has: while a reading waits
        // here, or before the first was proved, the newest export is not what is being served.
        let waits = crate::reading::find(change, feed.id, true)?.is_some();
        if beat.state == SourceHealth::Ok && feed.synced && !waits {
            feed.as_of = feed
                .as_of
                .max(beat.as_of.map(|as_of| as_of.min(taken.received)));
        }
        taken.finish(
            change,
            &mut feed,
            (Outcome::Applied, None),
            Effect::default(),
        )
    })
}

/// Opens a raised epoch; the roster already says that it is the one enrolled.
fn rekey(database: &Database, taken: &Taken<'_>) -> Result<Attestation, Trouble> {
    database.write("open epoch", |change| {
        let mut feed = Feed::find_or_make(change, &taken.header.source)?;
        taken.finish(
            change,
            &mut feed,
            (Outcome::Applied, None),
            Effect::default(),
        )
    })
}
