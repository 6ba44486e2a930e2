//! Finding a caller: the box, its separate fields, what was found, and a number
//! that a telephone system gave.

mod boxes;
mod fields;
mod popping;
mod results;
mod states;
mod ways;

use firebox_protocol::answer::Answer;
use firebox_protocol::person::{PeopleAnswer, PersonHint, Why};
use firebox_protocol::{Ask, PersonBy, Query};

use super::play::Seen;
use crate::tests::house::House;
use crate::tests::person_play::{Asked, hint, people};

/// What nobody may find in a target or a title.
const TYPED: [&str; 6] = ["07700", "900482", "okafor", "1961", "NB1", "4QX"];

impl House {
    /// An adviser is answered this to every search.
    fn finds_callers(&self, answer: PeopleAnswer) -> Asked {
        self.tells(&["adviser"], Answer::People(answer))
    }

    /// Types into the box and opens what it leads to.
    async fn types(&self, text: &str) -> Seen {
        self.sends_and_follows("/find", &[("find", text)]).await
    }
}

fn sam(why: Vec<Why>) -> PersonHint {
    hint(why)
}

fn one() -> PeopleAnswer {
    people(vec![sam(vec![Why::OwnPhone("482".into())])])
}

/// How the person was named in each question, in order.
fn by(asked: &Asked) -> Vec<PersonBy> {
    let asked = asked.lock().unwrap();
    let by = asked.iter().map(|query: &Query| match &query.ask {
        Ask::Person(by) => by.clone(),
        other => panic!("{other:?}"),
    });
    by.collect()
}

/// The references of the questions, in order.
fn references(asked: &Asked) -> Vec<Option<String>> {
    let asked = asked.lock().unwrap();
    asked.iter().map(|query| query.reference.clone()).collect()
}

/// A page without what is drawn anew each time: tokens and handles.
fn without_tokens(html: &str) -> String {
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_';
    let mut text = String::new();
    let mut word = String::new();
    for sign in html.chars().chain([' ']) {
        if is_sign(sign) {
            word.push(sign);
            continue;
        }
        let drawn = matches!(word.len(), 22 | 48) && !word.starts_with("govuk");
        text.push_str(if drawn { "TOKEN" } else { &word });
        word.clear();
        text.push(sign);
    }
    text
}
