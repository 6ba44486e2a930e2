//! What the pages about corrections stand on, in one state.

use std::sync::Arc;

use axum::extract::FromRef;
use firebox_protocol::Ask;

use crate::answer::Standing;
use crate::api::correct::{Raised, raise};
use crate::api::correction::standing;
use crate::keeper_client::KeeperClient;
use crate::pages::desk::Desk;
use crate::pages::visitor::Visitor;
use crate::pages::{Council, Desks};
use crate::path::CorrectionReference;
use crate::problem::Problem;
use crate::rooms::{Rooms, Words};
use crate::store_client::StoreClient;

/// Keeper and store to raise a correction with, the desks, and the words.
#[derive(Clone)]
pub(super) struct Room {
    keeper: KeeperClient,
    store: StoreClient,
    desks: Arc<Desks>,
    /// What turns codes into words.
    pub(super) words: Arc<Words>,
    /// Whom to phone, and which services there are.
    pub(super) council: Arc<Council>,
}

impl FromRef<Rooms> for Room {
    fn from_ref(rooms: &Rooms) -> Self {
        Self {
            keeper: FromRef::from_ref(rooms),
            store: FromRef::from_ref(rooms),
            desks: FromRef::from_ref(rooms),
            words: FromRef::from_ref(rooms),
            council: FromRef::from_ref(rooms),
        }
    }
}

impl Room {
    /// Works at the visitor's desk.
    pub(super) fn at<T>(&self, visitor: &Visitor, work: impl FnOnce(&mut Desk) -> T) -> T {
        self.desks.at(visitor.session(), work)
    }

    /// Raises a correction or reports a hazard; its entry is on disk.
    pub(super) async fn raise(&self, visitor: &Visitor, what: Ask) -> Result<Raised, Problem> {
        raise(&self.keeper, &self.store, visitor.bearer(), what).await
    }

    /// Asks how a correction stands.
    pub(super) async fn standing(
        &self,
        visitor: &Visitor,
        reference: &CorrectionReference,
    ) -> Result<Standing, Problem> {
        let bearer = visitor.bearer();
        standing(&self.keeper, &self.store, &self.words, bearer, reference).await
    }
}
