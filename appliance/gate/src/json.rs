//! Strict JSON: the right content type, at most 64 KiB, no member that the
//! call does not have, none twice, none of another type; a refusal names the
//! member and never its value.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::error::Category;

use crate::body;
use crate::limits::JSON_BODY_BYTES;
use crate::problem::{Kind, Problem};
use firebox_protocol::Wiped;

/// The media type of every call's body.
pub(crate) const MEDIA_TYPE: &str = "application/json";
/// Room for an answer, in bytes: one address with a warning fits without growing.
const ANSWER_BYTES: usize = 2048;

/// A body that read. `T` must deny unknown fields; [`crate::call::Call`] takes
/// its schema from the same type, and a test sees to it.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        // Wiped, because one call's body holds a password.
        let bytes = Wiped::new(body::read(request, MEDIA_TYPE, JSON_BODY_BYTES).await?);
        parse(&bytes).map(Self)
    }
}

/// An answer's body: JSON, written into one buffer.
pub(crate) struct Written<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Written<T> {
    fn into_response(self) -> Response {
        let mut bytes = Vec::with_capacity(ANSWER_BYTES);
        if serde_json::to_writer(&mut bytes, &self.0).is_err() {
            return Problem::new(Kind::Unexpected).into_response();
        }
        let mut response = Response::new(Body::from(bytes));
        let of_json = HeaderValue::from_static(MEDIA_TYPE);
        response.headers_mut().insert(header::CONTENT_TYPE, of_json);
        response
    }
}

/// Reads one JSON document, whole and exact.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = T::deserialize(&mut reader).map_err(|_| wrong::<T>(bytes))?;
    reader
        .end()
        .map_err(|_| Problem::new(Kind::MalformedJson))?;
    Ok(value)
}

/// Reads a body that did not read once more, now noting the place, which costs
/// too much to note in every body that does.
fn wrong<T: DeserializeOwned>(bytes: &[u8]) -> Problem {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(error) => refuse(&error),
        Ok(_) => Problem::new(Kind::MalformedJson),
    }
}

/// Reads one of a list of codes from a text. The reader by itself would also
/// take `{"code": null}`, and call a number broken JSON.
pub(crate) fn code<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    T::deserialize(String::deserialize(from)?.into_deserializer())
}

/// Says what is wrong with which member. The reader's own words would hold the
/// value, so only its kind and, of static names, the name is taken from them.
fn refuse(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    if error.inner().classify() != Category::Data {
        return Problem::new(Kind::MalformedJson);
    }
    let path = error.path().to_string();
    let words = error.inner().to_string();
    if let Some(name) = quoted(&words, "missing field `") {
        return Problem::about(Kind::MissingMember, &within(&path, name));
    }
    if let Some(name) = quoted(&words, "duplicate field `") {
        return Problem::about(Kind::RepeatedMember, &within(&path, name));
    }
    if words.starts_with("unknown field `") {
        return Problem::about(Kind::UnknownMember, &path);
    }
    if words.starts_with("unknown variant `") {
        return Problem::unacceptable(
            &path,
            "be one of the codes that the description of this call lists",
        );
    }
    match path.as_str() {
        "." => Problem::new(Kind::WrongType),
        path => Problem::about(Kind::WrongType, path),
    }
}

fn quoted<'a>(words: &'a str, before: &str) -> Option<&'a str> {
    words.strip_prefix(before)?.split('`').next()
}

fn within(path: &str, name: &str) -> String {
    // The reader gives the place of the whole, or of the member itself.
    let last = path.rsplit('.').next().unwrap_or_default();
    match path {
        "." => name.to_owned(),
        path if last == name => path.to_owned(),
        path => format!("{path}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Day {
        purpose: String,
        visits: Vec<Visit>,
    }

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Visit {
        uprn: Option<String>,
        #[serde(deserialize_with = "code")]
        how: How,
    }

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "kebab-case")]
    enum How {
        Alone,
    }

    fn refused(text: &str) -> (Kind, Option<String>) {
        let problem = parse::<Day>(text.as_bytes()).unwrap_err();
        (problem.kind, problem.member)
    }

    fn named(kind: Kind, member: &str) -> (Kind, Option<String>) {
        (kind, Some(member.to_owned()))
    }

    #[test]
    fn a_body_that_is_right_reads() {
        let day: Day =
            parse(br#"{"purpose":"visit","visits":[{"uprn":null,"how":"alone"}]}"#).unwrap();
        assert_eq!(
            day.visits,
            [Visit {
                uprn: None,
                how: How::Alone
            }]
        );
    }

    #[test]
    fn a_wrong_member_is_named_wherever_it_stands() {
        let visits = |visit: &str| format!(r#"{{"purpose":"visit","visits":[{visit}]}}"#);
        assert_eq!(
            refused(r#"{"purpose":"visit","where":1}"#),
            named(Kind::UnknownMember, "where")
        );
        assert_eq!(
            refused(&visits(r#"{"how":"alone","note":"x"}"#)),
            named(Kind::UnknownMember, "visits[0].note")
        );
        assert_eq!(
            refused(r#"{"purpose":"visit"}"#),
            named(Kind::MissingMember, "visits")
        );
        assert_eq!(
            refused(&visits("{}")),
            named(Kind::MissingMember, "visits[0].how")
        );
        assert_eq!(
            refused(r#"{"purpose":7,"visits":[]}"#),
            named(Kind::WrongType, "purpose")
        );
        assert_eq!(
            refused(&visits(r#"{"how":"alone","uprn":100023336956}"#)),
            named(Kind::WrongType, "visits[0].uprn")
        );
        assert_eq!(
            refused(&visits(r#"{"how":"lonely"}"#)),
            named(Kind::Unacceptable, "visits[0].how")
        );
        for how in ["1", "null", "[]", r#"{"alone":null}"#] {
            assert_eq!(
                refused(&visits(&format!(r#"{{"how":{how}}}"#))),
                named(Kind::WrongType, "visits[0].how")
            );
        }
        assert_eq!(
            refused(r#"{"purpose":"a","purpose":"b","visits":[]}"#),
            named(Kind::RepeatedMember, "purpose")
        );
        assert_eq!(
            refused(&visits(r#"{"uprn":"1","uprn":"2","how":"alone"}"#)),
            named(Kind::RepeatedMember, "visits[0].uprn")
        );
    }

    #[test]
    fn what_is_no_json_or_no_object_is_refused() {
        for text in [
            "",
            "{",
            "purpose=visit",
            "\u{feff}{}",
            r#"{"purpose":"visit","visits":[]} x"#,
            "{\"purpose\":\"\u{1}\"}",
        ] {
            assert_eq!(refused(text), (Kind::MalformedJson, None), "{text:?}");
        }
        assert_eq!(refused("\"visit\""), (Kind::WrongType, None));
        let deep = "[".repeat(200);
        assert_eq!(
            refused(&format!(r#"{{"purpose":{deep}"#)).0,
            Kind::WrongType
        );
    }
}
