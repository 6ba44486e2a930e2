//! Corrections and new hazards: what is asked, checked, sent, and how it stands.

mod address;
mod hazard;
mod person;
mod sending;
mod standing;

use std::collections::VecDeque;

use firebox_contract::correction::Field;
use firebox_protocol::answer::{Answer, CorrectionState, FlagRow, Progress};
use firebox_protocol::gate_store::{Reply as StoreReply, Request as StoreRequest};
use firebox_protocol::query::Correct;
use firebox_protocol::{Ask, Code, Query, query};

use super::play::Seen;
use crate::tests::corrections::{at, sent, state};
use crate::tests::house::House;
use crate::tests::look_ups::{answer, place};
use crate::tests::peers::store_refuses;
use crate::tests::person_play::{Asked, well_known};

const UPRN: &str = "100023336956";
const FIRST: &str = "COR-0189ABHJKZ";
const SECOND: &str = "COR-0189ABHJKY";
/// What somebody said, and no target, title or redirect may hold.
const SECRET: &str = "Samantha-Jo";

/// A house, an adviser, and the path of the form about a person nobody opened.
async fn adviser() -> (House, String) {
    let house = House::open().await;
    let person = house.handles().await.person;
    house.tells(&["adviser"], raised(FIRST, &["Housing"]));
    (house, format!("/people/{person}/correct"))
}

/// The same after the person's page was shown.
async fn adviser_on_a_call() -> (House, String) {
    let (house, form) = adviser().await;
    house.tells(&["adviser"], Answer::Person(Box::new(well_known())));
    let page = house.page(form.strip_suffix("/correct").unwrap()).await;
    assert_eq!(page.status, 200, "{}", page.html);
    house.tells(&["adviser"], raised(FIRST, &["Housing"]));
    (house, form)
}

/// An officer, and the path of an address whose page was shown with these.
async fn officer(flags: Vec<FlagRow>) -> (House, String) {
    let house = House::open().await;
    let known = answer(vec![place(UPRN, flags)]);
    house.tells(&["officer"], Answer::Property(known));
    let path = house.sends("/check", &[("address", UPRN)]).await.leads_to();
    assert_eq!(house.page(&path).await.status, 200);
    house.tells(&["officer"], raised(FIRST, &["Housing"]));
    (house, path)
}

fn raised(reference: &str, services: &[&str]) -> Answer {
    Answer::Correction(raised_state(reference, services))
}

fn raised_state(reference: &str, services: &[&str]) -> CorrectionState {
    let told = services.iter().map(|name| sent(name, Progress::Raised));
    CorrectionState {
        correction: reference.into(),
        raised: at(),
        ..state(Some(Field::PreferredName), told.collect())
    }
}

fn corrects(asked: &Asked) -> Vec<Correct> {
    let queries = asked.lock().unwrap();
    let correct = |query: &Query| match &query.ask {
        Ask::Correct(correct) => correct.clone(),
        other => panic!("{other:?}"),
    };
    queries.iter().map(correct).collect()
}

impl House {
    /// The store answers or refuses one after the other, as an adviser and
    /// officer asks; gives what it was asked.
    fn tells_in_turn(&self, replies: Vec<Result<Answer, Code>>) -> Asked {
        self.tells(&["adviser", "officer"], raised(FIRST, &["Housing"]));
        let (asked, mut replies) = (Asked::default(), VecDeque::from(replies));
        let at_store = asked.clone();
        self.store(move |request| match request {
            StoreRequest::Answer { query, .. } => {
                at_store
                    .lock()
                    .unwrap()
                    .push(query::from_bytes(&query).unwrap());
                match replies.pop_front().expect("asked too often") {
                    Ok(answer) => StoreReply::Answer(answer),
                    Err(code) => store_refuses(code),
                }
            }
            _ => store_refuses(Code::Malformed),
        });
        asked
    }

    /// Fills the form, and gives the page to check and its path.
    async fn fills(&self, form: &str, fields: &[(&str, &str)]) -> (String, Seen) {
        let sent = self.sends(form, fields).await;
        assert_eq!(sent.status, 303, "{}", sent.html);
        let check = sent.leads_to();
        let seen = self.page(&check).await;
        assert_eq!(seen.status, 200, "{}", seen.html);
        (check, seen)
    }
}

/// Two things that are wrong of a person.
const TWO: [(&str, &str); 5] = [
    ("wrong", "preferred-name"),
    ("wrong", "phone"),
    ("should-preferred-name", SECRET),
    ("should-phone", "07700 900483"),
    ("how", "person-told-me"),
];
/// One of them.
const ONE: [(&str, &str); 3] = [
    ("wrong", "preferred-name"),
    ("should-preferred-name", SECRET),
    ("how", "person-told-me"),
];
