//! The way through a list that is longer than a page.

use maud::{Markup, html};

/// Links to the pages before, after and between.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pagination<'a> {
    /// Where the page before is.
    pub(crate) previous: Option<&'a str>,
    /// Where the page after is.
    pub(crate) next: Option<&'a str>,
    /// The numbered pages; without them the two links stand one above the other.
    pub(crate) items: Vec<PageItem>,
}

/// A numbered page, or pages left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PageItem {
    /// A page.
    Page {
        /// Its number, from one.
        number: u32,
        /// Where it is.
        href: String,
        /// Whether it is the one shown.
        current: bool,
    },
    /// Some that are not listed.
    Gap,
}

impl Pagination<'_> {
    /// Renders the links.
    pub(crate) fn render(&self) -> Markup {
        let block = self.items.is_empty();
        html! {
            nav.govuk-pagination.govuk-pagination--block[block] aria-label="Pagination" {
                @if let Some(href) = self.previous { (previous(href, block)) }
                @if !block {
                    ul.govuk-pagination__list {
                        @for item in &self.items { (item.render()) }
                    }
                }
                @if let Some(href) = self.next { (next(href, block)) }
            }
        }
    }
}

impl PageItem {
    /// Lists the first page, the last, the one shown and those beside it, with
    /// gaps for the rest. Pages count from one.
    pub(crate) fn around(current: u32, last: u32, href: impl Fn(u32) -> String) -> Vec<Self> {
        let beside = [
            current.saturating_sub(1),
            current,
            current.saturating_add(1),
        ];
        let mut numbers = [&[1], &beside[..], &[last]].concat();
        numbers.retain(|number| (1..=last).contains(number));
        numbers.sort_unstable();
        numbers.dedup();
        let mut items = Vec::new();
        let mut before = 0;
        for number in numbers {
            if number - before > 1 {
                items.push(PageItem::Gap);
            }
            before = number;
            items.push(PageItem::Page {
                number,
                href: href(number),
                current: number == current,
            });
        }
        items
    }

    fn render(&self) -> Markup {
        match self {
            PageItem::Gap => {
                html! { li.govuk-pagination__item.govuk-pagination__item--ellipsis { "⋯" } }
            }
            PageItem::Page {
                number,
                href,
                current,
            } => html! {
                li.govuk-pagination__item.govuk-pagination__item--current[*current] {
                    a.govuk-link.govuk-pagination__link href=(href)
                        aria-label={ "Page " (number) }
                        aria-current=[current.then_some("page")]
                    { (number) }
                }
            },
        }
    }
}

fn previous(href: &str, block: bool) -> Markup {
    html! {
        div.govuk-pagination__prev {
            a.govuk-link.govuk-pagination__link href=(href) rel="prev" {
                (arrow("govuk-pagination__icon--prev", PREVIOUS_ARROW)) " "
                (title("Previous", block))
            }
        }
    }
}

fn next(href: &str, block: bool) -> Markup {
    let arrow = arrow("govuk-pagination__icon--next", NEXT_ARROW);
    html! {
        div.govuk-pagination__next {
            a.govuk-link.govuk-pagination__link href=(href) rel="next" {
                @if block { (arrow) " " }
                (title("Next", block))
                @if !block { " " (arrow) }
            }
        }
    }
}

fn title(words: &str, block: bool) -> Markup {
    html! {
        span.govuk-pagination__link-title.govuk-pagination__link-title--decorated[block] {
            (words) span.govuk-visually-hidden { " page" }
        }
    }
}

const PREVIOUS_ARROW: &str = "m6.5938-0.0078125-6.7266 6.7266 6.7441 6.4062 1.377-1.449-4.1856-3.9768h12.896v-2h-12.984l4.2931-4.293-1.414-1.414z";
const NEXT_ARROW: &str = "m8.107-0.0078125-1.4136 1.414 4.2926 4.293h-12.986v2h12.896l-4.1855 3.9766 1.377 1.4492 6.7441-6.4062-6.7246-6.7266z";

fn arrow(class: &str, path: &str) -> Markup {
    html! {
        svg class={ "govuk-pagination__icon " (class) } xmlns="http://www.w3.org/2000/svg"
            height="13" width="15" aria-hidden="true" focusable="false" viewBox="0 0 15 13"
        { path d=(path) {} }
    }
}
