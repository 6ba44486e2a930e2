//! What a walk over several pages asks of people.

use super::{How, Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "A19",
        How::Both,
        "Nothing is asked twice in a walk",
        &[
            "an_officers_day_on_a_phone",
            "an_advisers_calls_at_a_desk",
            "the_form_opens_with_all_that_is_known_of_the_visit",
            "asking_from_the_list_knows_the_visit_its_day_and_its_address",
            "two_things_typed_to_find_somebody_go_on_to_their_page_with_the_calls_reference",
        ],
    ),
    row(
        "A20",
        How::Browser,
        "Signing in takes what was pasted and sets no puzzle",
        &["signing_in_takes_what_was_pasted_and_sets_no_puzzle"],
    ),
    row(
        "A21",
        How::Both,
        "The end of a session is announced, put off by one press, and without JavaScript by any request",
        &[
            "the_end_of_a_session_is_announced_and_put_off_by_one_press",
            "one_press_keeps_a_session_and_asks_the_keeper_once",
            "whatever_is_asked_with_a_session_is_use_even_when_it_is_refused",
        ],
    ),
    row(
        "A22",
        How::Both,
        "A note hides after ten minutes and comes back with one press; both are said",
        &[
            "a_note_hides_after_ten_minutes_and_one_press_shows_it_again",
            "a_note_hides_after_ten_minutes_prints_nothing_and_carries_its_mark",
            "a_hidden_note_says_why_and_comes_back_with_one_press",
        ],
    ),
    row(
        "A23",
        How::Unit,
        "At most one alert on a page, and no stored warning is one",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
        ],
    ),
    row(
        "A24",
        How::Browser,
        "Every walk can be walked with JavaScript off",
        &[
            "an_officers_day_on_a_phone_without_javascript",
            "an_advisers_calls_at_a_desk_without_javascript",
            "an_administrator_reads_how_the_sources_stand_and_an_officer_does_not",
        ],
    ),
    row(
        "A25",
        How::Unit,
        "The order of meaning holds without styles: instruction, then whom to ask, then links",
        &[
            "the_page_says_what_to_do_before_whom_to_ask_before_where_it_comes_from",
            "of_several_instructions_the_one_that_says_stop_is_read_first",
            "a_warning_says_what_to_do_whom_to_ask_and_that_there_is_a_note",
            "the_parts_stand_in_the_order_in_which_a_greeting_needs_them",
        ],
    ),
    row(
        "A26",
        How::Unit,
        "Tables have a caption and scopes; what is sorted says so",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
            "a_column_says_how_the_rows_are_sorted",
            "the_server_sorts_by_the_column_of_the_link",
        ],
    ),
    row(
        "A27",
        How::Unit,
        "A link makes sense by itself",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
            "two_notes_of_one_address_are_asked_for_by_links_that_read_differently",
            "two_notes_of_one_visit_are_asked_for_by_links_that_read_differently",
        ],
    ),
    row(
        "A28",
        How::Unit,
        "A number to ring is its own text; 999 is called \"Call 999\"",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
            "danger_is_one_page_with_999_the_silent_solution_and_safeguarding_and_looks_nobody_up",
        ],
    ),
    row(
        "A29",
        How::Browser,
        "The visit sheet and the receipt print: tagged, with reference and page numbers",
        &[
            "the_visit_sheet_and_the_receipt_are_whole_on_tagged_sheets_of_a4",
            "an_officers_day_on_a_phone",
        ],
    ),
    row(
        "A30",
        How::Unit,
        "A picture has words beside it and is hidden from those who hear the page",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
        ],
    ),
    row(
        "A31",
        How::Unit,
        "An instruction has at most twelve words; UPRN is spelled out in the help",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
            "the_help_says_what_its_words_mean",
        ],
    ),
    row(
        "A32",
        How::Both,
        "What to call somebody is the h1 of their page",
        &[
            "an_advisers_calls_at_a_desk",
            "the_parts_stand_in_the_order_in_which_a_greeting_needs_them",
        ],
    ),
    row(
        "A33",
        How::Unit,
        "Words of another language say which",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
        ],
    ),
    row(
        "A34",
        How::Unit,
        "The accessibility statement is there and names the standard, whom to tell, and the date",
        &["the_statement_names_its_standard_its_law_whom_to_tell_and_its_age"],
    ),
    row(
        "A35",
        How::ByHand,
        "A pass with NVDA, VoiceOver and TalkBack over four walks: not done yet",
        &[],
    ),
    row(
        "A36",
        How::Both,
        "What is seen on a control is part of what it is called",
        &[
            "each_change_for_the_worse_breaks_the_rule_it_is_about",
            "each_role_opens_its_own_pages_and_is_told_so_at_every_other",
            "what_is_read_on_a_control_is_in_its_name",
        ],
    ),
];
