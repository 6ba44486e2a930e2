//! What stands round the content: language, title, headings, first and last.

use super::Faults;
use super::html::{Element, Html};

/// Longest title before the council's name, in characters. The council's name
/// stands last and may itself be long, and where a tab or a list cuts a title,
/// it cuts there; so the 70 of the accessibility list are for what is ours.
const TITLE_CHARACTERS: usize = 70;
/// Heaviest page, in bytes of HTML.
const PAGE_BYTES: usize = 30 * 1024;
/// What stands at the end of every page, in this order.
const FOOTER: [&str; 3] = ["/help", "/accessibility", "/privacy"];

pub(super) fn a01_language(page: &Html) -> Faults {
    let roots: Vec<&Element> = page.named("html").collect();
    let sound = matches!(roots.as_slice(), [one] if one.is("lang", "en"));
    fault(!sound, "html without lang=en")
}

pub(super) fn a01_one_heading(page: &Html) -> Faults {
    let headings: Vec<&Element> = page.named("h1").collect();
    let [one] = headings.as_slice() else {
        return vec![format!("{} h1", headings.len())];
    };
    let in_main = page.within(one, |outer| outer.name == "main").is_some();
    fault(
        !in_main || page.words(one).is_empty(),
        "the h1 is empty or not in main",
    )
}

pub(super) fn a01_main(page: &Html) -> Faults {
    let mains: Vec<&Element> = page.named("main").collect();
    let sound = matches!(mains.as_slice(), [one] if one.is("id", "main-content"));
    fault(!sound, "not one main with id main-content")
}

/// The summary of errors and a banner have an `h2` above the `h1`.
pub(super) fn a01_levels(page: &Html) -> Faults {
    let (mut last, mut faults) = (1, Faults::new());
    for element in &page.elements {
        let Some(level) = level(&element.name) else {
            continue;
        };
        if level > last + 1 {
            faults.push(format!("h{level} after h{last}: {}", page.words(element)));
        }
        if page.words(element).is_empty() {
            faults.push(format!("an empty h{level}"));
        }
        last = level;
    }
    faults
}

fn level(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

pub(super) fn a02_title(page: &Html) -> Faults {
    let title = title(page);
    let parts: Vec<&str> = title.split(" – ").collect();
    let [own, service, council] = parts.as_slice() else {
        return vec![format!("not page – service – council: {title}")];
    };
    let ours = format!("{own} – {service}").chars().count();
    let sound = !own.is_empty() && !council.is_empty() && ours <= TITLE_CHARACTERS;
    fault(
        !sound,
        &format!("{ours} characters before the council's name: {title}"),
    )
}

pub(super) fn a02_error_title(page: &Html) -> Faults {
    let said = title(page).starts_with("Error: ");
    let there = page.of_class("govuk-error-summary").count() > 0;
    fault(
        said != there,
        "a title that says Error without a summary, or the other way round",
    )
}

/// No number of four digits (a year, a telephone, a UPRN), no postcode. A name
/// cannot be told from other words: the pages' own tests look for theirs.
pub(super) fn a02_nobody_in_title(page: &Html) -> Faults {
    let title = title(page);
    let own = title.split(" – ").next().unwrap_or_default();
    let words: Vec<&str> = own.split_whitespace().collect();
    let postcode = words
        .windows(2)
        .any(|two| is_outward(two[0]) && is_inward(two[1]));
    fault(
        digits_in_a_row(own) >= 4 || postcode,
        &format!("somebody in the title: {title}"),
    )
}

/// How many digits follow one another at most.
pub(super) fn digits_in_a_row(text: &str) -> usize {
    let runs = text.split(|c: char| !c.is_ascii_digit());
    runs.map(str::len).max().unwrap_or_default()
}

fn is_outward(word: &str) -> bool {
    let letters = word.chars().take_while(char::is_ascii_uppercase).count();
    (2..=4).contains(&word.len()) && (1..=2).contains(&letters) && digits_in_a_row(word) > 0
}

fn is_inward(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() == 3 && bytes[0].is_ascii_digit() && bytes[1..].iter().all(u8::is_ascii_uppercase)
}

fn title(page: &Html) -> String {
    page.named("title").map(|title| page.words(title)).collect()
}

/// The first thing that takes the focus.
pub(super) fn a03_skip_link(page: &Html) -> Faults {
    let first = page.elements.iter().find(|element| takes_focus(element));
    let sound = first.is_some_and(|first| {
        first.has_class("govuk-skip-link") && first.is("href", "#main-content")
    });
    fault(
        !sound,
        &format!("first of all stands {:?}", first.map(Element::said)),
    )
}

fn takes_focus(element: &Element) -> bool {
    let named = match element.name.as_str() {
        "a" => element.get("href").is_some(),
        "button" | "summary" => true,
        _ => element.is_control(),
    };
    (named || element.get("tabindex").is_some()) && element.get("hidden").is_none()
}

pub(super) fn a18_help(page: &Html) -> Faults {
    let footers: Vec<&Element> = page.named("footer").collect();
    let [footer] = footers.as_slice() else {
        return vec![format!("{} footers", footers.len())];
    };
    let links = page.inside(footer).filter(|element| element.name == "a");
    let links: Vec<&str> = links.filter_map(|link| link.get("href")).collect();
    fault(links != FOOTER, &format!("the footer has {links:?}"))
}

pub(super) fn p08_weight(page: &Html) -> Faults {
    fault(page.bytes > PAGE_BYTES, &format!("{} bytes", page.bytes))
}

pub(super) fn fault(broken: bool, said: &str) -> Faults {
    broken.then(|| said.to_owned()).into_iter().collect()
}
