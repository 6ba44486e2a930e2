//! Writes pictures of the pages, at the desk and on the phone, into a folder.
//!
//! ```text
//! cargo build -p firebox -p firebox-agent -p firebox-verify
//! cargo run -p firebox-tests --bin firebox-pictures -- FOLDER [--only TEXT]
//! ```
//!
//! It needs what the browser tests need (`packaging/setup/machine test`), and
//! starts a demo council of its own, which ends with it. With `FIREBOX_PROGRAMS`
//! the programs of that folder are shown in place of those that cargo built. It
//! is no test: people look at what it writes. The list of pages is
//! `tests/src/gallery.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it says what it wrote, and stops where it stands"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use firebox_tests::{Council, GALLERY, Picture, Tour};

/// Writes NAME-1366.png and NAME-390.png of every page in its main states: as
/// it is at the desk and on the phone. It starts a demo council of its own.
/// Whole pages are shown, also what lies below the window.
#[derive(Parser)]
struct Arguments {
    /// The folder to write into; it is made if it is not there.
    folder: PathBuf,
    /// Only pages with this text in their name, for instance "caller".
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
    /// Writes the names of the pages and nothing else.
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    let Arguments { folder, only, list } = Arguments::parse();
    let parts = GALLERY.map(|part| (part.prepares, wanted(part.pictures(), &only)));
    let pages: usize = parts.iter().map(|(_, pictures)| pictures.len()).sum();
    assert!(pages > 0, "no page has {only:?} in its name");
    if list {
        let names = parts.iter().flat_map(|(_, pictures)| pictures);
        names.for_each(|picture| println!("{}", picture.name));
        return ExitCode::SUCCESS;
    }
    std::fs::create_dir_all(&folder).unwrap();
    let council = Council::open();
    let windows = [(council.browser(), 1366), (council.phone(), 390)];
    let mut windows =
        windows.map(|(opening, width)| (Tour::new(&council, opening.starts()), width));
    let mut missed = 0;
    for (prepares, pictures) in parts.iter().filter(|(_, wanted)| !wanted.is_empty()) {
        prepares(&council);
        for (tour, width) in &mut windows {
            let takes = |picture| takes(tour, picture, &folder, *width);
            missed += pictures
                .iter()
                .copied()
                .map(takes)
                .filter(|took| !took)
                .count();
        }
    }
    println!("{pages} pages, {missed} pictures missed");
    ExitCode::from(u8::from(missed > 0))
}

fn wanted(pictures: impl Iterator<Item = &'static Picture>, only: &str) -> Vec<&'static Picture> {
    pictures
        .filter(|picture| picture.name.contains(only))
        .collect()
}

/// Takes one picture; a page that cannot be reached does not cost the others theirs.
fn takes(tour: &mut Tour<'_>, picture: &Picture, folder: &Path, width: u32) -> bool {
    let came = tour.comes_to(picture);
    if came {
        let file = folder.join(format!("{}-{width}.png", picture.name));
        std::fs::write(&file, tour.browser.full_page_png()).unwrap();
        println!("{}: {}", file.display(), tour.browser.title());
    }
    came
}
