//! Whoever says that something is wrong, and the agent that takes it home.

use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};

use firebox_contract::correction::{self, AnswerFormat, Correction, Field, HowKnown, Item, Said};
use firebox_protocol::answer::{Answer, CorrectionState};
use firebox_protocol::query::{self, About, Correct, Report};
use firebox_protocol::{Ask, Refusal, gate_store};

use super::{Bed, TestAgent, now, permit_for, permit_key, query_for, receipt_key, settings, uprn};

/// Permits of this file: a correction is named by their first fifty bits.
static PERMITS: AtomicU64 = AtomicU64::new(1);

impl Bed {
    /// Says that a field should be something else.
    pub(crate) fn correct(
        &self,
        about: About,
        field: Field,
        should_be: &str,
    ) -> Result<CorrectionState, Refusal> {
        self.raise(Ask::Correct(Correct {
            about,
            field,
            should_be: should_be.into(),
            how_known: HowKnown::PersonToldMe,
            by_role: "adviser".into(),
        }))
    }

    /// Reports a hazard that nobody recorded.
    pub(crate) fn report(
        &self,
        at: u64,
        category: &str,
        to: &str,
    ) -> Result<CorrectionState, Refusal> {
        self.raise(Ask::Report(Report {
            uprn: uprn(at),
            category: category.into(),
            saw: "two dogs, loose in the yard".into(),
            when: "this morning".into(),
            to: to.into(),
            by_role: "officer".into(),
        }))
    }

    /// Asks how one stands.
    pub(crate) fn stands(&self, reference: &str) -> Result<CorrectionState, Refusal> {
        self.raise(Ask::Correction(reference.into()))
    }

    pub(crate) fn raise(&self, ask: Ask) -> Result<CorrectionState, Refusal> {
        let action = ask.action();
        let bytes = query::to_bytes(&query_for(ask)).unwrap();
        let mut id = [0xC0; 16];
        let number = PERMITS.fetch_add(1, Ordering::Relaxed);
        id[..8].copy_from_slice(&(number << 14).to_be_bytes());
        let permit = permit_for(id, &bytes, action, self.nonce(), 9_000).seal(&permit_key());
        match self.ask(gate_store::Request::Answer {
            permit,
            query: bytes,
        }) {
            gate_store::Reply::Answer(Answer::Correction(state)) => Ok(state),
            gate_store::Reply::Refused(refusal) => Err(refusal),
            _ => panic!("another reply"),
        }
    }

    /// Fetches what waits for a service.
    pub(crate) fn waiting(&self, service: &str) -> Result<Vec<Vec<u8>>, Refusal> {
        let certificate_service = service.into();
        match self.ask(gate_store::Request::Corrections {
            certificate_service,
        }) {
            gate_store::Reply::Corrections(waiting) => Ok(waiting),
            gate_store::Reply::Refused(refusal) => Err(refusal),
            _ => panic!("another reply"),
        }
    }

    /// Brings an answer with a service's certificate.
    pub(crate) fn answers(&self, service: &str, answer: &[u8]) -> Result<(), Refusal> {
        match self.ask(gate_store::Request::AnswerCorrection {
            certificate_service: service.into(),
            answer: answer.to_vec(),
        }) {
            gate_store::Reply::Done => Ok(()),
            gate_store::Reply::Refused(refusal) => Err(refusal),
            _ => panic!("another reply"),
        }
    }

    /// Lets an agent say something of a correction.
    pub(crate) fn hears_from(
        &self,
        agent: &TestAgent,
        reference: &str,
        said: Said,
    ) -> Result<(), Refusal> {
        let answer = agent.answer(reference, said);
        let signed = correction::sign_answer(&answer, &agent.key).unwrap();
        self.answers(&agent.service, &signed)
    }
}

impl TestAgent {
    /// Checks and opens a correction as the real agent does.
    pub(crate) fn opens(&self, bytes: &[u8]) -> Item {
        let correction = Correction::parse(bytes).unwrap();
        correction.verify(&receipt_key().public()).unwrap();
        let decryptor = age::Decryptor::new(correction.ciphertext.as_slice()).unwrap();
        let identity = std::iter::once(&self.correction_identity as &dyn age::Identity);
        let mut plain = Vec::new();
        let mut reader = decryptor.decrypt(identity).unwrap();
        reader.read_to_end(&mut plain).unwrap();
        correction.accept(&plain).unwrap()
    }

    /// Makes an answer of this agent's service.
    pub(crate) fn answer(&self, reference: &str, said: Said) -> correction::Answer {
        correction::Answer {
            format: AnswerFormat::V1,
            box_id: settings().box_id,
            service: self.service.clone(),
            correction: reference.into(),
            said,
            at: now(),
        }
    }
}
