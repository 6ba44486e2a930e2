//! Receipts: an entry, its proof and a checkpoint in one text that anybody can
//! check without the box (C2SP `tlog-proof@v1`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::leaf::LEAF_BYTES;
use super::tree::Hash;

/// First line of every receipt.
const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// One entry, whole.
#[derive(Clone)]
pub struct Entry {
    /// The leaf.
    pub leaf: [u8; LEAF_BYTES],
    /// The salt of its commitment.
    pub salt: [u8; 32],
    /// Its body, canonical JSON.
    pub body: Vec<u8>,
}

/// Writes the receipt of an entry: `index` and `path` (leaf to root) place it in
/// the tree of `checkpoint`, a signed note that ends in a newline.
pub fn text(entry: &Entry, index: u64, path: &[Hash], checkpoint: &str) -> String {
    let [leaf, salt, body] =
        [&entry.leaf[..], &entry.salt, &entry.body].map(|b| STANDARD.encode(b));
    let extra = STANDARD.encode(format!(
        r#"{{"body":"{body}","leaf":"{leaf}","salt":"{salt}"}}"#
    ));
    let mut text = format!("{FIRST_LINE}\nextra {extra}\nindex {index}\n");
    for hash in path {
        text.push_str(&STANDARD.encode(hash));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(checkpoint);
    text
}
