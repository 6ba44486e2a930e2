//! `GET /static/{file}` and `/favicon.ico`: the files of the pages.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::council::Council;
use super::route::{Route, Who};
use crate::headers::Sort;
use crate::problem::{Kind, Problem};

const CSS: &str = "text/css; charset=utf-8";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new("/static/{file}", Who::Anyone, get(file)),
        Route::new("/favicon.ico", Who::Anyone, get(icon)),
    ]
}

async fn file(
    State(council): State<Arc<Council>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if uri.path() == council.colours.path {
        let css = Bytes::from(council.colours.css.clone());
        return Ok(answer(css, CSS, false, Sort::Asset));
    }
    let asset = firebox_assets::find(uri.path()).ok_or(Problem::new(Kind::NotFound))?;
    Ok(of(asset, &headers, Sort::Asset))
}

/// Browsers ask for it under this name, which holds no hash: it is not kept.
async fn icon(uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let asset = firebox_assets::find(uri.path()).ok_or(Problem::new(Kind::NotFound))?;
    Ok(of(asset, &headers, Sort::Page))
}

fn of(asset: &'static firebox_assets::Asset, headers: &HeaderMap, sort: Sort) -> Response {
    let zipped = takes_gzip(headers);
    let bytes = if zipped { asset.gzip } else { asset.bytes };
    answer(Bytes::from_static(bytes), asset.media_type, zipped, sort)
}

fn answer(bytes: Bytes, media_type: &'static str, zipped: bool, sort: Sort) -> Response {
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if zipped {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response.extensions_mut().insert(sort);
    response
}

/// Whether a client takes gzip; a weight of nothing is a no.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let stated = headers.get_all(header::ACCEPT_ENCODING).iter();
    let texts = stated.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        name.trim().eq_ignore_ascii_case("gzip") && weight.parse::<f32>().is_ok_and(|q| q > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_whoever_says_that_they_take_it() {
        let takes = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
            takes_gzip(&headers)
        };
        for yes in [
            "gzip",
            "br, gzip",
            "GZIP;q=0.5",
            "deflate, gzip;q=1.0, *;q=0.5",
        ] {
            assert!(takes(yes), "{yes}");
        }
        for no in ["", "br", "gzip;q=0", "xgzip", "gzip;q=x"] {
            assert!(!takes(no), "{no}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
