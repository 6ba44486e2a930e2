//! Sends a letter, item by item: what one service refuses does not keep the
//! rest from being sent, and what was sent stays sent.

use axum::extract::State;
use axum::response::Response;
use firebox_protocol::Ask;
use firebox_protocol::query::Correct;

use super::letter::{Draft, Fate, Letter, Wrong};
use super::subject::{Subject, Whom};
use super::told::{Of, Sent, Told};
use crate::api::role_of_report;
use crate::pages::desk::Once;
use crate::pages::form::Form;
use crate::pages::page::see_other;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};

/// Sends what waits of a letter and leads to what became of it. A letter that
/// is being sent, or was, is not sent once more.
pub(super) async fn post(
    State(room): State<Room>,
    subject: Subject,
    form: Form,
) -> Result<Response, Problem> {
    let (visitor, name) = (form.visitor, subject.draft()?.to_owned());
    let check = subject.check(&name);
    let begun = room.at(&visitor, |desk| {
        let letter = Letter::of(desk, &name, &subject.whom)?;
        let begins = !letter.sending && letter.waits();
        letter.sending |= begins;
        Ok::<_, Problem>(begins)
    })?;
    if !begun {
        return Ok(see_other(&check));
    }
    // A browser that goes away does not leave a letter half sent.
    let errand = Errand {
        room: room.clone(),
        visitor: visitor.clone(),
        subject,
        name,
    };
    let sent = tokio::spawn(errand.run()).await;
    let only = sent.map_err(|_| Problem::new(Kind::Unexpected))??;
    Ok(see_other(&only.unwrap_or(check)))
}

/// A letter on its way.
struct Errand {
    room: Room,
    visitor: Visitor,
    subject: Subject,
    name: String,
}

impl Errand {
    /// Sends everything that waits. Gives the page of the only correction, where
    /// it was one and it was sent.
    async fn run(self) -> Result<Option<String>, Problem> {
        let waiting = self.letter(|letter| {
            letter.stopped = None;
            let waiting = letter
                .items
                .iter()
                .enumerate()
                .filter(|(_, one)| one.waits());
            waiting
                .map(|(at, one)| (at, correct(letter, one)))
                .collect::<Vec<_>>()
        })?;
        for (at, correct) in waiting {
            if let Err(problem) = self.send(at, correct).await {
                self.letter(|letter| letter.stopped = Some(problem))?;
                break;
            }
        }
        self.finish()
    }

    /// Sends one item and notes what became of it; fails when the rest would
    /// fail as well.
    async fn send(&self, at: usize, mut correct: Correct) -> Result<(), Problem> {
        correct.by_role = role_of_report(self.visitor.roles())?;
        let raised = self.room.raise(&self.visitor, Ask::Correct(correct)).await;
        let fate = match raised {
            Ok(raised) => Fate::Sent(Sent::of(raised)),
            Err(problem) if is_of_item(problem.kind) => Fate::Refused(problem.kind),
            Err(problem) => return Err(problem),
        };
        self.letter(|letter| {
            if let Some(one) = letter.items.get_mut(at) {
                one.settle(fate);
            }
        })
    }

    /// Ends the sending. What failed before anything was sent is its own page,
    /// the same as everywhere; the letter waits as it was.
    fn finish(&self) -> Result<Option<String>, Problem> {
        let (called, back) = self.room.at(&self.visitor, |desk| {
            (self.subject.name(desk), self.subject.back(&self.visitor))
        });
        let (stopped, only) = self.letter(|letter| {
            letter.rest();
            let nothing = letter.items.iter().all(Wrong::waits);
            let stopped = letter
                .stopped
                .take_if(|problem| nothing && !is_limit(problem.kind));
            (stopped, only(letter))
        })?;
        if let Some(problem) = stopped {
            return Err(problem);
        }
        let Some((sent, warning)) = only else {
            return Ok(None);
        };
        let path = format!("/corrections/{}", sent.reference);
        let of = match self.subject.whom {
            Whom::Person(_) => Of::Person(called),
            Whom::Address(_) if warning => Of::Warning,
            Whom::Address(_) => Of::Address,
        };
        let told = Draft::Told(Once::new(Told {
            sent: sent.clone(),
            of,
            on: back,
        }));
        self.room.at(&self.visitor, |desk| {
            desk.corrections.put(sent.reference, told)
        });
        Ok(Some(path))
    }

    fn letter<T>(&self, work: impl FnOnce(&mut Letter) -> T) -> Result<T, Problem> {
        self.room.at(&self.visitor, |desk| {
            Letter::of(desk, &self.name, &self.subject.whom).map(work)
        })
    }
}

/// What was sent of a letter of one item, and whether that is a warning.
fn only(letter: &Letter) -> Option<(Sent, bool)> {
    match letter.items.as_slice() {
        [one] => one.sent().map(|sent| (sent.clone(), one.is_warning())),
        _ => None,
    }
}

fn correct(letter: &Letter, one: &Wrong) -> Correct {
    Correct {
        about: one.about,
        field: one.asked.field,
        should_be: one.should_be.to_string(),
        how_known: letter.how_known,
        by_role: String::new(),
    }
}

/// Whether it is about this item alone, and stays so.
fn is_of_item(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::NobodyToTell | Kind::AlreadyThere | Kind::NotFound
    )
}

/// Whether more was sent than usual.
pub(super) fn is_limit(kind: Kind) -> bool {
    matches!(kind, Kind::PersonLimit | Kind::BoxLimit)
}
