//! The kinds of caution that are not about violence, once for each hazard.

use crate::kinds::{
    Kind,
    Sensitivity::{NeedToKnow, Restricted, Standard},
};

/// Short for a kind: most rows differ in words only.
const fn kind(
    label: &'static str,
    hazard: &'static str,
    (months, about_person): (u8, bool),
    sensitivity: crate::kinds::Sensitivity,
    controls: &'static [&'static str],
    stories: &'static [&'static str],
) -> Kind {
    Kind {
        label,
        hazard,
        months,
        about_person,
        sensitivity,
        controls,
        stories,
    }
}

pub(crate) const OTHER: &[Kind] = &[
    kind(
        "Verbal abuse",
        "abuse-verbal",
        (6, true),
        Standard,
        &[
            "Call office first",
            "Ring ahead;Call office first",
            "Visit in pairs",
        ],
        &[
            "On {date} the occupier shouted at {staff} through the letterbox for several minutes and used insulting language about their accent. No threat to touch anyone. Ended when the officer left.",
            "{staff} was sworn at on {date} and told not to come back. The call log shows three similar calls that week, all about the same repair, which is still open.",
        ],
    ),
    kind(
        "Dangerous dog",
        "dangerous-animal",
        (12, false),
        Standard,
        &["Secure dog", "Secure dog;Ring ahead"],
        &[
            "A large brown dog came over the side gate on {date} and bit the sleeve of {staff}. It is kept in the kitchen at the back. Ring ahead and the occupier will put it in the shed.",
            "Two dogs loose in the hall on {date}. One jumped up at {staff} and would not be called off. The occupier says that they are friendly.",
        ],
    ),
    kind(
        "Asbestos",
        "asbestos",
        (12, false),
        Standard,
        &["Call office first;PPE", "Call office first"],
        &[
            "Survey of {date}: asbestos insulation board behind the risers on every landing, and textured coating on the ceilings. In fair condition. Do not drill. The survey is with the asbestos desk.",
            "Presumed asbestos in the garage roof and the airing cupboard panel, noted by {staff} on {date}. Samples not yet taken.",
        ],
    ),
    kind(
        "Hoarding",
        "hoarding",
        (12, false),
        Standard,
        &["Ring ahead", "See notes"],
        &[
            "On {date} {staff} could only open the front door half way. Newspapers to shoulder height along the hall, one narrow path to the kitchen. The back door cannot be reached.",
            "Rooms upstairs full to the ceiling when {staff} visited on {date}. The occupier is working with a support worker and is upset by remarks about the clutter.",
        ],
    ),
    kind(
        "Needles",
        "sharps",
        (12, false),
        Standard,
        &["PPE", "PPE;Ring ahead"],
        &[
            "{staff} found uncapped needles under the bath panel on {date} while tracing a leak. A sharps box was left with the occupier. Gloves and boots for any work in the bathroom.",
            "Lancets and needles loose in the recycling on {date}, reported by the collection crew. The occupier has been sent a sharps bin.",
        ],
    ),
    kind(
        "Hostile neighbours",
        "hostile-environment",
        (12, false),
        Standard,
        &["Visit in pairs"],
        &[
            "A group at the foot of the stairs stopped {staff} on {date} and asked who had sent them. They are not tenants of this address. Park on the main road.",
            "Eggs and a bottle thrown from the balcony opposite on {date} at {time}. {staff} was not hit. The tenant here has done nothing wrong.",
        ],
    ),
    kind(
        "Unclean property",
        "unclean-unsafe",
        (12, false),
        Standard,
        &["PPE"],
        &[
            "Floors wet and soiled throughout on {date}. {staff} stood down after ten minutes because of the smell. Overshoes and gloves.",
        ],
    ),
    kind(
        "Pest infestation",
        "infestation",
        (12, false),
        Standard,
        &["PPE"],
        &[
            "Bed bugs confirmed on {date}. Treatment is in three rounds. {staff} advises not to sit down or put bags on the floor.",
        ],
    ),
    kind(
        "Unsafe structure",
        "structural",
        (12, false),
        Standard,
        &["Keep out", "Keep out;Call office first"],
        &[
            "Part of the rear ceiling came down on {date}. {staff} has propped the landing. Nobody is to go upstairs before the surveyor has been.",
        ],
    ),
    kind(
        "Oxygen in use",
        "fire-oxygen-gas",
        (12, false),
        Standard,
        &["Ring ahead", "See notes"],
        &[
            "Home oxygen and two spare cylinders in the front room, seen by {staff} on {date}. The occupier smokes. The fire service has been told.",
        ],
    ),
    kind(
        "Damp and mould",
        "damp-mould",
        (12, false),
        Standard,
        &["PPE"],
        &[
            "Black mould over most of the back bedroom wall on {date}. {staff} recommends masks for any work that disturbs plaster.",
        ],
    ),
    kind(
        "Hate incident",
        "harassment-hate",
        (6, true),
        NeedToKnow,
        &["Staff to be agreed", "Staff to be agreed;Visit in pairs"],
        &[
            "On {date} the occupier made racist remarks to {staff} and said that they would only let in staff of their own choosing. Recorded as a hate incident; the police have the reference.",
        ],
    ),
    kind(
        "Substance misuse",
        "substance-use",
        (12, true),
        NeedToKnow,
        &["Call office first"],
        &[
            "The occupier was hard to wake and confused on {date}. {staff} called an ambulance. Heroin use disclosed to the crew. Mornings after eleven are best.",
        ],
    ),
    kind(
        "Infection control",
        "infection",
        (6, true),
        NeedToKnow,
        &["PPE"],
        &[
            "{staff} was told on {date} that somebody at home is being treated for tuberculosis. The health protection team advises a mask for visits over fifteen minutes.",
        ],
    ),
    kind(
        "Self-neglect",
        "self-neglect",
        (12, true),
        NeedToKnow,
        &["Call office first;No cold calling"],
        &[
            "Little food in the house and no heating on {date}. The occupier declined help from {staff} but was glad of the talk. Social care is involved.",
        ],
    ),
    kind(
        "Suicide risk",
        "self-harm-suicide",
        (6, true),
        Restricted,
        &["Call office first;No cold calling"],
        &[
            "On {date} the occupier told {staff} of a plan to end their life if evicted. Crisis team attended. No letters about arrears without a call to the team first.",
        ],
    ),
    kind(
        "Domestic abuse",
        "domestic-abuse-safety",
        (6, true),
        Restricted,
        &["Call office first"],
        &[
            "Case heard at MARAC on {date}. The former partner does not know this address. Ring the agreed number only; never leave a message. {staff} holds the safety plan.",
        ],
    ),
    kind(
        "Do not disclose address",
        "do-not-disclose",
        (12, true),
        Restricted,
        &["Call office first"],
        &[
            "Moved here on {date} under an agreed plan. A relative has rung twice, claiming to be from the council, to find the new address. {staff} is the only contact.",
        ],
    ),
    kind(
        "Adult safeguarding",
        "safeguarding-adult",
        (6, true),
        NeedToKnow,
        &["Call office first"],
        &[
            "Enquiry opened on {date} after {staff} saw a visitor take cash from the occupier's purse. Do not raise it at the door: the visitor may be present.",
        ],
    ),
    kind(
        "Child protection",
        "safeguarding-child",
        (3, true),
        Restricted,
        &["Call office first"],
        &[
            "A child protection plan was agreed on {date}. {staff} asks that nobody visits unannounced, and that anything of concern is passed on the same day.",
        ],
    ),
    kind(
        "Seek advice",
        "other-contact-owner",
        (12, false),
        Standard,
        &["See notes", "Office only", "Call office first"],
        &[
            "The solicitor for the occupier wrote on {date}: all visits to be arranged through them until the hearing. {staff} has the letter.",
            "Old marker kept at the review of {date}. {staff} knows the history; ask before a first visit.",
        ],
    ),
];
