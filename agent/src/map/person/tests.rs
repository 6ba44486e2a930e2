use firebox_contract::Reason;
use firebox_contract::record::{
    AddressUse, ContactKind, LanguageMode, May, Person, ProxyState, UNMAPPED,
};

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

const CONTACTS: &str = r#"
    [[map.person.contacts]]
    kind = "phone"
    value = { from = "MOBILE" }
    leave_message = { from = "MESSAGE", yes = ["Y"], no = ["N"] }
    [[map.person.contacts]]
    kind = { from = "KIND", table = "kinds" }
    value = { from = "VALUE", if_bad = "leave-out" }
    order = { from = "ORDER" }
    [[map.person.contacts]]
    kind = "phone"
    value = { from = "OTHER" }
    whose_name = { from = "WHO" }
    whose_relationship = { from = "WHAT" }
    [[map.person.contacts]]
    kind = "phone"
    value = { from = "SAFE" }
    safe = { from = "SAFE", other = "yes" }
    safe_times = { from = "TIMES" }
    [tables.kinds]
    "Mail" = "email"
    "Text" = "sms"
"#;

fn contacts(changes: &[(&str, &str)]) -> Mapped {
    let names = [
        "MOBILE", "MESSAGE", "KIND", "VALUE", "ORDER", "OTHER", "WHO", "WHAT", "SAFE", "TIMES",
    ];
    let values = names.map(|name| {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        (name, change.map_or("", |(_, value)| *value))
    });
    row(CONTACTS, &values)
}

#[test]
fn a_contact_says_whose_it_is_or_the_row_is_refused() {
    let (told, _) = person(contacts(&[
        ("OTHER", "07700 900483"),
        ("WHO", "Maya Shah"),
        ("WHAT", "daughter"),
    ]));
    let whose = told.contacts[0].whose.clone().unwrap();
    assert_eq!(
        (whose.name.as_str(), whose.relationship.as_str()),
        ("Maya Shah", "daughter")
    );
    let half = contacts(&[("OTHER", "07700 900483"), ("WHO", "Maya Shah")]);
    assert_eq!(bad(half), ("whose_relationship", Reason::Missing));
}

#[test]
fn a_message_may_be_left_only_where_somebody_said_so() {
    let may = |said| {
        let mapped = contacts(&[("MOBILE", "07700 900482"), ("MESSAGE", said)]);
        person(mapped).0.contacts[0].safe_to_leave_message
    };
    assert_eq!(
        [may("Y"), may("N"), may("")],
        [Some(true), Some(false), None]
    );
}

#[test]
fn a_number_in_two_columns_counts_once_and_stays_safe() {
    let (told, _) = person(contacts(&[
        ("MOBILE", "07700 900482"),
        ("MESSAGE", "N"),
        ("SAFE", "+44 7700 900482"),
        ("TIMES", "after six"),
    ]));
    let [only] = &told.contacts[..] else {
        panic!("{}", told.contacts.len())
    };
    assert!(only.safe);
    assert_eq!(only.safe_times.as_deref(), Some("after six"));
    assert_eq!(only.safe_to_leave_message, Some(false));
}

#[test]
fn contacts_stand_in_the_order_the_row_gives() {
    let told = |order| {
        let mapped = contacts(&[
            ("MOBILE", "07700 900482"),
            ("KIND", "mail"),
            ("VALUE", "sam@example.gov.uk"),
            ("ORDER", order),
        ]);
        let kinds = person(mapped).0.contacts;
        kinds.iter().map(|c| (c.kind, c.order)).collect::<Vec<_>>()
    };
    let (phone, email) = (ContactKind::Phone, ContactKind::Email);
    assert_eq!(told(""), [(phone, 1), (email, 2)]);
    assert_eq!(told("1"), [(phone, 1), (email, 1)]);
    let zero = contacts(&[("KIND", "mail"), ("VALUE", "a@b.uk"), ("ORDER", "0")]);
    assert_eq!(bad(zero), ("contact_order", Reason::Malformed));
}

#[test]
fn a_kind_of_contact_nobody_mapped_refuses_the_row() {
    let pigeon = contacts(&[("KIND", "Pigeon"), ("VALUE", "07700 900482")]);
    assert_eq!(bad(pigeon), ("contact_kind", Reason::Malformed));
    let (none, left_out) = person(contacts(&[("KIND", "Text"), ("VALUE", "ask Jo")]));
    assert_eq!((none.contacts.len(), left_out), (0, 1));
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

const PROXY: &str = r#"
    [[map.person.proxies]]
    name = { from = "WHO" }
    relationship = { from = "REL" }
    basis = { from = "BASIS", table = "bases" }
    about = { from = "ABOUT", split = ";", table = "subjects", other = "unmapped" }
    may = { from = "MAY", split = ";", table = "may" }
    limits = { from = "LIMITS" }
    to = { from = "TO", date = "%d/%m/%Y", open = ["31/12/2099"] }
    state = { from = "STATE", table = "states", other = "suspended", empty = "given" }
    [tables.bases]
    "Consent" = "consent"
    [tables.subjects]
    "Council tax" = "council-tax"
    [tables.may]
    "Be told" = "be-told"
    [tables.states]
    "Yes" = "given"
    "No" = "refused"
"#;

fn proxy(changes: &[(&str, &str)]) -> Mapped {
    let values = [
        ("WHO", "Maya Shah"),
        ("REL", "daughter"),
        ("BASIS", "Consent"),
        ("ABOUT", "Council tax;Zeta scheme"),
        ("MAY", "be told"),
        ("LIMITS", "She may not change the address."),
        ("TO", "31/12/2099"),
        ("STATE", "Yes"),
    ];
    let values = values.map(|(name, value)| {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        (name, change.map_or(value, |(_, value)| *value))
    });
    row(PROXY, &values)
}

#[test]
fn whoever_speaks_for_a_person_comes_with_basis_scope_and_limits() {
    let (told, _) = person(proxy(&[]));
    let proxy = &told.proxies[0];
    assert_eq!(proxy.about, ["council-tax", UNMAPPED]);
    assert_eq!(proxy.may, [May::BeTold]);
    assert_eq!((proxy.basis.as_str(), proxy.to), ("consent", None));
    assert_eq!(
        proxy.limits.as_deref(),
        Some("She may not change the address.")
    );
    let nobody = self::proxy(&[("WHO", "")]);
    assert!(person(nobody).0.proxies.is_empty());
}

#[test]
fn a_state_nobody_mapped_lets_nobody_speak() {
    let state = |said| person(proxy(&[("STATE", said)])).0.proxies[0].state;
    assert_eq!(state("no"), ProxyState::Refused);
    assert_eq!(state("probably"), ProxyState::Suspended);
    assert_eq!(state(""), ProxyState::Given);
}

#[test]
fn what_does_not_read_never_lets_a_proxy_say_more() {
    for (column, value, field) in [
        ("TO", "next year", "proxy_to"),
        ("BASIS", "Habit", "proxy_basis"),
        ("MAY", "Everything", "proxy_may"),
    ] {
        let mapped = proxy(&[(column, value)]);
        assert_eq!(bad(mapped), (field, Reason::Malformed), "{column}");
    }
    assert_eq!(
        bad(proxy(&[("BASIS", "")])),
        ("proxy_basis", Reason::Missing)
    );
    let (told, left_out) = person(proxy(&[("LIMITS", &"Not the rent. ".repeat(20))]));
    let limits = told.proxies[0].limits.clone().unwrap();
    assert!(limits.starts_with("There are limits"), "{limits}");
    assert_eq!(left_out, 1);
    for (from, to) in [
        ("open = [", "if_bad = \"leave-out\", open = ["),
        ("other = \"suspended\"", "other = \"given\""),
        (
            "from = \"LIMITS\"",
            "from = \"LIMITS\", if_bad = \"leave-out\"",
        ),
    ] {
        let said = refused(&PROXY.replacen(from, to, 1));
        assert!(said.contains("map.person.proxies[0]"), "{said}");
    }
}

const SAFETY: &str = r#"
    [map.person.safety]
    instruction = { from = "MARKER", table = "markers", other = "unmapped" }
    team = { from = "TEAM" }
    phone = { from = "TEL" }
    withheld = { from = "WITHHELD", yes = ["Y"], no = ["N"], other = "yes" }
    [tables.markers]
    "Safe number only" = "safe-contact-only"
"#;

fn safety(marker: &str, withheld: &str, team: &str) -> Mapped {
    let values = [
        ("MARKER", marker),
        ("WITHHELD", withheld),
        ("TEAM", team),
        ("TEL", "01632 960200"),
    ];
    row(SAFETY, &values)
}

#[test]
fn a_marker_says_what_to_do_and_the_label_of_a_known_one_stays_at_the_service() {
    let marker = |marker, withheld| person(safety(marker, withheld, "Desk")).0.safety;
    let known = marker("safe number only", "").unwrap();
    assert_eq!(
        (known.instruction.as_str(), known.source_code),
        ("safe-contact-only", None)
    );
    assert!(!known.withheld);
    let unknown = marker("Zeta contact rule 4", "N").unwrap();
    assert_eq!(unknown.instruction, UNMAPPED);
    assert_eq!(unknown.source_code.as_deref(), Some("Zeta contact rule 4"));
    let withheld = marker("", "perhaps").unwrap();
    assert!(withheld.withheld && withheld.instruction == UNMAPPED);
    assert!(marker("", "").is_none());
}

#[test]
fn a_marker_nobody_can_be_asked_about_holds_its_row() {
    let nobody = safety("Safe number only", "", "");
    assert_eq!(bad(nobody), ("owner", Reason::OwnerMissing));
    assert!(person(safety("", "", "")).0.safety.is_none());
    let said = refused(&SAFETY.replacen("\"TEL\"", "\"TEL\", if_bad = \"leave-out\"", 1));
    assert!(said.contains("map.person.safety"), "{said}");
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
