//! TEMPORARY: load.
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Instant;

use firebox_contract::batch::Line;
use firebox_contract::record::Location;
use firebox_protocol::frame::{self, FrameHeader, HEADER_BYTES};
use firebox_protocol::gate_store::{Reply, Request};
use firebox_protocol::{Action, Ask, PropertyBy, query, socket};

use crate::testbed::*;

fn env(name: &str, or: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(or)
}

fn tasks() -> BTreeMap<String, [u64; 4]> {
    let mut all: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    for task in std::fs::read_dir("/proc/self/task").unwrap() {
        let path = task.unwrap().path();
        let Ok(status) = std::fs::read_to_string(path.join("status")) else {
            continue;
        };
        let Ok(stat) = std::fs::read_to_string(path.join("stat")) else {
            continue;
        };
        let field = |name: &str| -> u64 {
            status
                .lines()
                .find(|l| l.starts_with(name))
                .unwrap()
                .split_whitespace()
                .nth(1)
                .unwrap()
                .parse()
                .unwrap()
        };
        let name = status.lines().next().unwrap()[6..].to_owned();
        let after: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        let entry = all.entry(name).or_default();
        entry[0] += field("voluntary_ctxt_switches");
        entry[1] += field("nonvoluntary_ctxt_switches");
        entry[2] += after[11].parse::<u64>().unwrap();
        entry[3] += after[12].parse::<u64>().unwrap();
    }
    all
}

#[test]
#[ignore = "a measurement"]
fn load() {
    let properties = env("PROPERTIES", 41_665);
    let clients = env("CLIENTS", 32);
    let total = env("TOTAL", 300_000);
    let folder = folder();
    let mut agent = TestAgent::new("caution-list");
    let mut housing = TestAgent::new("housing-properties");
    let bed = Bed::start(folder.path(), "run", &[&agent, &housing], true);
    let postcode = |n: u64| {
        let letter = |v: u64| {
            char::from(b'A' + u8::try_from(v % 20).unwrap())
                .to_string()
                .replace(['C', 'I', 'K', 'M', 'O'], "Z")
        };
        let n = n / 15;
        format!(
            "NB{} {}{}{}",
            1 + n / 4000 % 9,
            n / 400 % 10,
            letter(n / 20),
            letter(n)
        )
    };
    let lines: Vec<Line> = (1..=properties)
        .map(|n| {
            put_line(
                &format!("p-{n}"),
                1,
                property(
                    100_000_000_000 + n * 7,
                    &format!("{n} Mill Lane, Northbridge"),
                    &postcode(n),
                    None,
                ),
            )
        })
        .collect();
    let parts: Vec<&[Line]> = lines.chunks(5_000).collect();
    for batch in housing.reading(&parts, true) {
        let said = bed.deliver(&housing, &batch).unwrap();
        if said.reason.is_some() {
            eprintln!("{:?} {:?}", said.outcome, said.reason);
        }
    }
    let flags: Vec<Line> = (1..=properties / 50)
        .map(|n| {
            let key = format!("c-{n}");
            let record = flag_at(Location::Uprn(uprn(100_000_000_000 + n * 50 * 7)));
            agent.put_with_envelope(&key, 1, record, &agent.seal(&key, 1))
        })
        .collect();
    for part in flags
        .chunks(5_000)
        .map(<[Line]>::to_vec)
        .collect::<Vec<_>>()
    {
        let batch = agent.delta(&part);
        bed.deliver(&agent, &batch).unwrap();
    }
    eprintln!(
        "filled: {} KiB",
        std::fs::metadata(bed.settings.folders.store.join("store.db"))
            .unwrap()
            .len()
            / 1024
    );
    for file in std::fs::read_dir(&bed.settings.folders.store).unwrap() {
        let f = file.unwrap();
        eprintln!("{:?} {}", f.file_name(), f.metadata().unwrap().len() / 1024);
    }
    let nonce = bed.nonce();
    let make = |n: u64| {
        let at = 1 + n.wrapping_mul(0x9E37_79B9_7F4A_7C15) % properties;
        let query = query::to_bytes(&query_for(Ask::Property(PropertyBy::Uprn(uprn(
            100_000_000_000 + at * 7,
        )))))
        .unwrap();
        let mut id = [0; 16];
        id[..8].copy_from_slice(&n.to_be_bytes());
        let mut permit = permit_for(id, &query, Action::Property, nonce, 9_000);
        permit.log_index = 1000 + n;
        frame::encode(
            n,
            &Request::Answer {
                permit: permit.seal(&permit_key()),
                query,
            },
        )
        .unwrap()
    };
    let mut stream = UnixStream::connect(
        bed.settings
            .folders
            .run
            .join(socket::file(socket::STORE_GATE)),
    )
    .unwrap();
    let (mut sent, mut got) = (0, 0);
    let mut out = Vec::new();
    let mut buffer = vec![0; 1 << 20];
    let (mut start, mut end) = (0, 0);
    let mut reads = 0u64;
    let syscr = || -> u64 {
        std::fs::read_to_string("/proc/self/io")
            .unwrap()
            .lines()
            .find(|l| l.starts_with("syscr"))
            .unwrap()[7..]
            .parse()
            .unwrap()
    };
    let syscr_before = syscr();
    let before = tasks();
    let begun = Instant::now();
    for _ in 0..clients {
        out.extend(make(sent));
        sent += 1;
    }
    while got < total {
        if !out.is_empty() {
            stream.write_all(&out).unwrap();
            out.clear();
        }
        if start > 0 {
            buffer.copy_within(start..end, 0);
            (start, end) = (0, end - start);
        }
        reads += 1;
        end += stream.read(&mut buffer[end..]).unwrap();
        while end - start >= HEADER_BYTES {
            let header: [u8; HEADER_BYTES] =
                buffer[start..start + HEADER_BYTES].try_into().unwrap();
            let header = FrameHeader::parse(&header).unwrap();
            if end - start < HEADER_BYTES + header.message_bytes {
                break;
            }
            if got % 1000 == 0 {
                let reply: Reply =
                    frame::decode(&buffer[start + HEADER_BYTES..][..header.message_bytes]).unwrap();
                match &reply {
                    Reply::Answer(firebox_protocol::answer::Answer::Property(answer)) => {
                        assert_eq!(answer.matches.len(), 1, "{answer:?}");
                        if got == 0 {
                            eprintln!("{answer:?} {}", header.message_bytes);
                        }
                    }
                    _ => panic!("another reply"),
                }
            }
            start += HEADER_BYTES + header.message_bytes;
            got += 1;
            if sent < total {
                out.extend(make(sent));
                sent += 1;
            }
        }
    }
    let took = begun.elapsed().as_secs_f64();
    eprintln!(
        "preads {:.3}",
        (syscr() - syscr_before) as f64 / total as f64
    );
    let after = tasks();
    eprintln!(
        "{:.0}/s, {:.1} replies a read",
        total as f64 / took,
        total as f64 / reads as f64
    );
    let per = |v: u64| v as f64 / total as f64;
    for (name, now) in &after {
        let was = before.get(name).copied().unwrap_or_default();
        let d: Vec<u64> = now.iter().zip(was).map(|(a, b)| a - b).collect();
        eprintln!(
            "{name:16} vol {:.3} invol {:.3} user {:.1} us sys {:.1} us",
            per(d[0]),
            per(d[1]),
            per(d[2]) * 10_000.0,
            per(d[3]) * 10_000.0
        );
    }
    std::process::exit(0);
}

#[derive(serde::Deserialize)]
struct Short {
    place: ShortPlace,
}
#[derive(serde::Deserialize)]
struct ShortPlace {
    lines: Vec<String>,
}

#[test]
#[ignore = "a measurement"]
fn parse() {
    let text = serde_json::to_string(&property(
        100_000_000_007,
        "12 Mill Lane, Northbridge",
        "NB1 4QX",
        None,
    ))
    .unwrap();
    eprintln!("{text}");
    for _ in 0..3 {
        let begun = Instant::now();
        for _ in 0..100_000 {
            let r: firebox_contract::record::Record = serde_json::from_str(&text).unwrap();
            std::hint::black_box(&r);
        }
        let whole = begun.elapsed();
        let begun = Instant::now();
        for _ in 0..100_000 {
            let r: Short = serde_json::from_str(&text).unwrap();
            std::hint::black_box(&r.place.lines);
        }
        eprintln!(
            "{:.0} ns whole, {:.0} ns short",
            whole.as_nanos() as f64 / 1e5,
            begun.elapsed().as_nanos() as f64 / 1e5
        );
    }
}
