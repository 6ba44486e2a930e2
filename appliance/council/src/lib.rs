//! An invented council of any size, and the exports its services would produce.
//!
//! Northborough does not exist: its streets, people, incidents and numbers are made up here, from a
//! seed. The same seed, size and day give the same bytes, always; a test pins them. Nothing is kept
//! between rows: every place, household and flag is computed from its index, so a council of ten
//! million properties needs the memory of one.
//!
//! Numbers are those reserved for invention: telephones 01632 960xxx and 07700 900xxx, NHS numbers
//! that begin 999, addresses of example.gov.uk, postcodes of an area that does not exist. UPRNs have
//! no reserved range: these must never be sent to a live system.

mod draw;
mod numbers;
mod sheet;

mod names;
mod people;
mod places;
mod sample_people;

mod circumstances;
mod proxies;
mod spelling;
mod words;

mod benefits;
mod caution_list;
mod fhir;
mod flags;
mod housing;
mod housing_people;
mod kinds;
mod nhs;
mod other_kinds;
mod planning;
mod samples;
mod social_care;

mod council;

pub use council::{Council, CouncilError};
pub use kinds::{CONTROL_LABELS, caution_labels};
pub use planning::{PLANNING_CAUTIONS, PLANNING_INSTRUCTIONS};
pub use samples::Samples;
pub use words::{Label, PEOPLE_FEEDS, UNKNOWN_NEED, people_labels};

#[cfg(test)]
mod tests;
