//! FHIR bundles on their way to the box.

use crate::harness::Host;

/// A bundle of patients, each with one flag; `late` flags stand before their patients.
fn bundle(patients: &[u32], late: bool) -> String {
    let patient = |number: &u32| {
        format!(
            "{{\"fullUrl\":\"urn:uuid:{number}\",\"resource\":{{\"resourceType\":\"Patient\",\"id\":\"{number}\",\
             \"name\":[{{\"use\":\"official\",\"family\":\"Canary{number}\",\"given\":[\"Ann\"]}}]}}}}"
        )
    };
    let flag = |number: &u32| {
        format!(
            "{{\"resource\":{{\"resourceType\":\"Flag\",\"status\":\"active\",\"code\":{{\"coding\":[{{\"code\":\"NRAF\"}}]}},\
             \"subject\":{{\"reference\":\"urn:uuid:{number}\"}},\
             \"category\":[{{\"coding\":[{{\"system\":\"http://snomed.info/sct\",\"code\":\"285055002\"}}]}}]}}}}"
        )
    };
    let mut parts = [
        patients.iter().map(patient).collect::<Vec<_>>(),
        patients.iter().map(flag).collect(),
    ];
    if late {
        parts.reverse();
    }
    let entries = parts.concat().join(",\n");
    format!("{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[\n{entries}]}}\n")
}

fn nhs() -> Host {
    let host = Host::bare(&[]);
    host.source("nhs-adjustments", |text| {
        text.replace("min_rows = 10 ", "min_rows = 1 ")
    });
    let enrolled = host.enrol("nhs-adjustments", &["nhs-adjustments"], "c", 1);
    assert!(enrolled.status.success(), "{enrolled:?}");
    host
}

fn nhs_records(host: &Host) -> Vec<String> {
    host.the_box.of("nhs-adjustments", |s| s.records())
}

#[test]
fn a_bundle_that_was_cut_short_deletes_nothing_and_fails_the_source() {
    let host = nhs();
    host.drop_export("nhs_adjustments.json", bundle(&[1, 2, 3, 4, 5], false));
    host.run(0);
    let whole = bundle(&[1, 2, 3, 4, 5, 6], false);
    host.drop_export("nhs_adjustments.json", &whole[..whole.len() - 4]);
    assert!(host.run(1).contains("cut short"));
    assert_eq!(nhs_records(&host).len(), 5);
    let beat = host
        .the_box
        .of("nhs-adjustments", |s| s.heartbeats.last().cloned());
    assert_eq!(beat.unwrap().code.as_deref(), Some("bundle-cut-short"));
    host.drop_export("nhs_adjustments.json", whole);
    host.run(0);
    assert_eq!(nhs_records(&host).len(), 6);
}

#[test]
fn flags_before_or_after_their_patients_say_the_same() {
    let host = nhs();
    host.drop_export("nhs_adjustments.json", bundle(&[1, 2, 3], false));
    host.run(0);
    let put = serde_json::to_string(
        &host
            .the_box
            .of("nhs-adjustments", |s| s.record("urn:uuid:2")),
    );
    let put = put.unwrap();
    assert!(
        put.contains("hearing-aid-loop") && put.contains("285055002"),
        "{put}"
    );
    host.drop_export("nhs_adjustments.json", bundle(&[1, 2, 3], true));
    assert!(host.run(0).contains("up to date"));
}

#[test]
fn a_patient_who_is_no_longer_in_the_bundle_goes_and_too_many_hold_it() {
    let host = nhs();
    let all: Vec<u32> = (1..=20).collect();
    host.drop_export("nhs_adjustments.json", bundle(&all, false));
    host.run(0);
    host.drop_export("nhs_adjustments.json", bundle(&all[1..], false));
    host.run(0);
    assert_eq!(nhs_records(&host).len(), 19);
    host.drop_export("nhs_adjustments.json", bundle(&all[10..], false));
    host.run(2);
    assert_eq!(nhs_records(&host).len(), 19);
}

#[test]
fn every_copy_of_a_patient_is_held_and_the_record_stays() {
    let host = nhs();
    host.drop_export("nhs_adjustments.json", bundle(&[1, 2, 3], false));
    host.run(0);
    let twice = bundle(&[1, 2, 3], false).replacen(
        "{\"resource\":{\"resourceType\":\"Flag\"",
        "{\"fullUrl\":\"urn:uuid:2\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"2\",\
         \"name\":[{\"family\":\"Other\"}]}},{\"resource\":{\"resourceType\":\"Flag\"",
        1,
    );
    host.drop_export("nhs_adjustments.json", twice);
    host.run(0);
    assert_eq!(nhs_records(&host).len(), 3);
    let listed = String::from_utf8(host.agent(&["quarantine", "list"]).stdout).unwrap();
    assert!(
        listed.contains("entry 2: key") && listed.contains("entry 4: key"),
        "{listed}"
    );
    let shown = host.agent(&["quarantine", "show", "nhs-adjustments", "4"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(
        shown.contains("family: Aaaaa") && !shown.contains("Other"),
        "{shown}"
    );
}

#[test]
fn nothing_of_a_bundle_stays_in_the_state_folder() {
    let host = nhs();
    host.drop_export("nhs_adjustments.json", bundle(&[1, 2, 3], true));
    host.run(0);
    let kept = host.kept();
    for word in ["Canary", "285055002", "urn:uuid"] {
        let found = kept.windows(word.len()).any(|part| part == word.as_bytes());
        assert!(!found, "{word}");
    }
}
