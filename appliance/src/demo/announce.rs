//! What the demo says when it is ready: where to open it, who can sign in, and
//! what to try in each walk.

use std::fmt::Display;

use firebox_council::Samples;

use super::{DemoFile, Places};
use crate::say;
use crate::supervise::House;

/// Says it at the terminal. `goes_on`: whether the demo stays.
pub(super) fn announce(
    summary: &DemoFile,
    samples: &Samples,
    places: &Places,
    house: &House,
    goes_on: bool,
) {
    opening(summary);
    people(summary);
    walks(samples);
    for_programs(summary, places, goes_on.then_some(house));
    what_differs();
    line(&"");
    if goes_on {
        line(&"Ctrl-C stops all of it; the same command carries on with the same data.");
    } else {
        line(&"It ends now; without --exit-when-ready the same command carries on with this data.");
    }
}

fn opening(summary: &DemoFile) {
    line(&"");
    line(&format_args!(
        "The box is ready. Open it in a browser:  {}/",
        summary.url
    ));
    line(&"");
    line(&"Everything in it is invented. Your browser does not know the demo's own authority:");
    line(&"go on past its warning, or trust this certificate first:");
    line(&format_args!("  {}", summary.ca.display()));
}

fn people(summary: &DemoFile) {
    line(&"");
    line(&"Who can sign in:");
    for person in &summary.people {
        line(&format_args!(
            "  {:<16} {:<22} {}",
            person.person,
            person.password,
            person.roles.join(", ")
        ));
    }
}

fn walks(samples: &Samples) {
    line(&"");
    line(&format_args!(
        "Walk 1, as olu.officer:  check {} (a warning), then {} (none)",
        samples.uprn_pairs, samples.uprn_clear
    ));
    line(&format_args!(
        "Walk 2, as olu.officer:  check {} and ask to see its sealed note",
        samples.release_flag_uprn
    ));
    line(&format_args!(
        "Walk 3, as ade.adviser:  find {}; it is {}, who says they are",
        samples.phone, samples.phone_known_as
    ));
    let born = samples
        .phone_born
        .map(|day| day.strftime("%-d %B %Y").to_string());
    line(&format_args!(
        "                         {}, born {}, of {}",
        samples.phone_name,
        born.unwrap_or_default(),
        samples.phone_postcode
    ));
}

fn for_programs(summary: &DemoFile, places: &Places, house: Option<&House>) {
    line(&"");
    line(&format_args!(
        "Drop changed exports into:  {}",
        summary.drop_dir.display()
    ));
    line(&format_args!(
        "For programs, all of this:  {}",
        places.summary.display()
    ));
    line(&format_args!(
        "How the box is:             {} --config {}/firebox.toml status",
        program(),
        places.the_box.display()
    ));
    if let Some(house) = house {
        let ids = house.process_ids().into_iter();
        let ids: Vec<_> = ids.map(|(name, id)| format!("{name} {id}")).collect();
        line(&format_args!(
            "Its processes:              {}",
            ids.join(", ")
        ));
    }
}

/// What is not as it is in a council.
fn what_differs() {
    line(&"");
    line(&"The demo plays Housing's staff: a name, pronouns, number or e-mail address reported");
    line(&"wrong is put right in their export. The processes share your user here; set apart by");
    line(
        &"user they are under systemd only. One person may look up 5,000 times an hour here, open",
    );
    line(&"5,000 details and report 600 mistakes, not the 300, 20 and 30 that ship.");
}

/// Gives the command as it can be typed here: the program that runs.
fn program() -> String {
    let program = std::env::current_exe().ok();
    program.map_or_else(|| "firebox".to_owned(), |path| path.display().to_string())
}

fn line(text: &dyn Display) {
    say::out(text);
}
