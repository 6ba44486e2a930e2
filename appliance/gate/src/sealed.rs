//! The one road of a sealed detail: the keeper gives leave, the store gives
//! the envelope with its word about the record, the keeper decides, logs and
//! opens.
//!
//! ```text
//! keeper --permit, query--> store --slip, envelope--> keeper --> the detail
//!    ^                                                  |
//!    +------the record changed meanwhile, twice---------+
//! ```
//!
//! The gate carries permit, query, slip and envelope as they came: it made none
//! of them, reads none of them, and none would pass if a bit of it changed.

use firebox_protocol::Code;
use firebox_protocol::answer::{Answer, SealedDetail};
use firebox_protocol::gate_keeper::{Fetch, Released, Why};

use crate::bearer::Bearer;
use crate::handle::{Handles, Kind as HandleKind};
use crate::keeper_client::KeeperClient;
use crate::path::ReleaseReference;
use crate::peer::PeerError;
use crate::problem::{Kind, Problem};
use crate::store_client::StoreClient;

/// How often an envelope is fetched again because its record changed on the
/// way. A feed changes a record once a day; thrice in a second is a fault.
const FETCHES_AGAIN: usize = 2;

/// What a detail is brought for.
pub(crate) enum Errand {
    /// A release.
    Release {
        /// The store's id of the record.
        record: i64,
        /// Why.
        why: Why,
    },
    /// Showing a release again.
    Open(ReleaseReference),
}

/// Brings one detail for the session's person; its entry is on disk.
pub(crate) async fn bring(
    keeper: &KeeperClient,
    store: &StoreClient,
    bearer: &Bearer,
    errand: &Errand,
) -> Result<Released, Problem> {
    for _ in 0..FETCHES_AGAIN {
        match bring_once(keeper, store, bearer, errand).await {
            Err(problem) if problem.kind == Kind::DetailMoved => {}
            brought => return brought,
        }
    }
    bring_once(keeper, store, bearer, errand).await
}

async fn bring_once(
    keeper: &KeeperClient,
    store: &StoreClient,
    bearer: &Bearer,
    errand: &Errand,
) -> Result<Released, Problem> {
    let leave = keeper.fetch(bearer.token(), errand.fetch()).await?;
    let answer = store.answer(leave.permit, leave.query).await;
    let Answer::Envelope(sealed) = answer.map_err(|error| errand.not_fetched(error))? else {
        return Err(Problem::new(Kind::Unexpected));
    };
    let released = errand.hand_over(keeper, bearer, sealed).await?;
    if errand.is_of(&released) {
        Ok(released)
    } else {
        Err(Problem::new(Kind::Unexpected))
    }
}

impl Errand {
    /// A release of the warning whose handle this is; not found when it is no
    /// handle of a warning in this session.
    pub(crate) fn release(
        handles: &Handles,
        bearer: &Bearer,
        flag: &str,
        why: Why,
    ) -> Result<Self, Problem> {
        let record = handles.open(HandleKind::Flag, flag, &bearer.hash())?;
        Ok(Self::Release {
            record: record.cast_signed(),
            why,
        })
    }

    fn fetch(&self) -> Fetch {
        match self {
            Errand::Release { record, .. } => Fetch::Record(*record),
            Errand::Open(release) => Fetch::Release(release.text().to_owned()),
        }
    }

    async fn hand_over(
        &self,
        keeper: &KeeperClient,
        bearer: &Bearer,
        sealed: SealedDetail,
    ) -> Result<Released, PeerError> {
        let session = bearer.token();
        match self {
            Errand::Release { why, .. } => keeper.release(session, why.clone(), sealed).await,
            Errand::Open(release) => {
                keeper
                    .open(session, release.text().to_owned(), sealed)
                    .await
            }
        }
    }

    /// The keeper let this person fetch for their own release, so that its
    /// record is gone is no secret: the release has ended.
    fn not_fetched(&self, error: PeerError) -> Problem {
        match (self, error) {
            (Errand::Open(_), PeerError::Refused(refusal)) if refusal.code == Code::NotFound => {
                Problem::new(Kind::ReleaseEnded)
            }
            (_, error) => error.into(),
        }
    }

    /// Whether the keeper answered this errand and not another.
    fn is_of(&self, released: &Released) -> bool {
        match (self, ReleaseReference::read(&released.release)) {
            (_, None) => false,
            (Errand::Release { .. }, Some(_)) => true,
            (Errand::Open(asked), Some(given)) => *asked == given,
        }
    }
}
