//! What the box makes of a warning before it keeps it. Pure.
//!
//! The invariant: no rule here can lose a warning. An unknown code becomes
//! `unmapped`, an unknown control adds `unmapped` to what is known, and a
//! review date is only ever brought forward.

use std::collections::BTreeSet;

use firebox_contract::Vocabulary;
use firebox_contract::record::{HazardFlag, UNMAPPED};

/// Note: the review date was later than the hazard allows.
pub(crate) const REVIEW_BROUGHT_FORWARD: &str = "review-brought-forward";

/// The vocabulary, as the store needs it.
pub(crate) struct Rules {
    vocabulary: Vocabulary,
    hazards: BTreeSet<String>,
    controls: BTreeSet<String>,
}

impl Rules {
    /// Takes the box's vocabulary.
    pub(crate) fn new(vocabulary: Vocabulary) -> Self {
        let hazards = vocabulary.hazard_codes().map(str::to_owned).collect();
        let controls = vocabulary.control_codes().map(str::to_owned).collect();
        Self {
            vocabulary,
            hazards,
            controls,
        }
    }

    /// Gives the vocabulary, for what is shown of people.
    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Applies the rules and gives the codes of what to note.
    pub(crate) fn settle(&self, flag: &mut HazardFlag) -> Vec<&'static str> {
        // A code out of use still shows on the flags that carry it; only one nobody ever listed is unmapped.
        if !self.hazards.contains(&flag.code) {
            flag.code = UNMAPPED.to_owned();
        }
        self.settle_controls(flag);
        let due = self
            .vocabulary
            .bounded_review(&flag.code, flag.recorded_on, flag.review_due);
        if due == flag.review_due {
            return Vec::new();
        }
        flag.review_due = due;
        vec![REVIEW_BROUGHT_FORWARD]
    }

    fn settle_controls(&self, flag: &mut HazardFlag) {
        let known = |code: &String| code != UNMAPPED && self.controls.contains(code);
        if flag.controls.iter().all(known) {
            return;
        }
        flag.controls.retain(known);
        if flag.controls.is_empty() {
            // Naming any control replaces the hazard's own ones, so they are written out first.
            let own = self.vocabulary.words(&flag.code, &[], "").instructions;
            flag.controls = own
                .into_iter()
                .map(|instruction| instruction.code)
                .collect();
        }
        if !flag.controls.iter().any(|code| code == UNMAPPED) {
            flag.controls.push(UNMAPPED.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testbed::{flag, vocabulary};

    #[test]
    fn an_unknown_hazard_is_kept_as_unmapped_with_its_own_code() {
        let mut flag = flag();
        flag.code = "dragon".into();
        Rules::new(vocabulary()).settle(&mut flag);
        assert_eq!(
            (flag.code.as_str(), flag.source_code.as_str()),
            (UNMAPPED, "PA")
        );
    }

    #[test]
    fn an_unknown_control_adds_unmapped_and_loses_no_instruction() {
        let rules = Rules::new(vocabulary());
        let mut one = flag();
        one.controls = vec!["do-not-attend".into(), "sing".into()];
        rules.settle(&mut one);
        assert_eq!(one.controls, ["do-not-attend", UNMAPPED]);
        let mut only_unknown = flag();
        only_unknown.controls = vec!["sing".into()];
        rules.settle(&mut only_unknown);
        assert_eq!(
            only_unknown.controls,
            ["visit-in-pairs", "contact-owner-first", UNMAPPED]
        );
        let mut none = flag();
        none.controls = Vec::new();
        rules.settle(&mut none);
        assert!(none.controls.is_empty());
    }

    #[test]
    fn a_review_is_brought_forward_and_never_put_off() {
        let rules = Rules::new(vocabulary());
        let mut late = flag();
        late.review_due = "2030-01-01".parse().unwrap();
        assert_eq!(rules.settle(&mut late), [REVIEW_BROUGHT_FORWARD]);
        assert!(late.review_due < "2030-01-01".parse().unwrap());
        let mut early = flag();
        early.review_due = early.recorded_on;
        assert!(rules.settle(&mut early).is_empty());
        assert_eq!(early.review_due, early.recorded_on);
    }
}
