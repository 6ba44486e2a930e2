//! Exports that are not as they should be.

mod bundles;

use firebox_contract::Reason;
use firebox_contract::batch::{Line, SourceHealth};

use crate::harness::{HEADER, Host, caution_list, row, sound};

fn held(host: &Host) -> Vec<Line> {
    host.the_box.of("caution-list", |s| s.held_rows())
}

#[test]
fn a_row_without_a_review_date_is_held_at_its_place_with_whom_to_ring() {
    let host = Host::with("caution-list");
    let mut rows = sound(3);
    rows[1] = row(2, "");
    host.drop_rows(&rows);
    assert!(host.run(0).contains("1 rows could not be read"));
    let [
        Line::Held {
            key,
            uprn: Some(uprn),
            reason,
            phone,
            ..
        },
    ] = &held(&host)[..]
    else {
        panic!("{:?}", held(&host))
    };
    assert_eq!(
        (key.as_str(), uprn.number(), *reason),
        ("CL-00002", 100_000_000_002, Reason::ReviewMissing)
    );
    assert_eq!(phone.as_str(), "+441632960100");
    let listed = String::from_utf8(host.agent(&["quarantine", "list"]).stdout).unwrap();
    assert!(
        listed.contains("line 3: review_due") && listed.contains("review-missing"),
        "{listed}"
    );
}

#[test]
fn quarantine_show_reads_the_row_again_and_masks_it() {
    let host = Host::with("caution-list");
    host.drop_rows(&[row(1, ""), row(2, "01/08/2026")]);
    host.run(0);
    let shown = String::from_utf8(
        host.agent(&["quarantine", "show", "caution-list", "2"])
            .stdout,
    )
    .unwrap();
    assert!(
        shown.contains("Ref: AA-99999") && shown.contains("Person: Aaaaaa Aaaaaa"),
        "{shown}"
    );
    assert!(!shown.contains("Canary"), "{shown}");
}

#[test]
fn a_good_record_whose_row_breaks_stays_and_is_sent_again_when_it_reads_again() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    let mut rows = sound(3);
    rows[1] = row(2, "31/02/2026");
    host.drop_rows(&rows);
    host.run(0);
    assert_eq!(
        host.the_box.of("caution-list", |s| s.records().len()),
        3,
        "beside, never instead"
    );
    assert_eq!(held(&host).len(), 1);

    let mut rows = sound(3);
    rows[2] = row(3, "01/07/2026");
    host.drop_rows(&rows);
    host.run(0);
    assert_eq!(held(&host).len(), 0);
    let manifest = host
        .the_box
        .of("caution-list", |s| s.manifests.last().cloned())
        .unwrap();
    assert_eq!(
        (manifest.puts, manifest.gones),
        (2, 1),
        "resolved, and both records said again"
    );
}

#[test]
fn a_row_at_no_readable_place_holds_the_whole_source() {
    let host = Host::with("caution-list");
    let nowhere = row(2, "")
        .replace("100000000002", "")
        .replace("NB1 4QX", "");
    host.drop_rows(&[row(1, "01/08/2026"), nowhere]);
    host.run(0);
    let manifest = host.the_box.of("caution-list", |s| s.manifests[0].clone());
    assert_eq!(
        (manifest.unplaced, manifest.helds, manifest.puts),
        (1, 0, 1)
    );
}

#[test]
fn a_warning_known_by_address_only_is_sent_with_its_address() {
    let host = Host::with("caution-list");
    host.drop_rows(&[row(1, "01/08/2026").replace("100000000001", "")]);
    host.run(0);
    let put =
        serde_json::to_string(&host.the_box.of("caution-list", |s| s.record("CL-00001"))).unwrap();
    assert!(
        put.contains("1 Canary Street") && put.contains("NB1 4QX"),
        "{put}"
    );
}

#[test]
fn an_unknown_label_is_kept_as_unmapped_and_never_dropped() {
    let host = Host::with("caution-list");
    host.drop_rows(&[row(1, "01/08/2026").replace("Physical violence", "Zeta marker 9")]);
    host.run(0);
    let put =
        serde_json::to_string(&host.the_box.of("caution-list", |s| s.record("CL-00001"))).unwrap();
    assert!(
        put.contains("\"code\":\"unmapped\"") && put.contains("Zeta marker 9"),
        "{put}"
    );
}

#[test]
fn s5_every_copy_of_a_key_is_held_and_its_record_stays() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    let mut rows = sound(3);
    rows.push(row(9, "01/08/2026").replace("CL-00009", "CL-00002"));
    host.drop_rows(&rows);
    host.run(0);
    let places: Vec<_> = held(&host)
        .iter()
        .map(|line| match line {
            Line::Held {
                key,
                uprn: Some(uprn),
                reason: Reason::DuplicateKey,
                ..
            } => {
                assert!(key.starts_with("row-"));
                uprn.number()
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(places.len(), 2);
    assert!(places.contains(&100_000_000_002) && places.contains(&100_000_000_009));
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 3);

    host.drop_rows(&sound(4));
    host.run(0);
    assert_eq!(held(&host).len(), 0);
}

#[test]
fn e10_a_ragged_row_is_held_at_its_place_and_the_file_goes_on() {
    let host = Host::with("caution-list");
    host.drop_rows(&[
        row(1, "01/08/2026"),
        format!("{},extra", row(2, "01/08/2026")),
        row(3, "01/08/2026"),
    ]);
    host.run(0);
    assert!(
        matches!(&held(&host)[..], [Line::Held { key, reason: Reason::Ragged, .. }] if key == "CL-00002")
    );
    assert_eq!(
        host.the_box.of("caution-list", |s| s.records()),
        ["CL-00001", "CL-00003"]
    );
}

#[test]
fn e10_a_row_that_slipped_to_the_left_is_never_held_at_a_house_number() {
    let host = Host::with("caution-list");
    let slipped = row(2, "01/08/2026").replace("CL-00002,", "");
    host.drop_rows(&[row(1, "01/08/2026"), slipped]);
    host.run(0);
    assert_eq!(held(&host).len(), 0);
    assert_eq!(
        host.the_box.of("caution-list", |s| s.manifests[0].unplaced),
        1
    );
}

#[test]
fn e7_a_row_with_a_stray_quote_is_held_by_the_fields_before_it() {
    let host = Host::with("caution-list");
    let stray =
        row(2, "01/08/2026").replace("\"Canary story of 2, told", "\"Canary \"story\" of 2 told");
    host.drop_rows(&[row(1, "01/08/2026"), stray]);
    host.run(0);
    assert!(
        matches!(&held(&host)[..], [Line::Held { key, reason: Reason::Quoting, .. }] if key == "CL-00002")
    );
}

#[test]
fn e2_control_characters_of_a_wrong_encoding_quarantine_their_row() {
    let host = Host::bare(&[]);
    host.source("caution-list", |text| {
        text.replace("encoding = \"utf-8\"", "encoding = \"windows-1252\"")
    });
    assert!(
        host.enrol("community-safety", &["caution-list"], "c", 1)
            .status
            .success()
    );
    let mut bytes = format!("{HEADER}\r\n{}\r\n", row(1, "01/08/2026")).into_bytes();
    bytes.extend(
        row(2, "01/08/2026")
            .replace("Canary Desk", "Canary\u{1}Desk")
            .into_bytes(),
    );
    let mark = bytes.iter().rposition(|byte| *byte == 1).unwrap();
    bytes[mark] = 0x81;
    host.drop_export("caution_list.csv", bytes);
    host.run(0);
    assert!(matches!(
        &held(&host)[..],
        [Line::Held {
            reason: Reason::ControlCharacters,
            ..
        }]
    ));
}

#[test]
fn while_a_row_has_no_readable_key_no_record_goes() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    let mut rows = sound(2);
    rows.push(row(3, "01/08/2026").replace("CL-00003", ""));
    host.drop_rows(&rows);
    host.run(0);
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 3);
    assert_eq!(held(&host).len(), 1);
}

#[test]
fn e6_a_file_that_was_cut_short_deletes_nothing_and_fails_the_source() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(5));
    host.run(0);
    let whole = caution_list(&sound(6));
    let cut = &whole[..whole.rfind("told").unwrap()];
    host.drop_export("caution_list.csv", cut);
    assert!(host.run(1).contains("cut short"));
    let (records, beat) = host.the_box.of("caution-list", |s| {
        (s.records().len(), s.heartbeats.last().cloned())
    });
    assert_eq!(records, 5);
    let beat = beat.unwrap();
    assert_eq!(
        (beat.state, beat.code.as_deref()),
        (SourceHealth::Failing, Some("unclosed-quote"))
    );
    assert!(beat.as_of.is_some(), "the age of what still serves");
    host.drop_rows(&sound(6));
    host.run(0);
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 6);
}

#[test]
fn e11_a_renamed_column_is_drift_and_says_which() {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(3));
    host.run(0);
    host.drop_export(
        "caution_list.csv",
        caution_list(&sound(3)).replacen("Review Date", "Next Review", 1),
    );
    assert!(host.run(4).contains("`Review Date`"));
    let (records, beat) = host.the_box.of("caution-list", |s| {
        (s.records().len(), s.heartbeats.last().cloned())
    });
    assert_eq!(records, 3);
    let beat = beat.unwrap();
    assert_eq!(
        (beat.state, beat.code.as_deref()),
        (SourceHealth::Held, Some("drift-missing-column"))
    );
}

#[test]
fn e1_a_file_in_another_encoding_than_configured_is_refused_whole() {
    let host = Host::with("caution-list");
    let mut bytes = format!("{HEADER}\n").into_bytes();
    bytes.extend(
        row(1, "01/08/2026")
            .replace("Canary Person", "O_Brien")
            .into_bytes(),
    );
    let mark = bytes.iter().position(|byte| *byte == b'_').unwrap();
    bytes[mark] = 0x92;
    host.drop_export("caution_list.csv", bytes);
    assert!(host.run(1).contains("encoding"));
    assert_eq!(host.the_box.of("caution-list", |s| s.records().len()), 0);
}

#[test]
fn a_missing_file_fails_the_source_and_is_told() {
    let host = Host::with("caution-list");
    assert!(host.run(1).contains("no file"));
    let beat = host.the_box.of("caution-list", |s| s.heartbeats[0].clone());
    assert_eq!(
        (beat.state, beat.code.as_deref(), beat.as_of),
        (SourceHealth::Failing, Some("missing-file"), None)
    );
}
