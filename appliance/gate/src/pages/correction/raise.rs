//! What the pages about corrections stand on, in one state.

use firebox_protocol::Ask;

use crate::answer::Standing;
use crate::api::correct::{Raised, raise};
use crate::api::correction::standing;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::path::CorrectionReference;
use crate::problem::Problem;

impl Room {
    /// Raises a correction or reports a hazard; its entry is on disk.
    pub(super) async fn raise(&self, visitor: &Visitor, what: Ask) -> Result<Raised, Problem> {
        raise(&self.keeper, &self.store, visitor.bearer(), what).await
    }

    /// Asks how a correction stands.
    pub(super) async fn correction(
        &self,
        visitor: &Visitor,
        reference: &CorrectionReference,
    ) -> Result<Standing, Problem> {
        let bearer = visitor.bearer();
        standing(&self.keeper, &self.store, &self.words, bearer, reference).await
    }
}
