//! The name of the service and the links of the roles a person holds.

use maud::{Markup, html};

/// Names the service and lists where the person may go.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServiceNavigation<'a> {
    /// The name of the service; left out when empty.
    pub(crate) service: &'a str,
    /// Where the name links to.
    pub(crate) home: Option<&'a str>,
    /// The links, in a fixed order.
    pub(crate) links: &'a [ServiceLink<'a>],
    /// What stands last in the list: the form that signs the person out, which
    /// is no link because it changes something.
    pub(crate) sign_out: Option<Markup>,
}

/// A link of the navigation.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServiceLink<'a> {
    /// What it says.
    pub(crate) words: &'a str,
    /// Where it goes.
    pub(crate) href: &'a str,
    /// Whether the person is there.
    pub(crate) current: Current,
}

/// How the page shown belongs to a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Current {
    /// Not at all.
    #[default]
    No,
    /// It is the page the link goes to.
    Page,
    /// It is a page further in.
    Section,
}

/// The id that the folding menu of a phone names.
const LIST_ID: &str = "navigation";

impl ServiceNavigation<'_> {
    /// Renders the navigation: a landmark of its own when the service is named.
    pub(crate) fn render(&self) -> Markup {
        if self.service.is_empty() {
            return html! {
                div.govuk-service-navigation data-module="govuk-service-navigation" {
                    (self.content())
                }
            };
        }
        html! {
            section.govuk-service-navigation aria-label="Service information"
                data-module="govuk-service-navigation"
            { (self.content()) }
        }
    }

    fn content(&self) -> Markup {
        html! {
            div.govuk-width-container {
                div.govuk-service-navigation__container {
                    @if !self.service.is_empty() { (self.name()) }
                    @if self.count() > 0 { (self.navigation()) }
                }
            }
        }
    }

    fn name(&self) -> Markup {
        html! {
            span.govuk-service-navigation__service-name {
                @if let Some(href) = self.home {
                    a.govuk-service-navigation__link href=(href) { (self.service) }
                } @else {
                    span.govuk-service-navigation__text { (self.service) }
                }
            }
        }
    }

    fn navigation(&self) -> Markup {
        html! {
            nav.govuk-service-navigation__wrapper aria-label="Menu" {
                // One item needs no menu that folds on a phone.
                @if self.count() > 1 { (menu_button()) }
                ul.govuk-service-navigation__list id=(LIST_ID) {
                    @for link in self.links { (link.item()) }
                    @if let Some(form) = &self.sign_out {
                        li.govuk-service-navigation__item { (form) }
                    }
                }
            }
        }
    }

    fn count(&self) -> usize {
        self.links.len() + usize::from(self.sign_out.is_some())
    }
}

fn menu_button() -> Markup {
    html! {
        button.govuk-service-navigation__toggle.govuk-js-service-navigation-toggle
            type="button" aria-controls=(LIST_ID) hidden aria-hidden="true"
        { "Menu" }
    }
}

impl ServiceLink<'_> {
    fn item(&self) -> Markup {
        let active = self.current != Current::No;
        html! {
            li.govuk-service-navigation__item.govuk-service-navigation__item--active[active] {
                a.govuk-service-navigation__link href=(self.href)
                    aria-current=[self.current.aria()]
                {
                    // Seen by those whose browser overrides colours and styles.
                    @if active {
                        strong.govuk-service-navigation__active-fallback { (self.words) }
                    } @else {
                        (self.words)
                    }
                }
            }
        }
    }
}

impl Current {
    fn aria(self) -> Option<&'static str> {
        match self {
            Current::No => None,
            Current::Page => Some("page"),
            Current::Section => Some("true"),
        }
    }
}
