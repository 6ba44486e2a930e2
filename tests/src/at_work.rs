//! A running copy of the box, and an officer there who holds receipts.

use crate::{Answer, Auditor, Person, Released, Start, Trial, pieces, reason};

pub struct AtWork {
    pub trial: Trial,
    pub officer: Person,
    /// What was released, with receipts.
    pub held: Vec<Released>,
    flag: String,
}

impl AtWork {
    /// Starts the box here and releases one detail.
    pub fn begin(trial: Trial) -> Self {
        Self::begin_by(trial, Trial::start)
    }

    /// The same with another way to start it.
    pub fn begin_by(mut trial: Trial, start: impl FnOnce(&mut Trial) -> Start) -> Self {
        assert_eq!(start(&mut trial), Start::Serves, "{}", trial.said());
        let officer = trial.signs_in("olu.officer");
        let mut at_work = Self {
            trial,
            officer,
            held: Vec::new(),
            flag: String::new(),
        };
        at_work.looks();
        at_work.releases();
        at_work
    }

    /// Looks at the warning, which the box's restart makes necessary again.
    pub fn looks(&mut self) {
        self.flag = self.officer.flag(self.trial.sample("release_flag_uprn"));
    }

    /// Is released the detail, and keeps the receipt.
    pub fn releases(&mut self) {
        let answer = self.asks();
        self.held.push(Released::read(&answer, 201));
    }

    /// Asks for the detail.
    pub fn asks(&self) -> Answer {
        self.officer.requests(&self.flag, &reason())
    }

    /// Tells whether an answer holds any piece of what is sealed.
    pub fn betrays(&self, answer: &Answer) -> bool {
        let note = pieces(self.held[0].note());
        assert!(!note.is_empty(), "the note has no piece to look for");
        note.iter().any(|piece| answer.text.contains(piece))
    }

    /// Somebody who compares receipts with the log.
    pub fn auditor(&self) -> Auditor {
        Auditor::new(self.trial.client(), self.trial.key())
    }
}
