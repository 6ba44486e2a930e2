//! What is owed to the people whom the pages are about.

use super::{How, Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "P01",
        How::Both,
        "Nothing of anybody in a target, a referrer, a title or a log",
        &[
            "nothing_of_anybody_stands_in_a_target_a_referrer_a_title_or_a_log",
            "a_name_in_an_address_or_referrer_is_found_in_the_traffic",
            "nothing_of_whoever_is_searched_for_stands_in_a_target_or_title",
            "nothing_that_was_typed_stands_in_a_target_or_a_title",
            "nothing_of_the_address_stands_in_title_or_target",
        ],
    ),
    row(
        "P02",
        How::Both,
        "Back after signing out shows nothing",
        &[
            "back_after_signing_out_shows_the_signed_out_page",
            "going_back_after_signing_out_says_that_one_signed_out_and_not_that_time_ran_out",
            "signing_out_ends_the_session_and_empties_the_cache",
        ],
    ),
    row(
        "P03",
        How::Both,
        "Under a safety marker the page holds neither address, nor who speaks for them, nor a cause",
        &[
            "with_a_marker_the_body_holds_no_address_no_speaker_and_no_cause",
            "with_a_marker_nobody_can_be_chosen_who_speaks_for_them",
            "an_advisers_calls_at_a_desk",
        ],
    ),
    row(
        "P04",
        How::Unit,
        "The page has the same shape with a safety marker and without",
        &["a_marker_adds_and_takes_away_no_element_class_or_heading"],
    ),
    row(
        "P05",
        How::Both,
        "Somebody withheld and nobody at all are the same page",
        &[
            "somebody_withheld_is_by_name_the_same_page_as_nobody_to_the_byte",
            "an_advisers_calls_at_a_desk",
        ],
    ),
    row(
        "P06",
        How::Unit,
        "\"No warnings recorded\" never stands there while anything is unread, late or unmatched",
        &[
            "no_warnings_recorded_is_said_only_where_every_service_said_so",
            "a_row_says_no_warnings_only_where_every_service_said_so",
            "no_address_is_never_no_warning",
            "an_address_in_no_list_has_its_uprn_for_a_heading_and_is_never_clear",
        ],
    ),
    row(
        "P07",
        How::Browser,
        "What to call them, how to communicate, what to do before talking and the first team are in the first 625 pixels at 1366",
        &["what_an_adviser_says_first_stands_in_the_first_625_pixels"],
    ),
    row(
        "P08",
        How::Both,
        "A page is at most 30 KB of HTML; the first one at most 45 KB in all",
        &[
            "no_page_has_more_than_thirty_kilobytes_of_html",
            "the_first_view_of_any_page_is_at_most_45_kilobytes_on_the_line",
            "sixty_visits_with_a_warning_each_weigh_less_than_thirty_kilobytes",
            "styles_and_scripts_weigh_at_most_forty_kilobytes",
        ],
    ),
];
