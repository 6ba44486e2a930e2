//! The first load of a council's people: from the export that a service drops
//! until every person in it can be looked up.
//!
//! What it is: for each size a box of its own, whose other feeds are there
//! already; the agent's whole way with the one feed that is not; the same rows
//! inserted into bare SQLCipher; and look-ups at all sizes side by side. What
//! it is not: a second load, which is staged and compared. The invariant: only
//! a load the box has signed for counts as one.

// What is loaded, and where.
mod exports;
mod feeds;
mod house;

// What is measured.
mod bare;
mod loading;
mod look_ups;
mod resident;

// What comes out.
mod growth;
mod notes;
mod tables;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use firebox_council::Samples;

use crate::cli::{FirstLoad, Plan, say};
use crate::machine;
use crate::unmeasured::{Because, Unmeasured};

use bare::Bare;
use exports::Askable;
use house::House;
use loading::Loaded;

/// A size, and what came of it.
struct Size {
    /// How many people were asked for.
    people: u32,
    outcome: Result<Measured, Unmeasured>,
}

/// What was measured of a size. Its box runs until this is dropped.
struct Measured {
    /// Live records of the feed, as the box counts them.
    records: u64,
    /// Properties of the council.
    properties: u32,
    /// Bytes of the export.
    export_bytes: u64,
    askable: Askable,
    samples: Samples,
    loaded: Loaded,
    bare: Result<Bare, Unmeasured>,
    house: House,
}

/// Measures every size and gives the report.
pub(crate) async fn run(plan: &FirstLoad) -> Result<String, Unmeasured> {
    let folder = tempfile::Builder::new()
        .prefix("fbx-load")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .because("no temporary folder")?;
    let machine = machine::describe(folder.path())?;
    let mut sizes = Vec::new();
    for &people in &plan.people {
        let outcome = measure(&folder.path().join(people.to_string()), people).await;
        sizes.push(Size { people, outcome });
    }
    let looked_up = look_ups::rounds(plan, &mut sizes).await;
    Ok(format!(
        "{machine}\n{}\n{}\n{}\n{}\n{}\n{}",
        notes::print(plan, &sizes),
        tables::loads(&sizes),
        tables::cpu(&sizes),
        tables::memory(&sizes, &looked_up),
        growth::look_ups(&looked_up),
        growth::ratios(&looked_up),
    ))
}

/// Sets a box up, loads the people into it, and inserts the same rows bare.
async fn measure(dir: &Path, people: u32) -> Result<Measured, Unmeasured> {
    feeds::folder(dir)?;
    say(format_args!("{people} people: writing the exports"));
    let exports = exports::write(&dir.join("drop"), people)?;
    let askable = exports.askable()?;
    say(format_args!("{people} people: setting the box up"));
    let house = House::open(dir).await?;
    // What was left to be written by the set-up is not the load's.
    rustix::fs::sync();
    say(format_args!("{people} people: loading"));
    let loaded = loading::load(&house).await?;
    say(format_args!(
        "{people} people: the same rows into bare SQLCipher"
    ));
    let bare = insert(dir, &house);
    let records = house.records(feeds::LOADED.id)?;
    Ok(Measured {
        records: records.because("the feed is not whole any more")?,
        properties: exports.properties,
        export_bytes: exports.bytes,
        samples: exports.samples,
        askable,
        loaded,
        bare,
        house,
    })
}

fn insert(dir: &Path, house: &House) -> Result<Bare, Unmeasured> {
    let (store, key) = house.database();
    let scratch = dir.join("bare");
    feeds::folder(&scratch)?;
    let bare = bare::insert((&store, &key), feeds::LOADED.id, &scratch.join("bare.db"));
    // It is as large as the store; the next size needs the room.
    fs::remove_dir_all(&scratch).because("the bare database")?;
    bare
}

impl FirstLoad {
    /// Gives the plan by which the look-ups are asked.
    fn of_look_ups(&self) -> Plan {
        Plan {
            clients: vec![look_ups::CLIENTS],
            seconds: self.seconds,
            rounds: self.rounds,
            persons: self.people.iter().copied().max().unwrap_or_default(),
            only: Vec::new(),
            about: Vec::new(),
            by_thread: false,
        }
    }
}
