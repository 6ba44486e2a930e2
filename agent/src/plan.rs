//! The plan: what a reading of a whole export would change. Pure; both sides
//! come sorted by key and neither is ever whole in memory.
//!
//! A key may carry two statements: a record, and a `held` row beside it, for a
//! row that read before and does not read now. The record stays: a warning is
//! not lost because somebody mistyped its review date. When the row reads
//! again, the `held` row is resolved and the record is sent again in any case,
//! so that the box need not guess which of the two was meant.

use crate::memory::{Mac, Who};

/// What a row of the export says about its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A record that reads.
    Record,
    /// A row that does not read, at a place that does.
    Held,
    /// A row that does not read, at no place that does.
    Unplaced,
    /// Only that the key is there: its rows contradict each other and are held
    /// under keys of their own.
    Present,
}

/// One key of the export. Each key comes once.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The key.
    pub(crate) key: Mac,
    /// Where its row begins.
    pub(crate) line: i64,
    /// What is said.
    pub(crate) what: What,
    /// What the record or held row says.
    pub(crate) content: Mac,
    /// Whose record it is.
    pub(crate) who: Option<Who>,
}

/// One key the box holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// The key.
    pub(crate) key: Mac,
    /// What its record says.
    pub(crate) record: Option<Mac>,
    /// Whose record it is.
    pub(crate) who: Option<Who>,
    /// What its held row says.
    pub(crate) held: Option<Mac>,
}

/// One line to be sent, or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The record of this row.
    Put {
        /// Where the row begins.
        line: i64,
    },
    /// The held row.
    Hold {
        /// Where the row begins.
        line: i64,
    },
    /// What the box holds under this key is taken away.
    Gone {
        /// The key.
        key: Mac,
        /// Its record.
        record: bool,
        /// Its held row.
        held: bool,
    },
}

/// How the reading is taken.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    /// Everything is sent, and what is not sent is gone.
    pub(crate) full: bool,
    /// Rows without a readable key are about: any record that seems absent may
    /// be one of these, so none is taken away.
    pub(crate) keep_absent: bool,
}

/// What a plan comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Records that are new.
    pub(crate) added: u64,
    /// Records that say something else.
    pub(crate) changed: u64,
    /// Records that say the same.
    pub(crate) unchanged: u64,
    /// Records that go.
    pub(crate) gone: u64,
    /// Records that seem absent and are kept.
    pub(crate) kept: u64,
    /// Held rows in the export.
    pub(crate) held: u64,
    /// Rows at no readable place.
    pub(crate) unplaced: u64,
    /// Records the box holds now.
    pub(crate) live: u64,
    /// Lines to be sent.
    pub(crate) steps: u64,
}

/// Compares an export with what the box holds and gives each step to `emit`.
pub(crate) fn plan<E>(
    seen: impl Iterator<Item = Result<Seen, E>>,
    known: impl Iterator<Item = Result<Known, E>>,
    rules: Rules,
    mut emit: impl FnMut(Step) -> Result<(), E>,
) -> Result<Counts, E> {
    let mut counts = Counts::default();
    merge(seen, known, |seen, known| {
        let steps = match (seen, known) {
            (Some(seen), known) => {
                here(seen, known.unwrap_or(&Known::default()), rules, &mut counts)
            }
            (None, Some(known)) => absent(known, rules, &mut counts),
            (None, None) => Vec::new(),
        };
        counts.steps += steps.len() as u64;
        steps.into_iter().try_for_each(&mut emit)
    })?;
    Ok(counts)
}

/// Lists the rows whose key was another person's: name and date of birth have
/// both changed.
pub(crate) fn swapped<E>(
    seen: impl Iterator<Item = Result<Seen, E>>,
    known: impl Iterator<Item = Result<Known, E>>,
) -> Result<Vec<i64>, E> {
    let mut lines = Vec::new();
    merge(seen, known, |seen, known| {
        let who = seen
            .and_then(|seen| seen.who)
            .zip(known.and_then(|known| known.who));
        if let (Some(seen), Some((now, before))) = (seen, who)
            && now[..8] != before[..8]
            && now[8..] != before[8..]
        {
            lines.push(seen.line);
        }
        Ok(())
    })?;
    Ok(lines)
}

/// A key that is in the export.
fn here(seen: &Seen, known: &Known, rules: Rules, counts: &mut Counts) -> Vec<Step> {
    counts.live += u64::from(known.record.is_some());
    match seen.what {
        What::Record => record(seen, known, rules, counts),
        What::Held => {
            counts.held += 1;
            lose(known, rules, counts);
            let same = known.held == Some(seen.content) && !rules.full;
            if same {
                Vec::new()
            } else {
                vec![Step::Hold { line: seen.line }]
            }
        }
        What::Unplaced => {
            counts.unplaced += 1;
            lose(known, rules, counts);
            Vec::new()
        }
        What::Present => {
            lose(known, rules, counts);
            // The rows are held under their own keys now.
            resolve(known, rules)
        }
    }
}

fn record(seen: &Seen, known: &Known, rules: Rules, counts: &mut Counts) -> Vec<Step> {
    let same = known.record == Some(seen.content);
    match known.record {
        None => counts.added += 1,
        Some(_) if same => counts.unchanged += 1,
        Some(_) => counts.changed += 1,
    }
    if same && known.held.is_none() && !rules.full {
        return Vec::new();
    }
    let mut steps = resolve(known, rules);
    steps.push(Step::Put { line: seen.line });
    steps
}

fn resolve(known: &Known, rules: Rules) -> Vec<Step> {
    if known.held.is_none() || rules.full {
        return Vec::new();
    }
    vec![Step::Gone {
        key: known.key,
        record: false,
        held: true,
    }]
}

/// A full reading cannot carry a record whose row does not read.
fn lose(known: &Known, rules: Rules, counts: &mut Counts) {
    if rules.full && known.record.is_some() {
        counts.gone += 1;
    }
}

/// A key that is not in the export.
fn absent(known: &Known, rules: Rules, counts: &mut Counts) -> Vec<Step> {
    counts.live += u64::from(known.record.is_some());
    let record = known.record.is_some() && (!rules.keep_absent || rules.full);
    counts.gone += u64::from(record);
    counts.kept += u64::from(known.record.is_some() && !record);
    let held = known.held.is_some();
    if rules.full || !(record || held) {
        return Vec::new();
    }
    vec![Step::Gone {
        key: known.key,
        record,
        held,
    }]
}

/// Walks both sides together, key by key.
fn merge<E>(
    seen: impl Iterator<Item = Result<Seen, E>>,
    known: impl Iterator<Item = Result<Known, E>>,
    mut visit: impl FnMut(Option<&Seen>, Option<&Known>) -> Result<(), E>,
) -> Result<(), E> {
    let (mut seen, mut known) = (seen, known);
    let (mut left, mut right) = (seen.next().transpose()?, known.next().transpose()?);
    loop {
        let first = match (&left, &right) {
            (None, None) => return Ok(()),
            (Some(seen), None) => seen.key,
            (None, Some(known)) => known.key,
            (Some(seen), Some(known)) => seen.key.min(known.key),
        };
        let here = left.take_if(|seen| seen.key == first);
        let there = right.take_if(|known| known.key == first);
        visit(here.as_ref(), there.as_ref())?;
        if here.is_some() {
            left = seen.next().transpose()?;
        }
        if there.is_some() {
            right = known.next().transpose()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    /// What the box holds, by key: record, held row.
    type Model = BTreeMap<u8, (Option<u8>, Option<u8>)>;

    fn mac(byte: u8) -> Mac {
        [byte; 16]
    }

    fn seen(export: &BTreeMap<u8, (What, u8)>) -> Vec<Result<Seen, Infallible>> {
        export
            .iter()
            .map(|(key, (what, content))| {
                Ok(Seen {
                    key: mac(*key),
                    line: i64::from(*key),
                    what: *what,
                    content: mac(*content),
                    who: None,
                })
            })
            .collect()
    }

    fn known(model: &Model) -> Vec<Result<Known, Infallible>> {
        model
            .iter()
            .map(|(key, (record, held))| {
                Ok(Known {
                    key: mac(*key),
                    record: record.map(mac),
                    who: None,
                    held: held.map(mac),
                })
            })
            .collect()
    }

    fn steps(
        export: &BTreeMap<u8, (What, u8)>,
        model: &Model,
        rules: Rules,
    ) -> (Vec<Step>, Counts) {
        let mut steps = Vec::new();
        let counts = plan(
            seen(export).into_iter(),
            known(model).into_iter(),
            rules,
            |step| {
                steps.push(step);
                Ok(())
            },
        );
        (steps, counts.unwrap())
    }

    /// The box's side: gone before put, as the parts carry them.
    fn apply(
        model: &Model,
        export: &BTreeMap<u8, (What, u8)>,
        steps: &[Step],
        full: bool,
    ) -> Model {
        let mut model = if full { Model::new() } else { model.clone() };
        for step in steps {
            match *step {
                Step::Gone { key, record, held } => {
                    let entry = model.entry(key[0]).or_default();
                    if record {
                        entry.0 = None;
                    }
                    if held {
                        entry.1 = None;
                    }
                }
                Step::Put { line } => {
                    let key = u8::try_from(line).unwrap();
                    model.entry(key).or_default().0 = Some(export[&key].1);
                }
                Step::Hold { line } => {
                    let key = u8::try_from(line).unwrap();
                    model.entry(key).or_default().1 = Some(export[&key].1);
                }
            }
        }
        model.retain(|_, (record, held)| record.is_some() || held.is_some());
        model
    }

    fn exports() -> impl Strategy<Value = BTreeMap<u8, (What, u8)>> {
        let what = prop_oneof![
            4 => Just(What::Record),
            1 => Just(What::Held),
            1 => Just(What::Unplaced),
            1 => Just(What::Present),
        ];
        proptest::collection::btree_map(0..20u8, (what, 0..4u8), 0..15)
    }

    fn models() -> impl Strategy<Value = Model> {
        let entry = (proptest::option::of(0..4u8), proptest::option::of(0..4u8));
        proptest::collection::btree_map(0..20u8, entry, 0..15).prop_map(|mut model| {
            model.retain(|_, (record, held)| record.is_some() || held.is_some());
            model
        })
    }

    proptest! {
        #[test]
        fn the_plan_applied_gives_what_the_export_says(export in exports(), model in models()) {
            let (steps, _) = steps(&export, &model, Rules::default());
            let after = apply(&model, &export, &steps, false);
            for key in 0..20u8 {
                let (record, held) = after.get(&key).copied().unwrap_or_default();
                let (before, held_before) = model.get(&key).copied().unwrap_or_default();
                match export.get(&key) {
                    Some((What::Record, content)) => prop_assert_eq!((record, held), (Some(*content), None)),
                    Some((What::Held, content)) => prop_assert_eq!((record, held), (before, Some(*content))),
                    Some((What::Unplaced, _)) => prop_assert_eq!((record, held), (before, held_before)),
                    Some((What::Present, _)) => prop_assert_eq!((record, held), (before, None)),
                    None => prop_assert_eq!((record, held), (None, None)),
                }
            }
        }

        #[test]
        fn the_same_export_again_is_an_empty_plan(export in exports(), model in models()) {
            let (first, _) = steps(&export, &model, Rules::default());
            let after = apply(&model, &export, &first, false);
            let (again, counts) = steps(&export, &after, Rules::default());
            prop_assert_eq!(again, vec![]);
            prop_assert_eq!(counts.steps + counts.added + counts.changed + counts.gone, 0);
        }

        #[test]
        fn a_full_reading_gives_the_same_from_any_state(export in exports(), model in models()) {
            let full = Rules { full: true, keep_absent: false };
            let (from_any, _) = steps(&export, &model, full);
            let (from_none, _) = steps(&export, &Model::new(), full);
            prop_assert_eq!(
                apply(&model, &export, &from_any, true),
                apply(&Model::new(), &export, &from_none, true)
            );
        }

        #[test]
        fn while_a_key_does_not_read_no_record_goes(export in exports(), model in models()) {
            let rules = Rules { full: false, keep_absent: true };
            let (steps, counts) = steps(&export, &model, rules);
            let takes_a_record = |step: &Step| matches!(step, Step::Gone { record: true, .. });
            prop_assert!(!steps.iter().any(takes_a_record));
            prop_assert_eq!(counts.gone, 0);
        }
    }

    #[test]
    fn a_good_record_whose_row_no_longer_reads_is_not_gone() {
        let model = Model::from([(1, (Some(7), None))]);
        let export = BTreeMap::from([(1, (What::Held, 9))]);
        let (steps, counts) = steps(&export, &model, Rules::default());
        assert_eq!(steps, [Step::Hold { line: 1 }]);
        assert_eq!((counts.gone, counts.live), (0, 1));
    }

    #[test]
    fn s5_a_key_given_to_somebody_else_is_noticed_and_a_new_name_alone_is_not() {
        let who = |name: u8, born: u8| {
            let mut who = [name; 16];
            who[8..].fill(born);
            Some(who)
        };
        let row = |key, who| {
            Ok::<_, Infallible>(Seen {
                key: mac(key),
                line: i64::from(key),
                what: What::Record,
                content: mac(0),
                who,
            })
        };
        let held = |key, who| {
            Ok(Known {
                key: mac(key),
                record: Some(mac(0)),
                who,
                held: None,
            })
        };
        let seen = [
            row(1, who(1, 1)),
            row(2, who(9, 2)),
            row(3, who(9, 9)),
            row(4, None),
        ];
        let known = [
            held(1, who(1, 1)),
            held(2, who(2, 2)),
            held(3, who(3, 3)),
            held(4, who(4, 4)),
        ];
        assert_eq!(swapped(seen.into_iter(), known.into_iter()).unwrap(), [3]);
    }
}
