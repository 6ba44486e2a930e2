//! Shapes: `Aaaa 9999` for "Okoro 1234". Shown in place of values, and used to
//! judge whether a field of a ragged row stands in its own column.

use crate::csv::{Columns, Row};

/// Most characters of a shape that are shown.
const SHOWN_CHARACTERS: usize = 40;

/// Gives the shape of a text: letters to `A` and `a`, digits to `9`, the rest
/// as it is; cut after 40 characters.
pub(crate) fn shape(text: &str) -> String {
    let mut shape: String = text.chars().take(SHOWN_CHARACTERS).map(mask).collect();
    if text.chars().count() > SHOWN_CHARACTERS {
        shape.push('…');
    }
    shape
}

fn mask(c: char) -> char {
    match c {
        c if c.is_numeric() => '9',
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        c if c.is_control() => '?',
        c => c,
    }
}

/// The shapes of key and UPRN in the first sound row that has both.
#[derive(Default)]
pub(crate) struct Shapes {
    columns: Vec<usize>,
    known: Option<Vec<String>>,
}

impl Shapes {
    /// Watches the columns of the key and of the UPRN.
    pub(crate) fn of(columns: &Columns, key: &[String], uprn: Option<&str>) -> Self {
        let names = key.iter().map(String::as_str).chain(uprn);
        Self {
            columns: names.filter_map(|name| columns.position(name)).collect(),
            known: None,
        }
    }

    /// Remembers the first sound row.
    pub(crate) fn learn(&mut self, row: &Row) {
        if self.known.is_none() {
            self.known = self
                .shapes(row)
                .filter(|shapes| shapes.iter().all(|shape| !shape.is_empty()));
        }
    }

    /// Believes a ragged row as far as its key and UPRN look like those of a
    /// sound row. A field that slipped into the next column seldom does: a
    /// house number is no twelve-digit UPRN, a UPRN no reference.
    pub(crate) fn judge(&self, row: &mut Row) {
        let alike = self.known.is_some() && self.shapes(row) == self.known;
        if let (true, Some(furthest)) = (alike, self.columns.iter().max()) {
            row.sound = row.sound.max(furthest + 1);
        }
    }

    fn shapes(&self, row: &Row) -> Option<Vec<String>> {
        self.columns
            .iter()
            .map(|index| row.field(*index).map(|text| shape(text.trim())))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_shows_the_form_and_never_the_value() {
        assert_eq!(shape("Okoro 1234"), "Aaaaa 9999");
        assert_eq!(shape("Zoë-Ann O’Brien"), "Aaa-Aaa A’Aaaaa");
        assert_eq!(shape("CL-00001"), "AA-99999");
        assert_eq!(shape(&"x".repeat(60)).chars().count(), 41);
    }
}
