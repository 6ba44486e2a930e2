//! What a receipt says, for its page to repeat in words. A C2SP tlog-proof:
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra base64 of {"body","leaf","salt"}, each base64
//! index n
//! path, a hash a line
//!
//! checkpoint: origin, size, root, signatures
//! ```
//!
//! What it is not: a check. The box made the receipt and would find itself
//! right; whoever doubts it checks the file elsewhere.

use std::fmt::Write;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;

/// What a receipt says.
pub(super) struct Proof {
    /// The entry's index.
    pub(super) entry: u64,
    /// When it was made.
    pub(super) at: Timestamp,
    /// Its hash in the tree, 64 hexadecimal digits.
    pub(super) hash: String,
    /// What it says.
    pub(super) body: Body,
    /// The log it stands in.
    pub(super) origin: String,
    /// How many entries the checkpoint covers.
    pub(super) size: String,
    /// The root of the checkpoint, base64.
    pub(super) root: String,
}

/// What an entry of a release says, as far as its receipt's page repeats it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Body {
    pub(super) person: String,
    pub(super) by: String,
    pub(super) decision: String,
    pub(super) fields: Vec<String>,
    pub(super) purpose: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) ground: Option<String>,
    pub(super) happening: Option<String>,
    pub(super) first_entry: Option<u64>,
    pub(super) policy: Option<String>,
}

#[derive(Deserialize)]
struct Extra {
    body: String,
    leaf: String,
}

/// The index is the first number of a leaf, its time the second.
const INDEX: Range<usize> = 0..8;
const TIME: Range<usize> = 8..16;

/// Reads a receipt. None: it is another kind of text than the box makes.
pub(super) fn read(receipt: &str) -> Option<Proof> {
    let (proof, note) = receipt.split_once("\n\n")?;
    let extra = proof.lines().find_map(|line| line.strip_prefix("extra "))?;
    let extra: Extra = serde_json::from_slice(&STANDARD.decode(extra).ok()?).ok()?;
    let leaf = STANDARD.decode(&extra.leaf).ok()?;
    let body = STANDARD.decode(&extra.body).ok()?;
    let number = |at: Range<usize>| Some(u64::from_be_bytes(leaf.get(at)?.try_into().ok()?));
    let time_ms = i64::try_from(number(TIME)?).ok()?;
    let mut note = note.lines().map(str::to_owned);
    Some(Proof {
        entry: number(INDEX)?,
        at: Timestamp::from_millisecond(time_ms).ok()?,
        hash: leaf_hash(&leaf),
        body: serde_json::from_slice(&body).ok()?,
        origin: note.next()?,
        size: note.next()?,
        root: note.next()?,
    })
}

fn leaf_hash(leaf: &[u8]) -> String {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    context.update(&[0]);
    context.update(leaf);
    let mut text = String::with_capacity(64);
    for byte in context.finish().as_ref() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Groups the digits of a hash by eight, to be read out and compared.
pub(super) fn grouped(hash: &str) -> String {
    let signs: Vec<char> = hash.chars().collect();
    let groups = signs
        .chunks(8)
        .map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_receipt_of_the_vectors_reads_as_its_page_explains_it() {
        let vector = include_str!("../../../../../tests/vectors/receipt.json");
        let vector: serde_json::Value = serde_json::from_str(vector).unwrap();
        let proof = read(vector["receipt"].as_str().unwrap()).unwrap();
        assert_eq!((proof.entry, proof.body.person.as_str()), (3, "a.patel"));
        assert_eq!(proof.body.fields, ["note"]);
        assert_eq!(proof.body.purpose.as_deref(), Some("visit"));
        assert_eq!(proof.size, "7");
        assert_eq!(
            proof.origin,
            "firebox.northborough.example.gov.uk/box-1/2026"
        );
        // The formats page works this very hash out.
        let page = include_str!("../../../../../tests/vectors/README.md");
        let hash: Vec<u8> = (0..64)
            .step_by(2)
            .map(|at| u8::from_str_radix(&proof.hash[at..at + 2], 16).unwrap())
            .collect();
        assert!(page.contains(&STANDARD.encode(hash)), "{}", proof.hash);
    }

    #[test]
    fn what_is_no_receipt_is_none() {
        for wrong in [
            "",
            "c2sp.org/tlog-proof@v1\nextra QUJD\n",
            "a\n\nb",
            "extra e30=\n\na\nb\nc",
        ] {
            assert!(read(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn a_hash_is_read_out_by_eight() {
        assert_eq!(grouped("0123456789abcdef"), "01234567 89abcdef");
    }
}
