//! The few shapes of FHIR R4 that the bundle of adjustments is made of, and how it is written: one entry
//! at a time, so that no bundle is ever held whole.

use serde::Serialize;
use std::io::{self, BufWriter, Write};

pub(crate) const SNOMED: &str = "http://snomed.info/sct";
pub(crate) const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";

/// A code and where it comes from.
#[derive(Serialize)]
pub(crate) struct Coding<'a> {
    pub(crate) system: &'a str,
    pub(crate) code: &'a str,
}

/// One thing said in codes.
#[derive(Serialize)]
pub(crate) struct Concept<'a> {
    pub(crate) coding: Vec<Coding<'a>>,
}

impl<'a> Concept<'a> {
    pub(crate) fn of(system: &'a str, code: &'a str) -> Self {
        Self {
            coding: vec![Coding { system, code }],
        }
    }
}

/// Something the base resource has no element for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Extension<'a> {
    pub(crate) url: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) extension: Vec<Extension<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value_codeable_concept: Option<Concept<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value_boolean: Option<bool>,
}

#[derive(Serialize)]
pub(crate) struct Identifier<'a> {
    pub(crate) system: &'a str,
    pub(crate) value: &'a str,
}

#[derive(Serialize)]
pub(crate) struct HumanName<'a> {
    #[serde(rename = "use")]
    pub(crate) purpose: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) family: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) given: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) prefix: Vec<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct ContactPoint<'a> {
    pub(crate) system: &'a str,
    pub(crate) value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Address<'a> {
    #[serde(rename = "use")]
    pub(crate) purpose: &'a str,
    pub(crate) line: Vec<String>,
    pub(crate) postal_code: String,
}

#[derive(Serialize)]
pub(crate) struct Communication<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) extension: Vec<Extension<'a>>,
    pub(crate) language: Concept<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Meta {
    pub(crate) last_updated: String,
}

/// A person, as the NHS knows them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Patient<'a> {
    pub(crate) resource_type: &'a str,
    pub(crate) id: &'a str,
    pub(crate) meta: Meta,
    pub(crate) identifier: Vec<Identifier<'a>>,
    pub(crate) name: Vec<HumanName<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) telecom: Vec<ContactPoint<'a>>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) birth_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deceased_date_time: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) address: Vec<Address<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) communication: Vec<Communication<'a>>,
}

#[derive(Serialize)]
pub(crate) struct Reference<'a> {
    pub(crate) reference: &'a str,
}

#[derive(Serialize)]
pub(crate) struct Period {
    pub(crate) start: String,
}

/// Something to know about a patient.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Flag<'a> {
    pub(crate) resource_type: &'a str,
    pub(crate) id: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) extension: Vec<Extension<'a>>,
    pub(crate) status: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) category: Vec<Concept<'a>>,
    pub(crate) code: Concept<'a>,
    pub(crate) subject: Reference<'a>,
    pub(crate) period: Period,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a, R> {
    full_url: &'a str,
    resource: &'a R,
}

/// A bundle being written. Call [`Bundle::finish`], or it is cut short.
pub(crate) struct Bundle<W: Write> {
    out: BufWriter<W>,
    entries: u64,
}

impl<W: Write> Bundle<W> {
    /// Begins a bundle of the type "collection", which has no total.
    pub(crate) fn begin(out: W, timestamp: &str) -> io::Result<Self> {
        let mut out = BufWriter::new(out);
        write!(
            out,
            "{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":\"{timestamp}\",\"entry\":["
        )?;
        Ok(Self { out, entries: 0 })
    }

    /// Writes one entry on a line of its own.
    pub(crate) fn add<R: Serialize>(&mut self, full_url: &str, resource: &R) -> io::Result<()> {
        let separator: &[u8] = if self.entries == 0 { b"\n" } else { b",\n" };
        self.out.write_all(separator)?;
        self.entries += 1;
        serde_json::to_writer(&mut self.out, &Entry { full_url, resource }).map_err(io::Error::from)
    }

    /// Ends the bundle.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()
    }
}
