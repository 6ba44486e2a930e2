//! What the pages about addresses work with, and the one way they look.

use firebox_contract::record::Uprn;
use firebox_protocol::{Ask, PropertyBy, Query};

use crate::api::look_up_property::{Looked, look_at};
use crate::handle::Kind as HandleKind;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};

/// What an officer looks an address up for.
pub(in crate::pages) const VISIT: &str = "visit";

impl Room {
    /// Looks once; the entry is made before the answer comes.
    pub(in crate::pages) async fn look_at_address(
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
