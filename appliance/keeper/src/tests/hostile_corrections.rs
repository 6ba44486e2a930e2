//! A store that asks for signatures it has no right to, and a gate that asks for
//! what no page of it would.

use firebox_contract::correction::{self, Header};
use firebox_protocol::answer::Progress;
use firebox_protocol::query::{About, Caller, Confirmed, Correct, View};
use firebox_protocol::{Ask, Code, Query};

use super::correcting::*;
use super::harness::*;
use super::sealed::*;

struct Story {
    housing: Housing,
    session: String,
    raised: Raised,
}

fn story() -> Story {
    let housing = Housing::open();
    let session = housing.council.signed_in("Ada", &["adviser", "officer"]);
    let raised = raise(&housing.council, &session, &old_number("0")).unwrap();
    Story {
        housing,
        session,
        raised,
    }
}

impl Story {
    fn good(&self) -> Header {
        header(&self.raised.reference, "housing", b"sealed")
    }

    fn sign(&mut self, header: &Header) -> Result<Vec<u8>, Code> {
        sign(&mut self.housing.store, &self.raised.permit, header)
    }

    fn alarms(&self) -> Vec<String> {
        let log = self.housing.council.log();
        log.iter()
            .filter(|entry| entry.kind() == "alarm")
            .map(|entry| entry.body["alarm"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[test]
fn a_header_for_what_nobody_raised_or_another_box_is_not_signed_and_is_an_alarm() {
    let mut story = story();
    let good = story.good();
    let other_box = Header {
        box_id: "firebox.example.gov.uk/two".into(),
        ..good.clone()
    };
    assert_eq!(story.sign(&other_box), Err(Code::PermitRefused));
    let other_name = Header {
        correction: "COR-0000000000".into(),
        ..good.clone()
    };
    assert_eq!(story.sign(&other_name), Err(Code::PermitRefused));
    let unknown_service = Header {
        service: "benefits".into(),
        ..good.clone()
    };
    assert_eq!(story.sign(&unknown_service), Err(Code::NotFound));
    // A name that fits its permit, but no such permit was ever given.
    let mut made_up = story.raised.permit.clone();
    made_up.id = [0; 16];
    let nobody = header("COR-0000000000", "housing", b"sealed");
    let signed = sign(&mut story.housing.store, &made_up, &nobody);
    assert_eq!(signed, Err(Code::NotFound));
    assert_eq!(
        story.alarms(),
        [
            "correction-of-another-box",
            "correction-of-another-permit",
            "correction-for-no-agent",
            "correction-not-raised",
        ]
    );
    assert_eq!(story.housing.count("correction-sent"), 0);
    assert!(story.sign(&good).is_ok());
}

#[test]
fn the_permit_of_a_look_up_raises_nothing() {
    let mut story = story();
    let look_up = raise(&story.housing.council, &story.session, &property("visit")).unwrap();
    let header = header(&look_up.reference, "housing", b"sealed");
    let signed = sign(&mut story.housing.store, &look_up.permit, &header);
    assert_eq!(signed, Err(Code::NotFound));
    assert_eq!(story.alarms(), ["correction-not-raised"]);
}

#[test]
fn another_header_for_the_same_correction_and_service_is_not_signed_and_is_an_alarm() {
    let mut story = story();
    let good = story.good();
    let signature = story.sign(&good).unwrap();
    let later = Header {
        raised: "2026-03-03T12:00:00Z".parse().unwrap(),
        ..good.clone()
    };
    let other_words = header(&story.raised.reference, "housing", b"other words");
    assert_eq!(story.sign(&other_words), Err(Code::AlreadyThere));
    assert_eq!(story.sign(&later), Err(Code::AlreadyThere));
    // The second of its kind in a minute is counted.
    assert_eq!(story.alarms(), ["correction-changed"]);
    assert_eq!(story.housing.count("correction-sent"), 1);
    assert_eq!(story.sign(&good), Ok(signature));
}

#[test]
fn a_report_goes_to_the_service_it_was_reported_to_and_to_no_other() {
    let mut story = story();
    let query = report("benefits", "Two dogs", "today");
    let reported = raise(&story.housing.council, &story.session, &query).unwrap();
    let elsewhere = header(&reported.reference, "housing", b"sealed");
    let store = &mut story.housing.store;
    let signed = sign(store, &reported.permit, &elsewhere);
    assert_eq!(signed, Err(Code::NotFound));
    let told = moved(store, &reported.reference, "housing", Progress::Done);
    assert_eq!(told, Err(Code::NotFound));
    assert_eq!(story.alarms(), ["correction-for-another-service"]);
}

#[test]
fn a_step_of_what_nobody_raised_is_an_alarm_and_of_no_form_is_refused() {
    let mut story = story();
    let reference = story.raised.reference.clone();
    let store = &mut story.housing.store;
    let mut step =
        |reference: &str, service: &str, progress| moved(store, reference, service, progress).err();
    let done = Progress::Done;
    assert_eq!(
        step("COR-0000000000", "housing", done),
        Some(Code::NotFound)
    );
    assert_eq!(step(&reference, "benefits", done), Some(Code::NotFound));
    for (reference, service, progress) in [
        ("Sam Okoro", "housing", done),
        (&reference, "Sam Okoro", done),
        (&reference, "", done),
        (&reference, "housing", Progress::Raised),
    ] {
        let refused = step(reference, service, progress);
        assert_eq!(refused, Some(Code::Malformed), "{reference} {service}");
    }
    assert_eq!(
        story.alarms(),
        ["correction-not-raised", "correction-for-no-agent"]
    );
    assert_eq!(story.housing.count("correction-moved"), 0);
}

#[test]
fn a_header_that_is_not_canonical_or_not_of_its_form_is_refused() {
    let mut story = story();
    let good = story.good();
    let from = story.housing.council.log().len();
    let bytes = correction::header_bytes(&good).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let permit = story.raised.permit.clone();
    let mut sign = |text: String| {
        let store = &mut story.housing.store;
        sign_bytes(store, &permit, text.into_bytes())
    };
    for bad in [
        String::new(),
        format!("{text} "),
        text.replacen('{', "{ ", 1),
        text.replacen('{', "{\"note\":\"Sam Okoro\",", 1),
        text.replace("fbx-correction-v1", "fbx-correction-v2"),
        text.replace("housing", "Sam Okoro"),
        text.replace("COR-", "cor-"),
        text.replace(&good.ciphertext_sha256, &good.ciphertext_sha256[1..]),
        text.replace(
            &good.ciphertext_sha256,
            &good.ciphertext_sha256.to_uppercase(),
        ),
    ] {
        assert_ne!(bad, text);
        assert_eq!(sign(bad.clone()), Err(Code::Malformed), "{bad}");
    }
    assert!(sign(text).is_ok());
    assert_eq!(story.housing.council.log().len(), from + 1);
}

#[test]
fn a_gate_gets_no_permit_for_a_question_that_is_not_well_formed() {
    let story = story();
    let from = story.housing.council.log().len();
    let view = |person, house: &str| View {
        person,
        caller: Caller::Person,
        confirmed: Confirmed {
            house_number: Some(house.into()),
            ..Confirmed::default()
        },
    };
    let too_large = Correct {
        about: About::Person(1 << 53),
        field: correction::Field::Phone,
        should_be: "0".into(),
        how_known: correction::HowKnown::Other,
        by_role: "adviser".into(),
    };
    let queries: [Query; 7] = [
        old_number(&"x".repeat(501)),
        old_number("one\ntwo"),
        report("housing", &"x".repeat(2_001), "today"),
        report("Sam Okoro at housing", "dogs", "today"),
        ask("correction", Ask::Correct(too_large)),
        ask("correction", Ask::Correction("COR-1".into())),
        ask("call", Ask::View(view(1, "14\n15"))),
    ];
    for query in queries {
        let refused = raise(&story.housing.council, &story.session, &query).err();
        assert_eq!(refused, Some(Code::Malformed));
    }
    assert_eq!(story.housing.council.log().len(), from);
}
