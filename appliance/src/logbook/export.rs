//! Entries as a file that can be checked anywhere, with nothing but the log's
//! verifier key: `tests/vectors/README.md` has the format.

use std::fs::{self, OpenOptions};
use std::io::{BufWriter, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_protocol::Stop;
use firebox_protocol::operator::LogEntry;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use serde::Serialize;

use super::reading::Reading;

/// Names the format in the first line.
const FORMAT: &str = "fbx-log-export-v1";

/// The first line. Members in the order of canonical JSON.
#[derive(Serialize)]
struct Header<'a> {
    checkpoint: &'a str,
    format: &'static str,
    from: u64,
    left: Vec<String>,
    origin: &'a str,
    right: Vec<String>,
    to: u64,
}

/// Any other line. Members in the order of canonical JSON.
#[derive(Serialize)]
struct Line {
    body: Option<String>,
    leaf: String,
    salt: Option<String>,
}

/// Writes the first line: what was read, and the checkpoint it belongs to.
pub(crate) fn header(out: &mut dyn Write, reading: &Reading) -> Result<(), Stop> {
    let base64 = |hashes: &[[u8; 32]]| hashes.iter().map(|hash| STANDARD.encode(hash)).collect();
    let header = Header {
        checkpoint: &reading.checkpoint,
        format: FORMAT,
        from: reading.from,
        left: base64(&reading.left),
        origin: &reading.origin,
        right: base64(&reading.right),
        to: reading.to,
    };
    write(out, &header)
}

/// Writes one entry.
pub(crate) fn line(out: &mut dyn Write, entry: &LogEntry) -> Result<(), Stop> {
    let opened = entry.opened.as_ref();
    let line = Line {
        body: opened.map(|(_, body)| STANDARD.encode(body)),
        leaf: STANDARD.encode(&entry.leaf),
        salt: opened.map(|(salt, _)| STANDARD.encode(salt)),
    };
    write(out, &line)
}

fn write(out: &mut dyn Write, line: &impl Serialize) -> Result<(), Stop> {
    serde_json::to_writer(&mut *out, line)
        .map_err(std::io::Error::from)
        .and_then(|()| out.write_all(b"\n"))
        .map_err(|e| Stop::operating_system(format!("the export cannot be written: {e}")))
}

/// A file that is there whole or not at all. It is written beside its name, and
/// what was not finished is taken away.
pub(crate) struct File {
    to: PathBuf,
    part: PathBuf,
    file: Option<fs::File>,
}

impl File {
    /// Begins the file, readable by its owner alone; refuses when it is there.
    pub(crate) fn create(to: &Path) -> Result<Self, Stop> {
        if to.symlink_metadata().is_ok() {
            return Err(is_there(to));
        }
        let mut part = to.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&part);
        let file = made.map_err(|e| match e.kind() {
            ErrorKind::AlreadyExists => Stop::failed(format!(
                "{} is there, from an export that was cut short: remove it first",
                part.display()
            )),
            _ => failed(&part, &e),
        })?;
        Ok(Self {
            to: to.to_owned(),
            part,
            file: Some(file),
        })
    }

    /// Has it written, makes it durable and gives it its name.
    pub(crate) fn write(
        mut self,
        content: impl FnOnce(&mut dyn Write) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let Some(file) = self.file.take() else {
            return Ok(());
        };
        let mut out = BufWriter::new(file);
        content(&mut out)?;
        let file = out
            .into_inner()
            .map_err(|e| failed(&self.part, e.error()))?;
        file.sync_all().map_err(|e| failed(&self.part, &e))?;
        self.name()
    }

    fn name(&self) -> Result<(), Stop> {
        match renameat_with(CWD, &self.part, CWD, &self.to, RenameFlags::NOREPLACE) {
            Err(Errno::EXIST) => return Err(is_there(&self.to)),
            // A file system that does not know the flag; nobody else writes here.
            Err(Errno::INVAL | Errno::NOSYS) if self.to.symlink_metadata().is_err() => {
                fs::rename(&self.part, &self.to).map_err(|e| failed(&self.to, &e))?;
            }
            renamed => renamed.map_err(|e| failed(&self.to, &e.into()))?,
        }
        let folder = self.to.parent().filter(|path| !path.as_os_str().is_empty());
        fs::File::open(folder.unwrap_or(Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .map_err(|e| failed(&self.to, &e))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // Gone already when it got its name.
        let _named = fs::remove_file(&self.part);
    }
}

fn is_there(path: &Path) -> Stop {
    Stop::failed(format!(
        "{} is there already: choose another name",
        path.display()
    ))
}

fn failed(path: &Path, error: &std::io::Error) -> Stop {
    Stop::operating_system(format!("{} cannot be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use firebox_keeper::log::leaf::{Leaf, commitment};
    use firebox_keeper::log::note::{NoteKey, checkpoint};
    use firebox_keeper::log::tree::{Hash, Node, leaf_hash, node_hash, root, subtrees};
    use firebox_verify::{VerifierKey, check_export};

    use super::*;

    const ORIGIN: &str = "firebox.example.gov.uk/one/2026";
    const SIZE: u64 = 21;

    fn entry(index: u64) -> LogEntry {
        let (salt, body) = ([5; 32], format!(r#"{{"n":{index}}}"#).into_bytes());
        let leaf = Leaf {
            index,
            time_ms: index,
            boot_id: [1; 16],
            boottime_ms: 1,
            kind: 6,
            commitment: commitment(&salt, &body),
        };
        LogEntry {
            leaf: leaf.to_bytes().to_vec(),
            // Every third was erased.
            opened: (!index.is_multiple_of(3)).then_some((salt, body)),
        }
    }

    fn read(at: Node) -> Result<Hash, String> {
        if at.level == 0 {
            return Ok(leaf_hash(&entry(at.index).leaf));
        }
        let child = |index| {
            let level = at.level - 1;
            read(Node { level, index })
        };
        Ok(node_hash(&child(at.index * 2)?, &child(at.index * 2 + 1)?))
    }

    fn reading(from: u64, to: u64) -> Reading {
        let key = NoteKey::new(ORIGIN, &[7; 32]);
        let beside = |from, to| subtrees(from, to).map(|at| read(at).unwrap()).collect();
        Reading {
            id: [0; 16],
            from,
            to,
            origin: ORIGIN.into(),
            checkpoint: key.sign(&checkpoint(ORIGIN, SIZE, &root(SIZE, read).unwrap())),
            left: beside(0, from),
            right: beside(to, SIZE),
            entry: SIZE - 1,
        }
    }

    fn write_all(file: File, reading: &Reading) -> Result<(), Stop> {
        file.write(|out| {
            header(out, reading)?;
            (reading.from..reading.to).try_for_each(|index| line(out, &entry(index)))
        })
    }

    #[test]
    fn an_export_of_any_range_is_believed_by_the_verifier() {
        let key = NoteKey::new(ORIGIN, &[7; 32]).verifier();
        let key = VerifierKey::parse(&key).unwrap();
        for from in 0..SIZE {
            for to in from + 1..=SIZE {
                let dir = tempfile::TempDir::new().unwrap();
                let path = dir.path().join("export");
                write_all(File::create(&path).unwrap(), &reading(from, to)).unwrap();
                let file = std::io::BufReader::new(fs::File::open(&path).unwrap());
                let export = check_export(file, &key).unwrap();
                assert_eq!((export.from, export.to), (from, to));
                let erased = (from..to).filter(|index| index.is_multiple_of(3)).count();
                assert_eq!(export.erased, erased as u64);
            }
        }
    }

    #[test]
    fn an_export_is_for_its_owner_alone_and_never_overwrites() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("export");
        write_all(File::create(&path).unwrap(), &reading(0, 3)).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let before = fs::read(&path).unwrap();
        assert!(File::create(&path).is_err());
        assert_eq!(fs::read(&path).unwrap(), before);

        let late = dir.path().join("late");
        let file = File::create(&late).unwrap();
        fs::write(&late, "somebody else's").unwrap();
        assert!(write_all(file, &reading(0, 3)).is_err());
        assert_eq!(fs::read(&late).unwrap(), b"somebody else's");
    }

    #[test]
    fn an_export_that_fails_on_the_way_leaves_nothing_behind() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("export");
        let file = File::create(&path).unwrap();
        let failed = file.write(|out| {
            header(out, &reading(0, 3))?;
            Err(Stop::failed("the keeper went away"))
        });
        assert!(failed.is_err());
        drop(File::create(&path).unwrap());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
