//! A box that was set up once, and copies of it that a test may spoil.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::programs::{child_of, signal};
use crate::{Client, Namespace, Person, Program, Run, firebox_program, run, wait_for};

/// What stands in the configuration of every copy: the smallest reserve.
const SHIPPED_RESERVE: &str = "reserve_mib = 64";
const SMALL_RESERVE: &str = "reserve_mib = 1";

/// Limits of the demo's policy that a load of releases reaches.
const LIMITS: [&str; 5] = [
    "box_look_ups_per_hour = 30000",
    "person_look_ups_per_hour = 5000",
    "person_releases_per_hour = 5000",
    "standard = 30000",
    "box_releases_per_hour = 30000",
];

/// A demo's box, with its data, as a tar archive in memory.
pub struct Original {
    packed: Vec<u8>,
    summary: Value,
}

/// One copy, on ports of its own.
pub struct Trial {
    folder: TempDir,
    summary: Value,
    url: String,
    house: Option<Program>,
}

/// How a start went.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    /// The box serves.
    Serves,
    /// It does not, and the keeper ended with this code.
    Refuses(i32),
}

impl Original {
    /// Sets a box up, stops it and packs it.
    fn make() -> Self {
        let folder = TempDir::with_prefix("fbx").unwrap();
        let dir = folder.path().display().to_string();
        let made = ["demo", "--dir", &dir, "--listen", "127.0.0.1:0"];
        let made = run(firebox_program(), made.iter().chain(&["--exit-when-ready"]));
        assert_eq!(made.code, Some(0), "{}", made.said());
        let summary = fs::read_to_string(folder.path().join("demo.json")).unwrap();
        let config = folder.path().join("box/firebox.toml");
        let text = fs::read_to_string(&config).unwrap();
        let small = text.replace(SHIPPED_RESERVE, SMALL_RESERVE);
        assert_ne!(small, text, "the shipped reserve has another size");
        fs::write(&config, small).unwrap();
        // The start that finds none makes the small one.
        fs::remove_file(folder.path().join("box/keeper/reserve")).unwrap();
        let mut tar = Command::new("tar");
        let packed = tar
            .arg("-C")
            .arg(folder.path())
            .args(["-cf", "-", "box"])
            .output()
            .unwrap();
        assert!(packed.status.success());
        Self {
            packed: packed.stdout,
            summary: serde_json::from_str(&summary).unwrap(),
        }
    }

    /// The one that all tests copy.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Original> = OnceLock::new();
        SHARED.get_or_init(Self::make)
    }

    /// Copies the box.
    pub fn copy(&self) -> Trial {
        let folder = TempDir::with_prefix("fbx").unwrap();
        let mut tar = Command::new("tar");
        tar.arg("-C")
            .arg(folder.path())
            .args(["-xpf", "-"])
            .stdin(Stdio::piped());
        let mut tar = tar.spawn().unwrap();
        tar.stdin.take().unwrap().write_all(&self.packed).unwrap();
        assert!(tar.wait().unwrap().success());
        let [public, intake] = free_ports();
        let mut trial = Trial {
            folder,
            summary: self.summary.clone(),
            url: format!("https://localhost:{public}"),
            house: None,
        };
        for (was, port) in [("url", public), ("intake_url", intake)] {
            let was = self.summary[was].as_str().unwrap();
            let was = was.rsplit(':').next().unwrap();
            let [was, port] =
                [was.to_owned(), port.to_string()].map(|p| format!("\"127.0.0.1:{p}\""));
            trial.set("firebox.toml", &was, &port);
        }
        trial
    }
}

impl Trial {
    /// A file of the box.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("box").join(name)
    }

    /// The log's file, whichever year it is of.
    pub fn log(&self) -> PathBuf {
        let files = fs::read_dir(self.file("keeper")).unwrap();
        let mut paths = files.map(|file| file.unwrap().path());
        paths
            .find(|path| path.extension().is_some_and(|end| end == "db"))
            .unwrap()
    }

    /// The log's write-ahead log.
    pub fn wal(&self) -> PathBuf {
        self.log().with_extension("db-wal")
    }

    /// Changes a file of the box's configuration.
    pub fn set(&mut self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.file(name)).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        fs::write(self.file(name), text.replacen(from, to, 1)).unwrap();
    }

    /// Raises the limits a hundredfold, for a load of releases.
    pub fn raise_limits(&mut self) {
        for limit in LIMITS {
            self.set("policy.toml", limit, &format!("{limit}00"));
        }
    }

    /// Starts the box and gives how that went.
    pub fn start(&mut self) -> Start {
        self.start_by(Command::new(firebox_program()))
    }

    /// The same with these variables in its environment.
    pub fn start_with(&mut self, variables: &[(&str, &str)]) -> Start {
        let mut command = Command::new(firebox_program());
        command.envs(variables.iter().copied());
        self.start_by(command)
    }

    /// The same in another namespace.
    pub fn start_in(&mut self, namespace: &Namespace) -> Start {
        self.start_by(namespace.command(&firebox_program()))
    }

    fn start_by(&mut self, mut command: Command) -> Start {
        let said = fs::File::create(self.folder.path().join("said")).unwrap();
        command
            .arg("--config")
            .arg(self.file("firebox.toml"))
            .arg("run");
        command
            .stdin(Stdio::null())
            .stdout(said.try_clone().unwrap())
            .stderr(said);
        self.house = Some(Program::spawn(&mut command));
        let client = self.client();
        let mut went = None;
        wait_for("the box to serve or to refuse", || {
            went = self.ended().map(Start::Refuses);
            if went.is_none() && client.get("/readyz").status == 200 {
                went = Some(Start::Serves);
            }
            went.is_some()
        });
        went.unwrap()
    }

    /// The keeper's exit code, when the box stopped for it or goes on starting it.
    pub fn ended(&mut self) -> Option<i32> {
        if self.said().contains("keeper ended (exit status: 71)") {
            return Some(71);
        }
        let house = self.house.as_mut().unwrap();
        (!house.is_running()).then(|| house.wait().unwrap())
    }

    /// Requires that the box has not stopped for a person to act.
    pub fn runs_on(&mut self) {
        let runs = self.house.as_mut().unwrap().is_running();
        assert!(runs, "the box has stopped: {}", self.said());
    }

    /// What the processes said since the start.
    pub fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("said")).unwrap()
    }

    /// Waits until the box answers that it is ready.
    pub fn is_ready(&self) {
        let client = self.client();
        wait_for("the box to be ready", || {
            client.get("/readyz").status == 200
        });
    }

    /// Stops the box as Ctrl-C does.
    pub fn stop(&mut self) {
        let ended = self.house.take().unwrap().interrupt();
        assert_eq!(ended, Some(0), "{}", self.said());
    }

    /// Ends a box that does not serve.
    pub fn give_up(&mut self) {
        drop(self.house.take());
    }

    /// Ends every process with SIGKILL, as a power cut does.
    pub fn cut(&mut self) {
        let mut house = self.house.take().unwrap();
        // It must not start again what is killed.
        signal(house.id(), Signal::STOP);
        for name in ["keeper", "store", "gate"] {
            if let Some(child) = child_of(house.id(), name) {
                signal(child, Signal::KILL);
            }
        }
        house.kill();
        wait_for("the keeper to have let its folder go", || {
            let folder = fs::File::open(self.file("keeper")).unwrap();
            rustix::fs::flock(&folder, rustix::fs::FlockOperation::NonBlockingLockShared).is_ok()
        });
    }

    /// The process id of gate, store or keeper.
    pub fn process(&self, name: &str) -> Option<u32> {
        child_of(self.house.as_ref()?.id(), name)
    }

    /// Kills a process with SIGKILL and waits until its parent has started it again.
    pub fn kills(&self, name: &str) {
        let id = self.process(name).unwrap();
        signal(id, Signal::KILL);
        wait_for("a new process", || {
            self.process(name).is_some_and(|now| now != id)
        });
    }

    /// Runs `firebox` for this box, as its operator.
    pub fn runs(&self, arguments: &[&str]) -> Run {
        let config = self.file("firebox.toml").display().to_string();
        run(
            firebox_program(),
            ["--config", &config].iter().chain(arguments),
        )
    }

    pub fn client(&self) -> Client {
        Client::new(&self.url, &self.file("keys/ca/ca.crt"))
    }

    /// Signs the named person in.
    pub fn signs_in(&self, name: &str) -> Person {
        let body = json!({"person": name, "password": self.password(name)});
        let answer = self.client().post("/api/v1/sign-in", &body).ok();
        Person::of(
            self.client()
                .with_session(answer["session"].as_str().unwrap().to_owned()),
        )
    }

    /// Somebody's password, as the demo printed it.
    pub fn password(&self, name: &str) -> String {
        let people = self.summary["people"].as_array().unwrap();
        let person = people.iter().find(|p| p["person"] == name).unwrap();
        person["password"].as_str().unwrap().to_owned()
    }

    pub fn sample(&self, name: &str) -> &str {
        self.summary["samples"][name].as_str().unwrap()
    }

    /// The log's verifier key.
    pub fn key(&self) -> &str {
        self.summary["vkey"].as_str().unwrap()
    }
}

/// Copies a file or folder with its modes and times.
pub fn copy(from: &Path, to: &Path) {
    let mut cp = Command::new("cp");
    let copied = cp.args(["-aT", "--"]).args([from, to]).status().unwrap();
    assert!(copied.success(), "{}", from.display());
}

fn free_ports() -> [u16; 2] {
    let held = [(), ()].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    held.map(|listener| listener.local_addr().unwrap().port())
}
