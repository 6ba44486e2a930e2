//! `run`: every feed, once or for ever. Polling is the truth; notices of the
//! file system and of the end only wake it sooner.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::sync::Arc;
use std::time::Duration;

use firebox_contract::Vocabulary;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rustix::fs::{FlockOperation, flock};
use tokio::runtime::Runtime;

use crate::backoff::Pace;
use crate::carrier::Carrier;
use crate::corrections::{self, Desk};
use crate::identity::{FILE, own_folder};
use crate::interrupt::Interrupt;
use crate::report::Report;
use crate::settings::Settings;
use crate::source::{Changed, Judge, Source, Sources};
use crate::stop::{Exit, Stop, chain};
use crate::turn::{At, Look, worst};
use crate::wake::Wake;

/// Shortest pause while a file settles.
const SETTLING_LEAST: Duration = Duration::from_millis(50);
/// Longest pause of a single run while a file settles, so that it ends when asked.
const SETTLING_MOST: Duration = Duration::from_millis(500);

/// Everything a run owns.
pub(crate) struct Round {
    settings: Settings,
    vocabulary: Vocabulary,
    sources: Sources,
    runtime: Arc<Runtime>,
    interrupt: Interrupt,
    carriers: BTreeMap<String, Carried>,
    feeds: BTreeMap<String, FeedRound>,
    desks: BTreeMap<String, DeskRound>,
    _lock: File,
}

/// A service's carrier and which identity it was opened with.
struct Carried {
    carrier: Carrier,
    identity: (u64, i64, i64),
}

/// What is remembered of a feed while the agent runs.
#[derive(Default)]
struct FeedRound {
    look: Look,
    pace: Pace,
    said: Option<Report>,
}

/// What is remembered of a service's corrections while the agent runs.
#[derive(Default)]
struct DeskRound {
    desk: Desk,
    pace: Pace,
    said: Option<Report>,
}

impl Round {
    /// Takes the lock: two agents on one state folder would fork every chain.
    pub(crate) fn new(
        settings: Settings,
        runtime: Arc<Runtime>,
        interrupt: Interrupt,
    ) -> Result<Self, Stop> {
        own_folder(&settings.state_folder)?;
        let lock = lock(&settings)?;
        let vocabulary = settings.vocabulary()?;
        let sources = Sources::new(settings.sources_folder.clone());
        Ok(Self {
            settings,
            vocabulary,
            sources,
            runtime,
            interrupt,
            carriers: BTreeMap::new(),
            feeds: BTreeMap::new(),
            desks: BTreeMap::new(),
            _lock: lock,
        })
    }

    /// Does every feed once, waiting for its newest export to settle. Gives
    /// each feed's report.
    pub(crate) fn once(&mut self) -> Result<Vec<(String, Report)>, Stop> {
        let changed = self.reload()?;
        if let Some((file, error)) = changed.refused.first() {
            return Err(Stop::configuration(format!("{file}: {}", chain(error))));
        }
        let mut reports = Vec::new();
        let sources = std::mem::replace(
            &mut self.sources,
            Sources::new(self.settings.sources_folder.clone()),
        );
        for source in sources.iter() {
            let mut report = self.turn(source, true);
            while report.settling && !self.interrupt.is_raised() {
                let wait = self.feeds.get(&source.id).and_then(|feed| feed.look.again);
                std::thread::sleep(
                    wait.unwrap_or_default()
                        .clamp(SETTLING_LEAST, SETTLING_MOST),
                );
                report = self.turn(source, true);
            }
            reports.push((source.id.clone(), report));
        }
        self.sources = sources;
        let feeds = reports.len();
        for service in corrections::services(&self.settings) {
            let report = self.corrections(&service);
            reports.push((format!("{service} corrections"), report));
        }
        if feeds == 0 {
            let folder = self.sources.folder().display().to_string();
            return Err(Stop::configuration(format!(
                "there is no source file in {folder}"
            )));
        }
        Ok(reports)
    }

    /// Does every feed again and again until the agent is asked to end.
    pub(crate) fn forever(&mut self, mut wake: Wake) -> Result<(), Stop> {
        log::info!(
            "the agent runs; it looks every {} s",
            self.settings.poll.as_secs()
        );
        while !self.interrupt.is_raised() {
            match self.reload() {
                Ok(changed) => say_changes(&changed),
                Err(stop) => log::error!("{stop}"),
            }
            wake.watch(self.folders());
            let pause = self.round();
            wake.wait(pause);
        }
        log::info!("the agent ends; what waits in the outbox is sent at the next start");
        Ok(())
    }

    /// Does every feed whose time has come; gives how long to wait then.
    fn round(&mut self) -> Duration {
        let sources = std::mem::replace(
            &mut self.sources,
            Sources::new(self.settings.sources_folder.clone()),
        );
        let mut pause = self.settings.poll;
        for source in sources.iter() {
            if self.interrupt.is_raised() {
                break;
            }
            let known = self.feeds.get(&source.id);
            if known.is_some_and(|feed| !feed.pace.is_due()) {
                continue;
            }
            let report = self.turn(source, false);
            let feed = self.feeds.entry(source.id.clone()).or_default();
            feed.pace.after(report.unreachable);
            say(&mut feed.said, &source.id, report);
            pause = feed
                .look
                .again
                .map_or(pause, |again| pause.min(again.max(SETTLING_LEAST)));
        }
        self.sources = sources;
        for service in corrections::services(&self.settings) {
            if self.interrupt.is_raised() {
                break;
            }
            self.corrections_when_due(&service);
        }
        pause
    }

    fn corrections_when_due(&mut self, service: &str) {
        let known = self.desks.get(service);
        if known.is_some_and(|desk| !desk.pace.is_due()) {
            return;
        }
        let report = self.corrections(service);
        let desk = self.desks.entry(service.to_owned()).or_default();
        desk.pace.after(report.unreachable);
        say(&mut desk.said, &format!("{service} corrections"), report);
    }

    /// Takes a service's corrections and tells the box what became of them.
    fn corrections(&mut self, service: &str) -> Report {
        if let Err(stop) = self.open_carrier(service) {
            return Report::of_error(stop);
        }
        let Some(carried) = self.carriers.get_mut(service) else {
            return Report::not_enrolled(not_enrolled(service));
        };
        let desk = &mut self.desks.entry(service.to_owned()).or_default().desk;
        let (folder, now) = (&self.settings.work_folder, Timestamp::now());
        desk.turn(&mut carried.carrier, folder, now, &self.interrupt)
    }

    fn turn(&mut self, source: &Source, once: bool) -> Report {
        if let Err(stop) = self.open_carrier(&source.service) {
            return Report::of_error(stop);
        }
        let Some(carried) = self.carriers.get_mut(&source.service) else {
            return Report::not_enrolled(not_enrolled(&source.service));
        };
        let at = At {
            now: Timestamp::now(),
            heartbeat: self.settings.heartbeat,
            once,
            interrupt: &self.interrupt,
        };
        let feed = self.feeds.entry(source.id.clone()).or_default();
        carried.carrier.turn(source, &mut feed.look, &at)
    }

    /// Opens a service's carrier, anew when it was enrolled anew.
    fn open_carrier(&mut self, service: &str) -> Result<(), Stop> {
        let Some(identity) = stamp(&self.settings, service) else {
            self.carriers.remove(service);
            return Ok(());
        };
        // Our own writing of fetched keys changes the file too; opening again is cheap.
        if self
            .carriers
            .get(service)
            .is_none_or(|carried| carried.identity != identity)
        {
            self.carriers.remove(service);
            let opened = Carrier::open(&self.settings, service, &self.runtime, &self.interrupt)?;
            if let Some(carrier) = opened {
                carrier.state.sweep();
                self.carriers
                    .insert(service.to_owned(), Carried { carrier, identity });
            }
        }
        Ok(())
    }

    fn reload(&mut self) -> Result<Changed, Stop> {
        let judge = judge(&self.settings, &self.vocabulary);
        self.sources.reload(&judge).map_err(|e| {
            Stop::configuration(format!(
                "{}: {}",
                self.settings.sources_folder.display(),
                chain(&e)
            ))
        })
    }

    fn folders(&self) -> Vec<std::path::PathBuf> {
        let drops = self.sources.iter().map(|source| source.folder.clone());
        drops.chain([self.sources.folder().to_path_buf()]).collect()
    }
}

/// Says what a turn came to, once.
fn say(said: &mut Option<Report>, id: &str, report: Report) {
    if report.settling || said.as_ref() == Some(&report) {
        return;
    }
    match report.exit {
        Exit::Ok => log::info!("{id}: {}", report.message),
        Exit::Held | Exit::Late => log::warn!("{id}: {}", report.message),
        _ => log::error!("{id}: {}", report.message),
    }
    *said = Some(report);
}

/// Gives what source files are judged against, today.
pub(crate) fn judge<'a>(settings: &'a Settings, vocabulary: &'a Vocabulary) -> Judge<'a> {
    Judge {
        base: &settings.base,
        vocabulary,
        today: Timestamp::now().to_zoned(TimeZone::UTC).date(),
        test_identifiers: settings.test_identifiers,
    }
}

/// Gives the gravest exit of several feeds.
pub(crate) fn exit_of(reports: &[(String, Report)]) -> Exit {
    worst(reports.iter().map(|(_, report)| report))
}

pub(crate) fn not_enrolled(service: &str) -> Stop {
    Stop::failed(format!(
        "{service} is not enrolled: make a bundle on the box with `firebox agent add`, then run `firebox-agent enrol BUNDLE`"
    ))
}

fn lock(settings: &Settings) -> Result<File, Stop> {
    let path = settings.state_folder.join("agent.lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options
        .open(&path)
        .map_err(|e| Stop::configuration(format!("{} cannot be made: {e}", path.display())))?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
        Stop::failed("another firebox-agent runs on this state folder: stop it first")
    })?;
    Ok(file)
}

/// Tells one identity file from the next.
fn stamp(settings: &Settings, service: &str) -> Option<(u64, i64, i64)> {
    let metadata = fs::metadata(settings.state_of(service).join(FILE)).ok()?;
    Some((metadata.ino(), metadata.mtime(), metadata.mtime_nsec()))
}

fn say_changes(changed: &Changed) {
    if changed.any {
        log::info!("the source files were taken over");
    }
    for (file, error) in &changed.refused {
        log::error!(
            "{file}: {}; what was in force before stays in force",
            chain(error)
        );
    }
}
