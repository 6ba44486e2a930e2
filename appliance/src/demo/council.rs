//! The invented council's exports and its box.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use firebox_council::{Council, Samples};
use firebox_protocol::{Settings, Stop};
use jiff::civil::Date;

use super::{DemoFile, Places, make_once};

/// Writes one export and gives how many rows it has.
type Export = fn(&Council, &mut BufWriter<File>) -> io::Result<u32>;

/// Every service's export by the name it is dropped under.
const EXPORTS: [(&str, Export); 8] = [
    ("caution_list.csv", |council, out| {
        council.write_caution_list(out)
    }),
    ("housing_properties.csv", |council, out| {
        council.write_housing_properties(out)
    }),
    ("housing_tenancies.csv", |council, out| {
        council.write_housing_tenancies(out)
    }),
    ("planning_enforcement.csv", |council, out| {
        council.write_planning_enforcement(out)
    }),
    ("housing_people.csv", |council, out| {
        council.write_housing_people(out)
    }),
    ("social_care_needs.csv", |council, out| {
        council.write_social_care_needs(out)
    }),
    ("benefits_claims.csv", |council, out| {
        council.write_benefits_claims(out)
    }),
    ("nhs_adjustments.json", |council, out| {
        council.write_nhs_adjustments(out)
    }),
];

/// Writes the services' exports unless they are there, and gives what to ask about.
pub(super) fn write_exports(places: &Places, today: Date) -> Result<Samples, Stop> {
    let council = Council::sample(today);
    for (name, write) in EXPORTS {
        write_once(&places.dropped.join(name), |out| write(&council, out))?;
    }
    Ok(council.samples())
}

/// Writes a file whole or not at all: a `.part` is not picked up by the agent.
fn write_once(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<u32>,
) -> Result<(), Stop> {
    if path.exists() {
        return Ok(());
    }
    let part = path.with_extension("part");
    let wrong =
        |e: io::Error| Stop::operating_system(format!("{} cannot be written: {e}", path.display()));
    let mut out = BufWriter::new(File::create(&part).map_err(wrong)?);
    write(&mut out).map_err(wrong)?;
    out.flush().map_err(wrong)?;
    std::fs::rename(&part, path).map_err(wrong)
}

/// Makes the box, or finds it, listening on `listen` and, for agents, on the
/// port it had before (their bundles name it) or the next one.
pub(super) fn make_box(places: &Places, listen: SocketAddr) -> Result<Settings, Stop> {
    let listen = with_port(listen)?;
    let intake = match known_intake(places) {
        Some(port) => SocketAddr::new(listen.ip(), port),
        None => {
            let next = listen.port().checked_add(1).unwrap_or(0);
            with_port(SocketAddr::new(
                listen.ip(),
                if listen.port() == 8443 { next } else { 0 },
            ))?
        }
    };
    make_once(places, &firebox_toml(listen, intake))
}

/// Puts a free port in the place of port 0.
fn with_port(address: SocketAddr) -> Result<SocketAddr, Stop> {
    if address.port() != 0 {
        return Ok(address);
    }
    TcpListener::bind(address)
        .and_then(|listener| listener.local_addr())
        .map_err(|e| Stop::configuration(format!("{address} cannot be used: {e}; see --listen")))
}

/// Gives the intake port of an earlier start, finished or not.
fn known_intake(places: &Places) -> Option<u16> {
    if let Ok(text) = std::fs::read_to_string(&places.summary)
        && let Ok(done) = serde_json::from_str::<DemoFile>(&text)
    {
        return done.intake_url.rsplit(':').next()?.parse().ok();
    }
    let text = std::fs::read_to_string(places.the_box.join("firebox.toml")).ok()?;
    Some(Settings::parse(&text).ok()?.intake.port())
}

/// The shipped policy with a higher limit for one person, so that somebody who
/// tries the demo by a program is not cut short. The demo says so.
pub(super) fn policy_toml(shipped: &str) -> String {
    let raised = [
        (
            "person_look_ups_per_hour = 300",
            "person_look_ups_per_hour = 5000",
        ),
        (
            "person_releases_per_hour = 20",
            "person_releases_per_hour = 5000",
        ),
        (
            "person_corrections_per_hour = 30",
            "person_corrections_per_hour = 600",
        ),
        ("standard = 500", "standard = 30000"),
        (
            "box_releases_per_hour = 600",
            "box_releases_per_hour = 30000",
        ),
    ];
    raised.iter().fold(shipped.to_owned(), |text, (from, to)| {
        text.replace(from, to)
    })
}

/// The shipped configuration with the demo's addresses and its mark.
fn firebox_toml(listen: SocketAddr, intake: SocketAddr) -> String {
    include_str!("../../../config/firebox.toml")
        .replace("demo = false", "demo = true")
        .replace(
            "public = \"127.0.0.1:8443\"",
            &format!("public = \"{listen}\""),
        )
        .replace(
            "intake = \"127.0.0.1:8444\"",
            &format!("intake = \"{intake}\""),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_raises_limits_of_the_shipped_policy_and_it_reads() {
        let policy = policy_toml(crate::init::sample("policy.toml"));
        for raised in [
            "person_look_ups_per_hour = 5000",
            "person_releases_per_hour = 5000",
            "person_corrections_per_hour = 600",
            "standard = 30000",
            "box_releases_per_hour = 30000",
        ] {
            assert!(policy.contains(raised), "{raised}");
        }
        firebox_keeper::check_policy(&policy).unwrap();
    }

    #[test]
    fn the_demo_changes_addresses_and_mark_of_the_shipped_configuration() {
        let text = firebox_toml(
            "127.0.0.1:9000".parse().unwrap(),
            "127.0.0.1:9001".parse().unwrap(),
        );
        let settings = Settings::parse(&text).unwrap();
        assert_eq!(
            (settings.public.port(), settings.intake.port()),
            (9000, 9001)
        );
        assert!(settings.demo);
    }
}
