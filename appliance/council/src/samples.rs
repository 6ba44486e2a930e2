//! Where to look: the addresses and the caller that demonstrations and tests ask about.

use crate::benefits;
use crate::circumstances::Circumstances;
use crate::council::Council;
use crate::flags;
use crate::housing::person_reference;
use crate::people;
use crate::places::{BLOCK, Place};
use crate::proxies::Proxy;
use crate::sample_people::{self, Sample};
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
    /// Their NHS number, from the range reserved for tests; four services have it.
    pub sample_nhs_number: String,
    /// The housing service's own id of them.
    pub service_reference: String,
    /// The benefits service's own id of them.
    pub benefits_reference: String,
    /// The mobile of their daughter, who may speak for them.
    pub phone_proxy: String,
    /// Her name.
    pub proxy_name: String,
    /// A landline that a family of four or more shares.
    pub phone_shared: String,
    /// A mobile of somebody with a marker, a hidden address and a proxy on record.
    pub phone_hidden: String,
    /// Their name, forename and surname.
    pub phone_hidden_name: String,
    /// Their date of birth.
    pub phone_hidden_born: Option<Date>,
    /// Their postcode, which no answer may say.
    pub phone_hidden_postcode: String,
    /// The first line of their address, which no answer may say.
    pub phone_hidden_address: String,
    /// Their UPRN.
    pub phone_hidden_uprn: String,
    /// Who is recorded as speaking for them, whom no answer may name.
    pub phone_hidden_proxy: String,
    /// The one number they may be rung on; answers say its last three digits.
    pub phone_hidden_safe: String,
    /// A mobile of somebody who is withheld from everybody.
    pub phone_withheld: String,
    /// Their name, forename and surname.
    pub withheld_name: String,
    /// Their date of birth.
    pub withheld_born: Option<Date>,
    /// A mobile of somebody who has died.
    pub phone_deceased: String,
    /// Their name, forename and surname.
    pub deceased_name: String,
}

impl Samples {
    pub(crate) fn of(council: &Council) -> Self {
        let person = |property| people::first_at(council, property);
        let proxy = |person| Circumstances::of(council, person).proxy;
        let caller = person(sample_people::CALLER_PROPERTY);
        let hidden = person(sample_people::HIDDEN_PROPERTY);
        let withheld = person(sample_people::WITHHELD_PROPERTY);
        let deceased = person(sample_people::DECEASED_PROPERTY);
        let family = person(sample_people::FAMILY_PROPERTY);
        let (daughter, hidden_proxy) = (proxy(&caller), proxy(&hidden));
        let (home, hidden_home) = (Place::at(caller.property), Place::at(hidden.property));
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
            service_reference: person_reference(&caller).trim_end().to_owned(),
            benefits_reference: benefits::reference(&caller),
            sample_nhs_number: caller.nhs,
            phone_proxy: phone(daughter.as_ref()),
            proxy_name: name(daughter),
            phone_shared: family.landline,
            phone_hidden_safe: Sample::Hidden.safe_number().unwrap_or_default(),
            phone_hidden_name: hidden.name(),
            phone_hidden_born: hidden.born,
            phone_hidden_address: hidden_home.lines().0,
            phone_hidden_postcode: hidden_home.postcode,
            phone_hidden_uprn: hidden_home.uprn.to_string(),
            phone_hidden_proxy: name(hidden_proxy),
            phone_hidden: hidden.mobile,
            withheld_name: withheld.name(),
            withheld_born: withheld.born,
            phone_withheld: withheld.mobile,
            deceased_name: deceased.name(),
            phone_deceased: deceased.mobile,
        }
    }
}

fn name(proxy: Option<Proxy>) -> String {
    proxy.map(|proxy| proxy.name).unwrap_or_default()
}

fn phone(proxy: Option<&Proxy>) -> String {
    proxy.map(|proxy| proxy.phone.clone()).unwrap_or_default()
}

fn uprn(property: u32) -> String {
    Place::at(property).uprn.to_string()
}
