//! How each thing is done, in the order one does it.

use firebox_protocol::query::MAX_VISITS;
use maud::{Markup, html};

/// Writes every walk.
pub(super) fn walks() -> Markup {
    html! {
        (check())
        (visits())
        (ask())
        (emergency())
        (find())
        (correct())
        (feeds())
    }
}

fn check() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Check an address before you visit" }
        ol class="govuk-list govuk-list--number" {
            li { "Select \u{201c}Check an address\u{201d} and enter a postcode, a UPRN or an address." }
            li { "If there are several, select yours. A flat has its own line." }
            li { "Do what \u{201c}What to do\u{201d} says, and phone the team it names before you go." }
        }
        p class="govuk-body" {
            "\u{201c}No warnings recorded\u{201d} is only said when every service answered and \
            is up to date. It does not mean that there is no risk: follow your lone working \
            procedure."
        }
    }
}

fn visits() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Check a whole day of visits" }
        ol class="govuk-list govuk-list--number" {
            li { "Select \u{201c}Visits\u{201d} and paste or upload up to " (MAX_VISITS) " addresses, one on each line." }
            li { "Read the line at the top: how many visits need something done." }
            li { "Check again before you leave, for a list may change during the day." }
        }
    }
}

fn ask() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Ask to see a sealed note" }
        p class="govuk-body" {
            "The instruction tells you what to do. A sealed note tells why, and you rarely need it. \
            Phoning the team that holds it is just as good, and often quicker."
        }
        ol class="govuk-list govuk-list--number" {
            li { "On the page of the address, select \u{201c}Ask to see it\u{201d}." }
            li { "Say what it is for and why the instruction is not enough. Name nobody." }
            li { "Check what you wrote and send it. Your reason is recorded with your name." }
            li { "Open the note. You can open it again until the time the page says." }
        }
    }
}

fn emergency() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "When waiting could put someone in danger" }
        p class="govuk-body" {
            "Call 999 first if someone is in danger now. Then select \u{201c}Someone is in \
            danger\u{201d} beside the warning: you see the note at once. Somebody looks at every \
            emergency afterwards and will ask you about it."
        }
    }
}

fn find() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Find a caller" }
        ol class="govuk-list govuk-list--number" {
            li { "Enter a phone number, an NHS number, a reference, or a name with a date of birth or postcode." }
            li { "Select the person, and call them what the page says." }
            li { "Ask who is calling, and type what they tell you. The page never shows you the answer." }
            li { "Ask what \u{201c}Before you talk\u{201d} says, then speak or put the call through." }
        }
        p class="govuk-body" {
            "\u{201c}Who can speak for them\u{201d} lists other people, and what you may discuss with \
            each. Discuss only what is listed."
        }
    }
}

fn correct() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Put something right" }
        p class="govuk-body" {
            "Select \u{201c}Something here is wrong\u{201d} on the page of an address or a caller and \
            say what it should be. Each service that holds it decides for itself whether to change \
            its record; the reference you get shows how far each has come. A warning stays until \
            the team that holds it changes it."
        }
        p class="govuk-body" {
            "Select \u{201c}Tell us about a new hazard\u{201d} when you met something at an address \
            that nobody has recorded."
        }
    }
}

fn feeds() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "See whether data is up to date" }
        p class="govuk-body" {
            "\u{201c}Sources\u{201d} shows each service that sends data, when it last did, and \
            whether something is held for checking. Every page also says how old its data is."
        }
    }
}
