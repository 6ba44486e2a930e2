//! Whom to ring, and what for.

use maud::{Markup, html};

use crate::components::{SummaryRow, summary_list};
use crate::pages::council::Council;
use crate::pages::parts::{phone, phone_named};

/// Lists the council's numbers. The first one is for danger, and is no council's.
pub(super) fn numbers(council: &Council) -> Markup {
    let pages = &council.pages;
    let rows = [
        ("Someone is in danger now", phone_named("Call 999", "999")),
        (
            "Someone may come to harm",
            phone(&pages.safeguarding.spoken()),
        ),
        (
            "You are about to visit and this service does not answer",
            phone(&council.duty_line),
        ),
        (
            "You cannot sign in, or a page does not work",
            phone(&pages.help_desk.spoken()),
        ),
        ("A call that no team listed can take", duty_manager(council)),
        (
            "A caller needs another part of the council",
            phone(&pages.switchboard.spoken()),
        ),
        (
            "A question about what is recorded",
            information_governance(council),
        ),
    ];
    let rows = rows.map(|(what, number)| SummaryRow::new(what, number));
    html! {
        h2 class="govuk-heading-m" { "Who to phone" }
        (summary_list(&rows))
    }
}

fn duty_manager(council: &Council) -> Markup {
    html! { "Duty manager, " (phone(&council.pages.duty_manager)) }
}

fn information_governance(council: &Council) -> Markup {
    let pages = &council.pages;
    html! {
        (pages.information_governance_name) ", " (phone(&pages.information_governance.spoken()))
    }
}
