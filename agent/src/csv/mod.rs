//! Reading comma-separated exports the strict way.
//!
//! What it is: bytes to text (`encoding`), text to records (`records`), records
//! to rows under a header (`table`). What it is not: it knows nothing of what a
//! column means. The invariant it keeps: a file that is cut short, swallowed by
//! an open quote or read in the wrong encoding ends in an error and never in
//! fewer rows; a single bad row comes out marked, never mended.

pub(crate) mod encoding;
pub(crate) mod records;
pub(crate) mod table;

pub(crate) use encoding::Charset;
pub(crate) use records::Row;
pub(crate) use table::{Columns, Table};
