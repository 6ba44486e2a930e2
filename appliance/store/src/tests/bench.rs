use crate::testbed::*;
use firebox_contract::batch::Line;
use firebox_contract::record::*;
use std::time::Instant;

fn person(n: u64) -> Record {
    let mut p = Person {
        name: PersonName::parse(
            "Ms",
            &format!("Forename{}", n % 977),
            "",
            &format!("Surname{}", n % 7919),
            "",
        )
        .unwrap(),
        pronouns: None,
        date_of_birth: Some("1980-01-01".parse().unwrap()),
        deceased: false,
        nhs_number: None,
        nino: None,
        addresses: vec![Address {
            purpose: AddressUse::Home,
            uprn: Some(uprn(100000 + n % 500000)),
            place: Some(place(
                &format!("{} High Street, Northbridge", n % 300 + 1),
                "NB1 4QX",
            )),
            from: Some("2015-01-01".parse().unwrap()),
            to: None,
            do_not_disclose: false,
        }],
        contacts: vec![],
    };
    p.contacts.push(Contact {
        kind: ContactKind::Phone,
        value: "+447700900123".into(),
        order: 1,
        safe_to_leave_message: None,
    });
    Record::Person(Box::new(p))
}

fn rss() -> String {
    std::fs::read_to_string("/proc/self/status")
        .unwrap()
        .lines()
        .filter(|l| l.starts_with("VmRSS") || l.starts_with("VmHWM"))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
#[ignore]
fn load() {
    let total: u64 = std::env::var("N")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(200_000);
    let folder = folder();
    let mut tenancies = TestAgent::new("housing-tenancies");
    let bed = Bed::start(folder.path(), "run", &[&tenancies], true);
    let mut spent = std::time::Duration::ZERO;
    let mut inner = std::time::Duration::ZERO;
    tenancies.run = 1;
    let mut parts = 0;
    let mut n = 0;
    while n < total {
        let lines: Vec<Line> = (n..n + 2000)
            .map(|n| put_line(&format!("PER{:08}", n * 7919 % 10_000_019), 1, person(n)))
            .collect();
        n += 2000;
        let bytes = tenancies.lines(&lines);
        let batch = tenancies.batch(firebox_contract::batch::Kind::SnapshotPart, &bytes);
        let t = Instant::now();
        bed.deliver(&tenancies, &batch).unwrap();
        spent += t.elapsed();
        let phone = tenancies.phone();
        let (speaker, rules) = (tenancies.speaker(&phone), rules_once());
        let t = Instant::now();
        for line in &bytes {
            let _ = crate::line::read(line, &speaker, rules);
        }
        inner += t.elapsed();
        parts += 1;
    }
    let mut proof = tenancies.proof(&[], true);
    proof.parts = parts;
    proof.puts = total;
    let manifest = tenancies.manifest(proof);
    let t = Instant::now();
    println!("{:?}", bed.deliver(&tenancies, &manifest).unwrap().outcome);
    println!(
        "load {total}: {:.1}s = {:.0}/s, manifest {:?}, parse alone {:.1}s, {}",
        spent.as_secs_f64(),
        total as f64 / spent.as_secs_f64(),
        t.elapsed(),
        inner.as_secs_f64(),
        rss()
    );

    // bare inserts of the same rows
    let other = crate::testbed::folder();
    let settings = settings().within(other.path());
    crate::create(&settings, &keys()).unwrap();
    let db = crate::database::Database::open(
        &settings.folders.store,
        &keys().database,
        &settings.box_id,
    )
    .unwrap();
    db.write("feed", |c| { c.execute("INSERT INTO feed (id, source, epoch, sequence, hash, synced, health, records, set_sum, unplaced) VALUES (1,'x',0,0,?1,0,'ok',0,zeroblob(32),0)", ["0".repeat(64)])?; Ok::<_, crate::database::DatabaseError>(()) }).unwrap();
    let mut bare = std::time::Duration::ZERO;
    let mut n = 0;
    while n < total {
        let rows: Vec<(String, String)> = (n..n + 2000)
            .map(|n| {
                (
                    format!("PER{:08}", n * 7919 % 10_000_019),
                    serde_json::to_string(&person(n)).unwrap(),
                )
            })
            .collect();
        let first = n;
        n += 2000;
        let t = Instant::now();
        db.write("bare", |c| {
            for (i, (key, record)) in rows.iter().enumerate() {
                c.prepare_cached("INSERT INTO statement (id, feed, key, kind, version, source_time, received, epoch, sequence, record, envelope, member, carried) VALUES (?1,1,?2,2,1,0,0,1,1,?3,NULL,?4,0)")?.execute((first as i64 + i as i64 + 1, key, record, [0u8; 32]))?;
            }
            Ok::<_, crate::database::DatabaseError>(())
        }).unwrap();
        bare += t.elapsed();
    }
    println!(
        "bare {total}: {:.1}s = {:.0}/s; ratio {:.2}",
        bare.as_secs_f64(),
        total as f64 / bare.as_secs_f64(),
        spent.as_secs_f64() / bare.as_secs_f64()
    );
    let t = Instant::now();
    let reader = bed.database.reader().unwrap();
    let found = crate::sweep::sweep(
        &reader,
        &crate::buckets::BucketKey::new(&zeroize::Zeroizing::new([2; 32])),
    )
    .unwrap();
    println!(
        "sweep {} in {:?}: {:?}",
        found.records,
        t.elapsed(),
        found.findings
    );
}

fn rules_once() -> &'static crate::rules::Rules {
    static R: std::sync::OnceLock<crate::rules::Rules> = std::sync::OnceLock::new();
    R.get_or_init(rules)
}

#[test]
#[ignore]
fn addresses() {
    let total: u64 = std::env::var("N")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(200_000);
    let folder = folder();
    let mut housing = TestAgent::new("housing-properties");
    let mut cautions = TestAgent::new("caution-list");
    let bed = Bed::start(folder.path(), "run", &[&housing, &cautions], true);
    let record = |n: u64| {
        property(
            100_000 + n,
            &format!("{} Street{} Road, Northbridge", n % 40 + 1, n / 40),
            &format!(
                "NB{} {}A{}",
                (n / 40) % 90 + 1,
                (n / 3600) % 10,
                char::from(b'A' + ((n / 36000) % 26) as u8)
            ),
            None,
        )
    };
    let lines: Vec<Line> = (0..total)
        .map(|n| put_line(&format!("P{n}"), 1, record(n)))
        .collect();
    let parts: Vec<&[Line]> = lines.chunks(2000).collect();
    let batches = housing.reading(&parts, true);
    let t = Instant::now();
    for b in &batches {
        bed.deliver(&housing, b).unwrap();
    }
    println!(
        "properties {total}: {:.1}s = {:.0}/s {}",
        t.elapsed().as_secs_f64(),
        total as f64 / t.elapsed().as_secs_f64(),
        rss()
    );
    let flags: Vec<Line> = (0..total / 12)
        .map(|n| {
            put_line(
                &format!("c{n}"),
                1,
                flag_at(Location::Uprn(uprn(100_000 + n * 11))),
            )
        })
        .collect();
    let parts: Vec<&[Line]> = flags.chunks(2000).collect();
    let batches = cautions.reading(&parts, true);
    let t = Instant::now();
    for b in &batches {
        bed.deliver(&cautions, b).unwrap();
    }
    println!("flags {}: {:.1}s", flags.len(), t.elapsed().as_secs_f64());
    let reader = bed.database.reader().unwrap();
    use firebox_protocol::PropertyBy as By;
    let settings = settings();
    let today = "2026-06-01".parse().unwrap();
    let time = |name: &str, by: &dyn Fn(u64) -> By, times: u64| {
        let t = Instant::now();
        let mut hits = 0;
        for n in 0..times {
            let found = crate::address::find(&reader, &by(n * 7919 % total), 20).unwrap();
            hits += found.uprns.len();
            if let [one] = found.uprns[..] {
                let a = crate::address::load(&reader, one).unwrap();
                crate::warnings::Look::new(&reader, &settings, today)
                    .around(&a)
                    .unwrap();
            }
        }
        println!("{name}: {:?} each, {hits} hits", t.elapsed() / times as u32);
    };
    time("uprn", &|n| By::Uprn(uprn(100_000 + n)), 20_000);
    time(
        "place",
        &|n| {
            let Record::Property(p) = record(n) else {
                panic!()
            };
            By::Place {
                postcode: p.place.postcode.clone(),
                number: format!("{}", n % 40 + 1),
            }
        },
        20_000,
    );
    time(
        "typed exact",
        &|n| By::Address(format!("{} street{} road", n % 40 + 1, n / 40)),
        5_000,
    );
    time(
        "typed with postcode",
        &|n| {
            let Record::Property(p) = record(n) else {
                panic!()
            };
            By::Address(p.place.one_line())
        },
        5_000,
    );
    time(
        "typed street",
        &|n| By::Address(format!("street{} road", n / 40)),
        5_000,
    );
    time(
        "typed common",
        &|_| By::Address("road northbridge".into()),
        200,
    );
    time(
        "typed common number",
        &|n| By::Address(format!("{} road northbridge", n % 40 + 1)),
        200,
    );
    time(
        "typed absent number",
        &|_| By::Address("999 road northbridge".to_string()),
        200,
    );
}
