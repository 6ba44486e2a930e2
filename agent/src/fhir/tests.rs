mod refusals;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;

use firebox_contract::Reason;

use super::COLUMNS;
use crate::csv::Charset;
use crate::csv::Row;
use crate::export::{Export, ExportError};
use crate::progress::Progress;
use crate::source::{Judge, Source, vocabulary};

const SHIPPED: &str = include_str!("../../../config/sources.d/nhs-adjustments.toml");

/// Read once: the code lists are longer than the bundles.
static SOURCE: LazyLock<Source> = LazyLock::new(|| {
    let judge = Judge {
        base: std::path::Path::new("/"),
        vocabulary: &vocabulary(),
        today: jiff::civil::date(2026, 6, 1),
        test_identifiers: true,
    };
    Source::parse(SHIPPED, &judge).unwrap()
});

/// What came of a bundle: its rows by column, each with what is wrong with it.
struct Read {
    rows: Vec<(Vec<String>, Option<Reason>)>,
    foreign: u64,
}

impl Read {
    fn value(&self, row: usize, column: &str) -> &str {
        let at = COLUMNS.iter().position(|name| *name == column).unwrap();
        &self.rows[row].0[at]
    }
}

struct Dropped {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn dropped(bytes: &[u8]) -> Dropped {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nhs_adjustments.json");
    std::fs::write(&path, bytes).unwrap();
    Dropped {
        _folder: folder,
        path,
    }
}

fn read_bytes(bytes: &[u8]) -> Result<Read, ExportError> {
    let file = dropped(bytes);
    let export = Export::open(&file.path, Some(Charset::Utf8))?;
    rows_of(&export)
}

fn rows_of(export: &Export) -> Result<Read, ExportError> {
    export.read(&SOURCE, &Progress::none(), |table| {
        let mut row = Row::default();
        let mut rows = Vec::new();
        while table.next(&mut row)? {
            let fields = (0..row.len()).map(|at| row.field(at).unwrap().to_owned());
            rows.push((fields.collect(), row.flaw));
        }
        let foreign = table.foreign_flags();
        Ok(Read { rows, foreign })
    })
}

/// A bundle of these entries, with other members before and after them.
fn bundle(before: &str, entries: &[String], after: &str) -> String {
    let entries = entries.join(",");
    format!(
        "{{\"resourceType\":\"Bundle\",\"type\":\"collection\"{before},\"entry\":[{entries}]{after}}}"
    )
}

fn read(entries: &[String]) -> Result<Read, ExportError> {
    read_bytes(bundle("", entries, "").as_bytes())
}

fn code(read: Result<Read, ExportError>) -> &'static str {
    read.err().map_or("it read", |error| error.code())
}

fn patient(number: u32, more: &str) -> String {
    format!(
        "{{\"fullUrl\":\"urn:uuid:p{number}\",\"resource\":{{\"resourceType\":\"Patient\",\"id\":\"p{number}\",\
         \"name\":[{{\"use\":\"official\",\"family\":\"Okafor\",\"given\":[\"Chiamaka\",\"Ada\"]}}]{more}}}}}"
    )
}

fn flag_of(subject: &str, status: &str, kind: &str, snomed: &[&str]) -> String {
    let codings: String = snomed.iter().fold(String::new(), |mut all, code| {
        write!(
            all,
            ",{{\"url\":\"x\",\"valueCodeableConcept\":{{\"coding\":[{{\"system\":\"http://snomed.info/sct\",\"code\":\"{code}\"}}]}}}}"
        )
        .unwrap();
        all
    });
    format!(
        "{{\"resource\":{{\"resourceType\":\"Flag\",\"status\":\"{status}\",\"code\":{{\"coding\":[{{\"system\":\"s\",\"code\":\"{kind}\"}}]}},\
         \"subject\":{{\"reference\":\"{subject}\"}},\"extension\":[{{\"url\":\"y\"}}{codings}]}}}}"
    )
}

fn flag(number: u32, snomed: &[&str]) -> String {
    flag_of(&format!("urn:uuid:p{number}"), "active", "NRAF", snomed)
}

#[test]
fn a_patient_is_a_row_with_the_codes_of_their_flags_wherever_these_stand() {
    let read = read(&[
        flag(2, &["285055002"]),
        patient(1, ""),
        flag(1, &["719369003", "285055002"]),
        patient(2, ""),
        patient(3, ""),
        flag_of(
            "Patient/p1",
            "active",
            "national-reasonable-adjustment-flag",
            &["441092009"],
        ),
    ])
    .unwrap();
    let adjustments: Vec<_> = (0..3).map(|row| read.value(row, "adjustments")).collect();
    assert_eq!(
        adjustments,
        ["719369003|285055002|441092009", "285055002", ""]
    );
    assert_eq!(read.value(0, "id"), "urn:uuid:p1");
    assert_eq!(
        ["family", "given", "middle"].map(|column| read.value(0, column)),
        ["Okafor", "Chiamaka", "Ada"]
    );
}

#[test]
fn a_flag_of_another_code_is_counted_and_nothing_of_it_is_read() {
    let foreign = flag_of("urn:uuid:nobody", "active", "CP-IS", &["not a code"]);
    let read = read(&[patient(1, ""), flag(1, &["285055002"]), foreign]).unwrap();
    assert_eq!(read.foreign, 1);
    assert_eq!(read.value(0, "adjustments"), "285055002");
}

#[test]
fn only_active_flags_count() {
    let ended = |status| flag_of("urn:uuid:p1", status, "NRAF", &["285055002"]);
    let read = |status| read(&[patient(1, ""), ended(status)]);
    for status in ["inactive", "entered-in-error"] {
        assert_eq!(
            read(status).unwrap().value(0, "adjustments"),
            "",
            "{status}"
        );
    }
    assert_eq!(code(read("perhaps")), "bundle-malformed", "never guessed");
}

#[test]
fn a_flag_about_no_patient_of_the_bundle_refuses_the_export() {
    for status in ["active", "inactive"] {
        let lost = flag_of("urn:uuid:p9", status, "NRAF", &[]);
        assert_eq!(
            code(read(&[patient(1, ""), lost])),
            "bundle-flag-subject",
            "{status}"
        );
    }
    let unnamed = flag(1, &[]).replace("\"reference\"", "\"display\"");
    assert_eq!(
        code(read(&[patient(1, ""), unnamed])),
        "bundle-flag-subject"
    );
}

#[test]
fn a_flag_that_may_be_about_two_patients_refuses_the_export() {
    let same_id = patient(1, "").replace("urn:uuid:p1", "urn:uuid:other");
    let flag = flag_of("Patient/p1", "active", "NRAF", &[]);
    assert_eq!(
        code(read(&[patient(1, ""), same_id, flag])),
        "bundle-flag-subject"
    );
}

#[test]
fn an_element_of_the_wrong_kind_marks_its_patient_and_no_other() {
    let read = read(&[patient(1, ",\"birthDate\":7"), patient(2, "")]).unwrap();
    assert_eq!(read.rows[0].1, Some(Reason::Malformed));
    assert_eq!(read.rows[0].0, ["urn:uuid:p1"]);
    assert_eq!(read.rows[1].1, None);
}

#[test]
fn of_several_values_the_one_in_use_now_is_taken() {
    let more = ",\"telecom\":[{\"system\":\"phone\",\"use\":\"old\",\"value\":\"1\"},\
        {\"system\":\"phone\",\"value\":\"2\",\"period\":{\"end\":\"2020\"}},\
        {\"system\":\"phone\",\"value\":\"3\",\"rank\":2},{\"system\":\"phone\",\"value\":\"4\",\"rank\":1},\
        {\"system\":\"sms\",\"value\":\"5\"},{\"system\":\"email\",\"value\":\"e\"}],\
        \"address\":[{\"use\":\"old\",\"line\":[\"x\"]},\
        {\"use\":\"home\",\"line\":[\"Flat 2\",\"\",\"14 Mill Lane\",null],\"city\":\"Northborough\",\"postalCode\":\"NB1 4QX\"}],\
        \"communication\":[{\"language\":{\"coding\":[{\"code\":\"en\"}]}},{\"language\":{\"coding\":[{\"code\":\"ig\"}]},\"preferred\":true,\
        \"extension\":[{\"url\":\"c\",\"extension\":[{\"url\":\"interpreterRequired\",\"valueBoolean\":true}]}]}],\
        \"identifier\":[{\"system\":\"x\",\"value\":\"0\"},{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"9990000018\"}],\
        \"meta\":{\"lastUpdated\":\"2026-05-03T09:30:00+00:00\"}";
    let read = read(&[patient(1, more)]).unwrap();
    for (column, value) in [
        ("phone", "4"),
        ("sms", "5"),
        ("email", "e"),
        ("line1", "Flat 2"),
        ("line2", "14 Mill Lane"),
        ("line3", "Northborough"),
        ("postcode", "NB1 4QX"),
        ("language", "ig"),
        ("interpreter", "true"),
        ("nhs_number", "9990000018"),
        ("last_updated", "2026-05-03"),
    ] {
        assert_eq!(read.value(0, column), value, "{column}");
    }
}

#[test]
fn a_date_of_which_the_day_is_not_known_counts_as_empty_and_a_death_stays_a_death() {
    for (more, born, deceased) in [
        (",\"birthDate\":\"1961-03-04\"", "1961-03-04", ""),
        (
            ",\"birthDate\":\"1961-03\",\"deceasedBoolean\":true",
            "",
            "true",
        ),
        (
            ",\"birthDate\":\"1961\",\"deceasedDateTime\":\"2026-05\"",
            "",
            "true",
        ),
        (
            ",\"deceasedDateTime\":\"2026-05-03T10:00:00Z\"",
            "",
            "2026-05-03",
        ),
        (",\"deceasedBoolean\":false", "", ""),
    ] {
        let read = read(&[patient(1, more)]).unwrap();
        let found = (read.value(0, "birth_date"), read.value(0, "deceased"));
        assert_eq!(found, (born, deceased), "{more}");
    }
}

#[test]
fn the_usual_name_is_what_they_are_called_and_stands_in_for_a_missing_official_one() {
    let named = |names: &str| {
        let entry = patient(1, "");
        let start = entry.find("\"name\":[").unwrap();
        let text = format!("{}\"name\":[{names}]}}}}", &entry[..start]);
        let read = read(&[text]).unwrap();
        ["family", "given", "usual"].map(|column| read.value(0, column).to_owned())
    };
    let (official, usual) = (
        "{\"use\":\"official\",\"family\":\"Okafor\",\"given\":[\"Chiamaka\"]}",
        "{\"use\":\"usual\",\"family\":\"Okafor\",\"given\":[\"Sam\"]}",
    );
    assert_eq!(
        named(&format!("{usual},{official}")),
        ["Okafor", "Chiamaka", "Sam"]
    );
    assert_eq!(named(usual), ["Okafor", "Sam", "Sam"]);
    assert_eq!(named(&official.replace("official", "maiden")), ["", "", ""]);
}

#[test]
fn rows_do_not_depend_on_where_the_reader_s_buffer_ends() {
    // Entries of odd lengths, well over the 64 KiB that are read at a time.
    let entries: Vec<_> = (1..400)
        .flat_map(|number| {
            let note = "é".repeat(number as usize % 97);
            let more = format!(",\"text\":{{\"div\":\"{note} \\\\ \\\" }} ] \"}}");
            [patient(number, &more), flag(number, &["285055002"])]
        })
        .collect();
    let read = read(&entries).unwrap();
    assert_eq!(read.rows.len(), 399);
    assert!((0..399).all(|row| read.value(row, "adjustments") == "285055002"));
}

#[test]
fn the_notes_of_a_large_bundle_lie_in_a_file_without_a_name_and_not_in_memory() {
    let entries: Vec<_> = (1..40_000)
        .flat_map(|number| [flag(number, &["285055002"]), patient(number, "")])
        .collect();
    let file = dropped(bundle("", &entries, "").as_bytes());
    let export = Export::open(&file.path, Some(Charset::Utf8)).unwrap();
    assert_eq!(rows_of(&export).unwrap().rows.len(), 39_999);
    let open = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    let nameless = open.filter(|entry| {
        let target = std::fs::read_link(entry.path()).unwrap_or_default();
        target.to_string_lossy().ends_with("(deleted)")
    });
    let sizes = nameless.filter_map(|entry| std::fs::metadata(entry.path()).ok());
    let notes = sizes.map(|file| file.len()).max();
    assert!(notes > Some(4 * 1024 * 1024), "{notes:?}");
}
