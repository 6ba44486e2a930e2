//! Every page, every role, and nobody. The table is written by hand and held
//! against the gate's own list: a page that nobody thought of fails here.

use std::collections::BTreeMap;

use firebox_protocol::Code;
use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest};

use crate::pages::doors;
use crate::tests::house::House;
use crate::tests::pages::play::{FORM, Seen, form, with_session};
use crate::tests::peers::keeper_refuses;
use crate::tests::people::Request;
use crate::tests::person_play::session_of;

/// Who may come: anybody, whoever is signed in, or these roles.
type Who = Option<&'static [&'static str]>;

const ANYONE: Who = None;
const SIGNED_IN: Who = Some(&[]);
const OFFICERS: Who = Some(&["officer"]);
const ADVISERS: Who = Some(&["adviser"]);
const BOTH: Who = Some(&["officer", "adviser"]);
const FEEDS: Who = Some(&["service-admin", "reviewer"]);

/// What a page answers to a GET of whoever may come, with a token in its path
/// that this session does not know and a keeper that answers no question.
const TABLE: &[(&str, Who, u16)] = &[
    ("/", SIGNED_IN, 303),
    ("/{*other}", ANYONE, 404),
    ("/static/{file}", ANYONE, 404),
    ("/favicon.ico", ANYONE, 200),
    ("/sign-in", ANYONE, 200),
    ("/sign-out", SIGNED_IN, 405),
    ("/signed-out", ANYONE, 200),
    ("/stay", SIGNED_IN, 405),
    ("/help", ANYONE, 200),
    ("/accessibility", ANYONE, 200),
    ("/privacy", ANYONE, 200),
    ("/check", OFFICERS, 200),
    ("/check/{token}", OFFICERS, 404),
    ("/address/{token}", OFFICERS, 404),
    ("/visits", OFFICERS, 200),
    ("/visits/{day}", OFFICERS, 404),
    ("/visits/{day}/recheck", OFFICERS, 405),
    ("/visits/{day}/print", OFFICERS, 404),
    ("/visits/{day}/change", OFFICERS, 404),
    ("/visits/{day}/choose/{place}", OFFICERS, 404),
    ("/emergency/{id}", OFFICERS, 404),
    ("/emergency/{id}/ground", OFFICERS, 404),
    ("/ask/{id}", BOTH, 404),
    ("/ask/{id}/check", BOTH, 404),
    ("/ask/{id}/phone", BOTH, 404),
    ("/releases/{release}", BOTH, 404),
    ("/releases/{release}/open", BOTH, 404),
    ("/releases/{release}/hide", BOTH, 405),
    ("/releases/{release}/hidden", BOTH, 404),
    ("/releases/{release}/receipt", BOTH, 404),
    ("/releases/{release}/receipt/file", BOTH, 404),
    ("/people/{token}", ADVISERS, 404),
    ("/people/{token}/caller", ADVISERS, 404),
    ("/people/{token}/danger", ADVISERS, 404),
    ("/people/{token}/correct", ADVISERS, 404),
    ("/people/{token}/correct/{draft}", ADVISERS, 404),
    ("/people/{token}/correct/{draft}/change", ADVISERS, 404),
    ("/address/{token}/hazard", BOTH, 404),
    ("/address/{token}/report", BOTH, 404),
    ("/address/{token}/report/{draft}", BOTH, 404),
    ("/address/{token}/report/{draft}/change", BOTH, 404),
    ("/corrections/{ref}", BOTH, 404),
    ("/find", ADVISERS, 200),
    ("/find/{token}", ADVISERS, 404),
    ("/pop", ADVISERS, 303),
    ("/admin/sources", FEEDS, 503),
];

const ROLES: [&str; 6] = [
    "officer",
    "adviser",
    "holder",
    "reviewer",
    "service-admin",
    "custodian",
];

/// Stands in a path where a token does.
const TOKEN: &str = "AbCdEfGhIjKlMnOpQrStUv";

/// A path with a token in each of its places.
fn filled(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { TOKEN } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn may(who: Who, role: &str) -> bool {
    who.is_none_or(|roles| roles.is_empty() || roles.contains(&role))
}

/// A keeper that knows the session of somebody with this role, and is away for
/// anything else.
async fn house_of(role: &'static str) -> House {
    let house = House::open().await;
    house.keeper(move |request| match request {
        KeeperRequest::Session { .. } => KeeperReply::Session(session_of(&[role])),
        _ => keeper_refuses(Code::NotReady),
    });
    house
}

#[test]
fn every_page_stands_in_the_table_with_who_may_come() {
    let there: BTreeMap<&str, Who> = doors().into_iter().collect();
    let written: BTreeMap<&str, Who> = TABLE.iter().map(|(path, who, _)| (*path, *who)).collect();
    assert_eq!(there, written);
    assert_eq!(
        TABLE.len(),
        written.len(),
        "a page stands in the table twice"
    );
}

#[tokio::test]
async fn nobody_sees_more_than_what_is_for_anyone() {
    let house = House::open().await;
    for (path, who, opens) in TABLE {
        let seen = house.page_of_a_stranger(&filled(path)).await;
        if who.is_none() {
            assert_eq!(seen.status, *opens, "{path}");
        } else {
            assert_eq!(
                (seen.status, seen.leads_to().as_str()),
                (303, "/sign-in"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn each_role_opens_its_own_pages_and_is_told_so_at_every_other() {
    for role in ROLES {
        let house = house_of(role).await;
        for (path, who, opens) in TABLE {
            let seen = house.page(&filled(path)).await;
            // Whoever is signed in already has nothing to do at these two.
            let leads_on = ["/sign-in", "/signed-out"].contains(path);
            if may(*who, role) {
                let expected = if leads_on { 303 } else { *opens };
                assert_eq!(seen.status, expected, "{role}: {path}\n{}", seen.html);
            } else {
                assert_eq!(seen.status, 403, "{role}: {path}");
                assert_eq!(seen.heading(), "You cannot use this page", "{role}: {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_form_without_a_token_changes_nothing_on_any_page() {
    for role in ROLES {
        let house = house_of(role).await;
        for (path, who, _) in TABLE {
            let request = with_session(Request::new("POST", &filled(path)));
            let body = form([("csrf", TOKEN), ("name", "x")].into_iter());
            let seen = Seen::of(request.body(FORM, body).send(&house).await);
            let said = (seen.status, seen.heading());
            let heading = match said.0 {
                404 | 405 => "Page not found",
                403 if may(*who, role) => "Send the form again",
                403 => "You cannot use this page",
                _ => panic!("{role}: {path}: {said:?}"),
            };
            assert_eq!(said.1, heading, "{role}: {path}");
        }
    }
}

#[tokio::test]
async fn no_two_pages_have_one_title() {
    let mut titles: BTreeMap<String, &str> = BTreeMap::new();
    let mut houses = Vec::new();
    for role in ["officer", "adviser", "service-admin"] {
        houses.push((role, house_of(role).await));
    }
    for (path, who, opens) in TABLE.iter().filter(|(.., opens)| *opens == 200) {
        let seen = match houses
            .iter()
            .find(|(role, _)| who.is_some() && may(*who, role))
        {
            Some((_, house)) => house.page(&filled(path)).await,
            None => houses[0].1.page_of_a_stranger(&filled(path)).await,
        };
        assert_eq!(seen.status, *opens, "{path}");
        if *path != "/favicon.ico" {
            let other = titles.insert(seen.title(), path);
            assert_eq!(other, None, "{path} has the title of another page");
        }
    }
    assert!(titles.len() >= 6, "{titles:?}");
}
