//! A box of its own and its agent, set up by the verbs a council uses: init,
//! run, officer add, agent add, enrol.
//!
//! What it is not: the demo, which waits for all its feeds; here one feed has
//! never delivered until its load is measured.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::feeds::{self, BEFORE, LOADED, services};
use crate::demo::policy;
use crate::line::Place;
use crate::meter::Watched;
use crate::program::{self, Program};
use crate::tls;
use crate::unmeasured::{Because, Unmeasured};

/// Who looks people up.
const ADVISER: &str = "ade.adviser";
/// How long the box may take to start.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// How long between two looks at whether it has.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Longest end of an output that is said again.
const SAID_BYTES: usize = 2_000;

/// The processes whose memory has a common goal.
pub(super) const BOX: [&str; 3] = ["gate", "store", "keeper"];
/// The process with a goal of its own.
pub(super) const AGENT: &str = "agent";

/// Source files of what is there before.
const SET_UP: &str = "set-up";
/// Source file of what is loaded.
const LOAD: &str = "load";

/// A running box with its agent's files.
pub(super) struct House {
    dir: PathBuf,
    program: Program,
    port: u16,
    password: String,
    /// What was changed in the configuration that ships.
    pub(super) changed: String,
}

impl House {
    /// Makes and starts a box in `dir`, which has the exports in its folder
    /// `drop`, and delivers every feed but the one to be loaded.
    pub(super) async fn open(dir: &Path) -> Result<Self, Unmeasured> {
        let config = dir.join("box/firebox.toml");
        run(Command::new(program::beside("firebox")?)
            .arg("init")
            .arg(dir.join("box")))?;
        let port = configure(&config)?;
        let changed = policy::raise_limits(&dir.join("box/policy.toml"))?;
        let said = File::create(dir.join("said")).because("the box's folder")?;
        let program = Program::start(
            Command::new(program::beside("firebox")?)
                .arg("--config")
                .arg(&config)
                .arg("run")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(said),
        )?;
        let mut house = Self {
            dir: dir.to_owned(),
            program,
            port,
            password: String::new(),
            changed,
        };
        house.wait().await?;
        house.password = house.add_adviser()?;
        house.signed_in().await?;
        house.enrol()?;
        // Its exit code speaks of rows that do not read too, which the invented lists have.
        let said = run(&mut house.agent(SET_UP)?).unwrap_or_else(|why| why.to_string());
        house.all_there(&said)?;
        Ok(house)
    }

    /// Signs the adviser in and gives where to ask.
    pub(super) async fn signed_in(&mut self) -> Result<Place, Unmeasured> {
        let place = Place {
            address: ([127, 0, 0, 1], self.port).into(),
            tls: tls::client(&self.dir.join("box/keys/ca/ca.crt"))?,
            session: None,
        };
        // Gate, store and keeper find each other within seconds of their start.
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            match place.clone().signed_in(ADVISER, &self.password).await {
                Ok(place) => return Ok(place),
                Err(why) if Instant::now() > deadline || !self.program.is_running() => {
                    return Err(why);
                }
                Err(_) => tokio::time::sleep(READY_WITHIN / 60).await,
            }
        }
    }

    /// Its processes, each of which must be there.
    pub(super) fn processes(&self) -> Result<Vec<Watched>, Unmeasured> {
        let find = |name| {
            let id = self.program.child(name);
            let id = id.because(format_args!("no {name} is running"))?;
            Ok(Watched {
                name,
                ids: vec![id],
            })
        };
        BOX.into_iter().map(find).collect()
    }

    /// Starts the agent on the feed to be loaded; its log says which phase it is in.
    pub(super) fn start_load(&self) -> Result<(Program, PathBuf), Unmeasured> {
        let path = self.dir.join("agent/said");
        let log = File::create(&path).because("the agent's folder")?;
        let said = log.try_clone().because("the agent's folder")?;
        let mut command = self.agent(LOAD)?;
        let agent = Program::start(
            command
                .env("RUST_LOG", "info,firebox_agent::progress=debug")
                .stdout(said)
                .stderr(log),
        )?;
        Ok((agent, path))
    }

    /// Gives how many live records a feed has; none when it never delivered all of them.
    pub(super) fn records(&self, feed: &str) -> Result<Option<u64>, Unmeasured> {
        let status = run(self.firebox()?.arg("status"))?;
        if status.contains("wait for the keeper's receipt") {
            return Ok(None);
        }
        Ok(records(&status, feed))
    }

    /// The store's database and the key it opens with.
    pub(super) fn database(&self) -> (PathBuf, PathBuf) {
        let of = |file: &str| self.dir.join("box").join(file);
        (of("store/store.db"), of("keys/store/store.key"))
    }

    async fn wait(&mut self) -> Result<(), Unmeasured> {
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            match run(self.firebox()?.arg("status")) {
                Ok(_) => return Ok(()),
                Err(why) if Instant::now() > deadline || !self.program.is_running() => {
                    let said = fs::read_to_string(self.dir.join("said")).unwrap_or_default();
                    return Err(Unmeasured(format!("the box did not start: {why} {said}")));
                }
                Err(_) => tokio::time::sleep(LOOK_EVERY).await,
            }
        }
    }

    fn add_adviser(&self) -> Result<String, Unmeasured> {
        let said = run(self.firebox()?.args([
            "officer",
            "add",
            ADVISER,
            "--role",
            "adviser",
            "--generate",
        ]))?;
        let password = said
            .lines()
            .find_map(|line| line.strip_prefix("password, shown once: "));
        password
            .map(str::to_owned)
            .because("the box gave the adviser no password")
    }

    fn enrol(&self) -> Result<(), Unmeasured> {
        let agent = self.dir.join("agent");
        feeds::folder(&agent)?;
        feeds::write(&agent, SET_UP, &BEFORE)?;
        feeds::write(&agent, LOAD, &[LOADED])?;
        for service in services() {
            let bundle = agent.join(format!("{service}.json"));
            run(self
                .firebox()?
                .args(["agent", "add", service, "--bundle"])
                .arg(&bundle))?;
            let mut enrol = Command::new(program::beside("firebox-agent")?);
            run(enrol
                .arg("--config")
                .arg(agent.join(SET_UP).with_extension("toml"))
                .arg("enrol")
                .arg(&bundle))?;
        }
        Ok(())
    }

    fn all_there(&self, said: &str) -> Result<(), Unmeasured> {
        let status = run(self.firebox()?.arg("status"))?;
        let missing = BEFORE
            .iter()
            .find(|feed| records(&status, feed.id).is_none_or(|records| records == 0));
        match missing {
            None => Ok(()),
            Some(feed) => Err(Unmeasured(format!(
                "the feed {} did not arrive: {}",
                feed.id,
                end_of(said)
            ))),
        }
    }

    fn firebox(&self) -> Result<Command, Unmeasured> {
        let mut command = Command::new(program::beside("firebox")?);
        command
            .arg("--config")
            .arg(self.dir.join("box/firebox.toml"));
        Ok(command)
    }

    fn agent(&self, name: &str) -> Result<Command, Unmeasured> {
        let mut command = Command::new(program::beside("firebox-agent")?);
        command
            .arg("--config")
            .arg(self.dir.join("agent").join(name).with_extension("toml"))
            .args(["run", "--once"])
            .stdin(Stdio::null());
        Ok(command)
    }
}

/// Puts free ports into the configuration and gives that for people.
fn configure(config: &Path) -> Result<u16, Unmeasured> {
    let text = fs::read_to_string(config).because("firebox.toml")?;
    // Held until both are drawn, so that they differ.
    let ports = [(); 2].map(|()| TcpListener::bind(("127.0.0.1", 0)));
    let mut free = Vec::new();
    for port in &ports {
        let port = port.as_ref().ok().and_then(|port| port.local_addr().ok());
        free.push(port.because("no free port")?.port());
    }
    let [public, intake] = free[..] else {
        return Err(Unmeasured("no free port".to_owned()));
    };
    let mut changed = text;
    for (from, to) in [
        ("demo = false", "demo = true".to_owned()),
        (
            "public = \"127.0.0.1:8443\"",
            format!("public = \"127.0.0.1:{public}\""),
        ),
        (
            "intake = \"127.0.0.1:8444\"",
            format!("intake = \"127.0.0.1:{intake}\""),
        ),
    ] {
        if !changed.contains(from) {
            return Err(Unmeasured(format!("firebox.toml has no line `{from}`")));
        }
        changed = changed.replace(from, &to);
    }
    fs::write(config, changed).because("firebox.toml")?;
    Ok(public)
}

/// Finds a feed's records in what `firebox status` says; none when it never was whole.
fn records(status: &str, feed: &str) -> Option<u64> {
    let mut lines = status.lines().filter(|line| {
        let mut words = line.split_whitespace();
        words.next() == Some("feed") && words.next() == Some(feed)
    });
    let line = lines.next().filter(|line| !line.contains("never synced"))?;
    let (before, _) = line.split_once(" records")?;
    before.rsplit(' ').next()?.parse().ok()
}

/// Runs a command to its end and gives what it said.
fn run(command: &mut Command) -> Result<String, Unmeasured> {
    let name = command.get_program().display().to_string();
    let output = command.output().because(&name)?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    let complained = String::from_utf8_lossy(&output.stderr);
    Err(Unmeasured(format!(
        "{name}: {}: {}{}",
        output.status,
        end_of(&said),
        end_of(&complained)
    )))
}

/// Gives the last lines of a text.
pub(super) fn end_of(text: &str) -> &str {
    let start = text.len().saturating_sub(SAID_BYTES);
    let start = (start..=text.len()).find(|at| text.is_char_boundary(*at));
    text.get(start.unwrap_or(0)..).unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = "\
store   running, 9 records
feed    housing-people           LATE (guard): 120 records, data of 2026-11-23T06:00:00Z
feed    housing-properties       STOPPED: 7 records, never synced
";

    #[test]
    fn a_feed_that_was_never_whole_has_no_records() {
        assert_eq!(records(STATUS, "housing-people"), Some(120));
        assert_eq!(records(STATUS, "housing-properties"), None);
        assert_eq!(records(STATUS, "housing"), None);
    }

    #[test]
    fn of_a_long_text_the_end_is_said() {
        let long = "é".repeat(SAID_BYTES) + "last";
        assert!(end_of(&long).ends_with("last") && end_of(&long).len() <= SAID_BYTES);
    }
}
