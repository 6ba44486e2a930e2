//! `/corrections/{ref}`: how it stands with each service.

use firebox_contract::correction::{Declined, Field};
use firebox_protocol::answer::{Answer, Progress};
use firebox_protocol::{Ask, Code};

use crate::tests::corrections::{REFERENCE, sent, state};
use crate::tests::house::House;

fn stands(field: Option<Field>) -> Answer {
    let services = vec![
        sent("Housing", Progress::Raised),
        sent("Benefits", Progress::Delivered),
        sent("Planning", Progress::Done),
        sent("Registrars", Progress::Settled),
        sent("Libraries", Progress::Declined(Declined::NotConfirmed)),
    ];
    Answer::Correction(state(field, services))
}

#[tokio::test]
async fn each_service_has_a_row_with_what_it_did_and_since_when() {
    let house = House::open().await;
    let asked = house.tells(&["officer"], stands(Some(Field::Deceased)));
    let seen = house.page(&format!("/corrections/{REFERENCE}")).await;
    assert_eq!((seen.status, seen.heading().as_str()), (200, "Correction"));
    let text = seen.text();
    for words in [
        REFERENCE,
        "Sent on 3 May 2026.",
        "Housing Sent 3 May 2026 Sent to Housing on 3 May 2026. They have not fetched it yet.",
        "Benefits Seen 3 May 2026",
        "Planning Changed 3 May 2026 Planning put it right on 3 May 2026.",
        "Registrars Changed 3 May 2026",
        "Libraries Not changed 3 May 2026 Libraries did not change their record on 3 May 2026: \
            they could not confirm it. Phone them on 01632 960100 .",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.to_lowercase().contains("deceased") && !text.contains("died"));
    let queries = asked.lock().unwrap();
    assert_eq!(queries[0].ask, Ask::Correction(REFERENCE.into()));
}

#[tokio::test]
async fn a_reported_hazard_is_called_so() {
    let house = House::open().await;
    house.tells(&["adviser"], stands(None));
    let seen = house.page(&format!("/corrections/{REFERENCE}")).await;
    assert_eq!(seen.heading(), "Hazard report");
}

#[tokio::test]
async fn a_reference_that_is_none_not_there_or_not_for_this_role_shows_nothing() {
    let house = House::open().await;
    house.tells(&["officer"], stands(None));
    for wrong in ["COR-1", "cor-0189ABHJKZ", "REL-0189ABHJKZ"] {
        assert_eq!(
            house.page(&format!("/corrections/{wrong}")).await.status,
            404,
            "{wrong}"
        );
    }
    house.tells_in_turn(vec![Err(Code::NotFound)]);
    let seen = house.page(&format!("/corrections/{REFERENCE}")).await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (404, "Page not found")
    );
    house.tells(&["reviewer"], stands(None));
    assert_eq!(
        house
            .page(&format!("/corrections/{REFERENCE}"))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn an_answer_about_another_correction_is_our_own_fault() {
    let house = House::open().await;
    house.tells(&["officer"], stands(None));
    assert_eq!(house.page("/corrections/COR-0123ABHJKZ").await.status, 500);
}
