//! One run: the machine, each part in turn, the two tables.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::cli::{Part, Plan, say};
use crate::goals;
use crate::machine;
use crate::table::{self, Row};
use crate::unmeasured::{Because, Unmeasured};
use crate::{demo, floor, postgres};

/// What a part gives: its rows, and sentences that belong under the table.
#[derive(Default)]
pub(crate) struct Measured {
    /// The rows.
    pub(crate) rows: Vec<Row>,
    /// Versions, and what was changed to measure.
    pub(crate) notes: Vec<String>,
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
    let mut all = Measured::default();
    if plan.wants(Part::Floors) {
        all.add(floor::measure(plan, &inside(folder.path(), "floor")?).await);
    }
    if plan.wants(Part::Postgres) {
        all.add(postgres::measure(plan, &inside(folder.path(), "pg")?));
    }
    if plan.wants(Part::Box) {
        all.add(demo::measure(plan, &inside(folder.path(), "box")?).await);
    }
    let heading = format!("{machine}\n{}\n", how(plan));
    let notes: String = all.notes.iter().map(|note| format!("- {note}\n")).collect();
    Ok(format!(
        "{heading}{notes}\n{}\n{}",
        table::print(&all.rows),
        goals::print(&all.rows)
    ))
}

impl Measured {
    fn add(&mut self, part: Measured) {
        self.rows.extend(part.rows);
        self.notes.extend(part.notes);
    }
}

fn inside(folder: &Path, name: &str) -> Result<std::path::PathBuf, Unmeasured> {
    let folder = folder.join(name);
    std::fs::create_dir(&folder)
        .and_then(|()| std::fs::set_permissions(&folder, Permissions::from_mode(0o700)))
        .because("no temporary folder")?;
    say(format_args!("measuring: {name}"));
    Ok(folder)
}

fn how(plan: &Plan) -> String {
    format!(
        "- each row: {} s after a warm-up of {} s, {} properties, clients and servers on the same cores",
        plan.measured().as_secs(),
        plan.warm_up().as_secs(),
        plan.properties(),
    )
}
