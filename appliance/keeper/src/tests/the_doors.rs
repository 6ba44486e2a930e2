use std::io::{Read, Write};

use firebox_protocol::frame::encode;
use firebox_protocol::gate_keeper::{Reply, Request};
use firebox_protocol::{Code, Password, socket, store_keeper};

use super::harness::*;
use crate::log::note::NoteKey;
use crate::log::tree::{Frontier, leaf_hash, node_hash};

#[test]
fn a_caller_with_another_uid_is_turned_away() {
    let mut council = Council::with_log();
    council.peer_uid += 1;
    council.start();
    for name in [
        socket::KEEPER_GATE,
        socket::KEEPER_STORE,
        socket::KEEPER_OPERATOR,
    ] {
        let mut peer = council.peer(name);
        let _hung_up = peer.stream.write_all(&encode(1, &Request::Ready).unwrap());
        let mut byte = [0];
        assert!(!matches!(peer.stream.read(&mut byte), Ok(1)), "{name}");
    }
}

#[test]
fn a_caller_that_breaks_the_format_loses_its_connection_and_nobody_else_does() {
    let council = Council::open();
    let mut other = council.gate();
    assert!(matches!(other.ask(&Request::Ready), Reply::Done));
    for bytes in [
        vec![0xff; 64],
        encode(1, &"no request of ours").unwrap(),
        vec![0; 13],
    ] {
        let mut gate = council.gate();
        let _hung_up = gate.stream.write_all(&bytes);
        assert!(gate.receive::<Reply>().is_none());
    }
    assert!(matches!(other.ask(&Request::Ready), Reply::Done));
}

#[test]
fn a_request_longer_than_the_gate_ever_needs_ends_its_connection() {
    let council = Council::open();
    let mut gate = council.gate();
    let request = Request::Enrol {
        certificate_service: "a".into(),
        request: vec![0; 200_000],
    };
    let _hung_up = gate.stream.write_all(&encode(1, &request).unwrap());
    assert!(gate.receive::<Reply>().is_none());
}

#[test]
fn the_store_says_hello_first_and_once() {
    let council = Council::open();
    let mut store = council.peer(socket::KEEPER_STORE);
    store.send(&store_keeper::Request::Agents);
    assert!(store.receive::<store_keeper::Reply>().is_none());
    let mut store = council.store();
    store.send(&store_keeper::Request::Hello {
        nonce: [0; 16],
        highest_log_index: 0,
    });
    assert!(store.receive::<store_keeper::Reply>().is_none());
}

#[test]
fn reading_does_not_wait_behind_passwords() {
    let council = Council::open();
    let mut gate = council.gate();
    let sign_ins: Vec<u64> = (0..20)
        .map(|number| {
            let password = Password::new(PASSWORD.into());
            gate.send(&Request::SignIn {
                person: format!("nobody {number}"),
                password,
                totp: None,
            })
        })
        .collect();
    let checkpoint = gate.send(&Request::Checkpoint);
    let order: Vec<u64> = (0..21)
        .map(|_| gate.receive::<Reply>().unwrap().0)
        .collect();
    let place = order.iter().position(|id| *id == checkpoint).unwrap();
    assert!(place < sign_ins.len(), "the checkpoint came last");
}

#[test]
fn a_flood_of_sign_ins_is_told_to_come_again_and_every_one_is_answered() {
    let council = Council::open();
    let mut gate = council.gate();
    for number in 0..200 {
        let password = Password::new(PASSWORD.into());
        gate.send(&Request::SignIn {
            person: format!("nobody {number}"),
            password,
            totp: None,
        });
    }
    let codes: Vec<Code> = (0..200)
        .map(|_| match gate.receive::<Reply>().unwrap().1 {
            Reply::Refused(refusal) => refusal.code,
            _ => panic!("another reply"),
        })
        .collect();
    assert!(
        codes
            .iter()
            .all(|code| matches!(code, Code::SignInWrong | Code::NotReady))
    );
    assert!(codes.contains(&Code::NotReady) && codes.contains(&Code::SignInWrong));
}

#[test]
fn a_checkpoint_and_its_proofs_are_of_the_log_that_is_on_the_disk() {
    let council = Council::open();
    let text = |request: &Request| match council.gate().ask(request) {
        Reply::Text(text) => text,
        _ => panic!("another reply"),
    };
    council.add("Aisha", &["officer"], false);
    let note = text(&Request::Checkpoint);
    let mut frontier = Frontier::default();
    let leaves: Vec<_> = council
        .log()
        .iter()
        .map(|entry| leaf_hash(&entry.leaf.to_bytes()))
        .collect();
    for leaf in &leaves {
        frontier.push(*leaf);
    }
    let origin = "firebox.example.gov.uk/one/2026";
    let told = crate::log::note::checkpoint(origin, 3, &frontier.root());
    assert_eq!(note, NoteKey::new(origin, &[14; 32]).sign(&told));
    assert_eq!(note, text(&Request::Checkpoint));

    use base64::Engine;
    let line = |hash| base64::engine::general_purpose::STANDARD.encode(hash) + "\n";
    assert_eq!(
        text(&Request::Consistency { from: 2, to: 3 }),
        line(leaves[2])
    );
    let expected = [leaves[2], node_hash(&leaves[0], &leaves[1])]
        .map(line)
        .concat()
        .len();
    assert_eq!(expected, 2 * 45);
    assert_eq!(text(&Request::Consistency { from: 3, to: 3 }), "");
    for (from, to) in [(3, 2), (0, 4), (u64::MAX, u64::MAX)] {
        let reply: Reply = council.gate().ask(&Request::Consistency { from, to });
        assert!(matches!(reply, Reply::Refused(refusal) if refusal.code == Code::NotFound));
    }
}

#[test]
fn replies_that_were_earned_are_written_before_the_keeper_ends() {
    let mut council = Council::open();
    let _store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    let mut gate = council.gate();
    let query = firebox_protocol::query::to_bytes(&property("visit")).unwrap();
    for _ in 0..50 {
        let session = firebox_protocol::SessionToken::new(session.clone());
        gate.send(&Request::Permit {
            session,
            query: query.clone(),
        });
    }
    // The first reply shows that the keeper is at work on them.
    let first = gate.receive::<Reply>().unwrap().1;
    assert!(matches!(first, Reply::Permit { .. }));
    council.stop().unwrap();
    let mut permits = 1;
    while let Some((_, reply)) = gate.receive::<Reply>() {
        match reply {
            Reply::Permit { .. } => permits += 1,
            Reply::Refused(refusal) => assert_eq!(refusal.code, Code::LogUnavailable),
            _ => panic!("another reply"),
        }
    }
    let look_ups = council
        .log()
        .iter()
        .filter(|entry| entry.kind() == "look-up")
        .count();
    assert_eq!(permits, look_ups);
}
