//! Styles, scripts and icons of the pages, embedded into the gate.
//!
//! What it is: a table of finished files, made by `build/` from govuk-frontend
//! and `web/`. What it is not: it serves nothing and knows no page. The
//! invariant it keeps: a path under `/static/` carries the hash of its content,
//! so that a browser may keep it for ever.

/// One file of the pages.
#[derive(Debug)]
pub struct Asset {
    /// Its path, such as `/static/firebox-1a2b3c4d5e.css`.
    pub path: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: &'static [u8],
    /// Its content, compressed with gzip.
    pub gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// Gives all files.
pub fn all() -> &'static [Asset] {
    ASSETS
}

/// Finds a file by its whole path.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

#[cfg(feature = "fixtures")]
include!(concat!(env!("OUT_DIR"), "/fixtures.rs"));

/// Gives the component package's own test cases of a component, as JSON.
#[cfg(feature = "fixtures")]
pub fn fixtures(component: &str) -> Option<&'static str> {
    FIXTURES
        .iter()
        .find(|(name, _)| *name == component)
        .map(|(_, text)| *text)
}

#[cfg(test)]
mod tests;
