//! The session of a call: `Authorization: Bearer`, and nothing else. A cookie
//! means nothing to a call, so no other site can make a browser ask; pages have
//! their own way in (`pages/visitor.rs`).

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use firebox_protocol::SessionToken;
use zeroize::Zeroizing;

use crate::problem::{Kind, Problem};

/// Shortest and longest text that can be a session's token, in bytes; 32 bytes
/// of base64url are 43. Anything else is refused without asking the keeper.
const TOKEN_BYTES: std::ops::RangeInclusive<usize> = 40..=128;

/// The session a request claims. Whether it exists, the keeper says.
pub(crate) struct Bearer(Zeroizing<String>);

impl Bearer {
    /// Gives the token, to hand to the keeper.
    pub(crate) fn token(&self) -> SessionToken {
        SessionToken::new(self.0.as_str().to_owned())
    }

    /// Gives the token's hash, to which handles are bound.
    pub(crate) fn hash(&self) -> [u8; 32] {
        self.token().hash()
    }

    /// Takes the token of a page's session, where it can be one.
    pub(crate) fn of(token: &str) -> Option<Self> {
        let base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let is_token = TOKEN_BYTES.contains(&token.len()) && token.bytes().all(base64url);
        is_token.then(|| Self(Zeroizing::new(token.to_owned())))
    }

    fn read(head: &Parts) -> Option<Self> {
        let mut stated = head.headers.get_all(AUTHORIZATION).iter();
        let (one, None) = (stated.next()?, stated.next()) else {
            return None;
        };
        let (scheme, token) = one.to_str().ok()?.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("Bearer")
            .then(|| Self::of(token))
            .flatten()
    }
}

impl<S: Sync> FromRequestParts<S> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::read(head).ok_or(Problem::new(Kind::NotSignedIn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn read(stated: &[&str]) -> bool {
        let mut request = Request::builder();
        for value in stated {
            request = request.header(AUTHORIZATION, *value);
        }
        Bearer::read(&request.body(()).unwrap().into_parts().0).is_some()
    }

    #[test]
    fn a_session_is_one_bearer_token_of_base64url() {
        let token = "A".repeat(43);
        assert!(read(&[&format!("Bearer {token}")]));
        assert!(read(&[&format!("bearer {token}")]));
        assert!(!read(&[]));
        assert!(!read(&[
            &format!("Bearer {token}"),
            &format!("Bearer {token}")
        ]));
        for wrong in [
            format!("Basic {token}"),
            token.clone(),
            format!("Bearer  {token}"),
            "Bearer".into(),
            "Bearer short".into(),
            format!("Bearer {}", "A".repeat(129)),
            format!("Bearer {token}="),
            format!("Bearer {}'", "A".repeat(42)),
        ] {
            assert!(!read(&[&wrong]), "{wrong}");
        }
    }
}
