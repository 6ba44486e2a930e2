//! What stands in a path. Each thing has one spelling; whatever is spelled
//! otherwise is the same "not found" as what is not there, and nobody is asked
//! about it.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::problem::{Kind, Problem};

/// What a release's reference begins with.
const RELEASE: &str = "REL-";
/// Signs of a reference after that.
const SIGNS: usize = 10;
/// The signs of Crockford's base32, which can be read out over the telephone.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A whole number: of an entry, of a hold.
pub(crate) struct Number(pub(crate) u64);

/// A release's reference. It names the release and authorises nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ReleaseReference(String);

impl Number {
    fn read(text: &str) -> Option<Self> {
        let number: u64 = text.parse().ok()?;
        (number.to_string() == text).then_some(Self(number))
    }
}

impl ReleaseReference {
    /// Pattern of its text, for the OpenAPI document.
    pub(crate) const PATTERN: &str = "^REL-[0-9A-HJKMNP-TV-Z]{10}$";

    /// Reads a reference. None: it is spelled as none the box makes.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let signs = text.strip_prefix(RELEASE)?.as_bytes();
        let is_reference = signs.len() == SIGNS && signs.iter().all(|b| CROCKFORD.contains(b));
        is_reference.then(|| Self(text.to_owned()))
    }

    /// Gives its text.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Number {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = parameter(head, state).await?;
        Self::read(&text).ok_or(Problem::new(Kind::NotFound))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ReleaseReference {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = parameter(head, state).await?;
        Self::read(&text).ok_or(Problem::new(Kind::NotFound))
    }
}

/// The one parameter of the path, as it was sent: nothing that belongs there
/// needs percent-encoding.
async fn parameter<S: Send + Sync>(head: &mut Parts, state: &S) -> Result<String, Problem> {
    let not_found = Problem::new(Kind::NotFound);
    if head.uri.path().contains('%') {
        return Err(not_found);
    }
    match Path::from_request_parts(head, state).await {
        Ok(Path(text)) => Ok(text),
        Err(_) => Err(not_found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_releases_reference_has_one_spelling() {
        let right = "REL-0189ABHJKZ";
        assert_eq!(
            ReleaseReference::read(right).map(|reference| reference.0),
            Some(right.to_owned())
        );
        for wrong in [
            "",
            "REL-",
            "REL-0189ABHJK",
            "REL-0189ABHJKZZ",
            "REL-0189abhjkz",
            "rel-0189ABHJKZ",
            "ASK-0189ABHJKZ",
            "0189ABHJKZ",
            " REL-0189ABHJKZ",
            "REL-0189ABHJKZ\n",
            "REL-0189ABHJÉ",
            "REL-01/../../Z",
        ] {
            assert_eq!(ReleaseReference::read(wrong), None, "{wrong:?}");
        }
        for sign in "ILOU-_.~+/".chars() {
            let wrong = format!("REL-0189ABHJK{sign}");
            assert_eq!(ReleaseReference::read(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_number_has_one_spelling() {
        for (text, number) in [("0", 0), ("12", 12), ("18446744073709551615", u64::MAX)] {
            assert_eq!(Number::read(text).map(|read| read.0), Some(number));
        }
        for wrong in [
            "",
            "+1",
            "-1",
            "01",
            "1.0",
            "0x1",
            " 1",
            "18446744073709551616",
        ] {
            assert!(Number::read(wrong).is_none(), "{wrong:?}");
        }
    }
}
