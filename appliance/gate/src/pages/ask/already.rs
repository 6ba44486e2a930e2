//! "You already asked": the note was released and can still be opened.

use maud::html;

use crate::components::Button;
use crate::pages::note::Release;
use crate::pages::page::Page;
use crate::pages::room::Room;

/// Makes the page.
pub(super) fn page(room: &Room, release: &Release) -> Page {
    let title = "You already asked to see this note";
    let calendar = &room.words.calendar;
    let content = html! {
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" {
            @if let Some(then) = release.released_at {
                "You already asked at " (calendar.time(then)) ". "
            }
            "We have not sent it again. Your reference is " strong { (release.reference) } "."
        }
        (Button::link("Go to the note you asked for", &release.path()).render())
    };
    let page = Page::new(title, content);
    match &release.warning {
        Some(warning) => page.back("Back to the warnings", warning.shown_on.as_str()),
        None => page,
    }
}
