//! What goes wrong says what is wrong and what to do, in one line, and nothing is lost.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use firebox_tests::{Council, Program, Run, agent_program, firebox_program, run, wait_for};
use serde_json::json;

/// Runs the box to its end; it must not get ready.
fn box_refuses(council: &Council) -> Run {
    run(
        firebox_program(),
        ["--config".into(), council.config(), PathBuf::from("run")],
    )
}

#[track_caller]
fn says(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code, Some(code), "{}", run.said());
    for word in words {
        assert!(run.err.contains(word), "no {word:?} in: {}", run.err);
    }
}

#[test]
fn wrong_keys_modes_and_versions_stop_the_box_and_lose_nothing() {
    let mut council = Council::open();
    let uprn = council.sample("uprn_pairs");
    let before = council.officer().instructions(&uprn);
    assert_eq!(council.interrupt(), Some(0), "Ctrl-C ends the demo with 0");

    a_key_that_others_can_read_stops_it(&council);
    a_wrong_key_stops_it(&council, "store/store.key", "store/buckets.key");
    a_wrong_key_stops_it(&council, "keeper/log.key", "keeper/head.key");
    a_database_that_others_can_read_stops_it(&council);
    a_missing_key_stops_it(&council);

    council.start();
    assert_eq!(
        council.officer().instructions(&uprn),
        before,
        "a second start carries on"
    );
    a_second_start_on_the_same_folder_is_refused(&council);
}

fn a_key_that_others_can_read_stops_it(council: &Council) {
    let key = council.file("box/keys/store/store.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o444)).unwrap();
    says(
        &box_refuses(council),
        78,
        &["store.key can be read by others", "chmod 0400"],
    );
    fs::set_permissions(&key, fs::Permissions::from_mode(0o400)).unwrap();
}

/// Puts another key in a key's place, as somebody might who restores by hand.
fn a_wrong_key_stops_it(council: &Council, key: &str, other: &str) {
    let (key, other) = (
        council.file("box/keys").join(key),
        council.file("box/keys").join(other),
    );
    let right = fs::read(&key).unwrap();
    replace(&key, &fs::read(other).unwrap());
    let name = key.file_name().unwrap().to_str().unwrap();
    says(&box_refuses(council), 78, &[name]);
    replace(&key, &right);
}

fn replace(path: &PathBuf, content: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, content).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o400)).unwrap();
}

fn a_database_that_others_can_read_stops_it(council: &Council) {
    let database = council.file("box/store/store.db");
    fs::set_permissions(&database, fs::Permissions::from_mode(0o644)).unwrap();
    says(&box_refuses(council), 78, &["store.db", "chmod"]);
    fs::set_permissions(&database, fs::Permissions::from_mode(0o600)).unwrap();
}

fn a_missing_key_stops_it(council: &Council) {
    let (key, aside) = (
        council.file("box/keys/gate/tls.key"),
        council.file("box/keys/gate/aside"),
    );
    fs::rename(&key, &aside).unwrap();
    says(&box_refuses(council), 78, &["tls.key cannot be opened"]);
    fs::rename(&aside, &key).unwrap();
}

fn a_second_start_on_the_same_folder_is_refused(council: &Council) {
    let dir = council.dir().display().to_string();
    let second = run(
        firebox_program(),
        ["demo", "--dir", &dir, "--listen", "127.0.0.1:0"],
    );
    says(&second, 69, &["already running"]);
    assert!(
        !council
            .officer()
            .instructions(&council.sample("uprn_pairs"))
            .is_empty()
    );
}

#[test]
fn a_busy_port_is_named_with_what_to_do() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = busy.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().display().to_string();
    let refused = run(
        firebox_program(),
        ["demo", "--dir", &dir, "--listen", &listen],
    );
    says(
        &refused,
        69,
        &[&listen, "in use by another program", "--listen"],
    );
}

#[test]
fn a_configuration_that_is_not_there_says_how_to_make_one() {
    let refused = run(
        firebox_program(),
        ["--config", "/nowhere/firebox.toml", "status"],
    );
    says(
        &refused,
        78,
        &["/nowhere/firebox.toml is not there", "firebox init"],
    );
}

#[test]
fn a_box_that_is_not_running_says_how_to_start_it() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("box").display().to_string();
    let made = run(firebox_program(), ["init", &dir]);
    assert_eq!(made.code, Some(0), "{}", made.said());
    let config = format!("{dir}/firebox.toml");
    let refused = run(firebox_program(), ["--config", &config, "status"]);
    says(&refused, 69, &["does not answer", "firebox run"]);
    let again = run(firebox_program(), ["init", &dir]);
    says(&again, 78, &["is there already", "choose another folder"]);
}

#[test]
fn ten_wrong_passwords_lock_one_name_and_nobody_else() {
    let council = Council::open();
    let stranger = council.stranger();
    let wrong = json!({"person": "olu.officer", "password": "wrong password, surely"});
    for _ in 0..10 {
        let answer = stranger.post("/api/v1/sign-in", &wrong);
        assert_eq!(answer.status, 401, "{}", answer.text);
        assert_eq!(
            answer.json()["title"],
            "Name, password or code is not right"
        );
    }
    let locked = stranger.post("/api/v1/sign-in", &wrong);
    assert_eq!(locked.status, 429, "{}", locked.text);
    assert!(
        locked.json()["detail"]
            .as_str()
            .unwrap()
            .contains("15 minutes"),
        "{}",
        locked.text
    );
    council.kills("keeper");
    council.is_ready();
    assert_eq!(
        stranger.post("/api/v1/sign-in", &wrong).status,
        429,
        "a restart resets nothing"
    );
    council.signs_in("ana.officer");
    let nobody = json!({"person": "nobody.here", "password": "wrong password, surely"});
    assert_eq!(stranger.post("/api/v1/sign-in", &nobody).status, 401);
}

#[test]
fn a_killed_process_comes_back_and_sessions_with_it() {
    let council = Council::open();
    let officer = council.officer();
    let uprn = council.sample("uprn_pairs");
    for process in ["store", "keeper", "gate"] {
        council.kills(process);
        council.is_ready();
        assert!(
            !officer.instructions(&uprn).is_empty(),
            "after {process} was killed"
        );
    }
}

#[test]
fn mistakes_in_a_source_are_named_by_the_agent() {
    let mut council = Council::open();
    let config = council.file("agent/agent.toml").display().to_string();
    assert_eq!(council.interrupt(), Some(0));
    let agent = |arguments: &[&str]| {
        run(
            agent_program(),
            [&["--config", &config], arguments].concat(),
        )
    };
    let house = council.config().display().to_string();
    let mut running = Program::start(firebox_program(), ["--config", &house, "run"]);
    council.is_ready();

    let list = council.caution_list();
    council
        .caution_list()
        .rename("Review Date", "Next Look")
        .drop_off();
    let drift = agent(&["run", "--once"]);
    assert_eq!(drift.code, Some(4), "{}", drift.said());
    assert!(drift.said().contains("Review Date"), "{}", drift.said());
    list.drop_off();

    let (dropped, aside) = (
        council.file("drop/caution_list.csv"),
        council.file("drop/aside"),
    );
    fs::rename(&dropped, &aside).unwrap();
    let missing = agent(&["check", "caution-list"]);
    assert_ne!(missing.code, Some(0));
    assert!(missing.said().contains("no file in"), "{}", missing.said());
    assert!(missing.said().contains("drop"), "{}", missing.said());
    fs::rename(&aside, &dropped).unwrap();

    wait_for("the agent to be content", || {
        agent(&["run", "--once"]).code == Some(0)
    });
    assert!(running.interrupt() == Some(0));
}
