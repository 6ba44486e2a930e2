//! The way of the Tab key over a page: everything in turn, as the eye goes, with
//! the yellow of the focus on it, and out at the end.

use std::collections::BTreeSet;

use firebox_tests::{Browser, Key};
use serde_json::Value;

/// More presses than any page has stops.
const MOST_STOPS: usize = 400;

/// One stop.
struct Stop {
    /// Its place in the document.
    place: u64,
    said: String,
    edges: Edges,
    is_yellow: bool,
    is_in_window: bool,
}

/// Where something stands on the page.
#[derive(Clone, Copy)]
struct Edges {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

/// Gives what is wrong with the order, and where the focus is not seen.
pub fn keyboard(browser: &Browser) -> (Vec<String>, Vec<String>) {
    let stops = stops(browser);
    let mut order = turned_back(&stops);
    if stops.len() >= MOST_STOPS {
        order.push("Tab never leaves the page".to_owned());
    }
    order.extend(missed(browser, &stops));
    let unseen = stops.iter().filter_map(|stop| {
        let fault = match (stop.is_yellow, stop.is_in_window) {
            (true, true) => return None,
            (false, _) => "not marked",
            (true, false) => "out of the window",
        };
        Some(format!("{} is {fault}", stop.said))
    });
    (order, unseen.collect())
}

/// Goes through the page from its first link until Tab leaves it or begins anew.
fn stops(browser: &Browser) -> Vec<Stop> {
    // A window in which nobody has pressed anything shows no focus at all.
    browser.keys(&[Key::Tab]);
    browser.script(FIRST, &[]);
    let mut stops: Vec<Stop> = Vec::new();
    while let Some(stop) = Stop::read(&browser.script(HERE, &[])) {
        let begins_anew = stops.first().is_some_and(|first| first.place == stop.place);
        if begins_anew || stops.len() >= MOST_STOPS {
            break;
        }
        stops.push(stop);
        browser.keys(&[Key::Tab]);
    }
    stops
}

/// Gives the steps that go up or to the left: reading order goes on in the line,
/// to a lower line, or to the top of a column on the right.
fn turned_back(stops: &[Stop]) -> Vec<String> {
    let steps = stops.windows(2).filter(|step| {
        let (from, to) = (step[0].edges, step[1].edges);
        let up = to.bottom <= from.top + 1.0 && to.left < from.right - 1.0;
        let same_line = to.top < from.bottom && from.top < to.bottom;
        let back = same_line && to.right <= from.left + 1.0 && to.top <= from.top + 1.0;
        up || back || step[1].place < step[0].place
    });
    let said = steps.map(|step| format!("{} comes after {}", step[1].said, step[0].said));
    said.collect()
}

/// Gives what Tab should reach and did not.
fn missed(browser: &Browser, stops: &[Stop]) -> Vec<String> {
    let reached: BTreeSet<u64> = stops.iter().map(|stop| stop.place).collect();
    let wanted = browser.script(WANTED, &[]);
    let wanted = wanted.as_array().unwrap().iter();
    let missed = wanted.filter(|one| !reached.contains(&one[0].as_u64().unwrap()));
    missed
        .map(|one| format!("{} is not reached", one[1].as_str().unwrap()))
        .collect()
}

impl Stop {
    /// Reads where the focus is; none: outside of the page.
    fn read(here: &Value) -> Option<Self> {
        let number = |name: &str| here[name].as_f64().unwrap();
        Some(Self {
            place: here["place"].as_u64()?,
            said: here["said"].as_str().unwrap().to_owned(),
            edges: Edges {
                left: number("left"),
                top: number("top"),
                right: number("right"),
                bottom: number("bottom"),
            },
            is_yellow: here["yellow"] == true,
            is_in_window: here["inWindow"] == true,
        })
    }
}

/// The skip link is where everybody begins, also on a page that opens in a field.
const FIRST: &str = "
    window.scrollTo(0, 0);
    document.querySelector('.govuk-skip-link').focus();";

/// The focus marks the thing itself or, for a radio button or checkbox, what is
/// drawn in its place.
const HERE: &str = "
    const here = document.activeElement;
    if (!here || here === document.body || here === document.documentElement) return null;
    const yellow = (style) => ['outlineColor', 'boxShadow', 'backgroundColor']
        .some((name) => style[name].includes('rgb(255, 221, 0)'))
        && (style.outlineStyle !== 'none' || style.boxShadow !== 'none');
    const drawn = here.labels?.[0];
    const styles = [getComputedStyle(here)];
    if (drawn && ['radio', 'checkbox'].includes(here.type)) {
        styles.push(getComputedStyle(drawn, '::before'));
    }
    const edge = here.getBoundingClientRect();
    const at = { left: edge.left + scrollX, right: edge.right + scrollX,
        top: edge.top + scrollY, bottom: edge.bottom + scrollY };
    return { ...at, place: [...document.querySelectorAll('*')].indexOf(here),
        said: `${here.localName} '${(here.innerText || here.name || here.id || '').trim().slice(0, 40)}'`,
        yellow: styles.some(yellow),
        inWindow: edge.bottom > 0 && edge.top < innerHeight };";

/// Of radio buttons with one name Tab reaches one.
const WANTED: &str = "
    const everything = [...document.querySelectorAll('*')];
    const groups = new Set();
    return [...document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), '
        + 'select, textarea, [tabindex=\"0\"]')].filter((one) => {
        if (!one.checkVisibility() || one.disabled || one.tabIndex < 0) return false;
        if (one.type !== 'radio') return true;
        const all = [...document.querySelectorAll(`input[name='${one.name}']`)];
        return one === (all.find((radio) => radio.checked) ?? all[0]);
    }).map((one) => [everything.indexOf(one), `${one.localName} '${one.innerText || one.name}'`]);";
