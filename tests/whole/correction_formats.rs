//! Corrections and their answers, against the committed vectors.

use firebox_contract::canonical::sha256;
use firebox_contract::correction::{
    self, About, Answer, AnswerFormat, Correction, CorrectionError, Declined, Field, Format,
    Header, HowKnown, Item, Said, Wrong,
};
use firebox_contract::signing::{Domain, PublicKey, SigningKey};
use serde_json::{Value, json};

use crate::formats::{b64, bytes, identity, new_identity, text, vector};

const BOX_SEED: [u8; 32] = [3; 32];
const AGENT_SEED: [u8; 32] = [1; 32];
const OTHER_SEED: [u8; 32] = [2; 32];
const BOX: &str = "firebox.northborough.example.gov.uk/box-1";

fn item(correction: &str) -> Item {
    Item {
        correction: correction.into(),
        service: "housing".into(),
        about: About::Person {
            reference: "P00000144".into(),
            records: vec!["housing-people/P00000144".into()],
        },
        wrong: Wrong::Field {
            field: Field::Phone,
            should_be: "+447700900617".into(),
            how_known: HowKnown::PersonToldMe,
        },
        by_role: "adviser".into(),
    }
}

/// Lays a correction out: `inside` may be of another one than the header.
fn laid_out(inside: &[u8], key: &SigningKey) -> Vec<u8> {
    let header = Header {
        format: Format::V1,
        box_id: BOX.into(),
        service: "housing".into(),
        correction: "COR-0123456789".into(),
        raised: "2026-11-23T10:00:00Z".parse().unwrap(),
        ciphertext_sha256: hex::encode(sha256(&[inside])),
    };
    let header = correction::header_bytes(&header).unwrap();
    let signature = key.sign(Domain::Correction, &header);
    correction::assemble(&header, inside, &signature).unwrap()
}

fn fresh_correction() -> Value {
    let (identity, secret) = new_identity();
    let key = SigningKey::from_seed(&BOX_SEED);
    let sealed = |item: &Item| correction::seal(item, &identity.to_public()).unwrap();
    let inside = sealed(&item("COR-0123456789"));
    let one = laid_out(&inside, &key);
    let forged = laid_out(&inside, &SigningKey::from_seed(&OTHER_SEED));
    let swapped = laid_out(&sealed(&item("COR-9876543210")), &key);
    let mut differs = one.clone();
    let inside_at = differs.len() - 64 - 1;
    differs[inside_at] ^= 1;
    json!({
        "about": "A correction for one service. `signing_key` is the box's receipt key, `identity` opens the age file; `item` is what is inside.",
        "signing_key": key.public(),
        "identity": secret,
        "item": serde_json::to_value(item("COR-0123456789")).unwrap(),
        "correction": b64(&one),
        "refused": [
            {"name": "forged: another key signed it", "reason": "Signature(BadSignature)", "correction": b64(&forged)},
            {"name": "swapped: the inside is another correction's", "reason": "Swapped", "correction": b64(&swapped)},
            {"name": "the ciphertext is not the header's", "reason": "CiphertextDiffers", "correction": b64(&differs)},
            {"name": "truncated by one byte", "reason": "Malformed(Truncated)", "correction": b64(&one[..one.len() - 1])},
            {"name": "one byte too many", "reason": "Malformed(Trailing)", "correction": b64(&[one.as_slice(), &[0]].concat())},
            {"name": "unknown version", "reason": "Malformed(Version)", "correction": b64(&[&[2], &one[1..]].concat())},
        ],
    })
}

/// Does what the agent does with a correction.
fn open(
    bytes: &[u8],
    key: &PublicKey,
    identity: &age::x25519::Identity,
) -> Result<Item, CorrectionError> {
    let correction = Correction::parse(bytes)?;
    correction.verify(key)?;
    let plain = age::decrypt(identity, &correction.ciphertext).unwrap();
    correction.accept(&plain)
}

#[test]
fn a_correction_opens_for_its_service_and_every_hostile_one_is_refused_by_name() {
    let vector = vector("correction.json", fresh_correction);
    let key = PublicKey::try_from(text(&vector, "signing_key").to_owned()).unwrap();
    let identity = identity(&vector);
    let Ok(read) = open(&bytes(&vector, "correction"), &key, &identity) else {
        panic!("the vector opens");
    };
    assert_eq!(serde_json::to_value(read).unwrap(), vector["item"]);
    for hostile in vector["refused"].as_array().unwrap() {
        let refused = open(&bytes(hostile, "correction"), &key, &identity)
            .err()
            .unwrap();
        assert_eq!(format!("{refused:?}"), text(hostile, "reason"), "{hostile}");
    }
}

fn fresh_answer() -> Value {
    let key = SigningKey::from_seed(&AGENT_SEED);
    let answer = Answer {
        format: AnswerFormat::V1,
        box_id: BOX.into(),
        service: "housing".into(),
        correction: "COR-0123456789".into(),
        said: Said::Declined {
            reason: Declined::NotConfirmed,
        },
        at: "2026-11-23T11:00:00Z".parse().unwrap(),
    };
    json!({
        "about": "An agent's answer to a correction, signed with the agent's key.",
        "signing_key": key.public(),
        "document": answer,
        "answer": b64(&correction::sign_answer(&answer, &key).unwrap()),
    })
}

#[test]
fn an_answer_to_a_correction_is_made_the_same_and_refused_when_any_byte_differs() {
    let vector = vector("correction_answer.json", fresh_answer);
    assert_eq!(vector, fresh_answer());
    let signed = bytes(&vector, "answer");
    let key = SigningKey::from_seed(&AGENT_SEED).public();
    assert!(correction::open_answer(&signed, &key).is_ok());
    for at in 0..signed.len() {
        let mut changed = signed.clone();
        changed[at] ^= 1;
        assert!(
            correction::open_answer(&changed, &key).is_err(),
            "byte {at}"
        );
    }
}
