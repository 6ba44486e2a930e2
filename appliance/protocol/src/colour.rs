//! A colour and how well white stands against it, by the rule of WCAG 2.2.

use std::fmt;

/// A colour without transparency, such as `#00534c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

impl Colour {
    /// The least contrast of text (WCAG 2.2, 1.4.3).
    pub const LEAST_CONTRAST: f64 = 4.5;

    /// Makes a colour of its three parts.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Reads `#` and six hexadecimal digits; no other form is a colour here.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let part = |from: usize| u8::from_str_radix(&digits[from..from + 2], 16).ok();
        Some(Self::new(part(0)?, part(2)?, part(4)?))
    }

    /// Gives the form a stylesheet reads. It holds nothing but `#` and six digits.
    pub fn css(&self) -> String {
        self.to_string()
    }

    /// Computes the contrast with white, from 1 (white) to 21 (black).
    pub fn contrast_with_white(&self) -> f64 {
        1.05 / (self.luminance() + 0.05)
    }

    /// Computes the relative luminance, from 0 (black) to 1 (white).
    fn luminance(&self) -> f64 {
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// Undoes the curve in which screens store brightness.
fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.04045 {
        part / 12.92
    } else {
        ((part + 0.055) / 1.055).powf(2.4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_reads_as_it_is_written() {
        let colour = Colour::parse("#00534C").unwrap();
        assert_eq!(colour, Colour::new(0, 0x53, 0x4c));
        assert_eq!(colour.css(), "#00534c");
    }

    #[test]
    fn nothing_but_a_hash_and_six_digits_is_a_colour() {
        for text in [
            "", "#", "00534c", "#00534", "#00534cc", "#fff", "#00534g", " #00534c", "#+0534c",
            "teal", "#é534c",
        ] {
            assert_eq!(Colour::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn contrast_is_the_one_of_the_guidelines() {
        let near = |text: &str, ratio: f64| {
            let found = Colour::parse(text).unwrap().contrast_with_white();
            assert!((found - ratio).abs() < 0.005, "{text}: {found}");
        };
        near("#000000", 21.0);
        near("#ffffff", 1.0);
        near("#767676", 4.54);
        near("#777777", 4.48);
        near("#ff0000", 4.00);
        near("#0000ff", 8.59);
    }
}
