//! `GET /accessibility`: the statement that the law asks of every public body,
//! for its own staff's systems too. It claims no more than was tested.

use std::sync::Arc;

use axum::extract::State;
use maud::{Markup, html};

use crate::moment::spoken_day;
use crate::pages::council::Council;
use crate::pages::page::Page;
use crate::pages::parts::phone;

/// What tests of every build see to, on every page in every state.
const TESTED: [&str; 11] = [
    "every page has a title of its own, one main heading, and headings in order",
    "the first link skips to the content, and help is in the same place everywhere",
    "every box has a label that can be seen, and every group of choices a question",
    "what is wrong with a form is said at the top and beside the box, in the same words, with a link",
    "every link makes sense alone, and numbers are links that ring",
    "tables have captions and headings, and pictures stand beside words",
    "no page needs JavaScript, and every task can be done with the keyboard alone",
    "an automatic check against WCAG 2.2 AA finds nothing, on a wide screen and on a phone",
    "nothing scrolls sideways on a screen of 320 pixels, and text of twice its size is whole",
    "where the keyboard is can always be seen",
    "a council colour on which white text cannot be read, under 4.5 to 1, is refused",
];

/// What nobody has tested yet.
const NOT_TESTED: [&str; 4] = [
    "with people who use assistive technology in their work",
    "with screen readers: NVDA, VoiceOver and TalkBack",
    "with voice control and with screen magnifiers",
    "by an auditor who is not part of the team",
];

/// Shows the statement.
pub(in crate::pages) async fn get(State(council): State<Arc<Council>>) -> Page {
    let title = "Accessibility statement";
    let content = html! {
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" {
            "This statement is about the Digital firebox of " (council.name) ". We want as many \
            people as possible to be able to use it: with a keyboard, a screen reader, large \
            text, on a phone, without JavaScript."
        }
        (standing())
        (tested())
        (contact(&council))
        (enforcement())
        (dated(&council))
    };
    Page::new(title, content)
}

fn standing() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "How accessible this service is" }
        p class="govuk-body" {
            "It is built to the Web Content Accessibility Guidelines version 2.2, level AA \
            (WCAG 2.2 AA). We have not had it checked against all of them, so we do not say that \
            it meets them in full."
        }
        p class="govuk-body" {
            "Every kind of warning has a word and a border of its own, so that none needs colour. \
            Signing in asks for a password and, of some people, a code from an app; both can be \
            pasted."
        }
    }
}

fn tested() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "What is tested" }
        p class="govuk-body" { "Tests of every build see to it that:" }
        (list(&TESTED))
        h2 class="govuk-heading-m" { "What is not tested yet" }
        p class="govuk-body" { "Nobody has tried this service yet:" }
        (list(&NOT_TESTED))
    }
}

fn list(items: &[&str]) -> Markup {
    html! {
        ul class="govuk-list govuk-list--bullet" { @for item in items { li { (item) } } }
    }
}

fn contact(council: &Council) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "If something does not work for you" }
        p class="govuk-body" {
            "Tell us what you were doing and what you use. "
            @if let Some(address) = &council.pages.accessibility_contact {
                "Write to "
                a class="govuk-link" href={ "mailto:" (address) } { (address) }
                ", or phone the help desk on "
            } @else {
                "Phone the help desk on "
            }
            (phone(&council.pages.help_desk.spoken()))
            ". Ask there too if you need a page in another format. Name nobody whose record you \
            were looking at."
        }
    }
}

fn enforcement() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "If you are not happy with our answer" }
        p class="govuk-body" {
            "The Public Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility \
            Regulations 2018 apply to systems for staff too. The Equality and Human Rights \
            Commission enforces them in England, Scotland and Wales, and the Equality Advisory \
            and Support Service advises you."
        }
    }
}

fn dated(council: &Council) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "When this statement was written" }
        p class="govuk-body" {
            @match council.pages.statement_date {
                Some(date) => {
                    "The council last looked at this statement on " (spoken_day(date)) "."
                }
                None => "The council has not looked at this statement yet.",
            }
        }
    }
}
