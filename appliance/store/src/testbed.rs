//! What tests build on: a council's settings, an agent that seals real batches,
//! a keeper on a real Unix socket, and a store with its threads.

mod advisers;
mod agent;
mod bed;
mod caseworker;
mod finder;
mod keeper;

use std::path::Path;

use age::x25519::Identity;
use firebox_contract::Vocabulary;
use firebox_contract::batch::{GoneReason, Line};
use firebox_contract::canonical;
use firebox_contract::record::{
    Class, HazardFlag, Location, Owner, Phone, Place, Property, Reason, Record, State, Subject,
    Uprn,
};
use firebox_contract::signing::SigningKey;
use firebox_protocol::mac::MacKey;
use firebox_protocol::permit::fields;
use firebox_protocol::query::MAX_MATCHES;
use firebox_protocol::{Action, Ask, Permit, Query, Settings};
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::Keys;
use crate::rules::Rules;

pub(crate) use advisers::{address, email, marker, phone, proxy, sam, told_on};
pub(crate) use agent::TestAgent;
pub(crate) use bed::{Bed, folder};
pub(crate) use finder::{
    by_name_at, by_name_born, by_nhs, by_phone, called, home_at, known_as, person_line,
};

pub(crate) const SETTINGS: &str = r#"
version = 1
[box]
council = "Northbridge"
domain = "northbridge.example.gov.uk"
name = "box-1"
duty_line = "01632 960000"
[listen]
public = "127.0.0.1:8443"
intake = "127.0.0.1:8444"
hosts = ["localhost"]
[[service]]
id = "community-safety"
name = "Community Safety"
phone = "01632 960100"
sources = ["caution-list"]
fresh_for_hours = 24
stopped_after_hours = 72
[[service]]
id = "housing"
name = "Housing"
phone = "01632 960200"
sources = ["housing-properties", "housing-tenancies"]
fresh_for_hours = 24
stopped_after_hours = 72
"#;

pub(crate) fn settings() -> Settings {
    Settings::parse(SETTINGS).unwrap()
}

pub(crate) fn vocabulary() -> Vocabulary {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/vocabulary");
    Vocabulary::read(|file: &'static str| std::fs::read_to_string(folder.join(file))).unwrap()
}

pub(crate) fn rules() -> Rules {
    Rules::new(vocabulary())
}

pub(crate) fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

pub(crate) fn permit_key() -> MacKey {
    MacKey::new([8; 32])
}

pub(crate) fn receipt_key() -> SigningKey {
    SigningKey::from_seed(&[3; 32])
}

pub(crate) fn identity() -> Identity {
    // The same at every start of a test, as a key file would be.
    static TEXT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    use age::secrecy::ExposeSecret;
    TEXT.get_or_init(|| Identity::generate().to_string().expose_secret().to_owned())
        .parse()
        .unwrap()
}

pub(crate) fn keys() -> Keys {
    Keys {
        database: Zeroizing::new([1; 32]),
        batch: identity(),
        permit: permit_key(),
        buckets: Zeroizing::new([2; 32]),
    }
}

pub(crate) fn uprn(number: u64) -> Uprn {
    Uprn::parse(&number.to_string()).unwrap()
}

/// A violent-person flag at UPRN 100.
pub(crate) fn flag() -> HazardFlag {
    HazardFlag {
        subject: Subject::PersonAtProperty,
        location: Location::Uprn(uprn(100)),
        code: "violence-physical".into(),
        source_code: "PA".into(),
        controls: vec!["visit-in-pairs".into()],
        owner: Owner::parse("Community Safety", "01632 960100", "9 to 5", "").unwrap(),
        class: Class::Standard,
        recorded_on: "2026-03-01".parse().unwrap(),
        review_due: "2026-08-01".parse().unwrap(),
        relevant_services: Vec::new(),
        occupancy_bound: false,
        state: State::Active,
        end: None,
    }
}

pub(crate) fn flag_at(location: Location) -> Record {
    Record::Hazard(Box::new(HazardFlag { location, ..flag() }))
}

pub(crate) fn place(line: &str, postcode: &str) -> Place {
    Place::parse(line.split(", "), postcode).unwrap()
}

pub(crate) fn property(number: u64, line: &str, postcode: &str, parent: Option<u64>) -> Record {
    Record::Property(Property {
        uprn: uprn(number),
        place: place(line, postcode),
        parent: parent.map(uprn),
        classification: None,
    })
}

pub(crate) fn put_line(key: &str, version: u64, record: Record) -> Line {
    let source_time = "2026-05-01T00:00:00Z".parse().unwrap();
    Line::Put {
        key: key.into(),
        version,
        source_time,
        record,
        envelope: None,
    }
}

pub(crate) fn gone_line(key: &str, version: u64, reason: GoneReason) -> Line {
    Line::Gone {
        key: key.into(),
        version,
        reason,
    }
}

pub(crate) fn held_line(key: &str, version: u64, at: Option<u64>, place: Option<Place>) -> Line {
    Line::Held {
        key: key.into(),
        version,
        uprn: at.map(uprn),
        place,
        reason: Reason::ReviewMissing,
        phone: Phone::parse("01632 960100").unwrap(),
    }
}

pub(crate) fn query_for(ask: Ask) -> Query {
    Query {
        purpose: "visit".into(),
        reference: None,
        ask,
    }
}

pub(crate) fn permit_for(
    id: [u8; 16],
    query: &[u8],
    action: Action,
    nonce: [u8; 16],
    end: u64,
) -> Permit {
    Permit {
        id,
        query: canonical::sha256(&[query]),
        action,
        fields: match action {
            Action::Sources => fields::SOURCES,
            Action::Envelope => fields::ENVELOPE,
            Action::Correct | Action::Report | Action::Correction => fields::CORRECTIONS,
            _ => fields::WARNINGS,
        },
        session: [0; 32],
        log_index: 41,
        max_rows: MAX_MATCHES,
        store_nonce: nonce,
        expires_boottime_ms: end,
    }
}
