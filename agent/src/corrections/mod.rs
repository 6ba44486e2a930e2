//! Corrections that come home: from the box, sealed to this service, to a work
//! file that its staff read, and what staff say to each back to the box.
//!
//! What it is: at every turn the list is asked for, each correction is proved,
//! opened and kept, the work file is written, and only then is the box told
//! `delivered`. What it is not: it writes into no service's system, and it
//! decides nothing. The invariant it keeps: what the box was told is delivered
//! stands in the work file on the disk; a crash anywhere means asking again.

mod cell;
mod line;
mod opening;
mod take;
mod tell;
mod turn;
mod verbs;
mod work_file;

use std::fs;

pub(crate) use turn::Desk;
pub(crate) use verbs::{Verb, run};

use crate::identity::FILE;
use crate::settings::Settings;

/// Signs after `COR-`: Crockford's base32.
const SIGNS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many of them.
const LENGTH: usize = 10;

/// Tells whether a text has the form of a correction's reference, and so may
/// stand in a path, a file and the log.
fn is_reference(text: &str) -> bool {
    text.strip_prefix("COR-")
        .is_some_and(|rest| rest.len() == LENGTH && rest.chars().all(|sign| SIGNS.contains(sign)))
}

/// Lists the services that are enrolled here, whether or not a feed of theirs
/// is switched on.
pub(crate) fn services(settings: &Settings) -> Vec<String> {
    let entries = fs::read_dir(&settings.state_folder).into_iter().flatten();
    let mut services: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().join(FILE).exists())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    services.sort();
    services
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_the_form_of_a_reference_may_stand_in_a_path() {
        assert!(is_reference("COR-0123456789") && is_reference("COR-ZZZZZZZZZZ"));
        for text in [
            "",
            "COR-",
            "COR-012345678",
            "COR-01234567890",
            "COR-01234/6789",
            "COR-01234U6789",
            "cor-0123456789",
            "REL-0123456789",
            "COR-012345678\u{661}",
        ] {
            assert!(!is_reference(text), "{text:?}");
        }
    }
}
