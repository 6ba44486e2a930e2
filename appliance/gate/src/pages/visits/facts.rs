//! What an officer was shown of a day, to tell later what has changed since.
//! Ages and handles are no part of it: they are others on every page.

use firebox_protocol::PropertyBy;
use jiff::Timestamp;

use super::day::Visit;
use super::standing::Standing;
use crate::answer::flag::{Detail, Flag};
use crate::answer::found::{Found, Match};
use crate::api::look_up_visits::LookedDay;
use crate::pages::address::{heading, known::Known, the_one};

/// What was shown of a day, and when it was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Glance {
    /// When it was looked up.
    pub(super) at: Timestamp,
    of: Vec<(PropertyBy, Facts)>,
}

/// What was shown of one visit, one text a fact.
type Facts = Vec<String>;

impl Glance {
    /// Takes what is shown of a day.
    pub(super) fn of(list: &[Visit], looked: &LookedDay) -> Self {
        let visits = list.iter().zip(&looked.visits);
        let of = visits.map(|(visit, found)| (visit.at.clone(), facts(found)));
        Self {
            at: looked.at,
            of: of.collect(),
        }
    }

    /// Keeps what was shown of a visit when its address is named in another way.
    pub(super) fn rename(&mut self, from: &PropertyBy, to: &PropertyBy) {
        let shown = self.of.iter().find(|(at, _)| at == from);
        let renamed = shown.map(|(_, facts)| (to.clone(), facts.clone()));
        self.of.extend(renamed);
    }

    /// Gives the visits that look otherwise now, by their name. One that was
    /// not on the list then is no change.
    pub(super) fn changed_since(&self, list: &[Visit], looked: &LookedDay) -> Vec<String> {
        let mut changed: Vec<String> = Vec::new();
        for (visit, found) in list.iter().zip(&looked.visits) {
            let mut then = self.of.iter().filter(|(at, _)| *at == visit.at);
            let now = facts(found);
            let name = name(visit, found);
            if then.any(|(_, facts)| *facts != now) && !changed.contains(&name) {
                changed.push(name);
            }
        }
        changed
    }
}

/// Names a visit: its address where one is known, otherwise as it was listed.
pub(super) fn name(visit: &Visit, found: &Found) -> String {
    the_one(found).map_or_else(|| visit.as_listed(), heading)
}

fn facts(found: &Found) -> Facts {
    let mut facts = vec![format!("{:?}", Standing::of(found))];
    match the_one(found) {
        Some(one) => facts.extend(of_one(found, one)),
        None => facts.extend(found.matches.iter().map(heading)),
    }
    facts
}

fn of_one(found: &Found, one: &Match) -> Facts {
    let mut facts = vec![format!("{:?}", Known::of(found, one))];
    facts.extend(one.flags.iter().flatten().map(warning));
    facts.extend(one.notices.iter().map(|notice| notice.text.clone()));
    facts.extend(one.reports.iter().map(|report| report.correction.clone()));
    facts
}

fn warning(flag: &Flag) -> String {
    let texts: Vec<&str> = flag
        .instructions
        .iter()
        .map(|one| one.text.as_str())
        .collect();
    let owner = &flag.owner;
    let wrong: Vec<&str> = flag
        .reported
        .iter()
        .map(|wrong| wrong.say.as_str())
        .collect();
    let sealed = !matches!(flag.detail, Detail::None);
    format!(
        "{texts:?} {:?} {:?} {:?} {:?} {:?} {} {sealed} {wrong:?}",
        flag.hazard.label, owner.team, owner.phone, owner.hours, owner.out_of_hours, flag.overdue
    )
}
