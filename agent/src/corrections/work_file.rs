//! `corrections.csv`: what a service's staff have to look at, oldest first.
//!
//! Written whole and renamed into place, so that a reader sees the file before
//! or the file after. UTF-8 with a byte order mark: staff open it with a double
//! click, and without the mark a spreadsheet reads UTF-8 as Windows-1252 and
//! breaks every accent; programs that read CSV skip it. Lines end with CRLF,
//! fields are quoted as RFC 4180 says, and no cell is a formula.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::cell::safe;
use super::line::{COLUMNS, Line, cells};
use crate::identity::{own_folder, replace};
use crate::stop::Stop;

/// The file's name.
pub(super) const FILE: &str = "corrections.csv";
/// Tells one file from the next.
pub(super) type Stamp = (u64, i64, i64, u64);

/// Gives the place of a service's work file.
pub(super) fn path(work_folder: &Path, service: &str) -> PathBuf {
    work_folder.join(service).join(FILE)
}

/// Gives what tells the file that lies there from another; none where none lies there.
pub(super) fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    let modified = (metadata.mtime(), metadata.mtime_nsec());
    Some((metadata.ino(), modified.0, modified.1, metadata.size()))
}

/// Writes a service's work file. When this returns it is on the disk.
pub(super) fn write(work_folder: &Path, service: &str, lines: &[Line]) -> Result<(), Stop> {
    own_folder(work_folder)?;
    own_folder(&work_folder.join(service))?;
    let path = path(work_folder, service);
    replace(&path, text(lines).as_bytes()).map_err(|e| {
        Stop::failed(format!(
            "{} cannot be written ({e}): nothing more is taken from the box until it can",
            path.display()
        ))
    })
}

fn text(lines: &[Line]) -> String {
    let mut text = String::from("\u{feff}");
    put(&mut text, &COLUMNS.map(str::to_owned));
    for line in lines {
        put(&mut text, &cells(line));
    }
    text
}

fn put(text: &mut String, cells: &[String; COLUMNS.len()]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        let cell = safe(cell);
        if cell.contains([',', '"', '\r', '\n']) || cell.trim() != cell {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Standing;
    use firebox_contract::correction::{About, Field, HowKnown, Item, Said, Wrong};
    use firebox_contract::record::Uprn;
    use jiff::Timestamp;
    use std::os::unix::fs::PermissionsExt;

    fn standing(said: Option<Said>) -> Standing {
        let raised: Timestamp = "2026-07-03T13:05:00Z".parse().unwrap();
        Standing {
            reference: "COR-0123456789".into(),
            raised,
            arrived: raised,
            delivered: false,
            said: said.map(|said| (said, raised)),
            told: false,
            over: false,
            refused: None,
        }
    }

    fn line(about: About, wrong: Wrong) -> Line {
        let item = Item {
            correction: "COR-0123456789".into(),
            service: "housing".into(),
            about,
            wrong,
            by_role: "adviser".into(),
        };
        Line {
            standing: standing(None),
            item: Some(item),
        }
    }

    fn field(field: Field, should_be: &str) -> Line {
        let about = About::Person {
            reference: "00000144".into(),
            records: vec!["people/1".into(), "=people/2".into()],
        };
        let wrong = Wrong::Field {
            field,
            should_be: should_be.into(),
            how_known: HowKnown::PersonToldMe,
        };
        line(about, wrong)
    }

    /// Writes lines and reads them back with somebody else's CSV reader.
    fn read_back(lines: &[Line]) -> Vec<Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("work"), "housing", lines).unwrap();
        let path = path(&folder.path().join("work"), "housing");
        let bytes = fs::read(path).unwrap();
        assert!(bytes.starts_with(b"\xef\xbb\xbf") && bytes.ends_with(b"\r\n"));
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(bytes.as_slice());
        let rows = reader.records();
        let mut rows: Vec<Vec<String>> = rows
            .map(|row| row.unwrap().iter().map(str::to_owned).collect())
            .collect();
        // Every program that opens CSV skips the mark; this reader does so too.
        let header: Vec<String> = rows.remove(0);
        assert_eq!(header, COLUMNS);
        rows
    }

    #[test]
    fn a_field_to_put_right_stands_in_one_line_in_words_staff_use() {
        let rows = read_back(&[field(Field::Phone, "+447700900483")]);
        let expected = [
            "COR-0123456789",
            "2026-07-03 14:05",
            "person 00000144",
            "people/1; =people/2",
            "",
            "phone",
            "07700 900483",
            "person-told-me",
            "adviser",
            "open",
            "",
            "",
            "",
        ];
        assert_eq!(rows, [expected]);
    }

    #[test]
    fn a_new_hazard_brings_its_category_what_was_seen_and_when() {
        let about = About::Property {
            uprn: Uprn::parse("100000000001").unwrap(),
        };
        let wrong = Wrong::NewHazard {
            category: "dog-dangerous".into(),
            saw: "A dog, \"large\",\r\nloose in the yard".into(),
            when: "2026-07-02".into(),
        };
        let rows = read_back(&[line(about, wrong)]);
        assert_eq!(rows[0][2..6], ["address", "", "100000000001", "new-hazard"]);
        assert_eq!(
            rows[0][10..],
            [
                "dog-dangerous",
                "A dog, \"large\",  loose in the yard",
                "2026-07-02"
            ]
        );
    }

    #[test]
    fn no_cell_of_a_hostile_correction_is_a_formula_or_a_second_line() {
        let hostile = [
            "=HYPERLINK(\"http://evil.example\",\"x\")",
            "+cmd|' /C calc'!A0",
            "-1+1",
            "@SUM(1)",
            "\t=1",
            "\r\n=1",
            "  \u{a0}=1",
            "＝1+1",
            "\",\"=1",
            "\"\r\nCOR-9999999999,x",
        ];
        for text in hostile {
            let mut bad = field(Field::PreferredName, text);
            if let Some(item) = &mut bad.item {
                item.by_role = text.into();
                item.about = About::Warning {
                    record: text.into(),
                    uprn: None,
                };
            }
            let rows = read_back(&[bad, field(Field::Missing, text)]);
            assert_eq!(rows.len(), 2, "{text:?}");
            for cell in rows.iter().flatten() {
                let begins = cell.trim_start();
                assert!(!begins.starts_with(['=', '+', '-', '@', '＝']), "{cell:?}");
                assert!(!cell.contains(['\t', '\r', '\n']), "{cell:?}");
            }
            assert_eq!(rows[0].len(), COLUMNS.len());
        }
    }

    #[test]
    fn what_was_said_shows_until_the_box_took_it_and_what_does_not_open_is_named() {
        let mut done = field(Field::Missing, "x");
        done.standing = standing(Some(Said::Done));
        let shut = Line {
            standing: standing(None),
            item: None,
        };
        let rows = read_back(&[done, shut]);
        assert_eq!(
            [&rows[0][9], &rows[1][9]],
            ["done-waiting", "does-not-open"]
        );
        assert_eq!(rows[1][0], "COR-0123456789");
    }

    #[test]
    fn only_the_agents_user_can_read_it_and_a_loose_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let work = folder.path().join("work");
        write(&work, "housing", &[]).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&work.join("housing")), 0o700);
        assert_eq!(mode(&path(&work, "housing")), 0o600);
        fs::set_permissions(&work, fs::Permissions::from_mode(0o750)).unwrap();
        assert!(write(&work, "housing", &[]).is_err());
    }
}
