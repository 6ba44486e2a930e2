//! A fault at every step of a release: nothing sealed leaves the box unless the
//! entry that says so was on disk first.
//!
//! A step is a system call of gate, store or keeper that writes, sends or makes
//! durable. First one release is watched, which gives the steps; then, release
//! after release, one step fails with an error, or the process is killed there.
//! The box must serve again by itself. After a fresh start the log must hold
//! the entry of everything the client received, and go on from its receipt. A
//! keeper whose write failed must have ended.
//!
//! By default some of the steps are tried, and with them every sync of the log
//! and every reply of the keeper. All of them, each call up to the n that a
//! release does not reach, and the folding of the log's write-ahead log too, in
//! ten minutes or so:
//!
//! ```text
//! FIREBOX_EVERY_STEP=1 cargo test -p firebox-tests --test whole whatever_step_of_a_release -- --nocapture
//! ```

mod kills;
mod ledger;
mod steps;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use firebox_tests::{
    Aim, Answer, Auditor, Fault, Original, Person, Released, Start, Strace, Trial, reason, wait_for,
};
use serde_json::json;

use ledger::{Ledger, Words};
use steps::{
    STEPS, Step, always, steps_of, the_entry_is_synced_before_the_detail_is_sent, with_faults,
};

const PROCESSES: [&str; 3] = ["gate", "store", "keeper"];
/// One worker in the gate, so that all its steps are one thread's.
const ONE_WORKER: [(&str, &str); 1] = [("TOKIO_WORKER_THREADS", "1")];
/// Of the steps that are not always tried, one in so many is.
const STRIDE: usize = 5;
/// How long is watched after the answer: the store notes the log's size once a second.
const WATCHED_AFTER: Duration = Duration::from_secs(2);
/// How much later than when it was watched a step may come.
const LATER: f64 = 0.4;
/// More than a keeper takes to end.
const ENDS_WITHIN: Duration = Duration::from_secs(5);
/// More than any call is made in one release.
const MOST: usize = 200;
/// Releases after which the write-ahead log has certainly gone into the file.
const FOLDS_WITHIN: usize = 2_000;

/// A box under faults, and the officer who asks.
struct Trials {
    house: Trial,
    officer: Person,
    auditor: Auditor,
    ledger: Ledger,
    /// How many of the ledger's lines were held against the log.
    audited: usize,
    /// Errors of writes that the keeper went past.
    went_past: Vec<String>,
}

#[test]
fn whatever_step_of_a_release_fails_what_is_received_has_its_entry() {
    let every_step = std::env::var_os("FIREBOX_EVERY_STEP").is_some();
    let mut trials = Trials::begin();
    let steps = trials.watch();
    let mut struck = BTreeMap::new();
    let mut turn = 0;
    for (step, fault) in with_faults(&steps) {
        let most = if every_step { MOST } else { step.seen };
        for nth in 1..=most {
            turn += 1;
            if !every_step && !always(step) && turn % STRIDE != 0 {
                continue;
            }
            if trials.strikes(step.process, &step.aim(fault, nth), step.late, 1) {
                *struck.entry(step.process).or_insert(0) += 1;
            } else if nth > step.seen {
                break;
            }
        }
    }
    if every_step {
        let folds = trials.log_folds();
        struck.insert("fold of the log", folds);
    }
    let over_reported = trials.audit();
    println!(
        "faults {struck:?}; {} details received, {over_reported} entered and not received",
        trials.ledger.held.len()
    );
    // After a write that failed, what is on the disk is known by reading it
    // again, and only a start does that.
    let went_past = &trials.went_past;
    assert!(
        went_past.is_empty(),
        "the keeper went on after {went_past:#?}"
    );
    for process in PROCESSES {
        assert!(
            struck.contains_key(process),
            "no fault struck the {process}"
        );
    }
}

impl Trials {
    fn begin() -> Self {
        let mut house = Original::shared().copy();
        house.raise_limits();
        assert_eq!(house.start_with(&ONE_WORKER), Start::Serves);
        let officer = house.signs_in("olu.officer");
        let flag = officer.flag(house.sample("release_flag_uprn"));
        let reason = reason();
        let answer = officer.requests(&flag, &reason);
        let detail = Released::read(&answer, 201).detail;
        let mut ledger = Ledger::new(house.key(), &detail);
        assert!(ledger.enter(Words::Reason(reason), &answer));
        let auditor = Auditor::new(house.client(), house.key());
        Self {
            house,
            officer,
            auditor,
            ledger,
            audited: 0,
            went_past: Vec::new(),
        }
    }

    fn flag(&self) -> String {
        self.officer.flag(self.house.sample("release_flag_uprn"))
    }

    fn ask(&mut self, flag: &str) -> Answer {
        let reason = reason();
        let answer = self.officer.requests(flag, &reason);
        self.ledger.enter(Words::Reason(reason), &answer);
        answer
    }

    /// Watches one release without a fault and gives its steps.
    fn watch(&mut self) -> Vec<Step> {
        let flag = self.flag();
        let watched = PROCESSES.map(|name| (name, self.process(name)));
        let watched = watched.map(|(name, id)| (name, Strace::watch(id, STEPS)));
        let answer = self.ask(&flag);
        let answered = jiff::Timestamp::now().as_duration().as_secs_f64();
        std::thread::sleep(WATCHED_AFTER);
        let note = Released::read(&answer, 201).note().to_owned();
        let mut steps = Vec::new();
        for (process, strace) in watched {
            let calls = strace.calls();
            if process == "keeper" {
                the_entry_is_synced_before_the_detail_is_sent(&calls, &note);
            }
            assert!(!calls.is_empty(), "the {process} took no step");
            steps.extend(steps_of(process, &calls, answered));
        }
        steps
    }

    fn process(&self, name: &str) -> u32 {
        self.house.process(name).unwrap()
    }

    /// Asks for releases until this fault strikes. False: it did not, in so many.
    fn strikes(&mut self, process: &str, aim: &Aim<'_>, late: f64, releases: usize) -> bool {
        let flag = self.flag();
        let id = self.process(process);
        let strace = Strace::strike(id, aim);
        let mut answered = String::new();
        for _ in 0..releases {
            let answer = self.ask(&flag);
            answered = format!("{} {}", answer.status, code(&answer));
            if strace.has_struck() {
                break;
            }
        }
        let deadline = Instant::now() + Duration::from_secs_f64(late.max(0.0) + LATER);
        while !strace.has_struck() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
        let struck = strace.has_struck();
        drop(strace);
        // The harness shows this only of a test that failed.
        #[expect(clippy::print_stdout, reason = "what led to a failure")]
        {
            println!("{process} {aim:?}: struck {struck}, answered {answered}");
        }
        if struck {
            self.serves_again(aim);
            if is_a_write_error(process, aim) && !self.keeper_ended() {
                self.went_past.push(format!("{aim:?}"));
            }
            self.house.stop();
            let started = self.house.start_with(&ONE_WORKER);
            assert_eq!(started, Start::Serves, "{aim:?}: {}", self.house.said());
            self.stands();
        }
        struck
    }

    /// Tells whether the keeper ended by itself, which may take it a moment.
    fn keeper_ended(&self) -> bool {
        let deadline = Instant::now() + ENDS_WITHIN;
        let ended = || self.house.said().contains("keeper ended (exit status: 71)");
        while !ended() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
        ended()
    }

    /// Faults where the write-ahead log goes into the file, which is the only
    /// time that a release touches it. Gives how many struck.
    fn log_folds(&mut self) -> usize {
        let folder = self.house.file("keeper");
        let files = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path());
        let file = files.filter(|path| path.extension().is_some_and(|e| e == "db"));
        let file = file.max().unwrap();
        let mut struck = 0;
        for (call, nth) in [
            ("pwrite64", 1),
            ("pwrite64", 2),
            ("pwrite64", 50),
            ("fsync", 1),
        ] {
            for fault in [Fault::Kill, Fault::Error("EIO"), Fault::Error("ENOSPC")] {
                let aim = Aim {
                    thread: "log",
                    call,
                    file: Some(&file),
                    fault,
                    nth,
                };
                assert!(self.strikes("keeper", &aim, 0.0, FOLDS_WITHIN), "{aim:?}");
                struck += 1;
            }
        }
        struck
    }

    /// Waits until a release succeeds, whatever the supervisor has to start for it.
    fn serves_again(&mut self, aim: &Aim<'_>) {
        let uprn = self.house.sample("release_flag_uprn").to_owned();
        let question = json!({"purpose": "visit", "reference": "V-1", "uprn": uprn});
        wait_for(&format!("a release after {aim:?}"), || {
            self.house.runs_on();
            let found = self.officer.asks(question.clone());
            if found.status != 200 {
                return false;
            }
            let flag = found.json()["matches"][0]["flags"][0]["flag"].clone();
            self.ask(flag.as_str().unwrap()).status == 201
        });
    }

    /// Holds the box to what was received since the last time.
    fn stands(&mut self) {
        for held in &self.ledger.held[self.audited..] {
            let Some(receipt) = &held.receipt else {
                // The answer broke off: only the log can say whether it has the entry.
                self.ledger.is_borne_out_by(&self.house.entries());
                continue;
            };
            assert!(self.auditor.stands(receipt), "{receipt}");
            let entry = self.auditor.read(receipt).index;
            let proof = self.officer.proof(entry);
            assert_eq!(proof.status, 200, "{}", proof.text);
            let entry_of = |text: &str| text.lines().take(3).collect::<Vec<_>>().join("\n");
            assert_eq!(entry_of(&proof.text), entry_of(receipt));
        }
        self.audited = self.ledger.held.len();
    }

    /// Holds the whole log against all that was received.
    fn audit(&mut self) -> usize {
        self.stands();
        let check = self.house.runs(&["log", "check"]);
        assert_eq!(check.code, Some(0), "{}", check.said());
        self.ledger.is_borne_out_by(&self.house.entries())
    }
}

/// Whether a fault is of the log's disk; a socket to a peer that went away is not.
fn is_a_write_error(process: &str, aim: &Aim<'_>) -> bool {
    let writes = ["log", "head"].contains(&aim.thread) && aim.call != "sendto";
    process == "keeper" && writes && aim.fault != Fault::Kill
}

fn code(answer: &Answer) -> String {
    let problem: Option<serde_json::Value> = serde_json::from_str(&answer.text).ok();
    problem
        .and_then(|problem| problem["code"].as_str().map(str::to_owned))
        .unwrap_or_default()
}
