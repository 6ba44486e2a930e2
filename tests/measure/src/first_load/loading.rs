//! One first load, from the agent's start until its last receipt.
//!
//! ```text
//! start --> reading --> sealing --> delivering --> ended
//! ```
//!
//! The agent's own log says when a phase begins: it reads the whole export,
//! then seals it into its outbox, and only then sends it; so the store works
//! in the last phase alone. The agent ends once the box has signed for
//! everything, which is when the feed counts as whole.

use std::fs;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::feeds::LOADED;
use super::house::{AGENT, BOX, House, end_of};
use super::resident::{Residents, Row};
use crate::meter::{Begun, Counters, Metered, Spent, Watched};
use crate::unmeasured::Unmeasured;

/// Words the agent's log has for its phases, in their order.
const PHASES: [&str; 3] = ["reading", "sealing", "delivering"];
/// How often is looked at the processes; a hundredth of a core goes into it.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long a load may take at most.
const WITHIN: Duration = Duration::from_secs(4 * 3600);

/// What a load came to.
pub(super) struct Loaded {
    /// All of it.
    pub(super) took: Duration,
    /// What passed before the first phase, then the phases, each until the next one began.
    pub(super) phases: Vec<Phase>,
    /// What each process spent on all of it.
    pub(super) spent: Vec<Spent>,
    /// CPU time of everything else on the machine, as a share of one core.
    pub(super) elsewhere: f64,
    /// Memory of each process, while and after.
    pub(super) residents: Vec<Row>,
    /// Most of gate, store and keeper at one moment, in MiB.
    pub(super) together_mib: f64,
}

/// A part of a load.
pub(super) struct Phase {
    /// The agent's word for it.
    pub(super) name: &'static str,
    /// How long it took.
    pub(super) took: Duration,
    /// What each process spent in it.
    pub(super) spent: Vec<(&'static str, Counters)>,
}

/// A moment in the load, and what was spent until then.
struct Mark {
    name: &'static str,
    at: Instant,
    spent: Vec<(&'static str, Counters)>,
}

/// Loads the feed that never delivered.
pub(super) async fn load(house: &House) -> Result<Loaded, Unmeasured> {
    let mut watched = house.processes()?;
    let started = Instant::now();
    let (mut agent, log) = house.start_load()?;
    watched.push(Watched {
        name: AGENT,
        ids: vec![agent.id()],
    });
    let begun = Begun::now(&watched);
    let mut residents = Residents::of(&watched, &BOX);
    let mut marks = vec![Mark::at("start", started, &[])];
    let mut last = begun.so_far();
    loop {
        let said = fs::read_to_string(&log).unwrap_or_default();
        let now = begun.so_far();
        let running = agent.is_running();
        residents.look();
        last = now.or_before(last);
        for phase in PHASES {
            let known = marks.iter().any(|mark| mark.name == phase);
            if !known && said.contains(&format!("{}: {phase}", LOADED.id)) {
                marks.push(Mark::at(phase, Instant::now(), &last.spent));
            }
        }
        if !running {
            break;
        }
        if started.elapsed() > WITHIN {
            return Err(Unmeasured(format!(
                "the load was not over in {} s",
                WITHIN.as_secs()
            )));
        }
        sleep(LOOK_EVERY).await;
    }
    let ended = Mark::at("end", Instant::now(), &last.spent);
    let took = ended.at - started;
    marks.push(ended);
    let said = fs::read_to_string(&log).unwrap_or_default();
    let code = agent.finish().await;
    let phases = marks.windows(2).filter_map(|pair| match pair {
        [one, next] => Some(one.until(next)),
        _ => None,
    });
    // Peaks are the kernel's and stand in the last look.
    let (residents, together_mib) = residents.rows(&last.spent);
    match house.records(LOADED.id)? {
        Some(_) => Ok(Loaded {
            took,
            phases: phases.collect(),
            elsewhere: last.elsewhere,
            spent: last.spent,
            residents,
            together_mib,
        }),
        None => Err(Unmeasured(format!(
            "the load did not end well: {} {}",
            code.err().map_or(String::new(), |why| why.to_string()),
            end_of(&said)
        ))),
    }
}

impl Metered {
    /// Takes what an earlier look says of a process that ended since.
    fn or_before(mut self, before: Self) -> Self {
        for one in &mut self.spent {
            let earlier = before.spent.iter().find(|other| other.name == one.name);
            if let Some(earlier) = earlier.filter(|_| one.peak_mib <= 0.0) {
                *one = earlier.clone();
            }
        }
        self
    }
}

impl Mark {
    fn at(name: &'static str, at: Instant, spent: &[Spent]) -> Self {
        let spent = spent.iter().map(|one| (one.name, one.all));
        Self {
            name,
            at,
            spent: spent.collect(),
        }
    }

    fn until(&self, next: &Self) -> Phase {
        let spent = next.spent.iter().map(|(name, all)| {
            let before = self.spent.iter().find(|(other, _)| other == name);
            let before = before.map_or_else(Counters::default, |(_, all)| *all);
            (*name, all.less(&before))
        });
        Phase {
            name: self.name,
            took: next.at - self.at,
            spent: spent.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn spent(cpu_ms: f64, peak_mib: f64) -> Metered {
        let mut all = Counters::default();
        all.0[0] = cpu_ms;
        Metered {
            spent: vec![Spent {
                name: AGENT,
                all,
                by_thread: BTreeMap::new(),
                peak_mib,
            }],
            elsewhere: 0.0,
        }
    }

    #[test]
    fn a_process_that_ended_keeps_what_it_spent() {
        let last = spent(0.0, 0.0).or_before(spent(7.0, 20.0));
        assert_eq!(last.spent[0].all.cpu_ms(), 7.0);
        assert_eq!(last.spent[0].peak_mib, 20.0);
        let running = spent(9.0, 20.0).or_before(last);
        assert_eq!(running.spent[0].all.cpu_ms(), 9.0);
    }

    #[test]
    fn a_phase_is_what_was_spent_until_the_next_one_began() {
        let start = Instant::now();
        let reading = Mark::at("reading", start, &spent(2.0, 1.0).spent);
        let later = start + Duration::from_secs(3);
        let sealing = Mark::at("sealing", later, &spent(5.0, 1.0).spent);
        let phase = reading.until(&sealing);
        assert_eq!((phase.name, phase.took.as_secs()), ("reading", 3));
        assert_eq!(phase.spent[0].1.cpu_ms(), 3.0);
    }
}
