//! The byte formats, against the committed vectors in `tests/vectors`.
//!
//! What is deterministic is made anew and compared. What age encrypts is
//! opened. Then each hostile variant must be refused with the reason that the
//! vector names. `FIREBOX_WRITE_VECTORS=1` writes the files anew.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_contract::batch::{self, Batch, Line};
use firebox_contract::canonical::sha256;
use firebox_contract::envelope::{self, Context, Envelope};
use firebox_contract::record::{Class, Detail, Property, Record, Uprn};
use firebox_contract::signing::SigningKey;
use firebox_contract::{receipt, recipients, setsum};
use serde_json::{Value, json};

const AGENT_SEED: [u8; 32] = [1; 32];
const OTHER_SEED: [u8; 32] = [2; 32];
const RECEIPT_SEED: [u8; 32] = [3; 32];
const BOX: &str = "firebox.northborough.example.gov.uk/box-1";

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(name)
}

/// Gives the committed vector, after writing `fresh` where writing was asked for.
pub(crate) fn vector(name: &str, fresh: impl FnOnce() -> Value) -> Value {
    let path = file(name);
    if std::env::var_os("FIREBOX_WRITE_VECTORS").is_some() {
        let mut text = serde_json::to_string_pretty(&fresh()).unwrap();
        text.push('\n');
        fs::write(&path, text).unwrap();
    }
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Gives the page that explains the vectors.
pub(crate) fn page() -> String {
    fs::read_to_string(file("README.md")).unwrap()
}

pub(crate) fn b64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn bytes(vector: &Value, member: &str) -> Vec<u8> {
    STANDARD.decode(text(vector, member)).unwrap()
}

pub(crate) fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member]
        .as_str()
        .unwrap_or_else(|| panic!("the vector has no {member}"))
}

pub(crate) fn identity(vector: &Value) -> age::x25519::Identity {
    text(vector, "identity").parse().unwrap()
}

pub(crate) fn new_identity() -> (age::x25519::Identity, String) {
    use age::secrecy::ExposeSecret;
    let identity = age::x25519::Identity::generate();
    let secret = identity.to_string().expose_secret().to_owned();
    (identity, secret)
}

fn context(record: &str) -> Context {
    Context {
        format: envelope::Format::V1,
        box_id: BOX.into(),
        service: "community-safety".into(),
        source: "caution-list".into(),
        record: record.into(),
        class: Class::Standard,
        version: 4_294_967_297,
        source_time: "2026-05-03T00:00:00Z".parse().unwrap(),
        commitment: String::new(),
        key: SigningKey::from_seed(&AGENT_SEED).public().id(),
    }
}

fn payload() -> Vec<u8> {
    let detail = Detail {
        note:
            "Threatened a repairs operative on the stairs. Calm when told of the visit beforehand."
                .into(),
        incident_date: Some("2026-05-01".parse().unwrap()),
        incident_reference: Some("INC-1".into()),
        person: None,
        decided_by: Some("A Manager".into()),
        approved_by: Some("B Director".into()),
        notified: None,
    };
    firebox_contract::canonical::to_bytes(&detail).unwrap()
}

fn fresh_envelope() -> Value {
    let (identity, secret) = new_identity();
    let agent = SigningKey::from_seed(&AGENT_SEED);
    let sealed = |record: &str, key: &SigningKey| {
        envelope::seal(&payload(), context(record), &identity.to_public(), key).unwrap()
    };
    let one = sealed("CS-0041", &agent);
    let two = Envelope::parse(&sealed("CS-0042", &agent)).unwrap();
    // The ciphertext of another record under this record's context, signed by
    // the agent's own key as only a compromised agent could.
    let outside = firebox_contract::canonical::to_bytes(&Envelope::parse(&one).unwrap().context);
    let mixed = envelope::assemble(&outside.unwrap(), &two.ciphertext, &agent).unwrap();
    let forged = sealed("CS-0041", &SigningKey::from_seed(&OTHER_SEED));
    json!({
        "about": "One sealed detail. `signing_key` checks the signature, `identity` opens the age file; the payload is canonical JSON.",
        "signing_key": agent.public(),
        "identity": secret,
        "payload": b64(&payload()),
        "envelope": b64(&one),
        "refused": [
            {"name": "forged: another key signed it", "reason": "BadSignature", "envelope": b64(&forged)},
            {"name": "swapped: the inside is another record's", "reason": "ContextDiffers", "envelope": b64(&mixed)},
            {"name": "truncated by one byte", "reason": "Malformed(Truncated)", "envelope": b64(&one[..one.len() - 1])},
            {"name": "one byte too many", "reason": "Malformed(Trailing)", "envelope": b64(&[one.as_slice(), &[0]].concat())},
            {"name": "unknown version", "reason": "Malformed(Version)", "envelope": b64(&[&[2], &one[1..]].concat())},
        ],
    })
}

/// Does what the keeper does with an envelope: signature, age, inside.
fn open(
    bytes: &[u8],
    key: &firebox_contract::signing::PublicKey,
    identity: &age::x25519::Identity,
) -> Result<Vec<u8>, envelope::EnvelopeError> {
    let envelope = Envelope::parse(bytes)?;
    envelope.verify(key)?;
    let plain = age::decrypt(identity, &envelope.ciphertext).unwrap();
    envelope.accept(&plain).map(|payload| payload.to_vec())
}

#[test]
fn an_envelope_opens_for_its_own_record_and_every_hostile_one_is_refused_by_name() {
    let vector = vector("envelope.json", fresh_envelope);
    let key = SigningKey::from_seed(&AGENT_SEED).public();
    assert_eq!(vector["signing_key"], json!(key));
    let identity = identity(&vector);
    let good = bytes(&vector, "envelope");
    assert_eq!(open(&good, &key, &identity), Ok(bytes(&vector, "payload")));
    for hostile in vector["refused"].as_array().unwrap() {
        let refused = open(&bytes(hostile, "envelope"), &key, &identity).unwrap_err();
        assert_eq!(
            format!("{refused:?}"),
            text(hostile, "reason"),
            "{}",
            text(hostile, "name")
        );
    }
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1;
        let envelope = Envelope::parse(&changed).ok();
        let accepted = envelope.is_some_and(|e| e.verify(&key).is_ok());
        assert!(!accepted, "an envelope with byte {at} changed was accepted");
    }
}

#[test]
fn a_payload_that_does_not_match_its_commitment_is_refused() {
    let vector = vector("envelope.json", fresh_envelope);
    let envelope = Envelope::parse(&bytes(&vector, "envelope")).unwrap();
    let mut plain = age::decrypt(&identity(&vector), &envelope.ciphertext).unwrap();
    *plain.last_mut().unwrap() ^= 1;
    assert_eq!(
        envelope.accept(&plain),
        Err(envelope::EnvelopeError::Commitment)
    );
}

fn header(kind: batch::Kind, sequence: u64, previous: &str, count: u64) -> batch::Header {
    batch::Header {
        format: batch::Format::V1,
        box_id: BOX.into(),
        source: "caution-list".into(),
        agent_key: SigningKey::from_seed(&AGENT_SEED).public().id(),
        epoch: 1,
        sequence,
        previous: previous.into(),
        kind,
        run: 1,
        count,
        created: "2026-05-03T05:15:00Z".parse().unwrap(),
        ciphertext_sha256: String::new(),
    }
}

fn put_line() -> Vec<u8> {
    let record = Record::Property(Property {
        uprn: Uprn::parse("100012345678").unwrap(),
        place: firebox_contract::record::Place::parse(["14 Mill Lane"], "NB1 4QX").unwrap(),
        parent: None,
        classification: None,
    });
    let line = Line::Put {
        key: "P-14".into(),
        version: 4_294_967_297,
        source_time: "2026-05-03T00:00:00Z".parse().unwrap(),
        record,
        envelope: None,
    };
    let mut bytes = firebox_contract::canonical::to_bytes(&line).unwrap();
    bytes.push(b'\n');
    bytes
}

fn fresh_batch() -> Value {
    let (identity, secret) = new_identity();
    let agent = SigningKey::from_seed(&AGENT_SEED);
    let seal = |header: batch::Header, key: &SigningKey| {
        batch::seal(header, &put_line(), &identity.to_public(), key).unwrap()
    };
    let part = header(batch::Kind::SnapshotPart, 1, batch::NO_PREVIOUS, 1);
    let good = seal(part.clone(), &agent);
    // The same body under a header that calls it the part of another reading.
    let other = batch::Header {
        run: 2,
        ..part.clone()
    };
    let moved = batch::assemble(other, &Batch::parse(&good).unwrap().ciphertext, &agent).unwrap();
    let forged = seal(part, &SigningKey::from_seed(&OTHER_SEED));
    let mut damaged = good.clone();
    let in_ciphertext = damaged.len() - 64 - 10;
    damaged[in_ciphertext] ^= 1;
    json!({
        "about": "One batch with one line. `signing_key` checks the signature, `identity` opens the age file, inside it is zstd.",
        "signing_key": agent.public(),
        "identity": secret,
        "line": String::from_utf8(put_line()).unwrap(),
        "hash": Batch::parse(&good).unwrap().hash(),
        "batch": b64(&good),
        "refused": [
            {"name": "forged: another key signed it", "reason": "bad-signature", "batch": b64(&forged)},
            {"name": "a body under another header", "reason": "header-differs", "batch": b64(&moved)},
            {"name": "a ciphertext damaged on its way", "reason": "ciphertext-differs", "batch": b64(&damaged)},
            {"name": "truncated", "reason": "malformed", "batch": b64(&good[..good.len() - 1])},
            {"name": "unknown version", "reason": "malformed", "batch": b64(&[&[9], &good[1..]].concat())},
        ],
    })
}

/// Does what the store does with a batch: signature, age, zstd, inner header.
fn read_batch(
    bytes: &[u8],
    identity: &age::x25519::Identity,
) -> Result<Vec<u8>, batch::BatchError> {
    let batch = Batch::parse(bytes)?;
    batch.verify(&SigningKey::from_seed(&AGENT_SEED).public())?;
    let packed = age::decrypt(identity, &batch.ciphertext).unwrap();
    let body = zstd::decode_all(packed.as_slice()).unwrap();
    Ok(batch.lines(&body)?.concat())
}

#[test]
fn a_batch_reads_back_and_every_hostile_one_is_refused_by_name() {
    let vector = vector("batch.json", fresh_batch);
    let identity = identity(&vector);
    let good = bytes(&vector, "batch");
    assert_eq!(
        read_batch(&good, &identity).unwrap(),
        text(&vector, "line").trim_end().as_bytes()
    );
    assert_eq!(Batch::parse(&good).unwrap().hash(), text(&vector, "hash"));
    for hostile in vector["refused"].as_array().unwrap() {
        let refused = read_batch(&bytes(hostile, "batch"), &identity).unwrap_err();
        assert_eq!(
            refused.code(),
            text(hostile, "reason"),
            "{}",
            text(hostile, "name")
        );
    }
}

fn fresh_receipt() -> Value {
    let key = SigningKey::from_seed(&RECEIPT_SEED);
    let statement = receipt::Statement {
        format: receipt::Format::V1,
        box_id: BOX.into(),
        source: "caution-list".into(),
        epoch: 1,
        sequence: 1,
        batch: hex::encode(sha256(&[b"a batch"])),
        outcome: receipt::Outcome::Applied,
        reason: None,
        notes: vec![receipt::RecordNote {
            key: "CS-0041".into(),
            code: "review-brought-forward".into(),
        }],
        entry: 12,
        at: "2026-05-03T05:15:02Z".parse().unwrap(),
    };
    json!({
        "about": "The keeper's answer to a batch. Deterministic: Ed25519 has no randomness.",
        "seed": b64(&RECEIPT_SEED),
        "signing_key": key.public(),
        "statement": statement,
        "receipt": b64(&receipt::sign(&statement, &key).unwrap()),
    })
}

#[test]
fn an_agent_receipt_is_made_the_same_and_refused_when_any_byte_differs() {
    let vector = vector("agent_receipt.json", fresh_receipt);
    assert_eq!(vector, fresh_receipt());
    let key = SigningKey::from_seed(&RECEIPT_SEED).public();
    let good = bytes(&vector, "receipt");
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1;
        let accepted = receipt::Receipt::parse(&changed).is_ok_and(|r| r.verify(&key).is_ok());
        assert!(!accepted, "byte {at}");
        assert!(receipt::Receipt::parse(&good[..at]).is_err(), "cut at {at}");
    }
}

fn fresh_recipients() -> Value {
    let key = SigningKey::from_seed(&RECEIPT_SEED);
    let document = recipients::Document {
        box_id: BOX.into(),
        batch: "age1vectorbatch".into(),
        details: [("standard".to_owned(), "age1vectorstandard".to_owned())].into(),
        valid_until: "2026-06-02T00:00:00Z".parse().unwrap(),
    };
    json!({
        "about": "The keys an agent seals to, signed with the receipt key.",
        "signing_key": key.public(),
        "document": document,
        "recipients": b64(&recipients::sign(&document, &key).unwrap()),
    })
}

#[test]
fn a_list_of_recipients_is_refused_after_its_end_or_when_signed_by_another() {
    let vector = vector("recipients.json", fresh_recipients);
    assert_eq!(vector, fresh_recipients());
    let signed = bytes(&vector, "recipients");
    let key = SigningKey::from_seed(&RECEIPT_SEED).public();
    let at = |time: &str| recipients::open(&signed, &key, time.parse().unwrap());
    assert!(at("2026-06-01T00:00:00Z").is_ok());
    assert_eq!(
        at("2026-06-03T00:00:00Z"),
        Err(recipients::RecipientsError::Expired)
    );
    let other = SigningKey::from_seed(&OTHER_SEED).public();
    assert!(recipients::open(&signed, &other, "2026-06-01T00:00:00Z".parse().unwrap()).is_err());
}

fn fresh_set() -> Value {
    let mut sum = setsum::SetSum::default();
    let lines = ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"];
    for line in lines {
        sum.add(&setsum::member(line.as_bytes()));
    }
    json!({"about": "The fingerprint of a set of lines, in any order.", "lines": lines, "set": sum})
}

#[test]
fn the_fingerprint_of_a_set_is_made_the_same() {
    assert_eq!(vector("set.json", fresh_set), fresh_set());
}
