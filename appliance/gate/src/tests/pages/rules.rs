//! The rules that hold for every page in every state, whichever test opened it.
//!
//! Each rule is a small function that gives what breaks it; its name begins
//! with the id of the line of the accessibility list that it keeps. What needs
//! a browser (focus, contrast, zoom) or two pages is kept elsewhere.

mod bad;
mod controls;
mod faults;
mod frame;
mod html;
mod links;
mod safety;
mod words;

use self::html::Html;

/// What breaks a rule, one text each; none when it holds.
type Faults = Vec<String>;
/// A rule.
type Rule = fn(&Html) -> Faults;

/// Every rule by its name.
const RULES: &[(&str, Rule)] = &[
    ("a01_language", frame::a01_language),
    ("a01_one_heading", frame::a01_one_heading),
    ("a01_main", frame::a01_main),
    ("a01_levels", frame::a01_levels),
    ("a02_title", frame::a02_title),
    ("a02_error_title", frame::a02_error_title),
    ("a02_nobody_in_title", frame::a02_nobody_in_title),
    ("a03_skip_link", frame::a03_skip_link),
    ("a18_help", frame::a18_help),
    ("p08_weight", frame::p08_weight),
    ("a04_labels", controls::a04_labels),
    ("a04_legends", controls::a04_legends),
    ("a04_no_placeholder", controls::a04_no_placeholder),
    ("a04_ids_once", controls::a04_ids_once),
    ("a04_references", controls::a04_references),
    ("a07_no_required", controls::a07_no_required),
    ("a07_novalidate", controls::a07_novalidate),
    ("a36_label_in_name", controls::a36_label_in_name),
    ("b0_autocomplete", controls::b0_autocomplete),
    ("b0_token", controls::b0_token),
    ("a05_summary_first", faults::a05_summary_first),
    ("a05_summary_links", faults::a05_summary_links),
    ("a05_same_words", faults::a05_same_words),
    ("a05_tied", faults::a05_tied),
    ("a05_every_fault_named", faults::a05_every_fault_named),
    ("a23_one_alert", faults::a23_one_alert),
    ("a27_links_alone", links::a27_links_alone),
    ("a27_one_place", links::a27_one_place),
    ("a28_numbers", links::a28_numbers),
    ("b0_no_new_window", links::b0_no_new_window),
    ("p01_targets", links::p01_targets),
    ("a26_tables", words::a26_tables),
    ("a26_sorted", words::a26_sorted),
    ("a30_icons", words::a30_icons),
    ("a31_short_instructions", words::a31_short_instructions),
    ("a33_languages", words::a33_languages),
    ("c_no_inline_style", safety::c_no_inline_style),
    ("c_no_inline_script", safety::c_no_inline_script),
    ("c_no_other_site", safety::c_no_other_site),
    ("c_nested", safety::c_nested),
];

/// Sees that a page keeps them.
pub(in crate::tests) fn hold(html: &str) {
    let broken = broken(html);
    assert!(broken.is_empty(), "{broken:#?}\n{html}");
}

/// Gives each rule that a page breaks with what breaks it.
fn broken(html: &str) -> Vec<(&'static str, Faults)> {
    let page = Html::read(html);
    let each = RULES.iter().map(|(name, rule)| (*name, rule(&page)));
    each.filter(|(_, faults)| !faults.is_empty()).collect()
}
