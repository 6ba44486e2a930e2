//! Reasons in words: long enough to say something, and not one of the person's
//! last three. A reason given again is refused once with the question what is
//! different this time, and that is an entry; an emergency is never asked.

use std::collections::{HashMap, VecDeque};

use firebox_contract::canonical::sha256;
use firebox_protocol::Code;
use rusqlite::{Connection, params};

use crate::log::database::{LogError, from_stored, stored};

/// Shortest reason in characters, runs of white space counted as one.
const MIN_CHARACTERS: usize = 15;
/// Longest reason in characters.
pub(crate) const MAX_CHARACTERS: usize = 500;
/// Reasons of a person that are remembered.
const REMEMBERED: usize = 3;

/// A reason that says something; its words stand in the entry alone.
pub(crate) struct Reason {
    hash: [u8; 32],
}

impl Reason {
    /// Reads a reason: trimmed, at least fifteen characters.
    pub(crate) fn read(text: &str) -> Result<Self, Code> {
        let text = text.trim();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let allowed = |sign: char| !sign.is_control() || sign == '\n';
        if text.chars().count() > MAX_CHARACTERS || !text.chars().all(allowed) {
            return Err(Code::Malformed);
        }
        if words.chars().count() < MIN_CHARACTERS {
            return Err(Code::ReasonTooShort);
        }
        Ok(Self {
            hash: folded(&words),
        })
    }
}

/// The last reasons of each person. A copy of the table in memory.
#[derive(Default)]
pub(crate) struct Reasons(HashMap<String, VecDeque<Given>>);

struct Given {
    entry: u64,
    hash: [u8; 32],
}

impl Reasons {
    /// Reads them.
    pub(crate) fn load(conn: &Connection) -> Result<Self, LogError> {
        let mut reasons = Self::default();
        let sql = "SELECT folded, entry, hash FROM reason_given ORDER BY entry";
        let mut statement = conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let given = Given {
                entry: from_stored(row.get(1)?),
                hash: row.get(2)?,
            };
            reasons.0.entry(row.get(0)?).or_default().push_back(given);
        }
        Ok(reasons)
    }

    /// Tells whether a reason is one of the person's last three.
    pub(crate) fn have(&self, person: &str, reason: &Reason) -> bool {
        let of_person = self.0.get(person);
        of_person.is_some_and(|given| given.iter().any(|one| one.hash == reason.hash))
    }

    /// Remembers a reason of the person, and forgets what is older than three.
    pub(crate) fn remember(
        &mut self,
        conn: &Connection,
        person: &str,
        reason: Reason,
        entry: u64,
    ) -> rusqlite::Result<()> {
        let sql = "INSERT INTO reason_given (entry, folded, hash) VALUES (?1, ?2, ?3)";
        conn.prepare_cached(sql)?
            .execute(params![stored(entry), person, reason.hash])?;
        let of_person = self.0.entry(person.to_owned()).or_default();
        let hash = reason.hash;
        of_person.push_back(Given { entry, hash });
        while of_person.len() > REMEMBERED {
            if let Some(oldest) = of_person.pop_front() {
                conn.prepare_cached("DELETE FROM reason_given WHERE entry = ?1")?
                    .execute([stored(oldest.entry)])?;
            }
        }
        Ok(())
    }
}

/// Hashes what is left of a reason when case, spaces and punctuation are not
/// counted: a full stop more is the same reason.
fn folded(words: &str) -> [u8; 32] {
    let signs = words.chars().filter(|sign| sign.is_alphanumeric());
    let text: String = signs.flat_map(char::to_lowercase).collect();
    sha256(&[b"fbx-reason-v1", text.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<Code> {
        Reason::read(text).err()
    }

    #[test]
    fn a_reason_of_spaces_or_of_less_than_fifteen_characters_is_too_short() {
        assert_eq!(code(&" ".repeat(40)), Some(Code::ReasonTooShort));
        assert_eq!(code("Visit today  .  "), Some(Code::ReasonTooShort));
        assert_eq!(code("a                   b"), Some(Code::ReasonTooShort));
        assert_eq!(code("Repair at two."), Some(Code::ReasonTooShort));
        assert_eq!(code("Repair at two pm"), None);
        assert_eq!(code(&"é".repeat(15)), None);
    }

    #[test]
    fn a_reason_too_long_or_with_control_characters_does_not_read() {
        assert_eq!(code(&"x".repeat(500)), None);
        assert_eq!(code(&"x".repeat(501)), Some(Code::Malformed));
        assert_eq!(
            code("Visit for a repair\u{1b}[2J today"),
            Some(Code::Malformed)
        );
        assert_eq!(code("Visit for a repair\nand a gas check"), None);
    }

    #[test]
    fn the_same_words_are_the_same_reason_whatever_their_case_and_punctuation() {
        let hash = |text: &str| Reason::read(text).map(|reason| reason.hash).ok();
        let first = hash("Visit for a gas repair");
        assert_eq!(first, hash("visit  FOR a gas repair!"));
        assert_ne!(first, hash("Visit for a gas repair at 15"));
    }
}
