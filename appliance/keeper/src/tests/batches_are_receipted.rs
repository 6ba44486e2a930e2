use firebox_contract::receipt::{Outcome, Receipt, RecordNote};
use firebox_contract::signing::SigningKey;
use firebox_protocol::Code;
use firebox_protocol::store_keeper::{Attestation, EnvelopeChange, Reply, Request};

use super::harness::*;

fn batch(sequence: u64, hash: char, outcome: Outcome) -> Attestation {
    Attestation {
        source: "housing-alerts".into(),
        epoch: 1,
        sequence,
        batch: hash.to_string().repeat(64),
        outcome,
        reason: None,
        notes: vec![],
        manifest: [8; 32],
        records: 12,
        envelopes: vec![],
    }
}

fn attest(store: &mut Peer, attestation: Attestation) -> Result<Vec<u8>, Code> {
    match store.ask(&Request::Attest(attestation)) {
        Reply::Receipt(bytes) => Ok(bytes),
        Reply::Refused(refusal) => Err(refusal.code),
        _ => panic!("another reply"),
    }
}

fn outcome(receipt: &[u8]) -> Outcome {
    Receipt::parse(receipt).unwrap().statement.outcome
}

#[test]
fn a_receipt_names_its_own_entry_and_verifies() {
    let council = Council::open();
    let note = RecordNote {
        key: "A17".into(),
        code: "review-brought-forward".into(),
    };
    let told = Attestation {
        notes: vec![note.clone()],
        ..batch(1, 'a', Outcome::Applied)
    };
    let bytes = attest(&mut council.store(), told).unwrap();
    let receipt = Receipt::parse(&bytes).unwrap();
    assert_eq!(
        receipt.verify(&SigningKey::from_seed(&[15; 32]).public()),
        Ok(())
    );
    assert_eq!(receipt.statement.box_id, "firebox.example.gov.uk/one");
    assert_eq!(receipt.statement.notes, [note]);
    let log = council.log();
    let entry = &log[usize::try_from(receipt.statement.entry).unwrap()];
    assert_eq!(entry.kind(), "manifest");
    assert_eq!(entry.body["manifest"], "08".repeat(32));
    assert_eq!(
        (&entry.body["records"], &entry.body["notes"]),
        (&12.into(), &1.into())
    );
    assert!(!entry.body.to_string().contains("A17"));
    let at_ms = receipt.statement.at.as_millisecond();
    assert_eq!(u64::try_from(at_ms).unwrap(), entry.leaf.time_ms);
}

#[test]
fn the_same_batch_gets_the_same_receipt_byte_for_byte_and_no_second_entry() {
    let mut council = Council::open();
    let first = attest(&mut council.store(), batch(1, 'a', Outcome::Applied)).unwrap();
    let entries = council.log().len();
    council.clock.pass(HOUR);
    assert_eq!(
        attest(&mut council.store(), batch(1, 'a', Outcome::Applied)).unwrap(),
        first
    );
    assert_eq!(council.log().len(), entries);
    council.restart();
    assert_eq!(
        attest(&mut council.store(), batch(1, 'a', Outcome::Refused)).unwrap(),
        first
    );
}

#[test]
fn another_batch_in_the_same_place_is_refused_but_its_refusal_is_receipted() {
    let council = Council::open();
    let mut store = council.store();
    attest(&mut store, batch(1, 'a', Outcome::Applied)).unwrap();
    let from = council.log().len();
    let other = attest(&mut store, batch(1, 'b', Outcome::Applied));
    assert_eq!(other, Err(Code::AlreadyThere));
    assert_eq!(council.log().len(), from);
    let fork = Attestation {
        reason: Some("fork".into()),
        ..batch(1, 'b', Outcome::Refused)
    };
    let refused = attest(&mut store, fork.clone()).unwrap();
    assert_eq!(outcome(&refused), Outcome::Refused);
    assert_eq!(council.log().pop().unwrap().kind(), "batch-refused");
    assert_eq!(attest(&mut store, fork).unwrap(), refused);
    assert_eq!(
        attest(&mut store, batch(1, 'b', Outcome::Applied)),
        Err(Code::AlreadyThere)
    );
    assert_eq!(council.log().len(), from + 1);
}

#[test]
fn a_batch_refused_for_a_gap_is_applied_when_the_gap_is_closed() {
    let council = Council::open();
    let mut store = council.store();
    let gap = Attestation {
        reason: Some("gap".into()),
        ..batch(2, 'b', Outcome::Refused)
    };
    assert_eq!(outcome(&attest(&mut store, gap).unwrap()), Outcome::Refused);
    attest(&mut store, batch(1, 'a', Outcome::Applied)).unwrap();
    let applied = attest(&mut store, batch(2, 'b', Outcome::Applied)).unwrap();
    assert_eq!(outcome(&applied), Outcome::Applied);
}

#[test]
fn a_held_batch_is_later_applied_or_rejected_and_stays_so() {
    let council = Council::open();
    let mut store = council.store();
    for (sequence, end) in [(1, Outcome::Applied), (2, Outcome::Refused)] {
        let held = attest(&mut store, batch(sequence, 'a', Outcome::Held)).unwrap();
        assert_eq!(
            attest(&mut store, batch(sequence, 'a', Outcome::Held)).unwrap(),
            held
        );
        let ended = attest(&mut store, batch(sequence, 'a', end)).unwrap();
        assert_eq!(outcome(&ended), end);
        for again in [Outcome::Held, Outcome::Applied, Outcome::Refused] {
            assert_eq!(
                attest(&mut store, batch(sequence, 'a', again)).unwrap(),
                ended
            );
        }
        let other = attest(&mut store, batch(sequence, 'c', Outcome::Applied));
        assert_eq!(other, Err(Code::AlreadyThere));
    }
}

#[test]
fn the_version_map_keeps_the_newest_and_only_of_what_was_applied() {
    let council = Council::open();
    let mut store = council.store();
    let change = |record, version, ciphertext: Option<u8>| EnvelopeChange {
        record: [record; 32],
        version,
        ciphertext: ciphertext.map(|byte| [byte; 32]),
    };
    let mut sequence = 0;
    let mut apply = |outcome, envelopes| {
        sequence += 1;
        attest(
            &mut store,
            Attestation {
                envelopes,
                ..batch(sequence, 'a', outcome)
            },
        )
        .unwrap();
    };
    apply(
        Outcome::Applied,
        vec![
            change(1, 5, Some(15)),
            change(2, 5, Some(25)),
            change(3, 5, Some(35)),
        ],
    );
    apply(
        Outcome::Applied,
        vec![
            change(1, 4, Some(14)),
            change(2, 6, Some(26)),
            change(3, 6, None),
        ],
    );
    apply(Outcome::Held, vec![change(2, 7, Some(27))]);
    let path = council.file("log-2026.db");
    let conn = crate::log::database::open_reader(&path, &LOG_KEY).unwrap();
    let sql = "SELECT record, version, ciphertext FROM envelope ORDER BY record";
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        let (record, ciphertext): ([u8; 32], [u8; 32]) = (row.get(0)?, row.get(2)?);
        Ok((record[0], row.get::<_, i64>(1)?, ciphertext[0]))
    });
    let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    assert_eq!(rows, [(1, 5, 15), (2, 6, 26)]);
}

#[test]
fn an_attestation_that_is_not_well_formed_is_refused() {
    let council = Council::open();
    let mut store = council.store();
    let good = || batch(1, 'a', Outcome::Applied);
    let note = |code: &str| {
        vec![RecordNote {
            key: "k".into(),
            code: code.into(),
        }]
    };
    for (told, code) in [
        (
            Attestation {
                source: "Free text".into(),
                ..good()
            },
            Code::Malformed,
        ),
        (
            Attestation {
                batch: "a".repeat(63),
                ..good()
            },
            Code::Malformed,
        ),
        (
            Attestation {
                batch: "G".repeat(64),
                ..good()
            },
            Code::Malformed,
        ),
        (
            Attestation {
                sequence: 1 << 53,
                ..good()
            },
            Code::Malformed,
        ),
        (
            Attestation {
                reason: Some("Free text".into()),
                ..good()
            },
            Code::Malformed,
        ),
        (
            Attestation {
                notes: note("Free text"),
                ..good()
            },
            Code::Malformed,
        ),
    ] {
        assert_eq!(attest(&mut store, told), Err(code));
    }
}
