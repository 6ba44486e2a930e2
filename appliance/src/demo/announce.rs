//! What the demo says when it is ready: where to open it, who can sign in, and
//! what to try in each walk.

use std::fmt::Display;

use firebox_council::Samples;

use super::{DemoFile, Places};
use crate::say;
use crate::supervise::House;

/// Says it at the terminal.
pub(super) fn announce(summary: &DemoFile, samples: &Samples, places: &Places, house: &House) {
    opening(summary);
    people(summary);
    walks(samples);
    for_programs(summary, places, house);
    what_differs();
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

fn for_programs(summary: &DemoFile, places: &Places, house: &House) {
    let ids: Vec<_> = house
        .process_ids()
        .into_iter()
        .map(|(name, id)| format!("{name} {id}"))
        .collect();
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
        "How the box is:             firebox --config {}/firebox.toml status",
        places.the_box.display()
    ));
    line(&format_args!(
        "Its processes:              {}",
        ids.join(", ")
    ));
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
    line(&"");
    line(&"Ctrl-C stops all of it; the same command carries on with the same data.");
}

fn line(text: &dyn Display) {
    say::out(text);
}
