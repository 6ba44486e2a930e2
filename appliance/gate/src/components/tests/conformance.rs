//! Every fixture of every component we have: rendered alike, or in the list.

use serde::Deserialize;
use serde_json::Value;

use super::offered::{self, Offered};
use super::skipped::{self, Why};
use super::tokens;

/// The component of the package and how its options become ours.
const COMPONENTS: &[(&str, Offered)] = &[
    ("back-link", offered::frame::back_link),
    ("button", offered::answers::button),
    ("character-count", offered::questions::character_count),
    ("checkboxes", offered::choices::checkboxes),
    ("date-input", offered::choices::date_input),
    ("details", offered::answers::details),
    ("error-message", offered::questions::error_message),
    ("error-summary", offered::frame::error_summary),
    ("fieldset", offered::choices::fieldset),
    ("file-upload", offered::questions::file_upload),
    ("hint", offered::questions::hint),
    ("input", offered::questions::input),
    ("inset-text", offered::answers::inset_text),
    ("label", offered::questions::label),
    ("notification-banner", offered::frame::notification_banner),
    ("pagination", offered::frame::pagination),
    ("panel", offered::answers::panel),
    ("password-input", offered::questions::password_input),
    ("phase-banner", offered::frame::phase_banner),
    ("radios", offered::choices::radios),
    ("service-navigation", offered::frame::service_navigation),
    ("skip-link", offered::frame::skip_link),
    ("summary-list", offered::tables::summary_list),
    ("table", offered::tables::table),
    ("tag", offered::answers::tag),
    ("textarea", offered::questions::textarea),
    ("warning-text", offered::answers::warning_text),
];

#[derive(Deserialize)]
struct File {
    fixtures: Vec<Fixture>,
}

#[derive(Deserialize)]
struct Fixture {
    name: String,
    options: Value,
    html: String,
}

#[test]
fn every_fixture_is_rendered_alike_or_listed_as_not_offered() {
    let mut faults = Vec::new();
    let (mut alike, mut listed) = (0, 0);
    for (component, offered) in COMPONENTS {
        for fixture in fixtures(component) {
            let verdict = judge(component, *offered, &fixture);
            match verdict {
                Ok(true) => alike += 1,
                Ok(false) => listed += 1,
                Err(fault) => faults.push(format!("{component} / {}: {fault}", fixture.name)),
            }
        }
    }
    println!("{alike} fixtures rendered alike, {listed} listed as not offered");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(alike > 250, "{alike} alike");
}

#[test]
fn the_list_names_each_fixture_once_and_only_fixtures_that_are_there() {
    let mut seen = std::collections::BTreeSet::new();
    for (component, name, _) in skipped::all() {
        assert!(
            seen.insert((component, name)),
            "twice: {component} / {name}"
        );
        let there = fixtures(component).iter().any(|f| f.name == name);
        assert!(there, "no such fixture: {component} / {name}");
    }
}

/// Tells whether a fixture is rendered alike, or not offered and listed so.
fn judge(component: &str, offered: Offered, fixture: &Fixture) -> Result<bool, String> {
    let listed = why(component, &fixture.name);
    let ours = match (offered(&fixture.options), listed) {
        (Ok(ours), None) => ours.into_string(),
        (Ok(_), Some(why)) => return Err(format!("offered, but listed as {why:?}")),
        (Err(_), Some(_)) => return Ok(false),
        (Err(why), None) => return Err(format!("not offered and not listed: {why}")),
    };
    tokens::sound(&ours)?;
    tokens::alike(&ours, &fixture.html)?;
    Ok(true)
}

fn why(component: &str, name: &str) -> Option<Why> {
    skipped::all()
        .find(|(of, skipped, _)| *of == component && *skipped == name)
        .map(|(_, _, why)| why)
}

fn fixtures(component: &str) -> Vec<Fixture> {
    let text = firebox_assets::fixtures(component)
        .unwrap_or_else(|| panic!("the package has no component {component}"));
    let file: File = serde_json::from_str(text).unwrap();
    file.fixtures
}
