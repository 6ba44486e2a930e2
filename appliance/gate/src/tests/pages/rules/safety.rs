//! What the headers of a page forbid, so that no page counts on it.

use super::Faults;
use super::html::{Element, Html};

pub(super) fn c_no_inline_style(page: &Html) -> Faults {
    let attributes = page.with("style").map(|(element, _)| element);
    attributes
        .chain(page.named("style"))
        .map(Element::said)
        .collect()
}

/// No script but from a file of ours, no attribute that is one.
pub(super) fn c_no_inline_script(page: &Html) -> Faults {
    let inline = page.named("script").filter(|script| {
        !script
            .get("src")
            .is_some_and(|src| src.starts_with("/static/"))
            || !page.words(script).is_empty()
    });
    let handlers = page.elements.iter().filter(|element| {
        element
            .attributes()
            .any(|name| name.starts_with("on") && name != "on")
    });
    let targets = page
        .with("href")
        .chain(page.with("action"))
        .chain(page.with("formaction"));
    let targets =
        targets.filter(|(_, to)| to.trim_start().to_lowercase().starts_with("javascript:"));
    let targets = targets.map(|(element, _)| element);
    inline
        .chain(handlers)
        .chain(targets)
        .map(Element::said)
        .collect()
}

/// Nothing is loaded from, and no form sent to, another site. A link may lead
/// to one over HTTPS.
pub(super) fn c_no_other_site(page: &Html) -> Faults {
    let loaded = page
        .with("src")
        .chain(page.with("action"))
        .chain(page.with("formaction"));
    let styles = page
        .with("href")
        .filter(|(element, _)| element.name == "link");
    let away = loaded.chain(styles).filter(|(_, to)| !is_ours(to));
    let links = page
        .with("href")
        .filter(|(_, to)| to.contains("://") && !to.starts_with("https://"));
    away.chain(links)
        .map(|(element, _)| element.said())
        .collect()
}

fn is_ours(to: &str) -> bool {
    to.starts_with('/') && !to.starts_with("//")
}

/// The page is well formed, with no comment in it.
pub(super) fn c_nested(page: &Html) -> Faults {
    page.unsound.clone()
}
