//! Guards: what one reading may change before a person is asked. Over a limit
//! nothing is sent and the box goes on serving the old data. The box has guards
//! of its own and does not trust these.

use jiff::SignedDuration;
use serde::Deserialize;

use super::SourceError;

/// Limits of one reading.
#[derive(Debug)]
pub(crate) struct Guard {
    min_rows: u64,
    max_drop: Limit,
    max_change: Limit,
    max_quarantine: Limit,
    /// Longest age of the newest export.
    pub(crate) expected_every: Option<SignedDuration>,
}

/// A share that may be passed only by few.
#[derive(Clone, Copy, Debug)]
struct Limit {
    /// Hundredths of a percent.
    share: u64,
    /// Up to this many pass whatever the share: small lists change by large shares.
    floor: u64,
}

impl Limit {
    fn is_over(self, count: u64, of: u64) -> bool {
        let over_share = u128::from(count) * 10_000 > u128::from(self.share) * u128::from(of);
        count > self.floor && over_share
    }
}

/// What a reading came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// Rows in the export.
    pub(crate) rows: u64,
    /// Records that live now.
    pub(crate) live: u64,
    /// Of these, how many would go.
    pub(crate) gone: u64,
    /// Of these, how many would change.
    pub(crate) changed: u64,
    /// Rows that could not be read.
    pub(crate) quarantined: u64,
}

/// The guard a reading is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// Fewer rows than ever expected.
    MinRows,
    /// Too many records would go.
    MaxDrop,
    /// Too many records would change.
    MaxChange,
    /// Too many rows could not be read.
    MaxQuarantine,
}

impl Hold {
    /// Gives the code the box is told.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::MinRows => "guard-min-rows",
            Self::MaxDrop => "guard-max-drop",
            Self::MaxChange => "guard-max-change",
            Self::MaxQuarantine => "guard-max-quarantine",
        }
    }

    /// Says what is over which limit, and what to do.
    pub(crate) fn message(self, numbers: &Numbers) -> String {
        let Numbers {
            rows,
            live,
            gone,
            changed,
            quarantined,
        } = numbers;
        let what = match self {
            Self::MinRows => format!("the export has {rows} rows, fewer than `min_rows`"),
            Self::MaxDrop => format!("{gone} of {live} records would go, more than `max_drop`"),
            Self::MaxChange => {
                format!("{changed} of {live} records would change, more than `max_change`")
            }
            Self::MaxQuarantine => {
                return format!(
                    "{quarantined} of {rows} rows could not be read, more than `max_quarantine`: \
                     see `firebox-agent quarantine list`, have them mended, or run `firebox-agent approve`"
                );
            }
        };
        format!(
            "{what}: ask the service whether that is right, then run `firebox-agent approve`, or wait for a better export"
        )
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuardFile {
    min_rows: u64,
    #[serde(default = "two_percent")]
    max_drop: String,
    #[serde(default = "three")]
    drop_floor: u64,
    #[serde(default = "twenty_percent")]
    max_change: String,
    #[serde(default = "ten")]
    change_floor: u64,
    #[serde(default = "half_a_percent")]
    max_quarantine: String,
    #[serde(default = "three")]
    quarantine_floor: u64,
    expected_every: Option<String>,
}

fn two_percent() -> String {
    "2%".to_owned()
}
fn twenty_percent() -> String {
    "20%".to_owned()
}
fn half_a_percent() -> String {
    "0.5%".to_owned()
}
fn three() -> u64 {
    3
}
fn ten() -> u64 {
    10
}

impl Guard {
    pub(super) fn build(file: GuardFile) -> Result<Self, SourceError> {
        let expected = file.expected_every.as_deref();
        let expected = expected.map(|text| super::file::duration("guard.expected_every", text));
        Ok(Self {
            min_rows: file.min_rows,
            max_drop: limit("guard.max_drop", &file.max_drop, file.drop_floor)?,
            max_change: limit("guard.max_change", &file.max_change, file.change_floor)?,
            max_quarantine: limit(
                "guard.max_quarantine",
                &file.max_quarantine,
                file.quarantine_floor,
            )?,
            expected_every: expected
                .transpose()?
                .and_then(|span| SignedDuration::try_from(span).ok()),
        })
    }

    /// Gives the first guard the numbers are over.
    pub(crate) fn judge(&self, numbers: &Numbers) -> Option<Hold> {
        let over = [
            (numbers.rows < self.min_rows, Hold::MinRows),
            (
                self.max_quarantine
                    .is_over(numbers.quarantined, numbers.rows),
                Hold::MaxQuarantine,
            ),
            (
                self.max_drop.is_over(numbers.gone, numbers.live),
                Hold::MaxDrop,
            ),
            (
                self.max_change.is_over(numbers.changed, numbers.live),
                Hold::MaxChange,
            ),
        ];
        over.into_iter()
            .find_map(|(over, hold)| over.then_some(hold))
    }
}

/// Reads `2%` or `0.5%`, at most two digits after the point.
fn limit(key: &str, text: &str, floor: u64) -> Result<Limit, SourceError> {
    let wrong = || {
        SourceError::key(
            key,
            "is a share of 0% to 100%, for example \"2%\" or \"0.5%\"",
        )
    };
    let number = text.strip_suffix('%').ok_or_else(wrong)?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if part.len() > 2
        || !(whole.to_owned() + part)
            .bytes()
            .all(|b| b.is_ascii_digit())
    {
        return Err(wrong());
    }
    let share: u64 = format!("{whole}{part:0<2}").parse().map_err(|_| wrong())?;
    if share > 10_000 || whole.is_empty() {
        return Err(wrong());
    }
    Ok(Limit { share, floor })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(text: &str) -> Guard {
        Guard::build(toml::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn a_drop_is_held_over_its_share_and_never_below_its_floor() {
        let guard = guard("min_rows = 1");
        let judge = |gone, live| {
            guard.judge(&Numbers {
                rows: 10,
                live,
                gone,
                ..Numbers::default()
            })
        };
        assert_eq!(judge(3, 60), None, "three of sixty is the floor");
        assert_eq!(judge(4, 60), Some(Hold::MaxDrop));
        assert_eq!(judge(20, 1000), None, "two percent exactly is not over");
        assert_eq!(judge(21, 1000), Some(Hold::MaxDrop));
    }

    #[test]
    fn s3_an_empty_export_is_held_by_its_rows() {
        let numbers = Numbers {
            live: 60,
            gone: 60,
            ..Numbers::default()
        };
        assert_eq!(guard("min_rows = 20").judge(&numbers), Some(Hold::MinRows));
    }

    #[test]
    fn rows_that_cannot_be_read_are_judged_before_what_they_would_change() {
        let numbers = Numbers {
            rows: 100,
            live: 100,
            gone: 50,
            quarantined: 50,
            changed: 0,
        };
        assert_eq!(
            guard("min_rows = 1").judge(&numbers),
            Some(Hold::MaxQuarantine)
        );
    }

    #[test]
    fn shares_are_read_exactly_and_nonsense_is_refused() {
        assert_eq!(limit("k", "0.5%", 0).unwrap().share, 50);
        assert_eq!(limit("k", "12.25%", 0).unwrap().share, 1225);
        for text in ["2", "101%", "-1%", "1.125%", "%", ".5%", "two%"] {
            assert!(limit("k", text, 0).is_err(), "{text}");
        }
    }
}
