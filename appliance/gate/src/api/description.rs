//! `GET /api/v1/openapi.json`: this interface, described by itself.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;

use crate::call::Call;
use crate::json::MEDIA_TYPE;
use crate::rooms::Description;

pub(crate) fn call() -> Call {
    Call::get("/api/v1/openapi.json", "readDescription", description)
        .about("Gives this document. For anyone.")
        .giving::<serde_json::Value>(200, "An OpenAPI 3.1 document.")
}

async fn description(
    State(Description(bytes)): State<Description>,
) -> ([(HeaderName, &'static str); 1], Bytes) {
    ([(CONTENT_TYPE, MEDIA_TYPE)], bytes)
}
