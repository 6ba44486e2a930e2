//! The demo's agent: its configuration, its source files, its enrolments.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use firebox_protocol::operator::{KeeperReply, KeeperRequest};
use firebox_protocol::{Settings, Stop};

use super::Places;
use crate::{agents, files, operator};

/// The source files that ship.
const SAMPLES: [(&str, &str); 8] = [
    (
        "caution-list.toml",
        include_str!("../../../config/sources.d/caution-list.toml"),
    ),
    (
        "housing-properties.toml",
        include_str!("../../../config/sources.d/housing-properties.toml"),
    ),
    (
        "housing-tenancies.toml",
        include_str!("../../../config/sources.d/housing-tenancies.toml"),
    ),
    (
        "planning-enforcement.toml",
        include_str!("../../../config/sources.d/planning-enforcement.toml"),
    ),
    (
        "housing-people.toml",
        include_str!("../../../config/sources.d/housing-people.toml"),
    ),
    (
        "adult-social-care-needs.toml",
        include_str!("../../../config/sources.d/adult-social-care-needs.toml"),
    ),
    (
        "benefits-claims.toml",
        include_str!("../../../config/sources.d/benefits-claims.toml"),
    ),
    (
        "nhs-adjustments.toml",
        include_str!("../../../config/sources.d/nhs-adjustments.toml"),
    ),
];

/// The agent's configuration, beside the folders of the demo.
const AGENT_TOML: &str = r#"# Written by `firebox demo`; config/agent.toml explains every key.
version = 1
state_folder = "state"
sources_folder = "../sources.d"
vocabulary_folder = "../box/vocabulary"
poll_seconds = 1
heartbeat_minutes = 1
# The demo's NHS numbers are all of the range reserved for tests.
test_identifiers = true
"#;

/// Writes the agent's files where they are not there and enrols every service
/// that is not enrolled.
pub(super) fn enrol(settings: &Settings, places: &Places, agent: &Path) -> Result<(), Stop> {
    let config = places.agent.join("agent.toml");
    write_once(&config, AGENT_TOML)?;
    for (name, sample) in SAMPLES {
        write_once(&places.sources.join(name), &for_the_demo(sample))?;
    }
    let enrolled = enrolled(settings)?;
    for service in settings
        .services
        .iter()
        .filter(|service| !enrolled.contains(&service.id))
    {
        let bundle = places.agent.join(format!("{}.bundle.json", service.id));
        // One of an earlier start that was cut short: its code is replaced.
        let _ = fs::remove_file(&bundle);
        agents::add(settings, &service.id, &bundle)?;
        run_enrol(agent, &config, &bundle)?;
        fs::remove_file(&bundle)
            .map_err(|e| Stop::operating_system(format!("{}: {e}", bundle.display())))?;
    }
    Ok(())
}

/// Points a shipped source file at the demo's drop folder, with a short wait
/// for a file to be whole.
fn for_the_demo(sample: &str) -> String {
    let lines = sample.lines().map(|line| {
        let key = line.split('=').next().unwrap_or_default().trim();
        match key {
            "path" => "path = \"../drop\"",
            "settle" => "settle = \"2s\"",
            _ => line,
        }
    });
    lines.map(|line| format!("{line}\n")).collect()
}

fn enrolled(settings: &Settings) -> Result<Vec<String>, Stop> {
    match operator::keeper(settings, &KeeperRequest::ListAgents)? {
        KeeperReply::Agents(rows) => Ok(rows
            .into_iter()
            .filter(|row| row.key.is_some())
            .map(|row| row.service)
            .collect()),
        _ => Err(operator::unexpected()),
    }
}

fn run_enrol(agent: &Path, config: &Path, bundle: &Path) -> Result<(), Stop> {
    let output = Command::new(agent)
        .arg("--config")
        .arg(config)
        .arg("enrol")
        .arg(bundle)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| Stop::operating_system(format!("{} cannot be run: {e}", agent.display())))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Stop::failed(format!(
        "the agent could not enrol: {}",
        said.trim()
    )))
}

fn write_once(path: &Path, text: &str) -> Result<(), Stop> {
    if path.exists() {
        Ok(())
    } else {
        files::private_file(path, 0o600, text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_sources_read_from_the_drop_folder_and_settle_in_two_seconds() {
        for (name, sample) in SAMPLES {
            let text = for_the_demo(sample);
            assert!(text.contains("path = \"../drop\"\n"), "{name}");
            assert!(text.contains("settle = \"2s\"\n"), "{name}");
        }
    }
}
