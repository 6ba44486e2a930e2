//! The staff of the demo's services, who put right what the box tells them.
//!
//! What it is: somebody at a desk, played by the demo. They read the work file
//! their agent wrote, change the row in their own system's export and say that
//! it is done, as people would. What it is not: a road around the agent; it
//! opens nothing of the box and knows nothing but the files. A correction of a
//! field that the export has no column for stays on the desk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often staff look at their work file.
const LOOKS_EVERY: Duration = Duration::from_secs(1);

/// A service's export: its file, its column of the person, and what stands in which column.
struct Sheet {
    service: &'static str,
    feed: &'static str,
    file: &'static str,
    key: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

/// What staff can change.
const SHEETS: [Sheet; 2] = [
    Sheet {
        service: "housing",
        feed: "housing-people",
        file: "housing_people.csv",
        key: "PER_REF",
        columns: &[
            ("preferred-name", "KNOWN_AS"),
            ("pronouns", "PRONOUNS"),
            ("phone", "TEL_MOBILE"),
            ("email", "EMAIL"),
        ],
    },
    Sheet {
        service: "housing",
        feed: "housing-tenancies",
        file: "housing_tenancies.csv",
        key: "PER_REF",
        columns: &[
            ("preferred-name", "KNOWN_AS"),
            ("phone", "TEL_MOBILE"),
            ("email", "EMAIL"),
        ],
    },
];

/// Staff at work until this is dropped.
pub(super) struct Desk {
    over: Arc<AtomicBool>,
    at_work: Option<JoinHandle<()>>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(at_work) = self.at_work.take() {
            let _ = at_work.join();
        }
    }
}

/// Where staff find their files and their agent.
#[derive(Clone)]
struct Room {
    work: PathBuf,
    dropped: PathBuf,
    agent: PathBuf,
    config: PathBuf,
}

/// Sits staff down.
pub(super) fn open(work: &Path, dropped: &Path, agent: &Path, config: &Path) -> Desk {
    let over = Arc::new(AtomicBool::new(false));
    let room = Room {
        work: work.to_owned(),
        dropped: dropped.to_owned(),
        agent: agent.to_owned(),
        config: config.to_owned(),
    };
    let ends = Arc::clone(&over);
    let at_work = std::thread::spawn(move || {
        while !ends.load(Ordering::Relaxed) {
            room.look();
            std::thread::sleep(LOOKS_EVERY);
        }
    });
    Desk {
        over,
        at_work: Some(at_work),
    }
}

/// One line of a work file.
struct Work {
    correction: String,
    reference: String,
    field: String,
    should_be: String,
}

impl Room {
    fn look(&self) {
        let services: std::collections::BTreeSet<_> =
            SHEETS.iter().map(|sheet| sheet.service).collect();
        for service in services {
            for work in self.waiting(service) {
                if self.put_right(service, &work) {
                    self.say_done(service, &work.correction);
                }
            }
        }
    }

    /// Reads what waits on a service's desk.
    fn waiting(&self, service: &str) -> Vec<Work> {
        let path = self.work.join(service).join("corrections.csv");
        let Ok(mut sheet) = csv::Reader::from_path(path) else {
            return Vec::new();
        };
        let rows = sheet.deserialize::<BTreeMap<String, String>>();
        rows.flatten()
            .filter_map(|row| {
                let cell = |name: &str| row.get(name).map(|text| plain(text));
                (cell("state")? == "open").then_some(())?;
                let about = cell("about")?;
                Some(Work {
                    correction: cell("correction")?,
                    reference: about.strip_prefix("person ")?.to_owned(),
                    field: cell("field")?,
                    should_be: cell("should_be")?,
                })
            })
            .collect()
    }

    /// Changes every sheet of the service that has the field; false: none has.
    fn put_right(&self, service: &str, work: &Work) -> bool {
        let mut changed = false;
        for sheet in SHEETS.iter().filter(|sheet| sheet.service == service) {
            let column = sheet.columns.iter().find(|(field, _)| *field == work.field);
            let Some((_, column)) = column else { continue };
            let path = self.dropped.join(sheet.file);
            match sheet.rewrite(&path, &work.reference, column, &work.should_be) {
                Ok(true) => changed = true,
                Ok(false) => {}
                Err(error) => log::warn!("the demo's {} cannot be rewritten: {error}", sheet.feed),
            }
        }
        changed
    }

    fn say_done(&self, service: &str, correction: &str) {
        let said = Command::new(&self.agent)
            .arg("--config")
            .arg(&self.config)
            .args(["corrections", "done", correction, "--service", service])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !said.is_ok_and(|status| status.success()) {
            log::warn!("{correction} is put right, and the agent could not be told yet");
        }
    }
}

impl Sheet {
    /// Writes the export again with one cell changed in the rows of a person;
    /// false when the file has no such row or cannot hold the text.
    fn rewrite(
        &self,
        path: &Path,
        reference: &str,
        column: &str,
        text: &str,
    ) -> Result<bool, Box<dyn std::error::Error>> {
        let Some(text) = latin(text) else {
            return Ok(false);
        };
        let mut from = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_path(path)?;
        let mut to = csv::WriterBuilder::new()
            .flexible(true)
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        let (mut places, mut found) = (None, false);
        for row in from.byte_records() {
            let row = row?;
            let place = |name: &str| row.iter().position(|cell| cell == name.as_bytes());
            let Some((key, cell)) = places else {
                places = Some((
                    place(self.key).ok_or("no key")?,
                    place(column).ok_or("no column")?,
                ));
                to.write_byte_record(&row)?;
                continue;
            };
            let is_theirs = row
                .get(key)
                .is_some_and(|key: &[u8]| key.trim_ascii() == reference.as_bytes());
            if !is_theirs {
                to.write_byte_record(&row)?;
                continue;
            }
            found = true;
            let cells = row.iter().enumerate();
            to.write_record(cells.map(|(at, old)| if at == cell { text.as_slice() } else { old }))?;
        }
        if found {
            let part = path.with_extension("part");
            fs::write(&part, to.into_inner()?)?;
            fs::rename(&part, path)?;
        }
        Ok(found)
    }
}

/// Takes away what the work file puts in front of a cell so that no spreadsheet
/// reads it as a formula.
fn plain(text: &str) -> String {
    text.strip_prefix('\'').unwrap_or(text).to_owned()
}

/// Writes a text as the housing system does; none where it has other signs.
fn latin(text: &str) -> Option<Vec<u8>> {
    let byte = |sign: char| u8::try_from(u32::from(sign)).ok();
    let sound = |sign: &u8| !(0x80..0xa0).contains(sign);
    text.chars().map(|sign| byte(sign).filter(sound)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_change_the_cell_of_their_person_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("housing_people.csv");
        let before: &[u8] =
            b"PER_REF,KNOWN_AS,NOTES\r\nP1    ,Sam,\"a, \"\"b\"\"\"\r\nP2,Zo\xeb,\r\nEOF|2\r\n";
        fs::write(&path, before).unwrap();
        let rewrite =
            |person: &str, text: &str| SHEETS[0].rewrite(&path, person, "KNOWN_AS", text).unwrap();
        assert!(!rewrite("P3", "Alex"));
        assert_eq!(fs::read(&path).unwrap(), before);
        assert!(rewrite("P1", "Renée"));
        let after = String::from_utf8_lossy(before).replace("Sam", "Ren\u{fffd}e");
        assert_eq!(
            String::from_utf8_lossy(&fs::read(&path).unwrap()).trim_end(),
            after.trim_end()
        );
        assert!(!rewrite("P1", "李"));
    }
}
