//! What goes over the line: cookies, addresses, complaints, and how late.

use serde_json::json;

use super::bench;
use super::site::ELSEWHERE;

#[test]
fn a_link_from_another_site_brings_lax_cookies_and_no_strict_ones() {
    let bench = bench();
    let desk = bench.desk();
    desk.opens("/leave");
    let mut cookies: Vec<_> = desk.cookies();
    cookies.sort_by(|a, b| a.name.cmp(&b.name));
    let kinds: Vec<_> = cookies.iter().map(|c| c.same_site.as_str()).collect();
    assert_eq!(kinds, ["Lax", "Strict"]);
    assert!(cookies.iter().all(|c| c.http_only && c.secure && !c.stays));
    desk.opens("/answer");
    assert!(desk.says("[strict=1; lax=1]"), "{}", desk.text());
    let elsewhere = format!("{}/link", bench.site.url(ELSEWHERE));
    for link in ["Straight", "Screen pop"] {
        desk.opens(&elsewhere);
        assert_eq!(desk.path(), elsewhere);
        desk.follows(link);
        assert_eq!(desk.path(), "/answer");
        assert!(desk.says("[lax=1]"), "{}", desk.text());
    }
    desk.forgets_cookies();
    desk.opens("/answer");
    assert!(desk.says("[]"));
}

#[test]
fn a_complaint_on_the_console_is_heard() {
    let bench = bench();
    let desk = bench.desk();
    desk.opens("/clean");
    assert!(desk.console_errors().is_empty(), "{:?}", desk.console());
    desk.opens("/scripted");
    let said = desk.console_errors();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].message.contains("something is wrong here"));
}

#[test]
fn a_name_in_an_address_or_referrer_is_found_in_the_traffic() {
    let bench = bench();
    let desk = bench.desk();
    desk.opens("/clean");
    assert!(desk.traffic_with(&["Ada Okafor"]).is_empty());
    desk.opens("/ada%20okafor");
    let found = desk.traffic_with(&["Ada Okafor"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].method.as_str(), found[0].kind.as_str()),
        ("GET", "Document")
    );
    assert_eq!(found[0].status, Some(303));
    desk.forgets_traffic();
    desk.opens("/clean?q=ada+okafor");
    desk.opens("/clean");
    desk.script("location.search = 'from=' + arguments[0]", &[json!("Ada")]);
    desk.waits_for_path("/clean?from=Ada");
    desk.script("return fetch('/answer').then((a) => a.status)", &[]);
    let found = desk.traffic_with(&["ada"]);
    let referred: Vec<_> = found.iter().filter_map(|r| r.referrer.as_deref()).collect();
    assert!(
        referred.iter().any(|r| r.contains("from=Ada")),
        "{found:#?}"
    );
    assert!(
        desk.traffic()
            .iter()
            .any(|r| r.status == Some(200) && r.bytes > 0)
    );
}

#[test]
fn a_slow_line_keeps_the_page_waiting() {
    let bench = bench();
    let desk = bench.desk();
    desk.slow_network(400, 300);
    desk.opens("/clean");
    let waited = "return performance.getEntriesByType('navigation')[0].responseEnd";
    let waited = desk.script(waited, &[]).as_f64().unwrap();
    assert!(waited >= 300.0, "{waited} ms");
}
