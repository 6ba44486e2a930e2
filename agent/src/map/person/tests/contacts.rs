//! Ways to reach a person.

use firebox_contract::Reason;
use firebox_contract::record::ContactKind;

use super::row;
use crate::map::Mapped;
use crate::map::tests::{bad, person};

pub(super) const CONTACTS: &str = r#"
    [[map.person.contacts]]
    kind = "phone"
    value = { from = "MOBILE" }
    leave_message = { from = "MESSAGE", yes = ["Y"], no = ["N"] }
    [[map.person.contacts]]
    kind = { from = "KIND", table = "kinds" }
    value = { from = "VALUE", if_bad = "leave-out" }
    order = { from = "ORDER" }
    [[map.person.contacts]]
    kind = "phone"
    value = { from = "OTHER" }
    whose_name = { from = "WHO" }
    whose_relationship = { from = "WHAT" }
    [[map.person.contacts]]
    kind = "phone"
    value = { from = "SAFE" }
    safe = { from = "SAFE", other = "yes" }
    safe_times = { from = "TIMES" }
    [tables.kinds]
    "Mail" = "email"
    "Text" = "sms"
"#;

fn contacts(changes: &[(&str, &str)]) -> Mapped {
    let names = [
        "MOBILE", "MESSAGE", "KIND", "VALUE", "ORDER", "OTHER", "WHO", "WHAT", "SAFE", "TIMES",
    ];
    let values = names.map(|name| {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        (name, change.map_or("", |(_, value)| *value))
    });
    row(CONTACTS, &values)
}

#[test]
fn a_contact_says_whose_it_is_or_the_row_is_refused() {
    let (told, _) = person(contacts(&[
        ("OTHER", "07700 900483"),
        ("WHO", "Maya Shah"),
        ("WHAT", "daughter"),
    ]));
    let whose = told.contacts[0].whose.clone().unwrap();
    assert_eq!(
        (whose.name.as_str(), whose.relationship.as_str()),
        ("Maya Shah", "daughter")
    );
    let half = contacts(&[("OTHER", "07700 900483"), ("WHO", "Maya Shah")]);
    assert_eq!(bad(half), ("whose_relationship", Reason::Missing));
}

#[test]
fn a_message_may_be_left_only_where_somebody_said_so() {
    let may = |said| {
        let mapped = contacts(&[("MOBILE", "07700 900482"), ("MESSAGE", said)]);
        person(mapped).0.contacts[0].safe_to_leave_message
    };
    assert_eq!(
        [may("Y"), may("N"), may("")],
        [Some(true), Some(false), None]
    );
}

#[test]
fn a_number_in_two_columns_counts_once_and_stays_safe() {
    let (told, _) = person(contacts(&[
        ("MOBILE", "07700 900482"),
        ("MESSAGE", "N"),
        ("SAFE", "+44 7700 900482"),
        ("TIMES", "after six"),
    ]));
    let [only] = &told.contacts[..] else {
        panic!("{}", told.contacts.len())
    };
    assert!(only.safe);
    assert_eq!(only.safe_times.as_deref(), Some("after six"));
    assert_eq!(only.safe_to_leave_message, Some(false));
}

#[test]
fn contacts_stand_in_the_order_the_row_gives() {
    let told = |order| {
        let mapped = contacts(&[
            ("MOBILE", "07700 900482"),
            ("KIND", "mail"),
            ("VALUE", "sam@example.gov.uk"),
            ("ORDER", order),
        ]);
        let kinds = person(mapped).0.contacts;
        kinds.iter().map(|c| (c.kind, c.order)).collect::<Vec<_>>()
    };
    let (phone, email) = (ContactKind::Phone, ContactKind::Email);
    assert_eq!(told(""), [(phone, 1), (email, 2)]);
    assert_eq!(told("1"), [(phone, 1), (email, 1)]);
    let zero = contacts(&[("KIND", "mail"), ("VALUE", "a@b.uk"), ("ORDER", "0")]);
    assert_eq!(bad(zero), ("contact_order", Reason::Malformed));
}

#[test]
fn a_kind_of_contact_nobody_mapped_refuses_the_row() {
    let pigeon = contacts(&[("KIND", "Pigeon"), ("VALUE", "07700 900482")]);
    assert_eq!(bad(pigeon), ("contact_kind", Reason::Malformed));
    let (none, left_out) = person(contacts(&[("KIND", "Text"), ("VALUE", "ask Jo")]));
    assert_eq!((none.contacts.len(), left_out), (0, 1));
}
