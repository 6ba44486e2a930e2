//! What stands in `/ask/{id}`: a warning's handle, or the token of a request.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::problem::{Kind, Problem};

/// The text, as it was sent. What does not read is not there.
pub(in crate::pages) struct Id(pub(in crate::pages) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::from_request_parts(head, state)
            .await
            .map_err(|_| Problem::new(Kind::NotFound))?;
        Ok(Self(text))
    }
}
