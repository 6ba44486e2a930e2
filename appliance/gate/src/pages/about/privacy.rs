//! `GET /privacy`: what is recorded of whoever looks, why, and who reads it. It
//! says what the log holds and no more; times that a council sets elsewhere are
//! not invented here.

use std::sync::Arc;

use axum::extract::State;
use maud::{Markup, html};

use crate::components::{SummaryRow, summary_list};
use crate::pages::council::Council;
use crate::pages::page::Page;
use crate::pages::parts::phone;

/// What an entry of the log holds, by what was done.
const RECORDED: [(&str, &str); 7] = [
    (
        "You sign in or out",
        "Your name, your roles, the time and how you showed who you are. A sign-in that failed \
        too, but never a password or a code.",
    ),
    (
        "You search or look",
        "What you searched for, what it was for, the reference, and which records you were shown. \
        A search that found nothing too.",
    ),
    (
        "You ask who is calling",
        "Which things you were told, such as a date of birth, but not what they were.",
    ),
    (
        "You ask to see a sealed note",
        "What it is for, the reason in your own words, which note, what was decided and by which \
        rule, and each time you open it. Never what is in the note.",
    ),
    (
        "You use the emergency",
        "What you said was happening. It stays open until a reviewer has judged it.",
    ),
    (
        "You phone the team instead",
        "Whether you got what you needed and who you spoke to.",
    ),
    (
        "You put something right or report a hazard",
        "That you did and about which record. What you wrote goes sealed to the services that \
        decide on it.",
    ),
];

/// Shows what is recorded.
pub(in crate::pages) async fn get(State(council): State<Arc<Council>>) -> Page {
    let title = "How we record what you look at";
    let content = html! {
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" {
            "People trust " (council.name) " with what is in this service. So it records who \
            looks, at what and why, before it shows anything. If that cannot be recorded, nothing \
            is shown."
        }
        (recorded())
        (who_reads(&council))
        (the_person())
        (how_long(&council))
        (on_this_device())
    };
    Page::new(title, content)
}

fn recorded() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "What is recorded" }
        (summary_list(&RECORDED.map(|(what, held)| SummaryRow::new(what, held))))
        p class="govuk-body" {
            "Being refused is recorded as well. Name nobody in a reason and describe nobody: it \
            is kept as you write it."
        }
    }
}

fn who_reads(council: &Council) -> Markup {
    let pages = &council.pages;
    html! {
        h2 class="govuk-heading-m" { "Who reads it, and why" }
        p class="govuk-body" {
            "Reviewers of " (pages.information_governance_name) " read it: to judge every \
            emergency, to look into a complaint, and to answer a person who asks who has seen \
            their information. Their reading is recorded too. Each entry is tied to those before \
            it, so that a change or a gap shows when the log is checked."
        }
    }
}

fn the_person() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "What the person may see" }
        p class="govuk-body" {
            "Everybody has the right to ask who has seen their information, when and what for. \
            Your reasons are included. Whether your name is, the council decides each time and \
            records why."
        }
    }
}

fn how_long(council: &Council) -> Markup {
    let pages = &council.pages;
    html! {
        h2 class="govuk-heading-m" { "How long it is kept" }
        p class="govuk-body" {
            "As long as the council's own retention schedule says. The service erases no entry by \
            itself. For the schedule, or to see what is recorded about you, phone "
            (pages.information_governance_name) " on "
            (phone(&pages.information_governance.spoken())) "."
        }
    }
}

fn on_this_device() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "On your device" }
        p class="govuk-body" {
            "The service sets two cookies: one keeps you signed in, the other protects the \
            sign-in form. Neither says anything about you, and there are no others. Pages are \
            not kept in the browser, and no other site is told what you open."
        }
    }
}
