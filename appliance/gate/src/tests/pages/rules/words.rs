//! Tables, pictures and words.

use super::Faults;
use super::frame::fault;
use super::html::{Element, Html};

/// Most words in one sentence of an instruction: it is read at a door.
const INSTRUCTION_WORDS: usize = 12;
/// What languages call themselves, with the tag they need.
const LANGUAGES: [(&str, &str); 4] = [
    ("Cymraeg", "cy"),
    ("Gàidhlig", "gd"),
    ("Gaeilge", "ga"),
    ("Kernewek", "kw"),
];

/// A table says what it is of, and each of its headings of what.
pub(super) fn a26_tables(page: &Html) -> Faults {
    let mut faults = Faults::new();
    for table in page.named("table") {
        let inside: Vec<&Element> = page.inside(table).collect();
        let caption = inside.iter().find(|one| one.name == "caption");
        let named = caption.is_some_and(|caption| !page.words(caption).is_empty());
        let headings: Vec<&&Element> = inside.iter().filter(|one| one.name == "th").collect();
        let scoped = headings
            .iter()
            .all(|one| one.is("scope", "col") || one.is("scope", "row"));
        let nested = inside.iter().any(|one| one.name == "table");
        let sound =
            named && scoped && !headings.is_empty() && !nested && table.get("role").is_none();
        faults.extend(fault(
            !sound,
            &format!("{} {named} {}", table.said(), headings.len()),
        ));
    }
    faults
}

/// By what a table is sorted stands in `aria-sort` of one heading, and that
/// heading has words.
pub(super) fn a26_sorted(page: &Html) -> Faults {
    let sorted = page.with("aria-sort").filter(|(element, order)| {
        let known = ["ascending", "descending", "none"].contains(order);
        element.name != "th" || !known || page.words(element).is_empty()
    });
    sorted.map(|(element, _)| element.said()).collect()
}

/// A picture is decoration beside words.
pub(super) fn a30_icons(page: &Html) -> Faults {
    let drawn = page.named("svg").filter(|svg| {
        let ours = svg.is("aria-hidden", "true") && svg.is("focusable", "false");
        let beside = page
            .around(svg)
            .next()
            .is_some_and(|outer| !page.words(outer).is_empty());
        !(ours && beside)
    });
    let other = ["img", "picture", "canvas", "object", "embed", "video"].iter();
    let other = other.flat_map(|name| page.named(name));
    let signs = page.of_class("govuk-warning-text__icon");
    let signs = signs.filter(|sign| !sign.is("aria-hidden", "true"));
    drawn.chain(other).chain(signs).map(Element::said).collect()
}

pub(super) fn a31_short_instructions(page: &Html) -> Faults {
    let instructions = page.of_class("fbx-instruction__text");
    let instructions = instructions.map(|instruction| page.words(instruction));
    let long = instructions.filter(|words| {
        let mut sentences = words.split(['.', '?', '!', ':']);
        let too_long = |sentence: &str| sentence.split_whitespace().count() > INSTRUCTION_WORDS;
        words.is_empty() || sentences.any(too_long)
    });
    long.collect()
}

/// Words of another language carry its tag.
pub(super) fn a33_languages(page: &Html) -> Faults {
    let tagged = page.with("lang").filter(|(_, tag)| !is_language(tag));
    let mut faults: Faults = tagged.map(|(element, _)| element.said()).collect();
    for (words, tag) in LANGUAGES {
        let innermost = page.elements.iter().filter(|element| {
            page.words(element).contains(words)
                && !page
                    .inside(element)
                    .any(|inner| page.words(inner).contains(words))
        });
        let untagged = innermost.filter(|element| {
            let mut all = std::iter::once(*element).chain(page.around(element));
            !all.any(|one| one.get("lang").is_some_and(|lang| lang.starts_with(tag)))
        });
        faults.extend(untagged.map(Element::said));
    }
    faults
}

fn is_language(tag: &str) -> bool {
    let first = tag.split('-').next().unwrap_or_default();
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric());
    (2..=3).contains(&first.len()) && tag.split('-').all(|part| !part.is_empty() && letters(part))
}
