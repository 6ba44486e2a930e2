//! `corrections`: what staff see and say at the command line. They read and
//! write the state; the running agent tells the box with its next turn.

use std::io::Write;

use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use firebox_contract::correction::{Declined, Said};
use jiff::Timestamp;

use super::cell::one_line;
use super::line::{COLUMNS, Line, cells, local};
use super::opening::reopen;
use super::{is_reference, services};
use crate::command::say;
use crate::identity::Identity;
use crate::settings::Settings;
use crate::state::{Standing, State};
use crate::stop::{Exit, Stop, chain};

/// What can be done with corrections.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// List what waits for staff, oldest first: references and states, no values.
    List {
        /// Only this service.
        service: Option<String>,
    },
    /// Show one, with what it says.
    Show {
        #[command(flatten)]
        which: Which,
    },
    /// Say that the record was put right.
    Done {
        #[command(flatten)]
        which: Which,
    },
    /// Say that the record stays as it is.
    Declined {
        #[command(flatten)]
        which: Which,
        /// Why.
        #[arg(long, value_parser = PossibleValuesParser::new(Declined::ALL.map(|(_, code)| code)))]
        reason: String,
    },
}

/// One correction.
#[derive(clap::Args)]
pub(crate) struct Which {
    /// Its reference, COR- and ten signs.
    #[arg(value_name = "COR-REFERENCE")]
    reference: String,
    /// The service, where several of this agent were told of it.
    #[arg(long)]
    service: Option<String>,
}

/// Does one of them.
pub(crate) fn run(
    settings: &Settings,
    verb: Verb,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<Exit, Stop> {
    match verb {
        Verb::List { service } => list(settings, service.as_deref(), out),
        Verb::Show { which } => show(settings, &which, out),
        Verb::Done { which } => answer(settings, &which, Said::Done, now, out),
        Verb::Declined { which, reason } => {
            let reason = Declined::parse(&reason)
                .ok_or_else(|| usage(format!("`{reason}` is no reason")))?;
            answer(settings, &which, Said::Declined { reason }, now, out)
        }
    }
}

fn list(settings: &Settings, service: Option<&str>, out: &mut dyn Write) -> Result<Exit, Stop> {
    for service in chosen(settings, service)? {
        let Some(state) = state(settings, &service)? else {
            continue;
        };
        for standing in state.open_corrections()? {
            let reported = local(standing.raised);
            let (reference, word) = (&standing.reference, word(&standing));
            say(
                out,
                &format!("{reference} {service}: reported {reported}, {word}"),
            )?;
        }
    }
    Ok(Exit::Ok)
}

fn show(settings: &Settings, which: &Which, out: &mut dyn Write) -> Result<Exit, Stop> {
    let (service, state, standing) = find(settings, which)?;
    let reference = &standing.reference;
    say(out, &format!("service: {service}"))?;
    let Some(bytes) = state.correction_bytes(reference)? else {
        say(out, &format!("correction: {reference}"))?;
        return say(out, &format!("state: {}", word(&standing))).map(|()| Exit::Ok);
    };
    let identity = Identity::load(&settings.state_of(&service))?
        .ok_or_else(|| Stop::configuration(format!("{service} is not enrolled any more")))?;
    let item = reopen(&bytes, &identity.correction_keys()?)
        .map_err(|e| Stop::failed(format!("{reference} does not open: {}", chain(&e))))?;
    let line = Line {
        standing,
        item: Some(item),
    };
    for (name, cell) in COLUMNS.iter().zip(cells(&line)) {
        // A terminal obeys control characters, as a spreadsheet does formulas.
        let cell = one_line(&cell);
        if !cell.is_empty() {
            say(out, &format!("{name}: {cell}"))?;
        }
    }
    Ok(Exit::Ok)
}

fn answer(
    settings: &Settings,
    which: &Which,
    said: Said,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<Exit, Stop> {
    let (_, mut state, standing) = find(settings, which)?;
    let reference = &standing.reference;
    if !state.say_to_correction(reference, said, now)? {
        // Somebody may have answered it since it was found.
        let standing = state.correction(reference)?.unwrap_or(standing);
        return Err(Stop::failed(format!(
            "{} is {}: what was said stays",
            standing.reference,
            word(&standing)
        )));
    }
    let kept = "is kept; the running agent tells the box with its next turn";
    say(out, &format!("{reference}: {} {kept}", spoken(said)))?;
    Ok(Exit::Ok)
}

/// Finds one correction among the services of this agent.
fn find(settings: &Settings, which: &Which) -> Result<(String, State, Standing), Stop> {
    let reference = which.reference.trim().to_ascii_uppercase();
    if !is_reference(&reference) {
        return Err(usage(
            "a correction's reference is COR- and ten signs, as in COR-0123456789".to_owned(),
        ));
    }
    let mut found = Vec::new();
    for service in chosen(settings, which.service.as_deref())? {
        let Some(state) = state(settings, &service)? else {
            continue;
        };
        if let Some(standing) = state.correction(&reference)? {
            found.push((service, state, standing));
        }
    }
    if found.len() > 1 {
        let services: Vec<_> = found.iter().map(|(service, ..)| service.as_str()).collect();
        return Err(usage(format!(
            "{reference} went to several services: add --service with one of {}",
            services.join(", ")
        )));
    }
    found.pop().ok_or_else(|| {
        Stop::failed(format!(
            "{reference} is not here: see `firebox-agent corrections list`"
        ))
    })
}

fn chosen(settings: &Settings, service: Option<&str>) -> Result<Vec<String>, Stop> {
    let known = services(settings);
    match service {
        None => Ok(known),
        Some(service) if known.iter().any(|one| one == service) => Ok(vec![service.to_owned()]),
        Some(service) => Err(usage(format!(
            "there is no service `{service}` here; there are: {}",
            known.join(", ")
        ))),
    }
}

/// Gives a service's state; none before it ran once.
fn state(settings: &Settings, service: &str) -> Result<Option<State>, Stop> {
    State::find(&settings.state_of(service))
}

fn word(standing: &Standing) -> String {
    let said = standing.said.map(|(said, _)| spoken(said));
    match (said, standing.over, standing.refused) {
        (None, true, _) => "over: the box had closed it".to_owned(),
        (Some(said), true, _) => format!("over: {said}"),
        (None, false, _) => "open".to_owned(),
        (Some(said), false, None) => format!("{said}, not yet taken by the box"),
        (Some(said), false, Some(status)) => format!("{said}, refused by the box ({status})"),
    }
}

fn spoken(said: Said) -> String {
    match said {
        Said::Delivered => "delivered".to_owned(),
        Said::Done => "done".to_owned(),
        Said::Declined { reason } => format!("declined, {}", reason.code()),
    }
}

fn usage(message: String) -> Stop {
    Stop {
        exit: Exit::Usage,
        message,
    }
}
