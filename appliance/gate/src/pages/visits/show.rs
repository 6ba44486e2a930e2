//! `GET /visits/{day}`: the list as it was checked, in the order of the diary.

use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use firebox_contract::record::Uprn;
use jiff::civil::Date;
use maud::{Markup, html};

use super::banner::{News, Since};
use super::day::{Visit, Waiting, heading};
use super::facts::{Glance, name};
use super::lead;
use super::look::Named;
use super::row::Rows;
use super::standing::Standing;
use crate::answer::source::{Source, State as SourceState};
use crate::api::look_up_visits::LookedDay;
use crate::components::{Button, ButtonLook};
use crate::pages::address::{self, VISIT, the_one};
use crate::pages::ask::{self, Shown};
use crate::pages::desk::Desk;
use crate::pages::form::{self, Form};
use crate::pages::note;
use crate::pages::page::{Page, see_other};
use crate::pages::parts::{data_age, not_in_date, phone_named};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// What stands in the query where only some visits are shown.
const ONLY_ACTION: &str = "show=action";

/// `POST /visits/{day}/recheck`: asks again.
pub(super) async fn recheck(
    State(room): State<Room>,
    Named(day): Named,
    form: Form,
) -> Result<Response, Problem> {
    room.look_ahead(&form.visitor, day, true, |_, _| ()).await?;
    Ok(see_other(&path(day)))
}

/// Gives the path of a day.
pub(super) fn path(day: Date) -> String {
    format!("/visits/{day}")
}

pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    Named(day): Named,
    uri: Uri,
) -> Result<Response, Problem> {
    let Some((list, waiting)) = room.take_day(&visitor, day) else {
        return Ok(no_list(day).into_response());
    };
    let (looked, again) = match waiting {
        Some(Waiting { looked, again }) => (looked, again),
        None => (room.look_at_day(&visitor, day, &list).await?, false),
    };
    let seen = room.at(&visitor, |desk| {
        let notes = lay_warnings(&room, &visitor, desk, (day, &list, &looked))?;
        Ok::<_, Problem>((notes, since(desk, day, &list, &looked)))
    })?;
    let (notes, (seen, printed)) = seen;
    let news = News {
        asked_for: again,
        seen,
        printed,
        calendar: &room.words.calendar,
        now: looked.at,
    };
    let sheet = Sheet {
        room: &room,
        day,
        list: &list,
        looked: &looked,
        only_action: uri.query() == Some(ONLY_ACTION),
        notes: &notes,
    };
    let token = form::hidden(&room.words, &visitor)?;
    Ok(sheet.page(&news, &token).into_response())
}

/// Lays every warning on the desk under its visit's own reference and day, and
/// gives the paths of the releases that can be opened once more.
fn lay_warnings(
    room: &Room,
    visitor: &Visitor,
    desk: &mut Desk,
    (day, list, looked): (Date, &[Visit], &LookedDay),
) -> Result<Vec<(String, String)>, Problem> {
    let (on, mut notes) = (path(day), Vec::new());
    for (at, (visit, found)) in list.iter().zip(&looked.visits).enumerate() {
        let Some(one) = the_one(found) else { continue };
        let flags = one.flags.as_deref().unwrap_or_default();
        let shown = Shown {
            address: &name(visit, found),
            on: &on,
            purpose: VISIT,
            reference: &visit.reference_in_full(at + 1, day),
        };
        ask::lay(desk, (&room.words, visitor), flags, shown)?;
        for flag in flags {
            let record = ask::name_of(&room.words, visitor, &flag.flag)?;
            let release = note::standing(desk, &record, looked.at);
            notes.extend(release.map(|release| (flag.flag.clone(), release.path())));
        }
    }
    Ok(notes)
}

/// Compares with what was seen and printed, and remembers what is seen now.
fn since(
    desk: &mut Desk,
    day: Date,
    list: &[Visit],
    looked: &LookedDay,
) -> (Option<Since>, Option<Since>) {
    let Some(known) = desk.days.get_mut(&day.to_string()) else {
        return (None, None);
    };
    let changed = |then: &Glance| Since {
        then: then.at,
        changed: then.changed_since(list, looked),
    };
    let both = (
        known.seen.as_ref().map(changed),
        known.printed.as_ref().map(changed),
    );
    known.seen = Some(Glance::of(list, looked));
    known.choices = choices(looked);
    both
}

/// Gives the addresses of each visit that may mean several.
fn choices(looked: &LookedDay) -> Vec<(usize, Vec<(Uprn, String)>)> {
    let visits = looked.visits.iter().enumerate();
    let open = visits.filter(|(_, found)| Standing::of(found) == Standing::Choose);
    open.map(|(at, found)| {
        let addresses = found.matches.iter().filter_map(|one| {
            let uprn = Uprn::parse(&one.uprn).ok()?;
            Some((uprn, address::heading(one)))
        });
        (at + 1, addresses.collect())
    })
    .collect()
}

fn no_list(day: Date) -> Page {
    let content = html! {
        h1 class="govuk-heading-l" { "Visits on " (heading(day)) }
        p class="govuk-body" {
            "You have no visits for this day. "
            a class="govuk-link" href="/visits" { "Add visits" } " or "
            a class="govuk-link" href="/check" { "check one address" } "."
        }
    };
    Page::new("Visits", content).back("Back to your visits", "/visits")
}

/// Gives the services as the visit saw them for which most are late, so that
/// nothing late is left out above the list.
pub(super) fn sources(looked: &LookedDay) -> &[Source] {
    let late = |sources: &[Source]| {
        let late = sources.iter();
        late.filter(|source| !matches!(source.state, SourceState::Fresh))
            .count()
    };
    let all = looked.visits.iter().map(|found| found.sources.as_slice());
    all.max_by_key(|sources| late(sources)).unwrap_or_default()
}

/// Gives the names that several visits have.
pub(super) fn repeated(list: &[Visit], looked: &LookedDay) -> Vec<String> {
    let (mut once, mut again) = (Vec::new(), Vec::new());
    for (visit, found) in list.iter().zip(&looked.visits) {
        let name = name(visit, found);
        if once.contains(&name) {
            again.push(name);
        } else {
            once.push(name);
        }
    }
    again
}

struct Sheet<'a> {
    room: &'a Room,
    day: Date,
    list: &'a [Visit],
    looked: &'a LookedDay,
    only_action: bool,
    notes: &'a [(String, String)],
}

impl Sheet<'_> {
    fn page(&self, news: &News<'_>, token: &Markup) -> Page {
        let visits = &self.looked.visits;
        let standings: Vec<Standing> = visits.iter().map(Standing::of).collect();
        let sources = sources(self.looked);
        let content = html! {
            (news.banner())
            h1 class="govuk-heading-l" { "Visits on " (heading(self.day)) }
            (lead::lead(&standings))
            (data_age(sources, &self.room.words.calendar, self.looked.at))
            (self.rows(&standings))
            (self.ways_on(&standings, token))
            p class="fbx-danger-now" { "In danger now? " (phone_named("Call 999", "999")) "." }
        };
        Page::new(lead::title(&standings), content)
            .back("Your visits", "/visits")
            .with_notice(not_in_date(sources))
    }

    fn rows(&self, standings: &[Standing]) -> Markup {
        let rows = Rows {
            day: self.day,
            again: self.notes,
            repeated: &repeated(self.list, self.looked),
            duty_line: &self.room.council.duty_line,
            now: self.looked.at,
            on_paper: false,
        };
        let visits = self.list.iter().zip(&self.looked.visits).zip(standings);
        let shown = visits
            .enumerate()
            .filter(|(_, (_, standing))| !self.only_action || standing.needs_action());
        html! {
            @if self.only_action && lead::need_action(standings) == 0 {
                p class="govuk-body" { "None of these visits needs action." }
            } @else {
                ol class="fbx-visits" {
                    @for (at, ((visit, found), _)) in shown { (rows.row(at + 1, visit, found)) }
                }
            }
        }
    }

    fn ways_on(&self, standings: &[Standing], token: &Markup) -> Markup {
        let day = path(self.day);
        let print = Button::submit("Print this list").look(ButtonLook::Secondary);
        html! {
            div class="fbx-screen-only" {
                form method="post" action={ (day) "/recheck" } novalidate {
                    (token) (Button::submit("Check again").render())
                }
                form method="post" action={ (day) "/print" } novalidate {
                    (token) (print.render())
                }
                p class="govuk-body" {
                    a class="govuk-link" href={ (day) "/change" } { "Change this list" }
                }
                p class="govuk-body" {
                    @if self.only_action {
                        a class="govuk-link" href=(day) { "Show all visits" }
                    } @else if lead::need_action(standings) < standings.len() {
                        a class="govuk-link" href={ (day) "?" (ONLY_ACTION) } {
                            "Show only visits that need action"
                        }
                    }
                }
            }
        }
    }
}
