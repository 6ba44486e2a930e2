//! What `policy.toml` says, and whether it may say that.

use std::collections::BTreeMap;

use firebox_protocol::Stop;
use serde::Deserialize;

use super::figures::{ReleaseFigures, ReleaseLimitsFile};
use super::release::ReleaseRow;
use super::{AskKind, Hourly, LONGEST_LOCK_MS, Rows, SignInFigures};
use crate::role::Role;

/// The version this build reads.
const VERSION: u8 = 1;
/// Longest purpose code in characters.
const MAX_CODE_CHARACTERS: usize = 32;
/// Longest session in hours: nobody works longer than a day without signing in.
const MAX_SESSION_HOURS: u64 = 24;
/// Shortest and longest that a session may stay unused, in minutes: time to read
/// a page, and no more than a desk should stand open.
const IDLE_MINUTES: std::ops::RangeInclusive<u64> = 5..=60;
/// More wrong tries than this before a lock would be no lock.
const MAX_WRONG: usize = 100;
/// Largest limit that can be kept: far more than a box can answer.
const MAX_LOOK_UPS: u64 = 1_000_000_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    version: u8,
    purpose: Vec<PurposeRow>,
    look_up: Vec<LookUpRow>,
    #[serde(default)]
    pub(super) release: Vec<ReleaseRow>,
    pub(super) limits: LimitsFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PurposeRow {
    code: String,
    label: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LookUpRow {
    role: Role,
    kind: AskKind,
    purposes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsFile {
    person_look_ups_per_hour: u64,
    box_look_ups_per_hour: u64,
    person_corrections_per_hour: u64,
    box_corrections_per_hour: u64,
    wrong_sign_ins: usize,
    wrong_sign_ins_within_minutes: u64,
    locked_for_minutes: u64,
    session_hours: u64,
    session_idle_minutes: u64,
    #[serde(flatten)]
    releases: ReleaseLimitsFile,
}

/// Stops with a sentence about `policy.toml`.
pub(super) fn refuse<T>(what: impl std::fmt::Display) -> Result<T, Stop> {
    Err(Stop::configuration(format!("policy.toml: {what}")))
}

impl File {
    pub(super) fn read(text: &str) -> Result<Self, Stop> {
        let file: Self = toml::from_str(text).or_else(|error| {
            let line = error
                .to_string()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            refuse(format!("does not read: {line}"))
        })?;
        if file.version != VERSION {
            return refuse(format!(
                "version must be {VERSION}: this build reads no other"
            ));
        }
        Ok(file)
    }

    /// Gives the purposes' labels by code.
    pub(super) fn purposes(&self) -> Result<BTreeMap<String, String>, Stop> {
        let mut purposes = BTreeMap::new();
        for PurposeRow { code, label } in &self.purpose {
            let sign =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            if !(1..=MAX_CODE_CHARACTERS).contains(&code.len()) || !code.bytes().all(sign) {
                return refuse(
                    "a purpose's code may hold lower-case letters, digits and hyphens only, at most 32",
                );
            }
            if label.trim().is_empty() {
                return refuse(format!(
                    "purpose `{code}` has no label: say what people read"
                ));
            }
            if purposes.insert(code.clone(), label.clone()).is_some() {
                return refuse(format!("purpose `{code}` stands twice"));
            }
        }
        Ok(purposes)
    }

    /// Gives the table of questions.
    pub(super) fn rows(&self, purposes: &BTreeMap<String, String>) -> Result<Rows, Stop> {
        let mut rows = Rows::new();
        for row in &self.look_up {
            let name = format!("look_up of {} and {:?}", row.role.code(), row.kind);
            check_purposes(&name, &row.purposes, purposes)?;
            if let Some(only) = only_for(row.kind).filter(|only| !only.contains(&row.role)) {
                let only = only.iter().map(|role| role.code()).collect::<Vec<_>>();
                return refuse(format!("{name}: only {} may ask this", only.join(" and ")));
            }
            for purpose in &row.purposes {
                if !rows
                    .entry((row.role, row.kind))
                    .or_default()
                    .insert(purpose.clone())
                {
                    return refuse(format!("{name}: `{purpose}` stands twice"));
                }
            }
        }
        Ok(rows)
    }
}

/// Gives the only roles a kind may be given to; none: any.
fn only_for(kind: AskKind) -> Option<&'static [Role]> {
    match kind {
        AskKind::Property | AskKind::Visits => None,
        AskKind::Person | AskKind::Correction => Some(&[Role::Officer, Role::Adviser]),
        AskKind::View => Some(&[Role::Adviser]),
        AskKind::Sources | AskKind::Hold => Some(&[Role::ServiceAdmin, Role::Reviewer]),
    }
}

/// Requires that a row names purposes, and only known ones.
pub(super) fn check_purposes(
    name: &str,
    named: &[String],
    purposes: &BTreeMap<String, String>,
) -> Result<(), Stop> {
    if named.is_empty() {
        return refuse(format!(
            "{name} names no purpose: name one or take the row out"
        ));
    }
    match named
        .iter()
        .find(|purpose| !purposes.contains_key(*purpose))
    {
        Some(unknown) => refuse(format!("{name} names `{unknown}`, which is no [[purpose]]")),
        None => Ok(()),
    }
}

impl LimitsFile {
    pub(super) fn releases(&self) -> Result<ReleaseFigures, Stop> {
        self.releases.check()
    }

    pub(super) fn corrections(&self) -> Result<Hourly, Stop> {
        let corrections = Hourly {
            person: self.person_corrections_per_hour,
            whole_box: self.box_corrections_per_hour,
        };
        if corrections.person == 0 || corrections.whole_box < corrections.person {
            return refuse(
                "limits: person_corrections_per_hour must be at least 1 and box_corrections_per_hour not less",
            );
        }
        if corrections.whole_box > MAX_LOOK_UPS {
            return refuse("limits: box_corrections_per_hour is larger than any box can answer");
        }
        Ok(corrections)
    }

    /// Gives how long a session may stay unused, in milliseconds.
    pub(super) fn session_idle(&self) -> Result<u64, Stop> {
        if IDLE_MINUTES.contains(&self.session_idle_minutes) {
            Ok(self.session_idle_minutes * 60_000)
        } else {
            refuse("limits: session_idle_minutes must be 5 to 60")
        }
    }

    pub(super) fn check(&self) -> Result<(Hourly, SignInFigures, u64), Stop> {
        let look_ups = Hourly {
            person: self.person_look_ups_per_hour,
            whole_box: self.box_look_ups_per_hour,
        };
        let sign_in = SignInFigures {
            wrong: self.wrong_sign_ins,
            within_ms: self.wrong_sign_ins_within_minutes.saturating_mul(60_000),
            locked_ms: self.locked_for_minutes.saturating_mul(60_000),
        };
        if look_ups.person == 0 || look_ups.whole_box < look_ups.person {
            return refuse(
                "limits: person_look_ups_per_hour must be at least 1 and box_look_ups_per_hour not less",
            );
        }
        if look_ups.whole_box > MAX_LOOK_UPS {
            return refuse("limits: box_look_ups_per_hour is larger than any box can answer");
        }
        if !(3..=MAX_WRONG).contains(&sign_in.wrong) {
            return refuse("limits: wrong_sign_ins must be 3 to 100");
        }
        let minutes = 60_000..=LONGEST_LOCK_MS;
        if !minutes.contains(&sign_in.within_ms) || !minutes.contains(&sign_in.locked_ms) {
            return refuse(
                "limits: wrong_sign_ins_within_minutes and locked_for_minutes must be 1 to 1440",
            );
        }
        if !(1..=MAX_SESSION_HOURS).contains(&self.session_hours) {
            return refuse("limits: session_hours must be 1 to 24");
        }
        Ok((look_ups, sign_in, self.session_hours * 3_600_000))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Policy;

    const SHIPPED: &str = include_str!("../../../../config/policy.toml");

    fn refusal(text: &str) -> String {
        let stop = Policy::parse(text).expect_err("must be refused");
        assert_eq!(stop.exit, firebox_protocol::Exit::Configuration);
        stop.message
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let text = SHIPPED.replace("session_hours", "session_hour");
        assert!(refusal(&text).contains("session_hour"));
        assert!(refusal(&format!("{SHIPPED}\nspeed = 3\n")).contains("speed"));
    }

    #[test]
    fn a_policy_of_an_earlier_build_is_refused_with_the_key_it_lacks() {
        for key in [
            "person_corrections_per_hour",
            "box_corrections_per_hour",
            "session_idle_minutes",
        ] {
            let text: Vec<&str> = SHIPPED
                .lines()
                .filter(|line| !line.starts_with(&format!("{key} = ")))
                .collect();
            assert!(refusal(&text.join("\n")).contains(key), "{key}");
        }
    }

    #[test]
    fn a_session_may_stay_unused_for_five_minutes_to_an_hour() {
        for minutes in [5, 60] {
            let key = format!("session_idle_minutes = {minutes}");
            let policy = Policy::parse(&SHIPPED.replace("session_idle_minutes = 15", &key));
            assert_eq!(policy.unwrap().session_idle_ms, minutes * 60_000);
        }
    }

    #[test]
    fn figures_outside_their_bounds_are_refused() {
        for (key, bad) in [
            ("person_look_ups_per_hour", "0"),
            ("box_look_ups_per_hour", "1"),
            ("person_corrections_per_hour", "0"),
            ("box_corrections_per_hour", "1"),
            ("box_corrections_per_hour", "1000000000001"),
            ("wrong_sign_ins", "1000"),
            ("wrong_sign_ins_within_minutes", "0"),
            ("locked_for_minutes", "2000"),
            ("session_hours", "48"),
            ("session_idle_minutes", "4"),
            ("session_idle_minutes", "61"),
            ("version", "2"),
        ] {
            let with = |line: &str| match line.split_once(" = ") {
                Some((name, _)) if name == key => format!("{key} = {bad}"),
                _ => line.to_owned(),
            };
            let text: Vec<String> = SHIPPED.lines().map(with).collect();
            assert!(refusal(&text.join("\n")).contains(key), "{key}");
        }
    }

    #[test]
    fn rows_with_unknown_or_repeated_names_are_refused() {
        let row = |role, kind, purposes| {
            format!(
                "{SHIPPED}\n[[look_up]]\nrole = \"{role}\"\nkind = \"{kind}\"\npurposes = {purposes}\n"
            )
        };
        assert!(refusal(&row("officer", "property", "['curiosity']")).contains("curiosity"));
        assert!(refusal(&row("officer", "property", "['visit']")).contains("twice"));
        assert!(refusal(&row("officer", "property", "[]")).contains("no purpose"));
        assert!(refusal(&row("king", "property", "['visit']")).contains("king"));
        assert!(refusal(&row("officer", "everything", "['visit']")).contains("everything"));
        for (role, kind, only) in [
            ("officer", "sources", "only service-admin and reviewer"),
            ("adviser", "hold", "only service-admin and reviewer"),
            ("officer", "view", "only adviser"),
            ("reviewer", "view", "only adviser"),
            ("holder", "person", "only officer and adviser"),
            ("service-admin", "correction", "only officer and adviser"),
        ] {
            let refused = refusal(&row(role, kind, "['visit']"));
            assert!(refused.contains(only), "{role} {kind}: {refused}");
        }
    }
}
