//! Whoever opened a page: the session of the cookie, as the keeper knows it.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use firebox_protocol::gate_keeper::SessionOf;

use super::cookie;
use crate::bearer::Bearer;
use crate::keeper_client::KeeperClient;
use crate::problem::{Kind, Problem};

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Visitor(Arc<Inner>);

struct Inner {
    bearer: Bearer,
    session: [u8; 32],
    of: SessionOf,
}

impl Visitor {
    /// Finds whose session a request's cookie is. None: there is no cookie.
    /// Asking counts as use of the session.
    pub(super) async fn of(
        headers: &HeaderMap,
        keeper: &KeeperClient,
    ) -> Result<Option<Self>, Problem> {
        let token = cookie::read(headers, cookie::SESSION);
        let Some(token) = token.filter(|_| !cookie::was_left(headers)) else {
            return Ok(None);
        };
        let bearer = Bearer::of(&token).ok_or(Problem::new(Kind::NotSignedIn))?;
        let of = keeper.session(bearer.token()).await?;
        let session = bearer.hash();
        Ok(Some(Self(Arc::new(Inner {
            bearer,
            session,
            of,
        }))))
    }

    /// Gives the session, to ask keeper and store with.
    pub(super) fn bearer(&self) -> &Bearer {
        &self.0.bearer
    }

    /// Gives the hash of the session's token, to which handles are bound.
    pub(super) fn session(&self) -> &[u8; 32] {
        &self.0.session
    }

    /// Gives the name they sign in with.
    pub(super) fn person(&self) -> &str {
        &self.0.of.person
    }

    /// Gives their roles.
    pub(super) fn roles(&self) -> &[String] {
        &self.0.of.roles
    }

    /// Whether they hold a role.
    pub(super) fn is(&self, role: &str) -> bool {
        self.0.of.roles.iter().any(|held| held == role)
    }

    /// Gives how long the session may stay unused, in seconds.
    pub(super) fn idle_seconds(&self) -> u32 {
        self.0.of.idle_seconds
    }
}

/// The guard at the page's door has found them already.
impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Problem> {
        let visitor = head.extensions.get::<Visitor>().cloned();
        visitor.ok_or(Problem::new(Kind::NotSignedIn))
    }
}
