//! The box itself: `firebox demo` with an invented council of the plan's size,
//! asked by its own officer over HTTPS.

mod council;
mod flags;
mod policy;

use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::cli::{Plan, say};
use crate::line::{Line, Place, Question};
use crate::load::Load;
use crate::run::Measured;
use crate::table::{Row, What};
use crate::unmeasured::{Because, Unmeasured};

use council::Council;

/// The call that looks an address up.
const LOOK_UP: &str = "/api/v1/look-ups/property";
/// The call that releases a detail.
const RELEASE: &str = "/api/v1/releases";
/// Who asks.
const OFFICER: &str = "olu.officer";

/// Measures look-up and release.
pub(crate) async fn measure(plan: &Plan, dir: &Path) -> Measured {
    match all(plan, dir).await {
        Ok(measured) => measured,
        Err(why) => {
            let rows = [What::LookUp, What::Release]
                .map(|what| Row::none(what, &why))
                .into();
            Measured {
                rows,
                notes: Vec::new(),
            }
        }
    }
}

async fn all(plan: &Plan, dir: &Path) -> Result<Measured, Unmeasured> {
    say("  setting the council up");
    council::set_up(dir, plan.properties())?;
    let changed = policy::raise_limits(&dir.join("box/policy.toml"))?;
    let council = Council::start(dir)?;
    let processes = council.processes()?;
    let place = Arc::new(sign_in(&council).await?);
    let look_ups = Load {
        place: place.clone(),
        path: LOOK_UP,
        questions: look_ups(&council.uprns()?),
        watched: processes.clone(),
    };
    let mut rows = under_load(What::LookUp, &look_ups, plan).await;
    match flags::releases(&place, &council.flagged_uprns()?).await {
        Err(why) => rows.push(Row::none(What::Release, &why)),
        Ok(questions) => {
            let releases = Load {
                path: RELEASE,
                questions,
                ..look_ups
            };
            rows.extend(under_load(What::Release, &releases, plan).await);
        }
    }
    let mut notes = vec![changed, council::built()];
    if council.processes()? != processes {
        notes.push(
            "A PROCESS OF THE BOX ENDED and was started again while it was measured".to_owned(),
        );
    }
    Ok(Measured { rows, notes })
}

async fn under_load(what: What, load: &Load, plan: &Plan) -> Vec<Row> {
    let mut rows = Vec::new();
    for &clients in &plan.clients {
        say(format_args!("  {} with {clients} clients", what.label()));
        rows.push(Row {
            what,
            clients,
            figures: load.run(plan, clients).await,
        });
    }
    rows
}

/// Signs the officer in and gives where to ask, as that officer.
async fn sign_in(council: &Council) -> Result<Place, Unmeasured> {
    let mut place = council.place()?;
    let mut line = Line::open(&Arc::new(place.clone())).await?;
    let body = json!({"person": OFFICER, "password": council.password(OFFICER)?});
    let (status, body) = line
        .post("/api/v1/sign-in", body.to_string().into())
        .await?;
    let answer = read(status, &body)?;
    let session = answer["session"]
        .as_str()
        .because("sign-in gave no session")?;
    let header = HeaderValue::try_from(format!("Bearer {session}")).because("the session")?;
    place.session = Some(header);
    Ok(place)
}

/// Reads an answer that must have gone well.
fn read(status: StatusCode, body: &Bytes) -> Result<Value, Unmeasured> {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    if status.is_success() {
        return Ok(answer);
    }
    let code = answer["code"].as_str().unwrap_or("no code");
    Err(Unmeasured(format!(
        "the box answered {} ({code})",
        status.as_u16()
    )))
}

/// The question about one address.
fn look_up(uprn: &str) -> Question {
    let body = json!({"purpose": "visit", "reference": "V-1", "uprn": uprn});
    Question {
        body: body.to_string().into(),
        answer_holds: format!("\"uprn\":\"{uprn}\""),
    }
}

fn look_ups(uprns: &[String]) -> Arc<[Question]> {
    uprns.iter().map(|uprn| look_up(uprn)).collect()
}
