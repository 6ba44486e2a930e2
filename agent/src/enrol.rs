//! Answering a bundle: the agent makes its own keys, tells the box their public
//! halves with the one-time code, and keeps the rest.
//!
//! The keys are written down before they are sent, so that an answer lost on
//! its way can be asked for again with the same keys and the same code.

use std::path::Path;
use std::sync::Arc;

use age::secrecy::ExposeSecret;
use aws_lc_rs::digest;
use firebox_contract::enrolment::{Bundle, Request};
use firebox_contract::recipients::Document;
use jiff::Timestamp;
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use crate::identity::{FILE, Identity, PENDING, Secret, own_folder};
use crate::intake::{Intake, IntakeError};
use crate::interrupt::Interrupt;
use crate::settings::Settings;
use crate::stop::{Stop, chain};

/// What became of a bundle.
pub(crate) enum Enrolled {
    /// The box took it.
    Now,
    /// It had been taken before.
    Before,
}

/// Enrols with the bundle in the file at `path`; gives the service's id.
pub(crate) fn enrol(
    settings: &Settings,
    path: &Path,
    (runtime, interrupt): (Arc<Runtime>, &Interrupt),
    now: Timestamp,
) -> Result<(String, Enrolled), Stop> {
    let bundle = read_bundle(path)?;
    let service = bundle.service.clone();
    if !is_folder_name(&service) {
        return Err(Stop::configuration(
            "the bundle names no service: make a new bundle",
        ));
    }
    own_folder(&settings.state_folder)?;
    let folder = settings.state_of(&service);
    own_folder(&folder)?;
    let code_sha256 = hex::encode(digest::digest(&digest::SHA256, bundle.code.as_bytes()));
    let in_force = Identity::load(&folder)?;
    if in_force.is_some_and(|identity| identity.code_sha256 == code_sha256) {
        return Ok((service, Enrolled::Before));
    }
    if bundle.expires < now {
        return Err(refused("the bundle has expired"));
    }
    let identity = prepare(&folder, &bundle, code_sha256)?;
    let intake = Intake::new(
        runtime,
        interrupt,
        &bundle.intake_url,
        &bundle.ca_pem,
        (&bundle.client_certificate_pem, &bundle.client_key_pem),
    )?;
    let answered = intake.enrol(request(&identity, &bundle.code)?);
    answered.map_err(not_taken)?;
    Identity::confirm(&folder)?;
    log::info!("{service}: enrolled, {FILE} written");
    Ok((service, Enrolled::Now))
}

/// Gives the keys that were made for this bundle, making them the first time.
fn prepare(folder: &Path, bundle: &Bundle, code_sha256: String) -> Result<Identity, Stop> {
    match Identity::load_pending(folder)? {
        Some(pending) if pending.code_sha256 == code_sha256 => Ok(pending),
        _ => {
            let fresh = make(bundle, code_sha256)?;
            fresh.save(folder, PENDING)?;
            Ok(fresh)
        }
    }
}

fn not_taken(error: IntakeError) -> Stop {
    match error {
        IntakeError::Status { status, .. } if (400..500).contains(&status) => refused(&format!(
            "{error}: the one-time code was used, is wrong or has expired"
        )),
        other => Stop::failed(format!("{}; run the same command again", chain(&other))),
    }
}

fn refused(what: &str) -> Stop {
    Stop::configuration(format!(
        "{what}: make a new bundle on the box with `firebox agent add`"
    ))
}

fn read_bundle(path: &Path) -> Result<Bundle, Stop> {
    let text = std::fs::read(path)
        .map(Zeroizing::new)
        .map_err(|e| Stop::configuration(format!("{} cannot be read: {e}", path.display())))?;
    // What the parser says may hold a piece of the bundle, so only the line is told.
    serde_json::from_slice(&text).map_err(|e| {
        let line = e.line();
        Stop::configuration(format!(
            "{} is no bundle (line {line}): make a new one with `firebox agent add`",
            path.display()
        ))
    })
}

fn is_folder_name(service: &str) -> bool {
    !service.is_empty()
        && service
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn make(bundle: &Bundle, code_sha256: String) -> Result<Identity, Stop> {
    let correction = age::x25519::Identity::generate();
    Ok(Identity {
        version: 1,
        box_id: bundle.box_id.clone(),
        intake_url: bundle.intake_url.clone(),
        service: bundle.service.clone(),
        sources: bundle.sources.clone(),
        epoch: bundle.epoch,
        ca_pem: bundle.ca_pem.clone(),
        client_certificate_pem: bundle.client_certificate_pem.clone(),
        client_key_pem: Secret::new(bundle.client_key_pem.clone()),
        signing_seed: Secret::random()?,
        correction_identity: Secret::new(correction.to_string().expose_secret().to_owned()),
        earlier_correction_identities: Vec::new(),
        memory_secret: Secret::random()?,
        receipt_key: bundle.receipt_key,
        recipients: Document {
            box_id: bundle.box_id.clone(),
            batch: bundle.batch_recipient.clone(),
            details: bundle.detail_recipients.clone(),
            valid_until: bundle.expires,
        },
        code_sha256,
    })
}

fn request(identity: &Identity, code: &str) -> Result<Vec<u8>, Stop> {
    let correction: age::x25519::Identity =
        identity.correction_identity.expose().parse().map_err(|_| {
            Stop::configuration("identity.pending.json is damaged: remove it and enrol again")
        })?;
    let request = Request {
        service: identity.service.clone(),
        code: code.to_owned(),
        signing_key: identity.signing_key()?.public(),
        correction_recipient: correction.to_public().to_string(),
    };
    serde_json::to_vec(&request)
        .map_err(|_| Stop::failed("the answer to the bundle cannot be written"))
}
