//! A detail that was released, as it leaves the box: whole or not at all.

use firebox_contract::record;
use firebox_protocol::gate_keeper;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::moment::rfc3339;
use crate::problem::{Kind, Problem};
use firebox_protocol::Wiped;

/// Room for the members around detail and receipt, in bytes.
const MEMBERS_BYTES: usize = 512;

/// A detail, and the proof of who was given it and why. No `Debug`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Released<'a> {
    /// The release's reference. It names the release and authorises nothing.
    pub(crate) release: &'a str,
    /// What was sealed.
    pub(crate) detail: Detail<'a>,
    /// Index of the log entry that was on disk before this was answered.
    pub(crate) entry: u64,
    /// Proof of that entry, a C2SP tlog-proof: anybody can check it, anywhere,
    /// without the box.
    pub(crate) receipt: &'a str,
    /// Until when it can be shown again without asking anew (RFC 3339).
    pub(crate) valid_until: String,
    /// `open`: a reviewer has still to judge it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) review: Option<Review>,
    /// True when it was past the person's quota of emergencies; the duty line
    /// was told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) escalated: bool,
}

/// What a service sealed. Members it did not fill are left out.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReleasedDetail")]
pub(crate) struct Detail<'a> {
    /// What happened, triggers, what to do.
    pub(crate) note: &'a str,
    /// Day of the incident, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) incident_date: Option<String>,
    /// The service's reference of the incident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) incident_reference: Option<&'a str>,
    /// Whom it is about, as the service names them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<&'a str>,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) decided_by: Option<&'a str>,
    /// Who approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) approved_by: Option<&'a str>,
    /// When and how the person was told, or why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notified: Option<&'a str>,
}

/// The state of a release's review.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Review {
    Open,
}

/// Writes the JSON of a released detail into bytes that are wiped.
pub(crate) fn written(released: &gate_keeper::Released) -> Result<Wiped, Problem> {
    let opened: record::Detail = serde_json::from_slice(released.detail.expose())
        .map_err(|_| does_not_read(released.entry))?;
    let valid_until = Timestamp::from_millisecond(released.valid_until_ms)
        .map_err(|_| Problem::new(Kind::Unexpected))?;
    let answer = Released {
        release: &released.release,
        detail: Detail::of(&opened),
        entry: released.entry,
        receipt: &released.receipt,
        valid_until: rfc3339(valid_until),
        review: released.review_open.then_some(Review::Open),
        escalated: released.escalated,
    };
    // Reserved once, with every line end of the receipt written as two bytes: a
    // vector that grows would leave copies of the detail behind.
    let most = released.detail.expose().len() + 2 * released.receipt.len() + MEMBERS_BYTES;
    let mut bytes = Wiped::new(Vec::with_capacity(most));
    serde_json::to_writer(&mut *bytes, &answer).map_err(|_| Problem::new(Kind::Unexpected))?;
    Ok(bytes)
}

/// The keeper opened it and found nothing wrong, so nobody else will notice.
fn does_not_read(entry: u64) -> Problem {
    log::error!("entry {entry}: what was opened is no detail; tell the team that seals it");
    Problem::new(Kind::DetailUnsound)
}

impl<'a> Detail<'a> {
    /// Takes every member by name, so that a new one of the contract is either
    /// shown or left out on purpose.
    fn of(opened: &'a record::Detail) -> Self {
        let record::Detail {
            note,
            incident_date,
            incident_reference,
            person,
            decided_by,
            approved_by,
            notified,
        } = opened;
        Self {
            note,
            incident_date: incident_date.map(|day| day.to_string()),
            incident_reference: incident_reference.as_deref(),
            person: person.as_deref(),
            decided_by: decided_by.as_deref(),
            approved_by: approved_by.as_deref(),
            notified: notified.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use firebox_protocol::secret::Plaintext;
    use serde_json::{Value, json};

    fn released(detail: &str) -> gate_keeper::Released {
        gate_keeper::Released {
            release: "REL-0123456789".into(),
            detail: Plaintext::new(detail.into()),
            entry: 12,
            receipt: "c2sp.org/tlog-proof@v1\n".repeat(40),
            valid_until_ms: 1_777_800_000_987,
            review_open: false,
            escalated: false,
        }
    }

    fn answer(detail: &str) -> Value {
        serde_json::from_slice(&written(&released(detail)).unwrap()).unwrap()
    }

    #[test]
    fn what_was_sealed_is_written_out_member_for_member() {
        let whole = json!({
            "note": "Threatened staff\nwith a \"knife\".", "incident_date": "2026-05-03",
            "incident_reference": "INC-7", "person": "Sam Example", "decided_by": "A Manager",
            "approved_by": "B Manager", "notified": "Letter of 4 May 2026",
        });
        assert_eq!(answer(&whole.to_string())["detail"], whole);
        let least = json!({"note": ""});
        assert_eq!(answer(&least.to_string())["detail"], least);
    }

    #[test]
    fn what_is_no_detail_whole_and_exact_is_unsound_and_nothing_of_it_is_written() {
        for wrong in [
            "",
            "{}",
            "[]",
            "\"note\"",
            r#"{"note":7}"#,
            r#"{"note":"a","note":"b"}"#,
            r#"{"note":"a","other":"b"}"#,
            r#"{"note":"a","incident_date":"3 May"}"#,
            r#"{"note":"a"} x"#,
            r#"{"note":"a""#,
        ] {
            let problem = written(&released(wrong)).err().unwrap();
            assert_eq!(problem.kind, Kind::DetailUnsound, "{wrong:?}");
        }
    }

    #[test]
    fn a_detail_of_any_length_is_written_without_moving_it() {
        for note in ["", "a", "\n\"\\\u{1}é\u{7f}"] {
            let detail = json!({"note": note.repeat(9000), "incident_date": "2026-05-03"});
            let released = released(&detail.to_string());
            let most = released.detail.expose().len() + 2 * released.receipt.len() + MEMBERS_BYTES;
            assert!(written(&released).unwrap().len() <= most);
        }
    }

    #[test]
    fn an_end_that_is_no_instant_is_our_own_fault() {
        let mut never = released(r#"{"note":"a"}"#);
        never.valid_until_ms = i64::MAX;
        assert_eq!(written(&never).err().unwrap().kind, Kind::Unexpected);
        let ends = &answer(r#"{"note":"a"}"#)["valid_until"];
        assert_eq!(ends, "2026-05-03T09:20:00Z");
    }
}
