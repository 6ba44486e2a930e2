//! What was found.

use firebox_contract::record::Whose;
use firebox_protocol::person::{PersonHint, Why};

use super::{TYPED, by, one, people, references, sam};
use crate::tests::house::House;
use crate::tests::pages::play::text_of;

#[tokio::test]
async fn one_match_is_a_list_of_one_and_opens_nobody() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    let sent = house.sends("/find", &[("find", "07700 900482")]).await;
    assert_eq!(sent.status, 303);
    assert!(sent.leads_to().starts_with("/find/"));
    let seen = house.page(&sent.leads_to()).await;
    assert_eq!((seen.status, seen.heading().as_str()), (200, "1 match"));
    assert!(seen.title().starts_with("1 match – "));
    let text = seen.text();
    assert!(
        text.contains("We searched for: phone ending 482."),
        "{text}"
    );
    let (_, results) = seen.html.split_once("id=\"results\"").unwrap();
    assert_eq!(text_of(results, "a")[0], "Sam O , born 1961, NB1 4••");
    assert!(text.contains("Born 1961 · NB1 4••"), "{text}");
    assert_eq!(text_of(results, "strong"), ["Phone ending 482"]);
    assert_eq!(seen.second_headings()[0], "Exact matches");
    assert!(text.contains("Newest data:"));
    assert!(text.contains("This page cannot be printed."));
    let person = seen.link("/people/");
    assert_eq!(person.len(), "/people/".len() + 48);
    assert!(seen.links().contains(&"#results".to_owned()));
    assert_eq!(by(&asked).len(), 1);
}

#[tokio::test]
async fn a_search_is_one_entry_and_its_page_opened_again_another_of_the_same_call() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    let sent = house.sends("/find", &[("find", "07700 900482")]).await;
    for entries in [1, 2, 3] {
        assert_eq!(house.page(&sent.leads_to()).await.heading(), "1 match");
        assert_eq!(by(&asked).len(), entries);
    }
    let call = Some("CALL-7".to_owned());
    assert_eq!(references(&asked), [None, call.clone(), call]);
    let asked = asked.lock().unwrap();
    assert!(asked.iter().all(|query| query.purpose == "call"));
}

#[tokio::test]
async fn nothing_of_whoever_is_searched_for_stands_in_a_target_or_title() {
    let house = House::open().await;
    house.finds_callers(one());
    for typed in ["07700900482", "okafor 4/3/1961 NB1 4QX"] {
        let sent = house.sends("/find", &[("find", typed)]).await;
        let seen = house.page(&sent.leads_to()).await;
        let targets = seen.links().join(" ") + &sent.leads_to() + &seen.title();
        for typed in TYPED {
            assert!(!targets.contains(typed), "{targets}");
        }
        let headers = format!("{:?}{:?}", sent.headers, seen.headers);
        assert!(!headers.contains("okafor") && !headers.contains("900482"));
    }
}

#[tokio::test]
async fn whoever_is_exactly_meant_stands_before_whoever_may_be() {
    let house = House::open().await;
    let named = |name: &str, person, why| PersonHint {
        preferred_name: name.into(),
        person,
        ..sam(why)
    };
    let both = |why| vec![why, Why::DateOfBirth];
    let near = [Why::KnownAs, Why::NearName, Why::SoundsLike];
    let mut matches: Vec<PersonHint> = near
        .into_iter()
        .enumerate()
        .map(|(at, why)| {
            named(
                &format!("Near{at}"),
                50 + i64::try_from(at).unwrap(),
                both(why),
            )
        })
        .collect();
    matches.push(named("Old", 60, vec![Why::Name, Why::OldPostcode]));
    matches.push(named("Exact", 61, both(Why::Name)));
    house.finds_callers(people(matches));
    let seen = house.types("sam okafor 4/3/1961").await;
    assert_eq!(seen.heading(), "5 people match");
    assert_eq!(
        seen.second_headings()[..2],
        ["Exact matches", "Possible matches"]
    );
    let text = seen.text();
    let at = |words: &str| {
        text.find(words)
            .unwrap_or_else(|| panic!("{words}: {text}"))
    };
    assert!(at("Exact O") < at("Possible matches"));
    for later in ["Near0 O", "Near1 O", "Near2 O", "Old O"] {
        assert!(at(later) > at("Possible matches"), "{later}");
    }
    let strong = text_of(&seen.html, "strong");
    assert!(
        strong.contains(&"Name sounds similar · Date of birth".to_owned()),
        "{strong:?}"
    );
    assert!(strong.contains(&"Name · Old address".to_owned()));
}

#[tokio::test]
async fn a_number_of_somebody_who_answers_for_them_says_whose_it_is() {
    let house = House::open().await;
    let daughter = Whose {
        name: "Ada Okafor".into(),
        relationship: "daughter".into(),
    };
    house.finds_callers(people(vec![sam(vec![Why::PhoneOf(daughter)])]));
    let seen = house.types("07700 900482").await;
    assert_eq!(seen.second_headings()[0], "Possible matches");
    assert!(
        seen.text()
            .contains("Number belongs to Ada Okafor, daughter")
    );
    assert!(!seen.second_headings().contains(&"Exact matches".to_owned()));
}

#[tokio::test]
async fn a_number_that_several_use_asks_who_is_calling() {
    let house = House::open().await;
    let why = || vec![Why::OwnPhone("482".into()), Why::SharedPhone(3)];
    let named = |name: &str, person| PersonHint {
        preferred_name: name.into(),
        person,
        ..sam(why())
    };
    house.finds_callers(people(vec![
        named("Sam", 1),
        named("Ada", 2),
        named("Maya", 3),
    ]));
    let seen = house.types("07700 900482").await;
    assert_eq!(seen.heading(), "3 people match");
    assert!(
        seen.text()
            .contains("3 people use this number. Ask who is calling.")
    );
    assert_eq!(seen.second_headings()[0], "Exact matches");
}

#[tokio::test]
async fn what_is_not_known_or_not_shown_of_somebody_reads_so() {
    let house = House::open().await;
    let hidden = PersonHint {
        postcode_hint: None,
        year_of_birth: None,
        ..sam(vec![Why::Name, Why::DateOfBirth])
    };
    house.finds_callers(people(vec![hidden]));
    let seen = house.types("sam okafor 4/3/1961").await;
    assert!(
        seen.text()
            .contains("Year of birth not known · Postcode not shown")
    );
}

#[tokio::test]
async fn when_somebody_is_found_the_box_is_empty_and_for_the_next_caller() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    let seen = house.types("07700 900482").await;
    assert!(seen.text().contains("Find another caller"));
    assert!(!seen.html.contains("900482") && !seen.html.contains("900 482"));
    assert!(!seen.html.contains("name=\"call\""));
    house.types("sam okafor 4/3/1961").await;
    assert_eq!(references(&asked), [None, None]);
}
