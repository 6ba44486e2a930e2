//! Every page of the gallery, looked at in every window it must work in: at the
//! desk and on the phone with scripts, and without them half of the pages at
//! the desk and the other half on the phone.
//!
//! One demo and four browsers do for all rules: a page that is open is looked at
//! for everything at once, and each test asks for its own rule. What a rule
//! finds is kept as words; a rule that was not looked for fails its test too.

mod looking;
mod names;
mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use firebox_tests::{Council, GALLERY, Picture, Tour};

pub use looking::{Look, Window};

/// Pages that are looked at at least, whatever the gallery becomes.
const AT_LEAST: usize = 90;

/// What was seen in all windows.
pub struct Sights {
    pub looks: Vec<Look>,
    /// Pages to which no way led, with their windows.
    pub missed: Vec<String>,
    /// What must never stand in a title.
    names: Vec<String>,
    /// Bytes of all that the first page fetches besides itself, on the line.
    pub first_files: u64,
}

/// Looks at everything, once for all tests. The browsers and the demo are gone
/// when it is done.
pub fn sights() -> &'static Sights {
    static SIGHTS: OnceLock<Sights> = OnceLock::new();
    SIGHTS.get_or_init(|| {
        let council = Council::open();
        let mut tours = tours(&council);
        let first_files = looking::first_files(&tours[0].1.browser);
        let (mut looks, mut missed) = (Vec::new(), Vec::new());
        for part in &GALLERY {
            (part.prepares)(&council);
            let pictures: Vec<&Picture> = part.pictures().collect();
            let seen = walk_all(&mut tours, &pictures);
            looks.extend(seen.0);
            missed.extend(seen.1);
        }
        Sights {
            looks,
            missed,
            names: names::of(&council),
            first_files,
        }
    })
}

type Walk<'a> = (Window, Tour<'a>);
type Seen = (Vec<Look>, Vec<String>);

fn tours(council: &Council) -> Vec<Walk<'_>> {
    let open = |window: Window| (window, Tour::new(council, window.opens(council)));
    Window::ALL.map(open).into()
}

/// Walks with all browsers at a time; the two without scripts share one turn,
/// since each has half of the way.
fn walk_all(tours: &mut [Walk<'_>], pictures: &[&Picture]) -> Seen {
    let (desk, others) = tours.split_at_mut(1);
    let (phone, plain) = others.split_at_mut(1);
    let all = std::thread::scope(|scope| {
        let turns = [desk, phone, plain].map(|turn| {
            scope.spawn(move || turn.iter_mut().map(|one| walk(one, pictures)).collect())
        });
        turns.map(|turn| -> Vec<Seen> { turn.join().unwrap() })
    });
    let mut seen = Seen::default();
    for (looks, missed) in all.into_iter().flatten() {
        seen.0.extend(looks);
        seen.1.extend(missed);
    }
    seen
}

fn walk((window, tour): &mut Walk<'_>, pictures: &[&Picture]) -> Seen {
    let mut seen = Seen::default();
    for (place, picture) in pictures.iter().enumerate() {
        if !window.has(place) {
            continue;
        }
        let before = tour.browser.console_errors().len();
        if tour.comes_to(picture) {
            seen.0
                .push(Look::at(&tour.browser, *window, picture.name, before));
        } else {
            seen.1.push(format!("{} {window:?}", picture.name));
        }
    }
    seen
}

impl Sights {
    /// Asserts that a rule was looked for on so many pages and broken on none.
    #[track_caller]
    pub fn keep(&self, rule: &str, at_least: usize) {
        let looked = self
            .looks
            .iter()
            .filter(|look| look.faults.contains_key(rule));
        assert!(looked.count() >= at_least, "{rule} was hardly looked for");
        let mut faults: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for look in &self.looks {
            for fault in look.faults.get(rule).into_iter().flatten() {
                let place = format!("{} {:?}", look.page, look.window);
                faults.entry(fault).or_default().insert(place);
            }
        }
        assert!(faults.is_empty(), "{rule}: {faults:#?}");
    }
}

#[test]
fn every_page_of_the_gallery_can_be_reached_in_every_window() {
    let sights = sights();
    assert!(sights.missed.is_empty(), "{:#?}", sights.missed);
    let desk = sights
        .looks
        .iter()
        .filter(|look| look.window == Window::Desk);
    assert!(desk.count() >= AT_LEAST);
}

#[test]
fn axe_finds_nothing_on_any_page_at_the_desk_and_on_the_phone() {
    sights().keep("axe", 2 * AT_LEAST);
}

#[test]
fn axe_finds_nothing_on_any_page_without_javascript() {
    sights().keep("axe without scripts", AT_LEAST);
}

#[test]
fn no_page_makes_the_browser_complain() {
    sights().keep("console", 3 * AT_LEAST);
}

#[test]
fn what_is_read_on_a_control_is_in_its_name() {
    sights().keep("label in name", AT_LEAST);
}

#[test]
fn pages_of_different_kinds_have_different_titles() {
    let mut kinds: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for look in &sights().looks {
        let title = look.title.strip_prefix("Error: ").unwrap_or(&look.title);
        kinds.entry(title).or_default().insert(look.kind());
    }
    kinds.retain(|_, kinds| kinds.len() > 1);
    assert!(kinds.is_empty(), "{kinds:#?}");
}

#[test]
fn a_title_is_short_says_the_service_and_names_nobody() {
    let sights = sights();
    for look in &sights.looks {
        let (page, title) = (look.page, &look.title);
        assert!(
            title.ends_with(" – Digital firebox – Northborough Council"),
            "{page}: {title}"
        );
        assert_eq!(
            title.starts_with("Error: "),
            look.has_summary,
            "{page}: {title}"
        );
        let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).collect();
        let named = sights
            .names
            .iter()
            .find(|name| words.contains(&name.as_str()));
        assert!(named.is_none(), "{page}: {title} names {named:?}");
    }
}

/// A title's own part: what follows is the council's, and as long as its name.
#[test]
fn a_title_says_what_the_page_is_in_at_most_36_characters() {
    let own = |title: &'static str| title.trim_start_matches("Error: ").split(" – ").next();
    let titles = sights().looks.iter().filter_map(|look| own(&look.title));
    let long: BTreeSet<&str> = titles.filter(|title| title.chars().count() > 36).collect();
    assert!(long.is_empty(), "{long:#?}");
}
