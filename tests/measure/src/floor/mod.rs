//! The floors: what one process could do at best on this machine, step by step
//! towards what the box does. Served by this program, started once more.

mod journal;
mod property;
mod server;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::json;

use crate::cli::{Plan, say};
use crate::line::{Place, Question};
use crate::load::Load;
use crate::program::{Program, Watched};
use crate::run::Measured;
use crate::table::{Row, What};
use crate::tls;
use crate::unmeasured::{Because, Unmeasured};

pub(crate) use server::serve;

/// First UPRN of the floors' properties; the others follow it.
pub(crate) const FIRST_UPRN: u64 = 100_000_000_000;
/// Different questions asked; more than any cache of answers would hold.
pub(crate) const QUESTIONS: u32 = 20_000;

const ROWS: [(What, &str); 3] = [
    (What::Hello, server::HELLO),
    (What::LookUpFloor, server::LOOK_UP),
    (What::ReleaseFloor, server::RELEASE),
];

/// Measures the three floors.
pub(crate) async fn measure(plan: &Plan, dir: &Path) -> Measured {
    match rows(plan, dir).await {
        Ok(rows) => Measured {
            rows,
            notes: Vec::new(),
        },
        Err(why) => Measured {
            rows: ROWS.map(|(what, _)| Row::none(what, &why)).into(),
            notes: Vec::new(),
        },
    }
}

async fn rows(plan: &Plan, dir: &Path) -> Result<Vec<Row>, Unmeasured> {
    let mut server = Server::start(dir, plan.properties())?;
    let mut rows = Vec::new();
    for (what, path) in ROWS {
        let load = server.load(path, plan.properties())?;
        for &clients in &plan.clients {
            say(format_args!("  {} with {clients} clients", what.label()));
            rows.push(Row {
                what,
                clients,
                figures: load.run(plan, clients).await,
            });
        }
    }
    Ok(rows)
}

/// The process that serves the floors; it ends when its input does.
struct Server {
    program: Program,
    place: Arc<Place>,
    // Held open: its end is the server's.
    _input: std::process::ChildStdin,
}

impl Server {
    fn start(dir: &Path, properties: u32) -> Result<Self, Unmeasured> {
        let here = std::env::current_exe().because("this program cannot find itself")?;
        let mut command = Command::new(here);
        command.arg("floor-server").arg("--dir").arg(dir);
        command.arg("--properties").arg(properties.to_string());
        let mut program = Program::start(command.stdin(Stdio::piped()).stdout(Stdio::piped()))?;
        let (input, output) = program.pipes().because("the floors' server has no pipes")?;
        let mut port = String::new();
        BufReader::new(output)
            .read_line(&mut port)
            .because("the floors' server says nothing")?;
        let port: u16 = port
            .trim()
            .parse()
            .because("the floors' server did not start")?;
        let tls = tls::client(&dir.join(server::CERTIFICATE))?;
        let place = Place {
            address: ([127, 0, 0, 1], port).into(),
            tls,
            session: None,
        };
        Ok(Self {
            program,
            place: Arc::new(place),
            _input: input,
        })
    }

    fn load(&mut self, path: &'static str, properties: u32) -> Result<Load, Unmeasured> {
        if !self.program.is_running() {
            return Err(Unmeasured("the floors' server ended".to_owned()));
        }
        Ok(Load {
            place: self.place.clone(),
            path,
            questions: questions(path, properties),
            watched: vec![Watched {
                name: "server",
                id: self.program.id(),
            }],
        })
    }
}

/// Spreads the questions over all properties.
fn questions(path: &str, properties: u32) -> Arc<[Question]> {
    let count = QUESTIONS.min(properties);
    let all = (0..u64::from(count)).map(|n| {
        let uprn = (FIRST_UPRN + n * u64::from(properties) / u64::from(count)).to_string();
        let body = json!({"purpose": "visit", "reference": "V-1", "uprn": uprn});
        let answer_holds = if path == server::HELLO {
            "hello".to_owned()
        } else {
            format!("\"{uprn}\"")
        };
        Question {
            body: body.to_string().into(),
            answer_holds,
        }
    });
    all.collect()
}
