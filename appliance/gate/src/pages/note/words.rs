//! What codes about a release are in words: roles, purposes, grounds, fields.

use firebox_protocol::gate_keeper::Ground;
use jiff::Timestamp;

use crate::moment::Calendar;

/// The grounds of an emergency: code, words, and what the keeper takes.
pub(in crate::pages) const GROUNDS: [(&str, &str, Ground); 4] = [
    (
        "immediate-danger",
        "Someone is in immediate danger",
        Ground::ImmediateDanger,
    ),
    (
        "at-the-door",
        "I am at or near the property and cannot wait",
        Ground::AtTheDoor,
    ),
    (
        "court-order",
        "The law or a court order requires it",
        Ground::CourtOrder,
    ),
    (
        "person-agrees",
        "The person has told me I can see it",
        Ground::PersonAgrees,
    ),
];

/// The fields a note may have: the contract's name, and what people call it.
/// Pages show them in this order.
pub(super) const NOTE: (&str, &str) = ("note", "What happened and what to do");
pub(super) const INCIDENT_DATE: (&str, &str) = ("incident_date", "Date of the incident");
pub(super) const INCIDENT_REFERENCE: (&str, &str) = ("incident_reference", "Incident reference");
pub(super) const PERSON: (&str, &str) = ("person", "Who it is about");
pub(super) const DECIDED_BY: (&str, &str) = ("decided_by", "Decided by");
pub(super) const APPROVED_BY: (&str, &str) = ("approved_by", "Approved by");
pub(super) const NOTIFIED: (&str, &str) = ("notified", "What the person was told");

/// Says until when: `6:32pm`, or with its day when that is another.
pub(in crate::pages) fn until(calendar: &Calendar, now: Timestamp, then: Timestamp) -> String {
    if calendar.day(now) == calendar.day(then) {
        calendar.time(then)
    } else {
        calendar.said(then)
    }
}

/// Says a role.
pub(super) fn role(code: &str) -> &str {
    match code {
        "officer" => "visiting officer",
        "service-admin" => "service administrator",
        other => other,
    }
}

/// Says a purpose of the shipped policy; a council's own stands as its code.
pub(super) fn purpose(code: &str) -> &str {
    match code {
        "visit" => "A visit",
        "call" => "A call",
        "appointment" => "An appointment",
        "casework" => "Work on a case",
        "complaint" => "A complaint",
        other => other,
    }
}

/// Says the ground of an emergency.
pub(super) fn ground(code: &str) -> &str {
    let known = GROUNDS.iter().find(|(known, ..)| *known == code);
    known.map_or(code, |(_, words, _)| words)
}

/// Says the name of a field.
pub(super) fn field(name: &str) -> &str {
    let all = [
        NOTE,
        INCIDENT_DATE,
        INCIDENT_REFERENCE,
        PERSON,
        DECIDED_BY,
        APPROVED_BY,
        NOTIFIED,
    ];
    let known = all.into_iter().find(|(known, _)| *known == name);
    known.map_or(name, |(_, words)| words)
}
