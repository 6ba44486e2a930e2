use firebox_contract::record::{Phone, Postcode};
use firebox_protocol::permit::fields;
use firebox_protocol::query::{Caller, Confirmed, NameAnd, PersonBy, View};
use firebox_protocol::store_keeper::{Matched, Reply, Request, ShownRecord};
use firebox_protocol::{Action, Ask, Code, Query};

use super::correcting::raise;
use super::harness::*;
use super::the_reserve::on_a_full_disk;

fn by_phone(purpose: &str) -> Query {
    let phone = Phone::parse("07700 900482").unwrap();
    ask(purpose, Ask::Person(PersonBy::Phone(phone)))
}

fn by_name(name: &str) -> Query {
    let and = NameAnd::Postcode(Postcode::parse("NB1 4QX").unwrap());
    let name = name.into();
    ask("call", Ask::Person(PersonBy::Name { name, and }))
}

fn view(purpose: &str, confirmed: Confirmed) -> Query {
    let view = View {
        person: 17,
        caller: Caller::Person,
        confirmed,
    };
    ask(purpose, Ask::View(view))
}

fn tell(store: &mut Peer, permit: [u8; 16], shown: Vec<ShownRecord>, confirmed: Option<(u8, u8)>) {
    store.send(&Request::Shown {
        permit,
        shown,
        confirmed: confirmed.map(|(right, given)| Matched { right, given }),
    });
}

/// A statement that was shown of a person.
fn statement(record: i64) -> ShownRecord {
    ShownRecord {
        uprn: None,
        record: Some(record),
        version: 3,
    }
}

#[test]
fn a_search_gives_hints_to_an_adviser_and_to_an_officer_warnings_only() {
    let council = Council::open();
    let _store = council.store();
    for (name, roles, by, allowed) in [
        ("Ada", ["adviser"].as_slice(), "adviser", fields::HINTS),
        ("Omar", &["officer"], "officer", fields::WARNINGS),
        ("Bea", &["officer", "adviser"], "adviser", fields::HINTS),
    ] {
        let session = council.signed_in(name, roles);
        let searched = raise(&council, &session, &by_phone("appointment")).unwrap();
        let permit = &searched.permit;
        assert_eq!(
            (permit.action, permit.fields, permit.max_rows),
            (Action::Person, allowed, 20)
        );
        let entry = &council.log()[usize::try_from(searched.entry).unwrap()];
        assert_eq!((entry.kind(), &entry.body["by"]), ("look-up", &by.into()));
        assert_eq!(entry.body["asked"]["person"]["phone"], "+447700900482");
    }
    let omar = council.gate().sign_in("Omar", PASSWORD, None).unwrap();
    let refused = raise(&council, &omar, &by_phone("call")).err();
    assert_eq!(refused, Some(Code::PurposeNotAllowed));
}

#[test]
fn one_person_is_shown_to_advisers_and_to_nobody_else() {
    let council = Council::open();
    let _store = council.store();
    for role in [
        "officer",
        "adviser",
        "holder",
        "reviewer",
        "service-admin",
        "custodian",
    ] {
        let session = council.signed_in(role, &[role]);
        let asked = raise(&council, &session, &view("call", Confirmed::default()));
        match asked {
            Ok(viewed) => {
                assert_eq!(role, "adviser");
                let permit = &viewed.permit;
                assert_eq!(
                    (permit.action, permit.fields, permit.max_rows),
                    (Action::View, fields::PERSON, 1)
                );
            }
            Err(code) => assert_eq!((role == "adviser", code), (false, Code::NotAllowed)),
        }
    }
}

#[test]
fn no_value_a_caller_said_stands_in_the_log_also_when_it_is_refused() {
    let council = Council::open();
    let mut store = council.store();
    let session = council.signed_in("Ada", &["adviser"]);
    let confirmed = || Confirmed {
        date_of_birth: Some(jiff::civil::date(1961, 3, 4)),
        postcode: Some(Postcode::parse("NB1 4QX").unwrap()),
        house_number: Some("Marmalade Cottage".into()),
    };
    let viewed = raise(&council, &session, &view("call", confirmed())).unwrap();
    let refused = raise(&council, &session, &view("visit", confirmed())).err();
    assert_eq!(refused, Some(Code::PurposeNotAllowed));
    tell(
        &mut store,
        viewed.permit.id,
        vec![statement(4)],
        Some((2, 3)),
    );
    store.ask::<Reply>(&Request::Agents);
    let log = council.log();
    let given = serde_json::json!(["date_of_birth", "postcode", "house_number"]);
    let with_given = log
        .iter()
        .filter(|entry| entry.body["asked"]["view"]["given"] == given);
    assert_eq!(with_given.count(), 2);
    for entry in &log {
        let body = entry.body.to_string();
        for value in ["1961", "NB1", "4QX", "Marmalade", "Cottage"] {
            assert!(!body.contains(value), "{value} in {}", entry.kind());
        }
    }
}

#[test]
fn what_was_shown_of_a_person_says_how_much_of_what_the_caller_said_was_right() {
    let council = Council::open();
    let mut store = council.store();
    let session = council.signed_in("Ada", &["adviser"]);
    let confirmed = |told: Option<(u8, u8)>, store: &mut Peer| {
        let viewed = raise(&council, &session, &view("call", Confirmed::default())).unwrap();
        let shown = vec![statement(4), statement(5)];
        tell(store, viewed.permit.id, shown, told);
        store.ask::<Reply>(&Request::Agents);
        let entry = council.log().pop().unwrap();
        assert_eq!(
            (entry.kind(), &entry.body["look_up"]),
            ("shown", &viewed.entry.into())
        );
        let records = serde_json::json!([
            { "record": 4, "version": 3 },
            { "record": 5, "version": 3 },
        ]);
        assert_eq!(entry.body["records"], records);
        entry.body["confirmed"].clone()
    };
    let said = serde_json::json!({ "right": 1, "given": 2 });
    assert_eq!(confirmed(Some((1, 2)), &mut store), said);
    assert!(confirmed(Some((0, 0)), &mut store).is_null());
    assert!(confirmed(None, &mut store).is_null());
}

#[test]
fn of_a_long_answer_the_first_entry_says_what_the_caller_got_right() {
    let council = Council::open();
    let mut store = council.store();
    let shown = (0..501).map(statement).collect();
    tell(&mut store, [1; 16], shown, Some((2, 2)));
    store.ask::<Reply>(&Request::Agents);
    let log = council.log();
    let parts: Vec<_> = log.iter().filter(|entry| entry.kind() == "shown").collect();
    let said = |part: usize| parts[part].body["confirmed"].is_object();
    assert_eq!((parts.len(), said(0), said(1)), (2, true, false));
}

#[test]
fn more_right_than_was_given_or_can_be_given_ends_the_connection() {
    let council = Council::open();
    for impossible in [(3, 2), (4, 4)] {
        let mut store = council.store();
        tell(&mut store, [1; 16], vec![], Some(impossible));
        assert!(store.receive::<Reply>().is_none());
    }
    assert!(council.log().iter().all(|entry| entry.kind() != "shown"));
}

#[test]
fn a_search_or_view_of_which_nothing_was_heard_becomes_an_entry() {
    let council = Council::open();
    let mut store = council.store();
    let session = council.signed_in("Ada", &["adviser"]);
    let searched = raise(&council, &session, &by_name("Sam Okoro")).unwrap();
    let viewed = raise(&council, &session, &view("call", Confirmed::default())).unwrap();
    council.clock.pass(11_000);
    store.ask::<Reply>(&Request::Agents);
    let log = council.log();
    let unheard: Vec<_> = log
        .iter()
        .filter(|entry| entry.kind() == "not-shown")
        .map(|entry| entry.body["look_up"].as_u64().unwrap())
        .collect();
    assert_eq!(unheard, [searched.entry, viewed.entry]);
}

#[test]
fn searches_and_views_take_from_the_same_limit_as_look_ups_and_outlive_a_restart() {
    let mut council = Council::with_log();
    council.policy = with_limits(&council.policy, 3, 100);
    council.start();
    let store = council.store();
    let session = council.signed_in("Ada", &["adviser"]);
    for query in [
        by_phone("call"),
        view("call", Confirmed::default()),
        ask("correction", Ask::Correction("COR-0000000000".into())),
    ] {
        assert!(raise(&council, &session, &query).is_ok());
    }
    drop(store);
    council.restart();
    let _store = council.store();
    for query in [
        by_phone("call"),
        view("call", Confirmed::default()),
        property("call"),
        super::correcting::old_number("+447700900483"),
    ] {
        let refused = raise(&council, &session, &query).err();
        assert_eq!(refused, Some(Code::PersonLimit));
    }
}

#[test]
fn on_the_reserve_nobody_is_searched_for_or_shown() {
    let mut council = Council::with_log();
    on_a_full_disk(&mut council);
    council.start();
    let _store = council.store();
    let session = council.signed_in("Ada", &["adviser"]);
    for query in [by_phone("call"), view("call", Confirmed::default())] {
        let refused = raise(&council, &session, &query).err();
        assert_eq!(refused, Some(Code::ReserveOnly));
    }
}
