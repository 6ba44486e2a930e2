//! What pages weigh: an officer opens them on a slow line at somebody's door.

use std::collections::BTreeMap;

use firebox_tests::Browser;

use super::every_page::{Window, sights};

/// Most bytes of a page's HTML.
const MOST_HTML: u64 = 30 * 1024;
/// Most bytes of a day of sixty visits of which every one has a warning, two
/// numbers to ring and a sealed note: each must be readable without opening it.
/// It comes compressed, as a quarter of that.
const MOST_HTML_OF_SIXTY: u64 = 36 * 1024;
/// Most bytes on the line until a page is there that is the first ever.
const MOST_FIRST_VIEW: u64 = 45 * 1024;

/// What a page weighs.
pub struct Weight {
    /// Bytes of its HTML.
    html: u64,
    /// Bytes of its HTML as they come over the line, headers included.
    sent: u64,
    /// Names of files that are not of the site.
    strange: Vec<String>,
}

/// Weighs the page that is open.
pub fn of(browser: &Browser) -> Weight {
    let weighed = browser.script(WEIGH, &[]);
    let number = |name: &str| weighed[name].as_u64().unwrap();
    let strange = weighed["strange"].as_array().unwrap().iter();
    Weight {
        html: number("html"),
        sent: number("sent"),
        strange: strange
            .map(|one| one.as_str().unwrap().to_owned())
            .collect(),
    }
}

/// The browser's own count of the page as it came.
const WEIGH: &str = "
    const page = performance.getEntriesByType('navigation')[0];
    const files = performance.getEntriesByType('resource').map((file) => file.name);
    return {html: page.decodedBodySize, sent: page.transferSize,
        strange: files.filter((name) => !name.startsWith(location.origin + '/static/'))};";

#[test]
fn no_page_has_more_than_thirty_kilobytes_of_html() {
    let mut heavier_than_that = heavier(|weight| weight.html, MOST_HTML);
    let sixty = heavier_than_that.remove("visits-sixty");
    assert!(
        sixty.is_none_or(|bytes| bytes <= MOST_HTML_OF_SIXTY),
        "{sixty:?}"
    );
    assert_eq!(heavier_than_that, BTreeMap::new());
}

#[test]
fn no_page_has_more_than_thirty_kilobytes_on_the_line() {
    assert_eq!(heavier(|weight| weight.sent, MOST_HTML), BTreeMap::new());
}

#[test]
fn the_first_view_of_any_page_is_at_most_45_kilobytes_on_the_line() {
    let files = sights().first_files;
    assert!(files > 10_000, "the files of a page weigh {files} bytes");
    let heavier = heavier(|weight| files + weight.sent, MOST_FIRST_VIEW);
    assert_eq!(heavier, BTreeMap::new(), "files: {files}");
}

#[test]
fn a_page_fetches_its_own_files_and_nothing_else() {
    for look in &sights().looks {
        assert!(
            look.weight.strange.is_empty(),
            "{}: {:?}",
            look.page,
            look.weight.strange
        );
    }
}

/// Gives the pages that weigh more.
fn heavier(weight: impl Fn(&Weight) -> u64, most: u64) -> BTreeMap<&'static str, u64> {
    let looks = sights().looks.iter();
    let desk = looks.filter(|look| look.window == Window::Desk);
    let weights = desk.map(|look| (look.page, weight(&look.weight)));
    let weights: Vec<(&str, u64)> = weights.collect();
    assert!(weights.len() >= 90 && weights.iter().all(|(_, bytes)| *bytes > 0));
    weights
        .into_iter()
        .filter(|(_, bytes)| *bytes > most)
        .collect()
}
