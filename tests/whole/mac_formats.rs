//! What keeper and store say to each other through the gate, under the key
//! that both hold and the gate does not: permits and slips.

use firebox_contract::canonical::sha256;
use firebox_contract::record::Uprn;
use firebox_protocol::cover::{self, BadCover, What};
use firebox_protocol::mac::{MacDomain, MacKey};
use firebox_protocol::slip::SlipError;
use firebox_protocol::{Action, Permit, Slip, permit};
use serde_json::{Value, json};

use crate::formats::{b64, bytes, text, vector};

const KEY: [u8; 32] = [4; 32];
/// The boot-time clock of the vectors, in milliseconds.
const NOW_MS: u64 = 123_456_000;

fn key() -> MacKey {
    MacKey::new(KEY)
}

fn session() -> [u8; 32] {
    sha256(&[b"the session's token"])
}

fn permit(action: Action, fields: u8, max_rows: u16) -> Permit {
    Permit {
        id: [5; 16],
        query: sha256(&[b"the query's bytes"]),
        action,
        fields,
        session: session(),
        log_index: 12,
        max_rows,
        store_nonce: [6; 16],
        expires_boottime_ms: 123_456_789,
    }
}

fn fresh_permit() -> Value {
    let look_up = permit(Action::Property, permit::fields::WARNINGS, 20);
    let fetch = permit(Action::Envelope, permit::fields::ENVELOPE, 1);
    let sealed = look_up.seal(&key());
    json!({
        "about": "A permit for one property look-up, and one to fetch a sealed envelope; MAC key is 32 bytes of 0x04.",
        "key": b64(&KEY),
        "query": "the query's bytes",
        "permit": b64(&sealed),
        "fetch": b64(&fetch.seal(&key())),
        "refused": [
            {"name": "another key", "reason": "Forged", "permit": b64(&look_up.seal(&MacKey::new([9; 32])))},
            {"name": "the action changed", "reason": "Forged", "permit": b64(&[&sealed[..49], &[6], &sealed[50..]].concat())},
            {"name": "truncated by one byte", "reason": "Malformed", "permit": b64(&sealed[..148])},
            {"name": "one byte too many", "reason": "Malformed", "permit": b64(&[sealed.as_slice(), &[0]].concat())},
            {"name": "unknown version", "reason": "Malformed", "permit": b64(&[&[2], &sealed[1..]].concat())},
        ],
    })
}

#[test]
fn a_permit_is_made_the_same_and_every_hostile_one_is_refused_by_name() {
    let vector = vector("permit.json", fresh_permit);
    assert_eq!(vector, fresh_permit());
    for (member, action, fields) in [
        ("permit", 1, permit::fields::WARNINGS),
        ("fetch", 6, permit::fields::ENVELOPE),
    ] {
        let read = Permit::open(&bytes(&vector, member), &key()).unwrap();
        assert_eq!((read.action as u8, read.fields), (action, fields));
    }
    for hostile in vector["refused"].as_array().unwrap() {
        let refused = Permit::open(&bytes(hostile, "permit"), &key()).unwrap_err();
        let name = text(hostile, "name");
        assert_eq!(format!("{refused:?}"), text(hostile, "reason"), "{name}");
    }
}

fn slip(uprn: Option<&str>) -> Slip {
    Slip {
        session: session(),
        record: 300,
        source: "caution-list".into(),
        key: "CS-0041".into(),
        version: 4_294_967_297,
        uprn: uprn.map(|uprn| Uprn::parse(uprn).unwrap()),
        review_due: "2027-05-03".parse().unwrap(),
        expires_boottime_ms: NOW_MS + 30_000,
    }
}

fn fresh_slip() -> Value {
    let sealed = slip(Some("100012345678")).seal(&key()).unwrap();
    let seal = |slip: Slip, key: [u8; 32]| b64(&slip.seal(&MacKey::new(key)).unwrap());
    let other_version = [&[2], &sealed[1..sealed.len() - 32]].concat();
    let mac = key().mac(MacDomain::Slip, &other_version);
    let (mut other, mut ended) = (slip(None), slip(None));
    other.session = sha256(&[b"another session's token"]);
    ended.expires_boottime_ms = NOW_MS;
    json!({
        "about": "The store's word about one record, with and without an address; MAC key is 32 bytes of 0x04, `now` the boot-time clock in milliseconds.",
        "key": b64(&KEY),
        "session": b64(&session()),
        "now": NOW_MS,
        "record": 300, "source": "caution-list", "record_key": "CS-0041", "version": 4_294_967_297u64,
        "uprn": "100012345678", "review_due": "2027-05-03", "expires": NOW_MS + 30_000,
        "slip": b64(&sealed),
        "without_uprn": seal(slip(None), KEY),
        "refused": [
            {"name": "another key", "reason": "Forged", "slip": seal(slip(None), [9; 32])},
            {"name": "the record's number changed", "reason": "Forged", "slip": b64(&[&sealed[..33], &[0xda], &sealed[34..]].concat())},
            {"name": "truncated by one byte", "reason": "Forged", "slip": b64(&sealed[..sealed.len() - 1])},
            {"name": "another version under a good MAC", "reason": "Malformed", "slip": b64(&[other_version.as_slice(), &mac].concat())},
            {"name": "shorter than a MAC", "reason": "Malformed", "slip": b64(&sealed[..31])},
            {"name": "of another session", "reason": "OtherSession", "slip": seal(other, KEY)},
            {"name": "at its end", "reason": "Expired", "slip": seal(ended, KEY)},
        ],
    })
}

#[test]
fn a_slip_is_made_the_same_and_every_hostile_one_is_refused_by_name() {
    let vector = vector("slip.json", fresh_slip);
    assert_eq!(vector, fresh_slip());
    let open = |bytes: &[u8]| Slip::open(bytes, &key(), &session(), NOW_MS);
    let sealed = bytes(&vector, "slip");
    assert_eq!(open(&sealed), Ok(slip(Some("100012345678"))));
    assert_eq!(open(&bytes(&vector, "without_uprn")), Ok(slip(None)));
    for hostile in vector["refused"].as_array().unwrap() {
        let refused = open(&bytes(hostile, "slip")).unwrap_err();
        let name = text(hostile, "name");
        assert_eq!(format!("{refused:?}"), text(hostile, "reason"), "{name}");
    }
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert_eq!(open(&changed), Err(SlipError::Forged), "byte {at}");
    }
}

#[test]
fn a_slip_is_laid_out_as_the_page_says() {
    let sealed = slip(Some("100012345678")).seal(&key()).unwrap();
    let (laid_out, _) = sealed.split_last_chunk::<32>().unwrap();
    let expected = [
        [1].as_slice(),
        &session(),
        // 300, doubled because a negative number would be odd: 600 in groups of seven bits.
        &[0xd8, 0x04],
        &[12],
        b"caution-list",
        &[7],
        b"CS-0041",
        &[0x81, 0x80, 0x80, 0x80, 0x10],
        &[1, 12],
        b"100012345678",
        &[10],
        b"2027-05-03",
        // 123,486,000.
        &[0xb0, 0xfe, 0xf0, 0x3a],
    ];
    assert_eq!(laid_out, expected.concat());
}

fn fresh_cover() -> Value {
    let slip = slip(None).seal(&key()).unwrap();
    let of = |key: &MacKey, what, session: &[u8; 32]| {
        b64(&cover::cover(key, what, session, &[8; 24], &slip).unwrap())
    };
    let covered = of(&key(), What::Slip, &session());
    let bytes = cover::cover(&key(), What::Slip, &session(), &[8; 24], &slip).unwrap();
    json!({
        "about": "A slip under its cover; MAC key is 32 bytes of 0x04, the nonce 24 of 0x08.",
        "key": b64(&KEY),
        "session": b64(&session()),
        "what": 1,
        "slip": b64(&slip),
        "cover": covered,
        "refused": [
            {"name": "another key", "cover": of(&MacKey::new([9; 32]), What::Slip, &session())},
            {"name": "of another session", "cover": of(&key(), What::Slip, &[1; 32])},
            {"name": "an envelope's", "cover": of(&key(), What::Envelope, &session())},
            {"name": "truncated by one byte", "cover": b64(&bytes[..bytes.len() - 1])},
            {"name": "shorter than a nonce", "cover": b64(&bytes[..20])},
            {"name": "unknown version", "cover": b64(&[&[2], &bytes[1..]].concat())},
        ],
    })
}

#[test]
fn a_cover_is_made_the_same_and_every_hostile_one_stays_shut() {
    let vector = vector("cover.json", fresh_cover);
    assert_eq!(vector, fresh_cover());
    let open = |bytes: &[u8]| cover::uncover(&key(), What::Slip, &session(), bytes);
    assert_eq!(open(&bytes(&vector, "cover")), Ok(bytes(&vector, "slip")));
    for hostile in vector["refused"].as_array().unwrap() {
        let refused = open(&bytes(hostile, "cover"));
        assert_eq!(refused, Err(BadCover), "{}", text(hostile, "name"));
    }
}
