//! The caller page itself: its parts, in the one order they have for everybody.

use maud::{Markup, html};

use super::call::OnTheLine;
use super::{TITLE, foot, identity, reach, speakers, talk, teams};
use crate::api::view_person::Seen;
use crate::pages::find;
use crate::pages::form;
use crate::pages::page::{Page, Printing};
use crate::pages::parts::not_in_date;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Makes the page of a person.
pub(super) fn page(
    room: &Room,
    visitor: &Visitor,
    path: &str,
    line: &OnTheLine,
    seen: &Seen,
) -> Result<Page, Problem> {
    let (person, calendar) = (&seen.person, &room.words.calendar);
    let clock = calendar.clock(seen.at);
    let duty_manager = &room.council.pages.duty_manager;
    let died = person.deceased_note.is_some();
    let content = html! {
        div class="fbx-compact" {
            (find::another(&form::hidden(&room.words, visitor)?))
        }
        @if died {
            (identity::died(person, path))
        } @else {
            (identity::caller(person, line, path))
        }
        (columns(
            &html! { @if !died { (talk::communicate(person, path)) } },
            &html! {
                (talk::before_you_talk(&person.before_you_talk))
                (teams::teams(person, duty_manager, clock))
            },
        ))
        (columns(
            &speakers::speakers(person, clock.date()),
            &reach::details_of(person),
        ))
        (foot::corrections(person))
        (foot::wrong(path))
        (foot::age(person, calendar, seen.at))
    };
    Ok(Page::new(TITLE, content)
        .with_notice(not_in_date(&person.sources))
        .printing(Printing::Never))
}

/// Two parts beside each other where there is room, otherwise one after the
/// other; read aloud they follow each other everywhere.
fn columns(main: &Markup, side: &Markup) -> Markup {
    html! {
        div class="fbx-columns" {
            div class="fbx-columns__main" { (main) }
            div class="fbx-columns__side" { (side) }
        }
    }
}
