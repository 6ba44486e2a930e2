//! The words services write about people, each with the code it is meant to be mapped to.
//!
//! What stands here is data: needs with their SNOMED CT codes, languages, what a proxy may do. A test
//! holds every code against the shipped vocabulary and every label against the shipped source files.

/// A need, as three services may write it.
pub(crate) struct Need {
    /// The council's label.
    pub(crate) label: &'static str,
    /// The plain-language group it is meant for.
    pub(crate) group: &'static str,
    /// The SNOMED CT code.
    pub(crate) snomed: &'static str,
    /// The category of a reasonable adjustment flag it stands under.
    pub(crate) category: &'static str,
    /// What the person adds; empty for most.
    pub(crate) words: &'static str,
}

const fn need(
    label: &'static str,
    group: &'static str,
    snomed: &'static str,
    category: &'static str,
    words: &'static str,
) -> Need {
    Need {
        label,
        group,
        snomed,
        category,
        words,
    }
}

const TALK: &str = "communication-support";
const PROFESSIONAL: &str = "requires-communication-professional";
const METHOD: &str = "requires-specific-contact-method";
const FORMAT: &str = "requires-specific-information-format";
const MORE: &str = "additional-communication-needs-and-support";
const LANGUAGE: &str = "community-language-support";
const SUPPORT: &str = "adjustments-for-providing-additional-support-to-patients";
const CARE: &str = "adjustments-for-individual-care-requirements";
const PLACE: &str = "adjustments-in-relation-to-the-environment-of-care";
const EXTRA: &str = "adjustments-to-support-additional-needs";
const BESPOKE: &str = "bespoke-reasonable-adjustments";

/// Every group that staff are shown, once. The first two are the caller sample's.
#[rustfmt::skip]
pub(crate) const NEEDS: [Need; 37] = [
    need("Short sentences", "understanding-and-expressing", "1082681000000103", TALK, "Please pause after each sentence."),
    need("Longer appointment", "appointment-adjustment", "1108171000000102", CARE, "I need time to find my words."),
    need("Sign language interpreter", "sign-language", "204331000000107", PROFESSIONAL, ""),
    need("Lip-reads", "lipreading", "441092009", TALK, "I need to see your mouth."),
    need("Hearing loop", "hearing-aid-loop", "198061000000105", TALK, ""),
    need("Note taker", "note-taker-or-speech-to-text", "445121000", TALK, ""),
    need("Text relay", "text-relay", "796081000000106", METHOD, "Dial 18001 first."),
    need("Flashing doorbell", "sensory-alert", "945951000000108", METHOD, "Press the bell twice and wait."),
    need("Deafblind guide", "deafblind-support", "796201000000109", PROFESSIONAL, ""),
    need("Interpreter", "spoken-language-interpreter", "315594003", LANGUAGE, "Not my son, please."),
    need("Speech device", "communication-aid", "719369003", TALK, "Give me time to type."),
    need("Makaton", "makaton-symbols-objects", "415805003", TALK, ""),
    need("Has a passport", "communication-passport", "837341000000108", TALK, "It is in my bag: ask to see it."),
    need("Put it in writing", "written", "520491000000109", TALK, ""),
    need("Read letters out", "read-out-or-verbal", "985021000000106", FORMAT, ""),
    need("Easy Read", "easy-read", "796161000000101", FORMAT, ""),
    need("Large print", "large-print", "957331000000109", FORMAT, "Size 20 or bigger."),
    need("Braille", "braille-moon", "936681000000100", FORMAT, ""),
    need("Audio", "audio-format", "936601000000105", FORMAT, ""),
    need("Documents by email", "electronic-format", "936581000000101", FORMAT, "Word, not PDF."),
    need("Email me", "contact-email", "936741000000100", METHOD, ""),
    need("Write to me", "contact-letter", "936721000000107", METHOD, ""),
    need("Ring me", "contact-phone", "795661000000104", METHOD, "After 10, please."),
    need("Text me", "contact-sms", "936701000000103", METHOD, ""),
    need("Ring the carer", "contact-via-carer", "719561001", METHOD, ""),
    need("Carer present", "carer-involved", "1108151000000106", MORE, ""),
    need("Advocate", "advocate", "225835008", PROFESSIONAL, ""),
    need("Attorney", "legal-representative", "816361000000101", SUPPORT, ""),
    need("Reminders", "reminders", "1108131000000104", MORE, "The day before and the same morning."),
    need("Guide dog", "assistance-animal", "862731000000105", SUPPORT, ""),
    need("Guiding", "sighted-guide", "719563003", PROFESSIONAL, "Let me take your left arm."),
    need("Step-free", "wheelchair-access", "1108191000000103", PLACE, ""),
    need("Quiet room", "sensory-environment", "1325391000000106", PLACE, ""),
    need("Tell me beforehand", "familiarisation-and-anxiety", "1325341000000101", CARE, "Say who is coming and why."),
    need("Woman worker", "staff-gender", "314434008", CARE, ""),
    need("Not left alone", "not-left-alone", "225861007", SUPPORT, ""),
    need("Adjustments, ask", "unspecified-adjustment", "1108111000000107", BESPOKE, ""),
];

/// Codes of the group that is held and never shown, with their category.
pub(crate) const CLINICAL: [(&str, &str); 5] = [
    ("1108141000000108", MORE),
    ("829101000000101", SUPPORT),
    ("285035003", CARE),
    ("1325741000000102", EXTRA),
    ("1325781000000105", EXTRA),
];

/// Good codes that `needs_snomed.csv` does not have.
pub(crate) const UNKNOWN_CODES: [(&str, &str); 2] =
    [("1094391000000102", BESPOKE), ("1833271000000103", BESPOKE)];

/// A label of a need that nobody has mapped.
pub const UNKNOWN_NEED: &str = "Zeta need 7";
/// A label of what to do before talking that nobody has mapped.
pub(crate) const UNKNOWN_MARKER: &str = "Zeta contact rule 4";
/// A label of a subject that nobody has mapped.
pub(crate) const UNKNOWN_SUBJECT: &str = "Zeta scheme";

/// Languages, each with its BCP 47 tag.
#[rustfmt::skip]
pub(crate) const LANGUAGES: &[(&str, &str)] = &[
    ("Igbo", "ig"), ("Polish", "pl"), ("Urdu", "ur"), ("Punjabi", "pa"), ("Bengali", "bn"), ("Sylheti", "syl"),
    ("Somali", "so"), ("Arabic", "ar"), ("Romanian", "ro"), ("Ukrainian", "uk"), ("Portuguese", "pt"),
    ("Cantonese", "yue"), ("Mandarin", "cmn"), ("Yoruba", "yo"), ("Tigrinya", "ti"), ("Kurdish Sorani", "ckb"),
    ("Farsi", "fa"), ("Dari", "prs"), ("Turkish", "tr"), ("Lithuanian", "lt"), ("Gujarati", "gu"), ("Tamil", "ta"),
    ("Spanish", "es"), ("French", "fr"), ("Welsh", "cy"), ("Vietnamese", "vi"),
];

/// Signed languages, each with its BCP 47 tag.
pub(crate) const SIGNED: &[(&str, &str)] = &[("BSL", "bfi"), ("Irish Sign Language", "isg")];

/// What to do before talking. The first is the hidden sample's, the second the withheld one's.
pub(crate) const MARKERS: &[(&str, &str)] = &[
    ("Safe number only", "safe-contact-only"),
    ("Private call back", "private-call-back"),
    ("Ask before talking", "ask-before-talking"),
    ("Agreed word first", "agreed-word"),
    ("No messages", "no-messages"),
    ("Ring us first", "team-first"),
];

/// What lets somebody speak for a person.
pub(crate) const BASES: &[(&str, &str)] = &[
    ("Consent", "consent"),
    ("LPA property and finance", "lpa-property-finance"),
    ("LPA health and welfare", "lpa-health-welfare"),
    ("Deputy", "deputy"),
    ("Appointee", "appointee"),
    ("Parental responsibility", "parental-responsibility"),
    ("Best interest", "best-interest"),
    ("Litigation friend", "litigation-friend"),
];

/// What they may speak about.
pub(crate) const SUBJECTS: &[(&str, &str)] = &[
    ("Council tax", "council-tax"),
    ("Repairs", "repairs"),
    ("Rent", "rent"),
    ("Housing", "housing"),
    ("Housing benefit", "housing-benefit"),
    ("Council tax support", "council-tax-support"),
    ("Social care", "social-care"),
    ("Care costs", "care-costs"),
    ("Blue Badge", "blue-badge"),
    ("School admissions", "school-admissions"),
    ("Parking", "parking"),
    ("Everything", "all"),
];

/// What they may do.
pub(crate) const MAY: &[(&str, &str)] = &[
    ("Be told", "be-told"),
    ("Ask", "ask"),
    ("Decide", "decide"),
    ("Get letters", "receive-letters"),
    ("Pay", "pay"),
];

/// What the service saw before it recorded them.
pub(crate) const EVIDENCE: &[(&str, &str)] = &[
    ("Said so", "verbal-consent"),
    ("Signed form", "written-consent"),
    ("LPA copy", "lpa-certified-copy"),
    ("Court order", "court-order"),
    ("DWP letter", "appointee-letter"),
    ("Birth certificate", "birth-certificate"),
    ("Meeting record", "best-interest-record"),
];

/// What the person said of them.
pub(crate) const STATES: &[(&str, &str)] = &[
    ("Yes", "given"),
    ("No", "refused"),
    ("Taken back", "withdrawn"),
    ("On hold", "suspended"),
];

/// Kinds of contact in the systems that have several.
pub(crate) const CONTACT_KINDS: &[(&str, &str)] = &[
    ("Phone", "phone"),
    ("Text", "sms"),
    ("Textphone", "textphone"),
    ("Relay", "relay"),
];

/// One label: the table of the source file, the service's words, the code.
pub type Label = (&'static str, &'static str, &'static str);

/// Feeds whose source files map labels about people.
pub const PEOPLE_FEEDS: [&str; 3] = [
    "housing-people",
    "adult-social-care-needs",
    "benefits-claims",
];

/// Every label the export of a feed may hold, but for those that nobody has mapped ("Zeta ..."): the
/// table of its source file, the label, the code it is meant to be mapped to. Empty for another feed.
#[must_use]
pub fn people_labels(feed: &str) -> Vec<Label> {
    let all = [
        ("languages", LANGUAGES),
        ("sign-languages", SIGNED),
        ("contact-kinds", CONTACT_KINDS),
        ("markers", MARKERS),
        ("bases", BASES),
        ("subjects", SUBJECTS),
        ("may", MAY),
        ("evidence", EVIDENCE),
        ("states", STATES),
    ];
    let has: &[&str] = match feed {
        "housing-people" => &[
            "languages",
            "markers",
            "bases",
            "subjects",
            "may",
            "evidence",
            "states",
        ],
        "adult-social-care-needs" => &[
            "languages",
            "sign-languages",
            "contact-kinds",
            "markers",
            "bases",
            "subjects",
            "may",
            "evidence",
            "states",
        ],
        "benefits-claims" => &[
            "languages",
            "contact-kinds",
            "bases",
            "subjects",
            "may",
            "states",
        ],
        _ => &[],
    };
    let needs = NEEDS.iter().map(|need| ("needs", need.label, need.group));
    let tables = all
        .into_iter()
        .filter(|(table, _)| has.contains(table))
        .flat_map(|(table, labels)| {
            labels
                .iter()
                .map(move |(label, code)| (table, *label, *code))
        });
    tables
        .chain(needs.filter(|_| has.contains(&"markers")))
        .collect()
}
