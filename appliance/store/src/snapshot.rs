//! A reading of a whole export.
//!
//! ```text
//! part, part, ... --> manifest --proved, within the guard--> applied
//!                              --proved, over the guard----> held (two persons decide)
//!                              --not proved----------------> refused, nothing changed
//! ```
//!
//! Parts are staged; only the first load of an empty feed is written straight
//! to the statements, and its feed counts as never synced until the manifest
//! proves it. The diff is made by applying the reading in a transaction and
//! looking at the result; a transaction that does not prove is rolled back, so
//! what was judged and what would have happened are the same thing.

use firebox_contract::batch::{BatchError, Manifest, SourceHealth};
use firebox_contract::receipt::Outcome;
use firebox_protocol::settings::Service;
use firebox_protocol::store_keeper::Attestation;

use crate::apply::{Apply, Effect};
use crate::database::{Change, Database, DatabaseError};
use crate::feed::Feed;
use crate::hold;
use crate::line::{self, Speaker};
use crate::reading::{self, Reading, Table};
use crate::rules::Rules;
use crate::taken::{SentLine, Taken, Trouble};

/// Code of a reading over the guard.
pub(crate) const DROP_OVER_GUARD: &str = "drop-over-guard";

/// Takes a part.
pub(crate) fn part(
    database: &Database,
    taken: &Taken<'_>,
    lines: Vec<SentLine<'_>>,
) -> Result<Attestation, Trouble> {
    database.write("take snapshot part", |change| {
        let mut feed = Feed::find_or_make(change, &taken.header.source)?;
        let mut reading = under_way(change, &mut feed, taken)?;
        reading.parts += 1;
        let mut apply = taken.apply(change, &mut feed)?;
        for line in lines {
            reading.count(line.read.op);
            if reading.direct {
                apply.line(line.read, false)?;
            } else {
                apply.effect.notes.extend(&line.read.key, &line.read.notes);
                reading.stage(apply.change, line.read.op, &line.read.key, line.bytes)?;
            }
        }
        let effect = apply.effect;
        reading.save(change)?;
        taken.finish(change, &mut feed, (Outcome::Applied, None), effect)
    })
}

/// Finds the reading a batch belongs to, or starts it and throws an older one away.
fn under_way(
    change: &mut Change<'_>,
    feed: &mut Feed,
    taken: &Taken<'_>,
) -> Result<Reading, DatabaseError> {
    let header = taken.header;
    if let Some(reading) = reading::find(change, feed.id, false)? {
        if (reading.epoch, reading.run) == (header.epoch, header.run) {
            return Ok(reading);
        }
        drop_reading(change, feed, taken, &reading)?;
    }
    let empty = !change.query_row(
        "SELECT EXISTS (SELECT 1 FROM statement WHERE feed = ?1) OR EXISTS (SELECT 1 FROM held WHERE feed = ?1)",
        [feed.id],
        |row| row.get::<_, bool>(0),
    )?;
    let direct = empty && !feed.synced;
    reading::start(
        change,
        feed.id,
        (header.epoch, header.run),
        taken.agent.key,
        direct,
    )
}

fn drop_reading(
    change: &mut Change<'_>,
    feed: &mut Feed,
    taken: &Taken<'_>,
    reading: &Reading,
) -> Result<(), DatabaseError> {
    if reading.direct {
        let mut apply = taken.apply(change, feed)?;
        apply.clear()?;
        let envelopes = apply.effect.envelopes;
        crate::receipts::owe_envelopes(change, feed.id, &envelopes)?;
    }
    reading.discard(change)
}

/// Takes a manifest: applied, held or refused.
pub(crate) fn manifest(
    database: &Database,
    taken: &Taken<'_>,
    manifest: &Manifest,
) -> Result<Attestation, Trouble> {
    match prove(database, taken, manifest) {
        Err(Trouble::OverGuard { removes, live }) => database.write("hold snapshot", |change| {
            let mut feed = Feed::find_or_make(change, &taken.header.source)?;
            let reading = under_way(change, &mut feed, taken)?;
            hold::put(change, &feed, &reading, manifest, (removes, live), taken)?;
            taken.finish(
                change,
                &mut feed,
                (Outcome::Held, Some(DROP_OVER_GUARD)),
                Effect::default(),
            )
        }),
        Err(Trouble::Refused(code)) => {
            refuse(database, taken)?;
            Err(Trouble::Refused(code))
        }
        other => other,
    }
}

fn prove(
    database: &Database,
    taken: &Taken<'_>,
    manifest: &Manifest,
) -> Result<Attestation, Trouble> {
    database.write("apply snapshot", |change| {
        let mut feed = Feed::find_or_make(change, &taken.header.source)?;
        let reading = under_way(change, &mut feed, taken)?;
        let live = feed.records;
        let mut apply = taken.apply(change, &mut feed)?;
        run(
            &mut apply,
            &reading,
            manifest,
            &taken.speaker(),
            &taken.desk.rules,
        )?;
        let effect = apply.effect;
        if over_guard(taken.service, effect.removed, live) {
            return Err(Trouble::OverGuard {
                removes: effect.removed,
                live,
            });
        }
        hold::discard(change, feed.id)?;
        reading.discard(change)?;
        complete(&mut feed, manifest, taken.received);
        taken.finish(change, &mut feed, (Outcome::Applied, None), effect)
    })
}

/// Applies a reading's staged lines and proves the result against its manifest.
pub(crate) fn run(
    apply: &mut Apply<'_, '_>,
    reading: &Reading,
    manifest: &Manifest,
    speaker: &Speaker<'_>,
    rules: &Rules,
) -> Result<(), Trouble> {
    let unproved = || Trouble::from(BatchError::SnapshotUnproved);
    let sent = (reading.parts, reading.puts, reading.gones, reading.helds);
    if sent
        != (
            manifest.parts,
            manifest.puts,
            manifest.gones,
            manifest.helds,
        )
    {
        return Err(unproved());
    }
    if !reading.direct {
        staged(apply, reading, manifest.full, speaker, rules)?;
    }
    let proved = apply.feed.records == manifest.records && apply.feed.set == manifest.set;
    if proved { Ok(()) } else { Err(unproved()) }
}

fn staged(
    apply: &mut Apply<'_, '_>,
    reading: &Reading,
    full: bool,
    speaker: &Speaker<'_>,
    rules: &Rules,
) -> Result<(), Trouble> {
    let feed = apply.feed.id;
    if full {
        // Notices that end without their row reading again count for the guard like records.
        let ended = reading.absent(apply.change, feed, Table::Held)?.len() as u64;
        apply.effect.removed += ended;
        apply.begin_full()?;
    }
    let mut after = 0;
    loop {
        let page = reading.staged(apply.change, after)?;
        let Some((last, _)) = page.last() else { break };
        after = *last;
        for (_, bytes) in &page {
            let read =
                line::read(bytes, speaker, rules).map_err(|_| DatabaseError::Row("staging"))?;
            // The part's own receipt carried these notes.
            apply.line(read, true)?;
        }
    }
    if full {
        for key in reading.absent(apply.change, feed, Table::Statement)? {
            apply.absent(&key)?;
        }
    }
    Ok(())
}

/// Says that the feed is as complete and as old as a manifest says.
pub(crate) fn complete(feed: &mut Feed, manifest: &Manifest, received: jiff::Timestamp) {
    feed.synced = true;
    // A clock that runs ahead at the service must not keep data fresh for ever.
    feed.as_of = Some(manifest.as_of.min(received));
    feed.health = SourceHealth::Ok;
    feed.code = None;
    feed.unplaced = manifest.unplaced;
}

/// Tells whether a reading takes away too much to apply without two persons.
fn over_guard(service: &Service, removes: u64, live: u64) -> bool {
    let share = u128::from(removes) * 100;
    removes > service.drop_floor && share > u128::from(service.max_drop_percent) * u128::from(live)
}

/// Throws a reading away and remembers that its manifest was refused.
fn refuse(database: &Database, taken: &Taken<'_>) -> Result<(), Trouble> {
    database.write("refuse snapshot", |change| {
        let mut feed = Feed::find_or_make(change, &taken.header.source)?;
        let reading = under_way(change, &mut feed, taken)?;
        drop_reading(change, &mut feed, taken, &reading)?;
        // Only a chain that has begun can be gone on with from a refused batch.
        if feed.head.epoch == Some(taken.header.epoch) {
            feed.head.refused = Some((taken.header.sequence, taken.hash.clone()));
        }
        feed.save(change)?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testbed::settings;

    #[test]
    fn the_guard_lets_few_pass_and_holds_many() {
        let settings = settings();
        let service = &settings.services[0];
        assert_eq!((service.max_drop_percent, service.drop_floor), (2, 3));
        for (removes, live, over) in [
            (0, 0, false),
            (3, 3, false),
            (4, 4, true),
            (4, 200, false),
            (4, 199, true),
            (20, 1000, false),
            (21, 1000, true),
        ] {
            assert_eq!(
                over_guard(service, removes, live),
                over,
                "{removes} of {live}"
            );
        }
    }
}
