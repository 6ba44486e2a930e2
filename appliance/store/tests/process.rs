//! The store as a process: its sockets, who may use them, and its end.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use firebox_contract::Vocabulary;
use firebox_protocol::frame::{self, FrameHeader, HEADER_BYTES};
use firebox_protocol::mac::MacKey;
use firebox_protocol::operator::{StoreReply, StoreRequest};
use firebox_protocol::{Code, Settings, gate_store};
use firebox_store::{Keys, Listeners, Socket, create, run};
use zeroize::Zeroizing;

const SETTINGS: &str = r#"
version = 1
[box]
council = "Northbridge"
domain = "northbridge.example.gov.uk"
name = "box-1"
duty_line = "01632 960000"
[listen]
public = "127.0.0.1:8443"
intake = "127.0.0.1:8444"
hosts = ["localhost"]
[[service]]
id = "housing"
name = "Housing"
phone = "01632 960200"
sources = ["housing-properties"]
fresh_for_hours = 24
stopped_after_hours = 72
"#;

fn vocabulary() -> Vocabulary {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/vocabulary");
    Vocabulary::read(|file: &'static str| std::fs::read_to_string(folder.join(file))).unwrap()
}

fn keys() -> Keys {
    Keys {
        database: Zeroizing::new([1; 32]),
        batch: age::x25519::Identity::generate(),
        permit: MacKey::new([8; 32]),
        buckets: Zeroizing::new([2; 32]),
    }
}

fn listen(path: &Path, other_user: bool) -> Socket {
    let listener = UnixListener::bind(path).unwrap();
    let own = std::fs::metadata(path).unwrap().uid();
    Socket {
        listener,
        peer_uid: if other_user { own + 1 } else { own },
    }
}

fn ask<Q: serde::Serialize, A: serde::de::DeserializeOwned>(
    stream: &mut UnixStream,
    question: &Q,
) -> A {
    stream
        .write_all(&frame::encode(5, question).unwrap())
        .unwrap();
    let mut header = [0; HEADER_BYTES];
    stream.read_exact(&mut header).unwrap();
    let header = FrameHeader::parse(&header).unwrap();
    assert_eq!(header.id, 5);
    let mut message = vec![0; header.message_bytes];
    stream.read_exact(&mut message).unwrap();
    frame::decode(&message).unwrap()
}

/// One test, since a signal is for the whole process.
#[test]
fn a_store_without_a_keeper_serves_nothing_says_so_and_ends_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::parse(SETTINGS).unwrap().within(folder.path());
    create(&settings, &keys()).unwrap();
    let path = |name: &str| folder.path().join(name);
    let listeners = Listeners {
        gate: listen(&path("gate"), false),
        operator: listen(&path("operator"), false),
    };
    let served = {
        let settings = settings.clone();
        std::thread::spawn(move || run(settings, vocabulary(), keys(), listeners))
    };

    let mut gate = UnixStream::connect(path("gate")).unwrap();
    for request in [
        gate_store::Request::Ready,
        gate_store::Request::Answer {
            permit: Vec::new(),
            query: Vec::new(),
        },
        gate_store::Request::Apply {
            certificate_service: String::new(),
            batch: Vec::new(),
        },
    ] {
        match ask(&mut gate, &request) {
            gate_store::Reply::Refused(refusal) => assert_eq!(refusal.code, Code::NotReady),
            _ => panic!("it served without a keeper"),
        }
    }
    // A peer that breaks the format is disconnected, and only that one.
    let mut garbled = UnixStream::connect(path("gate")).unwrap();
    garbled.write_all(&[0xff; 64]).unwrap();
    let mut rest = Vec::new();
    // A reset is as good as an end.
    let _ = garbled.read_to_end(&mut rest);
    assert!(rest.is_empty());
    assert!(matches!(
        ask(&mut gate, &gate_store::Request::Ready),
        gate_store::Reply::Refused(_)
    ));

    let mut operator = UnixStream::connect(path("operator")).unwrap();
    match ask(&mut operator, &StoreRequest::Status) {
        StoreReply::Status(status) => {
            assert!(!status.keeper_connected);
            assert_eq!(
                (status.records, status.unattested, status.feeds.len()),
                (0, 0, 1)
            );
        }
        _ => panic!("no status"),
    }
    match ask(&mut operator, &StoreRequest::Sweep) {
        StoreReply::Sweep { records, findings } => assert_eq!((records, findings), (0, Vec::new())),
        _ => panic!("no sweep"),
    }

    // Another start, whose gate must be another user: everybody here is refused.
    let strict = Listeners {
        gate: listen(&path("strict"), true),
        operator: listen(&path("strict-2"), true),
    };
    let second = std::thread::spawn(move || run(settings, vocabulary(), keys(), strict));
    let mut refused = UnixStream::connect(path("strict")).unwrap();
    let mut rest = Vec::new();
    let _ = refused.read_to_end(&mut rest);
    assert!(rest.is_empty());

    signal_hook::low_level::raise(signal_hook::consts::SIGTERM).unwrap();
    assert!(served.join().unwrap().is_ok());
    assert!(second.join().unwrap().is_ok());
}
