//! Rules of `[pages]`: what is refused, and what stands in for what is not said.

use crate::Settings;
use crate::colour::Colour;
use crate::stop::Exit;

const SHIPPED: &str = include_str!("../../../../../config/firebox.toml");

/// Every key of the table, as the shipped file shows its form.
const KEYS: [&str; 9] = [
    "brand_colour",
    "help_desk",
    "switchboard",
    "duty_manager",
    "information_governance",
    "information_governance_name",
    "safeguarding",
    "accessibility_contact",
    "statement_date",
];

/// Gives the shipped configuration with other lines in its `[pages]`.
fn with(lines: &str) -> String {
    let (before, after) = SHIPPED.split_once("\n[pages]\n").unwrap();
    let (_, services) = after.split_once("\n[[service]]\n").unwrap();
    format!("{before}\n[pages]\n{lines}\n[[service]]\n{services}")
}

fn refusal(lines: &str) -> String {
    let stop = Settings::parse(&with(lines)).unwrap_err();
    assert_eq!(stop.exit, Exit::Configuration, "{stop}");
    assert_eq!(stop.message.lines().count(), 1, "{stop}");
    stop.message
}

#[test]
fn a_box_without_the_table_rings_the_duty_line_for_everything() {
    let settings = Settings::parse(&with("").replace("[pages]", "")).unwrap();
    let pages = settings.pages;
    for number in [
        &pages.help_desk,
        &pages.switchboard,
        &pages.information_governance,
        &pages.safeguarding,
    ] {
        assert_eq!(number, &settings.duty_line);
    }
    assert_eq!(pages.duty_manager, settings.duty_line.spoken());
    assert_eq!(pages.information_governance_name, "Information governance");
    assert_eq!(pages.brand_colour.css(), "#00534c");
    assert_eq!(
        (pages.accessibility_contact, pages.statement_date),
        (None, None)
    );
}

#[test]
fn the_shipped_file_shows_every_key_in_a_form_that_reads() {
    let (_, table) = SHIPPED.split_once("\n[pages]\n").unwrap();
    let (table, _) = table.split_once("\n[[service]]\n").unwrap();
    let shown: String = KEYS
        .iter()
        .map(|key| {
            let start = format!("{key} = ");
            let line = table
                .lines()
                .map(|line| line.strip_prefix("# ").unwrap_or(line))
                .find(|line| line.starts_with(&start));
            format!("{}\n", line.unwrap_or_else(|| panic!("{key} is not shown")))
        })
        .collect();
    let pages = Settings::parse(&with(&shown)).unwrap().pages;
    assert_eq!(pages.duty_manager, "4999");
    assert_eq!(pages.safeguarding.spoken(), "01632 960040");
    assert_eq!(pages.statement_date.unwrap().to_string(), "2026-11-22");
    assert!(pages.accessibility_contact.is_some());
}

#[test]
fn a_brand_colour_needs_a_contrast_of_four_and_a_half_with_white() {
    let lightest = Settings::parse(&with("brand_colour = \"#767676\"")).unwrap();
    assert_eq!(lightest.pages.brand_colour, Colour::new(0x76, 0x76, 0x76));
    let said = refusal("brand_colour = \"#777777\"");
    assert!(said.contains("4.47:1"), "{said}");
    assert!(said.contains("choose a darker colour"), "{said}");
}

#[test]
fn the_blue_of_gov_uk_is_refused_however_it_is_written() {
    for blue in ["#1d70b8", "#1D70B8"] {
        let said = refusal(&format!("brand_colour = \"{blue}\""));
        assert!(said.contains("GOV.UK"), "{said}");
    }
    assert!(Settings::parse(&with("brand_colour = \"#1d70b7\"")).is_ok());
}

#[test]
fn a_wrong_value_is_refused_by_its_key() {
    for (key, value) in [
        ("brand_colour", "\"teal\""),
        ("brand_colour", "\"#00534c; } body { display: none\""),
        ("help_desk", "\"ask reception\""),
        ("switchboard", "\"\""),
        ("duty_manager", "\"the desk\""),
        ("duty_manager", "\"4\""),
        ("duty_manager", "\"0123456789012345\""),
        ("information_governance", "\"x4999\""),
        ("information_governance_name", "\"  \""),
        ("information_governance_name", "\"two\\nlines\""),
        ("safeguarding", "\"12\""),
        ("accessibility_contact", "\"accessibility\""),
        ("accessibility_contact", "\"a@b.uk?subject=x\""),
        ("statement_date", "2026-11-22T10:00:00"),
    ] {
        let said = refusal(&format!("{key} = {value}"));
        assert!(said.contains(&format!("pages.{key}")), "{value}: {said}");
    }
}

#[test]
fn a_key_the_pages_do_not_know_is_refused() {
    assert!(refusal("logo = \"crest.svg\"").contains("logo"));
}
