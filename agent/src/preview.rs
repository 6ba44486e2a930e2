//! `preview` and `plan`: what would be read and what it would change. Codes are
//! shown, values only as shapes; nothing is sealed and nothing is sent.

use std::io::Write;
use std::sync::Arc;

use firebox_contract::Record;
use firebox_contract::record::{
    Address, Contact, HazardFlag, Language, Location, Person, Property, Proxy, Safety,
};
use serde::Serialize;
use tokio::runtime::Runtime;

use crate::carrier::Carrier;
use crate::command::say;
use crate::feed_error::FeedError;
use crate::feed_view;
use crate::interrupt::Interrupt;
use crate::map::{Good, Mapped, shape};
use crate::progress::Progress;
use crate::reading::{Reader, Summary};
use crate::run::not_enrolled;
use crate::settings::Settings;
use crate::source::Source;
use crate::stop::{Exit, Stop, chain};

/// Shows the first rows of the newest export as they would be mapped.
pub(crate) fn preview(
    settings: &Settings,
    id: &str,
    rows: u64,
    out: &mut dyn Write,
) -> Result<Exit, Stop> {
    let vocabulary = settings.vocabulary()?;
    let sources = feed_view::sources(settings, &vocabulary)?;
    let source = feed_view::find(&sources, id)?;
    let export = feed_view::newest(source).map_err(FeedError::from)?;
    say(out, &format!("encoding {}", export.charset.name()))?;
    let mut shown = 0;
    feed_view::each_row(source, &export, |row, _, mapped| {
        if shown == rows {
            return Ok(false);
        }
        shown += 1;
        let word = source.format.row_word();
        say(out, &format!("{word} {}: {}", row.line, describe(&mapped)))?;
        Ok(true)
    })?;
    Ok(Exit::Ok)
}

fn describe(mapped: &Mapped) -> String {
    match mapped {
        Mapped::Nothing => "no record: the mapping passes such rows over".to_owned(),
        Mapped::Bad(bad) => {
            let place = if bad.spot.is_nowhere() {
                "no place reads"
            } else {
                "its place reads"
            };
            format!("not read: {} {}; {place}", bad.field, bad.reason.advice())
        }
        Mapped::Good(good) => describe_good(good),
    }
}

fn describe_good(good: &Good) -> String {
    let key = shape(&good.key);
    let detail = if good.detail.is_some() {
        ", detail sealed"
    } else {
        ""
    };
    match &good.record {
        Record::Property(property) => format!("property {key}: {}", describe_property(property)),
        Record::Hazard(flag) => format!("warning {key}: {}{detail}", describe_flag(flag)),
        Record::Person(person) => {
            let left_out = match good.left_out {
                0 => String::new(),
                count => format!("; {count} values left out"),
            };
            format!("person {key}: {}{left_out}", describe_person(person))
        }
    }
}

fn describe_property(property: &Property) -> String {
    let lines: Vec<_> = property
        .place
        .lines
        .iter()
        .map(|line| shape(line))
        .collect();
    let parent = if property.parent.is_some() {
        ", with a parent"
    } else {
        ""
    };
    let kind = property.classification.as_deref().unwrap_or("none");
    format!(
        "{}, {}, class {kind}{parent}",
        lines.join(", "),
        shape(property.place.postcode.as_str())
    )
}

fn describe_flag(flag: &HazardFlag) -> String {
    let place = match &flag.location {
        Location::Uprn(_) => "at a UPRN",
        Location::Address(_) => "at an address",
        Location::Person(_) => "about a person",
    };
    let controls = if flag.controls.is_empty() {
        "default controls".to_owned()
    } else {
        flag.controls.join(" + ")
    };
    format!(
        "{} ({controls}) {place}, {}, review due {}",
        flag.code,
        flag.class.code(),
        flag.review_due
    )
}

/// Says what of a person came through: codes as they are, values as shapes or counts.
fn describe_person(person: &Person) -> String {
    let held = |there: bool, word: &str| there.then(|| word.to_owned());
    let name = &person.name;
    let preferred = name.preferred != name.forename && name.preferred != name.surname;
    let words = [
        Some(shape(&format!("{} {}", name.forename, name.surname))),
        held(preferred, "preferred name"),
        held(person.pronouns.is_some(), "pronouns"),
        held(person.date_of_birth.is_some(), "date of birth"),
        held(person.deceased, "deceased"),
        held(person.nhs_number.is_some(), "NHS number"),
        held(person.nino.is_some(), "NI number"),
        listed("addresses", person.addresses.iter().map(describe_address)),
        listed("contacts", person.contacts.iter().map(describe_contact)),
        listed("needs", person.needs.iter().map(|need| need.group.clone())),
        listed("languages", person.languages.iter().map(describe_language)),
        listed("teams", person.teams.iter().map(|team| shape(&team.team))),
        listed("may speak", person.proxies.iter().map(describe_proxy)),
        person.safety.as_ref().map(describe_safety),
    ];
    let words: Vec<_> = words.into_iter().flatten().collect();
    words.join("; ")
}

fn listed(what: &str, items: impl Iterator<Item = String>) -> Option<String> {
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| format!("{what}: {}", items.join(", ")))
}

fn describe_address(address: &Address) -> String {
    let what = match (&address.uprn, &address.place) {
        (Some(_), _) => "UPRN",
        (None, Some(_)) => "text",
        (None, None) => "no place",
    };
    let hidden = if address.do_not_disclose {
        ", not to be told"
    } else {
        ""
    };
    format!("{} ({what}{hidden})", code(&address.purpose))
}

fn describe_contact(contact: &Contact) -> String {
    let whose = if contact.whose.is_some() {
        " of somebody else"
    } else {
        ""
    };
    let safe = if contact.safe { ", safe" } else { "" };
    let (kind, value) = (code(&contact.kind), shape(&contact.value));
    format!("{kind}{whose} {value}{safe}")
}

fn describe_language(language: &Language) -> String {
    let interpreter = if language.interpreter {
        ", interpreter"
    } else {
        ""
    };
    format!("{} {}{interpreter}", language.tag, code(&language.mode))
}

fn describe_proxy(proxy: &Proxy) -> String {
    let limits = if proxy.limits.is_some() {
        ", with limits"
    } else {
        ""
    };
    let (about, state) = (proxy.about.join(" + "), code(&proxy.state));
    format!("{state} by {} about {about}{limits}", proxy.basis)
}

fn describe_safety(safety: &Safety) -> String {
    let withheld = if safety.withheld { ", withheld" } else { "" };
    format!("safety: {}{withheld}", safety.instruction)
}

/// Gives the code of a value that is one of few.
fn code(value: &impl Serialize) -> String {
    let code = serde_json::to_value(value).unwrap_or_default();
    code.as_str().unwrap_or_default().to_owned()
}

/// Says what the newest export would change.
pub(crate) fn plan(
    settings: &Settings,
    id: &str,
    runtime: &Arc<Runtime>,
    interrupt: &Interrupt,
    out: &mut dyn Write,
) -> Result<Exit, Stop> {
    let vocabulary = settings.vocabulary()?;
    let sources = feed_view::sources(settings, &vocabulary)?;
    let source = feed_view::find(&sources, id)?;
    let carrier = Carrier::open(settings, &source.service, runtime, interrupt)?;
    let carrier = carrier.ok_or_else(|| not_enrolled(&source.service))?;
    let summary = read(&carrier, source, interrupt)?;
    say_summary(&summary, out)?;
    let numbers = summary.numbers();
    match source.guard.judge(&numbers) {
        Some(hold) => {
            say(out, &format!("would be held: {}", hold.message(&numbers)))?;
            Ok(Exit::Held)
        }
        None => Ok(Exit::Ok),
    }
}

fn read(carrier: &Carrier, source: &Source, interrupt: &Interrupt) -> Result<Summary, Stop> {
    let Some(feed) = carrier.state.find_feed(&source.id)? else {
        return Err(Stop::failed(format!(
            "{} has not run yet: everything in the export would be sent; see `firebox-agent preview`",
            source.id
        )));
    };
    let export = feed_view::newest(source).map_err(FeedError::from)?;
    let reader = Reader {
        source,
        memory: &carrier.memory,
        state: &carrier.lookup,
        feed: &feed,
        interrupt,
    };
    let notes = carrier.lookup.reading()?;
    let mut progress = Progress::of(&source.id);
    reader
        .read(&export, &notes, feed.is_full_next(), false, &mut progress)
        .map_err(Stop::from)
        .map_err(|stop| Stop {
            message: chain(&stop),
            ..stop
        })
}

fn say_summary(summary: &Summary, out: &mut dyn Write) -> Result<(), Stop> {
    let counts = &summary.counts;
    let told = [
        ("rows in the export", summary.rows),
        ("rows without a record", summary.without_record),
        ("records held by the box", counts.live),
        ("would be added", counts.added),
        ("would change", counts.changed),
        ("would go", counts.gone),
        ("stay the same", counts.unchanged),
        ("rows could not be read", summary.quarantined),
        ("of these shown at their address", counts.held),
        ("of these at no readable place", counts.unplaced),
        (
            "absent but kept, because a row's key could not be read",
            counts.kept,
        ),
        ("optional values left out", summary.left_out),
        ("rows with wrongly decoded UTF-8", summary.mojibake),
        ("flags of other codes, not read", summary.foreign_flags),
    ];
    for (what, count) in told {
        say(out, &format!("{count:>9}  {what}"))?;
    }
    Ok(())
}
