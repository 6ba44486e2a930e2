//! The log's disk is full: what still comes out of the box, and what it says.
//!
//! The keeper's folder lies on a small disk of its own, a tmpfs in a namespace,
//! and somebody else's file fills it.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use firebox_tests::{
    Answer, Auditor, Namespace, Original, Person, Released, Start, Trial, pieces, reason, wait_for,
};

/// Puts the keeper's folder on a disk of its own; `$1` is the folder.
const OWN_DISK: &str = r#"
mv "$1" "$1.was"
mkdir "$1"
mount -t tmpfs -o size=32m,mode=0700 tmpfs "$1"
cp -aT "$1.was" "$1"
"#;
/// What the reserve holds here, in MiB.
const RESERVE_MIB: u64 = 4;
/// Left of the reserve before emergencies use it up, in bytes: some dozens.
const LEFT_FOR_EMERGENCIES: u64 = 600 * 1024;
/// Clients that release while the disk fills.
const CLIENTS: usize = 2;
/// The number that every refusal names.
const DUTY_LINE: &str = "01632 960000";

/// A box whose log lies on a small disk.
struct TheBox {
    trial: Trial,
    disk: Namespace,
    folder: PathBuf,
    /// What betrays the note that is asked for.
    note: Vec<String>,
}

/// An officer who has looked at the warning while that was possible.
struct Officer {
    person: Person,
    flag: String,
}

impl TheBox {
    fn open() -> Self {
        let mut trial = Original::shared().copy();
        let reserve = format!("reserve_mib = {RESERVE_MIB}");
        trial.set("firebox.toml", "reserve_mib = 1", &reserve);
        trial.set(
            "policy.toml",
            "box_emergencies_per_hour = 100",
            "box_emergencies_per_hour = 10000",
        );
        let folder = trial.file("keeper");
        let disk = Namespace::with_mounts(OWN_DISK, &folder);
        let mut the_box = Self {
            trial,
            folder: disk.path(&folder),
            disk,
            note: Vec::new(),
        };
        the_box.start();
        the_box
    }

    fn start(&mut self) {
        let went = self.trial.start_in(&self.disk);
        assert_eq!(went, Start::Serves, "{}", self.trial.said());
    }

    fn officer(&self) -> Officer {
        let person = self.trial.signs_in("olu.officer");
        let flag = person.flag(self.trial.sample("release_flag_uprn"));
        Officer { person, flag }
    }

    fn auditor(&self) -> Auditor {
        Auditor::new(self.trial.client(), self.trial.key())
    }

    fn free_bytes(&self) -> u64 {
        let space = rustix::fs::statvfs(&self.folder).unwrap();
        space.f_bavail * space.f_frsize
    }

    /// Somebody's file grows until so many bytes are left.
    fn fills_up_to(&self, left: u64) {
        let file = self.folder.join("filler");
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(file)
            .unwrap();
        let page = [1; 4096];
        while self.free_bytes() > left {
            match file.write_all(&page) {
                Err(error) if error.kind() == ErrorKind::StorageFull => return,
                other => other.unwrap(),
            }
        }
    }

    fn makes_room(&self) {
        fs::remove_file(self.folder.join("filler")).unwrap();
    }

    fn has_its_reserve(&self) -> bool {
        fs::metadata(self.folder.join("reserve")).is_ok_and(|file| file.len() == RESERVE_MIB << 20)
    }

    /// Nothing of the note stands in a refusal.
    #[track_caller]
    fn gives_nothing(&self, answer: &Answer) {
        assert_eq!(answer.status, 503, "{}", answer.text);
        for piece in &self.note {
            assert!(!answer.text.contains(piece), "{}", answer.text);
        }
    }

    /// The refusal of what can wait: it says whom to ring.
    #[track_caller]
    fn keeps_for_emergencies(&self, answer: &Answer) {
        self.gives_nothing(answer);
        assert_eq!(answer.json()["code"], "reserve_only", "{}", answer.text);
        assert!(answer.text.contains(DUTY_LINE), "{}", answer.text);
    }

    fn looks_up(&self, officer: &Officer) -> Answer {
        let uprn = self.trial.sample("release_flag_uprn");
        let question = serde_json::json!({"purpose": "visit", "reference": "V-1", "uprn": uprn});
        officer.person.asks(question)
    }
}

impl Officer {
    fn releases(&self) -> Answer {
        self.person.requests(&self.flag, &reason())
    }

    fn is_in_an_emergency(&self) -> Answer {
        self.person.is_in_an_emergency(&self.flag, &reason())
    }
}

#[test]
fn on_a_full_disk_the_reserve_is_for_emergencies_and_then_nothing_is_released() {
    let mut the_box = TheBox::open();
    assert!(the_box.has_its_reserve());
    let officer = the_box.officer();
    let first = Released::read(&officer.releases(), 201);
    the_box.note = pieces(first.note());
    assert!(!the_box.note.is_empty());

    let mut held = released_while_the_disk_fills(&the_box);
    only_what_cannot_wait_is_served(&the_box, &officer, &first);
    held.extend(emergencies_until_the_reserve_is_gone(&the_box, &officer));
    nothing_is_released_and_the_box_says_what_to_do(&the_box, &officer);
    held.push(first);
    everything_works_again_once_there_is_room(&mut the_box, &held);
}

/// Clients release and somebody fills the disk. What they got until the box
/// lives on its reserve.
fn released_while_the_disk_fills(the_box: &TheBox) -> Vec<Released> {
    let keeper = the_box.trial.process("keeper");
    let enough = AtomicBool::new(false);
    let got = thread::scope(|scope| {
        let release = || {
            let officer = the_box.officer();
            let mut answers = Vec::new();
            while !enough.load(Ordering::Relaxed) {
                answers.push(officer.releases());
            }
            answers
        };
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(release)).collect();
        let entries = || the_box.auditor().checkpoint().size;
        let before = entries();
        wait_for("some releases", || entries() > before + 20);
        the_box.fills_up_to(0);
        wait_for("the keeper to stop and to live on its reserve", || {
            the_box.trial.process("keeper") != keeper && !the_box.has_its_reserve()
        });
        the_box.trial.is_ready();
        enough.store(true, Ordering::Relaxed);
        let got = clients
            .into_iter()
            .flat_map(|client| client.join().unwrap());
        got.collect::<Vec<_>>()
    });
    let (released, refused): (Vec<_>, Vec<_>) = got.iter().partition(|one| one.status == 201);
    assert!(!refused.is_empty(), "the disk was never full");
    for answer in refused {
        the_box.gives_nothing(answer);
    }
    released
        .into_iter()
        .map(|answer| Released::read(answer, 201))
        .collect()
}

fn only_what_cannot_wait_is_served(the_box: &TheBox, officer: &Officer, earlier: &Released) {
    assert!(the_box.trial.said().contains("its reserve was given up"));
    let status = the_box.trial.runs(&["status"]);
    assert_eq!(status.code, Some(0), "{}", status.said());
    assert!(status.out.contains("ON THE RESERVE"), "{}", status.out);
    the_box.keeps_for_emergencies(&the_box.looks_up(officer));
    the_box.keeps_for_emergencies(&officer.releases());
    the_box.keeps_for_emergencies(&officer.person.opens(&earlier.release));
    the_box.trial.signs_in("ana.officer");
}

fn emergencies_until_the_reserve_is_gone(the_box: &TheBox, officer: &Officer) -> Vec<Released> {
    let mut released = vec![Released::read(&officer.is_in_an_emergency(), 201)];
    the_box.fills_up_to(LEFT_FOR_EMERGENCIES);
    loop {
        let answer = officer.is_in_an_emergency();
        if answer.status != 201 {
            the_box.gives_nothing(&answer);
            assert!(answer.text.contains(DUTY_LINE), "{}", answer.text);
            return released;
        }
        released.push(Released::read(&answer, 201));
        assert!(released.len() < 1_000, "the reserve never ends");
    }
}

fn nothing_is_released_and_the_box_says_what_to_do(the_box: &TheBox, officer: &Officer) {
    // What a last start may have freed.
    the_box.fills_up_to(0);
    // Each waits for the keeper, which starts again and again meanwhile.
    thread::scope(|scope| {
        scope.spawn(|| the_box.gives_nothing(&officer.is_in_an_emergency()));
        scope.spawn(|| the_box.gives_nothing(&officer.releases()));
        scope.spawn(|| {
            let name = serde_json::json!({"person": "ana.officer", "password": "any at all"});
            the_box.gives_nothing(&the_box.trial.client().post("/api/v1/sign-in", &name));
        });
    });
    let todo = "the log's disk is full: nothing was let out. Make room on that disk";
    let said = the_box.trial.said();
    assert!(said.contains(todo), "{said}");
    let status = the_box.trial.runs(&["status"]);
    assert_ne!(status.code, Some(0), "{}", status.said());
    assert!(status.err.contains("Make room"), "{}", status.said());
}

fn everything_works_again_once_there_is_room(the_box: &mut TheBox, held: &[Released]) {
    the_box.makes_room();
    the_box.trial.is_ready();
    the_box.trial.stop();
    the_box.start();
    assert!(the_box.has_its_reserve());
    let officer = the_box.officer();
    let after = Released::read(&officer.releases(), 201);
    assert_eq!(officer.person.opens(&after.release).status, 200);
    let auditor = the_box.auditor();
    auditor.holds_the_box_to(held.iter().map(|one| one.receipt.as_str()));
    let checked = the_box.trial.runs(&["log", "check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.said());
    assert!(checked.out.contains("whole"), "{}", checked.said());
}
