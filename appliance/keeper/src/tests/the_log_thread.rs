use std::fs;
use std::io::Read;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use firebox_protocol::gate_keeper::Reply;
use firebox_protocol::{Code, Exit, frame};

use super::harness::*;
use crate::log::database::LogError;
use crate::log::kind::EntryKind;
use crate::outbox::{CanRefuse, Outbox, Ticket};

/// Has the keeper asked for a permit after its log was tampered with: nothing
/// may come out, and it must end.
fn stops_without_a_permit(council: &mut Council, session: &str) {
    let refused = council.gate().permit(session, &property("visit")).err();
    assert_eq!(refused, Some(Code::LogUnavailable));
    let stop = council.ended();
    assert_eq!(stop.exit, Exit::Configuration);
    assert!(stop.message.contains("under the keeper"), "{stop}");
    assert!(stop.message.contains("put the same file back"), "{stop}");
}

fn at_work() -> (Council, Peer, String) {
    let council = Council::open();
    let store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    (council, store, session)
}

#[test]
fn a_log_removed_under_the_keeper_stops_it() {
    let (mut council, _store, session) = at_work();
    fs::remove_file(council.file("log-2026.db")).unwrap();
    stops_without_a_permit(&mut council, &session);
}

#[test]
fn a_log_replaced_by_its_own_copy_stops_the_keeper() {
    let (mut council, _store, session) = at_work();
    let (log, copy) = (council.file("log-2026.db"), council.file("copy"));
    fs::copy(&log, &copy).unwrap();
    fs::rename(&copy, &log).unwrap();
    stops_without_a_permit(&mut council, &session);
}

#[test]
fn a_write_ahead_log_removed_under_the_keeper_stops_it() {
    let (mut council, _store, session) = at_work();
    fs::remove_file(council.file("log-2026.db-wal")).unwrap();
    stops_without_a_permit(&mut council, &session);
}

#[test]
fn when_one_of_a_group_fails_nobody_of_the_group_is_answered_yes() {
    use crate::clock::{Clock, Steady};
    use crate::log::book::{Book, DurableTip};
    use crate::log::{database, head};
    use crate::writer::{Log, Writer};

    let council = Council::with_log();
    let path = council.file("log-2026.db");
    let conn = database::open_writer(&path, &LOG_KEY).unwrap();
    let before = Book::open(&conn).unwrap();
    let tip = Arc::new(DurableTip::new(before.tip()));
    // A commit that makes the write-ahead log, so that it can be known again.
    let now = council.clock.now();
    let steady = Steady::resume(&conn, &now).unwrap();
    let head_file = head::HeadFile::new(
        council.settings.folders.keeper.clone(),
        "o".into(),
        &[12; 32],
    );
    let (bell, _thread) = head::start(head_file, Arc::clone(&tip), |_| {}).unwrap();
    let writer = Writer {
        identity: database::Identity::of(&path).unwrap(),
        state: state(&conn, &now),
        conn,
        book: before,
        clock: Arc::clone(&council.clock) as _,
        steady,
        policy: "p".into(),
        tip: Arc::clone(&tip),
        head: bell,
    };
    let (log, inbox) = Log::channel();
    let outbox = Outbox::new();
    let good = |id| {
        let ticket = Ticket::<Reply>::open(&outbox, id);
        log.bring(move |desk| {
            desk.append(EntryKind::SignOut, &())?;
            Ok(Box::new(move |_| ticket.answer(&Reply::Done)))
        });
    };
    good(1);
    log.bring(|_| Err(LogError::Replaced));
    good(2);

    let size = tip.get().size;
    assert!(writer.run(&inbox).is_err());
    drop(inbox);
    good(3);
    assert_eq!(tip.get().size, size);
    assert_eq!(council.log().len(), usize::try_from(size).unwrap());
    let refused = Reply::refused(Code::LogUnavailable.into());
    let expected: Vec<u8> = [1, 2, 3]
        .iter()
        .flat_map(|id| frame::encode(*id, &refused).unwrap())
        .collect();
    assert_eq!(
        sorted(&written(&outbox), expected.len() / 3),
        sorted(&expected, expected.len() / 3)
    );
}

fn state(conn: &rusqlite::Connection, now: &crate::clock::Now) -> crate::desk::State {
    crate::desk::State {
        people: Arc::new(std::sync::RwLock::new(
            crate::people::People::load(conn, 0, 900_000).unwrap(),
        )),
        limits: crate::limits::Limits::load(conn).unwrap(),
        agent_keys: crate::agent_keys::AgentKeys::load(conn).unwrap(),
        reasons: crate::reason::Reasons::load(conn).unwrap(),
        standing: crate::released::Standings::load(conn, 0).unwrap(),
        awaiting: crate::shown::Awaiting::load(conn, now).unwrap(),
        refusals: crate::refused::Refusals::default(),
    }
}

fn written(outbox: &Arc<Outbox>) -> Vec<u8> {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    outbox.close();
    outbox.write_to(&ours);
    drop(ours);
    let mut bytes = Vec::new();
    theirs.read_to_end(&mut bytes).unwrap();
    bytes
}

fn sorted(frames: &[u8], length: usize) -> Vec<Vec<u8>> {
    let mut frames: Vec<Vec<u8>> = frames.chunks(length).map(<[u8]>::to_vec).collect();
    frames.sort();
    frames
}
