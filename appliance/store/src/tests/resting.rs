//! A store at rest: whatever still comes is read and goes nowhere.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use firebox_contract::record::Location;
use firebox_protocol::gate_store::Request;
use firebox_protocol::operator::StoreRequest;
use firebox_protocol::{Ask, PropertyBy, frame, query, socket};

use crate::rest::LONGEST;
use crate::testbed::{
    Bed, TestAgent, flag_at, folder, permit_for, permit_key, put_line, query_for, uprn,
};

/// Long enough for an answer that should not come.
const MOMENT: Duration = Duration::from_millis(100);

fn question(bed: &Bed, ask: Ask) -> Request {
    let action = ask.action();
    let query = query::to_bytes(&query_for(ask)).unwrap();
    let permit = permit_for([200; 16], &query, action, bed.nonce(), 9_000).seal(&permit_key());
    Request::Answer { permit, query }
}

fn connect(bed: &Bed, name: &str) -> UnixStream {
    let stream = UnixStream::connect(bed.settings.folders.run.join(socket::file(name))).unwrap();
    stream.set_read_timeout(Some(MOMENT)).unwrap();
    stream
}

fn has_no_answer(mut stream: &UnixStream, request: &impl serde::Serialize) {
    stream
        .write_all(&frame::encode(1, request).unwrap())
        .unwrap();
    let read = stream.read(&mut [0]).map_err(|error| error.kind());
    assert_eq!(read, Err(ErrorKind::WouldBlock));
}

#[test]
fn once_the_store_rests_no_question_batch_or_order_is_taken_up() {
    let folder = folder();
    let mut agent = TestAgent::new("caution-list");
    let bed = Bed::start(folder.path(), "run", &[&agent], true);
    let typed = Ask::Property(PropertyBy::Address("1 mill lane".into()));
    let put = put_line("c-1", 1, flag_at(Location::Uprn(uprn(100))));
    let batch = Request::Apply {
        certificate_service: agent.service.clone(),
        batch: agent.delta(&[put]),
    };
    assert!(bed.database.rest.begin(LONGEST));

    has_no_answer(
        &connect(&bed, socket::STORE_GATE),
        &question(&bed, Ask::Sources),
    );
    has_no_answer(&connect(&bed, socket::STORE_GATE), &question(&bed, typed));
    has_no_answer(&connect(&bed, socket::STORE_GATE), &batch);
    has_no_answer(
        &connect(&bed, socket::STORE_OPERATOR),
        &StoreRequest::Status,
    );
    let reader = bed.database.reader().unwrap();
    let statements: i64 = reader
        .query_row("SELECT count(*) FROM statement", [], |row| row.get(0))
        .unwrap();
    assert_eq!(statements, 0);
}
