//! 4,096 sums over everything the store holds.
//!
//! SQLCipher proves that a page was written with the key, not that it is the
//! newest one. So each record adds HMAC(id, version, content) to the bucket its
//! id falls in, in the same transaction as the record; taking a record out
//! subtracts it. The root over all buckets is the manifest the keeper logs.

use std::collections::BTreeSet;

use firebox_contract::canonical::sha256;
use firebox_contract::setsum::SetSum;
use hmac::{Hmac, Mac};
use rusqlite::Connection;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::database::DatabaseError;

/// Number of buckets: small enough to write whole, large enough to name where a page was put back.
pub(crate) const BUCKETS: usize = 4096;

/// What a leaf stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// A statement.
    Put = 1,
    /// A row the agent could not read.
    Held = 2,
    /// A line the box could not read.
    Unread = 3,
    /// Something gone.
    Tombstone = 4,
}

/// One record's share of its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    bucket: u16,
    hash: [u8; 32],
}

/// The HMAC key of the buckets, ready for use. No `Debug`.
#[derive(Clone)]
pub(crate) struct BucketKey(Hmac<Sha256>);

impl BucketKey {
    /// Takes the 32 bytes.
    pub(crate) fn new(bytes: &Zeroizing<[u8; 32]>) -> Self {
        // A key of the block's size needs no hashing and so cannot be refused.
        let mut block = Zeroizing::new([0u8; 64]);
        block[..32].copy_from_slice(&**bytes);
        Self(<Hmac<Sha256> as hmac::digest::KeyInit>::new(
            (&*block).into(),
        ))
    }

    /// Gives a record's share. `content` is what the row holds, already hashed.
    pub(crate) fn leaf(&self, tag: Tag, id: &[u8; 32], version: u64, content: &[u8; 32]) -> Leaf {
        let hash = self.mac(&[
            b"fbx-bucket-v1",
            &[tag as u8],
            id.as_slice(),
            &version.to_be_bytes(),
            content.as_slice(),
        ]);
        Leaf {
            bucket: u16::from_be_bytes([id[0], id[1]]) >> 4,
            hash,
        }
    }

    /// Gives the id a tombstone is kept under: nobody without the key can tell what is gone.
    pub(crate) fn tombstone_id(&self, record: &[u8; 32]) -> [u8; 32] {
        self.mac(&[b"fbx-tombstone-v1", record.as_slice()])
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// Gives a record's id: SHA-256 of source, zero byte, and the service's own key.
pub(crate) fn record_id(source: &str, key: &str) -> [u8; 32] {
    sha256(&[source.as_bytes(), &[0], key.as_bytes()])
}

/// Hashes what a statement's row holds.
pub(crate) fn put_content(member: &[u8], record: &str, envelope: Option<&[u8]>) -> [u8; 32] {
    let length = (record.len() as u64).to_be_bytes();
    sha256(&[
        member,
        &length,
        record.as_bytes(),
        envelope.unwrap_or_default(),
    ])
}

/// The sums, as they stand in one transaction.
#[derive(Clone, Debug)]
pub(crate) struct Buckets {
    sums: Vec<SetSum>,
    changed: BTreeSet<u16>,
}

impl Buckets {
    /// Gives the sums of an empty store.
    pub(crate) fn empty() -> Self {
        Self {
            sums: vec![SetSum::default(); BUCKETS],
            changed: BTreeSet::new(),
        }
    }

    /// Reads the stored sums; a bucket without a row is empty.
    pub(crate) fn load(connection: &Connection) -> Result<Self, DatabaseError> {
        let mut buckets = Self::empty();
        let mut query = connection.prepare("SELECT number, sum FROM bucket")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let number = usize::try_from(row.get::<_, i64>(0)?).ok();
            let slot = number.and_then(|number| buckets.sums.get_mut(number));
            *slot.ok_or(DatabaseError::Row("bucket"))? = SetSum::from_bytes(row.get(1)?);
        }
        Ok(buckets)
    }

    /// Puts a record in.
    pub(crate) fn add(&mut self, leaf: &Leaf) {
        if let Some(sum) = self.sums.get_mut(usize::from(leaf.bucket)) {
            sum.add(&leaf.hash);
            self.changed.insert(leaf.bucket);
        }
    }

    /// Takes a record out.
    pub(crate) fn remove(&mut self, leaf: &Leaf) {
        if let Some(sum) = self.sums.get_mut(usize::from(leaf.bucket)) {
            sum.remove(&leaf.hash);
            self.changed.insert(leaf.bucket);
        }
    }

    /// Gives the manifest: SHA-256 over all sums in order.
    pub(crate) fn root(&self) -> [u8; 32] {
        let parts: Vec<&[u8]> = self
            .sums
            .iter()
            .map(|sum| sum.as_bytes().as_slice())
            .collect();
        sha256(&parts)
    }

    /// Writes the sums that changed, once a transaction.
    pub(crate) fn save(&mut self, connection: &Connection) -> Result<(), DatabaseError> {
        let mut write = connection.prepare_cached(
            "INSERT INTO bucket (number, sum) VALUES (?1, ?2)
             ON CONFLICT (number) DO UPDATE SET sum = excluded.sum",
        )?;
        for number in std::mem::take(&mut self.changed) {
            if let Some(sum) = self.sums.get(usize::from(number)) {
                write.execute((number, sum.as_bytes()))?;
            }
        }
        Ok(())
    }

    /// Names the buckets whose sums differ from `other`'s.
    pub(crate) fn differing(&self, other: &Self) -> Vec<usize> {
        let pairs = self.sums.iter().zip(&other.sums).enumerate();
        pairs
            .filter(|(_, (a, b))| a != b)
            .map(|(number, _)| number)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_falls_in_a_bucket_and_content_moves_the_root() {
        let key = BucketKey::new(&Zeroizing::new([5; 32]));
        let mut buckets = Buckets::empty();
        let empty = buckets.root();
        let leaf = key.leaf(Tag::Put, &[0xff; 32], 1, &[1; 32]);
        assert_eq!(usize::from(leaf.bucket), BUCKETS - 1);
        buckets.add(&leaf);
        let with_one = buckets.root();
        assert_ne!(with_one, empty);
        for other in [
            key.leaf(Tag::Held, &[0xff; 32], 1, &[1; 32]),
            key.leaf(Tag::Put, &[0xff; 32], 2, &[1; 32]),
            key.leaf(Tag::Put, &[0xff; 32], 1, &[2; 32]),
            BucketKey::new(&Zeroizing::new([6; 32])).leaf(Tag::Put, &[0xff; 32], 1, &[1; 32]),
        ] {
            let mut changed = Buckets::empty();
            changed.add(&other);
            assert_ne!(changed.root(), with_one);
        }
        buckets.remove(&leaf);
        assert_eq!(buckets.root(), empty);
    }

    #[test]
    fn a_record_and_an_envelope_never_swap_bytes_unseen() {
        assert_ne!(
            put_content(&[0; 32], "ab", None),
            put_content(&[0; 32], "a", Some(b"b"))
        );
    }
}
