//! A hazard that nobody recorded: from the words somebody typed to one service,
//! and what the address says meanwhile.

use firebox_contract::correction::Field;
use firebox_contract::record::Uprn;
use firebox_protocol::Ask;
use firebox_protocol::answer::{Answer, Progress, ReportRow};
use firebox_protocol::query::Report;
use serde_json::{Value, json};

use super::corrections::{REFERENCE, at, last, sent, state};
use super::house::House;
use super::look_ups::{answer, flag, phone, place};
use super::people::Request;

const HAZARDS: &str = "/api/v1/hazards";

fn report(about: &str) -> Value {
    json!({"about": about, "category": "asbestos", "saw": "Boards torn open\nin the hall",
        "when": "This morning", "to": "housing"})
}

#[tokio::test]
async fn a_new_hazard_reaches_one_service_and_reads_as_not_yet_confirmed() {
    let house = House::open().await;
    let handles = house.handles().await;
    let told = state(None, vec![sent("Housing", Progress::Raised)]);
    let asked = house.tells(&["officer"], Answer::Correction(told));
    let reply = Request::call(HAZARDS, &report(&handles.property))
        .send(&house)
        .await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(
        reply.json(),
        json!({"correction": REFERENCE, "sent_to": ["Housing"], "entry": 12,
            "say": "Reported, not yet confirmed by Housing. Phone them."})
    );
    let expected = Report {
        uprn: Uprn::parse("100023336956").unwrap(),
        category: "asbestos".into(),
        saw: "Boards torn open\nin the hall".into(),
        when: "This morning".into(),
        to: "housing".into(),
        by_role: "officer".into(),
    };
    let query = last(&asked);
    assert_eq!(query.ask, Ask::Report(expected));
    assert_eq!(query.purpose, "correction");

    house.keeper(|_| panic!("the keeper was asked"));
    let long = "a".repeat(2_001);
    for (member, value, status) in [
        ("category", "a-bad-feeling", 422),
        ("category", "unmapped", 422),
        ("saw", " ", 422),
        ("saw", long.as_str(), 422),
        ("when", long.as_str(), 422),
        ("to", "", 422),
        ("about", handles.flag.as_str(), 404),
        ("about", handles.person.as_str(), 404),
    ] {
        let mut body = report(&handles.property);
        body[member] = json!(value);
        let reply = Request::call(HAZARDS, &body).send(&house).await;
        assert_eq!(reply.status, status, "{member}");
        reply.problem();
    }
}

#[tokio::test]
async fn an_address_and_its_warnings_say_what_was_reported() {
    let house = House::open().await;
    let row = |category: &str| ReportRow {
        correction: REFERENCE.into(),
        category: category.into(),
        raised: at(),
        service: "Housing".into(),
        phone: phone("01632 960100"),
    };
    let mut warned = flag("asbestos", &[]);
    let services = vec![
        sent("Housing", Progress::Delivered),
        sent("Planning", Progress::Settled),
        sent("Benefits", Progress::Raised),
    ];
    warned.reported = vec![state(Some(Field::Warning), services)];
    let mut at_place = place("100023336956", vec![warned]);
    at_place.reports = vec![row("asbestos"), row("domestic-abuse-safety")];
    let several = answer(vec![at_place.clone(), at_place.clone()]);
    house.tells(&["officer"], Answer::Property(answer(vec![at_place])));
    let body = json!({"purpose": "visit", "uprn": "100023336956"});
    let look_up = || Request::call("/api/v1/look-ups/property", &body).send(&house);
    let read = look_up().await.json();
    let one = &read["matches"][0];
    assert_eq!(
        one["flags"][0]["reported"],
        json!([{"correction": REFERENCE,
            "say": "Reported wrong on 3 May 2026, with Housing and Benefits."}])
    );
    assert_eq!(
        one["reports"][0],
        json!({"correction": REFERENCE, "category": {"code": "asbestos", "label": "Asbestos present or presumed"},
            "say": "Reported on 3 May 2026, not yet confirmed by Housing. Phone them.",
            "service": "Housing", "phone": "01632 960100", "reported_on": "2026-05-03"})
    );
    // A reason that no warning tells, no report tells either.
    assert_eq!(one["reports"][1]["category"]["code"], "withheld");
    assert!(!read.to_string().contains("abuse"));

    house.tells(&["officer"], Answer::Property(several));
    let read = look_up().await.json();
    for one in read["matches"].as_array().unwrap() {
        assert_eq!(one["reports"], json!([]), "there is no browsing");
    }
}
