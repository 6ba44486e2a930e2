//! Who may speak for a person, and what to do before talking.

use firebox_contract::Reason;
use firebox_contract::record::{May, ProxyState, UNMAPPED};

use super::{refused, row};
use crate::map::Mapped;
use crate::map::tests::{bad, person};

pub(super) const PROXY: &str = r#"
    [[map.person.proxies]]
    name = { from = "WHO" }
    relationship = { from = "REL" }
    basis = { from = "BASIS", table = "bases" }
    about = { from = "ABOUT", split = ";", table = "subjects", other = "unmapped" }
    may = { from = "MAY", split = ";", table = "may" }
    limits = { from = "LIMITS" }
    to = { from = "TO", date = "%d/%m/%Y", open = ["31/12/2099"] }
    state = { from = "STATE", table = "states", other = "suspended", empty = "given" }
    [tables.bases]
    "Consent" = "consent"
    [tables.subjects]
    "Council tax" = "council-tax"
    [tables.may]
    "Be told" = "be-told"
    [tables.states]
    "Yes" = "given"
    "No" = "refused"
"#;

fn proxy(changes: &[(&str, &str)]) -> Mapped {
    let values = [
        ("WHO", "Maya Shah"),
        ("REL", "daughter"),
        ("BASIS", "Consent"),
        ("ABOUT", "Council tax;Zeta scheme"),
        ("MAY", "be told"),
        ("LIMITS", "She may not change the address."),
        ("TO", "31/12/2099"),
        ("STATE", "Yes"),
    ];
    let values = values.map(|(name, value)| {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        (name, change.map_or(value, |(_, value)| *value))
    });
    row(PROXY, &values)
}

#[test]
fn whoever_speaks_for_a_person_comes_with_basis_scope_and_limits() {
    let (told, _) = person(proxy(&[]));
    let proxy = &told.proxies[0];
    assert_eq!(proxy.about, ["council-tax", UNMAPPED]);
    assert_eq!(proxy.may, [May::BeTold]);
    assert_eq!((proxy.basis.as_str(), proxy.to), ("consent", None));
    assert_eq!(
        proxy.limits.as_deref(),
        Some("She may not change the address.")
    );
    let nobody = self::proxy(&[("WHO", "")]);
    assert!(person(nobody).0.proxies.is_empty());
}

#[test]
fn a_state_nobody_mapped_lets_nobody_speak() {
    let state = |said| person(proxy(&[("STATE", said)])).0.proxies[0].state;
    assert_eq!(state("no"), ProxyState::Refused);
    assert_eq!(state("probably"), ProxyState::Suspended);
    assert_eq!(state(""), ProxyState::Given);
}

#[test]
fn what_does_not_read_never_lets_a_proxy_say_more() {
    for (column, value, field) in [
        ("TO", "next year", "proxy_to"),
        ("BASIS", "Habit", "proxy_basis"),
        ("MAY", "Everything", "proxy_may"),
    ] {
        let mapped = proxy(&[(column, value)]);
        assert_eq!(bad(mapped), (field, Reason::Malformed), "{column}");
    }
    assert_eq!(
        bad(proxy(&[("BASIS", "")])),
        ("proxy_basis", Reason::Missing)
    );
    let (told, left_out) = person(proxy(&[("LIMITS", &"Not the rent. ".repeat(20))]));
    let limits = told.proxies[0].limits.clone().unwrap();
    assert!(limits.starts_with("There are limits"), "{limits}");
    assert_eq!(left_out, 1);
    for (from, to) in [
        ("open = [", "if_bad = \"leave-out\", open = ["),
        ("other = \"suspended\"", "other = \"given\""),
        (
            "from = \"LIMITS\"",
            "from = \"LIMITS\", if_bad = \"leave-out\"",
        ),
    ] {
        let said = refused(&PROXY.replacen(from, to, 1));
        assert!(said.contains("map.person.proxies[0]"), "{said}");
    }
}

pub(super) const SAFETY: &str = r#"
    [map.person.safety]
    instruction = { from = "MARKER", table = "markers", other = "unmapped" }
    team = { from = "TEAM" }
    phone = { from = "TEL" }
    withheld = { from = "WITHHELD", yes = ["Y"], no = ["N"], other = "yes" }
    [tables.markers]
    "Safe number only" = "safe-contact-only"
"#;

fn safety(marker: &str, withheld: &str, team: &str) -> Mapped {
    let values = [
        ("MARKER", marker),
        ("WITHHELD", withheld),
        ("TEAM", team),
        ("TEL", "01632 960200"),
    ];
    row(SAFETY, &values)
}

#[test]
fn a_marker_says_what_to_do_and_the_label_of_a_known_one_stays_at_the_service() {
    let marker = |marker, withheld| person(safety(marker, withheld, "Desk")).0.safety;
    let known = marker("safe number only", "").unwrap();
    assert_eq!(
        (known.instruction.as_str(), known.source_code),
        ("safe-contact-only", None)
    );
    assert!(!known.withheld);
    let unknown = marker("Zeta contact rule 4", "N").unwrap();
    assert_eq!(unknown.instruction, UNMAPPED);
    assert_eq!(unknown.source_code.as_deref(), Some("Zeta contact rule 4"));
    let withheld = marker("", "perhaps").unwrap();
    assert!(withheld.withheld && withheld.instruction == UNMAPPED);
    assert!(marker("", "").is_none());
}

#[test]
fn a_marker_nobody_can_be_asked_about_holds_its_row() {
    let nobody = safety("Safe number only", "", "");
    assert_eq!(bad(nobody), ("owner", Reason::OwnerMissing));
    assert!(person(safety("", "", "")).0.safety.is_none());
    let said = refused(&SAFETY.replacen("\"TEL\"", "\"TEL\", if_bad = \"leave-out\"", 1));
    assert!(said.contains("map.person.safety"), "{said}");
}
