//! The words of an answer: from the store's codes to what an officer reads.
//!
//! Pure: codes, the vocabulary, the day and the session go in, JSON types come
//! out. The invariants: level 1 is made of codes and names of teams alone; an
//! answer is called complete only when one address matched, every source is
//! fresh and nothing unread is held there, whatever the store says; nothing that
//! names a cause is shown of a person; a detail is shown whole or not at all.

pub(crate) mod correction;
pub(crate) mod flag;
pub(crate) mod found;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod released;
pub(crate) mod source;
pub(crate) mod writer;

pub(crate) use correction::Standing;
pub(crate) use found::Found;
pub(crate) use people::{Asked, People};
pub(crate) use person::Person;
pub(crate) use released::{Released, written};
pub(crate) use source::Feed;
pub(crate) use writer::Writer;
