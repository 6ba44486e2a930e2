//! Reads one line of a batch. Pure.
//!
//! What it is: the step from an agent's bytes to what the store keeps, with the
//! box's own rules applied. What it is not: it touches no table. The invariant
//! it keeps: a line whose key can be read is never lost. One that breaks a rule
//! becomes a notice at its place, and a note in the receipt.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_contract::batch::{GoneReason, Line};
use firebox_contract::envelope::Envelope;
use firebox_contract::record::{Phone, Place, Property, Reason, Record, Uprn};
use firebox_contract::setsum::member;
use firebox_contract::signing::PublicKey;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::extract::{Columns, columns};
use crate::reading::Op;
use crate::rules::Rules;

/// Longest key of a record in bytes; an index entry, not a text.
pub(crate) const MAX_KEY_BYTES: usize = 512;
/// Highest version of a record: what a JSON number holds exactly.
const MAX_VERSION: u64 = (1 << 53) - 1;
/// Note: the sealed detail is not this record's; the warning is kept without it.
pub(crate) const ENVELOPE_REFUSED: &str = "envelope-refused";

/// Who speaks: what an envelope's context must say.
pub(crate) struct Speaker<'a> {
    pub(crate) box_id: &'a str,
    pub(crate) service: &'a str,
    pub(crate) source: &'a str,
    pub(crate) key: &'a PublicKey,
    /// The service's number, for what cannot be read.
    pub(crate) phone: &'a Phone,
}

/// A line that was read.
pub(crate) struct Read {
    /// What the agent meant to do, whether or not the box could read it.
    pub(crate) op: Op,
    pub(crate) key: String,
    pub(crate) version: u64,
    pub(crate) says: Says,
    /// Codes for the receipt.
    pub(crate) notes: Vec<&'static str>,
}

/// What the line says about its key.
pub(crate) enum Says {
    /// It is this.
    Put(Box<Put>),
    /// It is gone.
    Gone(GoneReason),
    /// There is something that did not read.
    Held(Notice),
    /// Nothing the box could use.
    Nothing,
}

/// A statement to keep.
pub(crate) struct Put {
    pub(crate) source_time: Timestamp,
    pub(crate) columns: Columns,
    /// The open record as JSON, settled by the rules.
    pub(crate) record: String,
    pub(crate) envelope: Option<Sealed>,
    pub(crate) member: [u8; 32],
}

/// A sealed detail whose context and signature are right.
pub(crate) struct Sealed {
    pub(crate) bytes: Vec<u8>,
    pub(crate) ciphertext: [u8; 32],
}

/// Something unread, with its place as far as it is known.
pub(crate) struct Notice {
    pub(crate) uprn: Option<Uprn>,
    /// Postcode and numbers.
    pub(crate) place: Option<(String, String)>,
    pub(crate) reason: Reason,
    pub(crate) phone: Phone,
    pub(crate) member: [u8; 32],
    /// True when the line was a `put` that the box itself could not read.
    pub(crate) unread: bool,
}

/// A line without a readable key, version or operation: the agent speaks another language.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoKey;

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    op: Cow<'a, str>,
    key: String,
    version: u64,
}

/// A `put` as [`Line`] defines it, but with the record's own bytes kept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PutLine<'a> {
    #[serde(rename = "op")]
    _op: serde::de::IgnoredAny,
    #[serde(rename = "key")]
    _key: serde::de::IgnoredAny,
    #[serde(rename = "version")]
    _version: serde::de::IgnoredAny,
    source_time: Timestamp,
    #[serde(borrow)]
    record: &'a RawValue,
    #[serde(default, borrow)]
    envelope: Option<Cow<'a, str>>,
}

/// Reads a line.
pub(crate) fn read(line: &[u8], speaker: &Speaker<'_>, rules: &Rules) -> Result<Read, NoKey> {
    let head: Head<'_> = serde_json::from_slice(line).map_err(|_| NoKey)?;
    if head.key.is_empty() || head.key.len() > MAX_KEY_BYTES || head.version > MAX_VERSION {
        return Err(NoKey);
    }
    let mut notes = Vec::new();
    let (op, says) = match head.op.as_ref() {
        "put" => (Op::Put, put(line, &head, speaker, rules, &mut notes)),
        "held" => (Op::Held, held(line)),
        "gone" => (Op::Gone, gone(line)),
        _ => return Err(NoKey),
    };
    let says = says.unwrap_or_else(|| {
        notes = vec![Reason::NotUnderstood.code()];
        unread(line, op, speaker)
    });
    Ok(Read {
        op,
        key: head.key,
        version: head.version,
        says,
        notes,
    })
}

fn put(
    line: &[u8],
    head: &Head<'_>,
    speaker: &Speaker<'_>,
    rules: &Rules,
    notes: &mut Vec<&'static str>,
) -> Option<Says> {
    let put: PutLine<'_> = serde_json::from_slice(line).ok()?;
    let mut record: Record = serde_json::from_str(put.record.get()).ok()?;
    if let Record::Hazard(flag) = &mut record {
        notes.extend(rules.settle(flag));
    }
    let text = match &record {
        // Settled above, so no longer the bytes that were sent.
        Record::Hazard(_) => serde_json::to_string(&record).ok()?,
        Record::Property(_) | Record::Person(_) => put.record.get().to_owned(),
    };
    let envelope = match put.envelope {
        None => None,
        Some(text) => {
            let sealed = sealed(&text, head, put.source_time, &record, speaker);
            if sealed.is_none() {
                notes.push(ENVELOPE_REFUSED);
            }
            sealed
        }
    };
    Some(Says::Put(Box::new(Put {
        source_time: put.source_time,
        columns: columns(&record, &head.key),
        record: text,
        envelope,
        member: member(line),
    })))
}

/// Reads an envelope; one made for another record, version, class, box or by another key is none.
fn sealed(
    text: &str,
    head: &Head<'_>,
    source_time: Timestamp,
    record: &Record,
    speaker: &Speaker<'_>,
) -> Option<Sealed> {
    let bytes = STANDARD.decode(text).ok()?;
    let envelope = Envelope::parse(&bytes).ok()?;
    let context = &envelope.context;
    let class_agrees = match record {
        Record::Hazard(flag) => context.class == flag.class,
        Record::Property(_) | Record::Person(_) => true,
    };
    let belongs = context.box_id == speaker.box_id
        && context.service == speaker.service
        && context.source == speaker.source
        && context.record == head.key
        && context.version == head.version
        && context.source_time == source_time
        && class_agrees;
    if !belongs || envelope.verify(speaker.key).is_err() {
        return None;
    }
    Some(Sealed {
        ciphertext: envelope.ciphertext_hash(),
        bytes,
    })
}

fn held(line: &[u8]) -> Option<Says> {
    match serde_json::from_slice(line).ok()? {
        Line::Held {
            uprn,
            place,
            reason,
            phone,
            ..
        } => Some(Says::Held(Notice {
            uprn,
            place: place.as_ref().and_then(named),
            reason,
            phone,
            member: member(line),
            unread: false,
        })),
        _ => None,
    }
}

fn gone(line: &[u8]) -> Option<Says> {
    match serde_json::from_slice(line).ok()? {
        Line::Gone { reason, .. } => Some(Says::Gone(reason)),
        _ => None,
    }
}

/// Gives a place's postcode and numbers; a postcode that stands for "not known" is no place.
pub(crate) fn named(place: &Place) -> Option<(String, String)> {
    (!place.postcode.is_pseudo()).then(|| (place.postcode.as_str().to_owned(), place.numbers()))
}

/// Makes a notice of a line that broke a rule, with whatever place it names.
fn unread(line: &[u8], op: Op, speaker: &Speaker<'_>) -> Says {
    if op == Op::Gone {
        return Says::Nothing;
    }
    let value: serde_json::Value = serde_json::from_slice(line).unwrap_or_default();
    let places = places(&value);
    Says::Held(Notice {
        uprn: places
            .iter()
            .find_map(|place| parsed::<Uprn>(place, "uprn")),
        place: places
            .iter()
            .find_map(|p| parsed::<Place>(p, "place").or_else(|| parsed(p, "address")))
            .as_ref()
            .and_then(named),
        reason: Reason::NotUnderstood,
        phone: speaker.phone.clone(),
        member: member(line),
        unread: op == Op::Put,
    })
}

/// Lists the objects of a line that may name a place, most exact first.
fn places(line: &serde_json::Value) -> Vec<&serde_json::Value> {
    let record = &line["record"];
    let addresses = record["addresses"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    [line, record, &record["location"]]
        .into_iter()
        .chain(addresses)
        .collect()
}

fn parsed<T: serde::de::DeserializeOwned>(value: &serde_json::Value, name: &str) -> Option<T> {
    serde_json::from_value(value.get(name)?.clone()).ok()
}

/// Gives the words an address is found by.
pub(crate) fn words_of(property: &Property) -> String {
    firebox_contract::record::fold(&property.place.one_line())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testbed::{TestAgent, flag, put_line, rules};
    use firebox_contract::canonical;

    fn read_by(agent: &TestAgent, line: &[u8]) -> Result<Read, NoKey> {
        let phone = agent.phone();
        read(line, &agent.speaker(&phone), &rules())
    }

    #[test]
    fn the_fast_reader_agrees_with_the_contract() {
        let agent = TestAgent::new("caution-list");
        let line = put_line("c-1", 1, Record::Hazard(Box::new(flag())));
        let bytes = canonical::to_bytes(&line).unwrap();
        let read = read_by(&agent, &bytes).unwrap();
        assert_eq!(
            (read.key.as_str(), read.version, read.notes.len()),
            ("c-1", 1, 0)
        );
        let Says::Put(put) = read.says else {
            panic!("not a put")
        };
        let Line::Put {
            source_time,
            record,
            ..
        } = line
        else {
            panic!("not a put")
        };
        assert_eq!(put.source_time, source_time);
        assert_eq!(serde_json::from_str::<Record>(&put.record).unwrap(), record);
    }

    #[test]
    fn a_line_that_breaks_a_rule_becomes_a_notice_at_its_place() {
        let agent = TestAgent::new("caution-list");
        for broken in [
            r#"{"op":"put","key":"k","version":3,"source_time":"2026-01-01T00:00:00Z","record":{"kind":"need","uprn":"100"}}"#,
            r#"{"op":"put","key":"k","version":3,"record":{"kind":"hazard","location":{"uprn":"100"}}}"#,
            r#"{"op":"held","key":"k","version":3,"uprn":"100","reason":"from-the-future","phone":"+441632960100"}"#,
            r#"{"op":"put","key":"k","version":3,"record":{"kind":"person","addresses":[{"uprn":"100"}]}}"#,
        ] {
            let read = read_by(&agent, broken.as_bytes()).unwrap();
            assert_eq!(read.notes, ["not-understood"]);
            let Says::Held(notice) = read.says else {
                panic!("no notice")
            };
            assert_eq!(notice.uprn.map(Uprn::number), Some(100), "{broken}");
        }
    }

    #[test]
    fn a_line_without_a_key_is_no_line() {
        let agent = TestAgent::new("caution-list");
        let long = format!(r#"{{"op":"put","key":"{}","version":1}}"#, "k".repeat(513));
        for broken in [
            "",
            "{}",
            r#"{"op":"put","version":1}"#,
            r#"{"op":"sing","key":"k","version":1}"#,
            &long,
        ] {
            assert!(
                matches!(read_by(&agent, broken.as_bytes()), Err(NoKey)),
                "{broken}"
            );
        }
    }

    #[test]
    fn an_envelope_of_another_record_version_or_key_is_left_out_and_the_warning_stays() {
        let agent = TestAgent::new("caution-list");
        let stranger = TestAgent::with_seed("caution-list", 99);
        let record = || Record::Hazard(Box::new(flag()));
        for (sealed_by, key, version, good) in [
            (&agent, "c-1", 7, true),
            (&agent, "c-2", 7, false),
            (&agent, "c-1", 6, false),
            (&stranger, "c-1", 7, false),
        ] {
            let line = agent.put_with_envelope("c-1", 7, record(), &sealed_by.seal(key, version));
            let read = read_by(&agent, &canonical::to_bytes(&line).unwrap()).unwrap();
            let Says::Put(put) = read.says else {
                panic!("the warning was lost")
            };
            assert_eq!(put.envelope.is_some(), good);
            assert_eq!(read.notes.is_empty(), good);
        }
    }
}
