//! What it was measured on: machine, disk, versions.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::figures::{milliseconds, percentile};
use crate::unmeasured::{Because, Unmeasured};

/// How often the disk is asked for a durable page; enough for a p99.
const SYNCS: usize = 300;
/// Load average under which a machine counts as idle.
const IDLE: f64 = 0.5;
/// Bytes of each; a page of the databases.
const SYNC_BYTES: usize = 4096;

/// Describes the machine and the disk under `folder`, a line each.
pub(crate) fn describe(folder: &Path) -> Result<String, Unmeasured> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let (median, slow) = sync_latency(folder).because("the disk cannot be measured")?;
    let build = if cfg!(debug_assertions) {
        "UNOPTIMISED BUILD: ratios mean nothing"
    } else {
        "release build"
    };
    Ok(format!(
        "- {}; {cores} cores of {}, {} MiB of memory, Linux {}, load average before the start {}\n\
         - disk: {}; appending {SYNC_BYTES} bytes and fdatasync takes {:.2} ms (p99 {:.2} ms)\n\
         - firebox-measure {}, {build}, SQLite {}",
        jiff::Zoned::now().strftime("%Y-%m-%d %H:%M"),
        field("/proc/cpuinfo", "model name"),
        memory_mib(),
        read("/proc/sys/kernel/osrelease"),
        load_average(),
        file_system(folder),
        milliseconds(median),
        milliseconds(slow),
        env!("CARGO_PKG_VERSION"),
        rusqlite::version(),
    ))
}

fn sync_latency(folder: &Path) -> io::Result<(Duration, Duration)> {
    let path = folder.join("sync");
    let mut file = File::create(&path)?;
    let mut took = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let begun = Instant::now();
        file.write_all(&[7; SYNC_BYTES])?;
        file.sync_data()?;
        took.push(begun.elapsed());
    }
    fs::remove_file(path)?;
    took.sort_unstable();
    Ok((percentile(&took, 50), percentile(&took, 99)))
}

/// Names the file system that holds a folder: type, device, where it is mounted.
fn file_system(folder: &Path) -> String {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let mounts = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ');
        let (device, at, kind) = (fields.next()?, fields.next()?, fields.next()?);
        folder.starts_with(at).then_some((at, kind, device))
    });
    // Of mounts upon each other the last one counts.
    match mounts.max_by_key(|(at, ..)| at.len()) {
        Some((at, "tmpfs" | "ramfs", _)) => {
            format!("NONE, {at} is memory: set TMPDIR to a folder on a disk, or durability is free")
        }
        Some((at, kind, device)) => format!("{kind} on {device}, mounted at {at}"),
        None => "an unknown file system".to_owned(),
    }
}

/// The load of the last minute; a machine that does other work measures that too.
fn load_average() -> String {
    let text = read("/proc/loadavg");
    let load = text.split(' ').next().unwrap_or_default();
    let idle = load.parse().is_ok_and(|load: f64| load < IDLE);
    let warning = if idle {
        ""
    } else {
        " (NOT IDLE: absolute figures are too low, ratios uncertain)"
    };
    format!("{load}{warning}")
}

fn memory_mib() -> u64 {
    let total = field("/proc/meminfo", "MemTotal");
    total
        .trim_end_matches(" kB")
        .parse()
        .map_or(0, |kib: u64| kib / 1024)
}

/// Reads a `name : value` line of a file of the kernel.
fn field(path: &str, name: &str) -> String {
    let text = read(path);
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'));
    line.unwrap_or("unknown").trim().to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(path)
        .unwrap_or_default()
        .trim()
        .to_owned()
}
