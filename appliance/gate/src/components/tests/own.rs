//! What the parts do beyond the package, and what they must never do.

use maud::html;

use super::tokens;
use crate::components::{
    Button, Cell, CharacterCount, Checkboxes, Choice, Content, DateInput, Errors, FileUpload,
    Input, Label, Legend, PageItem, PasswordInput, Press, Radios, ServiceLink, ServiceNavigation,
    Sorted, Table, Textarea, inset_text,
};

const TYPED: &str = "\"><script>alert(1)</script><b x='";

/// The lines of markup that has no fault.
fn lines(markup: &maud::Markup) -> Vec<String> {
    tokens::sound(&markup.0).unwrap();
    tokens::lines(&markup.0)
}

fn has(markup: &maud::Markup, part: &str) -> bool {
    lines(markup).iter().any(|line| line.contains(part))
}

/// Every question, with an error, carrying what somebody typed wherever it can.
fn questions() -> Vec<maud::Markup> {
    let (name, error) = ("where", Some(TYPED));
    let label = || Label::from(TYPED);
    let legend = || Some(Legend::from(TYPED));
    let textarea = Textarea {
        name,
        error,
        label: label(),
        value: TYPED,
        ..Textarea::default()
    };
    let items = || vec![Choice::new(TYPED, TYPED).hint(TYPED), Choice::new("b", "B")];
    vec![
        Input {
            name,
            error,
            label: label(),
            value: TYPED,
            ..Input::default()
        }
        .render(),
        PasswordInput {
            name,
            error,
            label: label(),
            ..PasswordInput::default()
        }
        .render(),
        textarea.render(),
        CharacterCount {
            textarea,
            maximum: 500,
        }
        .render(),
        FileUpload {
            name,
            error,
            label: label(),
            ..FileUpload::default()
        }
        .render(),
        Radios {
            name,
            error,
            items: items(),
            legend: legend(),
            ..Radios::default()
        }
        .render(),
        Checkboxes {
            name,
            error,
            items: items(),
            ..Checkboxes::default()
        }
        .render(),
        DateInput {
            name,
            error,
            day: TYPED,
            legend: legend(),
            ..DateInput::default()
        }
        .render(),
    ]
}

#[test]
fn what_was_typed_is_words_on_the_page_and_never_markup() {
    for markup in questions() {
        for line in lines(&markup) {
            assert!(
                !line.starts_with("<script") && !line.starts_with("<b "),
                "{line}"
            );
        }
    }
    let inset = lines(&inset_text(TYPED));
    assert!(!inset.iter().any(|line| line.starts_with("<script")));
    assert!(has(&inset_text(html! { b { "bold" } }), "<b>"));
}

#[test]
fn no_question_leaves_the_checking_to_the_browser() {
    for markup in questions() {
        for attribute in [
            " required",
            " pattern=",
            " maxlength=",
            " min=",
            " disabled",
        ] {
            assert!(!has(&markup, attribute), "{attribute} in {}", markup.0);
        }
    }
}

#[test]
fn an_error_is_tied_to_its_control_and_heard_as_one() {
    for markup in questions() {
        let lines = lines(&markup);
        let tied =
            |line: &String| line.contains(r#"where-error""#) && line.contains("aria-describedby=");
        assert!(lines.iter().any(tied), "{}", markup.0);
        let message = |line: &String| line.contains(r#"id="where-error""#);
        let at = lines.iter().position(message).unwrap();
        assert_eq!(lines[at + 2], "words Error:");
    }
    let input = Input {
        name: "where",
        hint: "Help".into(),
        error: Some("Enter where"),
        ..Input::default()
    };
    assert!(has(
        &input.render(),
        r#"aria-describedby="where-hint where-error""#
    ));
}

#[test]
fn summary_and_field_say_the_same_and_the_link_leads_to_the_control() {
    let mut errors = Errors::one("purpose", "Select what it is for");
    errors.add_at("born", "born-month", "Date of birth must have a month");
    let summary = errors.summary();
    assert_eq!(errors.of("purpose"), Some("Select what it is for"));
    assert_eq!(errors.of("reason"), None);
    assert!(has(&summary, r##"href="#purpose""##) && has(&summary, r##"href="#born-month""##));
    let radios = Radios {
        name: "purpose",
        error: errors.of("purpose"),
        items: vec![
            Choice::new("visit", "A visit"),
            Choice::new("call", "A call"),
        ],
        ..Radios::default()
    };
    assert!(has(&radios.render(), r#"id="purpose" name="purpose""#));
    assert!(has(&radios.render(), r#"id="purpose-2" name="purpose""#));
    let born = DateInput {
        name: "born",
        ..DateInput::default()
    };
    assert!(has(&born.render(), r#"id="born-month""#));
}

#[test]
fn a_form_with_nothing_wrong_has_no_summary() {
    assert!(Errors::default().is_empty());
    assert_eq!(Errors::default().summary().0, "");
}

#[test]
fn the_summary_of_errors_takes_the_focus_where_no_script_runs() {
    let summary = Errors::one("where", "Enter where").summary();
    let first = lines(&summary).remove(0);
    for attribute in [
        r#" tabindex="-1""#,
        " autofocus=",
        r#" aria-labelledby="error-summary-title""#,
    ] {
        assert!(first.contains(attribute), "{attribute} not in {first}");
    }
    assert!(has(
        &summary,
        r#"<h2 class="govuk-error-summary__title" id="error-summary-title">"#
    ));
}

#[test]
fn the_form_that_signs_out_stands_last_in_the_navigation() {
    let links = [ServiceLink {
        words: "Check",
        href: "/check",
        ..ServiceLink::default()
    }];
    let navigation = ServiceNavigation {
        service: "Firebox",
        links: &links,
        sign_out: Some(html! { form method="post" { button { "Sign out" } } }),
        ..ServiceNavigation::default()
    };
    let lines = lines(&navigation.render());
    let place = |part: &str| {
        lines
            .iter()
            .position(|line| line.starts_with(part))
            .unwrap()
    };
    assert!(place("<a ") < place("<form") && place("<form") < place("</ul"));
    // It counts: two items fold on a phone.
    assert!(
        lines
            .iter()
            .any(|line| line.contains("govuk-service-navigation__toggle"))
    );
}

#[test]
fn a_button_that_needs_a_script_sends_no_form() {
    let print = Button {
        press: Press::Print,
        content: "Print".into(),
        ..Button::default()
    };
    let first = lines(&print.render()).remove(0);
    assert!(
        first.contains(" data-print=") && first.contains(r#" type="button""#),
        "{first}"
    );
    let first = lines(&Button::submit("Send").render()).remove(0);
    assert!(
        first.contains(r#" type="submit""#) && !first.contains("data-print"),
        "{first}"
    );
    assert!(
        first.contains(r#" data-prevent-double-click="true""#),
        "{first}"
    );
}

#[test]
fn a_page_opens_with_the_focus_in_a_line_only_where_asked() {
    let asked = Input {
        name: "where",
        autofocus: true,
        ..Input::default()
    };
    assert!(has(&asked.render(), " autofocus="));
    assert!(!has(
        &Input {
            name: "where",
            ..Input::default()
        }
        .render(),
        " autofocus="
    ));
}

#[test]
fn a_column_says_how_the_rows_are_sorted() {
    let head = vec![
        Cell::from("Source").sorted(Sorted::Ascending),
        Cell::numeric("Records").sorted(Sorted::No),
        "Status".into(),
    ];
    let lines = lines(
        &Table {
            head,
            ..Table::default()
        }
        .render(),
    );
    let heads: Vec<&String> = lines
        .iter()
        .filter(|line| line.starts_with("<th "))
        .collect();
    assert!(heads[0].contains(r#"aria-sort="ascending""#) && heads[0].contains(r#"scope="col""#));
    assert!(heads[1].contains(r#"aria-sort="none""#));
    assert!(!heads[2].contains("aria-sort"));
}

#[test]
fn nothing_to_say_makes_no_element() {
    assert!(Content::default().is_empty());
    let input = Input {
        name: "where",
        hint: "".into(),
        ..Input::default()
    };
    assert!(!has(&input.render(), "govuk-hint") && !has(&input.render(), "<label"));
}

#[test]
fn a_long_list_names_its_first_and_last_page_and_those_next_to_the_one_shown() {
    let shown = |current, last| {
        let items = PageItem::around(current, last, |number| format!("?page={number}"));
        let word = |item: &PageItem| match item {
            PageItem::Page {
                number,
                current: true,
                ..
            } => format!("[{number}]"),
            PageItem::Page { number, .. } => number.to_string(),
            PageItem::Gap => "..".to_owned(),
        };
        items.iter().map(word).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown(1, 1), "[1]");
    assert_eq!(shown(1, 4), "[1] 2 .. 4");
    assert_eq!(shown(3, 5), "1 2 [3] 4 5");
    assert_eq!(shown(10, 40), "1 .. 9 [10] 11 .. 40");
    assert_eq!(shown(40, 40), "1 .. 39 [40]");
    assert_eq!(shown(1, u32::MAX), format!("[1] 2 .. {}", u32::MAX));
}
