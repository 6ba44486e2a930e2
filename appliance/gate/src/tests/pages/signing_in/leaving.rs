//! A session is kept, is left, or runs out.

use super::*;

/// What the keeper was told of sessions that ended.
type Ended = Arc<Mutex<usize>>;

fn lives_until_it_is_ended(house: &House) -> Ended {
    let ended: Ended = Arc::default();
    let counted = ended.clone();
    house.keeper(move |request| {
        let mut ended = counted.lock().unwrap();
        match request {
            KeeperRequest::Session { .. } if *ended == 0 => {
                KeeperReply::Session(session_of(&["officer"]))
            }
            KeeperRequest::SignOut { .. } => {
                *ended += 1;
                KeeperReply::Done
            }
            _ => keeper_refuses(Code::NotSignedIn),
        }
    });
    ended
}

#[tokio::test]
async fn signing_out_ends_the_session_and_empties_the_cache() {
    let house = House::open().await;
    let ended = lives_until_it_is_ended(&house);
    let sent = house.sends("/sign-out", &[]).await;
    assert_eq!(
        (sent.status, sent.leads_to().as_str()),
        (303, "/signed-out")
    );
    assert_eq!(sent.headers["clear-site-data"], "\"cache\"");
    assert!(sent.headers["set-cookie"].starts_with("__Host-firebox=left;"));
    assert!(sent.headers["set-cookie"].starts_with("__Host-firebox=left;"));
    assert_eq!(*ended.lock().unwrap(), 1);
    assert_eq!(house.page("/").await.leads_to(), "/signed-out?why=time");
}

#[tokio::test]
async fn the_browser_forgets_the_session_also_when_the_keeper_cannot_be_told() {
    let house = House::open().await;
    house.knows_session(&["officer"]);
    let token = house.page("/help").await.token();
    house.keeper(|request| match request {
        KeeperRequest::Session { .. } => KeeperReply::Session(session_of(&["officer"])),
        _ => keeper_refuses(Code::LogUnavailable),
    });
    let sent = house.sends_with(&token, "/sign-out", &[]).await;
    assert_eq!(sent.leads_to(), "/signed-out");
    assert!(sent.headers["set-cookie"].starts_with("__Host-firebox=left;"));
}

#[tokio::test]
async fn the_page_after_it_says_why_and_leads_to_sign_in() {
    let house = House::open().await;
    let left = house.page_of_a_stranger("/signed-out").await;
    assert_eq!(left.heading(), "You have been signed out");
    assert!(
        left.text()
            .contains("Nothing you were looking at is still on this device")
    );
    assert!(!left.text().contains("did not use"));
    assert_eq!(left.link("/sign-in"), "/sign-in");
    let unused = house.page_of_a_stranger("/signed-out?why=time").await;
    assert!(
        unused
            .text()
            .contains("You were signed out because you did not use the service")
    );
    let made_up = house.page_of_a_stranger("/signed-out?why=canary").await;
    assert_eq!(made_up.text(), left.text());
}

#[tokio::test]
async fn a_page_whose_time_ran_out_does_not_keep_its_session_by_saying_so() {
    let house = House::open().await;
    let ended = lives_until_it_is_ended(&house);
    let seen = house.page("/signed-out?why=time").await;
    assert_eq!(
        (seen.status, seen.leads_to().as_str()),
        (303, "/signed-out?why=time")
    );
    assert!(seen.headers["set-cookie"].contains("Max-Age=0"));
    assert_eq!(*ended.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_link_of_another_site_signs_nobody_out() {
    let house = House::open().await;
    let ended = lives_until_it_is_ended(&house);
    let request = with_session(Request::get("/signed-out?why=time"));
    let from_elsewhere = request.header("Sec-Fetch-Site", "cross-site");
    assert_eq!(Seen::of(from_elsewhere.send(&house).await).leads_to(), "/");
    assert_eq!(house.page("/signed-out").await.leads_to(), "/");
    assert_eq!(*ended.lock().unwrap(), 0);
}

#[tokio::test]
async fn one_press_keeps_a_session_and_asks_the_keeper_once() {
    let house = House::open().await;
    house.knows_session(&["officer"]);
    let token = house.page("/help").await.token();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    house.keeper(move |request| {
        seen.lock()
            .unwrap()
            .push(matches!(request, KeeperRequest::Session { .. }));
        KeeperReply::Session(session_of(&["officer"]))
    });
    let stay = with_session(Request::new("POST", "/stay")).header("x-csrf", &token);
    let reply = stay.send(&house).await;
    assert_eq!((reply.status, reply.text().as_str()), (204, ""));
    assert_eq!(*asked.lock().unwrap(), [true]);
    let without = with_session(Request::new("POST", "/stay"))
        .send(&house)
        .await;
    assert_eq!(without.status, 403);
    house.keeper(|_| keeper_refuses(Code::NotSignedIn));
    let late = with_session(Request::new("POST", "/stay")).header("x-csrf", &token);
    let late = late.send(&house).await;
    assert_eq!(late.headers["location"], "/signed-out?why=time");
}

#[tokio::test]
async fn going_back_after_signing_out_says_that_one_signed_out_and_not_that_time_ran_out() {
    let house = House::open().await;
    for (cookie, leads_to) in [
        ("__Host-firebox=left", "/signed-out"),
        ("other=1", "/sign-in"),
    ] {
        let back = Request::get("/check").header("Cookie", cookie);
        let seen = Seen::of(back.send(&house).await);
        assert_eq!((seen.status, seen.leads_to().as_str()), (303, leads_to));
    }
}
