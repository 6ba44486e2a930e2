//! The rules of the pages for people who use them differently, and for the
//! people the pages are about: each with the tests that show it. The page made
//! of it, `tests/accessibility.md`, is committed; a change of it is a change of
//! what we claim.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use self::rows::{How, all};

mod rows;

/// Set to write the page anew.
const WRITE: &str = "FIREBOX_WRITE_SNAPSHOTS";
/// The committed page.
const PAGE: &str = "accessibility.md";
/// Where tests stand.
const ROOMS: [&str; 4] = ["contract", "agent", "appliance", "tests"];

/// How a page would ask for what not everybody can do.
const NEVER: [&str; 12] = [
    "accesskey",
    "addEventListener(\"key",
    "onkey",
    "addEventListener(\"drag",
    "addEventListener(\"pointer",
    "addEventListener(\"touch",
    "addEventListener(\"mouse",
    "draggable=\"true\"",
    "@keyframes",
    "animation:",
    "transition:",
    "scroll-behavior: smooth",
];

const HEADER: &str = "# The rules of the pages, and the tests that show each\n\n\
    Made by `tests/whole/accessibility.rs`; do not edit it here. \"Unit\" opens the page without a \
    browser, \"browser\" in Chromium, \"by hand\" is to be done once a release and no test claims \
    it. What must hold on every page is looked at on each page that any test of the gate opens: \
    there the first test named shows that the rule can fail, the second opens every page for every \
    role.\n\n\
    | rule | what must hold | how | tests |\n|---|---|---|---|\n";

#[test]
fn every_rule_of_the_pages_names_the_tests_that_show_it_and_they_exist() {
    let known = tests_in_the_sources();
    for row in all() {
        let by_hand = row.how == How::ByHand;
        assert_eq!(row.tests.is_empty(), by_hand, "{}", row.id);
        for test in row.tests {
            assert!(
                known.contains(*test),
                "{} names {test}, which is no test",
                row.id
            );
        }
    }
    let ids: BTreeSet<&str> = all().map(|row| row.id).collect();
    assert_eq!(ids.len(), all().count(), "a rule stands twice");
}

#[test]
fn the_page_of_the_rules_is_the_one_that_is_committed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = page();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        page, committed,
        "run this test with {WRITE}=1 and read what changed"
    );
}

/// Ours alone: what govuk-frontend brings was made to the same rule.
#[test]
fn no_page_needs_dragging_hovering_a_shortcut_or_motion() {
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let web = std::fs::read_dir(house.join("appliance/assets/web")).unwrap();
    let mut files: Vec<PathBuf> = web.map(|file| file.unwrap().path()).collect();
    files.extend(sources(&house.join("appliance/gate/src/pages")));
    files.extend(sources(&house.join("appliance/gate/src/components")));
    assert!(files.len() > 100, "{} files", files.len());
    for file in files {
        // An icon in an old format is no text.
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        for word in NEVER {
            assert!(!text.contains(word), "{word} in {}", file.display());
        }
    }
}

fn page() -> String {
    let mut page = String::from(HEADER);
    for row in all() {
        let tests: Vec<String> = row.tests.iter().map(|test| format!("`{test}`")).collect();
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} |",
            row.id,
            row.rule,
            row.how.said(),
            tests.join("<br>")
        );
    }
    page
}

/// Names of all functions that are tests, anywhere in the house.
fn tests_in_the_sources() -> BTreeSet<String> {
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut names = BTreeSet::new();
    for room in ROOMS {
        for file in sources(&house.join(room)) {
            names.extend(tests_of(&std::fs::read_to_string(file).unwrap()));
        }
    }
    names
}

/// Names of the functions that follow a test's attribute.
fn tests_of(source: &str) -> Vec<String> {
    let (mut names, mut marked) = (Vec::new(), false);
    for line in source.lines().map(str::trim) {
        let name = line
            .strip_prefix("async fn ")
            .or_else(|| line.strip_prefix("fn "))
            .and_then(|rest| rest.split('(').next());
        if let Some(name) = name {
            if marked {
                names.push(name.to_owned());
            }
            marked = false;
        } else if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            marked = true;
        }
    }
    names
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return files;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "target" && name != "node_modules" {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
