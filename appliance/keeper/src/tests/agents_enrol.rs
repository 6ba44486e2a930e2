use firebox_contract::enrolment;
use firebox_contract::signing::SigningKey;
use firebox_protocol::Code;
use firebox_protocol::gate_keeper;
use firebox_protocol::mac::{MacDomain, MacKey};
use firebox_protocol::operator::{AgentRow, KeeperReply, KeeperRequest};
use firebox_protocol::store_keeper::{AgentKey, AgentList, Reply, Request};

use super::harness::*;

fn prepare(council: &Council, service: &str, sources: &[&str]) -> Result<(String, u64), Code> {
    let sources = sources.iter().map(|source| (*source).to_owned()).collect();
    match council.operator().ask(&KeeperRequest::AddAgent {
        service: service.into(),
        sources,
    }) {
        KeeperReply::AgentPrepared { code, epoch, .. } => Ok((code.expose().to_owned(), epoch)),
        KeeperReply::Refused(refusal) => Err(refusal.code),
        _ => panic!("another reply"),
    }
}

fn enrol(council: &Council, certificate: &str, code: &str, seed: u8) -> Option<Code> {
    let request = enrolment::Request {
        service: "housing".into(),
        code: code.into(),
        signing_key: SigningKey::from_seed(&[seed; 32]).public(),
        correction_recipient: "age1corrections".into(),
    };
    let request = gate_keeper::Request::Enrol {
        certificate_service: certificate.into(),
        request: serde_json::to_vec(&request).unwrap(),
    };
    match council.gate().ask(&request) {
        gate_keeper::Reply::Done => None,
        gate_keeper::Reply::Refused(refusal) => Some(refusal.code),
        _ => panic!("another reply"),
    }
}

fn listed(council: &Council) -> Vec<AgentKey> {
    let Reply::Agents { list, mac } = council.store().ask(&Request::Agents) else {
        panic!()
    };
    assert!(MacKey::new(PERMIT_KEY).verify(MacDomain::Agents, &list, &mac));
    firebox_protocol::frame::decode::<AgentList>(&list)
        .unwrap()
        .agents
}

#[test]
fn an_agent_enrols_once_with_its_code_and_is_listed_under_a_mac() {
    let mut council = Council::open();
    let (code, epoch) = prepare(&council, "housing", &["housing-alerts"]).unwrap();
    assert_eq!((code.len(), epoch), (20, 1));
    assert!(listed(&council).is_empty());
    assert_eq!(enrol(&council, "housing", &code, 1), None);
    assert_eq!(
        enrol(&council, "housing", &code, 2),
        Some(Code::EnrolmentRefused)
    );
    council.restart();
    let agents = listed(&council);
    assert_eq!(agents.len(), 1);
    assert_eq!(
        (agents[0].service.as_str(), agents[0].epoch),
        ("housing", 1)
    );
    assert_eq!(agents[0].sources, ["housing-alerts"]);
    assert_eq!(agents[0].key, SigningKey::from_seed(&[1; 32]).public());
    assert_eq!(agents[0].correction_recipient, "age1corrections");
    assert!(
        council
            .log()
            .iter()
            .all(|entry| !entry.body.to_string().contains(&code))
    );
}

#[test]
fn a_wrong_code_service_certificate_or_late_enrolment_is_refused_in_one_way() {
    let council = Council::open();
    let refused = Some(Code::EnrolmentRefused);
    assert_eq!(enrol(&council, "housing", "0123", 1), refused);
    let (code, _) = prepare(&council, "housing", &["housing-alerts"]).unwrap();
    assert_eq!(enrol(&council, "housing", &code[1..], 1), refused);
    assert_eq!(enrol(&council, "benefits", &code, 1), refused);
    council.clock.pass(7 * 24 * HOUR);
    assert_eq!(enrol(&council, "housing", &code, 1), refused);
    assert!(listed(&council).is_empty());
    let refusals = council
        .log()
        .into_iter()
        .filter(|entry| entry.kind() == "refused");
    assert!(refusals.count() >= 2);
}

#[test]
fn preparing_again_raises_the_epoch_and_the_old_key_is_good_until_the_new_one_enrols() {
    let council = Council::open();
    let (first, _) = prepare(&council, "housing", &["housing-alerts"]).unwrap();
    assert_eq!(enrol(&council, "housing", &first, 1), None);
    let (second, epoch) = prepare(
        &council,
        "housing",
        &["housing-alerts", "housing-addresses"],
    )
    .unwrap();
    assert_eq!(epoch, 2);
    assert_eq!(listed(&council)[0].epoch, 1);
    let KeeperReply::Agents(rows) = council.operator().ask(&KeeperRequest::ListAgents) else {
        panic!("another reply")
    };
    let id = SigningKey::from_seed(&[1; 32]).public().id();
    let short = |row: &AgentRow| (row.epoch, row.key.clone());
    assert_eq!(
        rows.iter().map(short).collect::<Vec<_>>(),
        [(1, Some(id)), (2, None)]
    );
    assert_eq!(enrol(&council, "housing", &second, 2), None);
    let agents = listed(&council);
    assert_eq!(
        (agents.len(), agents[0].epoch, agents[0].sources.len()),
        (1, 2, 2)
    );
    assert_eq!(agents[0].key, SigningKey::from_seed(&[2; 32]).public());
}

#[test]
fn only_services_and_feeds_the_box_knows_can_be_prepared() {
    let council = Council::open();
    assert_eq!(
        prepare(&council, "parks", &["parks"]).err(),
        Some(Code::NotFound)
    );
    assert_eq!(
        prepare(&council, "housing", &["parks"]).err(),
        Some(Code::NotFound)
    );
    assert_eq!(
        prepare(&council, "housing", &[]).err(),
        Some(Code::Malformed)
    );
    let twice = prepare(&council, "housing", &["housing-alerts", "housing-alerts"]);
    assert_eq!(twice.err(), Some(Code::Malformed));
}

#[test]
fn the_list_of_recipients_is_signed_by_the_receipt_key() {
    let council = Council::open();
    let reply = council.gate().ask(&gate_keeper::Request::Recipients);
    let gate_keeper::Reply::Bytes(bytes) = reply else {
        panic!("another reply")
    };
    let key = SigningKey::from_seed(&[15; 32]).public();
    let noon = i64::try_from(crate::clock::by_hand::NOON_MS).unwrap();
    let now = jiff::Timestamp::from_millisecond(noon).unwrap();
    let document = firebox_contract::recipients::open(&bytes, &key, now).unwrap();
    assert_eq!(
        (document.batch.as_str(), document.details.len()),
        ("age1b", 1)
    );
}
