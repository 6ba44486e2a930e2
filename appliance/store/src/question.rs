//! A question as the gate brought it, not yet permitted.

use firebox_protocol::{Ask, PersonBy, PropertyBy, query};

/// A query with the permit it came with.
pub(crate) struct Question {
    /// [`firebox_protocol::Permit`] as sealed.
    pub(crate) permit: Vec<u8>,
    /// The query's bytes.
    pub(crate) query: Vec<u8>,
}

impl Question {
    /// Tells whether the answer is a few rows that an index finds. Words may
    /// read the whole index, a day's visits hold many of them, and a decision
    /// waits for the writer and the keeper.
    pub(crate) fn is_quick(&self) -> bool {
        match query::from_bytes(&self.query).map(|query| query.ask) {
            Ok(
                Ask::Property(PropertyBy::Uprn(_))
                | Ask::Sources
                | Ask::Envelope { .. }
                | Ask::Correction(_)
                | Ask::View(_)
                | Ask::Person(PersonBy::Phone(_) | PersonBy::NhsNumber(_) | PersonBy::Reference(_)),
            ) => true,
            // A house with a name is found by its words.
            Ok(Ask::Property(PropertyBy::Place { number, .. })) => {
                number.bytes().any(|byte| byte.is_ascii_digit())
            }
            Ok(
                Ask::Property(PropertyBy::Address(_))
                | Ask::Person(PersonBy::Name { .. })
                | Ask::Visits { .. }
                | Ask::Correct(_)
                | Ask::Report(_)
                | Ask::DecideHold { .. },
            )
            | Err(_) => false,
        }
    }
}
