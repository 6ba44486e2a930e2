//! What is asked of one person, and what is refused.

use firebox_protocol::answer::Answer;
use firebox_protocol::person::PersonAnswer;
use firebox_protocol::query::{Caller, Confirmed, View};
use firebox_protocol::{Ask, Code};
use jiff::civil::date;
use serde_json::json;

use super::house::House;
use super::peers::store_refuses;
use super::people::Request;
use super::person_play::{nobody_much, well_known};

#[tokio::test]
async fn what_the_caller_said_reaches_the_store_in_normal_form() {
    let house = House::open().await;
    let target = house.view_target().await;
    let asked = house.tells(&["adviser"], Answer::Person(Box::new(nobody_much())));
    let body = json!({"purpose": "call", "caller": "self", "confirmed":
        {"date_of_birth": "4/3/1961", "postcode": "nb14qx", "house_number": " 14 "}});
    assert_eq!(Request::call(&target, &body).send(&house).await.status, 200);
    let confirmed = Confirmed {
        date_of_birth: Some(date(1961, 3, 4)),
        postcode: Some("NB1 4QX".to_owned().try_into().unwrap()),
        house_number: Some("14".into()),
    };
    let view = View {
        person: 41,
        caller: Caller::Person,
        confirmed,
    };
    assert_eq!(asked.lock().unwrap()[0].ask, Ask::View(view));
}

#[tokio::test]
async fn a_view_that_will_not_do_is_refused_and_nobody_is_asked() {
    let house = House::open().await;
    let target = house.view_target().await;
    house.keeper(|_| panic!("the keeper was asked"));
    let other = format!("/api/v1/people/{}/view", "A".repeat(48));
    let asked = json!({"purpose": "call", "caller": "self"});
    for (target, members, status, code) in [
        (&target, json!({"proxy": "x"}), 422, "unacceptable_value"),
        (
            &target,
            json!({"caller": "unsure", "proxy": "x"}),
            422,
            "unacceptable_value",
        ),
        (
            &target,
            json!({"caller": "proxy", "proxy": "x"}),
            404,
            "not_found",
        ),
        (&target, json!({"caller": "son"}), 422, "unacceptable_value"),
        (
            &target,
            json!({"confirmed": {"postcode": "NB1"}}),
            422,
            "unacceptable_value",
        ),
        (
            &target,
            json!({"confirmed": {"nino": "x"}}),
            400,
            "unknown_member",
        ),
        (&target, json!({"confirmed": []}), 400, "wrong_type"),
        (&other, json!({}), 404, "not_found"),
    ] {
        let mut body = asked.clone();
        let more = members.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(more);
        let reply = Request::call(target, &body).send(&house).await;
        assert_eq!(
            (reply.status, reply.problem().as_str()),
            (status, code),
            "{members}"
        );
    }
}

#[tokio::test]
async fn a_person_of_another_session_is_not_found() {
    let house = House::open().await;
    let target = house.view_target().await;
    house.keeper(|_| panic!("the keeper was asked"));
    let other = format!("Bearer {}", "B".repeat(43));
    let body = json!({"purpose": "call", "caller": "self"}).to_string();
    let reply = Request::new("POST", &target)
        .header("Authorization", &other)
        .body("application/json", body)
        .send(&house)
        .await;
    assert_eq!((reply.status, reply.problem().as_str()), (404, "not_found"));
}

#[tokio::test]
async fn a_caller_who_could_not_be_confirmed_is_told_nothing() {
    let house = House::open().await;
    let target = house.view_target().await;
    let body = json!({"purpose": "call", "caller": "self"});
    house.store(|_| store_refuses(Code::NotConfirmed));
    let reply = Request::call(&target, &body).send(&house).await;
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (403, "not_confirmed")
    );
    assert_eq!(
        reply.detail(),
        "We could not confirm who is calling. Do not say whether we know this person."
    );
    // A person without a name to call them by is no answer.
    let nameless = PersonAnswer {
        preferred_names: Vec::new(),
        ..well_known()
    };
    house.tells(&["adviser"], Answer::Person(Box::new(nameless)));
    let reply = Request::call(&target, &body).send(&house).await;
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (500, "unexpected")
    );
}
