//! Corrections as an adviser raises them and the store seals them.

use firebox_contract::canonical::sha256;
use firebox_contract::correction::{self, Field, Format, Header, HowKnown};
use firebox_contract::record::Uprn;
use firebox_protocol::answer::Progress;
use firebox_protocol::mac::MacKey;
use firebox_protocol::query::{About, Correct, Report, correction_reference};
use firebox_protocol::store_keeper::{CorrectionMoved, CorrectionSealed, Reply, Request};
use firebox_protocol::{Ask, Code, Permit, Query};

use super::harness::*;

/// A correction that was permitted.
pub(super) struct Raised {
    pub(super) permit: Permit,
    pub(super) reference: String,
    pub(super) entry: u64,
}

/// "That number is old": a correction of a person's telephone, by an adviser.
pub(super) fn old_number(should_be: &str) -> Query {
    as_role("adviser", should_be)
}

/// The same, as somebody of that role tells it.
pub(super) fn as_role(role: &str, should_be: &str) -> Query {
    let correct = Correct {
        about: About::Person(17),
        field: Field::Phone,
        should_be: should_be.into(),
        how_known: HowKnown::PersonToldMe,
        by_role: role.into(),
    };
    ask("correction", Ask::Correct(correct))
}

/// A hazard reported to a service, by an officer.
pub(super) fn report(to: &str, saw: &str, when: &str) -> Query {
    let report = Report {
        uprn: Uprn::parse("100023336956").unwrap(),
        category: "dangerous-animal".into(),
        saw: saw.into(),
        when: when.into(),
        to: to.into(),
        by_role: "officer".into(),
    };
    ask("correction", Ask::Report(report))
}

/// Raises a correction as far as its permit.
pub(super) fn raise(council: &Council, session: &str, query: &Query) -> Result<Raised, Code> {
    let (permit, entry, _) = council.gate().permit(session, query)?;
    let permit = Permit::open(&permit, &MacKey::new(PERMIT_KEY)).unwrap();
    Ok(Raised {
        reference: correction_reference(&permit.id),
        permit,
        entry,
    })
}

pub(super) fn header(reference: &str, service: &str, ciphertext: &[u8]) -> Header {
    Header {
        format: Format::V1,
        box_id: "firebox.example.gov.uk/one".into(),
        service: service.into(),
        correction: reference.into(),
        raised: "2026-03-02T12:00:00Z".parse().unwrap(),
        ciphertext_sha256: hex::encode(sha256(&[ciphertext])),
    }
}

/// Asks for the signature over a header, as the store does.
pub(super) fn sign(store: &mut Peer, permit: &Permit, header: &Header) -> Result<Vec<u8>, Code> {
    sign_bytes(store, permit, correction::header_bytes(header).unwrap())
}

pub(super) fn sign_bytes(
    store: &mut Peer,
    permit: &Permit,
    header: Vec<u8>,
) -> Result<Vec<u8>, Code> {
    let permit = permit.id;
    match store.ask(&Request::Correction(CorrectionSealed { permit, header })) {
        Reply::Signature(signature) => Ok(signature),
        Reply::Refused(refusal) => Err(refusal.code),
        _ => panic!("another reply"),
    }
}

/// Tells how far a correction came.
pub(super) fn moved(
    store: &mut Peer,
    reference: &str,
    service: &str,
    progress: Progress,
) -> Result<(), Code> {
    let moved = CorrectionMoved {
        correction: reference.into(),
        service: service.into(),
        progress,
    };
    match store.ask(&Request::CorrectionMoved(moved)) {
        Reply::Entered => Ok(()),
        Reply::Refused(refusal) => Err(refusal.code),
        _ => panic!("another reply"),
    }
}
