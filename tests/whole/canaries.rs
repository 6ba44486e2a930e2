//! A search for known values over every file the demo leaves: after look-ups,
//! releases, refusals and crashes, in files, logs and cores.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use aho_corasick::AhoCorasick;
use firebox_tests::{Council, Export, Person, Program, Released, firebox_program, reason};
use serde_json::json;

/// Shorter values are words of the language and prove nothing.
const SHORTEST_CANARY: usize = 9;
/// What an officer says is happening.
const HAPPENING: &str = "He is shouting behind the door and I am on the step";
/// How a shell starts a program that may leave a core, if it lets itself.
const WITH_CORES: &str =
    "ulimit -c unlimited 2>/dev/null || ulimit -S -c $(ulimit -H -c); exec \"$@\"";

/// The columns that are somebody's, and in whose words; labels of lists are nobody's.
const PERSONAL: [(&str, &[&str]); 3] = [
    (
        "housing_tenancies.csv",
        &[
            "SURNAME",
            "NI_NO",
            "TEL_MOBILE",
            "TEL_HOME",
            "EMAIL",
            "NOTES",
        ],
    ),
    (
        "housing_people.csv",
        &[
            "SURNAME",
            "TEL_MOBILE",
            "EMAIL",
            "OTHER_TEL",
            "OTHER_NAME",
            "NEED_WORDS",
            "AUTH_NAME",
            "AUTH_TEL",
            "AUTH_LIMITS",
            "AUTH_CHECK",
            "SAFE_TEL",
            "MAIL_ADDR1",
            "NOTES",
        ],
    ),
    (
        "benefits_claims.csv",
        &[
            "surname",
            "nat_ins_no",
            "addr1",
            "phone_no",
            "email",
            "appointee_name",
            "appointee_tel",
            "claim_notes",
        ],
    ),
];

#[test]
fn no_name_phone_address_note_reason_or_key_lies_in_the_clear() {
    let mut council = Council::open();
    let officer = council.officer();
    officer
        .asks(json!({"purpose": "visit", "address": "14 Mill Lane NB1 4QX"}))
        .ok();
    let mut canaries = canaries(&council);
    assert!(canaries.len() > 500, "{} canaries", canaries.len());
    canaries.push(HAPPENING.to_owned());
    canaries.extend(a_caller_is_helped(&council));
    canaries.extend(details_are_released(&council, &officer));
    council.kills("keeper");
    council.is_ready();
    canaries.extend(details_are_released(&council, &officer));
    assert_eq!(council.interrupt(), Some(0));
    nothing_is_left_of_processes_that_crash(&council, &officer);

    let mut files = Vec::new();
    walk(council.dir(), &mut files);
    files.retain(|path| !excepted(council.dir(), path));
    assert!(files.len() > 15, "{files:?}");
    let search = AhoCorasick::new(&canaries).unwrap();
    for path in &files {
        let found = search
            .find(&fs::read(path).unwrap())
            .map(|at| &canaries[at.pattern()]);
        assert!(found.is_none(), "{} holds {found:?}", path.display());
    }
    let keys = keys(council.dir());
    let search = AhoCorasick::new(&keys).unwrap();
    for path in files
        .iter()
        .filter(|path| !path.starts_with(council.dir().join("box/keys")))
    {
        assert!(
            !search.is_match(&fs::read(path).unwrap()),
            "{} holds a key",
            path.display()
        );
    }
}

/// Finds a caller, opens their page, and says what is wrong; gives what was typed.
fn a_caller_is_helped(council: &Council) -> Vec<String> {
    let adviser = council.adviser();
    let sam = adviser.finds_one(json!({"phone": council.sample("phone")}));
    let own = json!({"date_of_birth": council.sample("phone_born"),
        "postcode": council.sample("phone_postcode")});
    assert_eq!(adviser.views(&sam, "self", own).ok()["confirmed"], true);
    let wrong = json!({"postcode": council.sample("phone_postcode"), "house_number": "twelve-a"});
    adviser.views(&sam, "self", wrong).ok();
    let name = "Chiamakanda Okaforova";
    let nobody = json!({"name": name, "date_of_birth": "1961-03-04"});
    adviser.looks_for(nobody).ok();
    let pronouns = "xeno/xenos/xenoself";
    let correction = adviser.corrects(&sam, "pronouns", pronouns).ok();
    let correction = correction["correction"].as_str().unwrap();
    adviser.waits_for_correction(correction, "housing", "settled");
    vec![name.to_owned(), pronouns.to_owned(), "twelve-a".to_owned()]
}

/// Releases details, shows them again, is refused some; gives the reasons.
fn details_are_released(council: &Council, officer: &Person) -> Vec<String> {
    let mut reasons = Vec::new();
    for sample in ["uprn_pairs", "release_flag_uprn", "uprn_overdue"] {
        let uprn = council.sample(sample);
        let (flag, why) = (officer.flag(&uprn), reason());
        let released = Released::read(&officer.requests(&flag, &why), 201);
        assert_eq!(released.note(), council.note(&uprn));
        assert_eq!(officer.opens(&released.release).status, 200);
        assert_eq!(
            officer.requests(&flag, &why).status,
            422,
            "the same reason again"
        );
        assert_eq!(officer.is_in_an_emergency(&flag, HAPPENING).status, 201);
        let too_long = format!("{} {}", reason(), "x".repeat(500));
        assert_eq!(officer.requests(&flag, &too_long).status, 422);
        reasons.extend([why, too_long]);
    }
    reasons
}

/// The box again, in a folder where cores would land, each process aborted
/// after it held a detail.
fn nothing_is_left_of_processes_that_crash(council: &Council, officer: &Person) {
    let folder = council.file("crashes");
    fs::create_dir(&folder).unwrap();
    let mut command = Command::new("sh");
    command
        .args(["-c", WITH_CORES, "sh"])
        .arg(firebox_program());
    command.arg("--config").arg(council.config()).arg("run");
    command.current_dir(&folder).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut house = Program::spawn(&mut command);
    council.is_ready();
    for process in ["gate", "store", "keeper"] {
        let flag = officer.flag(&council.sample("release_flag_uprn"));
        assert_eq!(officer.requests(&flag, &reason()).status, 201);
        house.aborts(process);
        council.is_ready();
    }
    assert_eq!(house.interrupt(), Some(0));
    let left: Vec<_> = fs::read_dir(&folder).unwrap().collect();
    assert!(left.is_empty(), "a process that crashed left {left:?}");
}

/// Names, phones, notes, addresses and references of the exports as dropped.
fn canaries(council: &Council) -> Vec<String> {
    let list = Export::read(&council.file("drop/caution_list.csv"));
    let columns = [
        "Person",
        "Caution Description",
        "Officer Notes",
        "Decided By",
        "Incident Ref",
        "Approved By",
        "Street",
    ];
    let mut values: Vec<String> = columns.iter().flat_map(|name| list.column(name)).collect();
    for (file, columns) in PERSONAL {
        let export = Export::read_latin(&council.file("drop").join(file));
        let cells = columns.iter().flat_map(|name| export.column(name));
        values.extend(cells.map(|cell| cell.trim().to_owned()));
    }
    values.retain(|value| value.len() >= SHORTEST_CANARY && !is_common(value));
    values.sort();
    values.dedup();
    values
}

/// Dates and numbers alone may stand anywhere by chance.
fn is_common(value: &str) -> bool {
    value
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'/' || b == b'-' || b == b':')
}

/// What is the services' own, what their agent writes for their staff, and what ships.
fn excepted(dir: &Path, path: &Path) -> bool {
    [
        "sources.d",
        "drop",
        "demo.json",
        "agent/work",
        "box/vocabulary",
    ]
    .iter()
    .any(|name| path.starts_with(dir.join(name)))
}

fn keys(dir: &Path) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    walk(&dir.join("box/keys"), &mut files);
    let secret = |path: &&PathBuf| path.extension().is_some_and(|e| e == "key" || e == "age");
    let keys = files.iter().filter(secret).map(|path| {
        let text = fs::read_to_string(path).unwrap();
        let line = text
            .lines()
            .find(|line| !line.starts_with("-----"))
            .unwrap();
        line.as_bytes().to_vec()
    });
    keys.collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = fs::symlink_metadata(&path).unwrap().file_type();
        if kind.is_dir() {
            walk(&path, files);
        } else if kind.is_file() {
            files.push(path);
        }
    }
}
