//! Bundles that are refused whole.

use super::{bundle, code, dropped, flag, patient, read, read_bytes, rows_of};
use crate::csv::Charset;
use crate::export::Export;

#[test]
fn a_bundle_cut_short_at_any_byte_gives_no_row() {
    let whole = bundle(
        "",
        &[patient(1, ""), flag(1, &["285055002"]), patient(2, "")],
        ",\"total\":3",
    );
    assert_eq!(read_bytes(whole.as_bytes()).unwrap().rows.len(), 2);
    for length in 0..whole.len() {
        let read = read_bytes(&whole.as_bytes()[..length]);
        assert!(read.is_err(), "{length}");
    }
}

#[test]
fn a_bundle_that_is_not_sound_is_refused_whole() {
    let one = patient(1, "");
    let sound = bundle("", std::slice::from_ref(&one), "");
    assert!(read_bytes(sound.as_bytes()).is_ok());
    for (from, to) in [
        ("\"entry\":[", "\"entry\":[,"),
        ("]}", ",]}"),
        ("\"type\":\"collection\",", "\"type\":\"collection\""),
        ("\"family\":\"Okafor\"", "\"family\":Okafor"),
        ("\"family\":\"Okafor\"", "\"family\":\"Oka\\u00zzfor\""),
        ("\"entry\":", "\"entry\":[],\"entry\":"),
        ("{\"fullUrl\"", "null,{\"fullUrl\""),
        ("\"resource\":", "\"resourze\":"),
        ("\"resourceType\":\"Patient\"", "\"resourceType\":7"),
        (
            "\"resourceType\":\"Bundle\"",
            "\"resourceType\":\"Bundle\",\"meta\":{\"a\":]}",
        ),
    ] {
        let broken = sound.replacen(from, to, 1);
        assert_ne!(broken, sound, "{from}");
        assert_eq!(
            code(read_bytes(broken.as_bytes())),
            "bundle-malformed",
            "{to}"
        );
    }
    let joined = format!("{sound}{sound}");
    assert_eq!(code(read_bytes(joined.as_bytes())), "bundle-malformed");
}

#[test]
fn what_is_no_whole_bundle_is_refused_by_name() {
    let text = |entries: &[String]| bundle("", entries, "");
    let one = text(&[patient(1, "")]);
    for (from, to, expected) in [
        ("\"Bundle\"", "\"Patient\"", "bundle-type"),
        ("\"collection\"", "\"transaction\"", "bundle-type"),
        ("\"type\":\"collection\",", "", "bundle-type"),
        ("\"entry\"", "\"total\":2,\"entry\"", "bundle-total"),
        (
            "\"entry\"",
            "\"link\":[{\"relation\":\"next\",\"url\":\"u\"}],\"entry\"",
            "bundle-page",
        ),
    ] {
        let changed = one.replacen(from, to, 1);
        assert_eq!(code(read_bytes(changed.as_bytes())), expected, "{to}");
    }
    assert_eq!(code(read_bytes(b" \n")), "empty-file");
    assert_eq!(code(read_bytes(b"[1]")), "bundle-type");
    let last = bundle("", &[patient(1, "")], ",\"total\":2");
    assert_eq!(
        code(read_bytes(last.as_bytes())),
        "bundle-total",
        "wherever it stands"
    );
}

#[test]
fn total_counts_matches_and_not_what_was_sent_along() {
    let included = flag(1, &[]).replacen(
        "{\"resource\"",
        "{\"search\":{\"mode\":\"include\"},\"resource\"",
        1,
    );
    let text = bundle(",\"total\":1", &[patient(1, ""), included], "");
    assert_eq!(read_bytes(text.as_bytes()).unwrap().rows.len(), 1);
}

#[test]
fn another_encoding_than_utf_8_is_refused() {
    let text = bundle("", &[patient(1, "").replace("Okafor", "O_Brien")], "");
    let mut bytes = text.clone().into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'_').unwrap();
    bytes[at] = 0x92;
    assert_eq!(code(read_bytes(&bytes)), "encoding");
    let mut wide = vec![0xFF, 0xFE];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(code(read_bytes(&wide)), "encoding");
    let mut marked = vec![0xEF, 0xBB, 0xBF];
    let flagged = bundle("", &[patient(1, ""), flag(1, &["285055002"])], "");
    marked.extend(flagged.bytes());
    let read = read_bytes(&marked).unwrap();
    assert_eq!(
        read.value(0, "adjustments"),
        "285055002",
        "the mark moves every offset"
    );
}

#[test]
fn an_entry_too_long_or_too_deep_is_refused() {
    let photograph = format!(",\"photo\":[{{\"data\":\"{}\"}}]", "A".repeat(600 * 1024));
    assert_eq!(
        code(read(&[patient(1, &photograph)])),
        "bundle-entry-too-long"
    );
    let deep = format!(",\"x\":{}{}", "[".repeat(70), "]".repeat(70));
    assert_eq!(code(read(&[patient(1, &deep)])), "bundle-too-deep");
    let unclosed = format!(
        "{{\"resourceType\":\"Bundle\",\"id\":\"{}",
        "x".repeat(600 * 1024)
    );
    assert_eq!(
        code(read_bytes(unclosed.as_bytes())),
        "bundle-entry-too-long"
    );
}

#[test]
fn a_bundle_that_changes_under_the_reader_is_an_error() {
    let text = bundle("", &[patient(1, ""), flag(1, &["285055002"])], "");
    let file = dropped(text.as_bytes());
    let export = Export::open(&file.path, Some(Charset::Utf8)).unwrap();
    assert_eq!(rows_of(&export).unwrap().rows.len(), 1);
    std::fs::write(&file.path, text.replace("285055002", "719369003")).unwrap();
    assert_eq!(code(rows_of(&export)), "changed-while-read");
}
