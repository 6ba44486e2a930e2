//! Reads configuration from disk and says which file is wrong and why.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use firebox_contract::Vocabulary;
use firebox_protocol::{Settings, Stop};

use crate::say;

/// Reads `firebox.toml`; relative folders in it lie beside it.
pub(crate) fn settings(path: &Path) -> Result<Settings, Stop> {
    let text = text(path)?;
    let base = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let base = fs::canonicalize(base)
        .map_err(|e| Stop::configuration(format!("{} cannot be opened: {e}", base.display())))?;
    Ok(Settings::parse(&text)?.within(&base))
}

/// Reads the policy's text.
pub(crate) fn policy(settings: &Settings) -> Result<String, Stop> {
    text(&settings.folders.policy)
}

/// Reads the vocabulary.
pub(crate) fn vocabulary(settings: &Settings) -> Result<Vocabulary, Stop> {
    let folder = &settings.folders.vocabulary;
    Vocabulary::read(|file| fs::read_to_string(folder.join(file))).map_err(|error| {
        Stop::configuration(format!(
            "{} ({}): {error}{}",
            folder.display(),
            "vocabulary",
            because(&error)
        ))
    })
}

/// Checks a configuration file and everything it names, without starting anything.
pub(crate) fn check(path: &Path) -> Result<(), Stop> {
    if path.file_name().is_some_and(|name| name == "policy.toml") {
        firebox_keeper::check_policy(&text(path)?)?;
        say::out(format_args!("{}: ok", path.display()));
        return Ok(());
    }
    let settings = settings(path)?;
    firebox_keeper::check_policy(&policy(&settings)?)?;
    vocabulary(&settings)?;
    say::out(format_args!(
        "{}: ok ({} services, policy and vocabulary read)",
        path.display(),
        settings.services.len()
    ));
    Ok(())
}

/// Makes a folder that only its owner can open. One that is there is left as it is.
pub(crate) fn private_folder(path: &Path) -> Result<PathBuf, Stop> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|e| Stop::operating_system(format!("{} cannot be made: {e}", path.display())))?;
    Ok(path.to_owned())
}

/// Writes a file that only its owner can read; refuses one that is there.
pub(crate) fn private_file(path: &Path, mode: u32, content: &[u8]) -> Result<(), Stop> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let wrong = |e: std::io::Error| {
        Stop::operating_system(format!("{} cannot be written: {e}", path.display()))
    };
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .map_err(wrong)?;
    file.write_all(content)
        .and_then(|()| file.sync_all())
        .map_err(wrong)
}

/// Replaces a file in one step: temporary file, fsync, rename.
pub(crate) fn replace_file(path: &Path, mode: u32, content: &[u8]) -> Result<(), Stop> {
    let fresh = path.with_extension("new");
    match fs::remove_file(&fresh) {
        Err(e) if e.kind() != ErrorKind::NotFound => {
            return Err(Stop::operating_system(format!("{}: {e}", fresh.display())));
        }
        _ => {}
    }
    private_file(&fresh, mode, content)?;
    fs::rename(&fresh, path)
        .map_err(|e| Stop::operating_system(format!("{} cannot be replaced: {e}", path.display())))
}

fn text(path: &Path) -> Result<String, Stop> {
    fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Stop::configuration(format!(
            "{} is not there: name the file with --config, or make a box with `firebox init DIR`",
            path.display()
        )),
        _ => Stop::configuration(format!("{} cannot be read: {error}", path.display())),
    })
}

fn because(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(String::new, |source| {
        format!(
            ": {}",
            source
                .to_string()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        )
    })
}
