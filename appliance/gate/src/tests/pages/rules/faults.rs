//! What a page says when a form will not do, and what it says aloud.

use super::Faults;
use super::frame::fault;
use super::html::{Element, Html};

/// The summary is the first thing in `main`, and the only one.
pub(super) fn a05_summary_first(page: &Html) -> Faults {
    let summaries: Vec<&Element> = page.of_class("govuk-error-summary").collect();
    match summaries.as_slice() {
        [] => Faults::new(),
        [one] => {
            let main = page.named("main").next();
            let first = main.and_then(|main| page.inside(main).next());
            let sound = first.is_some_and(|first| first.at == one.at);
            fault(!sound, "the summary is not first in main")
        }
        _ => vec!["several summaries".into()],
    }
}

/// Each fault of the summary leads to a control of this page.
pub(super) fn a05_summary_links(page: &Html) -> Faults {
    let broken = named(page).filter(|link| {
        let target = target(page, link);
        !target.is_some_and(|target| target.is_control() || target.get("tabindex").is_some())
    });
    let mut faults: Faults = broken.map(Element::said).collect();
    if page.of_class("govuk-error-summary").count() > 0 && named(page).count() == 0 {
        faults.push("a summary of nothing".into());
    }
    faults
}

/// Beside the control stand the same words as in the summary.
pub(super) fn a05_same_words(page: &Html) -> Faults {
    let other = named(page).filter(|link| {
        let group = target(page, link).and_then(|target| {
            page.within(target, |outer| {
                is_group(outer) && messages_in(page, outer).next().is_some()
            })
        });
        let said = page.words(link);
        !group.is_some_and(|group| messages_in(page, group).any(|message| message == said))
    });
    other.map(|link| page.words(link)).collect()
}

/// What asks one thing, of one control or of several.
fn is_group(outer: &Element) -> bool {
    outer.has_class("govuk-form-group") || outer.name == "fieldset"
}

/// A screen reader reads what is wrong with the control or the group it is about.
pub(super) fn a05_tied(page: &Html) -> Faults {
    let tied = |id: &str| {
        let mut described = page.with("aria-describedby");
        described.any(|(_, ids)| ids.split_whitespace().any(|one| one == id))
    };
    let messages = page.of_class("govuk-error-message");
    let loose = messages.filter(|message| !message.get("id").is_some_and(tied));
    loose.map(Element::said).collect()
}

/// Nothing is wrong beside a control that the summary does not name.
pub(super) fn a05_every_fault_named(page: &Html) -> Faults {
    let named: Vec<String> = named(page).map(|link| page.words(link)).collect();
    let messages = page
        .of_class("govuk-error-message")
        .map(|one| message(page, one));
    messages
        .filter(|message| !named.contains(message))
        .collect()
}

fn named(page: &Html) -> impl Iterator<Item = &Element> {
    let in_summary = |link: &&Element| {
        let summary = page.within(link, |outer| outer.has_class("govuk-error-summary"));
        summary.is_some()
    };
    page.named("a").filter(in_summary)
}

fn target<'a>(page: &'a Html, link: &Element) -> Option<&'a Element> {
    link.get("href")
        .and_then(|href| href.strip_prefix('#'))
        .and_then(|id| page.id(id))
}

fn messages_in<'a>(page: &'a Html, group: &'a Element) -> impl Iterator<Item = String> + 'a {
    let inside = page.inside(group);
    let messages = inside.filter(|one| one.has_class("govuk-error-message"));
    messages.map(|one| message(page, one))
}

fn message(page: &Html, element: &Element) -> String {
    let words = page.words(element);
    words
        .strip_prefix("Error:")
        .unwrap_or(&words)
        .trim()
        .to_owned()
}

/// One thing at most is read out at once: a summary, or that something is done.
/// A warning on record never is, and never beside a banner.
pub(super) fn a23_one_alert(page: &Html) -> Faults {
    let alerts: Vec<&Element> = page
        .elements
        .iter()
        .filter(|element| element.is("role", "alert") || element.is("aria-live", "assertive"))
        .collect();
    let may = |alert: &Element| {
        let summary = page.within(alert, |outer| outer.has_class("govuk-error-summary"));
        summary.is_some() || alert.has_class("govuk-notification-banner--success")
    };
    let summaries = page.of_class("govuk-error-summary").count();
    let banners = page.of_class("govuk-notification-banner").count();
    let mut faults: Faults = alerts
        .iter()
        .filter(|alert| !may(alert))
        .map(|one| one.said())
        .collect();
    faults.extend(fault(alerts.len() > 1, "several alerts"));
    faults.extend(fault(
        summaries + banners > 1,
        "a banner beside a summary, or several",
    ));
    faults
}
