//! What is hidden of a person stays in the store, and nobody can tell by the
//! answer's shape that anything is.

use firebox_contract::record::{
    Address, AddressUse, Involvement, Need, Person, Phone, Safety, UNMAPPED, Whose,
};
use firebox_protocol::person::{PersonAnswer, Shown};
use firebox_protocol::query::{Caller, Confirmed, ProxyId};
use serde_json::Value;

use super::view::{Council, council, said, values};
use crate::testbed::{address, email, marker, phone, proxy, sam, told_on, uprn};

/// Somebody of whom everything is known, with lines that repeat what must be hidden.
fn known() -> Person {
    let mut shared = phone("07700 900111");
    shared.whose = Some(Whose {
        name: "Ada Okafor".into(),
        relationship: "aunt".into(),
    });
    shared.purpose = Some("Ask for Ada".into());
    let mut safe = phone("07700 900482");
    (safe.safe, safe.safe_times) = (true, Some("mornings".into()));
    let mut maya = proxy("Maya Shah", "daughter");
    maya.phone = Some(Phone::parse("07700 900333").unwrap());
    maya.limits = Some("Not the rent of Gooseberry Row".into());
    let property = Address {
        uprn: Some(uprn(20)),
        place: None,
        from: Some("2019-08-07".parse().unwrap()),
        ..address(AddressUse::Previous, "x", "NB1 4QX")
    };
    let mut home = address(AddressUse::Home, "31 Gooseberry Row", "NB7 8ZZ");
    home.from = Some("2021-02-03".parse().unwrap());
    Person {
        pronouns: Some("they/them".into()),
        addresses: vec![home, property],
        contacts: vec![safe, shared, email("sam@example.org")],
        needs: vec![
            Need {
                words: Some("Maya reads letters at 31 Gooseberry Row to me".into()),
                ..Need::of("read-out-or-verbal")
            },
            Need {
                words: Some("Short sentences".into()),
                ..Need::of("easy-read")
            },
        ],
        teams: vec![Involvement {
            team: "Repairs".into(),
            role: Some("Adapts 31 Gooseberry Row, NB78ZZ".into()),
            worker: Some("Maya Shah".into()),
            transfer: Some(Phone::parse("01632 960201").unwrap()),
            hours: Some("9 to 5".into()),
            since: None,
            until: None,
        }],
        proxies: vec![maya],
        ..sam()
    }
}

fn with_marker() -> Person {
    Person {
        safety: Some(marker()),
        ..known()
    }
}

fn with_undisclosed() -> Person {
    let mut person = known();
    person.addresses[1].do_not_disclose = true;
    person
}

fn with_nobody_listed() -> Person {
    Person {
        proxies: Vec::new(),
        ..known()
    }
}

/// What is known of where Sam is.
const PLACES: [&str; 5] = [
    "Gooseberry",
    "NB7",
    "Mill Lane",
    "NB1 4QX",
    "sam@example.org",
];
/// Numbers but their last three digits.
const NUMBERS: [&str; 3] = ["7700900482", "7700900111", "900482"];
/// Who may speak, and whose number it is.
const OTHERS: [&str; 5] = ["Maya", "Shah", "Ada", "Okafor", "7700900333"];

fn alone(person: Person) -> Council {
    council(&[told_on("t-1", "2026-01-01", person)], &[])
}

/// Gives the reply to a caller who knows the date of birth, as text.
fn crosses(council: &Council, said: Confirmed) -> String {
    let id = council.bed.id_of("t-1");
    let named = Caller::Proxy(Some(ProxyId {
        record: id,
        place: 0,
    }));
    let bytes = council.bed.adviser().message(id, named, said);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn born() -> Confirmed {
    Confirmed {
        postcode: None,
        ..said()
    }
}

#[test]
fn nothing_hidden_crosses_the_socket() {
    let absent = |crossed: &str, hidden: &[&str]| {
        for text in hidden {
            assert!(!crossed.contains(text), "{text}");
        }
    };
    for said in [Confirmed::default(), born(), said()] {
        let marked = crosses(&alone(with_marker()), said.clone());
        absent(&marked, &PLACES);
        absent(&marked, &NUMBERS);
        absent(&marked, &OTHERS);
        assert!(marked.contains("482") && !marked.contains("111"));
        let undisclosed = crosses(&alone(with_undisclosed()), said);
        absent(&undisclosed, &PLACES);
        absent(&undisclosed, &NUMBERS);
        assert!(!undisclosed.contains("482"));
    }
    let unconfirmed = crosses(&alone(known()), born());
    absent(&unconfirmed, &PLACES);
    absent(&unconfirmed, &NUMBERS);
    // The same strings are there when nothing is hidden: the search above can find them.
    let known = Person {
        addresses: vec![
            address(AddressUse::Home, "31 Gooseberry Row", "NB7 8ZZ"),
            known().addresses[1].clone(),
        ],
        ..known()
    };
    let confirmed = crosses(&alone(known), said());
    for text in PLACES.iter().chain(&OTHERS[..4]).chain(&["7700900482"]) {
        assert!(confirmed.contains(text), "{text}");
    }
}

/// Puts one sign in the place of every value, so that only the shape is left.
/// A missing value and one that is there are the same cell of a page.
fn shape(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(shape).collect()),
        Value::Object(fields) if !is_shown(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), shape(value)))
                .collect(),
        ),
        _ => Value::String("x".into()),
    }
}

/// A value that may be shown whole or in part is one cell.
fn is_shown(fields: &serde_json::Map<String, Value>) -> bool {
    fields.len() == 1 && (fields.contains_key("Whole") || fields.contains_key("Ending"))
}

fn shape_of(mut answer: PersonAnswer) -> Value {
    // The block before talking is there for everybody; the gate fills it.
    answer.safety = None;
    for contact in &mut answer.contacts {
        contact.value.whose = None;
    }
    shape(&serde_json::to_value(answer).unwrap())
}

#[test]
fn with_and_without_a_marker_an_answer_has_one_shape() {
    for said in [Confirmed::default(), born(), said()] {
        let answer = |person: Person| {
            let council = alone(person);
            let id = council.bed.id_of("t-1");
            council.bed.adviser().hears(id, said.clone()).unwrap()
        };
        let (marked, plain) = (answer(with_marker()), answer(with_nobody_listed()));
        assert_eq!(
            (marked.contacts.len(), marked.addresses.len()),
            (plain.contacts.len(), plain.addresses.len())
        );
        let uses = |answer: &PersonAnswer| -> Vec<_> {
            values(&answer.addresses)
                .iter()
                .map(|a| a.purpose)
                .collect()
        };
        assert_eq!(uses(&marked), uses(&plain));
        let kinds = |answer: &PersonAnswer| -> Vec<_> {
            values(&answer.contacts)
                .iter()
                .map(|contact| (contact.kind, contact.order))
                .collect()
        };
        assert_eq!(kinds(&marked), kinds(&plain));
        if marked.confirmed == plain.confirmed {
            assert_eq!(shape_of(marked), shape_of(plain));
        }
    }
}

#[test]
fn a_marker_hides_who_may_speak_and_leaves_how_to_communicate() {
    let council = alone(with_marker());
    let id = council.bed.id_of("t-1");
    let named = Caller::Proxy(Some(ProxyId {
        record: id,
        place: 0,
    }));
    let answer = council.bed.adviser().asks(id, named, born()).unwrap();
    assert!(answer.proxies.is_empty() && answer.proxy.is_none());
    assert_eq!(values(&answer.preferred_names), ["Sam"]);
    assert_eq!(values(&answer.pronouns), ["they/them"]);
    let needs: Vec<_> = values(&answer.needs)
        .into_iter()
        .map(|need| (need.group, need.words))
        .collect();
    assert_eq!(
        needs,
        [
            ("read-out-or-verbal".to_owned(), None),
            ("easy-read".to_owned(), Some("Short sentences".to_owned()))
        ]
    );
    let team = &answer.teams[0].value;
    assert_eq!(team.team, "Repairs");
    assert_eq!(team.transfer.as_ref().unwrap().as_str(), "+441632960201");
    let safety = answer.safety.unwrap();
    assert_eq!(safety.instructions, ["safe-contact-only"]);
    assert_eq!(safety.safe_numbers, ["482"]);
    let contacts: Vec<Shown> = answer
        .contacts
        .iter()
        .map(|said| said.value.value.clone())
        .collect();
    assert_eq!(
        contacts,
        [Shown::Ending("482".into()), Shown::Hidden, Shown::Hidden]
    );
}

#[test]
fn a_first_day_is_hidden_with_its_address_and_the_order_stays() {
    let council = alone(with_undisclosed());
    let answer = council.shows("t-1");
    for said in &answer.addresses {
        assert_eq!((said.value.from, said.value.to), (None, None));
        assert_eq!(said.since.to_string(), "2026-01-01");
        assert_eq!(said.value.value, Shown::Hidden);
    }
    let uses: Vec<_> = values(&answer.addresses)
        .iter()
        .map(|a| a.purpose)
        .collect();
    assert_eq!(uses, [AddressUse::Home, AddressUse::Previous]);
    assert!(answer.safety.is_none());
    assert_eq!(answer.proxies.len(), 1, "who may speak is no address");
}

#[test]
fn one_services_marker_hides_what_every_service_says() {
    let marked = |instruction: &str, team: &str, since: &str| Person {
        safety: Some(Safety {
            instruction: instruction.into(),
            owner: firebox_contract::record::Owner::parse(team, "01632 960300", "", "").unwrap(),
            since: Some(since.parse().unwrap()),
            ..marker()
        }),
        ..sam()
    };
    let council = council(
        &[told_on("t-1", "2026-01-01", known())],
        &[
            told_on(
                "c-1",
                "2025-01-01",
                marked("private-call-back", "Domestic abuse team", "2026-04-01"),
            ),
            told_on(
                "c-2",
                "2026-03-01",
                marked("sing", "Duty desk", "2025-02-01"),
            ),
        ],
    );
    let id = council.bed.id_of("t-1");
    let bytes = council.bed.adviser().message(id, Caller::Unsure, said());
    let crossed = String::from_utf8_lossy(&bytes);
    for text in PLACES.iter().chain(&NUMBERS).chain(&OTHERS) {
        assert!(!crossed.contains(text), "{text}");
    }
    assert!(!crossed.contains("abuse"));
    let safety = council.shows("t-1").safety.unwrap();
    assert_eq!(safety.instructions, ["private-call-back", UNMAPPED]);
    // Of the newest marker, by its own first day; its team's name names a cause.
    assert_eq!(safety.owner.team, "Community Safety");
    assert_eq!(safety.owner.phone.as_str(), "+441632960300");
}
