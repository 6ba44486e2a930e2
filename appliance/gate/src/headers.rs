//! The headers of every response, in one place: deny by default, the reason
//! above each line. What needs more, a page or a file of the pages, says so
//! here, not in its own file.

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

/// What a page needs besides, in place of the same names above.
static OF_A_PAGE: [(HeaderName, HeaderValue); 2] = [
    // Our own files only: no inline script or style, no frame in either
    // direction, forms to ourselves, and no text becomes markup by script.
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
            connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
            require-trusted-types-for 'script'",
        ),
    ),
    // Nothing to other sites; but with `no-referrer` a browser would send
    // `Origin: null` with our own forms, and they would be refused.
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
];

/// What a file whose name holds its hash may have besides.
static OF_AN_ASSET: [(HeaderName, HeaderValue); 1] = [
    // Nobody's data, and never another content under the same name: kept for a
    // year, so that a page on a slow line is one small answer.
    (
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    ),
];

/// What a response is, as far as its headers go. Calls say nothing and are data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// JSON, text and bytes for programs.
    Data,
    /// A page for people.
    Page,
    /// A file of the pages, named by its hash.
    Asset,
}

impl Sort {
    fn own(self) -> &'static [(HeaderName, HeaderValue)] {
        match self {
            Sort::Data => &[],
            Sort::Page => &OF_A_PAGE,
            Sort::Asset => &OF_AN_ASSET,
        }
    }
}

/// A year, in seconds: the browser comes back over HTTPS only.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Sets them. `local`: the host is this machine's own name, where insisting on
/// HTTPS would lock a developer out of every other service on it.
pub(crate) fn put(headers: &mut HeaderMap, sort: Sort, local: bool) {
    // Grown once, not twice on the way.
    headers.reserve(ALWAYS.len() + 1);
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    for (name, value) in sort.own() {
        headers.insert(name, value.clone());
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
            put(&mut headers, Sort::Data, local);
            assert_eq!(
                headers.contains_key(header::STRICT_TRANSPORT_SECURITY),
                insists
            );
            assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        }
    }

    #[test]
    fn only_a_file_named_by_its_hash_is_kept_and_only_a_page_loads_anything() {
        for sort in [Sort::Data, Sort::Page, Sort::Asset] {
            let mut headers = HeaderMap::new();
            put(&mut headers, sort, false);
            let kept = headers[header::CACHE_CONTROL] != "no-store";
            assert_eq!(kept, sort == Sort::Asset, "{sort:?}");
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'"), "{sort:?}");
            assert!(!policy.contains("unsafe"), "{sort:?}");
            assert_eq!(policy.contains("'self'"), sort == Sort::Page, "{sort:?}");
        }
    }
}
