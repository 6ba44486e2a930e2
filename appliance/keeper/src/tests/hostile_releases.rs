//! What a gate in hostile hands, or a store, may try.

use firebox_contract::envelope::{self, Context};
use firebox_contract::record::Class;
use firebox_contract::signing::SigningKey;
use firebox_protocol::cover::What;
use firebox_protocol::gate_keeper::{Fetch, Reply, Request};
use firebox_protocol::mac::MacKey;
use firebox_protocol::{Code, SessionToken, Slip};

use super::harness::*;
use super::sealed::*;

/// Asks with a slip and an envelope as they are, and gives the refusal.
fn raw(housing: &Housing, session: &str, slip: Vec<u8>, envelope: Vec<u8>) -> Option<Code> {
    let reason = format!(
        "Gas repair with entry, {} before",
        housing.council.log().len()
    );
    sent(
        housing,
        session,
        &reason,
        covered(session, What::Slip, &slip),
        covered(session, What::Envelope, &envelope),
    )
}

/// Asks with covers as they are.
fn sent(
    housing: &Housing,
    session: &str,
    reason: &str,
    slip: Vec<u8>,
    envelope: Vec<u8>,
) -> Option<Code> {
    let request = Request::Release {
        session: SessionToken::new(session.into()),
        why: stated("visit", reason),
        slip,
        envelope,
    };
    match housing.council.gate().ask(&request) {
        Reply::Refused(refusal) => Some(refusal.code),
        Reply::Released(_) => None,
        _ => panic!("another reply"),
    }
}

fn sealed_slip(slip: &Slip) -> Vec<u8> {
    slip.seal(&MacKey::new(PERMIT_KEY)).unwrap()
}

#[test]
fn nobody_without_a_session_is_released_anything() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let from = housing.council.log().len();
    assert_eq!(
        housing.release("made up", &sealed).err(),
        Some(Code::NotSignedIn)
    );
    let again = housing.again("made up", "REL-0000000000", &sealed).err();
    assert_eq!(again, Some(Code::NotSignedIn));
    assert_eq!(housing.council.log().len(), from);
}

#[test]
fn a_slip_of_another_session_is_an_alarm_and_an_old_one_is_fetched_again() {
    let mut housing = Housing::open();
    let aisha = housing.council.signed_in("Aisha", &["officer"]);
    let ben = housing.council.signed_in("Ben", &["officer"]);
    let sealed = housing.detail(&aisha, Class::Standard);
    assert_eq!(
        housing.release(&ben, &sealed).err(),
        Some(Code::PermitRefused)
    );
    let alarm = housing.last("alarm");
    assert_eq!(
        (&alarm.body["person"], &alarm.body["alarm"]),
        (&"Ben".into(), &"slip-forged".into())
    );
    let old = Slip {
        expires_boottime_ms: 60_000,
        ..sealed.slip.clone()
    };
    let refused = raw(&housing, &aisha, sealed_slip(&old), sealed.envelope);
    assert_eq!(refused, Some(Code::DetailMoved));
}

#[test]
fn a_slip_or_an_envelope_changed_in_any_byte_releases_nothing() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let slip = sealed_slip(&sealed.slip);
    for at in 0..slip.len() {
        let mut changed = slip.clone();
        changed[at] ^= 1;
        let refused = raw(&housing, &session, changed, sealed.envelope.clone());
        assert_eq!(refused, Some(Code::PermitRefused), "slip, byte {at}");
    }
    // Every byte is under the signature or is it; a stride keeps the test short.
    for at in (0..sealed.envelope.len()).step_by(7) {
        let mut changed = sealed.envelope.clone();
        changed[at] ^= 1;
        let refused = raw(&housing, &session, slip.clone(), changed);
        assert_eq!(refused, Some(Code::DetailUnsound), "envelope, byte {at}");
    }
    let slip = covered(&session, What::Slip, &slip);
    let envelope = covered(&session, What::Envelope, &sealed.envelope);
    for at in (0..slip.len()).step_by(3) {
        let mut changed = slip.clone();
        changed[at] ^= 1;
        let refused = sent(
            &housing,
            &session,
            "Gas repair, again",
            changed,
            envelope.clone(),
        );
        assert_eq!(refused, Some(Code::PermitRefused), "cover, byte {at}");
    }
    // One taken for the other.
    let swapped = sent(
        &housing,
        &session,
        "Gas repair, again",
        envelope.clone(),
        slip.clone(),
    );
    assert_eq!(swapped, Some(Code::PermitRefused));
    assert_eq!(housing.count("release"), 0);
    assert_eq!(
        sent(&housing, &session, "Gas repair, again", slip, envelope),
        None
    );
}

#[test]
fn alarms_of_one_kind_are_an_entry_a_minute_and_all_are_counted() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    for _ in 0..50 {
        let refused = raw(&housing, &session, vec![1; 60], sealed.envelope.clone());
        assert_eq!(refused, Some(Code::PermitRefused));
    }
    assert_eq!(housing.count("alarm"), 1);
    housing.council.clock.pass(MINUTE);
    raw(&housing, &session, vec![1; 60], sealed.envelope);
    let log = housing.council.log();
    let more = log.iter().filter_map(|entry| entry.body["more"].as_u64());
    assert_eq!(more.sum::<u64>(), 49);
}

#[test]
fn a_try_at_somebody_elses_release_is_an_entry() {
    let mut housing = Housing::open();
    let aisha = housing.council.signed_in("Aisha", &["officer"]);
    let ben = housing.council.signed_in("Ben", &["officer"]);
    let sealed = housing.detail(&aisha, Class::Standard);
    let first = housing
        .release(&aisha, &sealed)
        .unwrap_or_else(|_| panic!());
    let refused = housing.fetch(&ben, Fetch::Release(first.release.clone()));
    assert_eq!(refused, Err(Code::NotFound));
    let entry = housing.last("release-refused");
    assert_eq!(entry.body["person"], "Ben");
    assert_eq!(entry.body["release"], first.release);
    let reviewer = housing.council.signed_in("Rhys", &["reviewer"]);
    let refused = housing.fetch(&reviewer, Fetch::Record(42));
    assert_eq!(refused, Err(Code::NotAllowed));
    assert_eq!(housing.last("release-refused").body["person"], "Rhys");
}

/// Seals with a context of the caller's choice, signs with `agent`, and has it
/// attested or not.
fn forged(
    housing: &mut Housing,
    session: &str,
    change: impl Fn(&mut Context),
    agent: &SigningKey,
    payload: &[u8],
) -> Option<Code> {
    let mut context = housing.context(Class::Standard, 1);
    change(&mut context);
    let envelope = housing.seal(context, payload, agent);
    housing.attest(&envelope);
    raw(housing, session, sealed_slip(&slip(session, 1)), envelope)
}

#[test]
fn an_envelope_forged_swapped_or_of_another_box_is_an_alarm_by_its_own_name() {
    let payload = br#"{"note":"x"}"#;
    let agent = SigningKey::from_seed(&[21; 32]);
    let stranger = SigningKey::from_seed(&[99; 32]);
    type Change = fn(&mut Context);
    let strangers_key: Change =
        |context| context.key = SigningKey::from_seed(&[99; 32]).public().id();
    let cases: [(&str, Change, &SigningKey); 6] = [
        ("envelope-forged", |_| {}, &stranger),
        ("envelope-key-unknown", strangers_key, &stranger),
        (
            "envelope-of-another-box",
            |context| context.box_id = "other/box".into(),
            &agent,
        ),
        (
            "envelope-swapped",
            |context| context.record = "B18".into(),
            &agent,
        ),
        (
            "envelope-swapped",
            |context| context.source = "housing-addresses".into(),
            &agent,
        ),
        ("envelope-swapped", |context| context.version = 2, &agent),
    ];
    for (name, change, key) in cases {
        let mut housing = Housing::open();
        let session = housing.council.signed_in("Aisha", &["officer"]);
        let refused = forged(&mut housing, &session, change, key, payload);
        assert_eq!(refused, Some(Code::DetailUnsound), "{name}");
        assert_eq!(housing.last("alarm").body["alarm"], name);
    }
}

#[test]
fn an_envelope_whose_inside_is_another_records_is_an_alarm() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    // The agent's own key signs an outside that does not belong to the inside.
    let inner = housing.seal(
        Context {
            record: "B18".into(),
            ..housing.context(Class::Standard, 1)
        },
        br#"{"note":"of somebody else"}"#,
        &housing.agent,
    );
    let inner = envelope::Envelope::parse(&inner).unwrap();
    let outside = Context {
        commitment: inner.context.commitment.clone(),
        ..housing.context(Class::Standard, 1)
    };
    let outside = firebox_contract::canonical::to_bytes(&outside).unwrap();
    let swapped = envelope::assemble(&outside, &inner.ciphertext, &housing.agent).unwrap();
    housing.attest(&swapped);
    let refused = raw(&housing, &session, sealed_slip(&slip(&session, 1)), swapped);
    assert_eq!(refused, Some(Code::DetailUnsound));
    assert_eq!(
        housing.last("alarm").body["alarm"],
        "envelope-context-differs"
    );
}

#[test]
fn what_is_sealed_for_another_class_or_is_no_detail_is_an_alarm() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let agent = SigningKey::from_seed(&[21; 32]);
    for payload in [&b"not json"[..], b"{}", br#"{"note":"x","more":1}"#] {
        let refused = forged(&mut housing, &session, |_| {}, &agent, payload);
        assert_eq!(refused, Some(Code::DetailUnsound));
        assert_eq!(
            housing.last("alarm").body["alarm"],
            "envelope-without-detail"
        );
    }
    // Sealed to the standard class's key, and said to be restricted.
    let plain = housing.context(Class::Standard, 1);
    let envelope = housing.seal(plain, br#"{"note":"x"}"#, &agent);
    let envelope = envelope::Envelope::parse(&envelope).unwrap();
    let context = Context {
        class: Class::Restricted,
        ..envelope.context.clone()
    };
    let context = firebox_contract::canonical::to_bytes(&context).unwrap();
    let relabelled = envelope::assemble(&context, &envelope.ciphertext, &agent).unwrap();
    housing.attest(&relabelled);
    let sealed = Sealed {
        envelope: relabelled,
        slip: slip(&session, 1),
    };
    assert_eq!(
        housing.emergency(&session, &sealed).err(),
        Some(Code::DetailUnsound)
    );
    assert_eq!(
        housing.last("alarm").body["alarm"],
        "envelope-identity-missing"
    );
}

#[test]
fn an_older_version_is_never_released_and_one_never_attested_is_an_alarm() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let old = housing.version(&session, Class::Standard, 1);
    housing.version(&session, Class::Standard, 2);
    assert_eq!(
        housing.release(&session, &old).err(),
        Some(Code::DetailMoved)
    );
    // The same version, sealed again: never attested.
    let context = housing.context(Class::Standard, 2);
    let envelope = housing.seal(context, br#"{"note":"x"}"#, &housing.agent);
    let other = Sealed {
        envelope,
        slip: slip(&session, 2),
    };
    assert_eq!(
        housing.release(&session, &other).err(),
        Some(Code::DetailUnsound)
    );
    assert_eq!(housing.last("alarm").body["alarm"], "envelope-not-attested");
    housing.take_away(2);
    assert_eq!(
        housing.release(&session, &other).err(),
        Some(Code::DetailMoved)
    );
    assert_eq!(housing.count("release"), 0);
}

#[test]
fn an_envelope_of_an_agents_earlier_key_still_opens() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    enrol(&housing.council, &SigningKey::from_seed(&[22; 32]));
    assert!(housing.release(&session, &sealed).is_ok());
    housing.restart();
    assert!(housing.release(&session, &sealed).is_ok());
}

#[test]
fn a_session_that_ended_or_a_person_disabled_is_released_nothing_more() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let first = housing
        .release(&session, &sealed)
        .unwrap_or_else(|_| panic!());
    let disable = firebox_protocol::operator::KeeperRequest::DisablePerson {
        person: "Aisha".into(),
    };
    let _done: firebox_protocol::operator::KeeperReply = housing.council.operator().ask(&disable);
    assert_eq!(
        housing.release(&session, &sealed).err(),
        Some(Code::NotSignedIn)
    );
    let again = housing.again(&session, &first.release, &sealed).err();
    assert_eq!(again, Some(Code::NotSignedIn));
}
