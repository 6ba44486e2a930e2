//! What a crash leaves, and what the next start does first.

use firebox_contract::record::Location;
use firebox_protocol::{Ask, Code};

use crate::receipts;
use crate::testbed::{Bed, TestAgent, flag_at, folder, put_line, uprn};

#[test]
fn a_batch_that_was_applied_and_not_attested_is_sent_again_before_anything_is_served() {
    let folder = folder();
    let mut agent = TestAgent::new("caution-list");
    let batch = agent.delta(&[put_line("c-1", 1, flag_at(Location::Uprn(uprn(100))))]);
    // The keeper goes away between commit and attestation, and the store with it.
    let crashed = Bed::start(folder.path(), "run", &[&agent], false);
    assert_eq!(
        crashed.deliver(&agent, &batch).unwrap_err().code,
        Code::NotReady
    );
    assert_eq!(
        crashed.query(Ask::Sources).unwrap_err().code,
        Code::NotReady
    );
    let reader = crashed.database.reader().unwrap();
    assert_eq!(receipts::count_unattested(&reader).unwrap(), 1);
    let owed = receipts::unattested(&reader).unwrap();
    drop((reader, crashed));

    let bed = Bed::start(folder.path(), "run-2", &[&agent], true);
    // Ready, so it was sent already, exactly as it was committed.
    assert_eq!(bed.keeper.told.lock().unwrap().attested, owed);
    let reader = bed.database.reader().unwrap();
    assert_eq!(receipts::count_unattested(&reader).unwrap(), 0);
    let receipt = bed.deliver(&agent, &batch).unwrap();
    assert_eq!(
        (receipt.sequence, receipt.batch),
        (1, agent.previous.clone())
    );
    assert_eq!(bed.keeper.told.lock().unwrap().attested.len(), 1);
    assert_eq!(bed.at(100).matches[0].flags.as_ref().unwrap().len(), 1);
}

#[test]
fn a_keeper_on_its_reserve_does_not_keep_the_store_from_answering_what_it_permits() {
    let folder = folder();
    let mut agent = TestAgent::new("caution-list");
    let batch = agent.delta(&[put_line("c-1", 1, flag_at(Location::Uprn(uprn(100))))]);
    let crashed = Bed::start(folder.path(), "run", &[&agent], false);
    let refused = crashed.deliver(&agent, &batch).unwrap_err();
    assert_eq!(refused.code, Code::NotReady);
    drop(crashed);

    let bed = Bed::start_on_reserve(folder.path(), "run-2", &[&agent]);
    assert!(bed.query(Ask::Sources).is_ok());
    let reader = bed.database.reader().unwrap();
    assert_eq!(receipts::count_unattested(&reader).unwrap(), 1);
    drop((reader, bed));

    let bed = Bed::start(folder.path(), "run-3", &[&agent], true);
    let reader = bed.database.reader().unwrap();
    assert_eq!(receipts::count_unattested(&reader).unwrap(), 0);
    assert_eq!(bed.keeper.told.lock().unwrap().attested.len(), 1);
}

#[test]
fn each_start_has_its_own_nonce_and_tells_the_highest_log_index() {
    let folder = folder();
    let agent = TestAgent::new("caution-list");
    let first = Bed::start(folder.path(), "run", &[&agent], true);
    assert_eq!(first.keeper.told.lock().unwrap().hellos[0].1, 0);
    first.query(Ask::Sources).unwrap();
    first.database.keep_log_index().unwrap();
    let second = Bed::start(folder.path(), "run-2", &[&agent], true);
    let (nonce, highest) = second.keeper.told.lock().unwrap().hellos[0];
    assert_ne!(nonce, first.nonce());
    // The index every permit of the testbed carries.
    assert_eq!(highest, 41);
}
