//! The streets of the council: what stands at the property with a given index.
//!
//! A street has 50 properties. On every fourth street half of them are a block of flats: the block
//! itself (the parent UPRN) and 24 flats. Street 0 is Mill Lane, where the samples are.

use crate::numbers;

/// Properties of a street.
pub(crate) const STREET: u32 = 50;
/// Where the block stands on a street that has one; the flats follow it.
pub(crate) const BLOCK: u32 = 25;
/// The post town of every address.
pub(crate) const TOWN: &str = "Northborough";

/// What a property is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Build {
    House,
    Block,
    Flat,
}

/// One property with its address.
pub(crate) struct Place {
    pub(crate) uprn: u64,
    pub(crate) parent: Option<u64>,
    pub(crate) build: Build,
    /// "14", "Queen’s Court" or "Flat 3 Queen’s Court".
    pub(crate) door: String,
    pub(crate) street: String,
    pub(crate) postcode: String,
}

impl Place {
    /// Works out the property with this index.
    pub(crate) fn at(property: u32) -> Self {
        let (street, position) = (property / STREET, property % STREET);
        let build = build(property);
        let block = property - position + BLOCK;
        let door = match build {
            // Streets beyond the postcodes go on with higher numbers: postcode and number stay unique.
            Build::House => format!("{}", 1 + position + STREET * (street / numbers::POSTCODES)),
            Build::Block => block_name(street),
            Build::Flat => format!("Flat {} {}", position - BLOCK, block_name(street)),
        };
        Self {
            uprn: numbers::uprn(property),
            parent: (build == Build::Flat).then(|| numbers::uprn(block)),
            build,
            door,
            street: street_name(street),
            postcode: numbers::postcode(street),
        }
    }

    /// The first two lines of the address, as an envelope has them.
    pub(crate) fn lines(&self) -> (String, String) {
        match self.build {
            Build::House => (format!("{} {}", self.door, self.street), String::new()),
            Build::Block | Build::Flat => (self.door.clone(), self.street.clone()),
        }
    }

    /// The address on one line, without the postcode.
    pub(crate) fn one_line(&self) -> String {
        match self.build {
            Build::House => format!("{} {}, {TOWN}", self.door, self.street),
            Build::Block | Build::Flat => format!("{}, {}, {TOWN}", self.door, self.street),
        }
    }
}

/// What the property with this index is.
pub(crate) fn build(property: u32) -> Build {
    let (street, position) = (property / STREET, property % STREET);
    if street % 4 != 0 || position < BLOCK {
        Build::House
    } else if position == BLOCK {
        Build::Block
    } else {
        Build::Flat
    }
}

/// 46 stems: 47 and the 14 endings have no factor in common, so every pair comes before one repeats.
const STEMS: [&str; 46] = [
    "Mill",
    "Café",
    "Alder",
    "Priory",
    "Tanner’s",
    "Foundry",
    "Orchard",
    "Larkfield",
    "Canal",
    "Chapel",
    "Sorrel",
    "Weaver’s",
    "Quarry",
    "Harbour",
    "Beacon",
    "Juniper",
    "Signal",
    "Meadow",
    "Kestrel",
    "Bakehouse",
    "Furnace",
    "Linden",
    "Ropewalk",
    "Saddler’s",
    "Wharf",
    "Thistle",
    "Granary",
    "Pumphouse",
    "Rowan",
    "Copper",
    "Gasworks",
    "Hawthorn",
    "Market",
    "Osier",
    "Lantern",
    "Dovecote",
    "Ferry",
    "Cloister",
    "Sparrow",
    "Windmill",
    "Tollgate",
    "Bramble",
    "Colliery",
    "Smithy",
    "Heron",
    "Almshouse",
];
const ENDINGS: [&str; 14] = [
    "Lane", "Row", "Road", "Street", "Close", "Avenue", "Terrace", "Walk", "Gardens", "Drive",
    "Crescent", "Way", "Rise", "Hill",
];
const LOCALITIES: [&str; 12] = [
    "Eastfield",
    "Harrow Green",
    "Upper Tarn",
    "Lowmoor Bank",
    "St Bride’s",
    "Castle Edge",
    "Netherwick",
    "Old Ferry",
    "Ashby Fold",
    "Kilnside",
    "Westmere",
    "Stonebow",
];

/// Streets with a name of their own; later ones carry the name of a part of town too.
const NAMES: usize = STEMS.len() * ENDINGS.len();

fn street_name(street: u32) -> String {
    let street = usize::try_from(street).unwrap_or_default();
    let round = street / STEMS.len();
    let name = format!(
        "{} {}",
        STEMS[street % STEMS.len()],
        ENDINGS[(street + round) % ENDINGS.len()]
    );
    match street / NAMES {
        0 => name,
        part => format!("{name}, {}", LOCALITIES[(part - 1) % LOCALITIES.len()]),
    }
}

const BLOCK_STEMS: [&str; 17] = [
    "Queen’s",
    "Lister",
    "Rowan",
    "Brunel",
    "Cavell",
    "Seacole",
    "Ashdown",
    "Merchant’s",
    "Falcon",
    "Priory",
    "Sorrel",
    "Hartley",
    "Larch",
    "Telford",
    "Curlew",
    "Ember",
    "Saxon",
];
const BLOCK_ENDINGS: [&str; 5] = ["Court", "House", "Point", "Tower", "Heights"];

fn block_name(street: u32) -> String {
    let nth = usize::try_from(street / 4).unwrap_or_default();
    let round = nth / BLOCK_STEMS.len();
    format!(
        "{} {}",
        BLOCK_STEMS[nth % BLOCK_STEMS.len()],
        BLOCK_ENDINGS[(nth + round) % BLOCK_ENDINGS.len()]
    )
}

#[cfg(test)]
mod tests {
    use super::{Build, NAMES, Place, street_name};
    use std::collections::HashSet;

    #[test]
    fn mill_lane_has_houses_and_a_block_with_its_flats() {
        assert_eq!(Place::at(13).one_line(), "14 Mill Lane, Northborough");
        let block = Place::at(25);
        assert_eq!(
            (block.build, block.door.as_str()),
            (Build::Block, "Queen’s Court")
        );
        let flat = Place::at(28);
        assert_eq!(
            (flat.parent, flat.door.as_str()),
            (Some(block.uprn), "Flat 3 Queen’s Court")
        );
    }

    #[test]
    fn street_names_do_not_repeat_before_they_run_out() {
        let all: HashSet<String> = (0..8_372).map(street_name).collect();
        assert_eq!((all.len(), NAMES * 13), (8_372, 8_372));
        assert_eq!(street_name(1), "Café Row");
    }

    #[test]
    fn an_address_is_found_by_postcode_and_door_alone() {
        let all: HashSet<(String, String)> = (0..40_000)
            .chain(1_800_000..1_840_000)
            .map(Place::at)
            .map(|p| (p.postcode, p.door))
            .collect();
        assert_eq!(all.len(), 80_000);
    }
}
