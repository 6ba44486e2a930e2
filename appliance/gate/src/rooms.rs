//! What the calls share. A call names the rooms it needs, each as a state of
//! its own; none gets the whole house.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::FromRef;
use firebox_contract::Vocabulary;
use firebox_protocol::{Settings, Stop};
use tokio::sync::Semaphore;

use crate::handle::Handles;
use crate::keeper_client::KeeperClient;
use crate::limits::BATCHES_AT_ONCE;
use crate::moment::Calendar;
use crate::pages::{Council, Desks};
use crate::store_client::StoreClient;

/// All rooms.
#[derive(Clone)]
pub(crate) struct Rooms {
    keeper: KeeperClient,
    store: StoreClient,
    words: Arc<Words>,
    description: Description,
    batches: BatchSlots,
    council: Arc<Council>,
    desks: Arc<Desks>,
}

/// What turns codes into words.
pub(crate) struct Words {
    /// The code lists.
    pub(crate) vocabulary: Vocabulary,
    /// Handles of this start.
    pub(crate) handles: Handles,
    /// The council's calendar.
    pub(crate) calendar: Calendar,
    /// The duty line, as people read it aloud.
    pub(crate) duty_line: String,
}

/// The OpenAPI document's bytes.
#[derive(Clone)]
pub(crate) struct Description(pub(crate) Bytes);

/// Room for batches in memory.
#[derive(Clone)]
pub(crate) struct BatchSlots(pub(crate) Arc<Semaphore>);

impl Rooms {
    /// Furnishes the rooms. Must be called within the runtime.
    pub(crate) fn new(settings: &Settings, vocabulary: Vocabulary) -> Result<Self, Stop> {
        let run_folder = &settings.folders.run;
        let words = Words {
            vocabulary,
            handles: Handles::draw()?,
            calendar: Calendar::london()?,
            duty_line: settings.duty_line.spoken(),
        };
        Ok(Self {
            keeper: KeeperClient::start(run_folder),
            store: StoreClient::start(run_folder),
            words: Arc::new(words),
            description: Description(crate::openapi().to_string().into()),
            batches: BatchSlots(Arc::new(Semaphore::new(BATCHES_AT_ONCE))),
            council: Arc::new(Council::of(settings)),
            desks: Arc::default(),
        })
    }
}

impl FromRef<Rooms> for KeeperClient {
    fn from_ref(rooms: &Rooms) -> Self {
        rooms.keeper.clone()
    }
}

impl FromRef<Rooms> for StoreClient {
    fn from_ref(rooms: &Rooms) -> Self {
        rooms.store.clone()
    }
}

impl FromRef<Rooms> for Arc<Words> {
    fn from_ref(rooms: &Rooms) -> Self {
        rooms.words.clone()
    }
}

impl FromRef<Rooms> for Description {
    fn from_ref(rooms: &Rooms) -> Self {
        rooms.description.clone()
    }
}

impl FromRef<Rooms> for BatchSlots {
    fn from_ref(rooms: &Rooms) -> Self {
        rooms.batches.clone()
    }
}

impl FromRef<Rooms> for Arc<Council> {
    fn from_ref(rooms: &Rooms) -> Self {
        rooms.council.clone()
    }
}

impl FromRef<Rooms> for Arc<Desks> {
    fn from_ref(rooms: &Rooms) -> Self {
        rooms.desks.clone()
    }
}
