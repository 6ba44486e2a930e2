//! Where a row is: by UPRN, by address, or nowhere that reads.

use firebox_contract::record::{FieldError, Place, Uprn};

use super::value::{Text, View};

/// Where a row is, as far as that reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    /// By UPRN.
    pub(crate) uprn: Option<Uprn>,
    /// By address.
    pub(crate) place: Option<Place>,
}

impl Spot {
    /// Tells whether neither reads.
    pub(crate) fn is_nowhere(&self) -> bool {
        self.uprn.is_none() && self.place.is_none()
    }

    /// Gives where a row is; a postcode that stands for no place is none.
    pub(super) fn of(uprn: Option<Uprn>, place: Option<Place>) -> Self {
        Self {
            uprn,
            place: place.filter(|place| !place.postcode.is_pseudo()),
        }
    }

    /// Reads what can be read, asking nothing of the rest.
    pub(super) fn read(
        view: &View<'_>,
        uprn: Option<&Text>,
        lines: &[Vec<String>],
        postcode: Option<&Text>,
    ) -> Self {
        let uprn = uprn.and_then(|uprn| Uprn::parse(&uprn.read(view)).ok());
        let place = postcode.and_then(|postcode| read_place(view, lines, postcode).ok());
        Self::of(uprn, place)
    }
}

/// Reads an address: each line joined of its columns with blanks.
pub(super) fn read_place(
    view: &View<'_>,
    lines: &[Vec<String>],
    postcode: &Text,
) -> Result<Place, FieldError> {
    let lines: Vec<String> = lines.iter().map(|columns| join(view, columns)).collect();
    Place::parse(lines.iter().map(String::as_str), &postcode.read(view))
}

pub(super) fn join(view: &View<'_>, columns: &[String]) -> String {
    let parts: Vec<_> = columns.iter().map(|column| view.text(column)).collect();
    parts
        .iter()
        .filter(|part| !part.is_empty())
        .map(AsRef::as_ref)
        .collect::<Vec<&str>>()
        .join(" ")
}
