//! Teams that know somebody, so that the call can be put through.

use jiff::civil::DateTime;
use maud::{Markup, html};

use super::hours;
use super::said::told;
use crate::answer::Person;
use crate::answer::person::teams::Team;
use crate::pages::parts::phone;

/// Writes the teams, and the last line that is the same for everybody.
pub(super) fn teams(person: &Person, duty_manager: &str, now: DateTime) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Teams who know " (person.call_them) }
        @if !person.teams.is_empty() {
            ul class="fbx-teams" {
                @for team in &person.teams { (row(team, now)) }
            }
        }
        p class="govuk-body" {
            "There may be others we cannot show. If none of these fits, put the call through \
            to the duty manager on " (duty_manager) "."
        }
    }
}

fn row(team: &Team, now: DateTime) -> Markup {
    html! {
        li {
            strong { (team.team) }
            @if let Some(role) = &team.role { ", " (role) }
            @if let Some(worker) = &team.worker { ". Ask for " (worker) }
            ". "
            @if let Some(number) = &team.phone { (phone(number)) ". " }
            @if let Some(hours) = &team.hours { (open(hours, now)) ". " }
            span class="fbx-said" { (told(&team.by)) }
        }
    }
}

fn open(recorded: &str, now: DateTime) -> String {
    hours::now(recorded, now).unwrap_or_else(|| recorded.to_owned())
}
