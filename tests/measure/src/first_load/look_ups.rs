//! How people are looked up once they are loaded: over HTTPS, each with its
//! durable entry, in the ways an adviser has.
//!
//! All boxes run side by side and a round asks each way at each size in turn,
//! so that a bad moment of the machine meets all sizes alike.

use std::fs::File;
use std::io;
use std::sync::Arc;

use axum::http::StatusCode;
use firebox_council::Samples;
use serde_json::{Value, json};

use super::Size;
use super::exports::Askable;
use super::house::House;
use crate::cli::{FirstLoad, Plan, say};
use crate::figures::Rounds;
use crate::load::Load;
use crate::question::Question;
use crate::run::Bench;
use crate::unmeasured::{Because, Unmeasured};

/// The call that looks a person up.
const LOOK_UP: &str = "/api/v1/look-ups/person";
/// Clients that ask at a time.
pub(super) const CLIENTS: usize = 8;
/// Stands in every answer that found somebody.
const FOUND: &str = r#""matches":[{"#;
/// Stands in every answer.
const ANSWERED: &str = r#""matches":["#;

/// A way to look somebody up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// By a number nobody else has.
    Phone,
    /// By the service's own id.
    Reference,
    /// By the NHS number.
    NhsNumber,
    /// By name and date of birth.
    Birth,
    /// By a number that many have.
    SharedPhone,
}

impl Way {
    /// All of them, as the tables order them.
    pub(super) const ALL: [Self; 5] = [
        Self::Phone,
        Self::Reference,
        Self::NhsNumber,
        Self::Birth,
        Self::SharedPhone,
    ];

    /// Names it as the tables do.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Phone => "telephone of one person",
            Self::Reference => "service reference",
            Self::NhsNumber => "NHS number",
            Self::Birth => "name and date of birth",
            Self::SharedPhone => "telephone that many share",
        }
    }

    /// How many times its p99 may grow; none where no goal speaks of it.
    pub(super) fn most_growth(self) -> Option<f64> {
        match self {
            Self::Phone | Self::Reference | Self::NhsNumber => Some(1.5),
            Self::Birth => Some(3.0),
            Self::SharedPhone => None,
        }
    }

    /// Gives what is asked in this way.
    fn questions(self, askable: &Askable, samples: &Samples) -> Arc<[Question]> {
        let each = |values: &[String], member: &str| {
            let holds = if self == Self::SharedPhone {
                ANSWERED
            } else {
                FOUND
            };
            let ask = |value: &String| {
                let mut body = json!({"purpose": "call", "reference": "CALL-1"});
                body[member] = Value::from(value.as_str());
                question(&body, holds)
            };
            values.iter().map(ask).collect()
        };
        match self {
            Self::Phone => {
                let phones = [
                    &samples.phone,
                    &samples.phone_hidden,
                    &samples.phone_deceased,
                ];
                each(&phones.map(Clone::clone), "phone")
            }
            Self::Reference => each(&askable.references, "service_reference"),
            Self::NhsNumber => each(&askable.nhs_numbers, "nhs_number"),
            Self::SharedPhone => each(&askable.phones, "phone"),
            Self::Birth => {
                let ask = |(name, born): &(String, String)| {
                    let body = json!({"purpose": "call", "reference": "CALL-1", "name": name, "date_of_birth": born});
                    question(&body, FOUND)
                };
                askable.births.iter().map(ask).collect()
            }
        }
    }
}

fn question(body: &Value, holds: &str) -> Question {
    Question::new(body.to_string(), StatusCode::OK, holds.to_owned())
}

/// What came of one way at one size.
pub(super) struct LookedUp {
    /// The way.
    pub(super) way: Way,
    /// How many people were loaded.
    pub(super) people: u32,
    /// The rounds.
    pub(super) outcome: Result<Rounds, Unmeasured>,
}

/// A way at a size, ready to be asked.
struct Row {
    bench: Bench,
    looked_up: LookedUp,
}

/// Asks in every way at every size that was loaded, round after round.
pub(super) async fn rounds(plan: &FirstLoad, sizes: &mut [Size]) -> Vec<LookedUp> {
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for size in sizes {
        let people = size.people;
        let Ok(measured) = &mut size.outcome else {
            continue;
        };
        let ready = ready(&mut measured.house, &measured.askable, &measured.samples).await;
        for way in Way::ALL {
            let looked_up = |outcome| LookedUp {
                way,
                people,
                outcome,
            };
            let load = ready.as_ref().map_err(Clone::clone).and_then(|ready| {
                let found = ready.iter().find(|(other, _)| *other == way);
                let load = found.map(|(_, load)| load.clone());
                load.because("nobody in the export can be asked about in this way")
            });
            match load {
                Ok(load) => rows.push(Row {
                    bench: Bench::Https(load),
                    looked_up: looked_up(Ok(Rounds(Vec::new()))),
                }),
                Err(why) => failed.push(looked_up(Err(why))),
            }
        }
    }
    // The same way at all sizes one after the other.
    rows.sort_by_key(|row| Way::ALL.iter().position(|way| *way == row.looked_up.way));
    let plan = plan.of_look_ups();
    for round in 1..=plan.rounds {
        for row in &mut rows {
            say(format_args!(
                "round {round} of {}, {} people: {}",
                plan.rounds,
                row.looked_up.people,
                row.looked_up.way.label()
            ));
            row.ask(&plan).await;
        }
    }
    let rows = rows.into_iter().map(|row| row.looked_up);
    rows.chain(failed).collect()
}

impl Row {
    async fn ask(&mut self, plan: &Plan) {
        let figures = self.bench.twice_at_most(plan, CLIENTS).await;
        match (&mut self.looked_up.outcome, figures) {
            (Ok(rounds), Ok(figures)) => rounds.0.push(figures),
            (Ok(_), Err(why)) => self.looked_up.outcome = Err(why),
            (Err(_), _) => {}
        }
    }
}

/// Signs the adviser in, brings the store's file into the page cache, and makes
/// the questions of each way that has any.
async fn ready(
    house: &mut House,
    askable: &Askable,
    samples: &Samples,
) -> Result<Vec<(Way, Load)>, Unmeasured> {
    let place = Arc::new(house.signed_in().await?);
    let watched = house.processes()?;
    let (database, _) = house.database();
    let mut file = File::open(database).because("the store's file")?;
    io::copy(&mut file, &mut io::sink()).because("the store's file")?;
    let loads = Way::ALL.into_iter().filter_map(|way| {
        let questions = way.questions(askable, samples);
        let load = Load {
            place: place.clone(),
            path: LOOK_UP,
            questions,
            watched: watched.clone(),
        };
        (!load.questions.is_empty()).then_some((way, load))
    });
    Ok(loads.collect())
}
