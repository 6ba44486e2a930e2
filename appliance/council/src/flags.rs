//! Which flags the caution list has, and at which property each stands.
//!
//! The first seven stand on Mill Lane and are the samples. The others are spread over the rest of the
//! council, one to a plot, so that no address has two of this list. Violence is rare however large the
//! council is: at most 24 of them.

use crate::council::Council;
use crate::draw::{Draw, Stream};
use crate::kinds::{Kind, OTHER, ROUND, Sensitivity, UNKNOWN, VIOLENT};
use crate::places::{self, BLOCK, Build, STREET};

/// The property of a sample, and what stands there.
pub(crate) struct Sample {
    pub(crate) property: u32,
    kind: &'static Kind,
    controls: &'static str,
    review: Review,
}

/// How the review of a flag stands today.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Review {
    /// Some day still to come.
    Due,
    /// Twenty days ago: overdue, within the usual grace period of 90.
    Overdue,
    /// More than 90 days ago.
    LongOverdue,
}

/// "14 Mill Lane": violence, and nothing else.
pub(crate) const PAIRS: Sample = Sample {
    property: 13,
    kind: &VIOLENT[0],
    controls: "Visit in pairs",
    review: Review::Due,
};
/// "8 Mill Lane": a detail that may be asked for.
pub(crate) const RELEASE: Sample = Sample {
    property: 7,
    kind: &OTHER[0],
    controls: "Call office first",
    review: Review::Due,
};
/// "4 Mill Lane": the label nobody knows.
pub(crate) const UNMAPPED: Sample = Sample {
    property: 3,
    kind: &UNKNOWN,
    controls: "",
    review: Review::Due,
};
/// "Queen’s Court": asbestos in the block, which its flats must show.
pub(crate) const BUILDING: Sample = Sample {
    property: BLOCK,
    kind: &OTHER[2],
    controls: "Call office first;PPE",
    review: Review::Due,
};
/// "17 Mill Lane": a dog here, and a case of planning enforcement too.
pub(crate) const TWO_SERVICES: Sample = Sample {
    property: 16,
    kind: &OTHER[1],
    controls: "Secure dog",
    review: Review::Due,
};
/// "21 Mill Lane": a review that is overdue.
pub(crate) const OVERDUE: Sample = Sample {
    property: 20,
    kind: &VIOLENT[0],
    controls: "Visit in pairs",
    review: Review::Overdue,
};
/// "7 Mill Lane": a label that names a cause.
pub(crate) const CAUSE: Sample = Sample {
    property: 6,
    kind: &OTHER[16],
    controls: "Call office first",
    review: Review::Due,
};

const SAMPLES: [&Sample; 7] = [
    &PAIRS,
    &RELEASE,
    &UNMAPPED,
    &BUILDING,
    &TWO_SERVICES,
    &OVERDUE,
    &CAUSE,
];
const SAMPLE_FLAGS: u32 = 7;

/// Most flags about violence among those spread over the council.
const MOST_VIOLENT: u32 = 24;

/// One flag of the list.
pub(crate) struct Flag {
    pub(crate) number: u32,
    pub(crate) property: u32,
    pub(crate) kind: &'static Kind,
    pub(crate) controls: &'static str,
    pub(crate) sensitivity: Sensitivity,
    pub(crate) review: Review,
    /// False where the service has the address only.
    pub(crate) uprn_known: bool,
}

/// Fewest and most flags for a number of properties: two properties to a plot.
pub(crate) fn bounds(properties: u32) -> (u32, u32) {
    (20, SAMPLE_FLAGS + properties.saturating_sub(STREET) / 2)
}

/// Every flag, in the order of the list.
pub(crate) fn all(council: &Council) -> impl Iterator<Item = Flag> {
    let samples = (0..).zip(SAMPLES).map(|(number, sample)| Flag {
        number,
        property: sample.property,
        kind: sample.kind,
        controls: sample.controls,
        sensitivity: sample.kind.sensitivity,
        review: sample.review,
        uprn_known: true,
    });
    samples.chain((0..council.flags() - SAMPLE_FLAGS).map(|plot| spread(council, plot)))
}

/// The flag of a plot.
fn spread(council: &Council, plot: u32) -> Flag {
    let plots = council.flags() - SAMPLE_FLAGS;
    let mut draw = Draw::new(council.seed(), Stream::Flag, u64::from(plot));
    let violent_before = share(plot, plots);
    let violent = share(plot + 1, plots) > violent_before;
    let kind = match violent {
        true if violent_before % 4 == 3 => &VIOLENT[1],
        true => &VIOLENT[0],
        false => &OTHER[ROUND[(plot - violent_before) as usize % ROUND.len()]],
    };
    Flag {
        number: SAMPLE_FLAGS + plot,
        property: property_of(council, plot, plots, kind.hazard == "asbestos"),
        kind,
        controls: draw.pick(kind.controls),
        sensitivity: if violent && plot.is_multiple_of(5) {
            Sensitivity::NeedToKnow
        } else {
            kind.sensitivity
        },
        review: match plot % 20 {
            11 => Review::Overdue,
            _ if plot % 40 == 25 => Review::LongOverdue,
            _ => Review::Due,
        },
        uprn_known: plot % 20 != 7,
    }
}

/// How many of the first `plot` plots are about violence.
fn share(plot: u32, plots: u32) -> u32 {
    let violent = (plots / 3).min(MOST_VIOLENT);
    let count = u64::from(plot) * u64::from(violent) / u64::from(plots.max(1));
    u32::try_from(count).unwrap_or_default()
}

/// Where the flag of a plot stands: asbestos on a block, if the plot has one; all else anywhere but.
fn property_of(council: &Council, plot: u32, plots: u32, in_building: bool) -> u32 {
    let start = plot_start(council, plot, plots);
    let end = plot_start(council, plot + 1, plots);
    let block = start - start % STREET + BLOCK;
    if in_building && (start..end).contains(&block) && places::build(block) == Build::Block {
        return block;
    }
    if places::build(start) == Build::Block {
        start + 1
    } else {
        start
    }
}

fn plot_start(council: &Council, plot: u32, plots: u32) -> u32 {
    let room = u64::from(council.properties() - STREET);
    let offset = u64::from(plot) * room / u64::from(plots.max(1));
    STREET + u32::try_from(offset).unwrap_or_default()
}

/// The first flag of the list that came without a UPRN.
pub(crate) fn without_uprn(council: &Council) -> Option<Flag> {
    all(council).find(|flag| !flag.uprn_known)
}

#[cfg(test)]
mod tests {
    use super::{all, bounds};
    use crate::council::Council;
    use std::collections::HashSet;

    #[test]
    fn no_address_has_two_flags_of_the_list() {
        let day = jiff::civil::date(2026, 11, 22);
        for (properties, flags) in [
            (200, 20),
            (200, bounds(200).1),
            (3_000, 60),
            (3_000, 1_400),
            (50_000, 4_000),
        ] {
            let council = Council::new(7, properties, flags, day).unwrap();
            let places: HashSet<u32> = all(&council).map(|flag| flag.property).collect();
            assert_eq!(u32::try_from(places.len()), Ok(flags));
            assert!(places.iter().all(|place| *place < properties));
        }
    }

    #[test]
    fn violence_is_rare_however_large_the_council() {
        let council = Council::new(7, 500_000, 40_000, jiff::civil::date(2026, 11, 22)).unwrap();
        let violent = all(&council)
            .filter(|flag| ["violence-physical", "weapons"].contains(&flag.kind.hazard));
        assert_eq!(violent.count(), 26);
    }

    #[test]
    fn the_sample_list_has_every_hazard_and_one_unknown_label() {
        let council = Council::sample(jiff::civil::date(2026, 11, 22));
        let hazards: HashSet<&str> = all(&council).map(|flag| flag.kind.hazard).collect();
        assert_eq!(hazards.len(), 24);
        assert_eq!(
            all(&council)
                .filter(|flag| flag.kind.hazard.is_empty())
                .count(),
            1
        );
        assert!((3..=5).contains(&all(&council).filter(|flag| !flag.uprn_known).count()));
    }
}
