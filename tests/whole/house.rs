//! The rooms stay apart: what each crate may never link.

use std::path::Path;
use std::process::Command;

/// Gives the names of everything a crate links, itself included.
fn linked(krate: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "-p",
            krate,
            "-e",
            "normal",
            "--prefix",
            "none",
            "-f",
            "{p}",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

#[track_caller]
fn never_links(krate: &str, forbidden: &[&str]) {
    let linked = linked(krate);
    assert!(linked.len() > 3, "cargo tree says nothing about {krate}");
    for name in forbidden {
        assert!(!linked.iter().any(|l| l == name), "{krate} links {name}");
    }
}

#[test]
fn the_keeper_speaks_no_http_and_no_tls() {
    never_links(
        "firebox-keeper",
        &["axum", "tokio", "hyper", "rustls", "reqwest", "h2"],
    );
}

#[test]
fn the_gate_has_no_database_and_opens_no_envelope() {
    never_links(
        "firebox-gate",
        &[
            "rusqlite",
            "libsqlite3-sys",
            "age",
            "age-core",
            "firebox-store",
            "firebox-keeper",
        ],
    );
}

#[test]
fn the_store_reaches_no_network() {
    never_links(
        "firebox-store",
        &[
            "axum",
            "hyper",
            "rustls",
            "reqwest",
            "tokio",
            "firebox-keeper",
        ],
    );
}

#[test]
fn the_agent_knows_nothing_of_the_appliance() {
    never_links(
        "firebox-agent",
        &[
            "firebox-protocol",
            "firebox-store",
            "firebox-keeper",
            "firebox-gate",
            "axum",
        ],
    );
}

#[test]
fn the_verifier_shares_no_code_with_the_keeper() {
    never_links(
        "firebox-verify",
        &["firebox-keeper", "firebox-contract", "firebox-protocol"],
    );
}

#[test]
fn contract_and_protocol_do_no_input_or_output() {
    for krate in ["firebox-contract", "firebox-protocol"] {
        never_links(
            krate,
            &[
                "tokio", "mio", "socket2", "rusqlite", "axum", "rustls", "reqwest", "notify",
            ],
        );
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for folder in ["contract/src", "appliance/protocol/src"] {
        for (path, text) in sources(&root.join(folder)) {
            for word in [
                "std::fs",
                "std::net::Tcp",
                "std::net::Udp",
                "std::os::unix::net",
                "std::process",
                "std::env",
                "std::thread",
            ] {
                assert!(!text.contains(word), "{} uses {word}", path.display());
            }
        }
    }
}

#[test]
fn no_room_of_ours_is_unsafe() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    for folder in ["contract", "agent", "appliance", "tests"] {
        for (path, text) in sources(&root.join(folder)) {
            assert!(
                !text.contains("#![allow(unsafe") && !text.contains("#[allow(unsafe"),
                "{}",
                path.display()
            );
        }
    }
    for line in manifest.lines().filter(|l| l.starts_with("    \"")) {
        let member = line.trim().trim_matches(|c| c == '"' || c == ',');
        let text = std::fs::read_to_string(root.join(member).join("Cargo.toml")).unwrap();
        assert!(
            text.contains("[lints]\nworkspace = true"),
            "{member} does not take the lint table"
        );
    }
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let start = manifest.find("[workspace.dependencies]").unwrap();
    let end = manifest[start..].find("[workspace.lints").unwrap() + start;
    let mut before = "";
    let mut checked = 0;
    for line in manifest[start..end].lines().skip(1) {
        let ours = line.contains("path = ");
        if line.contains(" = ") && !line.starts_with('#') && !ours {
            assert!(
                before.starts_with("# ") && before.ends_with('.'),
                "no sentence above: {line}"
            );
            checked += 1;
        }
        before = line;
    }
    assert!(checked > 30);
}

fn sources(folder: &Path) -> Vec<(std::path::PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("whole/house.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}
