//! The folder of source files. A changed file is judged first and taken over
//! only when it is good: a bad one leaves the old in force and says so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Judge, Source, SourceError};

/// The feeds of this agent, by file.
pub(crate) struct Sources {
    folder: PathBuf,
    files: BTreeMap<PathBuf, Entry>,
}

struct Entry {
    text: String,
    source: Option<Source>,
}

/// What a look at the folder found.
pub(crate) struct Changed {
    /// Files taken over or gone.
    pub(crate) any: bool,
    /// Files refused in this look: their name and why. Each is said once.
    pub(crate) refused: Vec<(String, SourceError)>,
}

impl Sources {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            files: BTreeMap::new(),
        }
    }

    /// Gives the folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Lists the feeds in force, by file name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files
            .values()
            .filter_map(|entry| entry.source.as_ref())
            .filter(|source| source.enabled)
    }

    /// Looks at the folder again.
    pub(crate) fn reload(&mut self, judge: &Judge<'_>) -> Result<Changed, SourceError> {
        let found = list(&self.folder)?;
        let before = self.files.len();
        self.files.retain(|path, _| found.contains(path));
        let mut changed = Changed {
            any: self.files.len() != before,
            refused: Vec::new(),
        };
        for path in found {
            let text = std::fs::read_to_string(&path)
                .map_err(|e| SourceError::Unreadable(e.to_string()))?;
            if self
                .files
                .get(&path)
                .is_some_and(|entry| entry.text == text)
            {
                continue;
            }
            match self.judge(&path, &text, judge) {
                Ok(source) => {
                    changed.any = true;
                    self.files.insert(
                        path,
                        Entry {
                            text,
                            source: Some(source),
                        },
                    );
                }
                Err(error) => {
                    changed.refused.push((name_of(&path), error));
                    let entry = self.files.entry(path).or_insert(Entry {
                        text: String::new(),
                        source: None,
                    });
                    entry.text = text;
                }
            }
        }
        Ok(changed)
    }

    fn judge(&self, path: &Path, text: &str, judge: &Judge<'_>) -> Result<Source, SourceError> {
        let source = Source::parse(text, judge)?;
        let twin = self.files.iter().any(|(other, entry)| {
            other != path
                && entry
                    .source
                    .as_ref()
                    .is_some_and(|known| known.id == source.id)
        });
        if twin {
            return Err(SourceError::key(
                "id",
                format!("`{}` stands in another file too", source.id),
            ));
        }
        Ok(source)
    }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let unreadable = |e: std::io::Error| SourceError::Unreadable(e.to_string());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let hidden = name_of(&path).starts_with('.');
        if !hidden && path.extension().is_some_and(|ext| ext == "toml") && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary;
    use super::*;

    const TEXT: &str = include_str!("../../../config/sources.d/planning-enforcement.toml");

    fn look(sources: &mut Sources) -> Changed {
        let vocabulary = vocabulary();
        let today = jiff::civil::date(2026, 6, 1);
        let judge = Judge {
            base: Path::new("/"),
            vocabulary: &vocabulary,
            today,
            test_identifiers: false,
        };
        sources.reload(&judge).unwrap()
    }

    #[test]
    fn a_bad_change_keeps_the_old_file_in_force_and_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("planning.toml");
        std::fs::write(&path, TEXT).unwrap();
        let mut sources = Sources::new(folder.path().to_path_buf());
        assert!(look(&mut sources).any);
        let before = sources.iter().next().unwrap().fingerprint.clone();

        std::fs::write(&path, TEXT.replace("settle", "setle")).unwrap();
        let changed = look(&mut sources);
        assert!(!changed.any);
        assert_eq!(changed.refused.len(), 1);
        assert_eq!(sources.iter().next().unwrap().fingerprint, before);
        assert!(look(&mut sources).refused.is_empty());
    }

    #[test]
    fn one_feed_in_two_files_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.toml"), TEXT).unwrap();
        std::fs::write(folder.path().join("b.toml"), TEXT).unwrap();
        let mut sources = Sources::new(folder.path().to_path_buf());
        let changed = look(&mut sources);
        assert_eq!(changed.refused.len(), 1);
        assert_eq!(sources.iter().count(), 1);
    }
}
