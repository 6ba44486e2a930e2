//! A bundle cut into its entries, one in memory at a time.
//!
//! ```text
//! Start --{--> FirstMember --key: value--> NextMember --,--> ...
//!                   |   "entry": [              ^   |
//!                   `--> FirstEntry --{..}--> NextEntry --,--> ...
//!                              `------- ] ------'
//! NextMember --}--> End --end of file--> done
//! ```
//!
//! It finds where a value ends and no more; whether the value is sound is for
//! whoever reads it. What stands between the values is checked here.

use std::io::{BufRead, ErrorKind};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::BundleError;
use super::scan::{Scan, Step, is_blank};
use crate::export::ExportError;

/// Most bytes of one entry, and of any other value of the bundle: as for a row
/// of a CSV file.
pub(super) const ENTRY_BYTES: usize = 512 * 1024;
/// Deepest nesting of one value. FHIR resources seldom pass ten.
const NESTING: u32 = 64;

/// Cuts a bundle.
pub(super) struct Cutter<R> {
    inner: R,
    place: Place,
    /// Bytes used so far.
    at: u64,
    entries: u64,
    said: Said,
    buffer: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    FirstMember,
    NextMember,
    FirstEntry,
    NextEntry,
    End,
}

/// What the bundle says of itself.
#[derive(Default)]
struct Said {
    is_bundle: bool,
    is_whole: bool,
    has_entries: bool,
    has_links: bool,
    total: Option<u64>,
}

/// Where an entry stands.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    /// Its place among the entries; the first is 1.
    pub(super) number: u64,
    /// Its first byte, counted from the start of the text.
    pub(super) start: u64,
}

#[derive(Deserialize)]
struct Link {
    relation: String,
}

impl<R: BufRead> Cutter<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            place: Place::Start,
            at: 0,
            entries: 0,
            said: Said::default(),
            buffer: Vec::new(),
        }
    }

    /// Gives the bytes of the entry that was cut last.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Gives `total` as the bundle says it.
    pub(super) fn total(&self) -> Option<u64> {
        self.said.total
    }

    /// Cuts the next entry; none after the last, when the bundle is closed.
    pub(super) fn next(&mut self) -> Result<Option<Cut>, ExportError> {
        loop {
            match self.place {
                Place::Start => self.open()?,
                Place::FirstMember | Place::NextMember => self.member()?,
                Place::FirstEntry | Place::NextEntry => {
                    if let Some(cut) = self.entry()? {
                        return Ok(Some(cut));
                    }
                }
                Place::End => return self.end().map(|()| None),
            }
        }
    }

    fn open(&mut self) -> Result<(), ExportError> {
        match self.token()? {
            None => Err(ExportError::Empty),
            Some(b'{') => {
                self.used(1);
                self.place = Place::FirstMember;
                Ok(())
            }
            Some(_) => Err(BundleError::NotABundle.into()),
        }
    }

    fn member(&mut self) -> Result<(), ExportError> {
        let mut token = self.must()?;
        if token == b'}' {
            self.used(1);
            self.place = Place::End;
            return Ok(());
        }
        if self.place == Place::NextMember {
            self.expect(b',')?;
            token = self.must()?;
        }
        if token != b'"' {
            return Err(self.malformed());
        }
        self.cut()?;
        let key: String = self.parse()?;
        self.expect(b':')?;
        self.place = Place::NextMember;
        if key == "entry" {
            self.once(self.said.has_entries)?;
            self.said.has_entries = true;
            self.expect(b'[')?;
            self.place = Place::FirstEntry;
            return Ok(());
        }
        self.must()?;
        self.cut()?;
        self.note(&key)
    }

    /// Notes what the bundle says of itself; of all else only that it is sound.
    fn note(&mut self, key: &str) -> Result<(), ExportError> {
        match key {
            "resourceType" => {
                self.once(self.said.is_bundle)?;
                self.said.is_bundle = self.parse::<String>()? == "Bundle";
                self.demand(self.said.is_bundle, BundleError::NotABundle)
            }
            "type" => {
                self.once(self.said.is_whole)?;
                let kind: String = self.parse()?;
                self.said.is_whole = ["collection", "searchset"].contains(&kind.as_str());
                self.demand(self.said.is_whole, BundleError::Type)
            }
            "total" => {
                self.once(self.said.total.is_some())?;
                self.said.total = Some(self.parse()?);
                Ok(())
            }
            "link" => {
                self.once(self.said.has_links)?;
                self.said.has_links = true;
                let links: Vec<Link> = self.parse()?;
                let goes_on = links.iter().any(|link| link.relation == "next");
                self.demand(!goes_on, BundleError::Page)
            }
            _ => self.parse::<IgnoredAny>().map(drop),
        }
    }

    fn entry(&mut self) -> Result<Option<Cut>, ExportError> {
        let mut token = self.must()?;
        if token == b']' {
            self.used(1);
            self.place = Place::NextMember;
            return Ok(None);
        }
        if self.place == Place::NextEntry {
            self.expect(b',')?;
            token = self.must()?;
        }
        if token != b'{' {
            return Err(self.malformed());
        }
        let start = self.at;
        self.cut()?;
        self.place = Place::NextEntry;
        self.entries += 1;
        let number = self.entries;
        Ok(Some(Cut { number, start }))
    }

    fn end(&mut self) -> Result<(), ExportError> {
        if self.token()?.is_some() {
            return Err(self.malformed());
        }
        self.demand(self.said.is_bundle, BundleError::NotABundle)?;
        self.demand(self.said.is_whole, BundleError::Type)
    }

    /// Takes one value into the buffer.
    fn cut(&mut self) -> Result<(), ExportError> {
        let entry = self.entries + 1;
        self.buffer.clear();
        let mut scan = Scan::default();
        loop {
            let chunk = fill(&mut self.inner, self.entries)?;
            if chunk.is_empty() {
                return Err(BundleError::CutShort.into());
            }
            let mut used = 0;
            let mut ended = false;
            for &byte in chunk {
                let step = scan.step(byte, self.buffer.len() + used == 0);
                used += usize::from(step != Step::EndedBefore);
                if step != Step::More {
                    ended = true;
                    break;
                }
            }
            self.buffer.extend_from_slice(&chunk[..used]);
            self.used(used);
            if scan.deepest > NESTING {
                return Err(BundleError::TooDeep { entry }.into());
            }
            if self.buffer.len() > ENTRY_BYTES {
                return Err(BundleError::EntryTooLong { entry }.into());
            }
            if ended {
                return Ok(());
            }
        }
    }

    fn parse<'b, T: Deserialize<'b>>(&'b self) -> Result<T, ExportError> {
        serde_json::from_slice(&self.buffer).map_err(|_| self.malformed())
    }

    /// Passes over blanks and gives the byte after them; none at the end.
    fn token(&mut self) -> Result<Option<u8>, ExportError> {
        loop {
            let chunk = fill(&mut self.inner, self.entries)?;
            let blank = chunk.iter().take_while(|byte| is_blank(**byte)).count();
            let token = chunk.get(blank).copied();
            let at_end = chunk.is_empty();
            self.used(blank);
            if token.is_some() || at_end {
                return Ok(token);
            }
        }
    }

    fn must(&mut self) -> Result<u8, ExportError> {
        self.token()?.ok_or(BundleError::CutShort.into())
    }

    fn expect(&mut self, wanted: u8) -> Result<(), ExportError> {
        if self.must()? != wanted {
            return Err(self.malformed());
        }
        self.used(1);
        Ok(())
    }

    fn used(&mut self, count: usize) {
        self.inner.consume(count);
        self.at += count as u64;
    }

    fn once(&self, before: bool) -> Result<(), ExportError> {
        if before {
            Err(self.malformed())
        } else {
            Ok(())
        }
    }

    fn demand(&self, holds: bool, error: BundleError) -> Result<(), ExportError> {
        if holds { Ok(()) } else { Err(error.into()) }
    }

    fn malformed(&self) -> ExportError {
        let entry = self.entries;
        BundleError::Malformed { entry }.into()
    }
}

fn fill<R: BufRead>(inner: &mut R, entry: u64) -> Result<&[u8], ExportError> {
    inner.fill_buf().map_err(|e| match e.kind() {
        ErrorKind::InvalidData => BundleError::NotUtf8 { entry }.into(),
        _ => ExportError::Unreadable(e),
    })
}
