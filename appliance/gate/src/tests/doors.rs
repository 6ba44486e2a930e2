//! TLS, time, and who holds a door open.

use std::time::{Duration, Instant};

use firebox_protocol::gate_keeper::Reply;
use rustls::NamedGroup;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::house::{Authority, Behind, House, listeners, settings, vocabulary};
use super::people::{self, PATIENCE, Request, connect, read_reply};
use crate::limits::Limits;

/// Limits under which a slow client is cut while the test waits, and an honest
/// one is not, however busy the machine is.
fn impatient() -> Limits {
    Limits {
        connections: 1,
        handshake: Duration::from_secs(2),
        header: Duration::from_secs(2),
        request: Duration::from_secs(2),
        ..Limits::public()
    }
}

fn impatient_house() -> House {
    House::open_with(Behind::Both, [impatient(), impatient()])
}

/// Reads until the server ends the connection.
async fn is_cut(stream: &mut (impl AsyncReadExt + Unpin)) {
    let mut rest = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    assert!(read.is_ok(), "the server kept a slow client");
}

async fn is_served(house: &House) {
    assert_eq!(Request::get("/healthz").send(house).await.text(), "ok");
}

#[tokio::test]
async fn tls_1_2_is_refused_on_both_doors() {
    let house = House::open().await;
    for address in [house.public, house.intake] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&tls_1_2_hello()).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        // Record of type alert: fatal, protocol_version.
        assert_eq!((answer[0], &answer[5..]), (21, [2, 70].as_slice()));
    }
}

/// A hello of TLS 1.2 with suites and curves that a TLS 1.2 server would take.
fn tls_1_2_hello() -> Vec<u8> {
    let extensions: &[&[u8]] = &[
        // supported_groups: x25519, secp256r1
        &[0, 10, 0, 6, 0, 4, 0, 29, 0, 23],
        // ec_point_formats: uncompressed
        &[0, 11, 0, 2, 1, 0],
        // signature_algorithms: ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256
        &[0, 13, 0, 6, 0, 4, 4, 3, 8, 4],
        // extended_master_secret
        &[0, 23, 0, 0],
    ];
    let extensions = extensions.concat();
    let mut hello = vec![3, 3];
    hello.extend([7; 32]);
    // No session id; ECDHE-ECDSA and ECDHE-RSA with AES-128-GCM; no compression.
    hello.extend([0, 0, 4, 0xc0, 0x2b, 0xc0, 0x2f, 1, 0]);
    hello.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    hello.extend(extensions);
    let length = u16::try_from(hello.len()).unwrap().to_be_bytes();
    let record = u16::try_from(hello.len() + 4).unwrap().to_be_bytes();
    [&[22, 3, 1], record.as_slice(), &[1, 0], &length, &hello].concat()
}

#[tokio::test]
async fn the_hybrid_key_exchange_is_preferred_and_a_curve_still_serves() {
    let house = House::open().await;
    let stream = connect(house.public, house.client()).await.unwrap();
    let group = |stream: &tokio_rustls::client::TlsStream<TcpStream>| {
        stream
            .get_ref()
            .1
            .negotiated_key_exchange_group()
            .unwrap()
            .name()
    };
    assert_eq!(group(&stream), NamedGroup::X25519MLKEM768);
    assert_eq!(
        stream.get_ref().1.protocol_version(),
        Some(rustls::ProtocolVersion::TLSv1_3)
    );

    let mut provider = rustls::crypto::aws_lc_rs::default_provider();
    provider.kx_groups = vec![rustls::crypto::aws_lc_rs::kx_group::X25519];
    let old = people::tls_with(&house.authority_pem, provider);
    let stream = connect(house.public, old).await.unwrap();
    assert_eq!(group(&stream), NamedGroup::X25519);
}

#[tokio::test]
async fn only_http_1_1_is_spoken() {
    let house = House::open().await;
    let mut both = house.client();
    both.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let stream = connect(house.public, both).await.unwrap();
    assert_eq!(
        stream.get_ref().1.alpn_protocol(),
        Some(b"http/1.1".as_slice())
    );
    let mut newer = house.client();
    newer.alpn_protocols = vec![b"h2".to_vec()];
    assert!(connect(house.public, newer).await.is_err());
}

#[tokio::test]
async fn the_intake_door_opens_to_our_own_agents_only() {
    let house = House::open().await;
    let asked = || Request::get("/intake/v1/recipients");
    let ours = house.authority.agent("agent:housing");
    assert!(asked().deliver(&house, &ours).await.is_some());

    let without = connect(house.intake, house.client()).await.unwrap();
    assert!(people::exchange(without, &asked().bytes()).await.is_none());
    let stranger = Authority::new().agent("agent:housing");
    assert!(asked().deliver(&house, &stranger).await.is_none());
    let unnamed = house.authority.agent("housing");
    assert!(asked().deliver(&house, &unnamed).await.is_none());
    let server = house.authority.issue(
        "agent:housing",
        &["localhost"],
        rcgen::ExtendedKeyUsagePurpose::ServerAuth,
    );
    assert!(asked().deliver(&house, &server).await.is_none());
}

#[tokio::test]
async fn a_client_that_never_finishes_the_handshake_is_cut_and_its_place_is_free() {
    let house = impatient_house();
    let mut silent = TcpStream::connect(house.public).await.unwrap();
    // The one place is taken; this one waits for it.
    is_served(&house).await;
    is_cut(&mut silent).await;
}

#[tokio::test]
async fn a_client_that_dribbles_its_head_is_cut_and_its_place_is_free() {
    let house = impatient_house();
    let stream = connect(house.public, house.client()).await.unwrap();
    let (mut read, mut write) = tokio::io::split(stream);
    let dribble = tokio::spawn(async move {
        let began = Instant::now();
        write
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
            .await
            .unwrap();
        while write.write_all(b"X-Slow: 1\r\n").await.is_ok() && write.flush().await.is_ok() {
            assert!(began.elapsed() < PATIENCE, "the server kept a slow client");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    is_cut(&mut read).await;
    dribble.abort();
    is_served(&house).await;
}

#[tokio::test]
async fn a_client_that_sends_half_a_body_is_told_and_cut() {
    let house = impatient_house();
    let mut stream = connect(house.public, house.client()).await.unwrap();
    let head = "POST /api/v1/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let reply = read_reply(&mut stream).await.expect("an answer");
    assert_eq!((reply.status, reply.problem().as_str()), (408, "too_slow"));
    is_served(&house).await;
}

#[tokio::test]
async fn an_idle_connection_is_let_go() {
    let house = impatient_house();
    let mut stream = connect(house.public, house.client()).await.unwrap();
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    is_cut(&mut stream).await;
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let house = House::open().await;
    let long = Request::get("/healthz").header("X-Long", &"a".repeat(Limits::public().head_bytes));
    assert_eq!(long.send(&house).await.status, 431);
    let mut many = Request::get("/healthz");
    for _ in 0..Limits::public().head_lines {
        many = many.header("X-Many", "1");
    }
    assert_eq!(many.send(&house).await.status, 431);
}

#[tokio::test]
async fn a_request_under_way_is_finished_when_the_gate_is_told_to_end() {
    let house = House::open().await;
    let (arrived, has_arrived) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    house.keeper(move |_| {
        arrived.send(()).unwrap();
        released.recv().unwrap();
        Reply::Text("checkpoint".into())
    });
    let stream = connect(house.public, house.client()).await.unwrap();
    let bytes = Request::get("/api/v1/log/checkpoint").bytes();
    let under_way = tokio::spawn(people::exchange_owned(stream, bytes));
    tokio::task::spawn_blocking(move || has_arrived.recv().unwrap())
        .await
        .unwrap();
    house.stop.send_replace(true);
    // The door is closed to others before the request under way has ended.
    while TcpStream::connect(house.public).await.is_ok() {
        tokio::task::yield_now().await;
    }
    release.send(()).unwrap();
    assert_eq!(
        under_way.await.unwrap().expect("an answer").text(),
        "checkpoint"
    );
    tokio::time::timeout(PATIENCE, house.serving)
        .await
        .unwrap()
        .unwrap();
}

#[test]
fn a_signal_ends_the_process_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let authority = Authority::new();
    let (keys, client) = (authority.keys(), people::tls(&authority.pem(), None));
    let (listeners, public, _) = listeners();
    let gate = std::thread::spawn(move || crate::run(settings, vocabulary(), keys, listeners));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let reply = runtime.block_on(async {
        let stream = connect(public, client).await.unwrap();
        people::exchange(stream, &Request::get("/healthz").bytes()).await
    });
    // It serves, so it listens for signals.
    assert_eq!(reply.unwrap().text(), "ok");
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM)
        .unwrap();
    assert!(gate.join().unwrap().is_ok());
}

#[test]
fn keys_that_cannot_be_used_stop_the_gate_and_say_which() {
    let folder = tempfile::tempdir().unwrap();
    let other = Authority::new().keys();
    let broken = |change: fn(&mut crate::Keys, &crate::Keys)| {
        let mut keys = Authority::new().keys();
        change(&mut keys, &other);
        let (listeners, ..) = listeners();
        let stop = crate::run(settings(folder.path()), vocabulary(), keys, listeners).unwrap_err();
        assert_eq!(stop.exit, firebox_protocol::Exit::Configuration);
        stop.message
    };
    assert!(broken(|keys, _| keys.certificate_pem.clear()).contains("certificate"));
    assert!(broken(|keys, _| keys.key_pem.clear()).contains("TLS key"));
    assert!(
        broken(|keys, other| keys.key_pem.clone_from(&other.key_pem)).contains("belong together")
    );
    assert!(broken(|keys, _| keys.authority_pem.clear()).contains("authority"));
}
