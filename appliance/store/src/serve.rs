//! Starts the store's threads and waits for the end.

use std::ops::Deref;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use firebox_contract::Vocabulary;
use firebox_protocol::mac::MacKey;
use firebox_protocol::{Settings, Stop, socket};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use zeroize::Zeroizing;

use crate::agents::Agents;
use crate::attest;
use crate::buckets::BucketKey;
use crate::clock::Clock;
use crate::connection::Socket;
use crate::corrections::{self, Corrections};
use crate::database::{self, Database};
use crate::file;
use crate::gate_socket::Desks;
use crate::intake::Intake;
use crate::keeper_client::{Greeting, KeeperClient};
use crate::lookup::{Feeds, LookUps};
use crate::operator_socket::Operator;
use crate::people;
use crate::permits::Permits;
use crate::rest;
use crate::rules::Rules;
use crate::taken::Desk;
use crate::threads::{End, essential, thread};

/// How often the highest log index is written, when it rose.
const KEEP_INDEX: Duration = Duration::from_secs(1);

/// The store's keys. No `Debug`, no `Clone`; wiped on drop.
pub struct Keys {
    /// The raw SQLCipher key of `store.db`.
    pub database: Zeroizing<[u8; 32]>,
    /// The age identity batches are sealed to.
    pub batch: age::x25519::Identity,
    /// The key the keeper's permits and list of agents carry a MAC of.
    pub permit: MacKey,
    /// The HMAC key of the buckets.
    pub buckets: Zeroizing<[u8; 32]>,
}

/// The sockets the store listens on.
pub struct Listeners {
    /// The gate's queries and batches.
    pub gate: Socket,
    /// The operator's command line.
    pub operator: Socket,
}

/// The database of a store whose threads run. Dropped, it puts them all to rest,
/// so that the process may end.
pub(crate) struct Running(Arc<Database>);

impl Deref for Running {
    type Target = Arc<Database>;

    fn deref(&self) -> &Arc<Database> {
        &self.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.0.rest.begin(rest::LONGEST) {
            log::warn!("the store ends while a thread still works in the database");
        }
    }
}

/// Makes an empty `store.db` with mode 0600 in the store's folder.
///
/// # Errors
/// Exit 78 if one is there or the folder is open to others; 71 if the disk does not write.
pub fn create(settings: &Settings, keys: &Keys) -> Result<(), Stop> {
    file::create(&settings.folders.store, &keys.database, &settings.box_id)
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// Exit 78 when a person must act (missing or loose file, wrong key, newer
/// schema, another box), 71 when the disk or the kernel failed.
pub fn run(
    settings: Settings,
    vocabulary: Vocabulary,
    keys: Keys,
    listeners: Listeners,
) -> Result<(), Stop> {
    let mut signals = Signals::new([SIGTERM, SIGINT]).map_err(|e| {
        Stop::operating_system(format!("signals cannot be received ({})", e.kind()))
    })?;
    let (end, ended) = channel();
    let database = start(settings, vocabulary, keys, listeners, Clock::system(), &end)?;
    thread("signals", &database.rest, move || {
        if signals.forever().next().is_some() {
            // Whoever waited is already leaving if this fails.
            let _ = end.send(Ok(()));
        }
    })?;
    let outcome = ended
        .recv()
        .unwrap_or_else(|_| Err(Stop::failed("every thread of the store ended")));
    if let Err(error) = database.keep_log_index() {
        log::error!("the highest log index was not written: {error}");
    }
    drop(database);
    outcome
}

/// Starts everything; the threads live as long as the process, and work until
/// what this gives is dropped.
pub(crate) fn start(
    settings: Settings,
    vocabulary: Vocabulary,
    keys: Keys,
    listeners: Listeners,
    clock: Clock,
    end: &End,
) -> Result<Running, Stop> {
    let database = Running(Arc::new(Database::open(
        &settings.folders.store,
        &keys.database,
        &settings.box_id,
    )?));
    corrections::open(&database, &settings, clock.now())
        .map_err(|error| Stop::failed(error.to_string()))?;
    let keeper = Arc::new(KeeperClient::new());
    let agents = Arc::new(Agents::new());
    let greeting = greeting(&settings)?;
    let rooms = rooms(
        settings,
        vocabulary,
        keys,
        (&database, &keeper, &agents),
        greeting.nonce,
        clock,
    )?;
    listen(rooms, listeners, end)?;
    stay_connected(&database, &keeper, agents, greeting, end.clone())?;
    keep_index(Arc::clone(&database), end)?;
    Ok(database)
}

fn greeting(settings: &Settings) -> Result<Greeting, Stop> {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce)
        .map_err(|_| Stop::operating_system("the kernel gave no randomness"))?;
    let path = settings
        .folders
        .run
        .join(socket::file(socket::KEEPER_STORE));
    Ok(Greeting {
        path,
        nonce,
        box_id: settings.box_id.clone(),
    })
}

/// Makes the rooms where queries are answered and batches taken.
fn rooms(
    settings: Settings,
    vocabulary: Vocabulary,
    keys: Keys,
    (database, keeper, agents): (&Arc<Database>, &Arc<KeeperClient>, &Arc<Agents>),
    nonce: [u8; 16],
    clock: Clock,
) -> Result<(Arc<LookUps>, Intake), Stop> {
    let permit_key = Arc::new(keys.permit);
    let buckets = BucketKey::new(&keys.buckets);
    let desk = Arc::new(Desk {
        settings,
        rules: Rules::new(vocabulary),
        buckets,
    });
    let feeds = Arc::new(Feeds::new(&desk));
    let failed = |error: database::DatabaseError| Stop::failed(error.to_string());
    people::link::settle_owed(database, &desk, clock.now()).map_err(failed)?;
    feeds
        .refresh(&database.reader().map_err(failed)?)
        .map_err(failed)?;
    let look_ups = Arc::new(LookUps {
        database: Arc::clone(database),
        keeper: Arc::clone(keeper),
        desk: Arc::clone(&desk),
        permits: Permits::new(Arc::clone(&permit_key), nonce),
        slip_key: Arc::clone(&permit_key),
        feeds: Arc::clone(&feeds),
        clock: clock.clone(),
        views: crate::view::Views::default(),
        corrections: Corrections {
            database: Arc::clone(database),
            keeper: Arc::clone(keeper),
            desk: Arc::clone(&desk),
            agents: Arc::clone(agents),
            permit_key: Arc::clone(&permit_key),
            clock: clock.clone(),
        },
    });
    let intake = Intake {
        database: Arc::clone(database),
        keeper: Arc::clone(keeper),
        desk,
        feeds,
        agents: Arc::clone(agents),
        permit_key,
        identity: keys.batch,
        clock,
        refused: Mutex::default(),
    };
    Ok((look_ups, intake))
}

fn listen(
    (look_ups, intake): (Arc<LookUps>, Intake),
    listeners: Listeners,
    end: &End,
) -> Result<(), Stop> {
    let rest = Arc::clone(&look_ups.database.rest);
    let desks = Desks::start(Arc::clone(&look_ups), intake, end)?;
    let operator = Arc::new(Operator {
        look_ups,
        sweeping: Mutex::new(()),
    });
    essential(socket::STORE_GATE, &rest, end, move || {
        listeners
            .gate
            .serve(socket::STORE_GATE, |stream| desks.serve(stream));
    })?;
    essential(socket::STORE_OPERATOR, &rest, end, move || {
        listeners
            .operator
            .serve(socket::STORE_OPERATOR, |stream| operator.serve(stream));
    })
}

fn stay_connected(
    database: &Arc<Database>,
    keeper: &Arc<KeeperClient>,
    agents: Arc<Agents>,
    greeting: Greeting,
    end: End,
) -> Result<(), Stop> {
    let (database, keeper) = (Arc::clone(database), Arc::clone(keeper));
    let rest = Arc::clone(&database.rest);
    thread("keeper-link", &rest, move || {
        let highest = || database.highest_log_index();
        let owed = |keeper: &KeeperClient| {
            agents.forget();
            let _awake = database.rest.awake();
            attest::send_owed(&database, keeper)?;
            corrections::send_all_owed(&database, keeper)
        };
        let ended = keeper.keep_connected(&greeting, highest, owed);
        // Whoever waited is already leaving if this fails.
        let _ = end.send(ended);
    })
}

fn keep_index(database: Arc<Database>, end: &End) -> Result<(), Stop> {
    let rest = Arc::clone(&database.rest);
    essential("log-index", &rest, end, move || {
        loop {
            std::thread::sleep(KEEP_INDEX);
            let _awake = database.rest.awake();
            if let Err(error) = database.keep_log_index() {
                log::error!("the highest log index was not written: {error}");
            }
        }
    })
}
