//! Who may be meant: hints, and the words when it is nobody, too many, or
//! somebody who may not be shown.

use firebox_contract::record::{Phone, Whose};
use firebox_protocol::answer::{Answer, Freshness};
use firebox_protocol::person::{PersonHint, Why};
use firebox_protocol::query::NameAnd;
use firebox_protocol::{Ask, PersonBy};
use jiff::civil::date;
use serde_json::{Value, json};

use super::house::{DUTY_LINE, House};
use super::look_ups::flag;
use super::people::Request;
use super::person_play::{PERSON, hint, people, source};

const NOBODY: &str = "We could not find anyone. Check what you typed, or try their phone number, \
    date of birth or postcode. They may still be known to the council.";

fn by_name() -> Value {
    json!({"purpose": "call", "name": "Sam Okoro", "postcode": "NB1 4QX"})
}

impl House {
    async fn found(&self, roles: &[&str], answer: Answer, body: &Value) -> Value {
        self.tells(roles, answer);
        let reply = Request::call(PERSON, body).send(self).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }
}

#[tokio::test]
async fn a_person_reads_as_a_hint_with_the_reasons_in_words() {
    let house = House::open().await;
    let daughter = Whose {
        name: "Maya Shah".into(),
        relationship: "daughter".into(),
    };
    let why = vec![
        Why::OwnPhone("482".into()),
        Why::PhoneOf(daughter),
        Why::NhsNumber,
        Why::Reference,
        Why::Name,
        Why::KnownAs,
        Why::NearName,
        Why::SoundsLike,
        Why::DateOfBirth,
        Why::Postcode,
        Why::OldPostcode,
    ];
    let found = house.finds(people(vec![hint(why)])).await;
    assert_eq!(
        json!([found["entry"], found["reference"]]),
        json!([12, "CALL-7"])
    );
    assert!(found["checked_at"].as_str().unwrap().ends_with('Z'));
    let one = &found["matches"][0];
    assert_eq!(one["person"].as_str().unwrap().len(), 48);
    let members = [
        "preferred_name",
        "surname_initial",
        "year_of_birth",
        "postcode_hint",
    ];
    assert_eq!(
        json!(members.map(|member| one[member].clone())),
        json!(["Sam", "O", 1961, "NB1 4••"])
    );
    assert_eq!(
        one["why"],
        json!([
            "Phone ending 482",
            "Number belongs to Maya Shah, daughter",
            "NHS number",
            "Reference",
            "Name",
            "Known by this name",
            "Name is spelled nearly so",
            "Name sounds similar",
            "Date of birth",
            "Postcode",
            "Old address"
        ])
    );
    assert_eq!(
        json!([
            found["note"],
            found["withheld"],
            found["flags"],
            found["complete"]
        ]),
        json!([null, null, [], true])
    );
}

#[tokio::test]
async fn a_postcode_that_is_not_known_or_hidden_reads_the_same() {
    let house = House::open().await;
    let hidden = PersonHint {
        postcode_hint: None,
        year_of_birth: None,
        ..hint(vec![Why::Name])
    };
    let found = house.finds(people(vec![hidden])).await;
    let one = &found["matches"][0];
    assert_eq!(
        json!([one["postcode_hint"], one["year_of_birth"]]),
        json!(["Not shown", null])
    );
}

#[tokio::test]
async fn a_question_reaches_the_store_in_normal_form() {
    let house = House::open().await;
    let asked = house.tells(&["adviser"], Answer::People(people(vec![hint(Vec::new())])));
    for body in [
        json!({"purpose": "call", "reference": " T-1 ", "phone": "(07700) 900 482"}),
        json!({"purpose": "call", "nhs_number": "999 000 0018"}),
        json!({"purpose": "call", "name": " Sam  Okoro", "date_of_birth": "4/3/1961"}),
        json!({"purpose": "call", "name": "Sam", "postcode": "nb14qx"}),
        json!({"purpose": "call", "service_reference": "P 144"}),
    ] {
        let reply = Request::call(PERSON, &body).send(&house).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0].reference.as_deref(), Some("T-1"));
    let by: Vec<&Ask> = asked.iter().map(|query| &query.ask).collect();
    let name = |name: &str, and| PersonBy::Name {
        name: name.into(),
        and,
    };
    let expected = [
        PersonBy::Phone(Phone::parse("+447700900482").unwrap()),
        PersonBy::NhsNumber("9990000018".to_owned().try_into().unwrap()),
        name("Sam Okoro", NameAnd::DateOfBirth(date(1961, 3, 4))),
        name(
            "Sam",
            NameAnd::Postcode("NB1 4QX".to_owned().try_into().unwrap()),
        ),
        PersonBy::Reference("P 144".into()),
    ];
    assert_eq!(by, expected.map(Ask::Person).iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn nobody_found_says_what_to_try_and_is_never_nobody_known() {
    let house = House::open().await;
    let found = house.finds(people(Vec::new())).await;
    assert_eq!(
        json!([found["matches"], found["note"]]),
        json!([[], NOBODY])
    );
}

#[tokio::test]
async fn too_many_people_are_none_at_all() {
    let house = House::open().await;
    let mut many = people(vec![hint(vec![Why::Name]); 20]);
    many.more = true;
    let found = house.finds(many).await;
    assert_eq!(
        json!([found["matches"], found["note"], found["complete"]]),
        json!([
            [],
            "More than 20 people match. Add a date of birth or postcode.",
            false
        ])
    );
}

#[tokio::test]
async fn a_number_that_several_use_asks_who_is_calling() {
    let house = House::open().await;
    let why = || vec![Why::OwnPhone("482".into()), Why::SharedPhone(3)];
    let found = house.finds(people(vec![hint(why()); 3])).await;
    assert_eq!(
        found["note"],
        "3 people use this number. Ask who is calling."
    );
    assert_eq!(found["matches"][0]["why"], json!(["Phone ending 482"]));
}

#[tokio::test]
async fn somebody_withheld_is_put_through_by_number_and_is_nobody_by_name() {
    let house = House::open().await;
    let mut withheld = people(Vec::new());
    withheld.withheld = true;
    let found = house.finds(withheld.clone()).await;
    assert_eq!(json!([found["matches"], found["note"]]), json!([[], null]));
    let instruction = "We cannot show this record here. Put the call through to the duty line.";
    assert_eq!(
        found["withheld"],
        json!({"instruction": instruction, "phone": DUTY_LINE})
    );

    // By a name the two read alike to the byte, even if the store told them apart.
    let body = by_name();
    let adviser = ["adviser"];
    let mut texts = Vec::new();
    for answer in [withheld, people(Vec::new())] {
        let mut found = house.found(&adviser, Answer::People(answer), &body).await;
        for differs in ["entry", "checked_at", "reference"] {
            assert!(found.as_object_mut().unwrap().remove(differs).is_some());
        }
        texts.push(found.to_string());
    }
    assert_eq!(texts[0], texts[1]);
    assert!(texts[0].contains(NOBODY));
}

#[tokio::test]
async fn an_officer_is_given_warnings_and_is_never_told_that_nobody_is_known() {
    let house = House::open().await;
    let mut warned = people(Vec::new());
    warned.flags = vec![flag("violence-physical", &[])];
    let officer = ["officer"];
    let body = json!({"purpose": "appointment", "phone": "07700 900482"});
    let found = house.found(&officer, Answer::People(warned), &body).await;
    assert_eq!(json!([found["matches"], found["note"]]), json!([[], null]));
    assert_eq!(found["flags"][0]["hazard"]["code"], "violence-physical");

    let nothing = Answer::People(people(Vec::new()));
    let found = house.found(&officer, nothing, &body).await;
    let note = found["note"].as_str().unwrap();
    assert!(note.contains("not the same as safe") && note.contains(DUTY_LINE));

    let mut several = people(Vec::new());
    several.more = true;
    let found = house.found(&officer, Answer::People(several), &body).await;
    let note = "Several people match. Add a date of birth or postcode.";
    assert_eq!(found["note"], note);
}

#[tokio::test]
async fn a_source_that_is_not_fresh_makes_a_search_incomplete_whatever_the_store_says() {
    let house = House::open().await;
    for state in [Freshness::Late, Freshness::Stopped, Freshness::Held] {
        let mut answer = people(vec![hint(vec![Why::Name])]);
        answer.sources = vec![source(Freshness::Fresh), source(state)];
        assert_eq!(house.finds(answer).await["complete"], false);
    }
}

#[tokio::test]
async fn a_search_that_will_not_do_is_refused_and_nobody_is_asked() {
    let house = House::open().await;
    house.keeper(|_| panic!("the keeper was asked"));
    for (members, status, code) in [
        (json!({}), 400, "person_missing"),
        (json!({"name": "Sam Okoro"}), 422, "one_more_thing"),
        (json!({"postcode": "NB1 4QX"}), 400, "missing_member"),
        (
            json!({"name": "Sam", "postcode": "NB1 4QX", "date_of_birth": "4/3/1961"}),
            400,
            "person_unclear",
        ),
        (
            json!({"phone": "07700 900482", "nhs_number": "999 000 0018"}),
            400,
            "person_unclear",
        ),
        (
            json!({"nhs_number": "999 000 0019"}),
            422,
            "unacceptable_value",
        ),
        (json!({"phone": "Sam"}), 422, "unacceptable_value"),
        (json!({"phone": 7_700_900_482_u64}), 400, "wrong_type"),
        (json!({"nino": "AB123456C"}), 400, "unknown_member"),
    ] {
        let mut body = members.clone();
        body["purpose"] = json!("call");
        let reply = Request::call(PERSON, &body).send(&house).await;
        assert_eq!(
            (reply.status, reply.problem().as_str()),
            (status, code),
            "{members}"
        );
        for value in ["Okoro", "1961", "900482", "0019", "AB123456C"] {
            assert!(!reply.text().contains(value), "{}", reply.text());
        }
    }
    let reply = Request::call(PERSON, &json!({"purpose": "call", "name": "Sam"}))
        .send(&house)
        .await;
    assert_eq!(
        reply.detail(),
        "Add a date of birth or postcode, or search by phone number alone."
    );
}
