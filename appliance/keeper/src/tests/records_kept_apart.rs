use firebox_protocol::Code;
use firebox_protocol::store_keeper::{Apart, Reply, Request};

use super::harness::*;
use super::the_reserve::on_a_full_disk;

fn decision() -> Apart {
    Apart {
        by: "Rita".into(),
        why: "Two people of one name, checked with both services".into(),
        records: [[3; 32], [4; 32]],
        apart: true,
    }
}

fn tell(store: &mut Peer, decision: Apart) -> Result<(), Code> {
    match store.ask(&Request::Apart(decision)) {
        Reply::Entered => Ok(()),
        Reply::Refused(refusal) => Err(refusal.code),
        _ => panic!("another reply"),
    }
}

#[test]
fn a_decision_about_two_records_is_entered_before_it_takes_effect() {
    let council = Council::open();
    let mut store = council.store();
    for apart in [true, false] {
        let decision = Apart {
            apart,
            ..decision()
        };
        assert_eq!(tell(&mut store, decision.clone()), Ok(()));
        let entry = council.log().pop().unwrap();
        assert_eq!(entry.kind(), "apart");
        assert_eq!(entry.body["by"], decision.by);
        assert_eq!(entry.body["why"], decision.why);
        let records = serde_json::json!(["03".repeat(32), "04".repeat(32)]);
        assert_eq!(
            (&entry.body["records"], &entry.body["apart"]),
            (&records, &apart.into())
        );
    }
}

#[test]
fn a_decision_without_a_name_or_reason_or_about_one_record_is_refused() {
    let council = Council::open();
    let mut store = council.store();
    let from = council.log().len();
    for bad in [
        Apart {
            by: " ".into(),
            ..decision()
        },
        Apart {
            why: String::new(),
            ..decision()
        },
        Apart {
            why: "two\nlines".into(),
            ..decision()
        },
        Apart {
            why: "x".repeat(501),
            ..decision()
        },
        Apart {
            records: [[3; 32]; 2],
            ..decision()
        },
    ] {
        assert_eq!(tell(&mut store, bad), Err(Code::Malformed));
    }
    assert_eq!(council.log().len(), from);
}

#[test]
fn on_the_reserve_such_a_decision_waits() {
    let mut council = Council::with_log();
    on_a_full_disk(&mut council);
    council.start();
    let refused = tell(&mut council.store(), decision());
    assert_eq!(refused, Err(Code::ReserveOnly));
    assert!(council.log().iter().all(|entry| entry.kind() != "apart"));
}
