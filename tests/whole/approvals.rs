//! Exports that a person lets past the agent's guards.

use std::fs;

use firebox_tests::{Council, agent_program, run, wait_for};

#[test]
fn an_old_export_that_a_person_let_pass_stays_applied() {
    let council = Council::open();
    let officer = council.officer();
    let uprn = council.sample("uprn_pairs");
    let path = council.file("drop/caution_list.csv");
    let (old, before) = (fs::read(&path).unwrap(), officer.instructions(&uprn));
    let mut list = council.caution_list();
    list.set("UPRN", &uprn, "Controls", "Do not attend")
        .drop_off();
    wait_for("the change", || officer.instructions(&uprn) != before);

    let part = path.with_extension("part");
    fs::write(&part, old).unwrap();
    fs::rename(&part, &path).unwrap();
    let state = || officer.source(&uprn, "community-safety")["state"].clone();
    wait_for("the old export to be held", || state() != "fresh");
    let config = council.file("agent/agent.toml").display().to_string();
    let agent = |verb: &[&str]| run(agent_program(), ["--config", &config].iter().chain(verb));
    let approved = agent(&["approve", "caution-list"]);
    assert_eq!(approved.code, Some(0), "{}", approved.said());
    wait_for("the old export to be applied", || {
        officer.instructions(&uprn) == before && state() == "fresh"
    });
    // The agent looks every second; each look finds nothing new to hold.
    let log = council.file("log/agent.log");
    let holds = || {
        fs::read_to_string(&log)
            .unwrap()
            .matches("caution-list: held")
            .count()
    };
    let then = holds();
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert_eq!((holds(), state()), (then, "fresh".into()));
    let status = agent(&["status"]);
    assert!(
        status.out.contains("caution-list: up-to-date"),
        "{}",
        status.out
    );
}
