//! The kinds of caution on the community safety list, in the words that service uses.
//!
//! A story is what is sealed. It is invented; `{date}`, `{time}` and `{staff}` are filled in.

/// How closely the service keeps a flag, in its own words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sensitivity {
    Standard,
    NeedToKnow,
    Restricted,
}

impl Sensitivity {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::NeedToKnow => "Need to know",
            Self::Restricted => "Restricted",
        }
    }
}

/// One kind of caution.
pub(crate) struct Kind {
    /// The service's own label.
    pub(crate) label: &'static str,
    /// The hazard code it is meant to be mapped to; empty for the one nobody knows.
    pub(crate) hazard: &'static str,
    /// Months until review, within the bound of the shipped vocabulary.
    pub(crate) months: u8,
    /// True where the row names a person.
    pub(crate) about_person: bool,
    pub(crate) sensitivity: Sensitivity,
    /// What the service writes under Controls; one is drawn.
    pub(crate) controls: &'static [&'static str],
    pub(crate) stories: &'static [&'static str],
}

/// The service's control labels, each with the control code it is meant to be mapped to.
pub const CONTROL_LABELS: &[(&str, &str)] = &[
    ("Visit in pairs", "visit-in-pairs"),
    ("Do not attend", "do-not-attend"),
    ("Call office first", "contact-owner-first"),
    ("Secure dog", "animals-secured"),
    ("PPE", "ppe"),
    ("No lone interviews", "no-lone-interview"),
    ("Police to attend", "police-attend"),
    ("No cold calling", "agree-visit-in-advance"),
    ("Ring ahead", "phone-before-arrival"),
    ("Office only", "office-only"),
    ("Staff to be agreed", "no-female-staff"),
    ("Keep out", "keep-out-unsafe-building"),
    ("See notes", "follow-instructions"),
];

/// The caution types of the list, each with the hazard code it is meant to be mapped to. The one label
/// that stands for nothing known, "Zeta marker 9", is not among them.
pub fn caution_labels() -> impl Iterator<Item = (&'static str, &'static str)> {
    VIOLENT
        .iter()
        .chain(OTHER)
        .map(|kind| (kind.label, kind.hazard))
}

/// The label nobody has mapped; it stands on exactly one row.
pub(crate) const UNKNOWN: Kind = Kind {
    label: "Zeta marker 9",
    hazard: "",
    months: 6,
    about_person: false,
    sensitivity: Sensitivity::Standard,
    controls: &[""],
    stories: &[
        "Carried over from the old system on {date}. Nobody has yet found out what marker 9 of the Zeta list meant.",
    ],
};

/// Kinds about violence: a handful, whatever the size of the council.
pub(crate) const VIOLENT: &[Kind] = &[
    Kind {
        label: "Physical violence",
        hazard: "violence-physical",
        months: 6,
        about_person: true,
        sensitivity: Sensitivity::Standard,
        controls: &[
            "Visit in pairs",
            "Visit in pairs;Call office first",
            "Visit in pairs; No lone interviews",
        ],
        stories: &[
            "On {date} at about {time} {staff} called about a leak. The occupier pushed the officer against the porch wall and held the door shut for some minutes. A neighbour intervened. Bruising to the arm; reported to the police the same day.",
            "On {date} {staff} served a notice at the door. The occupier threw a full paint tin, which struck the van, and followed the officer down the path shouting. Calms down when the brother is present. Use the front entrance only.",
            "{staff} was grabbed by the lanyard on {date} during an inventory. The occupier apologised by phone the next day. Trigger seems to be any talk of arrears on the doorstep: do that by letter.",
            "Two contractors left the address on {date} after the occupier swung a length of timber at them in the yard. Nobody was hurt. Agreed with the occupier that visits are by two staff, mornings only.",
        ],
    },
    Kind {
        label: "Weapons",
        hazard: "weapons",
        months: 3,
        about_person: true,
        sensitivity: Sensitivity::NeedToKnow,
        controls: &["Do not attend", "Police to attend;Call office first"],
        stories: &[
            "On {date} {staff} saw a large knife on the arm of the sofa and another by the front door. The occupier moved one of them when asked to and said they were for protection. Police informed.",
            "Air rifle handled in front of {staff} on {date}. It was pointed at the floor throughout, but the occupier would not put it away. No visits until the police have been round.",
        ],
    },
];

pub(crate) use crate::other_kinds::OTHER;

/// The order in which other kinds come round, as positions in [`OTHER`].
pub(crate) const ROUND: [usize; 36] = [
    1, 0, 3, 2, 4, 1, 5, 0, 6, 7, 3, 1, 8, 9, 0, 10, 4, 11, 1, 12, 13, 3, 14, 0, 15, 16, 1, 17, 4,
    18, 0, 19, 2, 20, 3, 6,
];
