//! Whoever looks after the feeds, at the desk.

use firebox_tests::{By, Council, Hands};

#[test]
fn an_administrator_reads_how_the_sources_stand_and_an_officer_does_not() {
    let council = Council::open();
    let (with, without) = (council.browser(), council.browser().without_javascript());
    for desk in [with.starts(), without.starts()] {
        let admin = Hands::at(&desk, By::Pointer);
        admin.comes_in(&council, "sian.admin");
        admin.arrives("Sources");
        all_sources_are_told_with_whom_to_ring(&admin);
        the_table_says_how_it_is_sorted(&admin);
        admin.leaves();
        somebody_else_may_not(&council, &admin);
    }
}

fn all_sources_are_told_with_whom_to_ring(admin: &Hands<'_>) {
    assert!(
        admin.says("All 8 sources are up to date."),
        "{}",
        admin.text()
    );
    let rows = admin.texts_of("tbody tr");
    assert_eq!(rows.len(), 8, "{rows:?}");
    assert!(
        rows.iter().all(|row| row.contains("Up to date")),
        "{rows:?}"
    );
    assert_eq!(admin.count("tbody a[href^='tel:']"), 8);
}

fn the_table_says_how_it_is_sorted(admin: &Hands<'_>) {
    let sorted = || admin.attribute("th[aria-sort]", "aria-sort");
    admin.follows("Records");
    admin.arrives("Sources");
    assert_eq!(admin.count("th[aria-sort]:not([aria-sort=none])"), 1);
    assert!(
        sorted().is_some() && admin.says("records"),
        "{}",
        admin.text()
    );
    let smallest = admin.text_of("tbody tr");
    assert!(smallest.contains("Planning Enforcement"), "{smallest}");
}

fn somebody_else_may_not(council: &Council, officer: &Hands<'_>) {
    officer.comes_in(council, "olu.officer");
    officer.arrives("Check an address before you visit");
    officer.opens("/admin/sources");
    officer.arrives("You cannot use this page");
    assert!(!officer.says("up to date"));
    officer.leaves();
}
