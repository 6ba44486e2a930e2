//! SECURITY row 10: an old page put back, with no key needed, makes a warning
//! disappear; SQLCipher alone does not notice.

use std::path::Path;

use firebox_contract::record::{HazardFlag, Location, Record, State};
use firebox_protocol::settings::Settings;
use zeroize::Zeroizing;

use crate::address;
use crate::buckets::BucketKey;
use crate::database::Database;
use crate::file::FILE;
use crate::sweep::{Sweep, sweep};
use crate::testbed::{
    Bed, TestAgent, flag, flag_at, folder, held_line, now, put_line, settings, uprn,
};
use crate::warnings::Look;

const PAGE: usize = 4096;

fn swept(store: &Path, settings: &Settings) -> Result<(Sweep, usize), String> {
    let open = Database::open(store, &Zeroizing::new([1; 32]), &settings.box_id);
    let database = open.map_err(|stop| stop.message)?;
    let reader = database.reader().map_err(|e| e.to_string())?;
    let found =
        sweep(&reader, &BucketKey::new(&Zeroizing::new([2; 32]))).map_err(|e| e.to_string())?;
    let today = now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let address = address::load(&reader, 100).map_err(|e| e.to_string())?;
    let around = Look::new(&reader, settings, today)
        .around(&address)
        .map_err(|e| e.to_string())?;
    Ok((found, around.flags.len() * 10 + around.notices.len()))
}

/// Copies the database folded into one file.
fn copy(bed: &Bed, to: &Path) -> Vec<u8> {
    bed.database
        .write("fold", |_| Ok::<_, crate::database::DatabaseError>(()))
        .unwrap();
    let reader = bed.database.reader().unwrap();
    let busy: i64 = reader
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .unwrap();
    assert_eq!(busy, 0);
    let bytes = std::fs::read(bed.settings.folders.store.join(FILE)).unwrap();
    std::fs::write(to, &bytes).unwrap();
    bytes
}

#[test]
fn no_old_page_put_back_changes_an_answer_unseen() {
    let folder = folder();
    let mut agent = TestAgent::new("caution-list");
    let bed = Bed::start(folder.path(), "run", &[&agent], true);
    // Before: one warning that ended, and no notice. After: it is in force, and a row is held.
    let ended = Record::Hazard(Box::new(HazardFlag {
        state: State::Ended,
        ..flag()
    }));
    let other = put_line("c-2", 1, flag_at(Location::Uprn(uprn(200))));
    let batch = agent.delta(&[put_line("c-1", 1, ended), other]);
    bed.deliver(&agent, &batch).unwrap();
    let old = copy(&bed, &folder.path().join("old.db"));
    let batch = agent.delta(&[
        put_line("c-1", 2, flag_at(Location::Uprn(uprn(100)))),
        held_line("c-3", 2, Some(100), None),
    ]);
    bed.deliver(&agent, &batch).unwrap();
    let new = copy(&bed, &folder.path().join("new.db"));

    let spliced = crate::testbed::folder();
    let store = spliced.path().join("store");
    let settings = settings();
    let try_with = |bytes: &[u8]| {
        for name in [FILE, "store.db-wal", "store.db-shm"] {
            // The two beside the file may not be there.
            let _ = std::fs::remove_file(store.join(name));
        }
        std::fs::write(store.join(FILE), bytes).unwrap();
        std::fs::set_permissions(
            store.join(FILE),
            std::os::unix::fs::PermissionsExt::from_mode(0o600),
        )
        .unwrap();
        swept(&store, &settings)
    };
    let (clean, shown) = try_with(&new).unwrap();
    assert_eq!((clean.findings, shown), (Vec::new(), 11));

    let (mut hidden, mut noticed) = (0, 0);
    for page in 0..old.len().min(new.len()) / PAGE {
        let range = page * PAGE..(page + 1) * PAGE;
        if old[range.clone()] == new[range.clone()] {
            continue;
        }
        let mut bytes = new.clone();
        bytes[range.clone()].copy_from_slice(&old[range]);
        match try_with(&bytes) {
            Err(_) => noticed += 1,
            Ok((found, now_shown)) => {
                hidden += usize::from(now_shown != shown);
                noticed += usize::from(!found.findings.is_empty());
                assert!(
                    now_shown == shown || !found.findings.is_empty(),
                    "page {page}: the answer changed and the sweep found nothing"
                );
            }
        }
    }
    // The attack works on the file, and the sweep sees it: otherwise this test shows nothing.
    assert!(hidden >= 1, "no page of the old file changed an answer");
    assert!(noticed >= 2);
}

#[test]
fn a_row_changed_with_the_key_is_found() {
    let folder = folder();
    let mut agent = TestAgent::new("caution-list");
    let bed = Bed::start(folder.path(), "run", &[&agent], true);
    let batch = agent.delta(&[
        put_line("c-1", 1, flag_at(Location::Uprn(uprn(100)))),
        held_line("c-2", 1, Some(7), None),
    ]);
    bed.deliver(&agent, &batch).unwrap();
    let key = BucketKey::new(&Zeroizing::new([2; 32]));
    for change in [
        "UPDATE hazard SET ended = 1",
        "UPDATE statement SET version = 9",
        "UPDATE statement SET record = replace(record, 'visit-in-pairs', 'visit-in-cars!')",
        "UPDATE held SET uprn = 8",
        "DELETE FROM held",
        "DELETE FROM hazard",
        "UPDATE statement SET carried = 1",
        "UPDATE feed SET records = 5",
        "INSERT INTO tombstone VALUES (zeroblob(32), 1, 1, 'ended', 0)",
        "UPDATE bucket SET sum = zeroblob(32)",
    ] {
        let reader = bed.database.reader().unwrap();
        assert_eq!(sweep(&reader, &key).unwrap().findings, Vec::<String>::new());
        reader.pragma_update(None, "query_only", false).unwrap();
        reader.execute_batch("SAVEPOINT other_hand").unwrap();
        reader.execute_batch(change).unwrap();
        let found = crate::sweep::sweep_within(&reader, &key).unwrap();
        assert!(!found.findings.is_empty(), "{change}");
        reader
            .execute_batch("ROLLBACK TO other_hand; RELEASE other_hand")
            .unwrap();
    }
}
