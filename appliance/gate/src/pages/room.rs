//! What a page works with: keeper and store to ask, the session's desk, and
//! what makes words. Each area adds the one way in which its own pages ask.

use std::sync::Arc;

use axum::extract::FromRef;

use super::council::Council;
use super::desk::{Desk, Desks};
use super::visitor::Visitor;
use crate::keeper_client::KeeperClient;
use crate::rooms::{Rooms, Words};
use crate::store_client::StoreClient;

/// What a page works with.
#[derive(Clone)]
pub(super) struct Room {
    /// Decides and logs.
    pub(super) keeper: KeeperClient,
    /// Answers.
    pub(super) store: StoreClient,
    /// What turns codes into words.
    pub(super) words: Arc<Words>,
    /// Whom to phone, and which services there are.
    pub(super) council: Arc<Council>,
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
    pub(super) fn at<T>(&self, visitor: &Visitor, work: impl FnOnce(&mut Desk) -> T) -> T {
        self.desks.at(visitor.session(), work)
    }
}
