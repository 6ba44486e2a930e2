//! What every entry says: which resource it holds, and by which names others
//! speak of it.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::BundleError;

/// The outside of an entry. Whatever else it holds is only seen to be sound.
#[derive(Deserialize)]
pub(super) struct Head {
    #[serde(rename = "fullUrl")]
    full_url: Option<String>,
    resource: ResourceHead,
    search: Option<Search>,
}

#[derive(Deserialize)]
struct ResourceHead {
    #[serde(rename = "resourceType")]
    kind: String,
    id: Option<String>,
}

#[derive(Deserialize)]
struct Search {
    mode: Option<String>,
}

/// What an entry holds, as far as that matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// A patient.
    Patient,
    /// A flag.
    Flag,
    /// Anything else: passed over.
    Other,
}

/// The inside of an entry.
#[derive(Deserialize)]
struct Inside<T> {
    resource: T,
}

impl Head {
    pub(super) fn read(bytes: &[u8], entry: u64) -> Result<Self, BundleError> {
        serde_json::from_slice(bytes).map_err(|_| BundleError::BadEntry { entry })
    }

    pub(super) fn holds(&self) -> Holds {
        match self.resource.kind.as_str() {
            "Patient" => Holds::Patient,
            "Flag" => Holds::Flag,
            _ => Holds::Other,
        }
    }

    /// Tells whether `total` counts it: all but what was sent along with matches.
    pub(super) fn is_counted(&self) -> bool {
        let mode = self
            .search
            .as_ref()
            .and_then(|search| search.mode.as_deref());
        !matches!(mode, Some("include" | "outcome"))
    }

    /// Gives the one name that tells it from all others: its URL, or its id
    /// where it has none.
    pub(super) fn name(&self) -> &str {
        let url = self.full_url.as_deref().filter(|url| !url.is_empty());
        url.or(self.resource.id.as_deref()).unwrap_or_default()
    }

    /// Gives every name by which a flag may speak of it.
    pub(super) fn names(&self) -> Vec<String> {
        let url = self.full_url.clone();
        let id = self.resource.id.as_deref();
        let relative = id.map(|id| format!("{}/{id}", self.resource.kind));
        let mut names: Vec<String> = url.into_iter().chain(relative).collect();
        names.dedup();
        names
    }
}

/// Reads the resource of an entry; none where one of its elements is of the
/// wrong kind.
pub(super) fn inside<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let inside: Option<Inside<T>> = serde_json::from_slice(bytes).ok();
    inside.map(|inside| inside.resource)
}

/// A span of time.
#[derive(Deserialize)]
pub(super) struct Period {
    pub(super) end: Option<String>,
}

/// One code of a list of codes.
#[derive(Deserialize)]
pub(super) struct Coding {
    pub(super) code: Option<String>,
}

/// A thing said in codes.
#[derive(Default, Deserialize)]
pub(super) struct Concept {
    #[serde(default)]
    pub(super) coding: Vec<Coding>,
}
