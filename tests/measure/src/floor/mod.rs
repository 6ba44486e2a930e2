//! The floors: what one process could do at best on this machine, step by step
//! towards what the box does. Served by this program, started once more.
//!
//! They answer as many bytes as the box, for as many flags, with the same TLS,
//! the same database settings and the same sync before the answer. What they
//! lack is what the box is about: processes that cannot do each other's work,
//! people, policy, limits, a tree over the log.

mod journal;
mod property;
mod server;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::json;

use crate::cli::Plan;
use crate::line::{Line, Place};
use crate::load::Load;
use crate::meter::Watched;
use crate::program::Program;
use crate::question::Question;
use crate::run::{Bench, Stand};
use crate::shape::{REASON, Shape};
use crate::table::What;
use crate::tls;
use crate::unmeasured::{Because, Unmeasured};

pub(crate) use server::serve;

/// First UPRN of the floors' properties; the others follow it.
pub(crate) const FIRST_UPRN: u64 = 100_000_000_000;
/// Different questions asked; more than any cache of answers would hold.
pub(crate) const QUESTIONS: u32 = 20_000;
/// Most details; about as many as the box is asked for.
const DETAILS: u32 = 400;

const ROWS: [(What, &str); 3] = [
    (What::Hello, server::HELLO),
    (What::LookUpFloor, server::LOOK_UP),
    (What::ReleaseFloor, server::RELEASE),
];

/// Sets the three floors up.
pub(crate) async fn set_up(plan: &Plan, shape: &Shape, dir: &Path) -> Stand {
    match stand(plan, shape, dir).await {
        Ok(stand) => stand,
        Err(why) => Stand::none(ROWS.map(|(what, _)| what), &why),
    }
}

async fn stand(plan: &Plan, shape: &Shape, dir: &Path) -> Result<Stand, Unmeasured> {
    let server = start(dir, plan.properties(), shape)?;
    let place = Arc::new(server.place);
    let line = Line::open(&place).await?;
    let load = |path| Load {
        place: place.clone(),
        path,
        questions: questions(path, plan.properties()),
        watched: vec![Watched {
            name: "server",
            ids: vec![server.program.id()],
        }],
    };
    let rows = ROWS.map(|(what, path)| (what, Ok(Bench::Https(load(path)))));
    let mut program = server.program;
    Ok(Stand {
        rows: rows.into(),
        notes: vec![format!("floors: TLS: {}", line.agreed())],
        end: Some(Box::new(move || {
            (!program.is_running())
                .then(|| "THE FLOORS' SERVER ENDED while it was measured".to_owned())
        })),
    })
}

/// The process that serves the floors; it ends when its input does.
struct Server {
    program: Program,
    place: Place,
}

fn start(dir: &Path, properties: u32, shape: &Shape) -> Result<Server, Unmeasured> {
    let here = std::env::current_exe().because("this program cannot find itself")?;
    let mut command = Command::new(here);
    command.arg("floor-server").arg("--dir").arg(dir);
    command.arg("--properties").arg(properties.to_string());
    command
        .arg("--shape")
        .arg(serde_json::to_string(shape).because("the shape")?);
    let mut program = Program::start(command.stdin(Stdio::piped()).stdout(Stdio::piped()))?;
    let output = program.output();
    let mut port = String::new();
    BufReader::new(output.because("the floors' server has no output")?)
        .read_line(&mut port)
        .because("the floors' server says nothing")?;
    let port: u16 = port
        .trim()
        .parse()
        .because("the floors' server did not start")?;
    let tls = tls::client(&dir.join(server::CERTIFICATE))?;
    Ok(Server {
        program,
        place: Place {
            address: ([127, 0, 0, 1], port).into(),
            tls,
            session: None,
        },
    })
}

/// How many properties have a detail: the first ones.
fn details(properties: u32) -> u32 {
    properties.min(DETAILS)
}

/// Spreads the questions over all properties, or all with a detail.
fn questions(path: &str, properties: u32) -> Arc<[Question]> {
    let among = if path == server::RELEASE {
        details(properties)
    } else {
        properties
    };
    let count = QUESTIONS.min(among);
    let all = (0..u64::from(count)).map(|n| {
        let uprn = (FIRST_UPRN + n * u64::from(among) / u64::from(count)).to_string();
        let right = StatusCode::OK;
        let about = json!({"purpose": "visit", "reference": "V-1", "uprn": uprn});
        match path {
            server::HELLO => Question::new(about.to_string(), right, "hello".to_owned()),
            server::RELEASE => {
                let why =
                    json!({"purpose": "visit", "reference": "V-1", "uprn": uprn, "reason": REASON});
                Question::new(why.to_string(), StatusCode::CREATED, format!("\"{uprn}\""))
            }
            _ => Question::new(about.to_string(), right, format!("\"{uprn}\"")),
        }
    });
    all.collect()
}
