//! A message about what just happened, or about something to know that is not
//! the subject of the page. One on a page, and never beside an error summary.

use maud::{Markup, html};

use super::Content;

/// What a banner tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Banner {
    /// Something to know; a landmark, not an alert.
    Important,
    /// What was asked for has been done; read out at once.
    Success,
}

/// Renders a banner. Words become its heading; markup stands as it is.
pub(crate) fn notification_banner<'a>(banner: Banner, content: impl Into<Content<'a>>) -> Markup {
    let content = content.into();
    html! {
        div.govuk-notification-banner
            .govuk-notification-banner--success[banner == Banner::Success]
            role=(banner.role())
            aria-labelledby="govuk-notification-banner-title"
            data-module="govuk-notification-banner"
        {
            div.govuk-notification-banner__header {
                h2.govuk-notification-banner__title id="govuk-notification-banner-title" {
                    (banner.title())
                }
            }
            div.govuk-notification-banner__content { (body(&content)) }
        }
    }
}

fn body(content: &Content<'_>) -> Markup {
    match content {
        Content::Markup(markup) => markup.clone(),
        words if words.is_empty() => html! {},
        words => html! { p.govuk-notification-banner__heading { (words) } },
    }
}

impl Banner {
    fn role(self) -> &'static str {
        match self {
            Banner::Important => "region",
            Banner::Success => "alert",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Banner::Important => "Important",
            Banner::Success => "Success",
        }
    }
}
