//! `GET /emergency/{warning}`: the one page that makes a person stop first.

use axum::extract::State;
use maud::html;

use super::Subject;
use crate::components::{Button, Interruption, PanelAction};
use crate::pages::ask::Id;
use crate::pages::page::Page;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

const TITLE: &str = "Use this only if waiting could put someone in danger";

pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    id: Id,
) -> Result<Page, Problem> {
    let subject = Subject::find(&room, &visitor, id)?;
    let reviewers = &room.council.pages.information_governance_name;
    let body = html! {
        p class="govuk-body" {
            // A link within the panel must stand out on its dark ground.
            a class="govuk-link govuk-link--inverse" href="tel:999" { "Call 999" }
            " first if someone is in danger now."
        }
        p class="govuk-body" {
            "You will see the note straight away. It is recorded as an emergency, and "
            (reviewers) " will look at why you needed it."
        }
    };
    let (go_on, normally) = (
        format!("/emergency/{}/ground", subject.flag),
        format!("/ask/{}", subject.flag),
    );
    let content = Interruption {
        title: TITLE,
        body: body.into(),
        actions: vec![
            PanelAction::Button(Button::link("Continue", &go_on)),
            PanelAction::Link {
                words: "Go back and ask normally",
                href: &normally,
            },
        ],
    };
    let page = Page::new("Emergency", content.render());
    Ok(match &subject.warning {
        Some(warning) => page.back("Back to the warnings", warning.shown_on.as_str()),
        None => page,
    })
}
