//! Links: what they are called, whom they ring, where they lead.

use std::collections::BTreeMap;

use super::Faults;
use super::frame::digits_in_a_row;
use super::html::{Element, Html};

/// Says nothing when it is heard alone.
const EMPTY_WORDS: [&str; 11] = [
    "here",
    "click here",
    "change",
    "more",
    "read more",
    "link",
    "view",
    "show",
    "details",
    "edit",
    "remove",
];
/// A token or handle: so long a name is drawn, not typed.
const TOKEN_CHARACTERS: usize = 20;

pub(super) fn a27_links_alone(page: &Html) -> Faults {
    let empty = page.named("a").filter(|link| {
        let words = page.words(link).to_lowercase();
        words.is_empty() || EMPTY_WORDS.contains(&words.as_str())
    });
    empty.map(Element::said).collect()
}

/// The same words lead to the same place.
pub(super) fn a27_one_place(page: &Html) -> Faults {
    let (mut known, mut faults) = (BTreeMap::new(), Faults::new());
    for link in page.named("a") {
        let (words, href) = (page.words(link).to_lowercase(), link.get("href"));
        if *known.entry(words.clone()).or_insert(href) != href {
            faults.push(format!("{words:?} leads to two places"));
        }
    }
    faults
}

/// A link that rings has the number as its words; 999 is called "Call 999".
pub(super) fn a28_numbers(page: &Html) -> Faults {
    let silent = page.named("a").filter(|link| {
        let Some(number) = link.get("href").and_then(|href| href.strip_prefix("tel:")) else {
            return false;
        };
        let words = page.words(link);
        if number == "999" {
            return !words.to_lowercase().contains("call 999");
        }
        let said: String = words
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect();
        said != number
    });
    silent.map(Element::said).collect()
}

pub(super) fn b0_no_new_window(page: &Html) -> Faults {
    let windows = page.with("target").chain(page.with("formtarget"));
    windows.map(|(element, _)| element.said()).collect()
}

/// No number of anybody and no words that were typed stand in a target: only
/// plain names, days, pages, and tokens.
pub(super) fn p01_targets(page: &Html) -> Faults {
    let targets = page
        .with("href")
        .chain(page.with("action"))
        .chain(page.with("formaction"));
    let telling = targets.filter(|(_, target)| {
        let dialled = ["tel:", "sms:", "mailto:", "/static/"].iter();
        !dialled.into_iter().any(|scheme| target.starts_with(scheme)) && tells(target)
    });
    telling.map(|(element, _)| element.said()).collect()
}

fn tells(target: &str) -> bool {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    // A reference names an event and nobody; its signs are drawn by chance.
    let reference = |part: &&str| {
        ["REL-", "COR-", "ASK-"]
            .iter()
            .any(|kind| part.starts_with(kind))
    };
    let in_path = path
        .split('/')
        .filter(|part| !reference(part))
        .any(|part| part.len() < TOKEN_CHARACTERS && digits_in_a_row(part) > 4);
    let typed = |c: char| "%+ ".contains(c);
    in_path || digits_in_a_row(query) > 3 || target.contains(typed)
}
