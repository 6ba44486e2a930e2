//! Who is told of a correction, who is not, and what stays of its words.

use std::sync::{Mutex, OnceLock};

use firebox_contract::correction::{Field, HowKnown};
use firebox_contract::record::{Location, Person, Safety};
use firebox_protocol::query::{About, Correct, Report};
use firebox_protocol::{Ask, Code};

use super::corrections::{progress, put, reached, town};
use crate::testbed::{
    Bed, TestAgent, flag_at, folder, marker, property, proxy, put_line, sam, uprn,
};

const OLD: &str = "+447700900001";
const NEW: &str = "+447700900002";

fn told(state: &firebox_protocol::answer::CorrectionState) -> Vec<&str> {
    state
        .sent_to
        .iter()
        .map(|sent| sent.service.as_str())
        .collect()
}

fn rows(bed: &Bed) -> i64 {
    let count = "SELECT count(*) FROM correction";
    let reader = bed.database.reader().unwrap();
    reader.query_row(count, [], |row| row.get(0)).unwrap()
}

#[test]
fn what_nobody_has_and_what_is_missing_goes_to_every_service_that_knows_the_person() {
    let town = town(&[put("t-1", 1, reached(&[OLD]))], &[put("c-1", 1, sam())]);
    let about = town.person("t-1");
    for (field, should_be, to) in [
        (Field::Phone, NEW, vec!["housing"]),
        (Field::Pronouns, "they", vec!["community-safety", "housing"]),
        (
            Field::Missing,
            "A carer",
            vec!["community-safety", "housing"],
        ),
        (
            Field::LegalName,
            "Sam Okoro",
            vec!["community-safety", "housing"],
        ),
    ] {
        let raised = town.bed.correct(about, field, should_be).unwrap();
        assert_eq!(told(&raised), to, "{field:?}");
    }
}

#[test]
fn a_withheld_person_and_nobody_are_answered_alike_and_nothing_is_written() {
    let withheld = Person {
        safety: Some(Safety {
            withheld: true,
            ..marker()
        }),
        ..sam()
    };
    // One service withholds; the other's record of the same person is closed too.
    let flag = put_line("h-1", 1, flag_at(Location::Uprn(uprn(20))));
    let town = town(&[put("t-1", 1, withheld), flag], &[put("c-1", 1, sam())]);
    for about in [
        town.person("t-1"),
        town.person("c-1"),
        About::Person(987_654),
        About::Person(town.bed.id_of("h-1")),
        About::Flag(town.bed.id_of("t-1")),
        About::Flag(987_654),
        About::Property(uprn(987_654)),
    ] {
        let refused = town
            .bed
            .correct(about, Field::Missing, "A carer")
            .unwrap_err();
        assert_eq!(refused.code, Code::NotFound, "{about:?}");
    }
    assert_eq!(
        town.bed.stands("COR-0000000000").unwrap_err().code,
        Code::NotFound
    );
    assert_eq!(rows(&town.bed), 0);
}

#[test]
fn under_a_safety_marker_who_is_told_does_not_show_who_may_speak() {
    let speaks = Person {
        proxies: vec![proxy("Maya Shah", "daughter")],
        ..sam()
    };
    let marked = |person: Person| Person {
        safety: Some(marker()),
        ..person
    };
    for (housing, to) in [
        (speaks.clone(), vec!["housing"]),
        (marked(speaks), vec!["community-safety", "housing"]),
        (marked(sam()), vec!["community-safety", "housing"]),
    ] {
        let town = town(&[put("t-1", 1, housing)], &[put("c-1", 1, sam())]);
        let raised = town.bed.correct(town.person("t-1"), Field::Proxy, "Nobody");
        assert_eq!(told(&raised.unwrap()), to);
    }
}

#[test]
fn a_service_without_an_agent_is_left_out_and_with_none_left_nothing_is_written() {
    let folder = folder();
    let mut housing = TestAgent::new("housing-tenancies");
    let mut safety = TestAgent::new("caution-list");
    let full = Bed::start(folder.path(), "run", &[&housing, &safety], true);
    full.read(&mut housing, &[put("t-1", 1, reached(&[OLD]))], true);
    full.read(&mut safety, &[put("c-1", 1, sam())], true);
    drop(full);
    let bed = Bed::start(folder.path(), "run-2", &[&safety], true);
    let about = About::Person(bed.id_of("t-1"));
    let both = bed.correct(about, Field::LegalName, "Sam Okoro").unwrap();
    assert_eq!(told(&both), ["community-safety"]);
    let refused = bed.correct(about, Field::Phone, NEW).unwrap_err();
    assert_eq!(refused.code, Code::NobodyToTell);
    for to in ["housing", "benefits"] {
        let refused = bed.report(20, "weapons", to).unwrap_err();
        assert_eq!(refused.code, Code::NobodyToTell, "{to}");
    }
    let refused = bed.report(20, "dragon", "community-safety").unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
    assert_eq!(rows(&bed), 1);
    assert_eq!(bed.waiting("housing").unwrap_err().code, Code::NotAllowed);
}

#[test]
fn a_mistake_about_an_address_goes_to_who_holds_the_address_or_a_warning_there() {
    let flag = || flag_at(Location::Uprn(uprn(20)));
    let mut town = town(&[], &[put_line("c-1", 1, flag())]);
    let about = About::Property(uprn(20));
    let address = town
        .bed
        .correct(about, Field::Address, "20 Mill Road")
        .unwrap();
    assert_eq!(told(&address), ["housing"]);
    let warning = town
        .bed
        .correct(about, Field::Warning, "Moved out")
        .unwrap();
    assert_eq!(told(&warning), ["community-safety"]);
    // The warning it is about says so.
    let matches = town.bed.at(20).matches;
    assert_eq!(
        matches[0].flags.as_ref().unwrap()[0].reported,
        std::slice::from_ref(&warning)
    );
    let refused = town.bed.correct(about, Field::Phone, NEW).unwrap_err();
    assert_eq!(refused.code, Code::NobodyToTell);
    let missing = town
        .bed
        .correct(about, Field::Missing, "A second dog")
        .unwrap();
    assert_eq!(told(&missing), ["housing"]);
    let mill_road = property(20, "20 Mill Road", "NB1 4QX", None);
    town.housing_sends(&[put_line("h-1", 1, flag())]);
    // A warning of Housing appeared: what was missing is there, the address is as it was.
    assert!(
        progress(&town.bed.stands(&missing.correction).unwrap())[0]
            .1
            .is_over()
    );
    assert!(
        !progress(&town.bed.stands(&address.correction).unwrap())[0]
            .1
            .is_over()
    );
    town.housing_sends(&[put_line("p-20", 2, mill_road)]);
    assert!(
        progress(&town.bed.stands(&address.correction).unwrap())[0]
            .1
            .is_over()
    );
    assert!(
        !progress(&town.bed.stands(&warning.correction).unwrap())[0]
            .1
            .is_over()
    );
}

#[test]
fn the_twenty_first_open_correction_of_one_field_is_refused_and_other_fields_are_not() {
    let town = town(&[put("t-1", 1, reached(&[OLD]))], &[put("c-1", 1, sam())]);
    for _ in 0..20 {
        town.bed
            .correct(town.person("t-1"), Field::Phone, NEW)
            .unwrap();
    }
    // The same person under another record's id.
    let refused = town
        .bed
        .correct(town.person("c-1"), Field::Phone, NEW)
        .unwrap_err();
    assert_eq!(refused.code, Code::AlreadyThere);
    assert!(
        town.bed
            .correct(town.person("c-1"), Field::Email, "sam@example.org")
            .is_ok()
    );
    for _ in 0..20 {
        town.bed.report(20, "weapons", "housing").unwrap();
    }
    let refused = town.bed.report(20, "weapons", "housing").unwrap_err();
    assert_eq!(refused.code, Code::AlreadyThere);
    assert!(town.bed.report(21, "weapons", "housing").is_ok());
}

#[test]
fn words_that_are_not_in_normal_form_are_refused() {
    let town = town(&[put("t-1", 1, reached(&[OLD]))], &[]);
    for (field, should_be) in [(Field::Phone, "07700 900 483"), (Field::Missing, " ")] {
        let refused = town
            .bed
            .correct(town.person("t-1"), field, should_be)
            .unwrap_err();
        assert_eq!(refused.code, Code::Malformed, "{field:?}");
    }
    for (saw, when, by_role) in [
        (" ", "today", "officer"),
        ("dogs", "", "officer"),
        ("dogs", "today", "a\nb"),
    ] {
        let report = Report {
            uprn: uprn(20),
            category: "weapons".into(),
            saw: saw.into(),
            when: when.into(),
            to: "housing".into(),
            by_role: by_role.into(),
        };
        let refused = town.bed.raise(Ask::Report(report)).unwrap_err();
        assert_eq!(refused.code, Code::Malformed);
    }
    assert_eq!(rows(&town.bed), 0);
}

/// Keeps everything the process logs, at every level.
struct Journal(Mutex<String>);

impl log::Log for Journal {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{}\n", record.args());
        self.0.lock().unwrap().push_str(&line);
    }

    fn flush(&self) {}
}

fn journal() -> &'static Journal {
    static JOURNAL: OnceLock<Journal> = OnceLock::new();
    let journal = JOURNAL.get_or_init(|| Journal(Mutex::default()));
    // Another test may have set it.
    if log::set_logger(journal).is_ok() {
        log::set_max_level(log::LevelFilter::Trace);
    }
    journal
}

#[test]
fn the_words_of_a_correction_stand_in_no_row_and_in_no_log() {
    let journal = journal();
    let town = town(&[put("tenancy-of-sam", 1, reached(&[OLD]))], &[]);
    let should_be = "Quillfeather of Zanzibar";
    let correct = Correct {
        about: town.person("tenancy-of-sam"),
        field: Field::Missing,
        should_be: should_be.into(),
        how_known: HowKnown::Other,
        by_role: "xylophonist".into(),
    };
    let report = Report {
        uprn: uprn(20),
        category: "weapons".into(),
        saw: "a halberd by the fridge".into(),
        when: "on Whitsun eve".into(),
        to: "housing".into(),
        by_role: "xylophonist".into(),
    };
    town.bed.raise(Ask::Correct(correct)).unwrap();
    town.bed.raise(Ask::Report(report)).unwrap();
    for bytes in town.bed.waiting("housing").unwrap() {
        assert_eq!(town.housing.opens(&bytes).by_role, "xylophonist");
    }
    // The whole database, decrypted into one plain file.
    let plain = town.folder.path().join("plain.db");
    std::fs::write(&plain, "").unwrap();
    let reader = town.bed.database.reader().unwrap();
    reader.pragma_update(None, "query_only", false).unwrap();
    let attach = format!("ATTACH DATABASE '{}' AS plain KEY ''", plain.display());
    reader.execute_batch(&attach).unwrap();
    reader
        .query_row("SELECT sqlcipher_export('plain')", [], |_| Ok(()))
        .unwrap();
    reader.execute_batch("DETACH DATABASE plain").unwrap();
    let file = std::fs::read(&plain).unwrap();
    let holds = |word: &str| file.windows(word.len()).any(|part| part == word.as_bytes());
    // The search finds what is there.
    assert!(holds("COR-") && holds("Okoro") && holds("age-encryption"));
    let log = journal.0.lock().unwrap().clone();
    assert!(log.contains("a correction was raised"));
    for word in ["Quillfeather", "halberd", "Whitsun", "xylophonist"] {
        assert!(!holds(word), "{word}");
        assert!(!log.contains(word), "{word}");
    }
    for personal in ["COR-", "Okoro", "tenancy-of-sam"] {
        assert!(!log.contains(personal), "{personal}");
    }
}
