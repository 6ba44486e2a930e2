//! The `folder` connector: which file is the newest export, and has it settled.
//!
//! What must be true of a connector: it gives a file that is whole as far as
//! can be told from outside, it takes nothing away, and it is asked again when
//! it fails. To add one: its kind in `source::file`, a module like this, and an
//! arm in `turn` where the newest export is looked for.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use regex::Regex;

use crate::export::ExportError;

/// A file that was last written this long ago needs no watching: longer than
/// the clocks of a file server and ours may differ.
const LONG_SETTLED: Duration = Duration::from_secs(600);

/// A file as it was when it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it is.
    pub(crate) path: PathBuf,
    size: u64,
    modified: SystemTime,
    inode: (u64, u64),
}

/// Gives the newest file whose name matches; dot files and unfinished uploads
/// (`.part`, `.tmp`, `.filepart`) are passed over.
pub(crate) fn newest(folder: &Path, pattern: &Regex) -> Result<Found, ExportError> {
    let mut newest: Option<Found> = None;
    let missing = || ExportError::Missing {
        folder: folder.to_owned(),
    };
    let entries = fs::read_dir(folder).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => missing(),
        _ => ExportError::Unreadable(e),
    })?;
    for entry in entries {
        let path = entry.map_err(ExportError::Unreadable)?.path();
        if !is_export(&path, pattern) {
            continue;
        }
        // A file that vanishes between listing and looking is not there.
        let Some(found) = look(&path) else { continue };
        let later = newest
            .as_ref()
            .is_none_or(|best| (found.modified, &found.path) > (best.modified, &best.path));
        if later {
            newest = Some(found);
        }
    }
    newest.ok_or_else(missing)
}

fn is_export(path: &Path, pattern: &Regex) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let unfinished = [".part", ".filepart", ".tmp"]
        .iter()
        .any(|end| name.ends_with(end));
    !name.starts_with('.') && !unfinished && pattern.is_match(&name)
}

fn look(path: &Path) -> Option<Found> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some(Found {
        path: path.to_path_buf(),
        size: metadata.len(),
        modified: metadata.modified().ok()?,
        inode: (metadata.dev(), metadata.ino()),
    })
}

/// Watches one folder's newest file until it no longer changes.
#[derive(Default)]
pub(crate) struct Settling {
    seen: Option<(Found, Instant)>,
}

impl Settling {
    /// Gives how long the file must still be watched; none when it has settled.
    pub(crate) fn wait(
        &mut self,
        found: &Found,
        settle: Duration,
        now: Instant,
        clock: SystemTime,
    ) -> Option<Duration> {
        let since = match &self.seen {
            Some((before, since)) if before == found => *since,
            _ => {
                self.seen = Some((found.clone(), now));
                now
            }
        };
        let age = clock.duration_since(found.modified).unwrap_or_default();
        if age >= settle.saturating_add(LONG_SETTLED) {
            return None;
        }
        let left = settle.saturating_sub(now.saturating_duration_since(since));
        (!left.is_zero()).then_some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern() -> Regex {
        Regex::new(r"^caution_list.*\.csv$").unwrap()
    }

    #[test]
    fn e12_unfinished_uploads_and_dot_files_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["caution_list.csv.part", ".caution_list.csv", "other.csv"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        assert_eq!(
            newest(folder.path(), &pattern()).unwrap_err().code(),
            "missing-file"
        );
        fs::write(folder.path().join("caution_list_1.csv"), "x").unwrap();
        let found = newest(folder.path(), &pattern()).unwrap();
        assert!(found.path.ends_with("caution_list_1.csv"));
    }

    #[test]
    fn e12_a_file_settles_when_it_has_stayed_the_same_and_anew_after_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("caution_list.csv");
        fs::write(&path, "half").unwrap();
        let (start, clock) = (Instant::now(), SystemTime::now());
        let settle = Duration::from_secs(2);
        let mut settling = Settling::default();
        let mut wait = |seconds| {
            let found = newest(folder.path(), &pattern()).unwrap();
            settling.wait(&found, settle, start + Duration::from_secs(seconds), clock)
        };
        assert_eq!(wait(0), Some(settle));
        assert_eq!(wait(1), Some(Duration::from_secs(1)));
        fs::write(&path, "half and half").unwrap();
        assert_eq!(wait(2), Some(settle), "it grew: the watch begins anew");
        assert_eq!(wait(4), None);
    }

    #[test]
    fn a_file_of_yesterday_needs_no_watching() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("caution_list.csv"), "x").unwrap();
        let found = newest(folder.path(), &pattern()).unwrap();
        let tomorrow = SystemTime::now() + Duration::from_secs(86_400);
        let waited =
            Settling::default().wait(&found, Duration::from_secs(120), Instant::now(), tomorrow);
        assert_eq!(waited, None);
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_missing_file() {
        let missing = newest(Path::new("/nowhere/at/all"), &pattern()).unwrap_err();
        assert_eq!(missing.code(), "missing-file");
    }
}
