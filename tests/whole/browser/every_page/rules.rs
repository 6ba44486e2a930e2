//! What is looked for on a page as it stands.

use firebox_tests::{Browser, Said};
use serde_json::json;

/// Gives what axe finds: the rule and where.
pub(super) fn axe(browser: &Browser) -> Vec<String> {
    let found = browser.axe().into_iter().flat_map(|violation| {
        let rule = format!("{} ({})", violation.rule, violation.impact);
        let places = violation.places.into_iter();
        places.map(move |place| format!("{rule}: {place}"))
    });
    found.collect()
}

/// Gives what is new on the console, in red. That the answer was a refusal is
/// said there too, and is none of the page's faults.
pub(super) fn complaints(browser: &Browser, before: usize) -> Vec<String> {
    let said = browser.console_errors().into_iter().skip(before);
    let said = said.filter(|said| !is_refused_page(said));
    said.map(|said| said.message).collect()
}

fn is_refused_page(said: &Said) -> bool {
    let of_a_file = said.message.contains("/static/") || said.message.contains("favicon");
    said.source == "network" && said.message.contains("responded with a status of 4") && !of_a_file
}

/// Gives the controls whose name does not have the words that stand on them:
/// who speaks to the browser says the words they see. Of the page, or of its
/// frame too.
pub(super) fn labels(browser: &Browser, with_frame: bool) -> Vec<String> {
    let within = if with_frame { "body" } else { "main" };
    let controls = browser.script(CONTROLS, &[json!(within)]);
    let controls = controls.as_array().unwrap().iter();
    let controls = controls.map(|one| (one[0].as_str().unwrap(), one[1].as_str().unwrap()));
    let faults = controls.filter_map(|(css, seen)| {
        let name = browser.computed_label(css);
        let has = plain(&name).contains(&plain(seen));
        (!has || name.is_empty()).then(|| format!("{seen:?} is called {name:?}"))
    });
    faults.collect()
}

/// As it is said: one blank between words, no capitals.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// Every control that is shown: a path to it, and the words that are seen on it
/// or beside it.
const CONTROLS: &str = "
    const seen = (element) => {
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        const texts = [];
        while (walker.nextNode()) {
            const around = walker.currentNode.parentElement;
            if (!around.closest('.govuk-visually-hidden') && around.checkVisibility()) {
                texts.push(walker.currentNode.data);
            }
        }
        return texts.join('').trim();
    };
    const path = (element) => {
        const steps = [];
        for (let one = element; one !== document.documentElement; one = one.parentElement) {
            const place = [...one.parentElement.children].indexOf(one) + 1;
            steps.unshift(`:nth-child(${place})`);
        }
        return 'html > ' + steps.join(' > ');
    };
    const shown = [...document.querySelector(arguments[0]).querySelectorAll(
        'a[href], button, summary, input:not([type=hidden]), select, textarea')]
        .filter((one) => one.checkVisibility());
    return shown.map((one) => [path(one), one.labels?.length && one.localName !== 'button'
        ? [...one.labels].map(seen).join(' ') : seen(one)]);";
