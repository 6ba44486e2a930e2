//! Reads a request's body up to a limit, and not a byte further into memory.

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;

use crate::limits::JSON_BODY_BYTES;
use crate::problem::{Kind, Problem};

/// How much of a body that is too large is read and thrown away, in bytes, so
/// that its sender gets to read why.
const DISCARD_BYTES: usize = 1024 * 1024;

/// Reads the whole body of `media_type`, at most `most` bytes.
pub(crate) async fn read(
    request: Request,
    media_type: &str,
    most: usize,
) -> Result<Vec<u8>, Problem> {
    if !is_of(request.headers(), media_type) {
        return Err(Problem::new(Kind::WrongContentType));
    }
    let mut body = request.into_body();
    let announced = body.size_hint().lower();
    if announced > most as u64 {
        discard(body).await;
        return Err(Problem::new(Kind::TooLarge));
    }
    // Reserved once: a vector that grows would leave copies of a password behind.
    let reserve = match usize::try_from(announced) {
        Ok(0) | Err(_) => JSON_BODY_BYTES,
        Ok(announced) => announced,
    };
    let mut bytes = Vec::with_capacity(reserve.min(most));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::new(Kind::BodyBroken))?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        if bytes.len() + data.len() > most {
            discard(body).await;
            return Err(Problem::new(Kind::TooLarge));
        }
        bytes.extend_from_slice(data);
    }
    Ok(bytes)
}

/// One content type, with or without parameters, and no content encoding: what
/// is compressed could be larger than its limit.
fn is_of(headers: &HeaderMap, media_type: &str) -> bool {
    let mut stated = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(one), None) = (stated.next(), stated.next()) else {
        return false;
    };
    let essence = one
        .to_str()
        .ok()
        .and_then(|text| text.split(';').next())
        .map(str::trim);
    essence.is_some_and(|essence| essence.eq_ignore_ascii_case(media_type))
        && !headers.contains_key(header::CONTENT_ENCODING)
}

async fn discard(mut body: Body) {
    let mut left = DISCARD_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        let bytes = frame.data_ref().map_or(0, |data| data.len());
        let Some(rest) = left.checked_sub(bytes) else {
            return;
        };
        left = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(stated: &[(header::HeaderName, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in stated {
            headers.append(name, value.parse().unwrap());
        }
        is_of(&headers, "application/json")
    }

    #[test]
    fn a_body_has_one_content_type_and_no_encoding() {
        let kind = header::CONTENT_TYPE;
        assert!(of(&[(kind.clone(), "application/json")]));
        assert!(of(&[(kind.clone(), "Application/JSON; charset=utf-8")]));
        assert!(!of(&[]));
        assert!(!of(&[(kind.clone(), "text/plain")]));
        assert!(!of(&[
            (kind.clone(), "application/json"),
            (kind.clone(), "text/plain")
        ]));
        assert!(!of(&[
            (kind, "application/json"),
            (header::CONTENT_ENCODING, "gzip")
        ]));
    }
}
