//! A page made by hand that keeps every rule, and for each rule the least
//! change that breaks it: a rule that cannot fail keeps nothing.

use super::{RULES, broken};

/// It has a bit of everything that pages have.
const GOOD: &str = r##"<!DOCTYPE html><html lang="en"><head>
<title>Error: Find a caller – Digital firebox – Newbridge Borough Council</title>
<link rel="stylesheet" href="/static/a.css"></head><body>
<script src="/static/a.js"></script>
<a href="#main-content" class="govuk-skip-link">Skip to main content</a>
<nav><a href="/find">Find a caller</a></nav>
<main id="main-content"><div class="govuk-error-summary"><div role="alert"><h2>There is a problem</h2>
<ul><li><a href="#who">Select who is calling</a></li><li><a href="#name">Enter a name</a></li></ul></div></div>
<h1>Find a caller</h1>
<form method="post" action="/find" novalidate><input type="hidden" name="csrf" value="abc">
<div class="govuk-form-group"><fieldset aria-describedby="who-error"><legend>Who is calling?</legend>
<p id="who-error" class="govuk-error-message"><span>Error:</span> Select who is calling</p>
<div><input type="radio" name="who" id="who" value="1"><label for="who">The person</label></div>
</fieldset></div>
<div class="govuk-form-group"><label for="name">Name</label>
<p id="name-error" class="govuk-error-message"><span>Error:</span> Enter a name</p>
<input type="text" id="name" name="name" aria-describedby="name-error" autocomplete="off"></div>
<button aria-label="Find a caller">Find</button></form>
<h2>What to do</h2>
<div class="fbx-instruction"><p class="fbx-instruction__text">Do not visit alone. Visit in pairs.</p>
<p>Ask <a href="tel:01632960001">01632 960 001</a>, or <a href="tel:999">Call 999</a>.</p></div>
<div><span class="govuk-warning-text__icon" aria-hidden="true">!</span><strong>There is a note.</strong></div>
<p><svg aria-hidden="true" focusable="false"></svg>Up to date</p>
<h3>Teams</h3><table><caption>Teams</caption>
<thead><tr><th scope="col" aria-sort="ascending">Team</th></tr></thead>
<tbody><tr><td>Housing</td></tr></tbody></table>
<p lang="cy">Cymraeg</p>
<p><a href="/people/AbCd123456AbCd123456AbCd123456AbCd123456AbCd1234">Sam O</a></p></main>
<footer><a href="/help">Help with this service</a> <a href="/accessibility">Accessibility statement</a>
<a href="/privacy">How we record what you look at</a></footer></body></html>"##;

/// Each: the rule that breaks, what is taken out, what stands there instead.
const BAD: &[(&str, &str, &str)] = &[
    ("a01_language", "lang=\"en\"", ""),
    ("a01_one_heading", "<h1>Find a caller</h1>", ""),
    (
        "a01_one_heading",
        "<h2>What to do</h2>",
        "<h1>What to do</h1>",
    ),
    ("a01_one_heading", "<h1>Find a caller</h1>", "<h1> </h1>"),
    ("a01_main", "id=\"main-content\"", "id=\"main\""),
    ("a01_levels", "<h2>What to do</h2>", "<h3>What to do</h3>"),
    ("a01_levels", "<h3>Teams</h3>", "<h3></h3>"),
    ("a02_title", " – Newbridge Borough Council", ""),
    (
        "a02_title",
        "Error: Find a caller",
        "Error: Find a caller by whatever they happen to say first",
    ),
    ("a02_error_title", "Error: ", ""),
    ("a02_error_title", "class=\"govuk-error-summary\"", ""),
    (
        "a02_nobody_in_title",
        "Error: Find a caller",
        "Error: Caller 960001",
    ),
    (
        "a02_nobody_in_title",
        "Error: Find a caller",
        "Error: Visit NB1 4QX",
    ),
    (
        "a03_skip_link",
        "</head><body>",
        "</head><body><button>Menu</button>",
    ),
    (
        "a03_skip_link",
        "<a href=\"#main-content\" class=\"govuk-skip-link\">Skip to main content</a>",
        "",
    ),
    (
        "a18_help",
        "<a href=\"/help\">Help with this service</a>",
        "",
    ),
    ("a18_help", "href=\"/accessibility\"", "href=\"/privacy\""),
    ("a04_labels", "<label for=\"name\">Name</label>", ""),
    (
        "a04_labels",
        "<label for=\"name\">",
        "<label for=\"name\" class=\"govuk-visually-hidden\">",
    ),
    ("a04_legends", "<legend>Who is calling?</legend>", ""),
    (
        "a04_no_placeholder",
        "autocomplete=\"off\"",
        "autocomplete=\"off\" placeholder=\"Name\"",
    ),
    ("a04_ids_once", "id=\"who-error\"", "id=\"name-error\""),
    (
        "a04_references",
        "aria-describedby=\"name-error\"",
        "aria-describedby=\"name-hint\"",
    ),
    ("a04_references", "href=\"#who\"", "href=\"#when\""),
    (
        "a07_no_required",
        "autocomplete=\"off\"",
        "autocomplete=\"off\" required",
    ),
    ("a07_novalidate", " novalidate", ""),
    (
        "a36_label_in_name",
        "aria-label=\"Find a caller\"",
        "aria-label=\"Search\"",
    ),
    ("a36_label_in_name", ">Find</button>", "></button>"),
    ("b0_autocomplete", " autocomplete=\"off\"", ""),
    ("b0_token", "value=\"abc\"", "value=\"\""),
    (
        "b0_token",
        "<input type=\"hidden\" name=\"csrf\" value=\"abc\">",
        "",
    ),
    (
        "a05_summary_first",
        "<main id=\"main-content\">",
        "<main id=\"main-content\"><p>First</p>",
    ),
    (
        "a05_summary_links",
        "<li><a href=\"#who\">",
        "<li><a href=\"#who-error\">",
    ),
    ("a05_same_words", ">Enter a name</a>", ">Enter the name</a>"),
    ("a05_same_words", "href=\"#name\"", "href=\"#who\""),
    ("a05_tied", " aria-describedby=\"who-error\"", ""),
    (
        "a05_every_fault_named",
        "<li><a href=\"#name\">Enter a name</a></li>",
        "",
    ),
    (
        "a23_one_alert",
        "class=\"fbx-instruction\"",
        "class=\"fbx-instruction\" role=\"alert\"",
    ),
    (
        "a23_one_alert",
        "<nav>",
        "<div class=\"govuk-notification-banner\"></div><nav>",
    ),
    ("a27_links_alone", ">Sam O</a>", ">Change</a>"),
    ("a27_links_alone", ">Sam O</a>", "> </a>"),
    ("a27_one_place", ">Sam O</a>", ">Find a caller</a>"),
    ("a28_numbers", ">01632 960 001</a>", ">Ring Housing</a>"),
    (
        "a28_numbers",
        "href=\"tel:01632960001\"",
        "href=\"tel:01632960002\"",
    ),
    ("a28_numbers", ">Call 999</a>", ">999</a>"),
    (
        "b0_no_new_window",
        "<a href=\"/help\"",
        "<a target=\"_blank\" href=\"/help\"",
    ),
    (
        "p01_targets",
        "href=\"/find\"",
        "href=\"/find/01632960001\"",
    ),
    ("p01_targets", "href=\"/find\"", "href=\"/find?born=1961\""),
    (
        "p01_targets",
        "action=\"/find\"",
        "action=\"/find?name=Sam%20O\"",
    ),
    ("a26_tables", "<caption>Teams</caption>", ""),
    ("a26_tables", "scope=\"col\"", ""),
    ("a26_tables", "<table>", "<table role=\"presentation\">"),
    ("a26_sorted", "aria-sort=\"ascending\"", "aria-sort=\"up\""),
    (
        "a26_sorted",
        "aria-sort=\"ascending\">Team",
        "aria-sort=\"ascending\">",
    ),
    ("a30_icons", "focusable=\"false\"", ""),
    ("a30_icons", "</svg>Up to date", "</svg>"),
    (
        "a30_icons",
        "<svg",
        "<img src=\"/static/a.png\" alt=\"\"><svg",
    ),
    ("a30_icons", "aria-hidden=\"true\">!", ">!"),
    (
        "a31_short_instructions",
        "Visit in pairs.",
        "Visit in pairs and only when the two of you have both read the note.",
    ),
    ("a33_languages", "<p lang=\"cy\">", "<p>"),
    ("a33_languages", "lang=\"cy\"", "lang=\"cy Welsh\""),
    ("c_no_inline_style", "<nav>", "<nav style=\"color: red\">"),
    ("c_no_inline_style", "</head>", "<style>a{}</style></head>"),
    (
        "c_no_inline_script",
        "src=\"/static/a.js\"></script>",
        ">alert(1)</script>",
    ),
    (
        "c_no_inline_script",
        "<button ",
        "<button onclick=\"go()\" ",
    ),
    (
        "c_no_inline_script",
        "href=\"/find\"",
        "href=\"javascript:go()\"",
    ),
    (
        "c_no_other_site",
        "src=\"/static/a.js\"",
        "src=\"//evil.example/a.js\"",
    ),
    (
        "c_no_other_site",
        "action=\"/find\"",
        "action=\"https://evil.example/find\"",
    ),
    (
        "c_no_other_site",
        "href=\"/find\"",
        "href=\"http://example.gov.uk/\"",
    ),
    ("c_nested", "</nav>", ""),
    ("c_nested", "<nav>", "<!-- a remark --><nav>"),
    ("c_nested", "<!DOCTYPE html>", ""),
];

/// What is too heavy is too long to write down.
const BY_WEIGHT: &str = "p08_weight";

#[test]
fn a_page_made_with_care_keeps_every_rule() {
    let broken = broken(GOOD);
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn each_change_for_the_worse_breaks_the_rule_it_is_about() {
    for (rule, from, to) in BAD {
        assert!(GOOD.contains(from), "{rule}: {from}");
        let broken = broken(&GOOD.replacen(from, to, 1));
        let names: Vec<&str> = broken.iter().map(|(name, _)| *name).collect();
        assert!(names.contains(rule), "{rule}: {from} -> {to}: {names:?}");
    }
}

#[test]
fn a_page_over_its_weight_breaks_that_rule_alone() {
    let heavy = GOOD.replacen("Up to date", &"heavy ".repeat(6_000), 1);
    let broken = broken(&heavy);
    assert_eq!(broken.len(), 1, "{broken:?}");
    assert_eq!(broken[0].0, BY_WEIGHT);
}

#[test]
fn every_rule_has_a_page_that_breaks_it() {
    for (name, _) in RULES {
        let shown = BAD.iter().any(|(rule, ..)| rule == name) || *name == BY_WEIGHT;
        assert!(shown, "nothing breaks {name}");
    }
}
