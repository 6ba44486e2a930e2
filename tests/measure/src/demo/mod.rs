//! The box itself: `firebox demo` with an invented council of the plan's size,
//! asked by its own officer over HTTPS.

mod council;
mod flags;
mod look_ups;
pub(crate) mod policy;

use std::path::Path;
use std::sync::Arc;

use crate::cli::{Plan, Subject};
use crate::line::Line;
use crate::load::Load;
use crate::program;
use crate::run::{Bench, Stand};
use crate::shape::Shape;
use crate::table::What;
use crate::unmeasured::Unmeasured;

use council::Council;

/// The call that looks an address up.
const LOOK_UP: &str = "/api/v1/look-ups/property";
/// The call that releases a detail.
const RELEASE: &str = "/api/v1/releases";
/// Who asks.
const OFFICER: &str = "olu.officer";

/// Sets the box up for look-ups and releases, and says how large its answers are.
pub(crate) async fn set_up(plan: &Plan, dir: &Path) -> (Stand, Shape) {
    match stand(plan, dir).await {
        Ok(ready) => ready,
        Err(why) => (
            Stand::none([What::LookUp, What::Release], &why),
            Shape::default(),
        ),
    }
}

async fn stand(plan: &Plan, dir: &Path) -> Result<(Stand, Shape), Unmeasured> {
    council::set_up(dir, plan.properties())?;
    let changed = policy::raise_limits(&dir.join("box/policy.toml"))?;
    let council = Council::start(dir)?;
    let processes = council.processes()?;
    let place = council.place()?;
    let place = place.signed_in(OFFICER, council.password(OFFICER)?).await?;
    let place = Arc::new(place);
    let mut line = Line::open(&place).await?;
    let mut notes = vec![
        changed,
        program::built(),
        format!("the box: TLS: {}", line.agreed()),
    ];
    let mut shape = Shape::default();
    let look_ups = Load {
        place: place.clone(),
        path: LOOK_UP,
        questions: look_ups::questions(&council.uprns()?),
        watched: processes.clone(),
    };
    look_ups::measure(&mut line, &look_ups.questions, &mut shape).await?;
    let mut rows = Vec::new();
    if plan.asks(Subject::Release) {
        let found = flags::find(&mut line, &council.flagged_uprns()?, &mut shape).await;
        let releases = found.map(|found| {
            notes.push(found.sentence());
            Bench::Https(Load {
                path: RELEASE,
                questions: found.questions,
                ..look_ups.clone()
            })
        });
        rows.push((What::Release, releases));
    }
    rows.insert(0, (What::LookUp, Ok(Bench::Https(look_ups))));
    let end = move || {
        let same = council.processes().is_ok_and(|now| now == processes);
        (!same).then(|| {
            "A PROCESS OF THE BOX ENDED and was started again while it was measured".to_owned()
        })
    };
    let stand = Stand {
        rows,
        notes,
        end: Some(Box::new(end)),
    };
    Ok((stand, shape))
}
