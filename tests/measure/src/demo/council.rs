//! A demo of the plan's size: set up once, changed, and started again.

use std::fs::{self, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::line::Place;
use crate::meter::Watched;
use crate::program::{self, Program};
use crate::shape::PROPERTIES_A_FLAG;
use crate::tls;
use crate::unmeasured::{Because, Unmeasured};

/// The demo's own council has this seed; ours is the same one, larger.
const SEED: u64 = 1;
/// Fewest flags a council has.
const LEAST_FLAGS: u32 = 20;
/// How long a start may take, a first load included.
const READY_WITHIN: Duration = Duration::from_secs(300);
/// Most addresses asked about.
const QUESTIONS: usize = 20_000;
/// The processes whose cost is of interest.
const PROCESSES: [&str; 3] = ["gate", "store", "keeper"];

/// A running demo.
pub(super) struct Council {
    dir: PathBuf,
    program: Program,
    summary: Value,
}

/// Sets a demo up in `dir` and stops it again: its files can then be changed.
pub(super) fn set_up(dir: &Path, properties: u32) -> Result<(), Unmeasured> {
    write_exports(&dir.join("drop"), properties)?;
    let said = File::create(dir.join("said")).because("the demo's folder")?;
    let mut demo = Program::start(
        command(dir)?
            .arg("--exit-when-ready")
            .stdout(Stdio::null())
            .stderr(said),
    )?;
    wait("the demo's set-up", || !demo.is_running())?;
    if dir.join("demo.json").exists() {
        Ok(())
    } else {
        Err(ended(dir, "the demo's set-up"))
    }
}

impl Council {
    /// Starts the demo that was set up in `dir`.
    pub(super) fn start(dir: &Path) -> Result<Self, Unmeasured> {
        let path = dir.join("demo.json");
        let written = || {
            fs::metadata(&path)
                .and_then(|file| file.modified())
                .unwrap_or(SystemTime::UNIX_EPOCH)
        };
        let before = written();
        let said = File::create(dir.join("said")).because("the demo's folder")?;
        let mut program = Program::start(command(dir)?.stdout(Stdio::null()).stderr(said))?;
        wait("the demo", || written() != before || !program.is_running())?;
        if !program.is_running() {
            return Err(ended(dir, "the demo"));
        }
        let summary = fs::read_to_string(&path).because("demo.json")?;
        let summary = serde_json::from_str(&summary).because("demo.json")?;
        Ok(Self {
            dir: dir.to_owned(),
            program,
            summary,
        })
    }

    /// Where it listens, and whom to trust there.
    pub(super) fn place(&self) -> Result<Place, Unmeasured> {
        let said = |name: &str| {
            self.summary[name]
                .as_str()
                .because(format_args!("demo.json has no {name}"))
        };
        let port = said("url")?
            .rsplit(':')
            .next()
            .and_then(|port| port.parse::<u16>().ok());
        let port = port.because("demo.json's url has no port")?;
        let tls = tls::client(Path::new(said("ca")?))?;
        Ok(Place {
            address: ([127, 0, 0, 1], port).into(),
            tls,
            session: None,
        })
    }

    /// The password of somebody who can sign in.
    pub(super) fn password(&self, person: &str) -> Result<&str, Unmeasured> {
        let people = self.summary["people"].as_array();
        let one = people
            .into_iter()
            .flatten()
            .find(|one| one["person"] == person);
        one.and_then(|one| one["password"].as_str())
            .because(format_args!("demo.json names no {person}"))
    }

    /// Its processes, each of which must be there.
    pub(super) fn processes(&self) -> Result<Vec<Watched>, Unmeasured> {
        let find = |name| {
            let id = self
                .program
                .child(name)
                .because(format_args!("no {name} is running"))?;
            Ok(Watched {
                name,
                ids: vec![id],
            })
        };
        PROCESSES.into_iter().map(find).collect()
    }

    /// UPRNs of its properties, spread over all of them.
    pub(super) fn uprns(&self) -> Result<Vec<String>, Unmeasured> {
        let all = self.column("housing_properties.csv", "PROP_UPRN")?;
        let step = all.len().div_ceil(QUESTIONS).max(1);
        Ok(all.into_iter().step_by(step).collect())
    }

    /// UPRNs that the caution list names.
    pub(super) fn flagged_uprns(&self) -> Result<Vec<String>, Unmeasured> {
        self.column("caution_list.csv", "UPRN")
    }

    /// Reads the numbers of a column that stands before any quoted text of its file.
    fn column(&self, file: &str, name: &str) -> Result<Vec<String>, Unmeasured> {
        let bytes = fs::read(self.dir.join("drop").join(file)).because(file)?;
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        let header = lines.next().because(file)?.trim_start_matches('\u{feff}');
        let place = header
            .split(',')
            .position(|column| column.trim_matches('"') == name);
        let place = place.because(format_args!("{file} has no column {name}"))?;
        let cells = lines.filter_map(|line| line.split(',').nth(place));
        let cells = cells.map(|cell| cell.trim_matches(['"', ' ']).to_owned());
        Ok(cells
            .filter(|cell| !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit()))
            .collect())
    }
}

/// Writes the services' exports; the demo keeps those that are there already.
fn write_exports(folder: &Path, properties: u32) -> Result<(), Unmeasured> {
    let failed = "the council's exports cannot be written";
    let flags = (properties / PROPERTIES_A_FLAG).max(LEAST_FLAGS);
    let today = jiff::Zoned::now().date();
    let council = firebox_council::Council::new(SEED, properties, flags, today).because(failed)?;
    fs::DirBuilder::new()
        .mode(0o700)
        .create(folder)
        .because(failed)?;
    let open = |name: &str| File::create(folder.join(name)).because(failed);
    council
        .write_caution_list(open("caution_list.csv")?)
        .because(failed)?;
    council
        .write_housing_properties(open("housing_properties.csv")?)
        .because(failed)?;
    council
        .write_housing_tenancies(open("housing_tenancies.csv")?)
        .because(failed)?;
    council
        .write_planning_enforcement(open("planning_enforcement.csv")?)
        .because(failed)?;
    Ok(())
}

/// The demo beside this program, on a free port.
fn command(dir: &Path) -> Result<Command, Unmeasured> {
    program::beside("firebox-agent")?;
    let mut command = Command::new(program::beside("firebox")?);
    command
        .arg("demo")
        .arg("--dir")
        .arg(dir)
        .args(["--listen", "127.0.0.1:0"])
        .stdin(Stdio::null());
    Ok(command)
}

fn wait(what: &str, mut done: impl FnMut() -> bool) -> Result<(), Unmeasured> {
    let deadline = Instant::now() + READY_WITHIN;
    while !done() {
        if Instant::now() > deadline {
            return Err(Unmeasured(format!(
                "{what} took over {} s",
                READY_WITHIN.as_secs()
            )));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn ended(dir: &Path, what: &str) -> Unmeasured {
    let said = fs::read_to_string(dir.join("said")).unwrap_or_default();
    Unmeasured(format!(
        "{what} ended: {}",
        said.lines().last().unwrap_or("it said nothing")
    ))
}
