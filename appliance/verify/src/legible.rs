//! What an entry says, for people at a terminal. The words in it were typed by
//! somebody: whatever a terminal would obey is shown as its code instead.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// Widest column of member names.
const MAX_NAME_CHARACTERS: usize = 24;

/// Writes text so that a terminal only shows it: control characters, and those
/// that turn or hide what stands beside them, as `\u{..}`; `\` as `\\`.
pub fn legible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            c if is_obeyed(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

/// Writes a body one member a line, the values of strings without their quotes,
/// and a member within a member with both names. What is not canonical JSON is
/// written as it stands, with a word that says so.
pub fn legible_body(body: &str) -> String {
    let members = match serde_json::from_str(body) {
        // The same bytes again: no member was lost because it stood there twice.
        Ok(Value::Object(members)) if written(&members) == body => members,
        _ => return format!("  (not canonical JSON) {}\n", legible(body)),
    };
    let mut rows = Vec::new();
    list(&members, "", &mut rows);
    let widest = rows.iter().map(|(name, _)| name.chars().count()).max();
    let width = widest.unwrap_or(0).min(MAX_NAME_CHARACTERS);
    rows.iter()
        .map(|(name, value)| format!("  {name:width$}  {value}\n"))
        .collect()
}

/// Lists the members of an object, and of those in it, under their names.
fn list(members: &Map<String, Value>, within: &str, rows: &mut Vec<(String, String)>) {
    for (name, value) in members {
        let name = format!("{within}{}", legible(name));
        match value {
            Value::Object(inner) if !inner.is_empty() => list(inner, &format!("{name}."), rows),
            Value::String(text) => rows.push((name, legible(text))),
            other => rows.push((name, legible(&written(other)))),
        }
    }
}

/// Writes a body as JSON on one line: byte for byte the body, but for
/// characters that a terminal would obey, which stand as `\uXXXX`.
pub fn legible_json(body: &str) -> String {
    let mut shown = String::with_capacity(body.len());
    for c in body.chars() {
        if is_obeyed(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Writes a time of the log, milliseconds since 1970, as date and time in UTC.
pub fn legible_time(time_ms: u64) -> String {
    let time = i64::try_from(time_ms).ok();
    match time.and_then(|ms| Timestamp::from_millisecond(ms).ok()) {
        Some(time) => time.strftime("%Y-%m-%d %H:%M:%S%.3f UTC").to_string(),
        None => format!("{time_ms} ms since 1970"),
    }
}

fn written(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Says whether a terminal does something else with a character than show it.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_body_reaches_the_terminal_as_a_command() {
        let reason = "a\u{1b}[2J\r\n\u{7}b\u{9b}31m\u{202e}c\u{7f}\\u{1b}";
        let body = serde_json::json!({ "reason": reason, "\u{1b}name": 1 }).to_string();
        for shown in [legible_body(&body), legible_json(&body), legible(reason)] {
            let commands = shown.chars().filter(|c| *c != '\n' && is_obeyed(*c));
            assert_eq!(commands.count(), 0, "{shown:?}");
        }
        assert_eq!(
            legible(reason),
            r"a\u{1b}[2J\u{d}\n\u{7}b\u{9b}31m\u{202e}c\u{7f}\\u{1b}"
        );
        let again: Value = serde_json::from_str(&legible_json(&body)).unwrap();
        assert_eq!(again["reason"], reason);
    }

    #[test]
    fn a_body_is_shown_one_member_a_line() {
        assert_eq!(
            legible_body(r#"{"kind":"release","record":{"key":"a","more":{}},"roles":["b"]}"#),
            "  kind         release\n  record.key   a\n  record.more  {}\n  roles        [\"b\"]\n"
        );
        assert_eq!(legible_json(r#"{"a":"é"}"#), r#"{"a":"é"}"#);
    }

    #[test]
    fn a_body_that_is_not_canonical_is_shown_as_it_stands() {
        for body in [
            r#"{"a":1,"a":2}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{ "a":1}"#,
            "[1]",
            "no JSON",
        ] {
            let shown = format!("  (not canonical JSON) {body}\n");
            assert_eq!(legible_body(body), shown);
        }
    }

    #[test]
    fn a_time_is_shown_as_date_and_time() {
        assert_eq!(
            legible_time(1_777_777_777_003),
            "2026-05-03 03:09:37.003 UTC"
        );
        assert_eq!(legible_time(u64::MAX), "18446744073709551615 ms since 1970");
    }
}
