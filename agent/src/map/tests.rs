use firebox_contract::record::{Class, HazardFlag, Location, Person, State, Subject};
use firebox_contract::{Reason, Record, canonical};
use proptest::prelude::*;

use super::*;
use crate::csv::{Row, Table};
use crate::source::{Judge, Kind, Source, vocabulary};

const CAUTION: &str = include_str!("../../../config/sources.d/caution-list.toml");
const TENANCIES: &str = include_str!("../../../config/sources.d/housing-tenancies.toml");
const PLANNING: &str = include_str!("../../../config/sources.d/planning-enforcement.toml");

const CAUTION_HEADER: [&str; 22] = [
    "Ref",
    "UPRN",
    "Door No",
    "Street",
    "Town",
    "Postcode",
    "Caution Type",
    "Controls",
    "Person",
    "Decided By",
    "Approved By",
    "Start Date",
    "Review Date",
    "Incident Date",
    "Incident Ref",
    "Officer Contact",
    "Contact Phone",
    "Contact Hours",
    "Out Of Hours",
    "Sensitivity",
    "Caution Description",
    "Officer Notes",
];

pub(super) fn source(text: &str, test_identifiers: bool) -> Source {
    let judge = Judge {
        base: std::path::Path::new("/"),
        vocabulary: &vocabulary(),
        today: jiff::civil::date(2026, 6, 1),
        test_identifiers,
    };
    Source::parse(text, &judge).unwrap()
}

/// Maps the rows of a file's text.
pub(super) fn map(source: &Source, text: &str) -> Vec<Mapped> {
    let Kind::Csv(format) = &source.format.kind else {
        panic!("no CSV")
    };
    let mut table = Table::open(text.as_bytes(), format, &source.columns).unwrap();
    let mut row = Row::default();
    let mut mapped = Vec::new();
    while table.next(&mut row).unwrap() {
        let view = View::new(&row, table.columns(), &source.format);
        mapped.push(source.mapping.map(&view, &source.key));
    }
    mapped
}

/// One row of the caution list, with some columns changed.
fn caution(changes: &[(&str, &str)]) -> Mapped {
    let value = |name: &str| match name {
        "Ref" => "CL-1",
        "UPRN" => "100000000001",
        "Door No" => "14",
        "Street" => "Mill Lane",
        "Town" => "Northborough",
        "Postcode" => "nb14qx",
        "Caution Type" => "Verbal abuse",
        "Decided By" => "A. Decider",
        "Approved By" => "B. Approver",
        "Start Date" => "01/03/2026",
        "Review Date" => "01/08/2026",
        "Officer Contact" => "Duty Desk",
        "Contact Phone" => "01632 960100",
        "Sensitivity" => "Standard",
        _ => "",
    };
    let change = |name: &str| {
        changes
            .iter()
            .find(|(changed, _)| *changed == name)
            .map(|(_, to)| *to)
    };
    let fields = CAUTION_HEADER.map(|name| change(name).unwrap_or(value(name)));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(CAUTION_HEADER).unwrap();
    writer.write_record(fields).unwrap();
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    map(&source(CAUTION, false), &text).remove(0)
}

pub(super) fn good(mapped: Mapped) -> Good {
    match mapped {
        Mapped::Good(good) => *good,
        Mapped::Bad(bad) => panic!("{} {:?}", bad.field, bad.reason),
        Mapped::Nothing => panic!("nothing"),
    }
}

fn flag(mapped: Mapped) -> HazardFlag {
    match good(mapped).record {
        Record::Hazard(flag) => *flag,
        other => panic!("{other:?}"),
    }
}

pub(super) fn bad(mapped: Mapped) -> (&'static str, Reason) {
    match mapped {
        Mapped::Bad(bad) => (bad.field, bad.reason),
        _ => panic!("it read"),
    }
}

#[test]
fn a_warning_about_a_person_lapses_with_the_occupancy_and_one_about_a_building_does_not() {
    let abuse = flag(caution(&[]));
    assert_eq!(
        (abuse.subject, abuse.occupancy_bound),
        (Subject::PersonAtProperty, true)
    );
    let asbestos = flag(caution(&[("Caution Type", "ASBESTOS")]));
    assert_eq!(
        (asbestos.code.as_str(), asbestos.subject),
        ("asbestos", Subject::Property)
    );
    assert!(!asbestos.occupancy_bound);
    assert_eq!(asbestos.state, State::Active);
}

#[test]
fn controls_are_split_mapped_and_said_once_and_an_unknown_one_becomes_ask_first() {
    let controls = flag(caution(&[("Controls", "PPE; ppe ;Secure dog;Bring cake;")])).controls;
    assert_eq!(controls, ["ppe", "animals-secured", "unmapped"]);
    assert!(
        flag(caution(&[])).controls.is_empty(),
        "none given: the hazard's own"
    );
}

#[test]
fn a_sensitivity_nobody_mapped_is_held_most_closely() {
    let class = |text| flag(caution(&[("Sensitivity", text)])).class;
    assert_eq!(class("Need to know"), Class::NeedToKnow);
    assert_eq!(class("Eyes only"), Class::Restricted);
    assert_eq!(class(""), Class::Standard);
}

#[test]
fn a_label_that_is_a_story_is_kept_out_of_the_open_part() {
    let story = "He said that he would ".repeat(20);
    let flag = flag(caution(&[("Caution Type", &story)]));
    assert_eq!(
        (flag.code.as_str(), flag.source_code.as_str()),
        ("unmapped", "")
    );
}

#[test]
fn what_a_warning_cannot_do_without_quarantines_its_row() {
    let cases = [
        ("Review Date", "", ("review_due", Reason::ReviewMissing)),
        (
            "Review Date",
            "2026-08-01",
            ("review_due", Reason::Malformed),
        ),
        ("Start Date", "", ("recorded_on", Reason::Missing)),
        ("Contact Phone", "", ("owner", Reason::OwnerMissing)),
        ("Contact Phone", "ask Jo", ("phone", Reason::Malformed)),
        ("UPRN", "100023336956.0", ("uprn", Reason::Malformed)),
        (
            "Approved By",
            "a decider",
            ("approved_by", Reason::SamePersonApproved),
        ),
        ("Ref", "", ("key", Reason::Missing)),
    ];
    for (column, value, expected) in cases {
        assert_eq!(
            bad(caution(&[(column, value)])),
            expected,
            "{column} {value}"
        );
    }
    let nowhere = caution(&[("UPRN", ""), ("Postcode", "")]);
    assert_eq!(bad(nowhere), ("place", Reason::PlaceMissing));
    let no_fixed_abode = caution(&[("UPRN", ""), ("Postcode", "ZZ99 3VZ")]);
    assert_eq!(bad(no_fixed_abode), ("place", Reason::PlaceMissing));
}

#[test]
fn a_note_over_60_kib_is_refused_and_one_below_is_sealed_whole() {
    let long = "word ".repeat(13_000);
    assert_eq!(
        bad(caution(&[("Caution Description", &long)])),
        ("detail", Reason::DetailTooLong)
    );
    let note = "line one\nline two, \"quoted\"".repeat(900);
    let (detail, class) = good(caution(&[("Caution Description", &note)]))
        .detail
        .unwrap();
    assert_eq!(
        (detail.note.as_str(), class),
        (note.as_str(), Class::Standard)
    );
}

#[test]
fn an_address_alone_is_a_place() {
    let flag = flag(caution(&[("UPRN", "")]));
    let Location::Address(place) = flag.location else {
        panic!("no address")
    };
    assert_eq!(place.lines, ["14 Mill Lane", "Northborough"]);
    assert_eq!(place.postcode.as_str(), "NB1 4QX");
}

#[test]
fn a_case_without_a_caution_is_no_record_and_a_broken_one_is_not_passed_over() {
    let planning = source(PLANNING, false);
    let header = "sep=,\ncase_ref,uprn,site_address,postcode,caution,instruction,case_officer_team,team_phone,team_hours,opened,review_due,notes\n";
    let case = |caution: &str, review: &str| {
        let row = format!(
            "ENF/1,100000000001,\"1 Mill Lane, Northborough\",NB1 4QX,{caution},Two officers,Planning Enforcement,01632 960300,,2026-03-01,{review},gossip\n"
        );
        map(&planning, &format!("{header}{row}")).remove(0)
    };
    assert!(matches!(case("", "2026-06-01"), Mapped::Nothing));
    assert!(matches!(case("", ""), Mapped::Nothing));
    assert_eq!(
        flag(case("Threat to officer", "2026-06-01")).code,
        "violence-physical"
    );
    assert_eq!(
        bad(case("Threat to officer", "")),
        ("review_due", Reason::ReviewMissing)
    );
}

const TENANT_HEADER: &str = "TEN_REF,PER_REF,TITLE,FORENAME,MIDDLE,SURNAME,KNOWN_AS,DOB,NI_NO,NHS_NO,UPRN,START_DATE,END_DATE,TEL_MOBILE,TEL_HOME,EMAIL,NOTES,DND\n";

fn tenant(row: &str, test_identifiers: bool) -> Mapped {
    let text = format!("{TENANT_HEADER}{row},N\nEOF|1\n");
    map(&source(TENANCIES, test_identifiers), &text).remove(0)
}

pub(super) fn person(mapped: Mapped) -> (Person, u64) {
    let good = good(mapped);
    match good.record {
        Record::Person(person) => (*person, good.left_out),
        other => panic!("{other:?}"),
    }
}

#[test]
fn v1_placeholders_open_ends_and_padding_are_no_values() {
    let row = "T1  ,P1 ,Mr,Samuel,,Okoro         ,Sam,01/01/1900,,,100000000001,01/02/2020,31/12/2099,,,,in hospital";
    let (person, left_out) = person(tenant(row, false));
    assert_eq!((person.date_of_birth, left_out), (None, 0));
    assert_eq!(
        (person.name.surname.as_str(), person.name.preferred.as_str()),
        ("Okoro", "Sam")
    );
    assert_eq!(person.addresses[0].to, None);
    assert!(person.addresses[0].from.is_some());
}

#[test]
fn a_value_that_may_be_left_out_is_and_the_person_is_kept() {
    let row = "T1,P1,,Ann,,Null,,02/03/1990,TN123456A,,100000000001,,,07700 900123,7700,nobody@,";
    let (person, left_out) = person(tenant(row, false));
    assert_eq!(left_out, 3, "NINO, second phone, e-mail");
    let values: Vec<_> = person
        .contacts
        .iter()
        .map(|contact| contact.value.as_str())
        .collect();
    assert_eq!(values, ["+447700900123"]);
    assert_eq!(person.name.surname, "Null", "people called Null are people");
}

#[test]
fn a_number_in_two_columns_is_one_contact_and_the_order_is_the_file_s() {
    let row = "T1,P1,,Ann,,Lee,,,,,,,,07700900123,07700 900 123,ann@example.gov.uk,";
    let (person, _) = person(tenant(row, false));
    let contacts: Vec<_> = person
        .contacts
        .iter()
        .map(|c| (c.value.as_str(), c.order))
        .collect();
    assert_eq!(contacts, [("+447700900123", 1), ("ann@example.gov.uk", 2)]);
}

#[test]
fn v5_test_nhs_numbers_are_taken_only_where_the_settings_say_so() {
    let row = "T1,P1,,Ann,,Lee,,,,9990000018,100000000001,,,,,,";
    assert!(person(tenant(row, true)).0.nhs_number.is_some());
    assert_eq!(bad(tenant(row, false)), ("nhs_number", Reason::OutOfRange));
    let wrong = row.replace("9990000018", "9990000019");
    assert_eq!(
        bad(tenant(&wrong, true)),
        ("nhs_number", Reason::CheckDigit)
    );
}

#[test]
fn e3_mojibake_is_mended_only_where_the_source_file_says_so() {
    let row = "T1,P1,,Ann,,Oâ€™Brien,,,,,100000000001,,,,,,";
    assert_eq!(person(tenant(row, false)).0.name.surname, "Oâ€™Brien");
    let repairing = TENANCIES.replace("[mode]", "mojibake = \"repair\"\n[mode]");
    let text = format!("{TENANT_HEADER}{row},\nEOF|1\n");
    let mapped = map(&source(&repairing, false), &text).remove(0);
    assert_eq!(person(mapped).0.name.surname, "O’Brien");
}

proptest! {
    /// Whatever a row holds, mapping it ends, and what no key names goes nowhere.
    #[test]
    fn a_column_no_key_names_goes_nowhere(
        mut fields in proptest::collection::vec("[ -~é’]{0,12}", 22),
        sound in any::<bool>(),
    ) {
        if sound {
            for (at, value) in [(0, "CL-1"), (1, "100000000001"), (11, "01/03/2026"), (12, "01/08/2026"), (15, "Desk"), (16, "01632 960100")] {
                fields[at] = value.to_owned();
            }
            fields[10] = format!("not {}", fields[9]);
            (fields[13], fields[17], fields[18]) = (String::new(), String::new(), String::new());
        }
        fields[21] = "ZZCANARYZZ".to_owned();
        let changes: Vec<(&str, &str)> = CAUTION_HEADER.into_iter().zip(fields.iter().map(String::as_str)).collect();
        match caution(&changes) {
            Mapped::Nothing => prop_assert!(false, "the caution list has no such rows"),
            Mapped::Good(good) => {
                let open = canonical::to_bytes(&good.record).unwrap();
                let detail = good.detail.as_ref().map(|(detail, _)| canonical::to_bytes(detail).unwrap());
                for bytes in [Some(open), detail].into_iter().flatten() {
                    prop_assert!(!String::from_utf8(bytes).unwrap().contains("CANARY"));
                }
            }
            Mapped::Bad(bad) => prop_assert!(!sound, "{} {:?}", bad.field, bad.reason),
        }
    }

    /// The same row maps to the same record, whatever stands around it.
    #[test]
    fn mapping_depends_on_the_row_alone(repeat in 1..5usize) {
        let planning = source(PLANNING, false);
        let header = "case_ref,uprn,site_address,postcode,caution,instruction,case_officer_team,team_phone,team_hours,opened,review_due,notes\n";
        let row = "ENF/1,100000000001,1 Mill Lane,NB1 4QX,Threat to officer,Two officers,Planning Enforcement,01632 960300,,2026-03-01,2026-06-01,x\n";
        let text = format!("{header}{}", row.repeat(repeat));
        let first = map(&planning, &format!("{header}{row}")).remove(0);
        let first = canonical::to_bytes(&good(first).record).unwrap();
        for mapped in map(&planning, &text) {
            prop_assert_eq!(&canonical::to_bytes(&good(mapped).record).unwrap(), &first);
        }
    }
}
