//! What the pages about sealed notes stand on, in one state.

use std::sync::Arc;

use axum::extract::FromRef;
use jiff::Timestamp;

use crate::keeper_client::KeeperClient;
use crate::pages::desk::Desk;
use crate::pages::note::Release;
use crate::pages::visitor::Visitor;
use crate::pages::{Council, Desks};
use crate::problem::Problem;
use crate::rooms::{Rooms, Words};
use crate::sealed::{Errand, bring};
use crate::store_client::StoreClient;

/// Keeper and store to bring a note, the desks, and the words.
#[derive(Clone)]
pub(in crate::pages) struct Room {
    /// The keeper.
    pub(in crate::pages) keeper: KeeperClient,
    /// The store.
    pub(in crate::pages) store: StoreClient,
    /// What turns codes into words.
    pub(in crate::pages) words: Arc<Words>,
    /// What is said of the council.
    pub(in crate::pages) council: Arc<Council>,
    desks: Arc<Desks>,
}

impl FromRef<Rooms> for Room {
    fn from_ref(rooms: &Rooms) -> Self {
        Self {
            keeper: FromRef::from_ref(rooms),
            store: FromRef::from_ref(rooms),
            words: FromRef::from_ref(rooms),
            council: FromRef::from_ref(rooms),
            desks: FromRef::from_ref(rooms),
        }
    }
}

impl Room {
    /// Works at the visitor's desk.
    pub(in crate::pages) fn at<T>(
        &self,
        visitor: &Visitor,
        work: impl FnOnce(&mut Desk) -> T,
    ) -> T {
        self.desks.at(visitor.session(), work)
    }

    /// Gives a release of this session by its reference.
    pub(in crate::pages) fn release(&self, visitor: &Visitor, reference: &str) -> Option<Release> {
        self.at(visitor, |desk| desk.releases.get(reference).cloned())
    }

    /// Gives the release of a warning that can still be opened.
    pub(in crate::pages) fn standing(&self, visitor: &Visitor, record: &str) -> Option<Release> {
        let now = Timestamp::now();
        self.at(visitor, |desk| super::standing(desk, record, now).cloned())
    }

    /// Brings a note for the visitor; its entry is on disk.
    pub(in crate::pages) async fn bring(
        &self,
        visitor: &Visitor,
        errand: &Errand,
    ) -> Result<firebox_protocol::gate_keeper::Released, Problem> {
        bring(&self.keeper, &self.store, visitor.bearer(), errand).await
    }
}
