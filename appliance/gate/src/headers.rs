//! The headers of every response, in one place: deny by default, the reason
//! above each line. A call that needs more says so here, not in its own file.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

const ALWAYS: [(HeaderName, HeaderValue); 7] = [
    // What was shown stays in no cache, neither a browser's nor a proxy's.
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    // A browser must not guess that data is a page.
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    // Nothing here loads, frames, is framed, or posts anywhere.
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ),
    // A link away from the box tells nobody where it was followed from.
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    // Another site that opened this one keeps no hold on its window.
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    // Another site cannot pull an answer in as its picture or script.
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    // Camera, microphone and place are never asked for.
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    ),
];

/// A year, in seconds: the browser comes back over HTTPS only.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Sets them. `local`: the host is this machine's own name, where insisting on
/// HTTPS would lock a developer out of every other service on it.
pub(crate) fn put(headers: &mut HeaderMap, local: bool) {
    // Grown once, not twice on the way.
    headers.reserve(ALWAYS.len() + 1);
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    if !local {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_insisted_on_everywhere_but_on_this_machine() {
        for (local, insists) in [(true, false), (false, true)] {
            let mut headers = HeaderMap::new();
            put(&mut headers, local);
            assert_eq!(
                headers.contains_key(header::STRICT_TRANSPORT_SECURITY),
                insists
            );
            assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        }
    }
}
