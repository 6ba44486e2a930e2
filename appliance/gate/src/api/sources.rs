//! `GET /api/v1/sources`: how each feed is, for whoever looks after it.

use axum::extract::State;
use firebox_protocol::answer::Answer;
use firebox_protocol::{Ask, Query};
use schemars::JsonSchema;
use serde::Serialize;

use super::SYNC_ADMIN;
use crate::answer::Feed;
use crate::ask::ask;
use crate::bearer::Bearer;
use crate::call::Call;
use crate::json::Written;
use crate::keeper_client::KeeperClient;
use crate::problem::{Kind, Problem};
use crate::store_client::StoreClient;

pub(crate) fn call() -> Call {
    Call::get("/api/v1/sources", "readSources", sources)
        .about(
            "Gives how fresh each feed is, what was refused, and what waits for a \
            decision. For service admins and reviewers; logged.",
        )
        .with_session()
        .giving::<Sources>(200, "The feeds.")
        .refusing(Kind::OF_QUESTION)
}

/// The state of the feeds.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Sources {
    /// Index of the log entry that was made before this was answered.
    entry: u64,
    /// One a feed.
    pub(crate) sources: Vec<Feed>,
}

async fn sources(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    bearer: Bearer,
) -> Result<Written<Sources>, Problem> {
    feeds(&keeper, &store, &bearer).await.map(Written)
}

/// Asks how the feeds are.
pub(crate) async fn feeds(
    keeper: &KeeperClient,
    store: &StoreClient,
    bearer: &Bearer,
) -> Result<Sources, Problem> {
    let query = Query {
        purpose: SYNC_ADMIN.to_owned(),
        reference: None,
        ask: Ask::Sources,
    };
    let answered = ask(keeper, store, bearer, &query).await?;
    let Answer::Sources(feeds) = answered.answer else {
        return Err(Problem::new(Kind::Unexpected));
    };
    let sources = feeds.into_iter().map(Feed::from).collect();
    Ok(Sources {
        entry: answered.entry,
        sources,
    })
}
