mod contacts;
mod speaking;

use firebox_contract::Reason;
use firebox_contract::record::{AddressUse, LanguageMode, Person, UNMAPPED};

use self::contacts::CONTACTS;
use self::speaking::{PROXY, SAFETY};
use crate::map::tests::{bad, map, person, source};
use crate::map::{Mapped, Spot};
use crate::source::{Judge, Source, SourceError, vocabulary};

const FEED: &str = r#"
    version = 1
    id = "people"
    service = "housing"
    owner = "data@housing.example"
    lawful_basis = "public-task"
    sharing_agreement = "ISA-1"
    [read]
    kind = "folder"
    path = "drop"
    match = "*.csv"
    settle = "0s"
    [format]
    kind = "csv"
    encoding = "utf-8"
    [mode]
    kind = "snapshot"
    key = ["REF"]
    [guard]
    min_rows = 0
    [known]
    team = "Housing"
    phone = "+441632960200"
    [map.person]
    surname = { from = "NAME" }
"#;

fn judged(part: &str) -> Result<Source, SourceError> {
    let judge = Judge {
        base: std::path::Path::new("/"),
        vocabulary: &vocabulary(),
        today: jiff::civil::date(2026, 6, 1),
        test_identifiers: true,
    };
    Source::parse(&format!("{FEED}{part}"), &judge)
}

/// The words by which a part of a mapping is refused.
#[track_caller]
fn refused(part: &str) -> String {
    judged(part).unwrap_err().to_string()
}

/// Maps one row; REF and NAME are filled.
fn row(part: &str, values: &[(&str, &str)]) -> Mapped {
    let columns = [("REF", "P1"), ("NAME", "Okoro")].into_iter();
    let columns: Vec<_> = columns.chain(values.iter().copied()).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = columns.iter().map(|(name, _)| name);
    writer.write_record(header).unwrap();
    let fields = columns.iter().map(|(_, value)| value);
    writer.write_record(fields).unwrap();
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    map(&judged(part).unwrap(), &text).remove(0)
}

fn read(part: &str, values: &[(&str, &str)]) -> (Person, u64) {
    person(row(part, values))
}

fn spot(mapped: &Mapped) -> Spot {
    mapped.spot()
}

const ADDRESS: &str = r#"
    [[map.person.addresses]]
    use = "home"
    uprn = { from = "UPRN" }
    lines = [["NO", "STREET"], ["TOWN"]]
    postcode = { from = "PC" }
    do_not_disclose = { from = "DND", yes = ["Y"], no = ["N"] }
"#;

fn address(uprn: &str, street: &str, postcode: &str, dnd: &str) -> Mapped {
    let values = [
        ("UPRN", uprn),
        ("NO", if street.is_empty() { "" } else { "14" }),
        ("STREET", street),
        ("TOWN", ""),
        ("PC", postcode),
        ("DND", dnd),
    ];
    row(ADDRESS, &values)
}

#[test]
fn an_address_is_absent_when_neither_uprn_nor_lines_read() {
    assert!(person(address("", "", "", "")).0.addresses.is_empty());
    let (known, _) = person(address("100000000001", "", "", ""));
    assert_eq!(known.addresses[0].purpose, AddressUse::Home);
    assert!(known.addresses[0].place.is_none());
    let (told, _) = person(address("", "Mill Lane", "nb14qx", ""));
    let place = told.addresses[0].place.clone().unwrap();
    assert_eq!(place.one_line(), "14 Mill Lane, NB1 4QX");
    let (no_fixed_abode, left_out) = person(address("", "None", "ZZ99 3VZ", ""));
    assert_eq!((no_fixed_abode.addresses.len(), left_out), (0, 0));
}

#[test]
fn a_wish_to_be_found_by_nobody_is_kept_where_the_address_does_not_read() {
    let (hidden, _) = person(address("", "", "", "Y"));
    assert!(hidden.addresses[0].do_not_disclose);
    assert_eq!(
        bad(address("100000000001", "", "", "maybe")),
        ("do_not_disclose", Reason::Malformed)
    );
}

#[test]
fn an_address_as_text_that_does_not_read_is_left_out_beside_a_uprn_and_refused_alone() {
    let (person, left_out) = person(address("100000000001", "Mill Lane", "NB1", ""));
    assert!(person.addresses[0].place.is_none());
    assert_eq!(left_out, 1);
    assert_eq!(
        bad(address("", "Mill Lane", "NB1", "")),
        ("postcode", Reason::Malformed)
    );
}

#[test]
fn a_refused_row_still_gives_its_key_and_the_place_of_its_first_address() {
    let mapped = address("100000000001", "", "", "maybe");
    assert_eq!(mapped.key(), Some("P1"));
    assert_eq!(spot(&mapped).uprn.unwrap().number(), 100_000_000_001);
    let by_text = address("", "Mill Lane", "NB1 4QX", "maybe");
    assert!(spot(&by_text).place.is_some());
}

const DECEASED: &str = r#"
    deceased = { from = "DEAD", yes = ["Y"], other = "no" }
    deceased_on = { from = "DIED", date = "%d/%m/%Y", null = ["unknown"] }
"#;

#[test]
fn any_date_of_death_is_a_death() {
    let deceased = |said, on| read(DECEASED, &[("DEAD", said), ("DIED", on)]).0.deceased;
    assert!(deceased("N", "03/05/2026") && deceased("y", "") && deceased("y", "unknown"));
    assert!(!deceased("", "") && !deceased("?", "unknown"));
    assert_eq!(
        bad(row(DECEASED, &[("DEAD", "Y"), ("DIED", "spring")])),
        ("deceased_on", Reason::Malformed)
    );
}

const CODES: &str = r#"
    [[map.person.needs]]
    snomed = { from = "CODES", split = "|" }
    words = { from = "WORDS" }
    confirmed_on = { from = "ON", date = "%d/%m/%Y" }
"#;

fn needs(codes: &str, words: &str) -> Mapped {
    row(
        CODES,
        &[("CODES", codes), ("WORDS", words), ("ON", "03/05/2026")],
    )
}

#[test]
fn a_need_comes_by_its_code_and_a_code_nobody_knows_is_kept_as_unmapped() {
    // The last one is a good code of SNOMED CT that no list of ours has.
    let (told, _) = person(needs(
        "285055002| 719369003 ||285055002|1833271000000103",
        "",
    ));
    let groups: Vec<_> = told.needs.iter().map(|need| need.group.as_str()).collect();
    assert_eq!(groups, ["hearing-aid-loop", "communication-aid", UNMAPPED]);
    let code = told.needs[2].snomed.unwrap();
    assert_eq!(code.to_string(), "1833271000000103");
    assert!(told.needs.iter().all(|need| need.confirmed_on.is_some()));
}

#[test]
fn what_only_clinicians_may_see_is_carried_like_any_other_need() {
    let (told, _) = person(needs("1108141000000108", ""));
    assert_eq!(told.needs[0].group, "clinical-only");
}

#[test]
fn a_code_whose_last_digit_does_not_agree_refuses_the_row_by_name() {
    assert_eq!(
        bad(needs("285055002|285055003", "")),
        ("snomed", Reason::CheckDigit)
    );
    assert_eq!(bad(needs("hearing aid", "")), ("snomed", Reason::Malformed));
}

#[test]
fn own_words_go_with_a_single_need_and_a_story_is_left_out_and_never_cut() {
    let (one, left_out) = person(needs("285055002", "Face me, please."));
    assert_eq!(one.needs[0].words.as_deref(), Some("Face me, please."));
    assert_eq!(left_out, 0);
    let (two, left_out) = person(needs("285055002|719369003", "Face me, please."));
    assert!(two.needs.iter().all(|need| need.words.is_none()));
    assert_eq!(left_out, 1);
    let (story, left_out) = person(needs("285055002", &"He fell. ".repeat(20)));
    assert_eq!((&story.needs[0].words, left_out), (&None, 1));
}

#[test]
fn a_label_nobody_mapped_is_kept_as_unmapped_with_the_label() {
    let part = r#"
        [[map.person.needs]]
        group = { from = "NEEDS", split = ";", table = "needs", null = ["None"] }
        [tables.needs]
        "Large print" = "large-print"
    "#;
    let (told, _) = read(part, &[("NEEDS", "large-print; Zeta need 7;None;")]);
    let kept: Vec<_> = told
        .needs
        .iter()
        .map(|need| (need.group.as_str(), need.source_code.as_deref()))
        .collect();
    assert_eq!(
        kept,
        [("large-print", None), (UNMAPPED, Some("Zeta need 7"))]
    );
    let (story, _) = read(part, &[("NEEDS", &"He fell. ".repeat(20))]);
    assert_eq!(story.needs[0].source_code, None);
}

#[test]
fn a_language_is_a_tag_or_goes_through_a_table() {
    let part = r#"
        [[map.person.languages]]
        tag = { from = "TAG", table = "languages", if_bad = "leave-out" }
        mode = "spoken"
        interpreter = { from = "INT", yes = ["Y"] , no = ["N"] }
        [[map.person.languages]]
        tag = { from = "SIGNED" }
        mode = "signed"
        [tables.languages]
        "Welsh" = "cy"
    "#;
    let told = |tag, int, signed| read(part, &[("TAG", tag), ("INT", int), ("SIGNED", signed)]);
    let (person, left_out) = told("welsh", "Y", "bfi");
    let languages: Vec<_> = person
        .languages
        .iter()
        .map(|l| (l.tag.as_str(), l.mode, l.interpreter))
        .collect();
    let (spoken, signed) = (LanguageMode::Spoken, LanguageMode::Signed);
    assert_eq!(languages, [("cy", spoken, true), ("bfi", signed, false)]);
    assert_eq!(left_out, 0);
    let (person, left_out) = told("Klingon", "", "");
    assert_eq!((person.languages.len(), left_out), (0, 1));
    let signs = row(part, &[("TAG", ""), ("INT", ""), ("SIGNED", "with hands")]);
    assert_eq!(bad(signs), ("language", Reason::Malformed));
}

#[test]
fn a_table_about_people_may_lead_only_to_codes_of_the_vocabulary() {
    for (part, code, wrong) in [
        (PROXY, "\"council-tax\"", "\"council-taxi\""),
        (PROXY, "\"consent\"", "\"habit\""),
        (PROXY, "\"be-told\"", "\"be-bold\""),
        (PROXY, "\"refused\"", "\"refuzed\""),
        (SAFETY, "\"safe-contact-only\"", "\"safe-word\""),
        (CONTACTS, "\"sms\"", "\"pigeon\""),
    ] {
        let said = refused(&part.replacen(code, wrong, 1));
        assert!(said.contains(wrong.trim_matches('"')), "{said}");
    }
}

#[test]
fn an_unknown_key_or_a_misplaced_one_is_an_error_with_its_place() {
    for (part, from, to, place) in [
        (ADDRESS, "postcode =", "postkode =", "postkode"),
        (ADDRESS, "use = \"home\"", "use = \"holiday\"", "holiday"),
        (ADDRESS, "postcode = { from = \"PC\" }", "", "addresses[0]"),
        (
            CODES,
            "snomed = {",
            "snomed = { table = \"x\", ",
            "needs[0].snomed",
        ),
        (CODES, "snomed =", "# ", "needs[0]"),
        (CONTACTS, "whose_name =", "# ", "contacts[2]"),
        (
            CONTACTS,
            "yes = [\"Y\"], no",
            "yes = [\"Y\", \"n\"], no",
            "contacts[0].leave_message",
        ),
        (
            SAFETY,
            "table = \"markers\"",
            "table = \"maskers\"",
            "safety.instruction",
        ),
        (PROXY, "table = \"bases\"", "null = []", "proxies[0].basis"),
    ] {
        assert!(part.contains(from), "{from}");
        let said = refused(&part.replacen(from, to, 1));
        assert!(said.contains(place), "{place}: {said}");
    }
    assert!(refused("    phones = []\n").contains("phones"));
    assert!(refused("    [map.person.address]\n    uprn = { from = \"U\" }\n").contains("address"));
}

#[test]
fn a_name_in_windows_1252_comes_whole() {
    let shipped = include_str!("../../../../config/sources.d/housing-tenancies.toml");
    let source = source(shipped, false);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let mut bytes = b"TEN_REF,PER_REF,TITLE,FORENAME,MIDDLE,SURNAME,KNOWN_AS,DOB,NI_NO,NHS_NO,UPRN,START_DATE,END_DATE,TEL_MOBILE,TEL_HOME,EMAIL,DND,NOTES\r\n".to_vec();
    bytes.extend(b"T1,P1,,Zo\xEB,,O\x92Brien,,,,,100000000001,,,,,,,gossip\r\nEOF|1\r\n");
    std::fs::write(&path, bytes).unwrap();
    let export = crate::export::Export::open(&path, source.format.charset).unwrap();
    let none = crate::progress::Progress::none();
    let mapped = export.read(&source, &none, |rows| {
        let mut row = crate::csv::Row::default();
        rows.next(&mut row)?;
        let view = crate::map::View::new(&row, rows.columns(), &source.format);
        let mapped = source.mapping.map(&view, &source.key);
        while rows.next(&mut row)? {}
        Ok::<_, crate::export::ExportError>(mapped)
    });
    let (told, _) = person(mapped.unwrap());
    assert_eq!(
        (told.name.forename.as_str(), told.name.surname.as_str()),
        ("Zoë", "O’Brien")
    );
}
