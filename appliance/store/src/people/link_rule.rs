//! Which records are one person. Pure.
//!
//! ```text
//! same service, same id of its own, no two known dates of birth ----------> same reference
//! same NHS number, same known date of birth, given names that agree ------> NHS number
//! ```
//!
//! What it is not: it weighs nothing. A name, a telephone, an address or a
//! national insurance number joins nobody. The invariants: a record comes to a
//! person only if it contradicts no record of theirs; the outcome depends on
//! the records alone and not on the order they came in.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use firebox_contract::Vocabulary;

use super::MAX_STATEMENTS;

/// One record, as joining sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// Source and key: an order that does not depend on arrival.
    pub(crate) place: (String, String),
    /// Service and its own id of the person; none where that id is a placeholder.
    pub(crate) reference: Option<(usize, String)>,
    /// NHS number; none where it is a placeholder.
    pub(crate) number: Option<i64>,
    pub(crate) born: Option<i64>,
    /// Forename, middle names, surname and preferred name, folded, joined by "|".
    pub(crate) names: String,
}

/// Two records that are joined, by their places in the list, the smaller first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    pub(crate) one: usize,
    pub(crate) other: usize,
    /// Which rule: false the service's own id, true the NHS number.
    pub(crate) by_number: bool,
}

impl Member {
    fn names(&self) -> Names<'_> {
        let mut parts = self.names.split('|');
        let mut next = || parts.next().unwrap_or_default();
        let (forename, _middle, surname, preferred) = (next(), next(), next(), next());
        Names {
            forename,
            surname,
            // Who has no forename is called by the family name, which a twin has too.
            preferred: if forename.is_empty() && preferred == surname {
                ""
            } else {
                preferred
            },
        }
    }
}

struct Names<'a> {
    forename: &'a str,
    surname: &'a str,
    preferred: &'a str,
}

impl<'a> Names<'a> {
    fn given(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        [self.forename, self.preferred]
            .into_iter()
            .filter(|name| !name.is_empty())
    }
}

fn differ(a: Option<i64>, b: Option<i64>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

/// Tells whether the first rule joins two records.
pub(crate) fn same_reference(a: &Member, b: &Member) -> bool {
    a.reference.is_some() && a.reference == b.reference && !differ(a.born, b.born)
}

/// Tells whether the second rule joins two records.
pub(crate) fn same_number(a: &Member, b: &Member, vocabulary: &Vocabulary) -> bool {
    a.number.is_some()
        && a.number == b.number
        && a.born.is_some()
        && a.born == b.born
        && given_agree(&a.names(), &b.names(), vocabulary)
}

/// Tells whether some given name of one is a given name of the other, a short
/// form of it, or its initial where the surnames are equal.
fn given_agree(a: &Names<'_>, b: &Names<'_>, vocabulary: &Vocabulary) -> bool {
    let one_surname = !a.surname.is_empty() && a.surname == b.surname;
    let initial = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
    a.given().any(|x| {
        b.given().any(|y| {
            x == y
                || x.replace(' ', "") == y.replace(' ', "")
                || vocabulary.names_alike(x, y)
                || one_surname && (initial(x, y) || initial(y, x))
        })
    })
}

/// Tells whether nothing in two records says that they are two people.
fn agree(a: &Member, b: &Member, vocabulary: &Vocabulary) -> bool {
    if same_reference(a, b) {
        return true;
    }
    let (x, y) = (a.names(), b.names());
    let named = x.given().next().is_some() && y.given().next().is_some();
    !differ(a.born, b.born)
        && !differ(a.number, b.number)
        && (!named || given_agree(&x, &y, vocabulary))
}

/// Gives the edges between records: as few as connect each person. `apart`
/// holds pairs of places that a person decided are two people.
///
/// Pairs are taken strongest rule first, then by source and key; two sets
/// become one only if every record of one agrees with every record of the other.
pub(crate) fn join(
    members: &[Member],
    apart: &BTreeSet<(usize, usize)>,
    vocabulary: &Vocabulary,
) -> Vec<Edge> {
    let mut set_of: Vec<usize> = (0..members.len()).collect();
    let mut sets: Vec<Vec<usize>> = (0..members.len()).map(|at| vec![at]).collect();
    let may = |a: usize, b: usize| {
        !apart.contains(&(a.min(b), a.max(b))) && agree(&members[a], &members[b], vocabulary)
    };
    let mut edges = Vec::new();
    for edge in candidates(members, vocabulary) {
        let (to, from) = (set_of[edge.one], set_of[edge.other]);
        let room = sets[to].len() + sets[from].len() <= MAX_STATEMENTS;
        let one_person = || {
            sets[to]
                .iter()
                .all(|a| sets[from].iter().all(|b| may(*a, *b)))
        };
        if to == from || !room || !one_person() {
            continue;
        }
        let moved = std::mem::take(&mut sets[from]);
        for member in &moved {
            set_of[*member] = to;
        }
        sets[to].extend(moved);
        edges.push(edge);
    }
    edges
}

/// Lists the pairs a rule joins, in the order they are tried.
fn candidates(members: &[Member], vocabulary: &Vocabulary) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (one, a) in members.iter().enumerate() {
        for (other, b) in members.iter().enumerate().skip(one + 1) {
            let by_reference = same_reference(a, b);
            if by_reference || same_number(a, b, vocabulary) {
                edges.push(Edge {
                    one,
                    other,
                    by_number: !by_reference,
                });
            }
        }
    }
    edges.sort_by(|x, y| order(members, *x, *y));
    edges
}

fn order(members: &[Member], x: Edge, y: Edge) -> Ordering {
    let places = |edge: Edge| {
        let (one, other) = (&members[edge.one].place, &members[edge.other].place);
        (edge.by_number, one.min(other), one.max(other))
    };
    places(x).cmp(&places(y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testbed::vocabulary;

    /// A record of service 1: key, forename and surname, date of birth, NHS number.
    fn record(key: &str, name: &str, born: i64, number: i64) -> Member {
        let (forename, surname) = name.split_once(' ').unwrap_or(("", name));
        let known = |value: i64| (value > 0).then_some(value);
        Member {
            place: ("feed".into(), key.into()),
            reference: Some((1, key.into())),
            number: known(number),
            born: known(born),
            names: format!("{forename}||{surname}|{forename}"),
        }
    }

    fn joined(members: &[Member]) -> usize {
        join(members, &BTreeSet::new(), &vocabulary()).len()
    }

    #[test]
    fn no_trap_of_a_household_joins_two_people() {
        for (trap, a, b) in [
            (
                "twins",
                record("1", "jayden cole", 20120304, 900),
                record("2", "jordan cole", 20120304, 900),
            ),
            (
                "twins of nearly one name",
                record("1", "jayden cole", 20120304, 900),
                record("2", "jaydon cole", 20120304, 900),
            ),
            (
                "father and son of one name",
                record("1", "john cole", 19600101, 900),
                record("2", "john cole", 19880101, 900),
            ),
            (
                "the same, one birth missing",
                record("1", "john cole", 19600101, 900),
                record("2", "john cole", 0, 900),
            ),
            (
                "spouses without births",
                record("1", "ann cole", 0, 0),
                record("2", "john cole", 0, 0),
            ),
            (
                "a common name born on one day",
                record("1", "ann smith", 19800101, 0),
                record("2", "ann smith", 19800101, 0),
            ),
            (
                "twins known by their family name alone",
                record("1", "cole", 20120304, 900),
                record("2", "cole", 20120304, 900),
            ),
            (
                "an initial and another surname",
                record("1", "j cole", 19800101, 900),
                record("2", "john smith", 19800101, 900),
            ),
            (
                "two numbers",
                record("1", "ann cole", 19800101, 900),
                record("2", "ann cole", 19800101, 901),
            ),
        ] {
            assert_eq!(joined(&[a, b]), 0, "{trap}");
        }
    }

    #[test]
    fn a_number_a_birth_and_a_given_name_join_whatever_the_surname() {
        for (same, a, b) in [
            ("married", "ann cole", "ann smith"),
            ("a short form", "samuel okoro", "sam okoro"),
            ("an initial", "s okoro", "samuel okoro"),
            ("a hyphen", "mary jane cole", "maryjane cole"),
        ] {
            let one = if same == "a hyphen" {
                Member {
                    names: "mary jane||cole|mary jane".into(),
                    ..record("1", a, 19800101, 900)
                }
            } else {
                record("1", a, 19800101, 900)
            };
            assert_eq!(joined(&[one, record("2", b, 19800101, 900)]), 1, "{same}");
        }
    }

    #[test]
    fn one_id_of_one_service_joins_unless_two_births_are_known() {
        let same = |born| Member {
            place: ("feed".into(), "2".into()),
            ..record("1", "ann cole", born, 0)
        };
        let one = record("1", "ann cole", 19800101, 0);
        assert_eq!(joined(&[one.clone(), same(0)]), 1);
        assert_eq!(joined(&[one.clone(), same(19800102)]), 0);
        let mut other = same(0);
        other.reference = Some((2, "1".into()));
        assert_eq!(joined(&[one, other]), 0);
    }

    #[test]
    fn a_record_that_contradicts_one_record_of_a_person_is_not_theirs() {
        // The same id twice at one service, with two numbers: the other service's record of the
        // second number would bring two NHS numbers into one person.
        let first = record("1", "ann cole", 19800101, 900);
        let second = Member {
            place: ("feed".into(), "1b".into()),
            number: Some(901),
            ..first.clone()
        };
        let other = Member {
            reference: Some((2, "x".into())),
            place: ("other".into(), "x".into()),
            ..first.clone()
        };
        assert_eq!(joined(&[first.clone(), other.clone()]), 1);
        assert_eq!(joined(&[first, second, other]), 1);
    }

    #[test]
    fn a_decision_that_two_are_not_one_holds_over_every_rule_and_every_way_round() {
        let one = record("1", "ann cole", 19800101, 900);
        let between = Member {
            reference: Some((2, "x".into())),
            place: ("other".into(), "x".into()),
            ..one.clone()
        };
        let other = record("3", "ann cole", 19800101, 900);
        let members = [one, between, other];
        assert_eq!(joined(&members), 2);
        let edges = join(&members, &BTreeSet::from([(0, 2)]), &vocabulary());
        assert_eq!(edges.len(), 1);
    }
}
