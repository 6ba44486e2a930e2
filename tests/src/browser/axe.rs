//! The accessibility rules of axe-core, run on the page as it stands.
//!
//! The rules come from the package of the lock file beside this crate, and are
//! installed once beside what cargo builds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::Browser;
use super::page::words;
use super::trust::missing;
use crate::Run;

/// WCAG 2.2 at level AA, and what its authors advise beyond it.
const TAGS: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

/// A rule that the page breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// axe's name of the rule, for instance `image-alt`.
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    pub help: String,
    /// Where: CSS of each place.
    pub places: Vec<String>,
}

impl Browser {
    /// Gives the rules that the open page breaks.
    #[track_caller]
    pub fn axe(&self) -> Vec<Violation> {
        self.script(rules(), &[]);
        let timers = !self.runs_scripts();
        self.script(RUN, &[json!(TAGS), json!(timers)]);
        let mut result = Value::Null;
        self.waits_until("axe does not end", || {
            result = self.script("return window.fireboxAxe", &[]);
            !result.is_null()
        });
        let found = result.as_array();
        let found = found.unwrap_or_else(|| panic!("axe does not run: {result}"));
        found.iter().map(Violation::read).collect()
    }
}

/// Starts the rules. Where the page's scripts are off no timer ever rings, so
/// there those of axe ring at once; it waits for nothing that comes later.
const RUN: &str = "
    const [tags, ringAtOnce] = arguments;
    window.fireboxAxe = null;
    const own = window.setTimeout;
    if (ringAtOnce) {
        window.setTimeout = (ring, _, ...rest) => {
            Promise.resolve().then(() => ring(...rest));
            return 0;
        };
    }
    const options = {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
        preload: false};
    const short = (one) => ({rule: one.id, impact: one.impact, help: one.help,
        places: one.nodes.map((node) => node.target.flat().join(' '))});
    axe.run(document, options)
        .then((done) => { window.fireboxAxe = done.violations.map(short); })
        .catch((error) => { window.fireboxAxe = String(error); })
        .finally(() => { window.setTimeout = own; });";

impl Violation {
    fn read(found: &Value) -> Self {
        let places = found["places"].as_array().unwrap().iter();
        Self {
            rule: words(found["rule"].clone()),
            impact: words(found["impact"].clone()),
            help: words(found["help"].clone()),
            places: places.map(|place| words(place.clone())).collect(),
        }
    }
}

/// Gives axe's text, installed first if need be.
fn rules() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let folder = built().join("browser-tests");
        install(&folder);
        std::fs::read_to_string(folder.join("node_modules/axe-core/axe.min.js")).unwrap()
    })
}

/// Installs exactly the lock file, once for all tests and test programs.
fn install(folder: &Path) {
    let lock = include_str!("../../package-lock.json");
    std::fs::create_dir_all(folder).unwrap();
    // Other test programs may come here at the same moment.
    let gate = std::fs::File::create(folder.join("installing")).unwrap();
    gate.lock().unwrap();
    let installed = folder.join("installed.json");
    if std::fs::read_to_string(&installed).is_ok_and(|now| now == lock) {
        return;
    }
    std::fs::write(folder.join("package-lock.json"), lock).unwrap();
    let package = include_str!("../../package.json");
    std::fs::write(folder.join("package.json"), package).unwrap();
    npm(folder);
    std::fs::write(installed, lock).unwrap();
}

fn npm(folder: &Path) {
    let mut command = Command::new("npm");
    command
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder);
    let done = Run::of(command.output().unwrap_or_else(|e| missing("npm", &e)));
    assert_eq!(done.code, Some(0), "npm ci: {}", done.said());
}

/// Finds cargo's target folder, in which this test program lies.
fn built() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let mut above = here.ancestors();
    let target = above.find(|folder| folder.join("CACHEDIR.TAG").exists());
    target
        .expect("a test lies in cargo's target folder")
        .to_owned()
}
