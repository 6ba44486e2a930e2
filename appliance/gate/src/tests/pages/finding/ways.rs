//! What can be read in two ways is searched in the likelier one, and the other
//! is one press away.

use firebox_contract::record::{NhsNumber, Phone};
use firebox_protocol::PersonBy;
use firebox_protocol::query::NameAnd;
use jiff::civil::date;

use super::{by, one, people, references};
use crate::tests::house::House;
use crate::tests::pages::play::Seen;

/// The fields of the form behind the words of a button.
fn press<'a>(seen: &'a Seen, words: &str) -> [(&'a str, &'a str); 2] {
    let (before, _) = seen.html.split_once(words).expect(words);
    let form = before.rsplit_once("<form").unwrap().1;
    let value = |name: &str| {
        let (_, rest) = form
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap();
        rest.split('"').next().unwrap()
    };
    [("again", value("again")), ("way", value("way"))]
}

#[tokio::test]
async fn ten_digits_are_searched_as_an_nhs_number_and_offered_as_a_reference() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    let seen = house.types("999 000 0018").await;
    let text = seen.text();
    assert!(
        text.contains("We searched for: NHS number ending 018."),
        "{text}"
    );
    assert!(
        text.contains("We read what you typed as an NHS number."),
        "{text}"
    );
    assert!(!seen.html.contains("999 000 0018"));
    let other = press(&seen, "Search as reference instead");
    let seen = house.sends_and_follows("/find", &other).await;
    assert!(
        seen.text()
            .contains("We read what you typed as a reference.")
    );
    let back = press(&seen, "Search as NHS number instead");
    house.sends_and_follows("/find", &back).await;
    let nhs = PersonBy::NhsNumber(NhsNumber::parse("9990000018").unwrap());
    let reference = PersonBy::Reference("999 000 0018".into());
    assert_eq!(by(&asked), [nhs.clone(), reference, nhs]);
    let call = Some("CALL-7".to_owned());
    assert_eq!(references(&asked), [None, call.clone(), call]);
}

#[tokio::test]
async fn ten_digits_that_do_not_agree_are_a_reference_and_said_to_be_no_nhs_number() {
    let house = House::open().await;
    let asked = house.finds_callers(people(Vec::new()));
    let seen = house.types("4857773456").await;
    let text = seen.text();
    assert!(
        text.contains("We searched for: reference ending 456."),
        "{text}"
    );
    assert!(text.contains("This is not an NHS number"), "{text}");
    assert!(!text.contains("instead"), "{text}");
    assert_eq!(by(&asked), [PersonBy::Reference("4857773456".into())]);
}

#[tokio::test]
async fn what_reads_one_way_only_offers_no_other() {
    let house = House::open().await;
    house.finds_callers(one());
    for typed in ["07700 900482", "sam okafor 4/3/1961", "P00000144"] {
        let text = house.types(typed).await.text();
        assert!(
            !text.contains("instead") && !text.contains("We read"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_number_beside_a_name_is_searched_first_and_the_name_is_offered() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    let seen = house.types("okafor 07700 900482 4/3/1961").await;
    assert!(seen.text().contains("We searched for: phone ending 482."));
    let other = press(&seen, "Search by name instead");
    let seen = house.sends_and_follows("/find", &other).await;
    assert!(
        seen.text()
            .contains("We searched for: name okafor, born 1961.")
    );
    let phone = PersonBy::Phone(Phone::parse("+447700900482").unwrap());
    let name = PersonBy::Name {
        name: "okafor".into(),
        and: NameAnd::DateOfBirth(date(1961, 3, 4)),
    };
    assert_eq!(by(&asked), [phone, name]);
}

#[tokio::test]
async fn a_postcode_beside_a_date_of_birth_is_kept_for_checking_who_calls() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    let seen = house.types("okafor 4/3/1961 NB1 4QX").await;
    let text = seen.text();
    assert!(
        text.contains("We searched for: name okafor, born 1961."),
        "{text}"
    );
    let kept = "We kept postcode NB1 4•• for checking who is calling.";
    assert!(text.contains(kept), "{text}");
    let name = PersonBy::Name {
        name: "okafor".into(),
        and: NameAnd::DateOfBirth(date(1961, 3, 4)),
    };
    assert_eq!(by(&asked), [name]);
    let text = house.types("okafor NB1 4QX").await.text();
    assert!(
        text.contains("We searched for: name okafor, postcode NB1 4••."),
        "{text}"
    );
    assert!(!text.contains("We kept"), "{text}");
    let text = house.types("okafor 14 NB1 4QX").await.text();
    let kept = "We kept house number 14 for checking who is calling.";
    assert!(text.contains(kept), "{text}");
    let text = house.types("07700 900482 4/3/1961 NB1 4QX").await.text();
    let kept = "We kept a date of birth in 1961 and postcode NB1 4•• for";
    assert!(text.contains(kept), "{text}");
}

#[tokio::test]
async fn a_way_that_a_search_does_not_have_is_not_found() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    let seen = house.types("999 000 0018").await;
    let [(again, token), _] = press(&seen, "Search as reference instead");
    for way in ["2", "99", "-1", "x", ""] {
        let seen = house.sends("/find", &[(again, token), ("way", way)]).await;
        assert_eq!(seen.status, 404, "{way}");
    }
    assert_eq!(by(&asked).len(), 1);
}
