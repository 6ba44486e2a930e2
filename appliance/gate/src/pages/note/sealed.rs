//! The fields of a note as HTML, straight into bytes that are wiped.
//!
//! The invariants: no sign of a note is markup; nothing of a note stands in a
//! string of ours on the way; and the bytes never move, since a vector that
//! grows leaves a copy behind.

use std::io::Write;

use firebox_contract::record::Detail;
use firebox_protocol::Wiped;
use firebox_protocol::gate_keeper::Released;

use super::words;
use crate::problem::{Kind, Problem};

/// Most bytes that one byte of a note becomes: a quotation mark is `&quot;`.
const MOST_BYTES_OF_ONE: usize = 6;
/// Room for the markup and the names of all fields, in bytes.
const MARKUP_BYTES: usize = 2048;

/// Writes the summary list of a note.
pub(super) fn written(released: &Released) -> Result<Wiped, Problem> {
    let sealed = released.detail.expose();
    let detail: Detail = serde_json::from_slice(sealed).map_err(|_| {
        // The keeper found nothing wrong with it, so nobody else will notice.
        log::error!("entry {}: the note opened is none", released.entry);
        Problem::new(Kind::DetailUnsound)
    })?;
    let most = sealed.len() * MOST_BYTES_OF_ONE + MARKUP_BYTES;
    let mut list = List(Wiped::new(Vec::with_capacity(most)));
    list.put(b"<dl class=\"govuk-summary-list\">");
    list.fields(&detail);
    list.put(b"</dl>");
    Ok(list.0)
}

struct List(Wiped);

impl List {
    /// Takes every field by name, so that a new one of the contract is either
    /// shown or left out on purpose.
    fn fields(&mut self, detail: &Detail) {
        let Detail {
            note,
            incident_date,
            incident_reference,
            person,
            decided_by,
            approved_by,
            notified,
        } = detail;
        self.row(words::NOTE, Some(note.as_str()));
        if let Some(day) = incident_date {
            self.open(words::INCIDENT_DATE);
            // Into memory: it cannot fail.
            let _ = write!(&mut *self.0, "{}", day.strftime("%-d %B %Y"));
            self.close();
        }
        self.row(words::INCIDENT_REFERENCE, incident_reference.as_deref());
        self.row(words::PERSON, person.as_deref());
        self.row(words::DECIDED_BY, decided_by.as_deref());
        self.row(words::APPROVED_BY, approved_by.as_deref());
        self.row(words::NOTIFIED, notified.as_deref());
    }

    fn row(&mut self, field: (&str, &str), text: Option<&str>) {
        let Some(text) = text else { return };
        self.open(field);
        self.escaped(text);
        self.close();
    }

    fn open(&mut self, (_, name): (&str, &str)) {
        self.put(b"<div class=\"govuk-summary-list__row\"><dt class=\"govuk-summary-list__key\">");
        self.put(name.as_bytes());
        self.put(b"</dt><dd class=\"govuk-summary-list__value\">");
    }

    fn close(&mut self) {
        self.put(b"</dd></div>");
    }

    fn escaped(&mut self, text: &str) {
        for byte in text.as_bytes() {
            match byte {
                b'&' => self.put(b"&amp;"),
                b'<' => self.put(b"&lt;"),
                b'>' => self.put(b"&gt;"),
                b'"' => self.put(b"&quot;"),
                b'\'' => self.put(b"&#39;"),
                b'\n' => self.put(b"<br>"),
                other => self.0.push(*other),
            }
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::page::Page;
    use firebox_protocol::secret::Plaintext;
    use serde_json::json;

    fn list(detail: &str) -> Result<Wiped, Problem> {
        written(&Released {
            release: "REL-0123456789".into(),
            detail: Plaintext::new(detail.into()),
            entry: 12,
            receipt: String::new(),
            valid_until_ms: 0,
            review_open: false,
            escalated: false,
        })
    }

    fn text(detail: &str) -> String {
        String::from_utf8(list(detail).ok().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn a_note_is_wiped_bytes_from_the_keeper_to_the_page() {
        let _: fn(&Released) -> Result<Wiped, Problem> = written;
        let _: fn(Page, Wiped) -> Page = Page::with_sealed;
    }

    #[test]
    fn what_a_note_says_is_exact_and_never_markup() {
        let said = "<script>alert(\"x\")</script> & O'Hara\né\u{1F415}";
        let html = text(&json!({"note": said}).to_string());
        assert!(html.contains(
            "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; O&#39;Hara<br>é\u{1F415}"
        ));
    }

    #[test]
    fn every_field_of_the_contract_is_a_row_and_what_is_not_filled_is_none() {
        let whole = json!({
            "note": "a-note", "incident_date": "2026-05-03", "incident_reference": "INC-7",
            "person": "Sam Example", "decided_by": "A Manager", "approved_by": "B Manager",
            "notified": "Letter of 4 May 2026",
        });
        let html = text(&whole.to_string());
        for said in [
            "a-note",
            "3 May 2026",
            "INC-7",
            "Sam Example",
            "A Manager",
            "B Manager",
        ] {
            assert_eq!(html.matches(said).count(), 1, "{said}");
        }
        assert_eq!(
            html.matches("<dt").count(),
            whole.as_object().unwrap().len()
        );
        assert_eq!(text(r#"{"note":"a"}"#).matches("<dt").count(), 1);
    }

    #[test]
    fn a_note_of_any_length_is_written_without_moving_it() {
        for sign in ["", "a", "\"", "\n", "'&<>", "\u{1}é\u{7f}"] {
            let all = sign.repeat(3000);
            let detail = json!({"note": all, "incident_date": "2026-05-03", "person": all,
                "incident_reference": all, "decided_by": all, "approved_by": all,
                "notified": all});
            let detail = detail.to_string();
            let most = detail.len() * MOST_BYTES_OF_ONE + MARKUP_BYTES;
            assert!(list(&detail).ok().unwrap().len() <= most, "{sign:?}");
        }
    }

    #[test]
    fn what_is_no_note_is_unsound_and_nothing_of_it_is_written() {
        for wrong in ["", "{}", r#"{"note":7}"#, r#"{"note":"a","other":"b"}"#] {
            let problem = list(wrong).err().map(|problem| problem.kind);
            assert_eq!(problem, Some(Kind::DetailUnsound), "{wrong:?}");
        }
    }
}
