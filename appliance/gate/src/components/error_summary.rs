//! What is wrong with a form, at the top of the page, each with a link to it.

use maud::{Markup, html};

/// Renders the summary: for each error the same words as beside the field, and
/// a link such as `#postcode` to the control. The package's script puts the focus here; `tabindex`,
/// `autofocus` and `aria-labelledby` do the same where no script runs.
pub(crate) fn error_summary<W, H>(errors: &[(W, H)]) -> Markup
where
    W: AsRef<str>,
    H: AsRef<str>,
{
    html! {
        div.govuk-error-summary data-module="govuk-error-summary"
            tabindex="-1" autofocus aria-labelledby="error-summary-title"
        {
            div role="alert" {
                h2.govuk-error-summary__title id="error-summary-title" { "There is a problem" }
                div.govuk-error-summary__body { (list(errors)) }
            }
        }
    }
}

fn list<W: AsRef<str>, H: AsRef<str>>(errors: &[(W, H)]) -> Markup {
    html! {
        ul.govuk-list.govuk-error-summary__list {
            @for (words, href) in errors {
                li { a href=(href.as_ref()) { (words.as_ref()) } }
            }
        }
    }
}
