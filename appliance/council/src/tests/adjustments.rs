//! The bundle of adjustments: sound, whole, and with every kind of flag a reader must tell apart.

use super::{ADJUSTMENTS, TODAY, bytes};
use crate::nhs::{ADJUSTMENT_FLAGS, FOREIGN_FLAG};
use crate::words::{CLINICAL, UNKNOWN_CODES};
use crate::{Council, fhir};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

fn bundle() -> Value {
    serde_json::from_slice(&bytes(&Council::sample(TODAY), ADJUSTMENTS)).unwrap()
}

fn entries(bundle: &Value, kind: &str) -> Vec<(String, Value)> {
    let entries = bundle["entry"].as_array().unwrap().iter();
    entries
        .filter(|entry| entry["resource"]["resourceType"] == kind)
        .map(|entry| {
            (
                entry["fullUrl"].as_str().unwrap().to_owned(),
                entry["resource"].clone(),
            )
        })
        .collect()
}

/// Every SNOMED CT code of a resource, wherever it stands.
fn codes(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if object.get("system").and_then(Value::as_str) == Some(fhir::SNOMED) {
                found.extend(object["code"].as_str().map(str::to_owned));
            }
            object.values().for_each(|inner| codes(inner, found));
        }
        Value::Array(values) => values.iter().for_each(|inner| codes(inner, found)),
        _ => {}
    }
}

#[test]
fn the_bundle_has_the_patients_it_says_each_with_a_number_of_their_own() {
    let mut out = Vec::new();
    let count = Council::sample(TODAY)
        .write_nhs_adjustments(&mut out)
        .unwrap();
    let bundle = bundle();
    assert_eq!(
        (&bundle["resourceType"], &bundle["type"]),
        (&"Bundle".into(), &"collection".into())
    );
    assert!(bundle.get("total").is_none(), "a collection has no total");
    let patients = entries(&bundle, "Patient");
    assert_eq!(u32::try_from(patients.len()), Ok(count));
    assert!((400..1_000).contains(&count), "{count}");
    let numbers: HashSet<String> = patients
        .iter()
        .map(|(_, patient)| {
            let identifier = &patient["identifier"][0];
            assert_eq!(identifier["system"], fhir::NHS_NUMBER);
            identifier["value"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(numbers.len(), patients.len());
    let urls: HashSet<&String> = patients.iter().map(|(url, _)| url).collect();
    assert_eq!(urls.len(), patients.len());
}

#[test]
fn every_flag_is_of_a_patient_of_the_bundle_and_follows_them() {
    let bundle = bundle();
    let mut last = String::new();
    for entry in bundle["entry"].as_array().unwrap() {
        if entry["resource"]["resourceType"] == "Patient" {
            entry["fullUrl"].as_str().unwrap().clone_into(&mut last);
        } else {
            assert_eq!(entry["resource"]["subject"]["reference"], last);
        }
    }
}

#[test]
fn both_forms_of_the_flag_occur_with_codes_in_different_places() {
    let flags = entries(&bundle(), "Flag");
    for (form, place) in [
        (ADJUSTMENT_FLAGS[0], "extension"),
        (ADJUSTMENT_FLAGS[1], "category"),
    ] {
        let of_form: Vec<_> = flags
            .iter()
            .filter(|(_, flag)| flag["code"]["coding"][0]["code"] == form.1)
            .collect();
        assert!(of_form.len() > 50, "{}", form.1);
        for (_, flag) in &of_form {
            let (mut all, mut here) = (Vec::new(), Vec::new());
            codes(flag, &mut all);
            codes(&flag[place], &mut here);
            assert!(!all.is_empty() && all == here, "{flag}");
        }
        assert!(
            of_form
                .iter()
                .any(|(_, flag)| flag[place].as_array().unwrap().len() > 1)
        );
    }
    let mut found = Vec::new();
    flags.iter().for_each(|(_, flag)| codes(flag, &mut found));
    for (code, _) in CLINICAL.iter().chain(&UNKNOWN_CODES) {
        assert!(found.iter().any(|other| other == code), "{code}");
    }
}

#[test]
fn flags_that_ended_or_are_of_another_kind_occur() {
    let flags = entries(&bundle(), "Flag");
    let mut by: HashMap<(String, String), usize> = HashMap::new();
    for (_, flag) in &flags {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let key = (
            text(&flag["status"]),
            text(&flag["code"]["coding"][0]["code"]),
        );
        *by.entry(key).or_default() += 1;
    }
    let of = |status: &str, code: &str| by.get(&(status.to_owned(), code.to_owned())).copied();
    assert!(of("inactive", ADJUSTMENT_FLAGS[0].1).is_some_and(|count| count > 10));
    assert!(of("active", FOREIGN_FLAG.1).is_some_and(|count| count > 5));
    for (_, flag) in flags
        .iter()
        .filter(|(_, f)| f["code"]["coding"][0]["code"] == FOREIGN_FLAG.1)
    {
        let mut found = Vec::new();
        codes(flag, &mut found);
        assert!(
            found.is_empty(),
            "a flag of another kind says no adjustment"
        );
    }
}

#[test]
fn every_shape_of_a_patient_occurs() {
    let bundle = bundle();
    let patients = entries(&bundle, "Patient");
    let some = |what: &str, holds: &dyn Fn(&Value) -> bool| {
        assert!(
            patients.iter().any(|(_, patient)| holds(patient)),
            "nobody {what}"
        );
    };
    some("is called something else", &|patient| {
        patient["name"][1]["use"] == "usual"
    });
    some("has one name", &|patient| {
        patient["name"][0].get("given").is_none()
    });
    some("has a birth known in part", &|p| {
        p["birthDate"].as_str().unwrap().len() < 10
    });
    some("died", &|patient| patient.get("deceasedDateTime").is_some());
    some("has no address", &|patient| {
        patient.get("address").is_none()
    });
    some("needs an interpreter", &|patient| {
        patient.get("communication").is_some()
    });
    some("is texted", &|patient| {
        patient["telecom"][0]["system"] == "sms"
    });
    let subjects: HashSet<String> = entries(&bundle, "Flag")
        .into_iter()
        .map(|(_, flag)| flag["subject"]["reference"].as_str().unwrap().to_owned())
        .collect();
    assert!(
        patients.iter().any(|(url, _)| !subjects.contains(url)),
        "nobody is without a flag"
    );
}
