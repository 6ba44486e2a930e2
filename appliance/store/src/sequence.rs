//! Whose turn a batch is. Pure.
//!
//! ```text
//! head --(one more, names head)--> next     --(head itself)--> again
//!      --(same number, other hash)--> fork  --(further on)--> gap
//! ```
//!
//! A manifest that was refused as unproved left nothing behind, so the agent
//! may go on from the batch before it or from the refused one.

use firebox_contract::batch::{BatchError, Header, Kind, NO_PREVIOUS};

/// Where a feed's chain stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Epoch of the chain; none before the first batch.
    pub(crate) epoch: Option<u64>,
    /// Number of the last batch taken; 0 before the first.
    pub(crate) sequence: u64,
    /// Its hash.
    pub(crate) hash: String,
    /// A refused manifest that came after it.
    pub(crate) refused: Option<(u64, String)>,
}

/// What to do with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Take it.
    Next,
    /// It was taken: answer with the stored receipt if its hash is the stored one.
    Again,
}

/// Judges a batch whose signature is good and whose epoch is the enrolled one.
pub(crate) fn turn(head: &Head, header: &Header, hash: &str) -> Result<Turn, BatchError> {
    match head.epoch {
        Some(epoch) if header.epoch < epoch => return Err(BatchError::WrongEpoch),
        Some(epoch) if header.epoch == epoch => {}
        _ => return follows(header, 0, NO_PREVIOUS),
    }
    if header.sequence < head.sequence {
        return Ok(Turn::Again);
    }
    if header.sequence == head.sequence {
        return if hash == head.hash {
            Ok(Turn::Again)
        } else {
            Err(BatchError::Fork)
        };
    }
    match &head.refused {
        Some((sequence, refused)) if follows(header, *sequence, refused).is_ok() => Ok(Turn::Next),
        _ => follows(header, head.sequence, &head.hash),
    }
}

fn follows(header: &Header, sequence: u64, hash: &str) -> Result<Turn, BatchError> {
    if header.sequence != sequence + 1 {
        return Err(BatchError::Gap);
    }
    if header.previous != hash {
        return Err(BatchError::ChainBroken);
    }
    // A rekey opens an epoch; anywhere else it would be a second beginning.
    if header.kind == Kind::Rekey && header.sequence != 1 {
        return Err(BatchError::ChainBroken);
    }
    Ok(Turn::Next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use firebox_contract::batch::Format;

    fn header(epoch: u64, sequence: u64, previous: &str) -> Header {
        Header {
            format: Format::V1,
            box_id: "firebox.example/a".into(),
            source: "caution-list".into(),
            agent_key: String::new(),
            epoch,
            sequence,
            previous: previous.into(),
            kind: Kind::Heartbeat,
            run: 0,
            count: 1,
            created: jiff::Timestamp::UNIX_EPOCH,
            ciphertext_sha256: NO_PREVIOUS.into(),
        }
    }

    fn head(refused: Option<(u64, &str)>) -> Head {
        let refused = refused.map(|(sequence, hash)| (sequence, hash.to_owned()));
        Head {
            epoch: Some(2),
            sequence: 5,
            hash: "five".into(),
            refused,
        }
    }

    #[test]
    fn one_more_and_only_one_more_is_next() {
        let judge = |sequence, previous| turn(&head(None), &header(2, sequence, previous), "new");
        assert_eq!(judge(6, "five"), Ok(Turn::Next));
        assert_eq!(judge(6, "four"), Err(BatchError::ChainBroken));
        assert_eq!(judge(7, "five"), Err(BatchError::Gap));
        assert_eq!(judge(5, "four"), Err(BatchError::Fork));
        assert_eq!(judge(4, "three"), Ok(Turn::Again));
        assert_eq!(
            turn(&head(None), &header(2, 5, "four"), "five"),
            Ok(Turn::Again)
        );
    }

    #[test]
    fn a_higher_epoch_starts_at_one_and_a_lower_one_is_over() {
        let judge = |epoch, sequence, previous| {
            turn(&head(None), &header(epoch, sequence, previous), "new")
        };
        assert_eq!(judge(3, 1, NO_PREVIOUS), Ok(Turn::Next));
        assert_eq!(judge(3, 6, "five"), Err(BatchError::Gap));
        assert_eq!(judge(3, 1, "five"), Err(BatchError::ChainBroken));
        assert_eq!(judge(1, 6, "five"), Err(BatchError::WrongEpoch));
    }

    #[test]
    fn after_a_refused_manifest_the_agent_may_go_on_from_either() {
        let head = head(Some((6, "six")));
        let judge = |sequence, previous| turn(&head, &header(2, sequence, previous), "new");
        assert_eq!(judge(6, "five"), Ok(Turn::Next));
        assert_eq!(judge(7, "six"), Ok(Turn::Next));
        assert_eq!(judge(7, "five"), Err(BatchError::Gap));
        assert_eq!(judge(8, "six"), Err(BatchError::Gap));
    }
}
