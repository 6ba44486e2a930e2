//! How one page is made, and how it looks.

use super::{How, Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "A01",
        How::Unit,
        "English is stated, one h1, one main, no level of heading is skipped",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
        ],
    ),
    row(
        "A02",
        How::Both,
        "A title is the page's own, begins with \"Error: \" exactly when a summary stands there, and names nobody",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
            "no_two_pages_have_one_title",
            "a_title_is_short_says_the_service_and_names_nobody",
            "pages_of_different_kinds_have_different_titles",
        ],
    ),
    row(
        "A03",
        How::Both,
        "The skip link is first and puts the focus into main",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
            "an_emergency_takes_at_most_six_tabs_on_its_page",
        ],
    ),
    row(
        "A04",
        How::Unit,
        "Every input has a visible label; no placeholder; what describes it exists; no id stands twice",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
            "an_error_is_tied_to_its_control_and_heard_as_one",
        ],
    ),
    row(
        "A05",
        How::Both,
        "An empty form comes back with a summary that has the focus, with JavaScript on and off, links that lead to the fields, and the same words beside them",
        &[
            "an_empty_form_says_what_is_wrong_and_leads_there",
            "an_empty_form_says_what_is_wrong_and_leads_there_without_javascript",
            "summary_and_field_say_the_same_and_the_link_leads_to_the_control",
            "the_summary_of_errors_takes_the_focus_where_no_script_runs",
        ],
    ),
    row(
        "A06",
        How::Unit,
        "What was typed is still there after an error",
        &[
            "what_will_not_do_is_said_kept_and_not_asked",
            "a_day_that_is_no_day_is_said_and_kept",
            "what_is_left_out_is_said_beside_its_field_and_what_was_typed_is_kept",
            "the_form_says_what_is_missing_and_keeps_what_was_typed",
            "what_is_left_out_or_too_long_is_said_and_what_was_typed_is_kept",
            "what_is_wrong_with_a_field_is_said_at_it_in_the_open_and_what_was_typed_stays",
            "a_form_that_will_not_do_asks_nobody_and_keeps_what_was_typed",
            "what_will_not_do_is_said_beside_it_and_everything_typed_is_kept",
        ],
    ),
    row(
        "A07",
        How::Unit,
        "No field says `required`; every form says `novalidate`",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
            "no_question_leaves_the_checking_to_the_browser",
        ],
    ),
    row(
        "A08",
        How::Browser,
        "axe finds nothing against WCAG 2.2 AA or its best practice, at 1366 and 390, with JavaScript on and off",
        &[
            "axe_finds_nothing_on_any_page_at_the_desk_and_on_the_phone",
            "axe_finds_nothing_on_any_page_without_javascript",
        ],
    ),
    row(
        "A09",
        How::Browser,
        "axe does find the faults of a page that has some",
        &[
            "axe_finds_the_faults_of_a_faulty_page_and_none_on_a_clean_one",
            "a_phone_is_390_wide_and_runs_scripts_only_if_it_may",
        ],
    ),
    row(
        "A10",
        How::Browser,
        "Nothing scrolls sideways at 320 pixels",
        &[
            "nothing_scrolls_sideways_on_320_pixels",
            "what_does_not_fit_on_320_pixels_is_seen",
        ],
    ),
    row(
        "A11",
        How::Browser,
        "At 200% text and with wide spacing nothing is cut off",
        &[
            "text_of_twice_its_size_is_whole_and_overlaps_nothing",
            "text_with_wide_spacing_is_whole_and_overlaps_nothing",
        ],
    ),
    row(
        "A12",
        How::Browser,
        "Targets are at least 24 by 24; what one mainly presses on a phone is 44 high",
        &["targets_are_large_enough_and_buttons_are_44_pixels_high_on_a_phone"],
    ),
    row(
        "A13",
        How::Browser,
        "Tab goes as the eye does, nothing traps it, every walk can be walked by keyboard, an emergency in six tabs",
        &[
            "tab_goes_as_the_eye_does_reaches_everything_and_is_never_trapped",
            "an_officers_day_by_keyboard_alone",
            "an_advisers_calls_by_keyboard_alone",
            "an_emergency_takes_at_most_six_tabs_on_its_page",
        ],
    ),
    row(
        "A14",
        How::Both,
        "The focus is always seen",
        &[
            "the_focus_is_seen_on_everything_that_tab_reaches",
            "text_on_screen_is_never_under_sixteen_pixels_and_nothing_is_sticky",
        ],
    ),
    row(
        "A15",
        How::Browser,
        "No meaning by colour alone: words and borders differ, also in the user's own colours",
        &["what_to_do_has_its_own_border_for_each_level_in_the_users_own_colours"],
    ),
    row(
        "A16",
        How::Both,
        "Contrast, the council's own colour included: under 4.5:1 the box does not start",
        &[
            "a_brand_colour_needs_a_contrast_of_four_and_a_half_with_white",
            "contrast_is_the_one_of_the_guidelines",
            "axe_finds_nothing_on_any_page_at_the_desk_and_on_the_phone",
        ],
    ),
    row(
        "A17",
        How::Unit,
        "Nothing is dragged, hovered for, pressed as a shortcut, or moves (watched by hand too: not done yet)",
        &["no_page_needs_dragging_hovering_a_shortcut_or_motion"],
    ),
    row(
        "A18",
        How::Unit,
        "Help stands in the same place on every page",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
        ],
    ),
];
