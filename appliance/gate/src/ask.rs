//! The one road of a question: the same bytes to the keeper, which decides and
//! logs, and with its permit to the store, which answers.

use firebox_protocol::answer::Answer;
use firebox_protocol::{Query, query};

use crate::bearer::Bearer;
use crate::keeper_client::KeeperClient;
use crate::peer::PeerError;
use crate::problem::{Kind, Problem};
use crate::store_client::StoreClient;

/// An answer, and the entry that was on disk before it.
pub(crate) struct Answered {
    /// Index of the entry.
    pub(crate) entry: u64,
    /// The reference that stands in it.
    pub(crate) reference: String,
    /// Records of which the person has a release that has not ended.
    pub(crate) standing: Vec<i64>,
    /// What the store said.
    pub(crate) answer: Answer,
}

/// Asks one question for the session's person.
pub(crate) async fn ask(
    keeper: &KeeperClient,
    store: &StoreClient,
    bearer: &Bearer,
    query: &Query,
) -> Result<Answered, Problem> {
    let bytes = query::to_bytes(query).map_err(|_| Problem::new(Kind::Unexpected))?;
    let leave = keeper.permit(bearer.token(), bytes.clone()).await?;
    let answer = store.answer(leave.permit, bytes).await?;
    Ok(Answered {
        entry: leave.entry,
        reference: leave.reference,
        standing: leave.standing,
        answer,
    })
}

/// A process that is away, gone or slow is one thing to whoever asks: nothing
/// was checked. The log tells them apart.
impl From<PeerError> for Problem {
    fn from(error: PeerError) -> Self {
        match error {
            PeerError::Refused(refusal) => refusal.into(),
            PeerError::Away | PeerError::Lost | PeerError::Slow => Problem::new(Kind::NotReady),
            PeerError::Broken => Problem::new(Kind::Unexpected),
        }
    }
}
