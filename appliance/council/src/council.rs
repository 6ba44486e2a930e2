//! The council itself: its seed, its size, its day, and the exports it can write.

use crate::{
    benefits, caution_list, flags, housing, housing_people, nhs, planning, samples::Samples,
    social_care,
};
use jiff::civil::Date;
use std::io::{self, Write};

/// The fewest properties a council has: Mill Lane, its neighbours and room for the flags.
const LEAST_PROPERTIES: u32 = 200;

/// An invented council. The same seed, size and day write the same bytes.
#[derive(Clone, Debug)]
pub struct Council {
    seed: u64,
    properties: u32,
    flags: u32,
    today: Date,
}

/// Why a council of that size cannot be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CouncilError {
    /// Fewer properties than the samples need.
    #[error("a council of {0} properties is too small: give at least {LEAST_PROPERTIES}")]
    TooFewProperties(u32),
    /// Fewer flags than the samples need, or more than there are addresses for.
    #[error("{given} flags do not fit: give {least} to {most} for this many properties")]
    FlagsDoNotFit {
        /// What was asked for.
        given: u32,
        /// Fewest flags.
        least: u32,
        /// Most flags for the number of properties.
        most: u32,
    },
}

impl Council {
    /// The sample council: 3,000 properties and 60 flags.
    #[must_use]
    pub fn sample(today: Date) -> Self {
        Self {
            seed: 1,
            properties: 3_000,
            flags: 60,
            today,
        }
    }

    /// Makes a council of another size.
    ///
    /// `properties` counts the rows of the housing properties export, `flags` those of the caution
    /// list; there are about 2.4 people to a property. All dates are relative to `today`.
    ///
    /// # Errors
    /// When the council is too small for its samples, or has no room for that many flags.
    pub fn new(seed: u64, properties: u32, flags: u32, today: Date) -> Result<Self, CouncilError> {
        if properties < LEAST_PROPERTIES {
            return Err(CouncilError::TooFewProperties(properties));
        }
        let (least, most) = flags::bounds(properties);
        if !(least..=most).contains(&flags) {
            return Err(CouncilError::FlagsDoNotFit {
                given: flags,
                least,
                most,
            });
        }
        Ok(Self {
            seed,
            properties,
            flags,
            today,
        })
    }

    /// How many properties there are.
    #[must_use]
    pub fn properties(&self) -> u32 {
        self.properties
    }

    /// How many flags the caution list has.
    #[must_use]
    pub fn flags(&self) -> u32 {
        self.flags
    }

    /// Writes the community safety team's caution list: UTF-8 with a byte order mark, CRLF,
    /// dd/mm/yyyy. Returns how many rows follow the header.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_caution_list(&self, out: impl Write) -> io::Result<u32> {
        caution_list::write(self, out)
    }

    /// Writes the housing system's properties: windows-1252, CRLF, padded columns, trailer `EOF|rows`.
    /// Returns how many rows follow the header.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_housing_properties(&self, out: impl Write) -> io::Result<u32> {
        housing::write_properties(self, out)
    }

    /// Writes the housing system's tenancies, a row for each person: windows-1252, CRLF, dd/mm/yyyy,
    /// trailer `EOF|rows`. Returns how many rows follow the header.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_housing_tenancies(&self, out: impl Write) -> io::Result<u32> {
        housing::write_tenancies(self, out)
    }

    /// Writes the housing system's people of 16 and over, with the references of the tenancies:
    /// windows-1252, CRLF, dd/mm/yyyy, trailer `EOF|rows`. Returns how many rows follow the header.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_housing_people(&self, out: impl Write) -> io::Result<u32> {
        housing_people::write(self, out)
    }

    /// Writes adult social care's people, a row each: UTF-8, LF, yyyy-mm-dd, needs as SNOMED CT codes
    /// joined by "|". Returns how many rows follow the header.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_social_care_needs(&self, out: impl Write) -> io::Result<u32> {
        social_care::write(self, out)
    }

    /// Writes benefits' claims, a row each: windows-1252 without accents, LF, padded columns,
    /// yyyy-mm-dd with placeholders for what is unknown or open. Returns how many rows follow the header.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_benefits_claims(&self, out: impl Write) -> io::Result<u32> {
        benefits::write(self, out)
    }

    /// Writes the NHS's reasonable adjustments: a FHIR R4 Bundle of the type "collection", each Patient
    /// followed by their Flags. Returns how many patients there are.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_nhs_adjustments(&self, out: impl Write) -> io::Result<u32> {
        nhs::write(self, out)
    }

    /// Writes planning enforcement's cases: UTF-8, LF, a `sep=,` line first, yyyy-mm-dd. Returns how
    /// many rows follow the header.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_planning_enforcement(&self, out: impl Write) -> io::Result<u32> {
        planning::write(self, out)
    }

    /// Says where the addresses and people are that demonstrations and tests ask about.
    #[must_use]
    pub fn samples(&self) -> Samples {
        Samples::of(self)
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn today(&self) -> Date {
        self.today
    }

    pub(crate) fn days_ago(&self, days: u32) -> Date {
        self.today.saturating_sub(jiff::Span::new().days(days))
    }
}
