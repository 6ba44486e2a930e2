//! `firebox run`: the three processes without systemd.
//!
//! The parent binds every listening socket and keeps it, so that a process that
//! is killed and started again finds its callers waiting. A process that ends
//! with exit code 78 (or 64) needs a person: then all stop. Any other end is answered
//! with a new start, after a pause that doubles up to five seconds.
//!
//! All processes share this user here: the separation by user is systemd's.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use command_fds::{CommandFdExt, FdMapping};
use firebox_protocol::{Exit, Settings, Stop, socket};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGCHLD, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::{files, say};

/// First descriptor a child inherits, as systemd counts them.
const FIRST_FD: i32 = 3;
/// First pause before a process is started again.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause before a process is started again.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A process that lived this long starts again after the first pause.
const LIVED_LONG: Duration = Duration::from_secs(30);
/// How long processes have to end by themselves.
const STOP_WITHIN: Duration = Duration::from_secs(8);

/// Runs gate, store and keeper until Ctrl-C or SIGTERM.
pub(crate) fn run(config: &Path) -> Result<(), Stop> {
    let settings = files::settings(config)?;
    let mut signals = signals()?;
    let mut house = House::open(&settings, config, None)?;
    house.start()?;
    say::out(format_args!(
        "firebox: running on https://{} (agents: {})",
        settings.public, settings.intake
    ));
    say::out("firebox: all processes run as this user; under systemd each has its own");
    house.watch(&mut signals)
}

/// The signals a supervisor acts on.
pub(crate) fn signals() -> Result<Signals, Stop> {
    Signals::new([SIGINT, SIGTERM, SIGCHLD])
        .map_err(|e| Stop::operating_system(format!("signals cannot be watched: {e}")))
}

/// Ends this process with SIGTERM when its parent ends, even by kill -9.
pub(crate) fn end_with_parent() -> Result<(), Stop> {
    rustix::process::set_parent_process_death_signal(Some(Signal::TERM))
        .map_err(|e| Stop::operating_system(format!("the parent cannot be watched: {e}")))
}

/// A process to keep running.
struct Room {
    name: String,
    program: PathBuf,
    arguments: Vec<String>,
    sockets: Vec<(String, OwnedFd)>,
    child: Option<Child>,
    started: Instant,
    pause: Duration,
    due: Option<Instant>,
}

/// The processes of one box.
pub(crate) struct House {
    rooms: Vec<Room>,
    logs: Option<PathBuf>,
    _lock: File,
}

impl House {
    /// Binds the sockets and takes the box's lock. With `logs`, each process
    /// writes its log to a file there.
    pub(crate) fn open(
        settings: &Settings,
        config: &Path,
        logs: Option<&Path>,
    ) -> Result<Self, Stop> {
        let run = files::private_folder(&settings.folders.run)?;
        let lock = lock(&run)?;
        let program = std::env::current_exe()
            .map_err(|e| Stop::operating_system(format!("this program cannot find itself: {e}")))?;
        let config = config.display().to_string();
        let room = |name: &str, sockets| Room {
            name: name.to_owned(),
            program: program.clone(),
            arguments: ["--config", &config, "--supervised", name]
                .map(str::to_owned)
                .to_vec(),
            sockets,
            child: None,
            started: Instant::now(),
            pause: FIRST_PAUSE,
            due: None,
        };
        let unix = |name: &str| Ok::<_, Stop>((name.to_owned(), unix(&run, name)?));
        let keeper = vec![
            unix(socket::KEEPER_GATE)?,
            unix(socket::KEEPER_STORE)?,
            unix(socket::KEEPER_OPERATOR)?,
        ];
        let store = vec![unix(socket::STORE_GATE)?, unix(socket::STORE_OPERATOR)?];
        let gate = vec![
            (
                socket::PUBLIC.to_owned(),
                tcp(
                    settings.public,
                    "people and programs",
                    "--listen or listen.public",
                )?,
            ),
            (
                socket::INTAKE.to_owned(),
                tcp(settings.intake, "agents", "listen.intake")?,
            ),
        ];
        Ok(Self {
            rooms: vec![
                room("keeper", keeper),
                room("store", store),
                room("gate", gate),
            ],
            logs: logs.map(Path::to_owned),
            _lock: lock,
        })
    }

    /// Starts every process.
    pub(crate) fn start(&mut self) -> Result<(), Stop> {
        let logs = self.logs.clone();
        self.rooms
            .iter_mut()
            .try_for_each(|room| room.start(logs.as_deref()))
    }

    /// Adds a process without sockets, such as an agent, and starts it.
    pub(crate) fn add(
        &mut self,
        name: &str,
        program: PathBuf,
        arguments: Vec<String>,
    ) -> Result<(), Stop> {
        let mut room = Room {
            name: name.to_owned(),
            program,
            arguments,
            sockets: Vec::new(),
            child: None,
            started: Instant::now(),
            pause: FIRST_PAUSE,
            due: None,
        };
        room.start(self.logs.as_deref())?;
        self.rooms.push(room);
        Ok(())
    }

    /// Gives the process ids by name, for a test or a person who wants to look.
    pub(crate) fn process_ids(&self) -> BTreeMap<String, u32> {
        let running = self
            .rooms
            .iter()
            .filter_map(|r| Some((r.name.clone(), r.child.as_ref()?.id())));
        running.collect()
    }

    /// Keeps the processes running until a signal or an exit code 78, then stops all.
    pub(crate) fn watch(&mut self, signals: &mut Signals) -> Result<(), Stop> {
        let result = loop {
            match self.tend(signals) {
                Ok(true) => std::thread::sleep(Duration::from_millis(20)),
                Ok(false) => break Ok(()),
                Err(stop) => break Err(stop),
            }
        };
        self.stop();
        result
    }

    /// Looks after the processes once; false: a person asked to stop.
    pub(crate) fn tend(&mut self, signals: &mut Signals) -> Result<bool, Stop> {
        if signals
            .pending()
            .any(|signal| signal == SIGINT || signal == SIGTERM)
        {
            return Ok(false);
        }
        let logs = self.logs.clone();
        for room in &mut self.rooms {
            room.tend(logs.as_deref())?;
        }
        Ok(true)
    }

    /// Asks all to end, callers first, and waits; kills what does not end.
    pub(crate) fn stop(&mut self) {
        for room in self.rooms.iter().rev() {
            room.signal(Signal::TERM);
        }
        let deadline = Instant::now() + STOP_WITHIN;
        while self.rooms.iter_mut().any(Room::is_running) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        for room in &mut self.rooms {
            if let Some(mut child) = room.child.take() {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}

impl Room {
    fn start(&mut self, logs: Option<&Path>) -> Result<(), Stop> {
        let failed = |what: &str, e: std::io::Error| {
            Stop::operating_system(format!("{} cannot be started: {what}: {e}", self.name))
        };
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::null());
        if let Some(folder) = logs {
            let path = folder.join(format!("{}.log", self.name));
            let log = fs::File::options().create(true).append(true).open(path);
            let log = log.map_err(|e| failed("its log", e))?;
            let copy = log.try_clone().map_err(|e| failed("its log", e))?;
            command.stdout(log).stderr(copy);
        }
        let names: Vec<_> = self.sockets.iter().map(|(name, _)| name.as_str()).collect();
        command
            .env("LISTEN_FDS", self.sockets.len().to_string())
            .env("LISTEN_FDNAMES", names.join(":"));
        let mut mappings = Vec::new();
        for ((_, fd), child_fd) in self.sockets.iter().zip(FIRST_FD..) {
            let parent_fd = fd.try_clone().map_err(|e| failed("its sockets", e))?;
            mappings.push(FdMapping {
                parent_fd,
                child_fd,
            });
        }
        command
            .fd_mappings(mappings)
            .map_err(|_| Stop::operating_system(format!("{}: its sockets collide", self.name)))?;
        self.child = Some(command.spawn().map_err(|e| failed("no process", e))?);
        self.started = Instant::now();
        self.due = None;
        Ok(())
    }

    fn tend(&mut self, logs: Option<&Path>) -> Result<(), Stop> {
        if let Some(due) = self.due {
            return if Instant::now() >= due {
                self.start(logs)
            } else {
                Ok(())
            };
        }
        let Some(status) = self
            .child
            .as_mut()
            .and_then(|child| child.try_wait().ok().flatten())
        else {
            return Ok(());
        };
        self.child = None;
        self.ended(status, logs)
    }

    fn ended(&mut self, status: ExitStatus, logs: Option<&Path>) -> Result<(), Stop> {
        let needs_person = [Exit::Configuration as i32, Exit::Usage as i32];
        if status
            .code()
            .is_some_and(|code| needs_person.contains(&code))
        {
            let place = logs.map_or_else(
                || "its message stands above".to_owned(),
                |folder| {
                    format!(
                        "its message stands at the end of {}/{}.log",
                        folder.display(),
                        self.name
                    )
                },
            );
            return Err(Stop::configuration(format!(
                "the {} needs a person and the box has stopped: {place}",
                self.name
            )));
        }
        log::warn!("{} ended ({status}); starting it again", self.name);
        if self.started.elapsed() > LIVED_LONG {
            self.pause = FIRST_PAUSE;
        }
        self.due = Some(Instant::now() + self.pause);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }

    fn is_running(&mut self) -> bool {
        self.child
            .as_mut()
            .is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    fn signal(&self, signal: Signal) {
        let pid = self
            .child
            .as_ref()
            .and_then(|child| i32::try_from(child.id()).ok());
        if let Some(pid) = pid.and_then(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Takes the box's lock, which lives as long as this process.
fn lock(run: &Path) -> Result<File, Stop> {
    let path = run.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = file.map_err(|e| Stop::operating_system(format!("{}: {e}", path.display())))?;
    rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).map_err(|_| {
        Stop { exit: Exit::Unavailable, message: format!(
            "this box is already running ({} is locked): stop the other one first, or use another folder",
            path.display()
        ) }
    })?;
    Ok(file)
}

fn unix(run: &Path, name: &str) -> Result<OwnedFd, Stop> {
    let path = run.join(socket::file(name));
    // The lock is ours, so a socket file that is there belongs to nobody.
    let _ = fs::remove_file(&path);
    let listener = UnixListener::bind(&path).map_err(|e| {
        Stop::operating_system(format!(
            "{} cannot be made: {e} (a socket's path may have at most 107 characters)",
            path.display()
        ))
    })?;
    Ok(listener.into())
}

fn tcp(address: SocketAddr, who: &str, setting: &str) -> Result<OwnedFd, Stop> {
    let listener = TcpListener::bind(address).map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => Stop { exit: Exit::Unavailable, message: format!(
            "{address} (for {who}) is in use by another program: stop that one, or choose another address with {setting}"
        ) },
        _ => Stop::configuration(format!("{address} (for {who}) cannot be used: {e}; see {setting}")),
    })?;
    Ok(listener.into())
}
