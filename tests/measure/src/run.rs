//! One run: the machine, each part set up, rounds over all rows, the tables.
//!
//! All parts stand ready at the same time and a round asks each row in turn,
//! so that a bad moment of the machine meets all rows alike. Whoever is not
//! asked does nothing: PostgreSQL's vacuum is off, and what was written goes
//! to the disk before the next row begins.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::cli::{Part, Plan, say};
use crate::figures::{Figures, Rounds, Spread};
use crate::load::Load;
use crate::shape::Shape;
use crate::table::{self, Row, What};
use crate::unmeasured::{Because, Unmeasured};
use crate::{costs, demo, floor, goals, machine, postgres};

/// Everything else on the machine took so much of a core at most while a
/// machine counted as quiet.
const QUIET: f64 = 0.15;

/// Ends what a part started, and says what only the end can tell.
pub(crate) type End = Box<dyn FnOnce() -> Option<String> + Send>;

/// What a part brings: rows that can be measured as often as wanted.
#[derive(Default)]
pub(crate) struct Stand {
    /// The rows.
    pub(crate) rows: Vec<(What, Result<Bench, Unmeasured>)>,
    /// Versions, and what was changed to measure.
    pub(crate) notes: Vec<String>,
    /// Called when everything is measured.
    pub(crate) end: Option<End>,
}

/// How a row is measured.
pub(crate) enum Bench {
    /// Over HTTPS, by our own clients.
    Https(Load),
    /// By pgbench.
    Pgbench(postgres::Bench),
}

impl Bench {
    /// Measures once; once more when that could not be done, for one bad moment
    /// does not decide. Wrong answers are no such moment: they are figures.
    pub(crate) async fn twice_at_most(
        &self,
        plan: &Plan,
        clients: usize,
    ) -> Result<Figures, Unmeasured> {
        match self.run(plan, clients).await {
            Ok(figures) => Ok(figures),
            Err(why) => {
                say(format_args!("  once more, because: {why}"));
                self.run(plan, clients).await
            }
        }
    }

    async fn run(&self, plan: &Plan, clients: usize) -> Result<Figures, Unmeasured> {
        // What was left to be written by the row before is not this one's.
        rustix::fs::sync();
        match self {
            Self::Https(load) => load.run(plan, clients).await,
            Self::Pgbench(bench) => bench.run(plan, clients).await,
        }
    }
}

impl Stand {
    /// Stands for rows that cannot be measured.
    pub(crate) fn none(rows: impl IntoIterator<Item = What>, why: &Unmeasured) -> Self {
        let rows = rows.into_iter().map(|what| (what, Err(why.clone())));
        Self {
            rows: rows.collect(),
            ..Self::default()
        }
    }

    fn add(&mut self, other: Self) -> Option<End> {
        self.rows.extend(other.rows);
        self.notes.extend(other.notes);
        other.end
    }
}

/// Measures what the plan names and gives the report.
pub(crate) async fn run(plan: &Plan) -> Result<String, Unmeasured> {
    // Passable for PostgreSQL's own user; each part closes its folder in it.
    let folder = tempfile::Builder::new()
        .prefix("fbx-measure")
        .permissions(Permissions::from_mode(0o711))
        .tempdir()
        .because("no temporary folder")?;
    let machine = machine::describe(folder.path())?;
    let (mut all, ends) = set_up(plan, &folder).await?;
    all.rows.retain(|(what, _)| plan.asks(what.subject()));
    let rows = rounds(plan, &all.rows).await;
    all.notes.extend(ends.into_iter().filter_map(|end| end()));
    all.notes.push(elsewhere(&rows));
    let notes: String = all.notes.iter().map(|note| format!("- {note}\n")).collect();
    Ok(format!(
        "{machine}\n{}\n{notes}\n{}\n{}\n{}",
        how(plan),
        table::print(&rows),
        goals::print(&rows),
        costs::print(&rows, plan.by_thread),
    ))
}

/// Sets the parts up; the box first, for the others answer as much as it does.
async fn set_up(plan: &Plan, folder: &TempDir) -> Result<(Stand, Vec<End>), Unmeasured> {
    let (mut all, mut ends) = (Stand::default(), Vec::new());
    let mut the_box = Stand::default();
    let mut shape = Shape::default();
    if plan.wants(Part::Box) {
        (the_box, shape) = demo::set_up(plan, &inside(folder.path(), "box")?).await;
    }
    if plan.wants(Part::Floors) {
        let folder = inside(folder.path(), "floor")?;
        ends.extend(all.add(floor::set_up(plan, &shape, &folder).await));
    }
    if plan.wants(Part::Postgres) {
        let folder = inside(folder.path(), "pg")?;
        ends.extend(all.add(postgres::set_up(plan, &shape, &folder)));
    }
    ends.extend(all.add(the_box));
    all.notes.push(shape.sentence());
    Ok((all, ends))
}

/// Measures each row at each number of clients, round after round.
async fn rounds(plan: &Plan, benches: &[(What, Result<Bench, Unmeasured>)]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (what, bench) in benches {
        match bench {
            Err(why) => rows.push(Row::none(*what, why)),
            Ok(_) => rows.extend(
                plan.clients
                    .iter()
                    .map(|clients| Row::begin(*what, *clients)),
            ),
        }
    }
    for round in 1..=plan.rounds {
        for &clients in &plan.clients {
            for (what, bench) in benches {
                let row = rows.iter_mut().find(|row| row.is(*what, clients));
                let (Some(row), Ok(bench)) = (row, bench) else {
                    continue;
                };
                say(format_args!(
                    "round {round} of {}, {clients} clients: {}",
                    plan.rounds,
                    what.label()
                ));
                row.add(bench.twice_at_most(plan, clients).await);
            }
        }
    }
    rows
}

impl Row {
    /// Says that something could not be measured at all.
    fn none(what: What, why: &Unmeasured) -> Self {
        Self {
            what,
            clients: 0,
            outcome: Err(why.clone()),
        }
    }

    fn begin(what: What, clients: usize) -> Self {
        Self {
            what,
            clients,
            outcome: Ok(Rounds(Vec::new())),
        }
    }

    fn is(&self, what: What, clients: usize) -> bool {
        self.what == what && self.clients == clients
    }

    /// Adds a round; one that failed is the row's outcome, whatever the others were.
    fn add(&mut self, round: Result<Figures, Unmeasured>) {
        match (&mut self.outcome, round) {
            (Ok(rounds), Ok(figures)) => rounds.0.push(figures),
            (Ok(_), Err(why)) => self.outcome = Err(why),
            (Err(_), _) => {}
        }
    }
}

/// Says what else the machine did in the meantime.
fn elsewhere(rows: &[Row]) -> String {
    let rounds = rows.iter().filter_map(|row| row.outcome.as_ref().ok());
    let shares = rounds.flat_map(|rounds| rounds.0.iter().map(|figures| figures.elsewhere));
    let spread = Spread::of(shares);
    let warning = if spread.median > QUIET {
        " (NOT QUIET: absolute figures are too low, ratios uncertain)"
    } else {
        ""
    };
    format!(
        "everything else on the machine, the kernel's own threads included, took {:.2} of a core meanwhile, {:.2} at most{warning}",
        spread.median, spread.most
    )
}

fn inside(folder: &Path, name: &str) -> Result<PathBuf, Unmeasured> {
    let folder = folder.join(name);
    std::fs::create_dir(&folder)
        .and_then(|()| std::fs::set_permissions(&folder, Permissions::from_mode(0o700)))
        .because("no temporary folder")?;
    say(format_args!("setting up: {name}"));
    Ok(folder)
}

fn how(plan: &Plan) -> String {
    format!(
        "- each row: median of {} rounds over all rows, {} s each after a warm-up of {} s; {} properties; clients and servers on the same cores",
        plan.rounds,
        plan.measured().as_secs(),
        plan.warm_up().as_secs(),
        plan.properties(),
    )
}
