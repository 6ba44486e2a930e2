//! A housing service with an enrolled agent, its sealed details, and a store
//! that says what they belong to.

use std::collections::BTreeMap;

use age::x25519::Identity;
use firebox_contract::enrolment;
use firebox_contract::envelope::{self, Context, Envelope, Format};
use firebox_contract::receipt::Outcome;
use firebox_contract::record::{Class, Uprn};
use firebox_contract::signing::SigningKey;
use firebox_protocol::cover::{self, What};
use firebox_protocol::gate_keeper::{Fetch, Ground, Released, Reply, Request, Why};
use firebox_protocol::mac::MacKey;
use firebox_protocol::operator::{KeeperReply, KeeperRequest};
use firebox_protocol::store_keeper::{self, Attestation, EnvelopeChange};
use firebox_protocol::{Code, Refusal, SessionToken, Slip};
use jiff::civil::Date;

use super::harness::*;
use crate::keys::Keys;
use crate::opener::record_hash;

pub(super) const NOTE: &str = "CANARY-4711: shouted and threw a bottle at the gas engineer";
const SOURCE: &str = "housing-alerts";
const RECORD: i64 = 42;

/// A keeper that can open details, with one agent enrolled.
pub(super) struct Housing {
    pub(super) council: Council,
    pub(super) agent: SigningKey,
    identities: BTreeMap<Class, Identity>,
    sequence: u64,
    pub(super) store: Peer,
}

/// A sealed detail on its way from the store.
#[derive(Clone)]
pub(super) struct Sealed {
    pub(super) envelope: Vec<u8>,
    pub(super) slip: Slip,
}

impl Sealed {
    /// Covers both for a session, as the store does.
    fn covered(&self, session: &str) -> (Vec<u8>, Vec<u8>) {
        let slip = self.slip.seal(&MacKey::new(PERMIT_KEY)).unwrap();
        (
            covered(session, What::Slip, &slip),
            covered(session, What::Envelope, &self.envelope),
        )
    }
}

/// Covers bytes as the store does.
pub(super) fn covered(session: &str, what: What, bytes: &[u8]) -> Vec<u8> {
    let session = SessionToken::new(session.into()).hash();
    cover::cover(&MacKey::new(PERMIT_KEY), what, &session, &[5; 24], bytes).unwrap()
}

impl Housing {
    pub(super) fn open() -> Self {
        Self::with_policy(|policy| policy.to_owned())
    }

    /// Starts with the shipped policy, changed.
    pub(super) fn with_policy(change: impl Fn(&str) -> String) -> Self {
        let mut council = Council::with_log();
        council.policy = change(&council.policy);
        let identities: BTreeMap<Class, Identity> = Class::all()
            .into_iter()
            .map(|class| (class, Identity::generate()))
            .collect();
        council.start_with(with_identities(&identities)).unwrap();
        let agent = SigningKey::from_seed(&[21; 32]);
        enrol(&council, &agent);
        let store = council.store();
        Self {
            council,
            agent,
            identities,
            sequence: 0,
            store,
        }
    }

    /// Stops the keeper and starts it again with the same keys.
    pub(super) fn restart(&mut self) {
        self.council.stop().unwrap();
        self.start();
    }

    pub(super) fn start(&mut self) {
        let keys = with_identities(&self.identities);
        self.council.start_with(keys).unwrap();
        self.store = self.council.store();
    }

    pub(super) fn context(&self, class: Class, version: u64) -> Context {
        Context {
            format: Format::V1,
            box_id: "firebox.example.gov.uk/one".into(),
            service: "housing".into(),
            source: SOURCE.into(),
            record: "A17".into(),
            class,
            version,
            source_time: "2026-02-27T09:00:00Z".parse().unwrap(),
            commitment: String::new(),
            key: self.agent.public().id(),
        }
    }

    pub(super) fn seal(&self, context: Context, payload: &[u8], agent: &SigningKey) -> Vec<u8> {
        let recipient = self.identities[&context.class].to_public();
        envelope::seal(payload, context, &recipient, agent).unwrap()
    }

    /// Seals the note, has it attested, and gives it as the store would.
    pub(super) fn detail(&mut self, session: &str, class: Class) -> Sealed {
        self.version(session, class, 1)
    }

    pub(super) fn version(&mut self, session: &str, class: Class, version: u64) -> Sealed {
        let payload = serde_json::json!({"note": NOTE, "person": "Sam Doe"}).to_string();
        let context = self.context(class, version);
        let envelope = self.seal(context, payload.as_bytes(), &self.agent);
        self.attest(&envelope);
        Sealed {
            envelope,
            slip: slip(session, version),
        }
    }

    /// Puts an envelope into the version map, as an applied batch does.
    pub(super) fn attest(&mut self, envelope: &[u8]) {
        let envelope = Envelope::parse(envelope).unwrap();
        let context = &envelope.context;
        let change = EnvelopeChange {
            record: record_hash(&context.source, &context.record),
            version: context.version,
            ciphertext: Some(envelope.ciphertext_hash()),
        };
        self.apply(vec![change]);
    }

    /// Takes the record's envelope away, as an applied batch does.
    pub(super) fn take_away(&mut self, version: u64) {
        let change = EnvelopeChange {
            record: record_hash(SOURCE, "A17"),
            version,
            ciphertext: None,
        };
        self.apply(vec![change]);
    }

    fn apply(&mut self, envelopes: Vec<EnvelopeChange>) {
        self.sequence += 1;
        let attestation = Attestation {
            source: SOURCE.into(),
            epoch: 1,
            sequence: self.sequence,
            batch: format!("{:064x}", self.sequence),
            outcome: Outcome::Applied,
            reason: None,
            notes: vec![],
            manifest: [8; 32],
            records: 1,
            envelopes,
        };
        let told = store_keeper::Request::Attest(attestation);
        assert!(matches!(
            self.store.ask(&told),
            store_keeper::Reply::Receipt(_)
        ));
    }

    pub(super) fn ask(
        &self,
        session: &str,
        why: Why,
        sealed: &Sealed,
    ) -> Result<Released, Refusal> {
        let (slip, envelope) = sealed.covered(session);
        let request = Request::Release {
            session: SessionToken::new(session.into()),
            why,
            slip,
            envelope,
        };
        released(self.council.gate().ask(&request))
    }

    /// Asks as an officer does before a visit; each reason is another.
    pub(super) fn release(&self, session: &str, sealed: &Sealed) -> Result<Released, Code> {
        let reason = format!("Gas repair with entry, {} before", self.council.log().len());
        self.ask(session, stated("visit", &reason), sealed)
            .map_err(|refusal| refusal.code)
    }

    pub(super) fn emergency(&self, session: &str, sealed: &Sealed) -> Result<Released, Code> {
        let why = Why::Emergency {
            ground: Ground::AtTheDoor,
            happening: "Shouting behind the door".into(),
        };
        self.ask(session, why, sealed)
            .map_err(|refusal| refusal.code)
    }

    pub(super) fn again(
        &self,
        session: &str,
        release: &str,
        sealed: &Sealed,
    ) -> Result<Released, Code> {
        let (slip, envelope) = sealed.covered(session);
        let request = Request::Open {
            session: SessionToken::new(session.into()),
            release: release.into(),
            slip,
            envelope,
        };
        released(self.council.gate().ask(&request)).map_err(|refusal| refusal.code)
    }

    /// Asks for leave to fetch, and gives permit and query.
    pub(super) fn fetch(&self, session: &str, what: Fetch) -> Result<(Vec<u8>, Vec<u8>), Code> {
        let session = SessionToken::new(session.into());
        match self.council.gate().ask(&Request::Fetch { session, what }) {
            Reply::Fetch { permit, query } => Ok((permit, query)),
            Reply::Refused(refusal) => Err(refusal.code),
            _ => panic!("another reply"),
        }
    }

    /// The last entry of a kind.
    pub(super) fn last(&self, kind: &str) -> Entry {
        let log = self.council.log();
        log.into_iter()
            .rfind(|entry| entry.kind() == kind)
            .unwrap_or_else(|| panic!("no entry of kind {kind}"))
    }

    pub(super) fn count(&self, kind: &str) -> usize {
        let log = self.council.log();
        log.iter().filter(|entry| entry.kind() == kind).count()
    }
}

/// The store's word about the record, as good as on the first day.
pub(super) fn slip(session: &str, version: u64) -> Slip {
    Slip {
        session: SessionToken::new(session.into()).hash(),
        record: RECORD,
        source: SOURCE.into(),
        key: "A17".into(),
        version,
        uprn: Uprn::parse("100023336956").ok(),
        review_due: Date::constant(2026, 9, 1),
        expires_boottime_ms: u64::MAX,
    }
}

pub(super) fn stated(purpose: &str, reason: &str) -> Why {
    Why::Stated {
        purpose: purpose.into(),
        reason: reason.into(),
        reference: "V-17".into(),
    }
}

fn released(reply: Reply) -> Result<Released, Refusal> {
    match reply {
        Reply::Released(released) => Ok(released),
        Reply::Refused(refusal) => Err(refusal),
        _ => panic!("another reply"),
    }
}

fn with_identities(identities: &BTreeMap<Class, Identity>) -> Keys {
    let details = identities
        .iter()
        .map(|(class, identity)| (*class, vec![identity.clone()]));
    Keys {
        details: details.collect(),
        ..keys()
    }
}

pub(super) fn enrol(council: &Council, agent: &SigningKey) {
    let prepared = council.operator().ask(&KeeperRequest::AddAgent {
        service: "housing".into(),
        sources: vec![SOURCE.into()],
    });
    let KeeperReply::AgentPrepared { code, .. } = prepared else {
        panic!("not prepared");
    };
    let request = enrolment::Request {
        service: "housing".into(),
        code: code.expose().to_owned(),
        signing_key: agent.public(),
        correction_recipient: "age1corrections".into(),
    };
    let request = Request::Enrol {
        certificate_service: "housing".into(),
        request: serde_json::to_vec(&request).unwrap(),
    };
    assert!(matches!(council.gate().ask(&request), Reply::Done));
}
