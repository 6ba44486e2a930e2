//! kill -9 of every process at every step of the walk.
//!
//! A step is a system call that writes, sends or makes durable. strace kills
//! the process at its n-th such call while the agent delivers a changed
//! export. Afterwards the box is left to itself, the agent runs again, and
//! everything an officer can ask must be as after a clean run.
//!
//! By default only some steps are tried, at a stride that keeps the whole to a
//! few minutes; `FIREBOX_EVERY_STEP=1` tries all.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use firebox_tests::{Client, Export, Program, Run, agent_program, firebox_program, run, wait_for};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The calls that make a step.
const STEPS: &str = "pwrite64,write,writev,sendto,sendmsg,fsync,fdatasync,rename,renameat,renameat2,unlink,ftruncate";
/// More steps than any process takes; the loop ends at the first step that is not reached.
const MOST_STEPS: usize = 2_000;

/// A box that was set up and stopped, to be copied for every try.
struct Original {
    folder: TempDir,
    summary: Value,
    uprns: Vec<String>,
}

impl Original {
    fn make() -> Self {
        let folder = TempDir::with_prefix("fbx").unwrap();
        let dir = folder.path().display().to_string();
        let made = run(
            firebox_program(),
            [
                "demo",
                "--dir",
                &dir,
                "--listen",
                "127.0.0.1:0",
                "--exit-when-ready",
            ],
        );
        assert_eq!(made.code, Some(0), "{}", made.said());
        let summary = std::fs::read_to_string(folder.path().join("demo.json")).unwrap();
        let mut original = Self {
            folder,
            summary: serde_json::from_str(&summary).unwrap(),
            uprns: Vec::new(),
        };
        original.leave_the_callers_services_out();
        original.uprns = original.change_export();
        original
    }

    /// Takes the services away that this walk is not about: each would cost every
    /// try a turn of the agent. What they delivered stays in the box.
    fn leave_the_callers_services_out(&self) {
        for (service, source) in [
            ("adult-social-care", "adult-social-care-needs"),
            ("benefits", "benefits-claims"),
            ("nhs-adjustments", "nhs-adjustments"),
        ] {
            let folder = self.folder.path();
            std::fs::remove_dir_all(folder.join("agent/state").join(service)).unwrap();
            std::fs::remove_file(folder.join(format!("sources.d/{source}.toml"))).unwrap();
        }
    }

    /// Changes one warning, takes one away and spoils one; gives the addresses concerned.
    fn change_export(&self) -> Vec<String> {
        let sample = |name: &str| self.summary["samples"][name].as_str().unwrap().to_owned();
        let (changed, removed, spoilt) = (
            sample("uprn_pairs"),
            sample("uprn_overdue"),
            sample("release_flag_uprn"),
        );
        let mut list = Export::read(&self.folder.path().join("drop/caution_list.csv"));
        list.set("UPRN", &changed, "Controls", "Do not attend");
        list.set("UPRN", &spoilt, "Review Date", "");
        list.remove("UPRN", &removed);
        list.drop_off();
        vec![
            changed,
            removed,
            spoilt,
            sample("uprn_clear"),
            sample("uprn_unmapped"),
        ]
    }

    fn copy(&self) -> Trial<'_> {
        let folder = TempDir::with_prefix("fbx").unwrap();
        let copied = Command::new("cp")
            .args(["-a", "--"])
            .arg(format!("{}/.", self.folder.path().display()))
            .arg(folder.path())
            .status()
            .unwrap();
        assert!(copied.success());
        Trial {
            original: self,
            folder,
            house: None,
        }
    }
}

/// One copy of the box, running.
struct Trial<'a> {
    original: &'a Original,
    folder: TempDir,
    house: Option<Program>,
}

impl Trial<'_> {
    fn start(&mut self) {
        let config = self
            .folder
            .path()
            .join("box/firebox.toml")
            .display()
            .to_string();
        self.house = Some(Program::start(
            firebox_program(),
            ["--config", &config, "run"],
        ));
        self.is_ready();
    }

    fn client(&self) -> Client {
        let ca = self.folder.path().join("box/keys/ca/ca.crt");
        Client::new(self.original.summary["url"].as_str().unwrap(), &ca)
    }

    fn is_ready(&self) {
        let client = self.client();
        wait_for("the box to be ready", || {
            client.get("/readyz").status == 200
        });
    }

    fn agent_arguments(&self) -> Vec<String> {
        let config = self
            .folder
            .path()
            .join("agent/agent.toml")
            .display()
            .to_string();
        ["--config", &config, "run", "--once"]
            .map(str::to_owned)
            .to_vec()
    }

    fn run_agent(&self) -> Run {
        run(agent_program(), self.agent_arguments())
    }

    /// Runs the agent until it has nothing left to do.
    fn settle(&self) {
        wait_for("the agent to settle", || self.run_agent().code == Some(0));
    }

    fn child(&self, name: &str) -> u32 {
        let parent = self.house.as_ref().unwrap().id();
        let children =
            std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap();
        let found = children.split_whitespace().find(|pid| {
            let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            line.trim_end_matches('\0').rsplit('\0').next() == Some(name)
        });
        found.unwrap().parse().unwrap()
    }

    /// Everything an officer can ask about the addresses concerned.
    fn answers(&self) -> Vec<Value> {
        let client = self.signs_in("olu.officer");
        let ask = |uprn: &String| {
            let body = json!({"purpose": "visit", "reference": "V-1", "uprn": uprn});
            stable(client.post("/api/v1/look-ups/property", &body).ok())
        };
        self.original.uprns.iter().map(ask).collect()
    }

    fn status(&self) -> String {
        let config = self.folder.path().join("box/firebox.toml");
        let status = run(
            firebox_program(),
            ["--config".into(), config, PathBuf::from("status")],
        );
        assert_eq!(status.code, Some(0), "{}", status.said());
        status.out
    }

    /// Every batch the agent has a signed receipt for stands on the box: an
    /// agent that is ahead holds a receipt that nothing supports.
    fn no_receipt_is_unsupported(&self) {
        let config = self.folder.path().join("agent/agent.toml");
        let status = run(
            agent_program(),
            [
                "--config".into(),
                config,
                "status".into(),
                PathBuf::from("--json"),
            ],
        );
        let agent: Value = serde_json::from_str(&status.out).unwrap();
        let reviewer = self.signs_in("rhys.reviewer");
        let feeds = reviewer.get("/api/v1/sources").ok();
        let sequence = |id: &Value| {
            let feeds = feeds["sources"].as_array().unwrap();
            let feed = feeds.iter().find(|feed| feed["source"] == *id).unwrap();
            feed["sequence"].as_u64().unwrap()
        };
        for feed in agent["feeds"].as_array().unwrap() {
            let acknowledged = feed["next_sequence"].as_u64().unwrap() - 1;
            assert_eq!(feed["outbox"], 0, "{feed}");
            assert_eq!(acknowledged, sequence(&feed["source"]), "{feed}");
        }
    }

    fn signs_in(&self, name: &str) -> Client {
        let people = self.original.summary["people"].as_array().unwrap();
        let person = people.iter().find(|p| p["person"] == name).unwrap();
        let body = json!({"person": name, "password": person["password"]});
        let session = self.client().post("/api/v1/sign-in", &body).ok();
        let session = session["session"].as_str().unwrap().to_owned();
        self.client().with_session(session)
    }

    fn sweep(&self) {
        let config = self.folder.path().join("box/firebox.toml");
        let sweep = run(
            firebox_program(),
            ["--config".into(), config, PathBuf::from("sweep")],
        );
        assert_eq!(sweep.code, Some(0), "{}", sweep.said());
    }
}

/// Takes out of an answer what differs from run to run by its nature.
fn stable(mut answer: Value) -> Value {
    for name in ["entry", "checked_at", "reference"] {
        answer.as_object_mut().unwrap().remove(name);
    }
    for found in answer["matches"].as_array_mut().unwrap() {
        found.as_object_mut().unwrap().remove("property");
        for flag in found["flags"].as_array_mut().into_iter().flatten() {
            flag.as_object_mut().unwrap().remove("flag");
        }
    }
    answer
}

/// Kills `victim` at its step `n` while the agent delivers. False: it took fewer steps.
fn killed_at_step(trial: &Trial<'_>, victim: &str, n: usize) -> bool {
    let inject = format!("inject={STEPS}:signal=KILL:when={n}");
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        &format!("trace={STEPS}"),
        "-e",
        &inject,
    ]);
    if victim == "agent" {
        let status = strace
            .arg(agent_program())
            .args(trial.agent_arguments())
            .stdout(Stdio::null());
        return status.stderr(Stdio::null()).status().unwrap().code() != Some(0);
    }
    let pid = trial.child(victim);
    let mut tracer = strace
        .args(["-p", &pid.to_string()])
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    wait_for("strace to be attached", || {
        is_traced(pid) || matches!(tracer.try_wait(), Ok(Some(_)))
    });
    trial.run_agent();
    let killed = !Path::new(&format!("/proc/{pid}")).exists() || is_zombie(pid);
    let _ = tracer.kill();
    let _ = tracer.wait();
    killed
}

fn is_traced(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status
        .lines()
        .any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0"))
}

fn is_zombie(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status
        .lines()
        .any(|line| line.starts_with("State:") && line.contains('Z'))
}

fn every_step_of(victim: &str, stride: usize) {
    let all = std::env::var_os("FIREBOX_EVERY_STEP").is_some();
    let stride = if all { 1 } else { stride };
    let original = Original::make();
    let clean = {
        let mut trial = original.copy();
        trial.start();
        trial.settle();
        trial.answers()
    };
    let mut kills = 0;
    for n in (1..MOST_STEPS).step_by(stride) {
        let mut trial = original.copy();
        trial.start();
        if !killed_at_step(&trial, victim, n) {
            break;
        }
        kills += 1;
        trial.is_ready();
        trial.settle();
        assert_eq!(trial.answers(), clean, "{victim} killed at step {n}");
        assert!(
            !trial.status().contains("wait for the keeper"),
            "{victim} killed at step {n}"
        );
        trial.no_receipt_is_unsupported();
        trial.sweep();
    }
    assert!(kills > 0, "{victim} was never killed");
}

#[test]
fn an_agent_killed_at_any_step_leaves_the_box_as_after_a_clean_run() {
    every_step_of("agent", 37);
}

#[test]
fn a_store_killed_at_any_step_leaves_the_box_as_after_a_clean_run() {
    every_step_of("store", 41);
}

#[test]
fn a_keeper_killed_at_any_step_leaves_the_box_as_after_a_clean_run() {
    every_step_of("keeper", 17);
}

#[test]
fn a_gate_killed_at_any_step_leaves_the_box_as_after_a_clean_run() {
    every_step_of("gate", 13);
}
