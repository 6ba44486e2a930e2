//! `firebox demo`: an invented council, its box and its agent, ready to try.
//!
//! The set-up uses the same verbs a council would: init, officer add, agent
//! add, enrol, run. A start that was cut short is carried on by the next one;
//! a second start finds its data, its people and its passwords again.

mod announce;
mod council;
mod desk;
mod people;
mod sources;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use firebox_council::Samples;
use firebox_protocol::{Settings, Stop};
use serde::{Deserialize, Serialize};
use signal_hook::iterator::Signals;

use crate::supervise::{self, House};
use crate::{files, init, keys, officers, processes, ready, say, status};

/// How long the first answer may take before the demo says that something is wrong.
const READY_WITHIN: Duration = Duration::from_secs(120);

/// What `demo.json` says; outside programs read it.
#[derive(Serialize, Deserialize)]
struct DemoFile {
    url: String,
    intake_url: String,
    ca: PathBuf,
    vkey: String,
    people: Vec<people::Person>,
    samples: serde_json::Value,
    sources_dir: PathBuf,
    drop_dir: PathBuf,
}

/// Where everything of a demo lies.
pub(super) struct Places {
    /// The box: configuration, keys, store, log.
    pub(super) the_box: PathBuf,
    /// The agent: configuration and state.
    pub(super) agent: PathBuf,
    /// The agent's source files.
    pub(super) sources: PathBuf,
    /// Where services drop their exports.
    pub(super) dropped: PathBuf,
    /// Logs of all processes.
    pub(super) logs: PathBuf,
    /// What outside programs read, written last.
    pub(super) summary: PathBuf,
    /// People and passwords of a set-up that is under way.
    pub(super) people: PathBuf,
}

/// Runs the demo in `dir` until Ctrl-C, or until it is ready.
pub(crate) fn run(dir: &Path, listen: SocketAddr, exit_when_ready: bool) -> Result<(), Stop> {
    let places = Places::make(dir)?;
    let agent_program = processes::sibling("firebox-agent")?;
    let mut signals = supervise::signals()?;
    let first = !places.summary.exists();
    if first {
        say::out(format_args!(
            "firebox demo: setting up an invented council in {}",
            dir.display()
        ));
    }
    let today = jiff::Zoned::now().date();
    let samples = council::write_exports(&places, today)?;
    let settings = council::make_box(&places, listen)?;
    let config = places.the_box.join("firebox.toml");
    let mut house = House::open(&settings, &config, Some(&places.logs))?;
    house.start()?;
    let mut demo = Demo {
        house: &mut house,
        signals: &mut signals,
        settings: &settings,
    };
    let Some(people) = demo.set_up(&places, &agent_program)? else {
        return Ok(());
    };
    if !demo.wait_until_ready()? {
        return Ok(());
    }
    let summary = summary(&settings, &places, people, &samples)?;
    announce::announce(&summary, &samples, &places, &house, !exit_when_ready);
    if exit_when_ready {
        house.stop();
        return Ok(());
    }
    let _staff = desk::open(
        &places.agent.join("work"),
        &places.dropped,
        &agent_program,
        &places.agent.join("agent.toml"),
    );
    house.watch(&mut signals)
}

struct Demo<'a> {
    house: &'a mut House,
    signals: &'a mut Signals,
    settings: &'a Settings,
}

impl Demo<'_> {
    /// Adds people and enrols agents where that is not done yet, and starts the
    /// agent. None: a person asked to stop.
    fn set_up(
        &mut self,
        places: &Places,
        agent: &Path,
    ) -> Result<Option<Vec<people::Person>>, Stop> {
        let settings = self.settings;
        if !self.wait(|| {
            Ok(crate::operator::keeper(
                settings,
                &firebox_protocol::operator::KeeperRequest::Status,
            )
            .is_ok())
        })? {
            return Ok(None);
        }
        let people = people::add(settings, places)?;
        if !self.wait(|| ready::is_ready(settings))? {
            return Ok(None);
        }
        sources::enrol(settings, places, agent)?;
        let config = places.agent.join("agent.toml").display().to_string();
        let arguments = ["--config", &config, "--supervised", "run"]
            .map(str::to_owned)
            .to_vec();
        self.house.add("agent", agent.to_owned(), arguments)?;
        Ok(Some(people))
    }

    fn wait_until_ready(&mut self) -> Result<bool, Stop> {
        let settings = self.settings;
        self.wait(|| {
            let all_synced = status::store(settings)?
                .feeds
                .iter()
                .all(|feed| feed.records > 0);
            Ok(all_synced && ready::is_ready(settings)?)
        })
    }

    /// Looks after the processes until `done`; false: a person asked to stop.
    fn wait(&mut self, done: impl Fn() -> Result<bool, Stop>) -> Result<bool, Stop> {
        let deadline = Instant::now() + READY_WITHIN;
        while Instant::now() < deadline {
            if !self.house.tend(self.signals)? {
                return Ok(false);
            }
            if done().unwrap_or(false) {
                return Ok(true);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(Stop::failed(format!(
            "not ready after {} s: look at the last lines of the files in the `log` folder",
            READY_WITHIN.as_secs()
        )))
    }
}

impl Places {
    fn make(dir: &Path) -> Result<Self, Stop> {
        files::private_folder(dir)?;
        let dir = fs::canonicalize(dir).map_err(|e| {
            Stop::operating_system(format!("{} cannot be opened: {e}", dir.display()))
        })?;
        Ok(Self {
            the_box: files::private_folder(&dir.join("box"))?,
            agent: files::private_folder(&dir.join("agent"))?,
            sources: files::private_folder(&dir.join("sources.d"))?,
            dropped: files::private_folder(&dir.join("drop"))?,
            logs: files::private_folder(&dir.join("log"))?,
            summary: dir.join("demo.json"),
            people: dir.join("people.json"),
        })
    }
}

fn summary(
    settings: &Settings,
    places: &Places,
    people: Vec<people::Person>,
    samples: &Samples,
) -> Result<DemoFile, Stop> {
    let failed = |e: serde_json::Error| Stop::failed(format!("demo.json cannot be written: {e}"));
    let summary = DemoFile {
        url: format!("https://localhost:{}", settings.public.port()),
        intake_url: format!("https://localhost:{}", settings.intake.port()),
        ca: keys::authority_certificate(settings),
        vkey: firebox_keeper::verifier_key(settings, &keys::keeper(settings)?),
        people,
        samples: serde_json::to_value(samples).map_err(failed)?,
        sources_dir: places.sources.clone(),
        drop_dir: places.dropped.clone(),
    };
    let text = serde_json::to_vec_pretty(&summary).map_err(failed)?;
    files::replace_file(&places.summary, 0o600, &text)?;
    // The passwords now stand in demo.json; one copy is enough.
    let _ = fs::remove_file(&places.people);
    Ok(summary)
}

/// Makes a password; one place, so that the demo's are as good as any.
pub(super) fn new_password() -> Result<String, Stop> {
    officers::new_password().map(|password| password.to_string())
}

/// Makes the box in its folder unless it is there.
pub(super) fn make_once(places: &Places, firebox_toml: &str) -> Result<Settings, Stop> {
    let config = places.the_box.join("firebox.toml");
    if places.the_box.join("keys").exists() {
        // A folder of an earlier version may lack code lists this one reads.
        init::write_samples(&places.the_box, &[])?;
        files::replace_file(&config, 0o600, firebox_toml.as_bytes())?;
        return files::settings(&config);
    }
    let policy = council::policy_toml(init::sample("policy.toml"));
    let instead = [
        ("firebox.toml", firebox_toml.to_owned()),
        ("policy.toml", policy),
    ];
    init::write_samples(&places.the_box, &instead)?;
    init::make(&places.the_box)
}
