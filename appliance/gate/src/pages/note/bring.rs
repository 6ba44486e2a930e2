//! What the pages about sealed notes stand on, in one state.

use jiff::Timestamp;

use crate::pages::note::Release;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::sealed::{Errand, bring};

impl Room {
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
