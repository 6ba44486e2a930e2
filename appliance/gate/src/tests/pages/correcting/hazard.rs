//! `/address/{token}/hazard`: from what was seen to the one service that knows.

use firebox_contract::record::Uprn;
use firebox_protocol::query::Report;
use firebox_protocol::{Ask, Code};

use super::{FIRST, UPRN, officer, raised};
use crate::tests::house::{DUTY_LINE, House};

const SEEN: [(&str, &str); 4] = [
    ("kind", "dangerous-animal"),
    ("saw", "Two big dogs\nloose in the yard"),
    ("when", "This morning"),
    ("to", "housing"),
];

#[tokio::test]
async fn the_form_offers_what_anybody_may_read_the_common_first() {
    let (house, path) = officer(Vec::new()).await;
    let seen = house.page(&format!("{path}/hazard")).await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (200, "Tell us about a new hazard")
    );
    let order = [
        "What kind of hazard is it?",
        "Dog or other animal",
        "Violence or the threat of it",
        "Or is it one of these?",
        "Asbestos present or presumed",
        "Something else",
        "What did you see?",
        "When?",
        "Which team should know?",
        "Housing",
        "Send",
    ];
    let mut rest = seen.text();
    for words in order {
        let (_, after) = rest
            .split_once(words)
            .unwrap_or_else(|| panic!("no {words}"));
        rest = after.to_owned();
    }
    for kept_back in [
        "domestic",
        "safeguarding",
        "self-harm",
        "substance",
        "harassment",
    ] {
        assert!(!seen.html.contains(kept_back), "{kept_back}");
    }
    assert!(!seen.html.contains("<select"));
}

#[tokio::test]
async fn what_is_left_out_or_too_long_is_said_and_what_was_typed_is_kept() {
    let (house, path) = officer(Vec::new()).await;
    let form = format!("{path}/hazard");
    let seen = house.sends(&form, &[]).await;
    assert_eq!(seen.status, 422);
    assert_eq!(
        seen.errors(),
        [
            "Select what kind of hazard it is",
            "Enter what you saw",
            "Enter when you saw it",
            "Select which team should know",
        ]
    );
    let (long_saw, long_when) = ("y".repeat(2_001), "z".repeat(121));
    let fields = [
        ("kind", "asbestos"),
        ("saw", long_saw.as_str()),
        ("when", long_when.as_str()),
        ("to", "housing"),
    ];
    let seen = house.sends(&form, &fields).await;
    assert_eq!(
        seen.errors(),
        [
            "What you saw must be 2000 characters or less",
            "When you saw it must be 120 characters or less",
        ]
    );
    assert!(seen.html.contains(&long_saw) && seen.html.contains(&long_when));
    assert!(seen.html.contains("value=\"asbestos\" checked"));
    assert!(seen.html.contains("value=\"housing\" checked"));
}

#[tokio::test]
async fn a_kind_or_a_team_that_was_not_offered_is_not_taken() {
    let (house, path) = officer(Vec::new()).await;
    for (field, value, words) in [
        (
            "kind",
            "domestic-abuse-safety",
            "Select what kind of hazard it is",
        ),
        ("kind", "unmapped", "Select what kind of hazard it is"),
        ("to", "fire-brigade", "Select which team should know"),
    ] {
        let mut fields = SEEN.to_vec();
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let seen = house.sends(&format!("{path}/hazard"), &fields).await;
        assert_eq!(seen.errors(), [words]);
        assert!(seen.html.contains("loose in the yard"));
    }
}

#[tokio::test]
async fn a_hazard_reaches_one_service_and_reads_as_not_yet_confirmed() {
    let (house, path) = officer(Vec::new()).await;
    let asked = house.tells(&["officer"], raised(FIRST, &["Housing"]));
    let sent = house.sends(&format!("{path}/hazard"), &SEEN).await;
    assert_eq!(
        (sent.status, sent.leads_to()),
        (303, format!("/corrections/{FIRST}"))
    );
    let told = house.page(&sent.leads_to()).await;
    assert_eq!(told.heading(), "Hazard reported");
    let words = "Reported on 3 May 2026, not yet confirmed by Housing. Phone them on 01632 960100";
    assert!(
        told.text().contains(FIRST) && told.text().contains(words),
        "{}",
        told.text()
    );
    assert!(!told.html.contains("dogs"));
    assert!(told.links().contains(&path));
    let expected = Report {
        uprn: Uprn::parse(UPRN).unwrap(),
        category: "dangerous-animal".into(),
        saw: "Two big dogs\nloose in the yard".into(),
        when: "This morning".into(),
        to: "housing".into(),
        by_role: "officer".into(),
    };
    let queries = asked.lock().unwrap();
    assert_eq!(queries.len(), 1);
    assert_eq!(
        (&queries[0].ask, queries[0].purpose.as_str()),
        (&Ask::Report(expected), "correction")
    );
}

#[tokio::test]
async fn a_team_that_cannot_be_told_is_named_with_its_number_and_nothing_typed_is_lost() {
    let limit = format!(
        "You have sent more than usual. Wait 5 minutes and send it again, or phone {DUTY_LINE}"
    );
    for (code, status, words) in [
        (
            Code::NobodyToTell,
            422,
            "Housing cannot be told through this service. Phone them on 01632 960100, or select another team",
        ),
        (
            Code::AlreadyThere,
            409,
            "The same was reported before and waits with Housing. Phone them on 01632 960100",
        ),
        (Code::PersonLimit, 429, limit.as_str()),
    ] {
        let (house, path) = officer(Vec::new()).await;
        house.tells_in_turn(vec![Err(code)]);
        let seen = house.sends(&format!("{path}/hazard"), &SEEN).await;
        assert_eq!(
            (seen.status, seen.errors()),
            (status, vec![words.to_owned()])
        );
        assert!(seen.html.contains("loose in the yard"));
    }
}

#[tokio::test]
async fn a_hazard_that_was_not_logged_is_not_reported() {
    let (house, path) = officer(Vec::new()).await;
    house.tells_in_turn(vec![Err(Code::LogUnavailable)]);
    assert_eq!(
        house.sends(&format!("{path}/hazard"), &SEEN).await.status,
        503
    );
}

#[tokio::test]
async fn the_form_is_for_those_who_report_and_for_addresses_of_their_session() {
    let house = House::open().await;
    let handles = house.handles().await;
    house.tells(&["adviser"], raised(FIRST, &["Housing"]));
    let seen = house
        .page(&format!("/address/{}/hazard", handles.property))
        .await;
    assert_eq!(seen.status, 200);
    for wrong in [
        handles.person.as_str(),
        handles.flag.as_str(),
        "AAAA",
        "%FF",
    ] {
        let path = format!("/address/{wrong}/hazard");
        assert_eq!(house.page(&path).await.status, 404, "{wrong}");
        assert_eq!(house.sends(&path, &SEEN).await.status, 404, "{wrong}");
    }
    house.tells(&["reviewer"], raised(FIRST, &["Housing"]));
    let seen = house
        .page(&format!("/address/{}/hazard", handles.property))
        .await;
    assert_eq!(seen.status, 403);
}
