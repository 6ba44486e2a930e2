//! kill -9 at random moments while eight clients release without a pause: every
//! receipt that any of them holds is in the log afterwards, and everything they
//! saw in the clear has its entry.
//!
//! The seed is printed and `FIREBOX_SEED` repeats its kills, as far as moments
//! can be repeated. A hundred kills by default; a thousand, in twenty minutes or
//! so:
//!
//! ```text
//! FIREBOX_KILLS=1000 cargo test -p firebox-tests --test whole whatever_was_killed -- --nocapture
//! ```

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use firebox_tests::{
    Answer, Auditor, Chance, Original, Person, Released, Start, Trial, reason, wait_for,
};
use serde_json::{Value, json};

use super::ledger::{Ledger, Words};

/// Kills unless `FIREBOX_KILLS` says how many.
const KILLS: usize = 100;
const CLIENTS: usize = 8;
const OFFICERS: [&str; 2] = ["olu.officer", "ana.officer"];
const VICTIMS: [&str; 3] = ["gate", "store", "keeper"];
/// Kills of one process in one start of the box. The pause before it is started
/// again doubles with each, and clients that wait for it release nothing.
const OF_ONE_START: usize = 3;
/// Longest time a process is left alone, in milliseconds.
const ALONE_MS: usize = 250;
/// Releases of which one is shown again.
const AGAIN: usize = 4;
/// Receipts that are held against the box after each of its starts.
const SAMPLE: usize = 8;

/// What the clients and the hand that kills share.
struct Shared {
    ledger: Mutex<Ledger>,
    /// How often each status and code was answered.
    answers: Mutex<BTreeMap<String, usize>>,
    over: AtomicBool,
}

/// Ends all clients when one of them, or the test, stops where it stands.
struct EndsThem<'a>(&'a AtomicBool);

impl Drop for EndsThem<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn every_receipt_stands_in_the_log_whatever_was_killed_under_load() {
    let kills = std::env::var("FIREBOX_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let mut chance = Chance::seeded();
    let mut house = Original::shared().copy();
    house.raise_limits();
    assert_eq!(house.start(), Start::Serves, "{}", house.said());
    let uprn = house.sample("release_flag_uprn").to_owned();
    let (shared, clients) = open(&house, &uprn);
    let auditor = Auditor::new(house.client(), house.key());
    thread::scope(|scope| {
        let _ends_them = EndsThem(&shared.over);
        for client in clients {
            scope.spawn(|| releases_without_a_pause(client, &uprn, &shared));
        }
        kills_at_random(&mut house, &mut chance, kills, || {
            assert!(!shared.over.load(Ordering::Relaxed), "a client gave up");
            let newest = shared.newest();
            auditor.holds_the_box_to(newest.iter().map(String::as_str));
        });
    });
    let (ledger, answers) = (lock(&shared.ledger), lock(&shared.answers));
    let (received, whole) = (ledger.held.len(), ledger.receipts().count());
    println!(
        "{kills} kills; {received} details received, {} of them cut short; answers {answers:?}",
        received - whole
    );
    assert!(received > kills, "there was no load");
    house.stop();
    assert_eq!(house.start(), Start::Serves, "{}", house.said());
    let check = house.runs(&["log", "check"]);
    assert_eq!(check.code, Some(0), "{}", check.said());
    let over_reported = ledger.is_borne_out_by(&house.entries());
    println!("{over_reported} releases were entered and not received");
}

/// Signs everybody in, and releases once to know what is sealed.
fn open(house: &Trial, uprn: &str) -> (Shared, Vec<Person>) {
    let officers = OFFICERS.iter().cycle().take(CLIENTS);
    let clients: Vec<Person> = officers.map(|name| house.signs_in(name)).collect();
    let reason = reason();
    let first = clients[0].requests(&clients[0].flag(uprn), &reason);
    let mut ledger = Ledger::new(house.key(), &Released::read(&first, 201).detail);
    assert!(ledger.enter(Words::Reason(reason), &first));
    let shared = Shared {
        ledger: Mutex::new(ledger),
        answers: Mutex::new(BTreeMap::new()),
        over: AtomicBool::new(false),
    };
    (shared, clients)
}

/// Kills, and starts the box anew when it would only wait.
fn kills_at_random(house: &mut Trial, chance: &mut Chance, kills: usize, after_a_start: impl Fn()) {
    let mut killed = BTreeMap::new();
    for _ in 0..kills {
        let victim = VICTIMS[chance.below(VICTIMS.len())];
        if killed.get(victim) == Some(&OF_ONE_START) {
            house.stop();
            assert_eq!(house.start(), Start::Serves, "{}", house.said());
            after_a_start();
            killed.clear();
        }
        *killed.entry(victim).or_insert(0) += 1;
        thread::sleep(Duration::from_millis(
            u64::try_from(chance.below(ALONE_MS)).unwrap(),
        ));
        house.kills(victim);
        house.runs_on();
        // Now and then the next is killed while this one is still starting.
        if chance.below(4) > 0 {
            is_ready(house);
        }
    }
    is_ready(house);
}

fn is_ready(house: &mut Trial) {
    let client = house.client();
    wait_for("the box to be ready", || {
        house.runs_on();
        client.get("/readyz").status == 200
    });
}

fn releases_without_a_pause(client: Person, uprn: &str, shared: &Shared) {
    let _ends_all = EndsThem(&shared.over);
    let mut flag = None;
    let mut released = 0;
    while !shared.over.load(Ordering::Relaxed) {
        let Some(handle) = flag.take().or_else(|| looks_up(&client, uprn, shared)) else {
            thread::sleep(Duration::from_millis(20));
            continue;
        };
        let reason = reason();
        let answer = shared.notes(Words::Reason(reason.clone()), || {
            client.requests(&handle, &reason)
        });
        if answer.status != 201 {
            continue;
        }
        flag = Some(handle);
        released += 1;
        let release = whole(&answer).and_then(|body| body["release"].as_str().map(str::to_owned));
        if let Some(release) = release.filter(|_| released % AGAIN == 0) {
            shared.notes(Words::Release(release.clone()), || client.opens(&release));
        }
    }
}

/// A handle is of one gate's life: after each kill of the gate there is another.
fn looks_up(client: &Person, uprn: &str, shared: &Shared) -> Option<String> {
    let answer = client.asks(json!({"purpose": "visit", "reference": "V-1", "uprn": uprn}));
    shared.counts("look-up", &answer);
    let body = whole(&answer).filter(|_| answer.status == 200)?;
    let flag = &body["matches"][0]["flags"][0]["flag"];
    Some(flag.as_str().unwrap().to_owned())
}

impl Shared {
    /// Some receipts of late.
    fn newest(&self) -> Vec<String> {
        let ledger = lock(&self.ledger);
        let newest = ledger.receipts().rev().take(SAMPLE);
        newest.map(str::to_owned).collect()
    }

    fn notes(&self, words: Words, ask: impl FnOnce() -> Answer) -> Answer {
        let answer = ask();
        let name = match &words {
            Words::Reason(_) => "release",
            Words::Release(_) => "open",
        };
        self.counts(name, &answer);
        lock(&self.ledger).enter(words, &answer);
        answer
    }

    /// Counts an answer. The box may be away or starting, and a handle may be
    /// of a gate that is gone; nothing else may happen.
    fn counts(&self, call: &str, answer: &Answer) {
        let code = whole(answer).and_then(|body| body["code"].as_str().map(str::to_owned));
        let code = code.unwrap_or_default();
        let expected = [0, 200, 201, 503].contains(&answer.status)
            || (answer.status == 404 && call == "release");
        assert!(expected, "{call}: {} {}", answer.status, answer.text);
        let line = format!("{call} {} {code}", answer.status);
        *lock(&self.answers).entry(line).or_insert(0) += 1;
    }
}

/// The body of an answer that came whole.
fn whole(answer: &Answer) -> Option<Value> {
    serde_json::from_str(&answer.text).ok()
}

/// A client that panicked has said what it found.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
