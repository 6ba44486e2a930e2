//! What stands in a path. Each thing has one spelling; whatever is spelled
//! otherwise is the same "not found" as what is not there, and nobody is asked
//! about it.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::problem::{Kind, Problem};

/// What a release's reference begins with.
const RELEASE: &str = "REL-";
/// What a correction's reference begins with.
const CORRECTION: &str = "COR-";
/// Signs of a reference after that.
const SIGNS: usize = 10;
/// The signs of Crockford's base32, which can be read out over the telephone.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A whole number: of an entry, of a hold.
pub(crate) struct Number(pub(crate) u64);

/// Bytes of a handle's text: 36 bytes in base64url.
const HANDLE_BYTES: usize = 48;

/// A person's handle, as it was given in this session. Whether it opens, the
/// key says.
pub(crate) struct PersonHandle(pub(crate) String);

/// A correction's reference. It names the correction and authorises nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CorrectionReference(String);

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
        is_reference(text, RELEASE).then(|| Self(text.to_owned()))
    }

    /// Gives its text.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl PersonHandle {
    /// Pattern of its text, for the OpenAPI document.
    pub(crate) const PATTERN: &str = "^[A-Za-z0-9_-]{48}$";

    fn read(text: &str) -> Option<Self> {
        let base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let is_handle = text.len() == HANDLE_BYTES && text.bytes().all(base64url);
        is_handle.then(|| Self(text.to_owned()))
    }
}

impl CorrectionReference {
    /// Pattern of its text, for the OpenAPI document.
    pub(crate) const PATTERN: &str = "^COR-[0-9A-HJKMNP-TV-Z]{10}$";

    /// Reads a reference. None: it is spelled as none the box makes.
    pub(crate) fn read(text: &str) -> Option<Self> {
        is_reference(text, CORRECTION).then(|| Self(text.to_owned()))
    }

    /// Gives its text.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

/// Whether a text is the prefix and ten signs of Crockford's base32.
fn is_reference(text: &str, prefix: &str) -> bool {
    let signs = text.strip_prefix(prefix).map(str::as_bytes);
    signs.is_some_and(|signs| signs.len() == SIGNS && signs.iter().all(|b| CROCKFORD.contains(b)))
}

impl<S: Send + Sync> FromRequestParts<S> for PersonHandle {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = parameter(head, state).await?;
        Self::read(&text).ok_or(Problem::new(Kind::NotFound))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CorrectionReference {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = parameter(head, state).await?;
        Self::read(&text).ok_or(Problem::new(Kind::NotFound))
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
    fn a_corrections_reference_and_a_persons_handle_have_one_spelling() {
        let right = "COR-0189ABHJKZ";
        assert!(CorrectionReference::read(right).is_some_and(|read| read.text() == right));
        for wrong in [
            "REL-0189ABHJKZ",
            "COR-0189ABHJK",
            "cor-0189ABHJKZ",
            "COR-0189ABHJKI",
        ] {
            assert_eq!(CorrectionReference::read(wrong), None, "{wrong:?}");
        }
        let handle = "A-_9".repeat(12);
        assert!(PersonHandle::read(&handle).is_some());
        for wrong in [
            "",
            &handle[1..],
            &handle.replace('9', "+"),
            &handle.replace('9', "é"),
        ] {
            assert!(PersonHandle::read(wrong).is_none(), "{wrong:?}");
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
