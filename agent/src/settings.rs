//! `agent.toml`: what the file says, then checked settings that do not change.

use std::path::{Path, PathBuf};
use std::time::Duration;

use firebox_contract::Vocabulary;
use serde::Deserialize;

use crate::stop::{Stop, chain};

/// Where the packaged file lies.
pub(crate) const DEFAULT_PATH: &str = "/etc/firebox-agent/agent.toml";
/// Longest time between two looks at the folders, in seconds: beyond it a
/// service would call its feed late before the agent had looked.
const MOST_POLL_SECONDS: u64 = 3600;
/// Longest time between two signs of life, in minutes: the box calls a feed
/// late after hours.
const MOST_HEARTBEAT_MINUTES: u64 = 120;

/// The agent's settings.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The folder `agent.toml` lies in; relative paths start here, those of
    /// the source files too.
    pub(crate) base: PathBuf,
    /// Identities, outboxes and memories, one folder a service.
    pub(crate) state_folder: PathBuf,
    /// The staff's work files, one folder a service.
    pub(crate) work_folder: PathBuf,
    /// The source files.
    pub(crate) sources_folder: PathBuf,
    /// The code lists.
    pub(crate) vocabulary_folder: PathBuf,
    /// Time between two looks at the folders.
    pub(crate) poll: Duration,
    /// Time between two signs of life of a feed.
    pub(crate) heartbeat: Duration,
    /// Whether NHS numbers of the test range are accepted.
    pub(crate) test_identifiers: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u8,
    state_folder: PathBuf,
    work_folder: Option<PathBuf>,
    sources_folder: PathBuf,
    vocabulary_folder: PathBuf,
    poll_seconds: u64,
    #[serde(default = "default_heartbeat_minutes")]
    heartbeat_minutes: u64,
    #[serde(default)]
    test_identifiers: bool,
}

fn default_heartbeat_minutes() -> u64 {
    15
}

impl Settings {
    /// Reads and checks `path`; relative folders lie beside it.
    pub(crate) fn load(path: &Path) -> Result<Self, Stop> {
        let text = std::fs::read_to_string(path).map_err(|e| {
            Stop::configuration(format!(
                "{} cannot be read: {e}. Give its place with --config",
                path.display()
            ))
        })?;
        let base = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        Self::parse(&text, &base)
    }

    /// Checks the text of an `agent.toml` that lies in `base`.
    pub(crate) fn parse(text: &str, base: &Path) -> Result<Self, Stop> {
        let file: File =
            toml::from_str(text).map_err(|e| refuse(&format!("does not read: {}", e.message())))?;
        if file.version != 1 {
            return Err(refuse("version must be 1: this build reads no other"));
        }
        if !(1..=MOST_POLL_SECONDS).contains(&file.poll_seconds) {
            return Err(refuse("poll_seconds must be 1 to 3600"));
        }
        if !(1..=MOST_HEARTBEAT_MINUTES).contains(&file.heartbeat_minutes) {
            return Err(refuse("heartbeat_minutes must be 1 to 120"));
        }
        let state_folder = base.join(file.state_folder);
        let work_folder = file.work_folder.map(|folder| base.join(folder));
        Ok(Self {
            base: base.to_path_buf(),
            work_folder: work_folder.unwrap_or_else(|| state_folder.with_file_name("work")),
            state_folder,
            sources_folder: base.join(file.sources_folder),
            vocabulary_folder: base.join(file.vocabulary_folder),
            poll: Duration::from_secs(file.poll_seconds),
            heartbeat: Duration::from_secs(file.heartbeat_minutes * 60),
            test_identifiers: file.test_identifiers,
        })
    }

    /// Reads the code lists.
    pub(crate) fn vocabulary(&self) -> Result<Vocabulary, Stop> {
        Vocabulary::read(|file| std::fs::read_to_string(self.vocabulary_folder.join(file)))
            .map_err(|e| Stop::configuration(chain(&e)))
    }

    /// Gives the folder of one service's state.
    pub(crate) fn state_of(&self, service: &str) -> PathBuf {
        self.state_folder.join(service)
    }
}

fn refuse(what: &str) -> Stop {
    Stop::configuration(format!("agent.toml: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../config/agent.toml");

    #[test]
    fn the_shipped_file_reads_and_relative_folders_lie_beside_it() {
        let settings = Settings::parse(SHIPPED, Path::new("/etc/firebox-agent")).unwrap();
        assert_eq!(
            settings.sources_folder,
            Path::new("/etc/firebox-agent/sources.d")
        );
        assert!(!settings.test_identifiers);
    }

    #[test]
    fn work_files_lie_where_the_file_says_or_beside_the_state() {
        let folder = |text: &str| {
            Settings::parse(text, Path::new("/etc/firebox-agent"))
                .unwrap()
                .work_folder
        };
        assert_eq!(folder(SHIPPED), Path::new("/var/lib/firebox-agent/work"));
        let line = "work_folder = \"/var/lib/firebox-agent/work\"";
        assert!(SHIPPED.contains(line));
        assert_eq!(
            folder(&SHIPPED.replace(line, "")),
            Path::new("/var/lib/work")
        );
        let relative = SHIPPED
            .replace(line, "")
            .replace("\"/var/lib/firebox-agent\"", "\"state\"");
        assert_eq!(folder(&relative), Path::new("/etc/firebox-agent/work"));
    }

    #[test]
    fn a_misspelt_key_is_refused_and_not_ignored() {
        let text = SHIPPED.replace("poll_seconds", "pol_seconds");
        let stop = Settings::parse(&text, Path::new("/")).unwrap_err();
        assert_eq!(stop.exit, crate::stop::Exit::Configuration);
        assert!(stop.message.contains("pol_seconds"), "{}", stop.message);
    }

    #[test]
    fn another_version_and_a_poll_of_zero_are_refused() {
        for (from, to) in [
            ("version = 1", "version = 2"),
            ("poll_seconds = 30", "poll_seconds = 0"),
        ] {
            assert!(SHIPPED.contains(from));
            assert!(
                Settings::parse(&SHIPPED.replace(from, to), Path::new("/")).is_err(),
                "{to}"
            );
        }
    }
}
