//! `[pages]` of `firebox.toml`: the council's colour, and whom the pages name.
//! Every key has a default, so that a box without the table has whole pages.

use firebox_contract::record::Phone;
use jiff::civil::Date;
use serde::Deserialize;
use toml::value::Datetime;

use super::{phone, refuse};
use crate::colour::Colour;
use crate::stop::Stop;

/// The colour of a council that has not said its own.
const DEFAULT_COLOUR: Colour = Colour::new(0x00, 0x53, 0x4c);

/// The colour of GOV.UK's identity, which a council's own service may not wear.
const GOV_UK_BLUE: Colour = Colour::new(0x1d, 0x70, 0xb8);

/// Longest name of a team.
const MAX_NAME: usize = 80;

/// What the pages of one council say differently from another's.
#[derive(Clone, Debug)]
pub struct Pages {
    /// The colour of borders and panels; white text on it can be read.
    pub brand_colour: Colour,
    /// Whom to ring when signing in fails.
    pub help_desk: Phone,
    /// The council's switchboard.
    pub switchboard: Phone,
    /// How a call is put through to the duty manager, digits and spaces.
    pub duty_manager: String,
    /// Whom to ring about what is recorded of people's look-ups.
    pub information_governance: Phone,
    /// What that team is called.
    pub information_governance_name: String,
    /// Whom to ring when somebody may come to harm.
    pub safeguarding: Phone,
    /// Whom to write to about accessibility, an e-mail address.
    pub accessibility_contact: Option<String>,
    /// When the accessibility statement was last looked at.
    pub statement_date: Option<Date>,
}

/// The table as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PagesFile {
    brand_colour: Option<String>,
    help_desk: Option<String>,
    switchboard: Option<String>,
    duty_manager: Option<String>,
    information_governance: Option<String>,
    information_governance_name: Option<String>,
    safeguarding: Option<String>,
    accessibility_contact: Option<String>,
    statement_date: Option<Datetime>,
}

impl PagesFile {
    /// Checks the table; a number that is not given is the duty line.
    pub(super) fn check(self, duty_line: &Phone) -> Result<Pages, Stop> {
        let number = |key: &str, text: Option<String>| match text {
            Some(text) => phone(&format!("pages.{key}"), &text),
            None => Ok(duty_line.clone()),
        };
        Ok(Pages {
            brand_colour: self
                .brand_colour
                .map_or(Ok(DEFAULT_COLOUR), |text| brand(&text))?,
            help_desk: number("help_desk", self.help_desk)?,
            switchboard: number("switchboard", self.switchboard)?,
            duty_manager: self
                .duty_manager
                .map_or_else(|| Ok(duty_line.spoken()), extension)?,
            information_governance: number("information_governance", self.information_governance)?,
            information_governance_name: self
                .information_governance_name
                .map_or_else(|| Ok("Information governance".into()), name)?,
            safeguarding: number("safeguarding", self.safeguarding)?,
            accessibility_contact: self.accessibility_contact.map(email).transpose()?,
            statement_date: self.statement_date.map(date).transpose()?,
        })
    }
}

/// Reads the council's colour. People must be able to read what stands on it.
fn brand(text: &str) -> Result<Colour, Stop> {
    let Some(colour) = Colour::parse(text) else {
        return refuse("pages.brand_colour must be # and six hexadecimal digits, like \"#00534c\"");
    };
    if colour == GOV_UK_BLUE {
        return refuse(
            "pages.brand_colour #1d70b8 is GOV.UK's blue, which only GOV.UK may use: choose the council's own colour",
        );
    }
    let contrast = colour.contrast_with_white();
    if contrast >= Colour::LEAST_CONTRAST {
        return Ok(colour);
    }
    // Cut, not rounded: 4.499 must not read as 4.50.
    let contrast = (contrast * 100.0).floor() / 100.0;
    refuse(&format!(
        "pages.brand_colour {colour} has a contrast of {contrast:.2}:1 with white, and 4.5:1 is needed for text to be read: choose a darker colour"
    ))
}

fn extension(text: String) -> Result<String, Stop> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if (2..=15).contains(&digits)
        && text.len() <= 24
        && text.bytes().all(|b| b.is_ascii_digit() || b == b' ')
    {
        return Ok(text.trim().into());
    }
    refuse("pages.duty_manager must be 2 to 15 digits, with spaces if you like, such as \"4999\"")
}

fn name(text: String) -> Result<String, Stop> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_NAME || text.chars().any(char::is_control) {
        return refuse(
            "pages.information_governance_name must be the name of a team, up to 80 characters on one line",
        );
    }
    Ok(text.into())
}

/// Reads an address that a `mailto:` link can carry as it stands.
fn email(text: String) -> Result<String, Stop> {
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".-_+'".contains(&b))
    };
    match text.split_once('@') {
        Some((who, at)) if plain(who) && plain(at) && at.contains('.') && text.len() <= 254 => {
            Ok(text)
        }
        _ => refuse(
            "pages.accessibility_contact must be an e-mail address, like \"accessibility@northborough.example.gov.uk\"",
        ),
    }
}

fn date(written: Datetime) -> Result<Date, Stop> {
    let (None, None, Some(date)) = (written.time, written.offset, written.date) else {
        return refuse("pages.statement_date must be a date without a time, like 2026-11-22");
    };
    let day = |part: u8| i8::try_from(part).unwrap_or(i8::MAX);
    i16::try_from(date.year)
        .ok()
        .and_then(|year| Date::new(year, day(date.month), day(date.day)).ok())
        .map_or_else(
            || refuse("pages.statement_date is not a day of the calendar"),
            Ok,
        )
}

#[cfg(test)]
mod tests;
