//! Why a bundle was not read. Nothing is deleted on account of any of these.

/// Why a bundle was not read. Entries are counted from 1.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BundleError {
    #[error("the bundle ends before it is closed: the file was cut short")]
    CutShort,
    #[error("the file is not in UTF-8, as FHIR asks: have it written so (after entry {entry})")]
    NotUtf8 { entry: u64 },
    #[error("the bundle is not sound after entry {entry}: have the export written again")]
    Malformed { entry: u64 },
    #[error("entry {entry} of the bundle is not sound: mend it at the service")]
    BadEntry { entry: u64 },
    #[error(
        "entry {entry} of the bundle is over 512 KiB: leave photographs and attachments out of the export"
    )]
    EntryTooLong { entry: u64 },
    #[error("entry {entry} of the bundle is nested more than 64 deep: mend it at the service")]
    TooDeep { entry: u64 },
    #[error("the file is no FHIR Bundle: correct `read.match`, or what the service writes")]
    NotABundle,
    #[error(
        "the bundle is neither a `collection` nor a `searchset`: only these can be whole exports"
    )]
    Type,
    #[error("the bundle is one page of several: have the whole export written into one bundle")]
    Page,
    #[error(
        "the bundle's `total` is {said} and it has {found} entries: the file was cut short or damaged"
    )]
    Total { said: u64, found: u64 },
    #[error(
        "{count} flags are about a patient who is not in the bundle: have the export written whole"
    )]
    FlagWithoutPatient { count: u64 },
    #[error(
        "{count} flags may be about several patients of one id: give every entry its `fullUrl`"
    )]
    FlagOfSeveral { count: u64 },
    #[error("a patient of the bundle (entry {entry}) has over 1,000 flags: mend it at the service")]
    TooManyFlags { entry: u64 },
    #[error("the flags of the bundle cannot be noted: make room in the folder for temporary files")]
    Notes(#[from] rusqlite::Error),
    #[error("the flags of the bundle cannot be noted: the system gives no randomness")]
    Randomness,
}

impl BundleError {
    /// Gives the code the box is told.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::CutShort => "bundle-cut-short",
            Self::NotUtf8 { .. } => "encoding",
            Self::Malformed { .. } | Self::BadEntry { .. } => "bundle-malformed",
            Self::EntryTooLong { .. } => "bundle-entry-too-long",
            Self::TooDeep { .. } => "bundle-too-deep",
            Self::NotABundle | Self::Type => "bundle-type",
            Self::Page => "bundle-page",
            Self::Total { .. } => "bundle-total",
            Self::FlagWithoutPatient { .. } | Self::FlagOfSeveral { .. } => "bundle-flag-subject",
            Self::TooManyFlags { .. } => "bundle-too-many-flags",
            Self::Notes(_) | Self::Randomness => "unreadable",
        }
    }

    /// Tells whether the same file would fail again.
    pub(crate) fn is_lasting(&self) -> bool {
        !matches!(self, Self::Notes(_) | Self::Randomness)
    }
}
