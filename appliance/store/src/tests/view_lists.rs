//! The lists of one person: needs, teams, who may speak, and no cause in any.

use firebox_contract::record::{
    AddressUse, Involvement, Language, LanguageMode, Need, Person, ProxyState, UNMAPPED, Whose,
};
use firebox_protocol::query::{Caller, Confirmed, ProxyId};

use super::view::{by, council, values};
use crate::testbed::{address, phone, proxy, sam, told_on};

fn need(group: &str, words: &str) -> Need {
    Need {
        words: (!words.is_empty()).then(|| words.into()),
        ..Need::of(group)
    }
}

fn team(name: &str) -> Involvement {
    Involvement {
        team: name.into(),
        role: None,
        worker: None,
        transfer: None,
        hours: None,
        since: None,
        until: None,
    }
}

#[test]
fn a_need_that_is_not_for_advisers_is_not_shown_and_one_nobody_knows_is() {
    let person = Person {
        needs: vec![
            need("clinical-only", "take slowly"),
            need("written", "Because of dementia"),
            need("easy-read", "Short sentences"),
            need(UNMAPPED, ""),
            // In no list any more: kept, as one nobody knows.
            need("withdrawn-group", "Knock twice"),
        ],
        ..sam()
    };
    let council = council(&[told_on("t-1", "2026-01-01", person)], &[]);
    let answer = council.shows("t-1");
    let shown: Vec<_> = answer
        .needs
        .iter()
        .map(|said| (said.value.group.as_str(), said.value.words.as_deref()))
        .collect();
    assert_eq!(
        shown,
        [
            ("written", None),
            ("easy-read", Some("Short sentences")),
            (UNMAPPED, None),
            (UNMAPPED, Some("Knock twice")),
        ]
    );
    assert!(
        answer
            .needs
            .iter()
            .all(|said| said.value.phone.as_str() == "+441632960200")
    );
}

#[test]
fn a_need_confirmed_on_a_day_is_said_since_that_day_and_the_newest_comes_first() {
    let on = |group: &str, day: &str| Need {
        confirmed_on: Some(day.parse().unwrap()),
        ..need(group, "")
    };
    let person = Person {
        needs: vec![on("written", "2024-01-01"), on("easy-read", "2025-01-01")],
        languages: vec![Language::parse("cy", LanguageMode::Spoken, true).unwrap()],
        ..sam()
    };
    let council = council(&[told_on("t-1", "2026-01-01", person)], &[]);
    let answer = council.shows("t-1");
    assert_eq!(
        by(&answer.needs),
        [
            ("Housing", "2025-01-01".to_owned()),
            ("Housing", "2024-01-01".to_owned())
        ]
    );
    assert_eq!(
        by(&answer.languages),
        [("Housing", "2026-01-01".to_owned())]
    );
}

#[test]
fn no_line_of_an_answer_names_a_cause() {
    let cause = || Some("dementia support".to_owned());
    let mut contact = phone("07700 900482");
    (contact.purpose, contact.safe_times) = (cause(), cause());
    contact.whose = Some(Whose {
        name: "Ada Okafor".into(),
        relationship: "dementia nurse".into(),
    });
    let mut maya = proxy("Maya Shah", "dementia carer");
    (maya.limits, maya.verify) = (cause(), cause());
    let person = Person {
        pronouns: cause(),
        needs: vec![need("written", "has dementia")],
        contacts: vec![contact],
        proxies: vec![maya],
        teams: vec![Involvement {
            role: cause(),
            hours: cause(),
            worker: Some("Priya Nair".into()),
            ..team("Dementia team")
        }],
        ..sam()
    };
    let council = council(&[told_on("t-1", "2026-01-01", person)], &[]);
    let adviser = council.bed.adviser();
    let bytes = adviser.message(
        council.bed.id_of("t-1"),
        Caller::Unsure,
        Confirmed::default(),
    );
    assert!(
        !String::from_utf8_lossy(&bytes)
            .to_lowercase()
            .contains("dementia")
    );
    let answer = council.shows("t-1");
    let team = &answer.teams[0].value;
    assert_eq!(
        (team.team.as_str(), team.worker.as_deref()),
        ("Housing", Some("Priya Nair"))
    );
    // The entries themselves stay.
    assert_eq!(
        (
            answer.needs.len(),
            answer.contacts.len(),
            answer.proxies.len()
        ),
        (1, 1, 1)
    );
}

#[test]
fn a_team_that_left_is_not_shown_and_an_address_that_ended_is_a_previous_one() {
    let until = |name: &str, day: &str| Involvement {
        until: Some(day.parse().unwrap()),
        since: Some("2025-02-03".parse().unwrap()),
        ..team(name)
    };
    let mut old = address(AddressUse::Home, "5 Mill Lane", "NB1 4QX");
    old.to = Some("2026-05-31".parse().unwrap());
    let mut last_day = address(AddressUse::Home, "6 Mill Lane", "NB1 4QX");
    last_day.to = Some("2026-06-01".parse().unwrap());
    let person = Person {
        teams: vec![until("Left", "2026-05-31"), until("Leaves", "2026-06-01")],
        addresses: vec![last_day, old],
        ..sam()
    };
    let council = council(&[told_on("t-1", "2026-01-01", person)], &[]);
    let answer = council.shows("t-1");
    assert_eq!(values(&answer.teams)[0].team, "Leaves");
    assert_eq!(by(&answer.teams), [("Housing", "2025-02-03".to_owned())]);
    let uses: Vec<_> = values(&answer.addresses)
        .iter()
        .map(|a| a.purpose)
        .collect();
    assert_eq!(uses, [AddressUse::Home, AddressUse::Previous]);
}

#[test]
fn who_may_speak_comes_first_and_a_refusal_is_there_too() {
    let mut refused = proxy("Rob Okoro", "brother");
    (refused.state, refused.from) = (ProxyState::Refused, Some("2026-05-01".parse().unwrap()));
    let mut over = proxy("Una Hill", "neighbour");
    (over.from, over.to) = (
        Some("2026-01-01".parse().unwrap()),
        Some("2026-05-31".parse().unwrap()),
    );
    let mut maya = proxy("Maya Shah", "daughter");
    maya.from = Some("2020-01-01".parse().unwrap());
    let person = Person {
        proxies: vec![refused, over, maya],
        ..sam()
    };
    let council = council(&[told_on("t-1", "2026-01-01", person)], &[]);
    let (adviser, id) = (council.bed.adviser(), council.bed.id_of("t-1"));
    let named = |place| {
        let proxy = ProxyId { record: id, place };
        let caller = Caller::Proxy(Some(proxy));
        let answer = adviser.asks(id, caller, Confirmed::default()).unwrap();
        (answer.proxy == Some(proxy), answer.proxy)
    };
    let answer = council.shows("t-1");
    let rows: Vec<_> = answer
        .proxies
        .iter()
        .map(|said| {
            (
                said.value.name.as_str(),
                said.value.id.place,
                said.value.speaks,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("Maya Shah", 2, true),
            ("Rob Okoro", 0, false),
            ("Una Hill", 1, false)
        ]
    );
    assert_eq!(
        named(2),
        (
            true,
            Some(ProxyId {
                record: id,
                place: 2
            })
        )
    );
    assert_eq!(named(3), (false, None));
    assert_eq!(answer.proxy, None);
}
