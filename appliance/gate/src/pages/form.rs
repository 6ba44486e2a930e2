//! A form as it was sent: its fields as text, after it was proved that our own
//! page sent it in this very session.
//!
//! The invariant: no handler sees a field of a form that another site made a
//! browser send. Three proofs must hold: the token in the form is of this
//! session, the `Origin` (where the browser says one) is ours, and so is
//! `Sec-Fetch-Site`.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, FromRequestParts, Multipart, Request};
use axum::http::{HeaderMap, HeaderName, header};
use maud::{Markup, html};
use zeroize::Zeroizing;

use super::cookie;
use super::visitor::Visitor;
use crate::body;
use crate::handle::{Handles, Kind as HandleKind};
use crate::limits::JSON_BODY_BYTES;
use crate::problem::{Kind, Problem};
use crate::rooms::Words;

/// The field, and for scripts the header, that holds the token.
const TOKEN_FIELD: &str = "csrf";
const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-csrf");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const URLENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// A form of somebody who is signed in.
pub(super) struct Form {
    /// Who sent it.
    pub(super) visitor: Visitor,
    /// What stands in it.
    pub(super) fields: Fields,
}

/// The form of somebody who is not signed in yet.
pub(super) struct FirstForm(pub(super) Fields);

/// The fields of a form; wiped, since one of them may be a password.
#[derive(Default)]
pub(super) struct Fields(Vec<(String, Zeroizing<String>)>);

impl Fields {
    /// Gives a field as typed; empty when it is not there.
    pub(super) fn raw(&self, name: &str) -> &str {
        let mut fields = self.0.iter();
        let found = fields.find_map(|(field, value)| (field == name).then_some(value.as_str()));
        found.unwrap_or_default()
    }

    /// Gives a field without blanks around it; empty when it is not there.
    pub(super) fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Gives every value of a field: the boxes that were ticked.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = self.0.iter().filter(move |(field, _)| field == name);
        of_name.map(|(_, value)| value.as_str())
    }

    /// Whether a field has this among its values.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|stated| stated == value)
    }

    /// Makes fields by hand, for a page that fills its own form.
    pub(super) fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let pairs = pairs.into_iter();
        Self(
            pairs
                .map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned())))
                .collect(),
        )
    }
}

/// Makes the token of a form for a session, by the hash of the session's token.
/// Each is another one, so that compression would tell nothing of it.
pub(super) fn token(handles: &Handles, session: &[u8; 32]) -> Result<String, Problem> {
    handles.seal(HandleKind::Form, 0, session)
}

/// Makes the hidden field of a form for somebody who is signed in.
pub(super) fn hidden(words: &Words, visitor: &Visitor) -> Result<Markup, Problem> {
    token(&words.handles, visitor.session()).map(|token| field(&token))
}

/// Writes the hidden field that every form carries.
pub(super) fn field(token: &str) -> Markup {
    html! { input type="hidden" name=(TOKEN_FIELD) value=(token); }
}

/// Gives what a form's token is bound to before anybody is signed in.
pub(super) fn before_sign_in(cookie: &str) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, cookie.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}

impl<S> FromRequest<S> for Form
where
    S: Send + Sync,
    Arc<Words>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut head, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut head, state).await?;
        let request = Request::from_parts(head, body);
        let fields = proved(request, state, visitor.session()).await?;
        Ok(Self { visitor, fields })
    }
}

impl<S> FromRequest<S> for FirstForm
where
    S: Send + Sync,
    Arc<Words>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let tied = cookie::read(request.headers(), cookie::FORM);
        let tied = tied.ok_or(Problem::new(Kind::FormOutdated))?;
        proved(request, state, &before_sign_in(&tied))
            .await
            .map(Self)
    }
}

async fn proved<S>(request: Request, state: &S, session: &[u8; 32]) -> Result<Fields, Problem>
where
    S: Send + Sync,
    Arc<Words>: FromRef<S>,
{
    if !is_from_here(request.headers()) {
        return Err(Problem::new(Kind::FormOutdated));
    }
    let in_header = request.headers().get(TOKEN_HEADER).cloned();
    let fields = read(request, state).await?;
    let in_header = in_header.as_ref().and_then(|token| token.to_str().ok());
    let token = in_header.unwrap_or_else(|| fields.raw(TOKEN_FIELD));
    let words = Arc::<Words>::from_ref(state);
    match words.handles.open(HandleKind::Form, token, session) {
        Ok(_) => Ok(fields),
        Err(_) => Err(Problem::new(Kind::FormOutdated)),
    }
}

/// Whether nothing the browser says of itself points to another site. The host
/// was recognised at the front door.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text(SEC_FETCH_SITE).is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin = match (headers.get(header::ORIGIN), text(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.as_bytes() == format!("https://{host}").as_bytes(),
        (Some(_), None) => false,
    };
    site && origin
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Fields, Problem> {
    let stated = request.headers().get(header::CONTENT_TYPE);
    let stated = stated
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if stated.starts_with(MULTIPART) {
        return parts(request, state).await;
    }
    if stated.is_empty() {
        // A button of a script: no fields, the token is in the header.
        return Ok(Fields::default());
    }
    let bytes = Zeroizing::new(body::read(request, URLENCODED, JSON_BODY_BYTES).await?);
    let pairs = form_urlencoded::parse(&bytes);
    Ok(Fields(
        pairs
            .map(|(name, value)| (name.into_owned(), Zeroizing::new(lines(&value))))
            .collect(),
    ))
}

/// Reads a form that carries a file: the file is one more field, its text.
async fn parts<S: Send + Sync>(request: Request, state: &S) -> Result<Fields, Problem> {
    let broken = |_| Problem::new(Kind::BodyBroken);
    let mut form = Multipart::from_request(request, state)
        .await
        .map_err(|_| Problem::new(Kind::BodyBroken))?;
    let (mut fields, mut left) = (Vec::new(), JSON_BODY_BYTES);
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let mut value = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            left = left
                .checked_sub(chunk.len())
                .ok_or(Problem::new(Kind::TooLarge))?;
            value.extend_from_slice(&chunk);
        }
        let text = String::from_utf8_lossy(&value);
        fields.push((
            name,
            Zeroizing::new(lines(text.trim_start_matches('\u{feff}'))),
        ));
    }
    Ok(Fields(fields))
}

/// A browser ends lines with two signs; everything of ours with one.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_here(stated: &[(&str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "localhost:8443".parse().unwrap());
        for (name, value) in stated {
            headers.append(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        is_from_here(&headers)
    }

    #[test]
    fn a_form_of_another_site_is_not_from_here() {
        assert!(from_here(&[]));
        assert!(from_here(&[
            ("origin", "https://localhost:8443"),
            ("sec-fetch-site", "same-origin")
        ]));
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "http://localhost:8443"),
            ("origin", "https://localhost"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert!(!from_here(&[(name, value)]), "{name}: {value}");
        }
    }

    #[test]
    fn a_field_is_given_as_typed_or_without_blanks_around_it() {
        let fields = Fields::of([("a", " x "), ("b", "1"), ("b", "2")]);
        assert_eq!((fields.raw("a"), fields.get("a")), (" x ", "x"));
        assert_eq!(fields.get("c"), "");
        assert!(fields.has("b", "2") && !fields.has("b", "3"));
        assert_eq!(lines("a\r\nb\rc\n"), "a\nb\nc\n");
    }
}
