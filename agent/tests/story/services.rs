//! The shipped source files over the exports of an invented council.

use firebox_contract::batch::Line;
use firebox_contract::record::{ContactKind, Person, Record};
use firebox_council::Council;

use crate::harness::{FEEDS, Host};

/// The feeds about people: their service and the file they are dropped as.
const PEOPLE: [(&str, &str, &str); 4] = [
    ("housing-people", "housing", "housing_people.csv"),
    (
        "adult-social-care-needs",
        "adult-social-care",
        "social_care_needs.csv",
    ),
    ("benefits-claims", "benefits", "benefits_claims.csv"),
    ("nhs-adjustments", "nhs-adjustments", "nhs_adjustments.json"),
];

fn council() -> Council {
    Council::new(
        1,
        400,
        30,
        jiff::Timestamp::now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date(),
    )
    .unwrap()
}

fn all_dropped() -> Host {
    let host = Host::bare(&FEEDS.map(|(feed, _)| feed));
    for (feeds, service) in [
        (&["caution-list"][..], "community-safety"),
        (&["housing-properties", "housing-tenancies"][..], "housing"),
        (&["planning-enforcement"][..], "planning-enforcement"),
    ] {
        assert!(host.enrol(service, feeds, service, 1).status.success());
    }
    host
}

fn drop_all(host: &Host, council: &Council) -> [u32; 4] {
    let mut files = [const { Vec::new() }; 4];
    let [cautions, properties, tenancies, planning] = &mut files;
    let rows = [
        council.write_caution_list(cautions).unwrap(),
        council.write_housing_properties(properties).unwrap(),
        council.write_housing_tenancies(tenancies).unwrap(),
        council.write_planning_enforcement(planning).unwrap(),
    ];
    for ((feed, _), bytes) in FEEDS.iter().zip(files) {
        host.drop_export(&format!("{}.csv", feed.replace('-', "_")), bytes);
    }
    rows
}

/// One key signs for all three services here, so each is checked by itself.
#[test]
fn every_shipped_source_reads_its_export_without_a_row_left_over() {
    let council = council();
    for (at, (feed, service)) in FEEDS.iter().enumerate() {
        let host = Host::bare(&[feed]);
        assert!(host.enrol(service, &[feed], "c", 1).status.success());
        let rows = drop_all(&host, &council);
        host.run(0);
        let manifest = host.the_box.of(feed, |s| s.manifests[0].clone());
        assert_eq!(manifest.rows, u64::from(rows[at]), "{feed}");
        assert_eq!((manifest.helds, manifest.unplaced), (0, 0), "{feed}");
        assert!(manifest.records > 0, "{feed}");
    }
}

#[test]
fn three_services_of_one_agent_have_their_own_keys_and_state() {
    let host = all_dropped();
    let keys: Vec<_> = host
        .the_box
        .held()
        .enrolled
        .iter()
        .map(|request| request.signing_key.id())
        .collect();
    assert_eq!(keys.len(), 3);
    assert!(keys[0] != keys[1] && keys[1] != keys[2]);
    for service in ["community-safety", "housing", "planning-enforcement"] {
        assert!(
            host.path(&format!("state/{service}/identity.json"))
                .exists()
        );
    }
}

#[test]
fn a_tenant_comes_with_names_dates_and_numbers_in_normal_form() {
    let host = Host::with("housing-tenancies");
    drop_all(&host, &council());
    host.run(0);
    let people = host.the_box.of("housing-tenancies", |s| {
        s.live
            .values()
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect::<Vec<Line>>()
    });
    let mut open_ends = 0;
    for line in people {
        let Line::Put {
            record: Record::Person(person),
            key,
            ..
        } = line
        else {
            panic!("no person")
        };
        assert!(
            key.starts_with('T') && key.contains("|P") && !key.contains(' '),
            "{key}"
        );
        assert_eq!(person.name.surname.trim(), person.name.surname);
        assert!(
            person.date_of_birth.is_none_or(|day| day.year() > 1900),
            "a placeholder came through"
        );
        assert!(person.nhs_number.is_none_or(|number| number.is_test()));
        let phones = person
            .contacts
            .iter()
            .filter(|contact| contact.kind == ContactKind::Phone);
        assert!(
            phones
                .into_iter()
                .all(|contact| contact.value.starts_with("+44"))
        );
        open_ends += u32::from(person.addresses[0].to.is_none());
    }
    assert!(open_ends > 0, "31/12/2099 is no end");
}

#[test]
fn a_case_without_a_caution_carries_no_warning() {
    let host = Host::with("planning-enforcement");
    let rows = drop_all(&host, &council());
    host.run(0);
    let records = host
        .the_box
        .of("planning-enforcement", |s| s.records().len());
    assert_eq!(records, (rows[3] as usize).div_ceil(2));
}

fn write_people(council: &Council, feed: &str) -> (Vec<u8>, u32) {
    let mut bytes = Vec::new();
    let rows = match feed {
        "housing-people" => council.write_housing_people(&mut bytes),
        "adult-social-care-needs" => council.write_social_care_needs(&mut bytes),
        "benefits-claims" => council.write_benefits_claims(&mut bytes),
        _ => council.write_nhs_adjustments(&mut bytes),
    };
    (bytes, rows.unwrap())
}

/// A host enrolled for one feed about people, with the council's export dropped.
fn people_host(feed: &str, council: &Council) -> (Host, u32) {
    let host = Host::bare(&[]);
    host.source(feed, |text| {
        let small = |line: &str| match line.starts_with("min_rows") {
            true => "min_rows = 1".to_owned(),
            false => line.to_owned(),
        };
        text.lines().map(small).collect::<Vec<_>>().join("\n")
    });
    let (_, service, file) = PEOPLE.iter().find(|(known, ..)| *known == feed).unwrap();
    assert!(host.enrol(service, &[feed], "c", 1).status.success());
    let (bytes, rows) = write_people(council, feed);
    host.drop_export(file, bytes);
    (host, rows)
}

fn people_of(host: &Host, feed: &str) -> Vec<(String, Person)> {
    let lines = host.the_box.of(feed, |s| {
        s.live
            .values()
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect::<Vec<Line>>()
    });
    let people = lines.into_iter().map(|line| match line {
        Line::Put {
            record: Record::Person(person),
            key,
            ..
        } => (key, *person),
        _ => panic!("no person"),
    });
    people.collect()
}

#[test]
fn every_feed_about_people_arrives_whole() {
    let council = council();
    for (feed, ..) in PEOPLE {
        let (host, rows) = people_host(feed, &council);
        host.run(0);
        let manifest = host.the_box.of(feed, |s| s.manifests[0].clone());
        assert_eq!(manifest.rows, u64::from(rows), "{feed}");
        assert_eq!((manifest.helds, manifest.unplaced), (0, 0), "{feed}");
        assert_eq!(
            people_of(&host, feed).len() as u64,
            manifest.records,
            "{feed}"
        );
        let again = host.run(0);
        assert!(again.contains("up to date"), "{again}");
    }
}

#[test]
fn no_free_text_of_an_export_about_people_reaches_the_box() {
    let council = council();
    for (feed, ..) in &PEOPLE[..3] {
        let (host, _) = people_host(feed, &council);
        let (bytes, _) = write_people(&council, feed);
        let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        let note = ["see file", "borrows", "told", "Diagnosis", "hospital"];
        assert!(note.iter().any(|word| text.contains(word)), "{feed}");
        host.run(0);
        let sent = serde_json::to_string(&people_of(&host, feed)).unwrap();
        for word in ["see file", "borrows", "Diagnosis", "hospital"] {
            assert!(!sent.contains(word), "{feed}: {word}");
        }
    }
}

#[test]
fn a_preview_of_people_shows_codes_and_no_value() {
    let council = council();
    let samples = council.samples();
    for (feed, ..) in PEOPLE {
        let (host, _) = people_host(feed, &council);
        let shown = host.agent(&["preview", feed, "--rows", "100000"]);
        assert!(shown.status.success(), "{shown:?}");
        let shown = String::from_utf8(shown.stdout).unwrap();
        assert!(shown.contains("contacts: phone"), "{feed}");
        for value in [
            "Chiamaka",
            "Okafor",
            "Maya",
            "+4477",
            "NB1 4QX",
            &samples.sample_nhs_number,
        ] {
            assert!(!shown.contains(value), "{feed}: {value}");
        }
    }
}
