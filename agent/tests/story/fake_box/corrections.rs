//! The box's side of corrections: sealed to whoever enrolled, signed, listed by
//! client certificate until they are delivered, and answered under a signature.

use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_contract::canonical::sha256;
use firebox_contract::correction::{
    self, About, Field, Format, Header, HowKnown, Item, Said, Waiting, Wrong,
};
use firebox_contract::signing::{Domain, SigningKey};
use jiff::Timestamp;

use super::{FakeBox, Held};

/// How the box answers the next answer to a correction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AnswerMood {
    /// Never, until the connection ends, and takes nothing.
    Stalls,
    /// Takes it and loses its own answer.
    LosesAnswer,
    /// With this status, and takes nothing.
    Says(u16),
}

/// A correction the box gives out.
pub struct Sent {
    /// To whom it is listed.
    pub service: String,
    pub reference: String,
    pub bytes: Vec<u8>,
    /// What was said to it and taken, in order.
    pub said: Vec<Said>,
    /// Answers that arrived, taken or not.
    pub posts: usize,
    /// Closed by the box, without the agent.
    pub closed: bool,
}

/// A correction to be made, right in all parts unless they are changed.
#[derive(Clone)]
pub struct Draft {
    pub service: String,
    pub reference: String,
    pub box_id: String,
    pub item: Item,
    /// Whose recipient it is sealed to.
    pub sealed_to: String,
    pub forged: bool,
    pub raised: Timestamp,
}

impl Draft {
    /// One field of one person of a service.
    pub fn field(service: &str, reference: &str, field: Field, should_be: &str) -> Self {
        Self {
            service: service.into(),
            reference: reference.into(),
            box_id: "firebox.example.gov.uk/test".into(),
            item: Item {
                correction: reference.into(),
                service: service.into(),
                about: About::Person {
                    reference: "Canary-P144".into(),
                    records: vec!["housing-people/Canary-P144".into()],
                },
                wrong: Wrong::Field {
                    field,
                    should_be: should_be.into(),
                    how_known: HowKnown::PersonToldMe,
                },
                by_role: "adviser".into(),
            },
            sealed_to: service.into(),
            forged: false,
            raised: "2026-07-03T13:05:00Z".parse().unwrap(),
        }
    }

    pub fn name(service: &str, reference: &str) -> Self {
        Self::field(service, reference, Field::PreferredName, "Canary Sam")
    }
}

impl FakeBox {
    /// Gives the bytes of a correction.
    pub fn correction(&self, draft: &Draft) -> Vec<u8> {
        let recipient = self
            .held()
            .enrolled_for(&draft.sealed_to)
            .correction_recipient
            .parse()
            .unwrap();
        let ciphertext = correction::seal(&draft.item, &recipient).unwrap();
        let header = Header {
            format: Format::V1,
            box_id: draft.box_id.clone(),
            service: draft.service.clone(),
            correction: draft.reference.clone(),
            raised: draft.raised,
            ciphertext_sha256: hex::encode(sha256(&[&ciphertext])),
        };
        let header = correction::header_bytes(&header).unwrap();
        let forger = SigningKey::from_seed(&[1; 32]);
        let key = if draft.forged {
            &forger
        } else {
            &self.keys.receipt
        };
        let signature = key.sign(Domain::Correction, &header);
        correction::assemble(&header, &ciphertext, &signature).unwrap()
    }

    /// Lists a correction to the service it names.
    pub fn raise(&self, draft: &Draft) {
        self.list(&draft.service, &draft.reference, self.correction(draft));
    }

    /// Lists bytes to a service, whatever they are.
    pub fn list(&self, service: &str, reference: &str, bytes: Vec<u8>) {
        self.held().corrections.push(Sent {
            service: service.into(),
            reference: reference.into(),
            bytes,
            said: Vec::new(),
            posts: 0,
            closed: false,
        });
    }

    /// What the box took as said to a correction.
    pub fn said(&self, reference: &str) -> Vec<Said> {
        self.sent(reference, |sent| sent.said.clone())
    }

    /// Answers to a correction that arrived, taken or not.
    pub fn posts(&self, reference: &str) -> usize {
        self.sent(reference, |sent| sent.posts)
    }

    /// Looks at one correction.
    pub fn sent<T>(&self, reference: &str, look: impl FnOnce(&mut Sent) -> T) -> T {
        let mut held = self.held();
        let mut all = held.corrections.iter_mut();
        look(all.find(|sent| sent.reference == reference).unwrap())
    }
}

/// Answers a request about corrections; none ends the connection.
pub(super) fn serve(
    held: &Mutex<Held>,
    peer: &[u8],
    path: &str,
    body: &[u8],
) -> Option<(u16, Vec<u8>)> {
    let mut held = held.lock().unwrap();
    let certificates = held.certificates.iter();
    let service = certificates
        .rev()
        .find(|(der, _)| der == peer)
        .map(|(_, service)| service.clone())
        .unwrap();
    if path == "GET /intake/v1/corrections" {
        return Some((200, waiting(&held, &service)));
    }
    let reference = path.strip_prefix("POST /intake/v1/corrections/").unwrap();
    let mood = held.answer_moods.pop_front();
    if let Some(sent) = find(&mut held, &service, reference) {
        sent.posts += 1;
    }
    match mood {
        Some(AnswerMood::Stalls) => {
            drop(held);
            loop {
                std::thread::park();
            }
        }
        Some(AnswerMood::Says(status)) => return Some((status, Vec::new())),
        _ => {}
    }
    let status = take(&mut held, &service, reference, body);
    (mood != Some(AnswerMood::LosesAnswer)).then_some((status, Vec::new()))
}

fn waiting(held: &Held, service: &str) -> Vec<u8> {
    let waiting = held
        .corrections
        .iter()
        .filter(|sent| sent.service == service && sent.said.is_empty() && !sent.closed);
    let mut corrections: Vec<String> = waiting.map(|sent| STANDARD.encode(&sent.bytes)).collect();
    corrections.truncate(correction::MAX_CORRECTIONS);
    serde_json::to_vec(&Waiting { corrections }).unwrap()
}

fn take(held: &mut Held, service: &str, reference: &str, body: &[u8]) -> u16 {
    let key = held.enrolled_for(service).signing_key;
    let Ok(answer) = correction::open_answer(body, &key) else {
        return 403;
    };
    assert_eq!(
        (answer.service.as_str(), answer.correction.as_str()),
        (service, reference)
    );
    assert_eq!(answer.box_id, "firebox.example.gov.uk/test");
    let Some(sent) = find(held, service, reference) else {
        return 404;
    };
    if sent.closed {
        return 409;
    }
    match sent.said.last() {
        Some(last) if *last == answer.said => 204,
        Some(Said::Done | Said::Declined { .. }) => 409,
        _ => {
            sent.said.push(answer.said);
            204
        }
    }
}

fn find<'a>(held: &'a mut Held, service: &str, reference: &str) -> Option<&'a mut Sent> {
    let mut all = held.corrections.iter_mut();
    all.find(|sent| sent.service == service && sent.reference == reference)
}
