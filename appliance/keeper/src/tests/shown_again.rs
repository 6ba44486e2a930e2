//! A release after it was granted: shown again, to whom, and until when.

use firebox_contract::record::Class;
use firebox_protocol::gate_keeper::{Fetch, Reply, Request};
use firebox_protocol::{Ask, Code, SessionToken, query};

use super::harness::*;
use super::sealed::*;

#[test]
fn every_later_showing_is_a_new_entry_and_ends_with_the_release() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let first = housing
        .release(&session, &sealed)
        .unwrap_or_else(|_| panic!());
    let (_, query) = housing
        .fetch(&session, Fetch::Release(first.release.clone()))
        .unwrap();
    assert_eq!(
        query::from_bytes(&query).unwrap().ask,
        Ask::Envelope { record: 42 }
    );
    for _ in 0..2 {
        let again = housing
            .again(&session, &first.release, &sealed)
            .unwrap_or_else(|_| panic!());
        assert_eq!(again.detail.expose(), first.detail.expose());
        assert!(again.entry > first.entry);
        assert_eq!(
            (&again.release, again.valid_until_ms),
            (&first.release, first.valid_until_ms)
        );
        let entry = &housing.council.log()[usize::try_from(again.entry).unwrap()];
        assert_eq!(entry.kind(), "opened");
        assert_eq!(entry.body["first_entry"], first.entry);
    }
    assert_eq!(housing.count("opened"), 2);
    housing.council.pass_in_use(&session, 4 * HOUR);
    let over = housing.again(&session, &first.release, &sealed).err();
    assert_eq!(over, Some(Code::ReleaseEnded));
    let over = housing.fetch(&session, Fetch::Release(first.release));
    assert_eq!(over, Err(Code::ReleaseEnded));
}

#[test]
fn a_release_is_shown_again_to_whoever_asked_and_to_nobody_else() {
    let mut housing = Housing::open();
    let aisha = housing.council.signed_in("Aisha", &["officer"]);
    let ben = housing.council.signed_in("Ben", &["officer"]);
    let sealed = housing.detail(&aisha, Class::Standard);
    let first = housing
        .release(&aisha, &sealed)
        .unwrap_or_else(|_| panic!());
    let for_ben = Sealed {
        slip: slip(&ben, 1),
        ..sealed.clone()
    };
    for reference in [
        first.release.as_str(),
        "REL-0000000000",
        "",
        "REL-'; DROP TABLE release",
    ] {
        let refused = housing.again(&ben, reference, &for_ben).err();
        assert_eq!(refused, Some(Code::NotFound), "{reference}");
        let refused = housing.fetch(&ben, Fetch::Release(reference.into()));
        assert_eq!(refused, Err(Code::NotFound), "{reference}");
    }
    // The same person in another session may.
    let other = housing
        .council
        .gate()
        .sign_in("Aisha", PASSWORD, None)
        .unwrap();
    let for_other = Sealed {
        slip: slip(&other, 1),
        ..sealed
    };
    assert!(housing.again(&other, &first.release, &for_other).is_ok());
}

#[test]
fn a_look_up_tells_its_reader_which_releases_are_still_theirs() {
    let mut housing = Housing::open();
    let aisha = housing.council.signed_in("Aisha", &["officer"]);
    let ben = housing.council.signed_in("Ben", &["officer"]);
    let sealed = housing.detail(&aisha, Class::Standard);
    let standing = |housing: &Housing, session: &str| {
        let request = Request::Permit {
            session: SessionToken::new(session.into()),
            query: query::to_bytes(&property("visit")).unwrap(),
        };
        match housing.council.gate().ask(&request) {
            Reply::Permit { standing, .. } => standing,
            _ => panic!("another reply"),
        }
    };
    assert!(standing(&housing, &aisha).is_empty());
    assert!(housing.release(&aisha, &sealed).is_ok());
    assert!(housing.release(&aisha, &sealed).is_ok());
    assert_eq!(standing(&housing, &aisha), [42]);
    assert!(standing(&housing, &ben).is_empty());
    housing.restart();
    assert_eq!(standing(&housing, &aisha), [42]);
    housing.council.pass_in_use(&aisha, 4 * HOUR);
    assert!(standing(&housing, &aisha).is_empty());
    // A note that was changed, or went, was released to nobody.
    assert!(housing.release(&aisha, &sealed).is_ok());
    assert_eq!(standing(&housing, &aisha), [42]);
    let newer = housing.version(&aisha, Class::Standard, 2);
    assert!(standing(&housing, &aisha).is_empty());
    housing.restart();
    assert!(standing(&housing, &aisha).is_empty());
    assert!(housing.release(&aisha, &newer).is_ok());
    assert_eq!(standing(&housing, &aisha), [42]);
    housing.take_away(2);
    assert!(standing(&housing, &aisha).is_empty());
}

#[test]
fn a_release_ends_when_the_service_changes_its_note() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let first = housing
        .release(&session, &sealed)
        .unwrap_or_else(|_| panic!());
    let newer = housing.version(&session, Class::Standard, 2);
    let with_new = housing.again(&session, &first.release, &newer).err();
    assert_eq!(with_new, Some(Code::ReleaseEnded));
    let with_old = housing.again(&session, &first.release, &sealed).err();
    assert_eq!(with_old, Some(Code::DetailMoved));
    assert_eq!(housing.count("opened"), 0);
}
