//! The caller page, and who is calling.

mod confirming;
mod danger;
mod marker;
mod sheet;
mod states;
mod who;

use firebox_protocol::Ask;
use firebox_protocol::answer::Answer;
use firebox_protocol::person::{PersonAnswer, Why};
use firebox_protocol::query::View;

use super::play::Seen;
use crate::tests::house::House;
use crate::tests::person_play::{Asked, hint, nobody_much, people, well_known};

/// A search that gives nothing but a number, and one that gives two things of
/// the person besides.
const BY_PHONE: &str = "07700 900482";
const BY_NAME: &str = "okafor 4/3/1961 NB1 4QX";

/// What a caller who knows them says.
const KNOWS: [(&str, &str); 5] = [
    ("caller", "self"),
    ("born-day", "4"),
    ("born-month", "3"),
    ("born-year", "1961"),
    ("postcode", "nb1 4qx"),
];

impl House {
    /// Searches, and gives the path of the one person found.
    async fn finds_caller_by(&self, typed: &str) -> String {
        self.tells(
            &["adviser"],
            Answer::People(people(vec![hint(vec![Why::Name])])),
        );
        let seen = self.sends_and_follows("/find", &[("find", typed)]).await;
        seen.link("/people/")
    }

    /// From now on the store answers this of the person.
    fn knows_person(&self, answer: PersonAnswer) -> Asked {
        self.tells(&["adviser"], Answer::Person(Box::new(answer)))
    }

    /// Finds somebody by their number and opens their page.
    async fn opens_caller(&self, answer: PersonAnswer) -> Seen {
        let path = self.finds_caller_by(BY_PHONE).await;
        self.knows_person(answer);
        let seen = self.page(&path).await;
        assert_eq!(seen.status, 200, "{}", seen.html);
        seen
    }
}

/// A person of whom everything is known, before anybody is confirmed, as the
/// store gives them.
fn unconfirmed() -> PersonAnswer {
    use firebox_protocol::person::Shown;
    let mut answer = PersonAnswer {
        confirmed: false,
        matched: 0,
        given: 0,
        legal_names: Vec::new(),
        years_of_birth: Vec::new(),
        ..well_known()
    };
    answer.contacts[0].value.value = Shown::Ending("482".into());
    answer.contacts[1].value.value = Shown::Hidden;
    answer.addresses[0].value.value = Shown::Hidden;
    answer
}

/// So many of the values given were right.
fn matched(matched: u8, given: u8) -> PersonAnswer {
    PersonAnswer {
        matched,
        given,
        ..nobody_much()
    }
}

/// The views that the store was asked for, with the reference of each.
fn views(asked: &Asked) -> Vec<(View, Option<String>)> {
    let asked = asked.lock().unwrap();
    let views = asked.iter().map(|query| {
        assert_eq!(query.purpose, "call");
        let Ask::View(view) = &query.ask else {
            panic!("{query:?}");
        };
        (view.clone(), query.reference.clone())
    });
    views.collect()
}
