//! An entry, for a person to read. What is in it was typed by somebody: nothing
//! of it reaches the terminal as a command.

use std::fmt::Write;

use firebox_keeper::log::kind::EntryKind;
use firebox_keeper::log::leaf::Leaf;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::legible::legible;

/// Where the council's clocks are.
const ZONE: &str = "Europe/London";
/// Width of the column of names.
const NAMES: usize = 16;

/// Lays an entry out: number, time and kind, then one member a line.
pub(crate) fn entry(leaf: &Leaf, opened: Option<&([u8; 32], Vec<u8>)>) -> String {
    let kind = EntryKind::from_byte(leaf.kind).map_or_else(
        || format!("kind {}", leaf.kind),
        |kind| kind.name().to_owned(),
    );
    let mut text = format!("entry {}  {}  {kind}\n", leaf.index, time(leaf.time_ms));
    match opened {
        None => {
            text.push_str("  (erased at the end of its retention; its place in the log stays)\n")
        }
        Some((_, body)) => members(&mut text, body),
    }
    text
}

fn members(text: &mut String, body: &[u8]) {
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else {
        let body = String::from_utf8_lossy(body);
        let _never_fails = writeln!(text, "  (not JSON) {}", legible(&body));
        return;
    };
    // The kind stands in the first line.
    for (name, value) in members.iter().filter(|(name, _)| *name != "kind") {
        let value = match value {
            Value::String(value) => legible(value),
            other => legible(&other.to_string()),
        };
        let _never_fails = writeln!(text, "  {:NAMES$} {value}", legible(name));
    }
}

/// Writes a time as the council's clocks showed it.
fn time(time_ms: u64) -> String {
    let time = i64::try_from(time_ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    match time {
        Some(time) => time
            .to_zoned(zone)
            .strftime("%Y-%m-%d %H:%M:%S%.3f %Z")
            .to_string(),
        None => format!("{time_ms} ms since 1970"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(kind: u8, time_ms: u64) -> Leaf {
        Leaf {
            index: 7,
            time_ms,
            boot_id: [1; 16],
            boottime_ms: 5,
            kind,
            commitment: [2; 32],
        }
    }

    /// Noon of 2 March 2026 in London.
    const WINTER_MS: u64 = 1_772_452_800_000;
    /// Noon of 1 July 2026 in UTC.
    const SUMMER_MS: u64 = 1_782_907_200_000;

    fn shown(body: &str) -> String {
        entry(&leaf(6, WINTER_MS), Some(&([0; 32], body.into())))
    }

    #[test]
    fn an_entry_is_shown_with_number_time_and_kind_and_one_member_a_line() {
        let body = r#"{"asked":{"property":{"uprn":"100"}},"kind":"look-up","person":"Zoë","roles":["officer"]}"#;
        let expected = "entry 7  2026-03-02 12:00:00.000 GMT  look-up
  asked            {\"property\":{\"uprn\":\"100\"}}
  person           Zoë
  roles            [\"officer\"]
";
        assert_eq!(shown(body), expected);
    }

    #[test]
    fn times_are_those_of_the_councils_clocks_in_summer_too() {
        assert_eq!(time(SUMMER_MS), "2026-07-01 13:00:00.000 BST");
        assert_eq!(time(u64::MAX), "18446744073709551615 ms since 1970");
    }

    #[test]
    fn an_erased_entry_says_so() {
        let shown = entry(&leaf(6, WINTER_MS), None);
        assert!(shown.starts_with("entry 7  2026-03-02 12:00:00.000 GMT  look-up\n"));
        assert!(shown.contains("erased"));
    }

    #[test]
    fn no_name_and_no_value_can_speak_to_the_terminal_or_look_like_another_line() {
        let hostile = "\u{1b}]0;owned\u{7}\n  person           Somebody else\u{202e}";
        let body = serde_json::json!({
            "reason": hostile,
            hostile: 1,
            "nested": { "deep": [hostile], hostile: {} },
        });
        let shown = shown(&body.to_string());
        assert_eq!(shown.lines().count(), 1 + 3);
        let obeyed = |sign: char| sign.is_control() && sign != '\n' || sign == '\u{202e}';
        assert_eq!(shown.chars().filter(|sign| obeyed(*sign)).count(), 0);
    }

    #[test]
    fn a_body_that_is_no_json_and_a_kind_that_nobody_knows_are_shown_as_such() {
        let text = entry(&leaf(200, 0), Some(&([0; 32], b"\x1b[2J\xff".to_vec())));
        assert_eq!(
            text,
            "entry 7  1970-01-01 01:00:00.000 BST  kind 200\n  (not JSON) \\u{1b}[2J\u{fffd}\n"
        );
    }
}
