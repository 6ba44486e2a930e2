//! Where to look: the addresses and the caller that demonstrations and tests ask about.

use crate::council::Council;
use crate::flags;
use crate::people;
use crate::places::{BLOCK, Place};
use jiff::civil::Date;

/// The property of an address nobody has flagged: 11 Mill Lane.
const CLEAR: u32 = 10;
/// A flat of the flagged block.
const FLAT: u32 = BLOCK + 3;

/// Addresses and a caller to ask about. A UPRN is text, as on the interface.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Samples {
    /// A house whose only flag, of any service, is violence: "Visit in pairs", standard, sealed detail.
    pub uprn_pairs: String,
    /// A house no service has a flag for.
    pub uprn_clear: String,
    /// A house whose only flag is standard and has a sealed detail to ask for.
    pub release_flag_uprn: String,
    /// The house of the one row with a label nobody has mapped.
    pub uprn_unmapped: String,
    /// A block of flats with asbestos: its flats show the hazard as the building's.
    pub uprn_building: String,
    /// A flat of that block, with no flag of its own.
    pub uprn_flat: String,
    /// A house whose only flag is past its review, within the grace period.
    pub uprn_overdue: String,
    /// A house whose only flag has a label that names a cause.
    pub uprn_cause: String,
    /// A house with a flag of the caution list and another of planning enforcement.
    pub uprn_two_services: String,
    /// An address whose flag came without a UPRN, on one line with its postcode.
    pub address_without_uprn: String,
    /// The UPRN that address has in the housing export.
    pub address_without_uprn_is: String,
    /// A mobile that one person has and nobody else, in national form.
    pub phone: String,
    /// What that person is called; it is not their forename.
    pub phone_known_as: String,
    /// Their legal name, forename and surname.
    pub phone_name: String,
    /// Their date of birth, for confirming.
    pub phone_born: Option<Date>,
    /// Their postcode, for confirming.
    pub phone_postcode: String,
    /// Their UPRN.
    pub phone_uprn: String,
}

impl Samples {
    pub(crate) fn of(council: &Council) -> Self {
        let caller = people::first_at(council, people::CALLER_PROPERTY);
        let home = Place::at(people::CALLER_PROPERTY);
        let without = flags::without_uprn(council).map(|flag| Place::at(flag.property));
        let address = |place: &Place| format!("{}, {}", place.one_line(), place.postcode);
        Self {
            uprn_pairs: uprn(flags::PAIRS.property),
            uprn_clear: uprn(CLEAR),
            release_flag_uprn: uprn(flags::RELEASE.property),
            uprn_unmapped: uprn(flags::UNMAPPED.property),
            uprn_building: uprn(flags::BUILDING.property),
            uprn_flat: uprn(FLAT),
            uprn_overdue: uprn(flags::OVERDUE.property),
            uprn_cause: uprn(flags::CAUSE.property),
            uprn_two_services: uprn(flags::TWO_SERVICES.property),
            address_without_uprn: without.as_ref().map(address).unwrap_or_default(),
            address_without_uprn_is: without
                .map(|place| place.uprn.to_string())
                .unwrap_or_default(),
            phone: caller.mobile.clone(),
            phone_known_as: caller.known_as.to_owned(),
            phone_name: caller.name(),
            phone_born: caller.born,
            phone_postcode: home.postcode,
            phone_uprn: home.uprn.to_string(),
        }
    }
}

fn uprn(property: u32) -> String {
    Place::at(property).uprn.to_string()
}
