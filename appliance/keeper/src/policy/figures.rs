//! How often details may be released, how long a release lasts, and what an
//! emergency costs.

use std::collections::BTreeMap;

use firebox_contract::record::Class;
use firebox_protocol::Stop;
use serde::Deserialize;

use super::file::refuse;

/// Largest limit that can be kept: far more than a box can open in an hour.
const MAX_AN_HOUR: u64 = 1_000_000_000_000;
/// Longest a release can be shown again, in minutes: a working day.
const MAX_VALID_MINUTES: u64 = 12 * 60;
/// Longest grace after a review was due, in days.
const MAX_GRACE_DAYS: u16 = 366;

/// Figures of releases.
#[derive(Clone, Debug)]
pub(crate) struct ReleaseFigures {
    /// One person's, an hour; every showing counts.
    pub(crate) person: u64,
    /// All together, an hour.
    pub(crate) whole_box: u64,
    /// All of one class together, an hour; a class that is not named has the box's.
    pub(crate) by_class: BTreeMap<Class, u64>,
    /// Emergencies of one person in a day; more are released and escalated.
    pub(crate) emergencies_of_a_person: u64,
    /// Emergencies of all together, an hour: the other part of the published bound.
    pub(crate) emergencies: u64,
    /// How long a release can be shown again, in milliseconds.
    pub(crate) valid_ms: u64,
    /// Days after a review was due in which the detail is still released.
    pub(crate) grace_days: u16,
}

/// The same, as the file has it.
#[derive(Deserialize)]
pub(super) struct ReleaseLimitsFile {
    person_releases_per_hour: u64,
    box_releases_per_hour: u64,
    class_releases_per_hour: BTreeMap<Class, u64>,
    person_emergencies_per_day: u64,
    box_emergencies_per_hour: u64,
    release_valid_minutes: u64,
    review_grace_days: u16,
}

impl ReleaseLimitsFile {
    pub(super) fn check(&self) -> Result<ReleaseFigures, Stop> {
        let hourly = [
            self.person_releases_per_hour,
            self.box_releases_per_hour,
            self.box_emergencies_per_hour,
        ];
        let every = hourly.iter().chain(self.class_releases_per_hour.values());
        if !every.clone().all(|one| (1..=MAX_AN_HOUR).contains(one)) {
            return refuse("limits: every limit of releases and emergencies must be at least 1");
        }
        if self.box_releases_per_hour < self.person_releases_per_hour {
            return refuse(
                "limits: box_releases_per_hour must not be less than person_releases_per_hour",
            );
        }
        if !(1..=MAX_VALID_MINUTES).contains(&self.release_valid_minutes) {
            return refuse("limits: release_valid_minutes must be 1 to 720");
        }
        if self.review_grace_days > MAX_GRACE_DAYS {
            return refuse("limits: review_grace_days must be 0 to 366");
        }
        Ok(ReleaseFigures {
            person: self.person_releases_per_hour,
            whole_box: self.box_releases_per_hour,
            by_class: self.class_releases_per_hour.clone(),
            emergencies_of_a_person: self.person_emergencies_per_day,
            emergencies: self.box_emergencies_per_hour,
            valid_ms: self.release_valid_minutes * 60_000,
            grace_days: self.review_grace_days,
        })
    }
}
