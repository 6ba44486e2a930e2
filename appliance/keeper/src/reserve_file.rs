//! The reserve as a file: `reserve` in the keeper's folder, its room really
//! taken on the disk.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;

use crate::log::database::sync_folder;

/// Zeros written at once where a file cannot be allocated, in bytes.
const ZEROS: usize = 64 * 1024;

/// Gives the reserve's path.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("reserve")
}

/// Gives the bytes the reserve really holds on the disk; 0 without one.
pub(crate) fn held(file: &Path) -> u64 {
    std::fs::symlink_metadata(file)
        .ok()
        .filter(std::fs::Metadata::is_file)
        .map_or(0, |data| data.len().min(data.blocks().saturating_mul(512)))
}

/// Makes the file, its room taken on the disk, durable when this returns. What
/// could not be made whole is taken away again.
pub(crate) fn make(file: &Path, wanted: u64) -> io::Result<()> {
    let made = allocate(file, wanted);
    if made.is_err() {
        let _not_even_begun = std::fs::remove_file(file);
    }
    made
}

fn allocate(path: &Path, wanted: u64) -> io::Result<()> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    match fallocate(&file, FallocateFlags::empty(), 0, wanted) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => fill(&file, wanted)?,
        other => other?,
    }
    file.sync_all()?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Takes the room by writing it, where the file system cannot do better.
fn fill(mut file: &File, wanted: u64) -> io::Result<()> {
    let zeros = [0; ZEROS];
    let mut left = wanted;
    while left > 0 {
        let some = usize::try_from(left).unwrap_or(ZEROS).min(ZEROS);
        file.write_all(&zeros[..some])?;
        left -= some as u64;
    }
    Ok(())
}

/// Takes the file away, durable when this returns.
pub(crate) fn remove(file: &Path) -> io::Result<()> {
    std::fs::remove_file(file)?;
    file.parent().map_or(Ok(()), sync_folder)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn a_file_with_a_hole_holds_no_room() {
        let dir = TempDir::new().unwrap();
        let file = File::create(path(dir.path())).unwrap();
        file.set_len(MIB).unwrap();
        assert_eq!(held(&path(dir.path())), 0);
    }

    #[test]
    fn where_a_file_cannot_be_allocated_zeros_take_the_room() {
        let dir = TempDir::new().unwrap();
        let file = File::create(path(dir.path())).unwrap();
        fill(&file, MIB + 5).unwrap();
        file.sync_all().unwrap();
        assert_eq!(held(&path(dir.path())), MIB + 5);
    }

    #[test]
    fn a_reserve_that_cannot_be_made_whole_is_not_left_behind() {
        let dir = TempDir::new().unwrap();
        let file = path(dir.path());
        assert!(make(&file, 1 << 60).is_err());
        assert!(!file.exists());
    }
}
