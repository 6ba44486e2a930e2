//! A council with its box, agent and people, started as a user starts it.

use std::path::{Path, PathBuf};

use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::programs::{self, Program};
use crate::{Client, Export, firebox_program, wait_for};

/// A running demo in a folder of its own.
pub struct Council {
    program: Option<Program>,
    folder: TempDir,
    summary: Value,
}

/// Somebody who signed in.
pub struct Person {
    client: Client,
}

impl Council {
    /// Starts the demo and waits until it says that it is ready.
    pub fn open() -> Self {
        let folder = TempDir::with_prefix("fbx").unwrap();
        let mut council = Self {
            program: None,
            folder,
            summary: Value::Null,
        };
        council.start();
        council
    }

    /// Starts (again) on the same folder.
    pub fn start(&mut self) {
        let listen = match self.summary["url"].as_str() {
            Some(url) => format!("127.0.0.1:{}", url.rsplit(':').next().unwrap()),
            None => "127.0.0.1:0".to_owned(),
        };
        let dir = self.dir().display().to_string();
        let before = std::fs::metadata(self.file("demo.json"))
            .and_then(|m| m.modified())
            .ok();
        self.program = Some(Program::start(
            firebox_program(),
            ["demo", "--dir", &dir, "--listen", &listen],
        ));
        let summary = self.file("demo.json");
        let program = self.program.as_mut().unwrap();
        wait_for("demo.json", || {
            assert!(program.is_running(), "the demo ended before it was ready");
            std::fs::metadata(&summary).and_then(|m| m.modified()).ok() != before
        });
        self.summary = serde_json::from_str(&std::fs::read_to_string(summary).unwrap()).unwrap();
    }

    /// Starts again with the policy changed in these places.
    pub fn restart_with_policy(&mut self, changes: &[(&str, &str)]) {
        assert_eq!(self.interrupt(), Some(0), "Ctrl-C ends the demo with 0");
        let path = self.file("box/policy.toml");
        let mut policy = std::fs::read_to_string(&path).unwrap();
        for (from, to) in changes {
            assert!(policy.contains(from), "the policy has no {from}");
            policy = policy.replacen(from, to, 1);
        }
        std::fs::write(&path, policy).unwrap();
        self.start();
    }

    /// Presses Ctrl-C and gives the exit code.
    pub fn interrupt(&mut self) -> Option<i32> {
        self.program
            .take()
            .and_then(|mut program| program.interrupt())
    }

    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.dir().join(name)
    }

    /// The box's configuration.
    pub fn config(&self) -> PathBuf {
        self.file("box/firebox.toml")
    }

    pub fn url(&self) -> &str {
        self.summary["url"].as_str().unwrap()
    }

    pub fn summary(&self) -> &Value {
        &self.summary
    }

    pub fn sample(&self, name: &str) -> String {
        self.summary["samples"][name].as_str().unwrap().to_owned()
    }

    /// A client that is not signed in.
    pub fn stranger(&self) -> Client {
        Client::new(self.url(), Path::new(self.summary["ca"].as_str().unwrap()))
    }

    /// Signs the named person in.
    pub fn signs_in(&self, name: &str) -> Person {
        let people = self.summary["people"].as_array().unwrap();
        let person = people.iter().find(|p| p["person"] == name).unwrap();
        let body = json!({"person": name, "password": person["password"]});
        let answer = self.stranger().post("/api/v1/sign-in", &body).ok();
        let session = answer["session"].as_str().unwrap().to_owned();
        Person {
            client: self.stranger().with_session(session),
        }
    }

    pub fn officer(&self) -> Person {
        self.signs_in("olu.officer")
    }

    /// The community-safety list as it lies in the drop folder.
    pub fn caution_list(&self) -> Export {
        Export::read(&self.file("drop/caution_list.csv"))
    }

    /// Kills the newest process of this name with SIGKILL; its parent starts it again.
    pub fn kills(&self, process: &str) {
        let id = self
            .process(process)
            .unwrap_or_else(|| panic!("no {process} is running"));
        programs::signal(id, Signal::KILL);
        wait_for("a new process", || {
            self.process(process).is_some_and(|now| now != id)
        });
    }

    /// Finds the child process that runs this subcommand.
    pub fn process(&self, name: &str) -> Option<u32> {
        programs::child_of(self.program.as_ref()?.id(), name)
    }

    /// Waits until the box answers again after a process was killed.
    pub fn is_ready(&self) {
        let stranger = self.stranger();
        wait_for("the box to be ready", || {
            stranger.get("/readyz").status == 200
        });
    }
}

impl Person {
    pub(crate) fn of(client: Client) -> Self {
        Self { client }
    }

    /// Asks about one address by its UPRN, for a visit.
    pub fn checks(&self, uprn: &str) -> Value {
        self.asks(json!({"purpose": "visit", "reference": "V-1", "uprn": uprn}))
            .ok()
    }

    /// Asks about an address in any way.
    pub fn asks(&self, body: Value) -> crate::Answer {
        self.client.post("/api/v1/look-ups/property", &body)
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The instruction texts shown for an address, whatever the warning.
    pub fn instructions(&self, uprn: &str) -> Vec<String> {
        texts(&self.checks(uprn))
    }

    /// The state of one service's data, as an answer for this address gives it.
    pub fn source(&self, uprn: &str, service: &str) -> Value {
        let answer = self.checks(uprn);
        let sources = answer["sources"].as_array().unwrap().clone();
        sources
            .into_iter()
            .find(|s| s["service"] == service)
            .unwrap()
    }
}

/// Gives every instruction text of an answer.
pub fn texts(answer: &Value) -> Vec<String> {
    let flags = answer["matches"][0]["flags"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let instructions = flags
        .iter()
        .flat_map(|flag| flag["instructions"].as_array().unwrap().clone());
    instructions
        .map(|i| i["text"].as_str().unwrap().to_owned())
        .collect()
}
