//! What the pages about a caller work with, and the one way they look.

use firebox_protocol::query::View;
use firebox_protocol::{Ask, Query};

use super::call::OnTheLine;
use crate::api::view_person::{Seen, look_at};
use crate::handle::Kind as HandleKind;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// What an adviser looks a person up for.
const CALL: &str = "call";

impl Room {
    /// Looks once; the entry is made before the answer comes.
    pub(super) async fn look_at_person(
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

    /// Reads the handle of a person of this session.
    pub(super) fn person_of(&self, visitor: &Visitor, handle: &str) -> Result<u64, Problem> {
        let session = visitor.session();
        self.words.handles.open(HandleKind::Person, handle, session)
    }
}
