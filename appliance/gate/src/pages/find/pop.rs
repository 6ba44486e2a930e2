//! `/pop`: a telephone system says who rings. It runs no search, for any page
//! anywhere can lead a browser here: the number waits on the desk until the
//! adviser presses Find. What is not a number or a call's id is left alone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{RawQuery, State};
use axum::response::Response;
use firebox_contract::record::Phone;
use firebox_protocol::query::MAX_REFERENCE_CHARACTERS;

use crate::line;
use crate::pages::desk::Desks;
use crate::pages::page::see_other;
use crate::pages::visitor::Visitor;

/// How long a number waits: a call nobody answered is not the next one's.
const WAITS: Duration = Duration::from_secs(10 * 60);
/// The names telephone systems give the caller's number.
const NUMBERS: [&str; 4] = ["ani", "phone", "tel", "caller"];
/// The name they give the call.
const CALL: &str = "callid";
/// What stands for a number that the caller does not show.
const WITHHELD: [&str; 8] = [
    "anonymous",
    "withheld",
    "private",
    "unavailable",
    "unknown",
    "restricted",
    "blocked",
    "hidden",
];
/// Digits by which a number is the same with and without its country.
const SAME_DIGITS: usize = 9;

/// Who rings, as a telephone system said.
pub(in crate::pages) struct Popped {
    pub(super) line: Line,
    /// The call's id there.
    pub(super) call: Option<String>,
    until: Instant,
}

/// What is known of the number.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    /// It is this one.
    Number(Phone),
    /// The caller does not show it.
    Withheld,
    /// None was given, or none that reads.
    NotRead,
}

impl Popped {
    /// Whether it is new enough to be the call that rings now.
    pub(super) fn is_new(&self) -> bool {
        Instant::now() < self.until
    }

    fn of(query: &str) -> Self {
        let line = Line::of(query);
        let call = given(query, &[CALL]);
        let call = call.and_then(|text| line::filled(CALL, &text, MAX_REFERENCE_CHARACTERS).ok());
        Self {
            call: call.filter(|call| !line.is_in(call)),
            line,
            until: Instant::now() + WAITS,
        }
    }
}

impl Line {
    fn of(query: &str) -> Self {
        let Some(text) = given(query, &NUMBERS) else {
            return Self::NotRead;
        };
        let number = bare(&text);
        if WITHHELD.contains(&number.to_lowercase().as_str()) {
            return Self::Withheld;
        }
        // A plus that was not written as %2B arrives as a blank.
        let lost_plus = text.starts_with(' ') || number.starts_with("44") && number.len() == 12;
        let number = if lost_plus {
            format!("+{number}")
        } else {
            number.to_owned()
        };
        Phone::parse(&number).map_or(Self::NotRead, Self::Number)
    }

    /// Whether a call's id says the number, which stands in no entry.
    fn is_in(&self, call: &str) -> bool {
        let Self::Number(phone) = self else {
            return false;
        };
        let digits: String = call.chars().filter(char::is_ascii_digit).collect();
        let number = phone.as_str();
        let end = number.len().saturating_sub(SAME_DIGITS);
        number.get(end..).is_some_and(|end| digits.contains(end))
    }
}

/// Keeps the number and leads to the box.
pub(super) async fn get(
    State(desks): State<Arc<Desks>>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Response {
    let popped = Popped::of(query.as_deref().unwrap_or_default());
    desks.at(visitor.session(), |desk| desk.popped = Some(popped));
    see_other("/find")
}

/// Gives the first parameter that has one of these names and says something.
fn given(query: &str, names: &[&str]) -> Option<String> {
    let pairs = || form_urlencoded::parse(query.as_bytes());
    let of = |name: &&str| {
        let mut named = pairs().filter(|(stated, _)| stated.eq_ignore_ascii_case(name));
        let (_, value) = named.find(|(_, value)| !value.trim().is_empty())?;
        Some(value.into_owned())
    };
    names.iter().find_map(of)
}

/// Takes the number out of `tel:+44...`, or `sip:+44...@host;user=phone`.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let schemes = ["tel:", "sip:", "sips:"];
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    let rest = rest.unwrap_or(text);
    rest.split(['@', ';']).next().unwrap_or(rest).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(query: &str) -> Line {
        Line::of(query)
    }

    #[test]
    fn a_number_is_read_under_every_name_and_in_every_form() {
        let number = || Line::Number(Phone::parse("+447700900482").unwrap());
        for query in [
            "ani=%2B447700900482",
            "ani=+447700900482",
            "phone=07700+900482",
            "tel=tel:%2B447700900482",
            "caller=sip:%2B447700900482@example.org;user=phone",
            "ANI=447700900482&dnis=4355&type=phonecall",
            "ani=&phone=07700900482",
        ] {
            assert_eq!(line(query), number(), "{query}");
        }
    }

    #[test]
    fn a_number_that_is_not_shown_or_not_read_is_none() {
        for query in [
            "ani=Anonymous",
            "ani=withheld",
            "ani=sip:anonymous@anonymous.invalid",
        ] {
            assert_eq!(line(query), Line::Withheld, "{query}");
        }
        for query in [
            "",
            "ani=",
            "dnis=07700900482",
            "ani=4999",
            "ani=<script>",
            "ani=%FF%00",
        ] {
            assert_eq!(line(query), Line::NotRead, "{query}");
        }
    }

    #[test]
    fn a_calls_id_is_kept_where_it_is_one_and_does_not_say_the_number() {
        let call = |query: &str| Popped::of(query).call;
        assert_eq!(call("ani=07700900482&callid=99-12"), Some("99-12".into()));
        assert_eq!(call("callid=+99++12+"), Some("99 12".into()));
        for query in [
            "ani=07700900482&callid=4355-447700900482",
            "ani=07700900482&callid=07700900482",
            "callid=%00",
            "callid=+",
        ] {
            assert_eq!(call(query), None, "{query}");
        }
        let long = format!("callid={}", "a".repeat(MAX_REFERENCE_CHARACTERS + 1));
        assert_eq!(call(&long), None);
    }

    #[test]
    fn a_number_nobody_searched_for_is_forgotten() {
        let popped = Popped::of("ani=07700900482");
        assert!(popped.is_new());
        let old = Popped {
            until: Instant::now(),
            ..popped
        };
        assert!(!old.is_new());
    }
}
