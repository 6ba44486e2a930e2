//! A stopped box, to be spoilt and started many times.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use firebox_tests::{AtWork, Original, Start, copy};
use tempfile::TempDir;

/// What is put back before each start.
const FOLDERS: [&str; 2] = ["keeper", "store"];
/// Longer than the head lags behind the log, and than the store keeps what it saw.
pub const CAUGHT_UP: Duration = Duration::from_millis(1_500);

/// A stopped box, with where everything lay.
pub struct Stopped {
    pub at: AtWork,
    pub log: PathBuf,
    pub wal: PathBuf,
    pub head: PathBuf,
    /// Where keeper and store lay when it stopped.
    pub kept: TempDir,
    /// Spoilt starts so far that were wrong.
    wrong: Vec<String>,
}

/// What a spoilt start came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Went {
    Serves,
    Refuses,
}

impl Stopped {
    /// Some releases, known to head and store, and then a power cut.
    pub fn by_a_power_cut() -> Self {
        let mut at = AtWork::begin(Original::shared().copy());
        for _ in 0..5 {
            at.releases();
        }
        // The store keeps the index that a look-up's permit carries.
        at.looks();
        thread::sleep(CAUGHT_UP);
        at.trial.cut();
        Self::of(at)
    }

    /// The same, ended in order: SQLite has folded the write-ahead log in.
    pub fn in_order() -> Self {
        let mut stopped = Self::by_a_power_cut();
        assert_eq!(stopped.at.trial.start(), Start::Serves);
        stopped.at.trial.stop();
        Self::of(stopped.at)
    }

    pub fn of(at: AtWork) -> Self {
        let kept = TempDir::with_prefix("fbx").unwrap();
        for folder in FOLDERS {
            copy(&at.trial.file(folder), &kept.path().join(folder));
        }
        let log = at.trial.log();
        Self {
            wal: log.with_extension("db-wal"),
            head: at.trial.file("keeper/head"),
            log,
            at,
            kept,
            wrong: Vec::new(),
        }
    }

    /// Puts all back, spoils it and starts the box. What is wrong is noted.
    pub fn start(&mut self, how: &str, spoil: impl FnOnce(&Self)) -> Option<Went> {
        self.put_back();
        spoil(self);
        let went = self.start_as_it_is();
        went.map_err(|error| self.wrong.push(format!("{how}: {error}")))
            .ok()
    }

    /// Puts everything back as it lay.
    pub fn put_back(&self) {
        for folder in FOLDERS {
            fs::remove_dir_all(self.at.trial.file(folder)).unwrap();
            copy(&self.kept.path().join(folder), &self.at.trial.file(folder));
        }
    }

    fn start_as_it_is(&mut self) -> Result<Went, String> {
        let before = files(&self.at.trial.file("keeper"));
        if self.at.trial.start() == Start::Serves {
            let auditor = self.at.auditor();
            let mut receipts = self.at.held.iter().map(|one| &one.receipt);
            let whole = receipts.all(|receipt| auditor.stands(receipt));
            self.at.trial.stop();
            return match whole {
                true => Ok(Went::Serves),
                false => Err("it serves and misses an entry that has a receipt".to_owned()),
            };
        }
        let said = self.at.trial.said();
        self.at.trial.give_up();
        says_how_to_restore(&said)?;
        let after = files(&self.at.trial.file("keeper"));
        let changed: Vec<_> = before
            .iter()
            .filter(|(name, was)| after.get(*name) != Some(was))
            .collect();
        let names = changed.iter().map(|(name, _)| name.as_str());
        match names.collect::<Vec<_>>().join(", ") {
            names if names.is_empty() && before.len() == after.len() => Ok(Went::Refuses),
            names => Err(format!("it refuses and has changed or removed {names}")),
        }
    }

    #[track_caller]
    pub fn was_right(self) {
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
    }
}

/// Requires a message that leads to the log's restoration and away from a new one.
pub fn says_how_to_restore(said: &str) -> Result<(), String> {
    let leads = ["restore", "Restore", "put back"]
        .iter()
        .any(|word| said.contains(word));
    match leads && !said.contains("Remove it") {
        true => Ok(()),
        false => Err(format!(
            "it refuses and does not say to restore the log: {said}"
        )),
    }
}

/// What lies in the keeper's folder. The reserve holds nothing, SQLite makes its
/// index of the write-ahead log anew, and an empty write-ahead log says no more
/// than none.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let named = files.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path));
    let kept = named.filter(|(name, _)| name != "reserve" && !name.ends_with("-shm"));
    kept.map(|(name, path)| (name, fs::read(path).unwrap()))
        .filter(|(_, bytes)| !bytes.is_empty())
        .collect()
}
