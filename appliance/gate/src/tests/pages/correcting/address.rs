//! `/address/{token}/report`: the warnings that were shown there.

use firebox_contract::correction::Field;
use firebox_contract::record::Uprn;
use firebox_protocol::answer::Answer;
use firebox_protocol::query::About;

use super::{FIRST, UPRN, corrects, officer, raised};
use crate::tests::house::House;
use crate::tests::look_ups::{answer, flag, place};

/// The handle of the one warning the form offers.
fn warning(html: &str) -> String {
    let values = html
        .split("name=\"wrong\" type=\"checkbox\" value=\"")
        .skip(1);
    let mut values = values.map(|rest| rest.split('"').next().unwrap().to_owned());
    values.find(|value| value.len() == 48).expect("a warning")
}

#[tokio::test]
async fn each_warning_that_was_shown_can_be_called_wrong() {
    let (house, path) = officer(vec![flag("asbestos", &[])]).await;
    let form = format!("{path}/report");
    let seen = house.page(&form).await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (200, "What is wrong?")
    );
    let text = seen.text();
    for words in [
        "The warning: Asbestos present or presumed",
        "Recorded by Housing. Only they are told",
        "The address itself",
        "Something is missing",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(seen.links().contains(&format!("{path}/hazard")));

    let (asked, handle) = (
        house.tells(&["officer"], raised(FIRST, &["Housing"])),
        warning(&seen.html),
    );
    let should = format!("should-{handle}");
    let fields = [
        ("wrong", handle.as_str()),
        (should.as_str(), "It was taken\nout in May"),
        ("how", "seen-on-visit"),
    ];
    let (check, seen) = house.fills(&form, &fields).await;
    assert!(
        seen.text()
            .contains("The warning: Asbestos present or presumed It was taken out in May")
    );
    let told = house.sends_and_follows(&check, &[]).await;
    assert!(
        told.text()
            .contains("We have told Housing. They decide whether to change their record.")
    );
    assert!(
        told.text()
            .contains("The warning stands until they change it.")
    );
    let [correct] = <[_; 1]>::try_from(corrects(&asked)).unwrap();
    assert_eq!(
        (correct.about, correct.field),
        (About::Flag(41), Field::Warning)
    );
    assert_eq!(
        (correct.should_be.as_str(), correct.by_role.as_str()),
        ("It was taken out in May", "officer")
    );
}

#[tokio::test]
async fn a_warning_that_was_ticked_stays_ticked_when_the_address_was_looked_at_again() {
    let (house, path) = officer(vec![flag("asbestos", &[])]).await;
    let form = format!("{path}/report");
    let handle = warning(&house.page(&form).await.html);
    let known = answer(vec![place(UPRN, vec![flag("asbestos", &[])])]);
    house.tells(&["officer"], Answer::Property(known));
    house.page(&path).await;
    assert_ne!(warning(&house.page(&form).await.html), handle);
    let should = format!("should-{handle}");
    let seen = house
        .sends(&form, &[("wrong", &handle), (&should, "Gone since May")])
        .await;
    assert_eq!(seen.errors(), ["Select how you know"]);
    assert!(seen.html.contains("Gone since May"));
    assert!(seen.html.contains(&format!("value=\"{handle}\" checked")));
}

#[tokio::test]
async fn a_warning_of_another_address_is_not_offered_and_not_taken() {
    let (house, path) = officer(vec![flag("asbestos", &[])]).await;
    let handle = warning(&house.page(&format!("{path}/report")).await.html);
    let other = place("100023336957", Vec::new());
    let known = answer(vec![other]);
    house.tells(&["officer"], Answer::Property(known));
    let elsewhere = house
        .sends("/check", &[("address", "100023336957")])
        .await
        .leads_to();
    let form = format!("{elsewhere}/report");
    assert!(!house.page(&form).await.text().contains("Asbestos"));
    let should = format!("should-{handle}");
    let fields = [
        ("wrong", handle.as_str()),
        (&should, "Gone"),
        ("how", "other"),
    ];
    assert_eq!(
        house.sends(&form, &fields).await.errors(),
        ["Select what is wrong"]
    );
}

#[tokio::test]
async fn the_address_itself_is_told_of_as_an_address() {
    let house = House::open().await;
    let property = house.handles().await.property;
    let asked = house.tells(&["adviser"], raised(FIRST, &["Housing", "Planning"]));
    let form = format!("/address/{property}/report");
    let seen = house.page(&form).await;
    assert!(
        seen.html.contains("Back to your first page"),
        "an adviser has no address page"
    );
    let fields = [
        ("wrong", "address"),
        ("should-address", "14A Mill Lane, NB1 4QX"),
        ("how", "other"),
    ];
    let (check, _) = house.fills(&form, &fields).await;
    let told = house.sends_and_follows(&check, &[]).await;
    let words =
        "We have told Housing and Planning. They each decide whether to change their record.";
    assert!(told.text().contains(words) && !told.text().contains("need to tell"));
    let uprn = Uprn::parse(UPRN).unwrap();
    assert_eq!(corrects(&asked)[0].about, About::Property(uprn));
}
