//! Agents that may deliver: prepare an enrolment, list.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use firebox_contract::enrolment::{Bundle, Format};
use firebox_protocol::operator::{KeeperReply, KeeperRequest};
use firebox_protocol::{Settings, Stop};
use zeroize::Zeroizing;

use crate::{files, keys, operator, say};

/// `firebox agent ...`
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Prepare the agent of a service named in firebox.toml: writes a bundle to carry to its host
    Add {
        /// The service's id
        service: String,
        /// Where to write the bundle; keep it secret until it is used
        #[arg(long, value_name = "FILE")]
        bundle: PathBuf,
    },
    /// List agents, their feeds and whether they are enrolled
    List,
}

/// Carries out the verb.
pub(crate) fn run(config: &Path, verb: &Verb) -> Result<(), Stop> {
    let settings = files::settings(config)?;
    match verb {
        Verb::Add { service, bundle } => {
            add(&settings, service, bundle)?;
            say::out(format_args!(
                "Carry {} to the agent's host and run there:",
                bundle.display()
            ));
            say::out("  firebox-agent enrol BUNDLE");
            say::out("It is good for one use, for seven days. Delete it afterwards.");
            Ok(())
        }
        Verb::List => list(&settings),
    }
}

/// Prepares an enrolment on the running box and writes its bundle.
pub(crate) fn add(settings: &Settings, service: &str, path: &Path) -> Result<(), Stop> {
    let Some(known) = settings.services.iter().find(|s| s.id == service) else {
        return Err(Stop::configuration(format!(
            "firebox.toml has no service `{service}`: add a [[service]] with its phone and sources, then restart the box"
        )));
    };
    let request = KeeperRequest::AddAgent {
        service: service.to_owned(),
        sources: known.sources.clone(),
    };
    let KeeperReply::AgentPrepared {
        code,
        expires_at_ms,
        epoch,
    } = operator::keeper(settings, &request)?
    else {
        return Err(operator::unexpected());
    };
    let bundle = bundle(settings, known, code.expose(), expires_at_ms, epoch)?;
    files::private_file(path, 0o600, bundle.as_bytes())
}

fn bundle(
    settings: &Settings,
    service: &firebox_protocol::settings::Service,
    code: &str,
    expires_at_ms: i64,
    epoch: u64,
) -> Result<Zeroizing<String>, Stop> {
    let client = keys::agents_authority(settings)?.agent(&service.id)?;
    let recipients = keys::recipients(settings)?;
    let ca = keys::authority_certificate(settings);
    let host = settings.hosts.first().map_or("localhost", String::as_str);
    let failed =
        |e: &dyn std::fmt::Display| Stop::failed(format!("the bundle cannot be made: {e}"));
    let bundle = Bundle {
        format: Format::V1,
        box_id: settings.box_id.clone(),
        intake_url: format!("https://{host}:{}", settings.intake.port()),
        service: service.id.clone(),
        sources: service.sources.clone(),
        epoch,
        ca_pem: std::fs::read_to_string(&ca).map_err(|e| failed(&e))?,
        client_certificate_pem: client.certificate_pem,
        client_key_pem: client.key_pem.to_string(),
        code: code.to_owned(),
        expires: jiff::Timestamp::from_millisecond(expires_at_ms).map_err(|e| failed(&e))?,
        receipt_key: keys::keeper(settings)?.receipt.public(),
        batch_recipient: recipients.batch,
        detail_recipients: recipients.details,
    };
    serde_json::to_string_pretty(&bundle)
        .map(Zeroizing::new)
        .map_err(|e| failed(&e))
}

fn list(settings: &Settings) -> Result<(), Stop> {
    let KeeperReply::Agents(agents) = operator::keeper(settings, &KeeperRequest::ListAgents)?
    else {
        return Err(operator::unexpected());
    };
    for row in agents {
        let state = row
            .key
            .map_or("not enrolled yet".to_owned(), |key| format!("key {key}"));
        say::out(format_args!(
            "{:<24} epoch {:<4} {state:<24} {}",
            row.service,
            row.epoch,
            row.sources.join(", ")
        ));
    }
    Ok(())
}
