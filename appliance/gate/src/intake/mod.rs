//! The calls of the intake listener, one file each. The gate relays sealed
//! bytes and signed answers; it opens none of them.

pub(crate) mod batches;
pub(crate) mod corrections;
pub(crate) mod enrol;
pub(crate) mod recipients;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::problem::{Kind, Problem};
use crate::tls::Agent;

/// The media type of what agents and box exchange as bytes.
const BYTES: &str = "application/octet-stream";

/// The agent of the connection, as its verified certificate names it.
impl<S: Sync> FromRequestParts<S> for Agent {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Problem> {
        head.extensions
            .get()
            .cloned()
            .ok_or(Problem::new(Kind::NotAllowed))
    }
}
