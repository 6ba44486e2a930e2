//! The feeds of the box that is loaded: the source files that ship, each with
//! its export in one folder and no wait for it to settle.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use crate::unmeasured::{Because, Unmeasured};

/// A feed.
pub(super) struct Feed {
    /// Its id.
    pub(super) id: &'static str,
    /// The service it belongs to.
    pub(super) service: &'static str,
    text: &'static str,
}

/// The feed whose first load is measured.
pub(super) const LOADED: Feed = Feed {
    id: "housing-people",
    service: "housing",
    text: include_str!("../../../../config/sources.d/housing-people.toml"),
};

/// The feeds that are there before.
pub(super) const BEFORE: [Feed; 7] = [
    Feed {
        id: "caution-list",
        service: "community-safety",
        text: include_str!("../../../../config/sources.d/caution-list.toml"),
    },
    Feed {
        id: "housing-properties",
        service: "housing",
        text: include_str!("../../../../config/sources.d/housing-properties.toml"),
    },
    Feed {
        id: "housing-tenancies",
        service: "housing",
        text: include_str!("../../../../config/sources.d/housing-tenancies.toml"),
    },
    Feed {
        id: "planning-enforcement",
        service: "planning-enforcement",
        text: include_str!("../../../../config/sources.d/planning-enforcement.toml"),
    },
    Feed {
        id: "adult-social-care-needs",
        service: "adult-social-care",
        text: include_str!("../../../../config/sources.d/adult-social-care-needs.toml"),
    },
    Feed {
        id: "benefits-claims",
        service: "benefits",
        text: include_str!("../../../../config/sources.d/benefits-claims.toml"),
    },
    Feed {
        id: "nhs-adjustments",
        service: "nhs-adjustments",
        text: include_str!("../../../../config/sources.d/nhs-adjustments.toml"),
    },
];

/// Lists the services, each once.
pub(super) fn services() -> Vec<&'static str> {
    let mut services: Vec<_> = BEFORE.iter().map(|feed| feed.service).collect();
    services.sort_unstable();
    services.dedup();
    services
}

/// Writes the agent's settings for some of the feeds; all share one state.
pub(super) fn write(agent: &Path, name: &str, feeds: &[Feed]) -> Result<(), Unmeasured> {
    let settings = format!(
        "version = 1\nstate_folder = \"state\"\nsources_folder = \"{name}.d\"\n\
         vocabulary_folder = \"../box/vocabulary\"\npoll_seconds = 1\nheartbeat_minutes = 1\n\
         test_identifiers = true\n"
    );
    let failed = "the agent's files cannot be written";
    fs::write(agent.join(name).with_extension("toml"), settings).because(failed)?;
    let sources = agent.join(name).with_extension("d");
    folder(&sources)?;
    for feed in feeds {
        let path = sources.join(feed.id).with_extension("toml");
        fs::write(path, feed.source()).because(failed)?;
    }
    Ok(())
}

/// Makes a folder for its owner alone.
pub(super) fn folder(path: &Path) -> Result<(), Unmeasured> {
    let mut folder = fs::DirBuilder::new();
    folder
        .mode(0o700)
        .create(path)
        .because("no temporary folder")
}

impl Feed {
    /// Gives its source file, reading from the folder `drop` beside the agent's.
    pub(super) fn source(&self) -> String {
        let lines = self.text.lines().map(|line| {
            let key = line.split('=').next().unwrap_or_default().trim();
            match key {
                "path" => "path = \"../drop\"",
                "settle" => "settle = \"0s\"",
                _ => line,
            }
        });
        lines.map(|line| format!("{line}\n")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_reads_from_the_one_folder_at_once_and_is_its_feed_s() {
        for feed in BEFORE.iter().chain([&LOADED]) {
            let source = feed.source();
            for line in [
                "path = \"../drop\"\n".to_owned(),
                "settle = \"0s\"\n".to_owned(),
                format!("id = \"{}\"", feed.id),
                format!("service = \"{}\"", feed.service),
            ] {
                assert!(source.contains(&line), "{}: {line}", feed.id);
            }
        }
        assert!(services().contains(&LOADED.service));
    }
}
