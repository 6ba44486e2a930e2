//! How far a correction is with one service. Pure.

use firebox_contract::correction::{Declined, Said};
use firebox_protocol::answer::Progress;

use crate::database::DatabaseError;

/// What an agent's answer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It takes the correction further.
    To(Progress),
    /// It says no more than is known: sent again, or after a later one.
    Known,
    /// The correction ended in another way before.
    Over,
}

/// Judges an agent's answer; a step may be left out, none is taken back.
pub(super) fn step(now: Progress, said: Said) -> Step {
    match (now, said) {
        (Progress::Raised, Said::Delivered) => Step::To(Progress::Delivered),
        (Progress::Raised | Progress::Delivered, Said::Done) => Step::To(Progress::Done),
        (Progress::Raised | Progress::Delivered | Progress::Done, Said::Declined { reason }) => {
            Step::To(Progress::Declined(reason))
        }
        (Progress::Delivered | Progress::Done, Said::Delivered) | (Progress::Done, Said::Done) => {
            Step::Known
        }
        (Progress::Declined(before), Said::Declined { reason }) if before == reason => Step::Known,
        (Progress::Settled | Progress::Declined(_), _) => Step::Over,
    }
}

/// Gives the columns `progress` and `reason`.
pub(super) fn columns(progress: Progress) -> (i64, Option<&'static str>) {
    match progress {
        Progress::Raised => (1, None),
        Progress::Delivered => (2, None),
        Progress::Done => (3, None),
        Progress::Settled => (4, None),
        Progress::Declined(reason) => (5, Some(reason.code())),
    }
}

/// Reads the two columns.
pub(super) fn read(progress: i64, reason: Option<&str>) -> Result<Progress, DatabaseError> {
    match (progress, reason.map(Declined::parse)) {
        (1, None) => Ok(Progress::Raised),
        (2, None) => Ok(Progress::Delivered),
        (3, None) => Ok(Progress::Done),
        (4, None) => Ok(Progress::Settled),
        (5, Some(Some(reason))) => Ok(Progress::Declined(reason)),
        _ => Err(DatabaseError::Row("correction_sent")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Progress> {
        let declined = Declined::ALL.map(|(reason, _)| Progress::Declined(reason));
        [
            Progress::Raised,
            Progress::Delivered,
            Progress::Done,
            Progress::Settled,
        ]
        .into_iter()
        .chain(declined)
        .collect()
    }

    fn answers() -> Vec<Said> {
        let declined = Declined::ALL.map(|(reason, _)| Said::Declined { reason });
        [Said::Delivered, Said::Done]
            .into_iter()
            .chain(declined)
            .collect()
    }

    #[test]
    fn no_answer_takes_a_correction_back_or_out_of_its_end() {
        for now in all() {
            for said in answers() {
                if let Step::To(next) = step(now, said) {
                    assert!(!now.is_over(), "{now:?} {said:?}");
                    assert!(columns(next).0 > columns(now).0, "{now:?} {said:?}");
                    // The same answer again says nothing more.
                    assert_eq!(step(next, said), Step::Known);
                }
            }
        }
    }

    #[test]
    fn another_end_than_the_one_it_had_is_told_apart_from_a_repetition() {
        let [first, second] = [Declined::RecordIsRight, Declined::NotOurs];
        let declined = Progress::Declined(first);
        assert_eq!(
            step(declined, Said::Declined { reason: first }),
            Step::Known
        );
        assert_eq!(
            step(declined, Said::Declined { reason: second }),
            Step::Over
        );
        assert_eq!(step(declined, Said::Done), Step::Over);
        assert_eq!(step(Progress::Settled, Said::Done), Step::Over);
        assert_eq!(step(Progress::Done, Said::Delivered), Step::Known);
    }

    #[test]
    fn every_progress_reads_back_as_it_was_written() {
        for progress in all() {
            let (number, reason) = columns(progress);
            assert_eq!(read(number, reason).unwrap(), progress);
        }
        assert!(read(5, None).is_err());
        assert!(read(5, Some("because")).is_err());
        assert!(read(6, None).is_err());
    }
}
