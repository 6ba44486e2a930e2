//! `/visits/{day}/print`: the list on paper. It says until when it was true,
//! on every page, and nothing that is sealed.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};

use super::banner::{News, Since};
use super::day::{Visit, heading};
use super::facts::Glance;
use super::lead;
use super::look::Named;
use super::row::Rows;
use super::show::{path, sources};
use super::standing::Standing;
use crate::api::look_up_visits::LookedDay;
use crate::components::{Button, Press};
use crate::moment::{Calendar, spoken_day};
use crate::pages::form::Form;
use crate::pages::page::{Page, see_other};
use crate::pages::parts::{data_age, not_in_date};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Asks again, since paper cannot be put right, and remembers what goes on it.
pub(super) async fn post(
    State(room): State<Room>,
    Named(day): Named,
    form: Form,
) -> Result<Response, Problem> {
    let remember = |known: &mut super::Day, looked: &LookedDay| {
        known.printed = Some(Glance::of(&known.list, looked));
    };
    let looked = room.look_ahead(&form.visitor, day, false, remember).await?;
    Ok(match looked {
        Some(()) => see_other(&format!("{}/print", path(day))),
        None => see_other(&path(day)),
    })
}

pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    Named(day): Named,
) -> Result<Response, Problem> {
    let Some((list, waiting)) = room.take_day(&visitor, day) else {
        return Ok(see_other(&path(day)));
    };
    let looked = match waiting {
        Some(waiting) => waiting.looked,
        None => room.look_at_day(&visitor, day, &list).await?,
    };
    let printed = since_printed(&room, &visitor, day, (&list, &looked));
    let news = News {
        asked_for: false,
        seen: None,
        printed,
        calendar: &room.words.calendar,
        now: looked.at,
    };
    Ok(page(&room, day, (&list, &looked), &news).into_response())
}

/// Compares with what was printed. A sheet that is opened without the button
/// counts as printed too, when none was before: it may be.
fn since_printed(
    room: &Room,
    visitor: &Visitor,
    day: Date,
    (list, looked): (&[Visit], &LookedDay),
) -> Option<Since> {
    room.at(visitor, |desk| {
        let known = desk.days.get_mut(&day.to_string())?;
        let printed = &mut known.printed;
        let then = printed.get_or_insert_with(|| Glance::of(list, looked));
        Some(Since {
            then: then.at,
            changed: then.changed_since(list, looked),
        })
    })
}

fn page(room: &Room, day: Date, (list, looked): (&[Visit], &LookedDay), news: &News<'_>) -> Page {
    let standings: Vec<Standing> = looked.visits.iter().map(Standing::of).collect();
    let print = Button {
        content: "Print".into(),
        press: Press::Print,
        ..Button::default()
    };
    let sources = sources(looked);
    let content = html! {
        div class="fbx-screen-only" { (news.banner()) }
        h1 class="govuk-heading-l" { "Visits on " (heading(day)) }
        (lead::lead(&standings))
        (data_age(sources, &room.words.calendar, looked.at))
        (rows(room, day, list, looked))
        (print.render())
        p class="fbx-print-footer" {
            (correct_at(&room.words.calendar, day, looked.at)) " Check again before you go. "
            "Reference " (looked.reference) "."
        }
    };
    Page::new("Visits to print", content)
        .back("Back to the list", path(day))
        .with_notice(not_in_date(sources))
}

fn rows(room: &Room, day: Date, list: &[Visit], looked: &LookedDay) -> Markup {
    let rows = Rows {
        day,
        again: &[],
        repeated: &[],
        duty_line: &room.council.duty_line,
        now: looked.at,
        on_paper: true,
    };
    let visits = list.iter().zip(&looked.visits).enumerate();
    html! {
        ol class="fbx-visits" {
            @for (at, (visit, found)) in visits { (rows.row(at + 1, visit, found)) }
        }
    }
}

/// Says until when it was true; a list for another day says of which day too.
fn correct_at(calendar: &Calendar, day: Date, at: Timestamp) -> String {
    let (checked, time) = (calendar.day(at), calendar.time(at));
    if checked == day {
        format!("Correct at {time}.")
    } else {
        format!("Correct at {time} on {}.", spoken_day(checked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_for_another_day_says_on_which_day_it_was_correct() {
        let calendar = Calendar::london().unwrap();
        let at: Timestamp = "2026-11-22T07:50:00Z".parse().unwrap();
        let said = |day| correct_at(&calendar, day, at);
        assert_eq!(said(Date::constant(2026, 11, 22)), "Correct at 7:50am.");
        assert_eq!(
            said(Date::constant(2026, 11, 23)),
            "Correct at 7:50am on 22 November 2026."
        );
    }
}
