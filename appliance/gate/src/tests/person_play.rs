//! Keeper and store as they play a question about a person.

use std::sync::{Arc, Mutex};

use firebox_contract::record::{
    AddressUse, ContactKind, LanguageMode, May, Owner, ProxyState, Whose,
};
use firebox_protocol::answer::{Answer, Freshness, ServiceState};
use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest, SessionOf};
use firebox_protocol::gate_store::{Reply as StoreReply, Request as StoreRequest};
use firebox_protocol::person::{
    AddressRow, ContactRow, LanguageRow, NeedRow, PeopleAnswer, PersonAnswer, PersonHint, ProxyRow,
    SafetyRow, Said, Shown, TeamRow, Why,
};
use firebox_protocol::query::ProxyId;
use firebox_protocol::{Code, Query, query};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::house::House;
use super::look_ups::phone;
use super::peers::{keeper_refuses, store_refuses};
use super::people::{Request, TOKEN};

pub(super) const PERSON: &str = "/api/v1/look-ups/person";

/// What the store was asked, in order.
pub(super) type Asked = Arc<Mutex<Vec<Query>>>;

pub(super) fn source(state: Freshness) -> ServiceState {
    ServiceState {
        service: "housing".into(),
        name: "Housing".into(),
        state,
        last_synced: Some("2026-05-03T10:00:00Z".parse().unwrap()),
        phone: phone("01632 960100"),
    }
}

pub(super) fn hint(why: Vec<Why>) -> PersonHint {
    PersonHint {
        person: 41,
        preferred_name: "Sam".into(),
        surname_initial: "O".into(),
        year_of_birth: Some(1961),
        postcode_hint: Some("NB1 4".into()),
        why,
        services: 2,
    }
}

pub(super) fn people(matches: Vec<PersonHint>) -> PeopleAnswer {
    PeopleAnswer {
        matches,
        more: false,
        withheld: false,
        flags: Vec::new(),
        sources: vec![source(Freshness::Fresh)],
        complete: true,
    }
}

pub(super) fn said<T>(value: T) -> Said<T> {
    by("Housing", value)
}

pub(super) fn by<T>(service: &str, value: T) -> Said<T> {
    Said {
        value,
        by: service.into(),
        since: date(2026, 5, 3),
        record: i64::try_from(service.len()).unwrap(),
    }
}

/// A person of whom only what to call them is known.
pub(super) fn nobody_much() -> PersonAnswer {
    PersonAnswer {
        confirmed: false,
        matched: 0,
        given: 0,
        tries_left: 3,
        preferred_names: vec![said("Sam".into())],
        legal_names: Vec::new(),
        pronouns: Vec::new(),
        years_of_birth: Vec::new(),
        deceased: Vec::new(),
        needs: Vec::new(),
        languages: Vec::new(),
        safety: None,
        teams: Vec::new(),
        proxies: Vec::new(),
        proxy: None,
        contacts: Vec::new(),
        addresses: Vec::new(),
        corrections: Vec::new(),
        joined: Vec::new(),
        sources: vec![source(Freshness::Fresh)],
        complete: true,
    }
}

/// A person of whom everything is known, to a caller who is confirmed.
pub(super) fn well_known() -> PersonAnswer {
    PersonAnswer {
        confirmed: true,
        matched: 2,
        given: 2,
        legal_names: vec![said("Samuel Okoro".into())],
        pronouns: vec![said("they/them".into())],
        years_of_birth: vec![said(1961)],
        needs: vec![said(need("help-to-understand"))],
        languages: vec![said(LanguageRow {
            tag: "cy".into(),
            mode: LanguageMode::Spoken,
            interpreter: true,
        })],
        teams: vec![said(TeamRow {
            team: "Housing options".into(),
            role: Some("Rent arrears".into()),
            worker: Some("A Worker".into()),
            transfer: Some(phone("01632 960101")),
            hours: Some("9am to 5pm".into()),
        })],
        proxies: vec![said(proxy())],
        contacts: vec![
            said(contact(
                ContactKind::Sms,
                Shown::Whole("+447700900482".into()),
                1,
            )),
            said(ContactRow {
                whose: Some(Whose {
                    name: "Maya Shah".into(),
                    relationship: "daughter".into(),
                }),
                ..contact(
                    ContactKind::Email,
                    Shown::Whole("maya@example.org".into()),
                    2,
                )
            }),
        ],
        addresses: vec![said(AddressRow {
            purpose: AddressUse::Home,
            value: Shown::Whole("14 Mill Lane, Newbridge, NB1 4QX".into()),
            from: Some(date(2020, 1, 2)),
            to: None,
        })],
        ..nobody_much()
    }
}

pub(super) fn need(group: &str) -> NeedRow {
    NeedRow {
        group: group.into(),
        words: Some("Slowly, with pauses".into()),
        confirmed_on: Some(date(2026, 6, 2)),
        phone: phone("01632 960100"),
    }
}

pub(super) fn contact(kind: ContactKind, value: Shown, order: u8) -> ContactRow {
    ContactRow {
        kind,
        value,
        order,
        purpose: Some("evenings".into()),
        whose: None,
        safe_to_leave_message: Some(false),
        safe_times: Some("after 6pm".into()),
    }
}

/// A daughter who may be told about council tax, from long ago and without end.
pub(super) fn proxy() -> ProxyRow {
    ProxyRow {
        id: ProxyId {
            record: 7,
            place: 2,
        },
        name: "Maya Shah".into(),
        relationship: "daughter".into(),
        basis: "consent".into(),
        about: vec!["council-tax".into()],
        may: vec![May::BeTold],
        limits: Some("She may not change the address".into()),
        evidence: Some("verbal-consent".into()),
        verify: Some("Ask for the word they agreed".into()),
        from: None,
        to: None,
        review_due: Some(date(2999, 1, 1)),
        state: ProxyState::Given,
        speaks: true,
    }
}

pub(super) fn marker(codes: &[&str], safe_numbers: &[&str]) -> SafetyRow {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    SafetyRow {
        instructions: texts(codes),
        owner: Owner {
            team: "Neighbourhood team".into(),
            phone: phone("01632 960300"),
            hours: "9am to 5pm".into(),
            out_of_hours: None,
        },
        safe_numbers: texts(safe_numbers),
    }
}

/// A day that is over, whenever the test runs.
pub(super) const LONG_AGO: Date = date(2001, 2, 3);

/// Whose session it is, with these roles.
pub(super) fn session_of(roles: &[&str]) -> SessionOf {
    SessionOf {
        person: "a.person".into(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        expires_at_ms: 1_777_800_000_000,
        idle_seconds: 900,
    }
}

impl House {
    /// The keeper permits everything to a person with these roles; the store
    /// answers this.
    pub(super) fn tells(&self, roles: &[&str], answer: Answer) -> Asked {
        let asked = Asked::default();
        let at_store = asked.clone();
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        self.keeper(move |request| match request {
            KeeperRequest::Permit { .. } => KeeperReply::Permit {
                permit: b"permit".to_vec(),
                entry: 12,
                reference: "CALL-7".into(),
                standing: Vec::new(),
            },
            KeeperRequest::Session { session } if session.expose() == TOKEN => {
                KeeperReply::Session(SessionOf {
                    roles: roles.clone(),
                    ..session_of(&[])
                })
            }
            _ => keeper_refuses(Code::Malformed),
        });
        self.store(move |request| match request {
            StoreRequest::Answer { query, .. } => {
                let query = query::from_bytes(&query).unwrap();
                at_store.lock().unwrap().push(query);
                StoreReply::Answer(answer.clone())
            }
            _ => store_refuses(Code::Malformed),
        });
        asked
    }

    /// Searches by telephone and gives what an adviser reads.
    pub(super) async fn finds(&self, answer: PeopleAnswer) -> Value {
        self.tells(&["adviser"], Answer::People(answer));
        let body = json!({"purpose": "call", "phone": "07700 900482"});
        let reply = Request::call(PERSON, &body).send(self).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    /// Gives the target of a view, with the handle of a person that was found.
    pub(super) async fn view_target(&self) -> String {
        let found = self.finds(people(vec![hint(vec![Why::Name])])).await;
        let person = found["matches"][0]["person"].as_str().unwrap();
        format!("/api/v1/people/{person}/view")
    }

    /// Looks at a person and gives what an adviser reads.
    pub(super) async fn views(&self, answer: PersonAnswer, caller: &str) -> Value {
        let target = self.view_target().await;
        self.tells(&["adviser"], Answer::Person(Box::new(answer)));
        let body = json!({"purpose": "call", "caller": caller});
        let reply = Request::call(&target, &body).send(self).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }
}
