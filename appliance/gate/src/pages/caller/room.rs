//! What the pages about a caller work with, and the one way they look.

use std::sync::Arc;

use axum::extract::FromRef;
use firebox_protocol::query::View;
use firebox_protocol::{Ask, Query};

use super::call::OnTheLine;
use crate::api::view_person::{Seen, look_at};
use crate::handle::Kind as HandleKind;
use crate::keeper_client::KeeperClient;
use crate::pages::council::Council;
use crate::pages::desk::{Desk, Desks};
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::rooms::{Rooms, Words};
use crate::store_client::StoreClient;

/// What an adviser looks a person up for.
const CALL: &str = "call";

/// What the pages about a caller work with.
#[derive(Clone)]
pub(super) struct Room {
    keeper: KeeperClient,
    store: StoreClient,
    desks: Arc<Desks>,
    /// What turns codes into words.
    pub(super) words: Arc<Words>,
    /// Whom to phone.
    pub(super) council: Arc<Council>,
}

impl FromRef<Rooms> for Room {
    fn from_ref(rooms: &Rooms) -> Self {
        Self {
            keeper: KeeperClient::from_ref(rooms),
            store: StoreClient::from_ref(rooms),
            desks: Arc::<Desks>::from_ref(rooms),
            words: Arc::<Words>::from_ref(rooms),
            council: Arc::<Council>::from_ref(rooms),
        }
    }
}

impl Room {
    /// Looks once; the entry is made before the answer comes.
    pub(super) async fn look(
        &self,
        visitor: &Visitor,
        person: u64,
        line: &OnTheLine,
        reference: Option<String>,
    ) -> Result<Seen, Problem> {
        let query = Query {
            purpose: CALL.to_owned(),
            reference,
            ask: Ask::View(View {
                person: person.cast_signed(),
                caller: line.caller.clone(),
                confirmed: line.said.clone(),
            }),
        };
        look_at(
            &self.keeper,
            &self.store,
            &self.words,
            visitor.bearer(),
            &query,
        )
        .await
    }

    /// Works at the visitor's desk.
    pub(super) fn at_desk<T>(&self, visitor: &Visitor, work: impl FnOnce(&mut Desk) -> T) -> T {
        self.desks.at(visitor.session(), work)
    }

    /// Reads the handle of a person of this session.
    pub(super) fn person(&self, visitor: &Visitor, handle: &str) -> Result<u64, Problem> {
        let session = visitor.session();
        self.words.handles.open(HandleKind::Person, handle, session)
    }
}
