//! What the pages about addresses work with, and the one way they look.

use std::sync::Arc;

use axum::extract::FromRef;
use firebox_contract::record::Uprn;
use firebox_protocol::{Ask, PropertyBy, Query};

use crate::api::look_up_property::{Looked, look_at};
use crate::handle::Kind as HandleKind;
use crate::keeper_client::KeeperClient;
use crate::pages::council::Council;
use crate::pages::desk::{Desk, Desks};
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};
use crate::rooms::{Rooms, Words};
use crate::store_client::StoreClient;

/// What an officer looks an address up for.
pub(in crate::pages) const VISIT: &str = "visit";

/// What the pages about addresses work with.
#[derive(Clone)]
pub(in crate::pages) struct Counter {
    keeper: KeeperClient,
    store: StoreClient,
    desks: Arc<Desks>,
    /// What turns codes into words.
    pub(in crate::pages) words: Arc<Words>,
    /// Whom to phone.
    pub(in crate::pages) council: Arc<Council>,
}

impl FromRef<Rooms> for Counter {
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

impl Counter {
    /// Looks once; the entry is made before the answer comes.
    pub(in crate::pages) async fn look(
        &self,
        visitor: &Visitor,
        by: PropertyBy,
    ) -> Result<Looked, Problem> {
        let query = Query {
            purpose: VISIT.to_owned(),
            reference: None,
            ask: Ask::Property(by),
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
    pub(in crate::pages) fn at_desk<T>(
        &self,
        visitor: &Visitor,
        work: impl FnOnce(&mut Desk) -> T,
    ) -> T {
        self.desks.at(visitor.session(), work)
    }

    /// Reads the handle of a property of this session.
    pub(in crate::pages) fn uprn(&self, visitor: &Visitor, handle: &str) -> Result<Uprn, Problem> {
        let session = visitor.session();
        let number = self
            .words
            .handles
            .open(HandleKind::Property, handle, session)?;
        Uprn::parse(&number.to_string()).map_err(|_| Problem::new(Kind::NotFound))
    }
}
