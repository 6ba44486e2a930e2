//! How fresh each service is. Pure.
//!
//! Every configured service stands in every answer: one that never sent
//! anything has stopped, and is never simply absent.

use firebox_contract::batch::SourceHealth;
use firebox_protocol::Settings;
use firebox_protocol::answer::{FeedState, Freshness, Hold, ServiceState};
use firebox_protocol::settings::Service;
use jiff::Timestamp;

use crate::feed::Feed;
use crate::people::columns::day;

/// A feed, with what its rows say about it.
#[derive(Clone, Debug)]
pub(crate) struct FeedView {
    pub(crate) feed: Feed,
    /// Rows that are announced as unread.
    pub(crate) held_rows: u64,
    /// Rows and warnings the box holds and can show at no address.
    pub(crate) nowhere: u64,
    /// Warnings that follow a person, and until when they can be shown at an address.
    pub(crate) lapses: Lapses,
    /// A reading that waits.
    pub(crate) hold: Option<Hold>,
}

/// Warnings that follow a person and can be shown at no address, by day: from
/// the day after the last one of an address, to the last one of the warning.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lapses {
    /// Last days at an address as YYYYMMDD, 0 for none; sorted.
    left: Vec<i64>,
    /// Last days of those warnings that end; sorted.
    over: Vec<i64>,
}

impl Lapses {
    /// Stands for a last day that is not known.
    pub(crate) const NEVER: i64 = 99991231;

    /// Adds a warning by the last day its person is at an address (none: at no
    /// address) and its own last day.
    pub(crate) fn add(&mut self, left: Option<i64>, over: Option<i64>) {
        let left = left.unwrap_or(0);
        if left < over.unwrap_or(Self::NEVER) {
            self.left.push(left);
            self.over.extend(over);
        }
    }

    /// Puts the days in order, once all are there.
    pub(crate) fn sort(&mut self) {
        self.left.sort_unstable();
        self.over.sort_unstable();
    }

    fn count(&self, now: Timestamp) -> u64 {
        if self.left.is_empty() {
            return 0;
        }
        let today = day(now.to_zoned(jiff::tz::TimeZone::UTC).date());
        let before = |days: &[i64]| days.partition_point(|last| *last < today);
        before(&self.left).saturating_sub(before(&self.over)) as u64
    }
}

impl FeedView {
    fn unplaced(&self, now: Timestamp) -> u64 {
        let of_people = self.lapses.count(now);
        self.feed
            .unplaced
            .saturating_add(self.nowhere)
            .saturating_add(of_people)
    }

    fn freshness(&self, service: &Service, now: Timestamp) -> Freshness {
        let by_age = match self.feed.as_of {
            None => Freshness::Stopped,
            Some(as_of) => by_age(service, now.duration_since(as_of).as_secs()),
        };
        let by_health = match self.feed.health {
            SourceHealth::Ok => Freshness::Fresh,
            SourceHealth::Held => Freshness::Held,
            SourceHealth::Failing => Freshness::Stopped,
        };
        let waits = self.hold.is_some() || self.unplaced(now) > 0;
        let by_rows = if waits {
            Freshness::Held
        } else {
            Freshness::Fresh
        };
        by_age.max(by_health).max(by_rows)
    }

    /// Gives the code of what holds or fails the feed.
    fn code(&self, now: Timestamp) -> Option<String> {
        let unplaced = || (self.unplaced(now) > 0).then(|| "unplaced".to_owned());
        let hold = self.hold.as_ref().map(|hold| hold.code.clone());
        hold.or_else(|| self.feed.code.clone()).or_else(unplaced)
    }
}

/// Seconds a reading may be ahead of the box's clock. Further, and the clock was set back: no age
/// can be told, so nothing is called fresh.
const CLOCK_SLACK_SECONDS: i64 = 300;

fn by_age(service: &Service, seconds: i64) -> Freshness {
    if seconds < -CLOCK_SLACK_SECONDS {
        return Freshness::Late;
    }
    if seconds > service.stopped_after_seconds {
        Freshness::Stopped
    } else if seconds > service.fresh_for_seconds {
        Freshness::Late
    } else {
        Freshness::Fresh
    }
}

/// Gives the state of every configured service, in their order.
pub(crate) fn services(
    settings: &Settings,
    feeds: &[FeedView],
    now: Timestamp,
) -> Vec<ServiceState> {
    settings
        .services
        .iter()
        .map(|service| state(service, feeds, now))
        .collect()
}

fn state(service: &Service, feeds: &[FeedView], now: Timestamp) -> ServiceState {
    let views = || service.sources.iter().map(|source| view(feeds, source));
    let states = views().map(|view| view.map_or(Freshness::Stopped, |v| v.freshness(service, now)));
    let as_of: Option<Vec<Timestamp>> = views()
        .map(|view| view.and_then(|v| v.feed.as_of))
        .collect();
    ServiceState {
        service: service.id.clone(),
        name: service.name.clone(),
        // A service always has a feed; without one nothing is known about it.
        state: states.max().unwrap_or(Freshness::Stopped),
        last_synced: as_of.and_then(|times| times.into_iter().min()),
        phone: service.phone.clone(),
    }
}

fn view<'a>(feeds: &'a [FeedView], source: &str) -> Option<&'a FeedView> {
    feeds.iter().find(|view| view.feed.source == source)
}

/// Gives the state of every configured feed, each with its own age.
pub(crate) fn feeds(settings: &Settings, feeds: &[FeedView], now: Timestamp) -> Vec<FeedState> {
    let all = settings
        .services
        .iter()
        .flat_map(|s| s.sources.iter().map(move |source| (s, source)));
    all.map(|(service, source)| feed_state(service, source, view(feeds, source), now))
        .collect()
}

fn feed_state(
    service: &Service,
    source: &str,
    view: Option<&FeedView>,
    now: Timestamp,
) -> FeedState {
    let feed = view.map(|view| &view.feed);
    FeedState {
        service: ServiceState {
            service: service.id.clone(),
            name: service.name.clone(),
            state: view.map_or(Freshness::Stopped, |view| view.freshness(service, now)),
            last_synced: feed.and_then(|feed| feed.as_of),
            phone: service.phone.clone(),
        },
        source: source.to_owned(),
        records: feed.map_or(0, |feed| feed.records),
        held_rows: view.map_or(0, |view| view.held_rows),
        sequence: feed.map_or(0, |feed| feed.head.sequence),
        received: feed.and_then(|feed| feed.received),
        code: view.and_then(|view| view.code(now)),
        hold: view.and_then(|view| view.hold.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testbed::settings;

    fn now() -> Timestamp {
        "2026-06-01T12:00:00Z".parse().unwrap()
    }

    fn view(source: &str, hours_old: i64) -> FeedView {
        let mut feed = Feed::new(1, source);
        feed.as_of = Some(now() - jiff::SignedDuration::from_hours(hours_old));
        FeedView {
            feed,
            held_rows: 0,
            nowhere: 0,
            lapses: Lapses::default(),
            hold: None,
        }
    }

    fn housing(feeds: &[FeedView]) -> ServiceState {
        services(&settings(), feeds, now())
            .into_iter()
            .find(|s| s.service == "housing")
            .unwrap()
    }

    #[test]
    fn a_service_that_never_sent_has_stopped_and_is_in_every_answer() {
        let states = services(&settings(), &[], now());
        assert_eq!(states.len(), settings().services.len());
        assert!(
            states
                .iter()
                .all(|s| s.state == Freshness::Stopped && s.last_synced.is_none())
        );
    }

    #[test]
    fn a_service_is_as_fresh_as_its_worst_feed_and_as_old_as_its_oldest() {
        let both = [view("housing-properties", 1), view("housing-tenancies", 30)];
        assert_eq!(housing(&both).state, Freshness::Late);
        assert_eq!(housing(&both).last_synced, both[1].feed.as_of);
        assert_eq!(housing(&both[..1]).state, Freshness::Stopped);
        assert_eq!(housing(&both[..1]).last_synced, None);
    }

    #[test]
    fn age_turns_fresh_to_late_to_stopped() {
        let at = |hours| {
            housing(&[
                view("housing-properties", hours),
                view("housing-tenancies", 0),
            ])
            .state
        };
        assert_eq!(at(-1), Freshness::Late);
        assert_eq!(
            (at(24), at(25), at(72), at(73)),
            (
                Freshness::Fresh,
                Freshness::Late,
                Freshness::Late,
                Freshness::Stopped
            )
        );
    }

    #[test]
    fn a_hold_an_unplaced_row_and_a_failing_agent_are_never_fresh() {
        let changed = |change: fn(&mut FeedView)| {
            let mut one = view("housing-properties", 0);
            change(&mut one);
            housing(&[one, view("housing-tenancies", 0)]).state
        };
        assert_eq!(changed(|_| ()), Freshness::Fresh);
        assert_eq!(changed(|v| v.feed.unplaced = 1), Freshness::Held);
        assert_eq!(changed(|v| v.nowhere = 1), Freshness::Held);
        assert_eq!(
            changed(|v| v.feed.health = SourceHealth::Held),
            Freshness::Held
        );
        assert_eq!(
            changed(|v| v.feed.health = SourceHealth::Failing),
            Freshness::Stopped
        );
        assert_eq!(
            changed(|v| v.hold = Some(Hold {
                id: 1,
                code: String::new(),
                removes: 9,
                of: 9,
                since: now()
            })),
            Freshness::Held
        );
    }
}
