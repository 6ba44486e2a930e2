//! `POST /api/v1/releases/{release}/open`: shows a released detail again until
//! its time is over, to whoever asked for it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::shown;
use crate::answer::Released;
use crate::bearer::Bearer;
use crate::call::{Call, Form, Parameter};
use crate::keeper_client::KeeperClient;
use crate::path::ReleaseReference;
use crate::problem::{Kind, Problem};
use crate::sealed::{Errand, bring};
use crate::store_client::StoreClient;

pub(crate) fn call() -> Call {
    Call::post(
        "/api/v1/releases/{release}/open",
        "openRelease",
        open_release,
    )
    .about(
        "Shows a released detail again, to whoever asked for it: decided anew, and logged \
        before it is answered.",
    )
    .with_session()
    .with_parameters(&[Parameter {
        place: "path",
        name: "release",
        about: "The release's reference, from its first answer.",
        form: Form::Text(ReleaseReference::PATTERN),
    }])
    .giving::<Released<'_>>(200, "The detail, with the receipt of this showing's entry.")
    .refusing(Kind::OF_DETAIL)
    .refusing(Kind::OUTSIDE_EMERGENCIES)
    .refusing(&[Kind::ReleaseEnded])
}

async fn open_release(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    bearer: Bearer,
    release: ReleaseReference,
) -> Result<Response, Problem> {
    let errand = Errand::Open(release);
    shown(
        StatusCode::OK,
        &bring(&keeper, &store, &bearer, &errand).await?,
    )
}
