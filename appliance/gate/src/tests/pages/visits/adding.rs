//! A list goes in.

use firebox_contract::record::Uprn;
use firebox_protocol::{Ask, PropertyBy, Visit};
use jiff::civil::date;

use super::{DAY, PATH, at, today};
use crate::tests::house::House;
use crate::tests::pages::play::{Seen, with_session};
use crate::tests::people::Request;

/// Sends the form as a browser does where a file is in it.
async fn uploads(house: &House, list: &str, file: &str) -> Seen {
    let token = house.page("/visits").await.token();
    let fields = [
        ("csrf", token.as_str()),
        ("date-day", "22"),
        ("date-month", "11"),
        ("date-year", "2026"),
        ("visits", list),
    ];
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!(
            "--parts\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
    }
    body += &format!(
        "--parts\r\nContent-Disposition: form-data; name=\"file\"; filename=\"day.csv\"\r\n\
        Content-Type: text/csv\r\n\r\n{file}\r\n--parts--\r\n"
    );
    let request = with_session(Request::new("POST", "/visits"));
    let request = request.body("multipart/form-data; boundary=parts", body);
    Seen::of(request.send(house).await)
}

#[tokio::test]
async fn the_form_asks_for_today_and_for_a_list_or_a_file() {
    let house = House::open().await;
    house.answers_visits(Vec::new());
    let seen = house.page("/visits").await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (200, "Check a day of visits")
    );
    let words = "You have no visits for today. Add visits or check one address";
    assert!(seen.text().contains(words), "{}", seen.text());
    for (name, value) in [
        ("date-day", i32::from(today().day())),
        ("date-month", i32::from(today().month())),
        ("date-year", i32::from(today().year())),
    ] {
        let input = format!("name=\"{name}\" type=\"text\" value=\"{value}\"");
        assert!(seen.html.contains(&input), "{input}: {}", seen.html);
    }
    assert!(seen.html.contains("enctype=\"multipart/form-data\""));
    assert!(seen.html.contains("type=\"file\""));
}

#[tokio::test]
async fn a_pasted_list_is_asked_as_one_question_in_its_order() {
    let house = House::open().await;
    let asked = house.answers_visits(vec![at(1, Vec::new()), at(2, Vec::new())]);
    let sent = house
        .pastes("9:30 14 Mill Lane NB1 4QX\n\n100023336956")
        .await;
    assert_eq!((sent.status, sent.leads_to().as_str()), (303, PATH));
    house.page(PATH).await;
    let asked = asked.lock().unwrap();
    let [query] = asked.as_slice() else {
        panic!("asked {} times", asked.len());
    };
    assert_eq!((query.purpose.as_str(), &query.reference), ("visit", &None));
    let visit = |reference: &str, at| Visit {
        reference: reference.into(),
        at,
    };
    let visits = vec![
        visit(
            "Visit 1",
            PropertyBy::Address("14 Mill Lane NB1 4QX".into()),
        ),
        visit(
            "Visit 2",
            PropertyBy::Uprn(Uprn::parse("100023336956").unwrap()),
        ),
    ];
    let day = date(2026, 11, 22);
    assert_eq!(day.to_string(), DAY);
    assert_eq!(query.ask, Ask::Visits { date: day, visits });
}

#[tokio::test]
async fn a_file_is_read_by_its_columns_and_keeps_the_officers_references() {
    let house = House::open().await;
    let asked = house.answers_visits(vec![at(1, Vec::new()), at(2, Vec::new())]);
    let file = "\u{feff}time,reference,uprn,address\r\n9:30,V-1,1001,\r\n10:00,,,\"2 Mill Lane, NB1 4QX\"\r\n";
    let sent = uploads(&house, "", file).await;
    assert_eq!(sent.status, 303, "{}", sent.html);
    let Ask::Visits { visits, .. } = asked.lock().unwrap()[0].ask.clone() else {
        panic!("no visits");
    };
    let references: Vec<&str> = visits
        .iter()
        .map(|visit| visit.reference.as_str())
        .collect();
    assert_eq!(references, ["V-1", "Visit 2"]);
    assert_eq!(
        visits[1].at,
        PropertyBy::Address("2 Mill Lane, NB1 4QX".into())
    );
    assert!(house.page(PATH).await.text().contains("9:30am 1 Mill Lane"));
}

#[tokio::test]
async fn lines_that_cannot_be_read_are_named_in_the_summary_and_in_a_table() {
    let house = House::open().await;
    let asked = house.answers_visits(Vec::new());
    let list = "14 Mill Lane\n25:70 2 High Street\n\nNB1";
    let seen = house.pastes(list).await;
    assert_eq!(seen.status, 422);
    let errors = [
        "Line 2: Enter a time, like 9:30 or 2:15pm",
        "Line 4: Enter a full postcode, like NB1 4QX",
    ];
    assert_eq!(seen.errors(), errors);
    for words in [
        "Lines we cannot read Line What it says What to do",
        "Line 2 25:70 2 High Street Error: Line 2: Enter a time",
        "Line 4 NB1 Error: Line 4: Enter a full postcode",
    ] {
        assert!(seen.text().contains(words), "{words}: {}", seen.text());
    }
    assert!(seen.html.contains(list), "what was typed is kept");
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named_by_its_rows_beside_the_file() {
    let house = House::open().await;
    house.answers_visits(Vec::new());
    let seen = uploads(&house, "", "time,uprn\n9:30,x\n10:00,1").await;
    assert_eq!(seen.status, 422);
    assert_eq!(seen.errors(), ["Line 2: Enter a UPRN of up to 12 digits"]);
    assert!(seen.html.contains("href=\"#file\""));
    let seen = uploads(&house, "", "time,uprn\n").await;
    assert_eq!(seen.errors(), ["The file has no visits in it"]);
    let seen = uploads(&house, "14 Mill Lane", "uprn\n1").await;
    assert_eq!(seen.errors(), ["Enter a list or upload a file, not both"]);
    assert!(seen.html.contains(">14 Mill Lane</textarea>"));
}

#[tokio::test]
async fn of_many_lines_that_cannot_be_read_ten_are_named_and_the_rest_counted() {
    let house = House::open().await;
    house.answers_visits(Vec::new());
    let seen = house.pastes(&"NB1\n".repeat(60)).await;
    let errors = seen.errors();
    assert_eq!(errors.len(), 11);
    assert_eq!(errors[10], "50 more lines cannot be read");
}

#[tokio::test]
async fn no_list_and_too_long_a_list_are_not_asked() {
    let house = House::open().await;
    let asked = house.answers_visits(Vec::new());
    let seen = house.pastes(" \n").await;
    assert_eq!(
        seen.errors(),
        ["Enter the addresses of your visits or upload a file"]
    );
    let seen = house.pastes(&"14 Mill Lane\n".repeat(75)).await;
    assert_eq!(
        seen.errors(),
        ["You can check up to 60 visits at a time. This list has 75."]
    );
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_day_that_is_no_day_is_said_and_kept() {
    let house = House::open().await;
    house.answers_visits(Vec::new());
    let send = async |day: &str, month: &str, year: &str| {
        let fields = [
            ("date-day", day),
            ("date-month", month),
            ("date-year", year),
            ("visits", "14 Mill Lane"),
        ];
        house.sends("/visits", &fields).await
    };
    let seen = send("", "", "").await;
    assert_eq!(seen.errors(), ["Enter the day of the visits"]);
    assert!(seen.html.contains("href=\"#date-day\""));
    for (day, month, year) in [("31", "2", "2026"), ("1", "", "2026"), ("1", "1", "26")] {
        let seen = send(day, month, year).await;
        assert_eq!(
            seen.errors(),
            ["The day of the visits must be a real date, like 27 3 2026"]
        );
        assert!(seen.html.contains(&format!("value=\"{day}\"")));
        assert!(seen.html.contains(">14 Mill Lane</textarea>"));
    }
}

#[tokio::test]
async fn lists_that_are_there_are_led_to_from_the_form() {
    let house = House::open().await;
    house
        .checks(vec![at(1, Vec::new()), at(2, Vec::new())])
        .await;
    let seen = house.page("/visits").await;
    assert!(
        seen.text()
            .contains("Your lists Sunday 22 November, 2 visits")
    );
    assert_eq!(seen.link("/visits/"), PATH);
}

#[tokio::test]
async fn a_list_stays_when_the_question_could_not_be_asked() {
    let house = House::open().await;
    house.keeper(|request| match request {
        firebox_protocol::gate_keeper::Request::Session { .. } => {
            firebox_protocol::gate_keeper::Reply::Session(crate::tests::person_play::session_of(&[
                "officer",
            ]))
        }
        _ => crate::tests::peers::keeper_refuses(firebox_protocol::Code::LogUnavailable),
    });
    let sent = house.pastes("1 Mill Lane").await;
    assert_eq!(sent.status, 503, "{}", sent.html);
    house.answers_visits(vec![at(1, Vec::new())]);
    let seen = house.page(PATH).await;
    assert!(
        seen.text().contains("No warnings recorded"),
        "{}",
        seen.text()
    );
}

#[tokio::test]
async fn a_list_is_changed_without_typing_it_again() {
    let house = House::open().await;
    house.answers_visits(vec![at(1, Vec::new()), at(2, Vec::new())]);
    let seen = house.opens("9:30 1 Mill Lane\n1002").await;
    let seen = house.page(&seen.link("/visits/2026-11-22/change")).await;
    assert_eq!(seen.heading(), "Check a day of visits");
    assert!(
        seen.html
            .contains(">9:30am 1 Mill Lane\nUPRN 1002</textarea>"),
        "{}",
        seen.html
    );
    for value in ["22", "11", "2026"] {
        assert!(seen.html.contains(&format!("value=\"{value}\"")));
    }
    assert_eq!(
        house.page("/visits/2026-11-23/change").await.leads_to(),
        "/visits/2026-11-23"
    );
}
