//! Makes a box: sample configuration where there is none, keys, certificates,
//! an empty store and a log with its first entry.
//!
//! Everything is made in a folder beside and put in place by one rename, so a
//! box is there whole or not at all. What is there is never overwritten.

use std::fs;
use std::path::Path;

use firebox_protocol::{Settings, Stop};

use crate::{files, keys, say};

/// The configuration that ships, written where there is none.
const SAMPLES: [(&str, &str); 2] = [
    ("firebox.toml", include_str!("../../config/firebox.toml")),
    ("policy.toml", include_str!("../../config/policy.toml")),
];

/// The vocabulary that ships.
const VOCABULARY: [(&str, &str); 8] = [
    (
        "hazards.toml",
        include_str!("../../config/vocabulary/hazards.toml"),
    ),
    (
        "controls.toml",
        include_str!("../../config/vocabulary/controls.toml"),
    ),
    (
        "needs.toml",
        include_str!("../../config/vocabulary/needs.toml"),
    ),
    (
        "needs_snomed.csv",
        include_str!("../../config/vocabulary/needs_snomed.csv"),
    ),
    (
        "bases.toml",
        include_str!("../../config/vocabulary/bases.toml"),
    ),
    (
        "cause_words.toml",
        include_str!("../../config/vocabulary/cause_words.toml"),
    ),
    (
        "people.toml",
        include_str!("../../config/vocabulary/people.toml"),
    ),
    (
        "nicknames.toml",
        include_str!("../../config/vocabulary/nicknames.toml"),
    ),
];

/// Makes a box in `dir` and says what comes next.
pub(crate) fn run(dir: &Path) -> Result<(), Stop> {
    files::private_folder(dir)?;
    write_samples(dir, &[])?;
    let settings = make(dir)?;
    let config = dir.join("firebox.toml");
    say::out(format_args!("Made a box in {}.", dir.display()));
    say::out(format_args!(
        "1. Edit {} (council, hosts, services) and policy.toml beside it.",
        config.display()
    ));
    say::out(format_args!("2. firebox --config {} run", config.display()));
    say::out(format_args!(
        "3. firebox --config {} officer add NAME --role officer",
        config.display()
    ));
    say::out(format_args!(
        "Browsers and agents must trust {}.",
        keys::authority_certificate(&settings).display()
    ));
    Ok(())
}

/// Gives the text of a sample that ships.
pub(crate) fn sample(name: &str) -> &'static str {
    SAMPLES
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, text)| text)
}

/// Writes the sample configuration where there is none; `instead` replaces
/// samples by name.
pub(crate) fn write_samples(dir: &Path, instead: &[(&str, String)]) -> Result<(), Stop> {
    let vocabulary = files::private_folder(&dir.join("vocabulary"))?;
    for (name, sample) in SAMPLES {
        let text = instead
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(_, text)| text.as_str());
        write_if_absent(&dir.join(name), text.unwrap_or(sample))?;
    }
    for (name, sample) in VOCABULARY {
        write_if_absent(&vocabulary.join(name), sample)?;
    }
    Ok(())
}

fn write_if_absent(path: &Path, text: &str) -> Result<(), Stop> {
    if path.exists() {
        Ok(())
    } else {
        files::private_file(path, 0o600, text.as_bytes())
    }
}

/// Makes keys, store and log for the configuration in `dir`.
pub(crate) fn make(dir: &Path) -> Result<Settings, Stop> {
    let settings = files::settings(&dir.join("firebox.toml"))?;
    let staging = dir.join("making");
    let whole = staging.join("whole");
    if !whole.exists() {
        refuse_to_overwrite(&settings)?;
        // Nothing in it ever served: without its mark it was cut short.
        let _ = fs::remove_dir_all(&staging);
        make_in(&staging, &settings)?;
        files::private_file(&whole, 0o600, b"")?;
    }
    put_in_place(&staging, &settings)?;
    let _ = fs::remove_dir_all(&staging);
    Ok(settings)
}

fn refuse_to_overwrite(settings: &Settings) -> Result<(), Stop> {
    for folder in [
        &settings.folders.keys,
        &settings.folders.store,
        &settings.folders.keeper,
    ] {
        if folder.exists() {
            return Err(Stop::configuration(format!(
                "{} is there already: this box has been made; to start anew, choose another folder",
                folder.display()
            )));
        }
    }
    Ok(())
}

fn make_in(staging: &Path, settings: &Settings) -> Result<(), Stop> {
    let mut staged = settings.clone();
    staged.folders.keys = files::private_folder(&staging.join("keys"))?;
    staged.folders.store = files::private_folder(&staging.join("store"))?;
    staged.folders.keeper = files::private_folder(&staging.join("keeper"))?;
    keys::create(&staged.folders.keys, &settings.hosts)?;
    firebox_store::create(&staged, &keys::store(&staged)?)?;
    firebox_keeper::create(&staged, &keys::keeper(&staged)?)
}

/// Renames what is still in staging into place, keys last: without keys
/// nothing starts. A start that was cut short here goes on here.
fn put_in_place(staging: &Path, settings: &Settings) -> Result<(), Stop> {
    let folders = &settings.folders;
    let pairs = [
        ("store", &folders.store),
        ("keeper", &folders.keeper),
        ("keys", &folders.keys),
    ];
    for (name, to) in pairs {
        let from = staging.join(name);
        if from.exists() {
            fs::rename(&from, to).map_err(|e| {
                Stop::operating_system(format!("{} cannot be put in place: {e}", to.display()))
            })?;
        }
    }
    Ok(())
}
