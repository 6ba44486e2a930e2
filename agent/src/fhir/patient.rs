//! A patient in the columns of a row. Of several names, addresses and numbers
//! the one in use now is taken; what is old or over is passed by.

use serde::Deserialize;

use super::entry::{Concept, Period};

/// The system of NHS numbers.
const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";
/// Most lines of an address that have a column of their own.
const LINES: usize = 3;

#[derive(Deserialize)]
pub(super) struct Patient {
    meta: Option<Meta>,
    #[serde(default)]
    identifier: Vec<Identifier>,
    #[serde(default)]
    name: Vec<Name>,
    #[serde(default)]
    telecom: Vec<Telecom>,
    #[serde(rename = "birthDate")]
    birth_date: Option<String>,
    #[serde(rename = "deceasedBoolean")]
    deceased: Option<bool>,
    #[serde(rename = "deceasedDateTime")]
    deceased_at: Option<String>,
    #[serde(default)]
    address: Vec<Address>,
    #[serde(default)]
    communication: Vec<Communication>,
    #[serde(default)]
    extension: Vec<Extension>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "lastUpdated")]
    last_updated: Option<String>,
}

#[derive(Deserialize)]
struct Identifier {
    system: Option<String>,
    value: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
}

#[derive(Deserialize)]
struct Name {
    #[serde(rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    prefix: Vec<Option<String>>,
    #[serde(default)]
    given: Vec<Option<String>>,
    family: Option<String>,
    period: Option<Period>,
}

#[derive(Deserialize)]
struct Telecom {
    system: Option<String>,
    value: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    rank: Option<u32>,
    period: Option<Period>,
}

#[derive(Deserialize)]
struct Address {
    #[serde(rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    line: Vec<Option<String>>,
    city: Option<String>,
    #[serde(rename = "postalCode")]
    postcode: Option<String>,
    period: Option<Period>,
}

#[derive(Deserialize)]
struct Communication {
    #[serde(default)]
    language: Concept,
    preferred: Option<bool>,
    #[serde(default)]
    extension: Vec<Extension>,
}

#[derive(Deserialize)]
struct Extension {
    url: Option<String>,
    #[serde(rename = "valueBoolean")]
    answer: Option<bool>,
    #[serde(rename = "valueCodeableConcept")]
    concept: Option<Concept>,
    #[serde(default)]
    extension: Vec<Extension>,
}

/// Values of a row, as [`super::COLUMNS`] names them.
#[derive(Default)]
pub(super) struct Values {
    pub(super) nhs_number: String,
    pub(super) title: String,
    pub(super) family: String,
    pub(super) given: String,
    pub(super) middle: String,
    pub(super) usual: String,
    pub(super) birth_date: String,
    pub(super) deceased: String,
    pub(super) phone: String,
    pub(super) sms: String,
    pub(super) email: String,
    pub(super) lines: [String; LINES],
    pub(super) postcode: String,
    pub(super) language: String,
    pub(super) interpreter: String,
    pub(super) last_updated: String,
}

impl Patient {
    /// Gives the values in use on `today` (YYYY-MM-DD).
    pub(super) fn values(&self, today: &str) -> Values {
        let legal = self.legal_name(today);
        let given = legal.map(|name| filled(&name.given)).unwrap_or_default();
        let (first, rest) = given.split_first().unwrap_or((&"", &[]));
        let updated = self
            .meta
            .as_ref()
            .and_then(|meta| meta.last_updated.as_deref());
        let address = self.home(today);
        Values {
            nhs_number: self.nhs_number(),
            title: legal
                .map(|name| filled(&name.prefix).join(" "))
                .unwrap_or_default(),
            family: legal.map(|name| text(&name.family)).unwrap_or_default(),
            given: (*first).to_owned(),
            middle: rest.join(" "),
            usual: self.usual_name(today),
            birth_date: full_date(self.birth_date.as_deref()),
            deceased: self.deceased(),
            phone: self.telecom("phone", today),
            sms: self.telecom("sms", today),
            email: self.telecom("email", today),
            lines: address.map(Address::lines).unwrap_or_default(),
            postcode: address
                .map(|address| text(&address.postcode))
                .unwrap_or_default(),
            language: self.language(),
            interpreter: self.interpreter(),
            last_updated: full_date(updated.and_then(|text| text.get(..10))),
        }
    }

    fn nhs_number(&self) -> String {
        let mut numbers = self.identifier.iter().filter(|identifier| {
            identifier.system.as_deref() == Some(NHS_NUMBER)
                && identifier.purpose.as_deref() != Some("old")
        });
        numbers
            .find_map(|number| number.value.clone())
            .unwrap_or_default()
    }

    /// The official name; else the usual one, which is the main name of some
    /// registers; else one that says nothing of its use.
    fn legal_name(&self, today: &str) -> Option<&Name> {
        let of_use = |wanted: Option<&str>| {
            let mut names = self.names(today);
            names.find(move |name| name.purpose.as_deref() == wanted)
        };
        of_use(Some("official"))
            .or_else(|| of_use(Some("usual")))
            .or_else(|| of_use(None))
    }

    fn usual_name(&self, today: &str) -> String {
        let usual = ["usual", "nickname"].into_iter().find_map(|wanted| {
            let mut names = self.names(today);
            names.find(|name| name.purpose.as_deref() == Some(wanted))
        });
        let given = usual.map(|name| filled(&name.given)).unwrap_or_default();
        given
            .first()
            .map_or_else(String::new, |&first| first.to_owned())
    }

    fn names(&self, today: &str) -> impl Iterator<Item = &Name> {
        let names = self.name.iter();
        names.filter(move |name| !is_over(name.period.as_ref(), today))
    }

    /// "true", or the day where the whole of it is known.
    fn deceased(&self) -> String {
        let day = self.deceased_at.as_deref();
        let dated = full_date(day.map(|text| text.get(..10).unwrap_or(text)));
        match (
            dated.is_empty(),
            day.is_some() || self.deceased == Some(true),
        ) {
            (false, _) => dated,
            (true, true) => "true".to_owned(),
            (true, false) => String::new(),
        }
    }

    fn telecom(&self, system: &str, today: &str) -> String {
        let candidates = self.telecom.iter().filter(|telecom| {
            telecom.system.as_deref() == Some(system)
                && telecom.purpose.as_deref() != Some("old")
                && !is_over(telecom.period.as_ref(), today)
        });
        let first = candidates.min_by_key(|telecom| telecom.rank.unwrap_or(u32::MAX));
        first
            .map(|telecom| text(&telecom.value))
            .unwrap_or_default()
    }

    /// The home; else an address that says nothing of its use.
    fn home(&self, today: &str) -> Option<&Address> {
        let of_use = |wanted: Option<&str>| {
            self.address.iter().find(|address| {
                address.purpose.as_deref() == wanted && !is_over(address.period.as_ref(), today)
            })
        };
        of_use(Some("home")).or_else(|| of_use(None))
    }

    /// The preferred language; else the first, here or in the extension of the NHS.
    fn language(&self) -> String {
        let preferred = self
            .communication
            .iter()
            .find(|c| c.preferred == Some(true));
        let own = preferred
            .or(self.communication.first())
            .map(|c| &c.language);
        let nhs = || {
            let mut extensions = self.extension.iter().flat_map(|outer| &outer.extension);
            extensions.find_map(|inner| {
                let concept = inner.concept.as_ref();
                concept.filter(|_| inner.url.as_deref() == Some("language"))
            })
        };
        let concept = own.or_else(nhs);
        let mut codes = concept.into_iter().flat_map(|concept| &concept.coding);
        codes
            .find_map(|coding| coding.code.clone())
            .unwrap_or_default()
    }

    fn interpreter(&self) -> String {
        let outer = self.extension.iter();
        let mut all = outer.chain(self.communication.iter().flat_map(|c| &c.extension));
        let needed = all.any(|outer| {
            outer.asks_for_interpreter()
                || outer.extension.iter().any(Extension::asks_for_interpreter)
        });
        if needed {
            "true".to_owned()
        } else {
            String::new()
        }
    }
}

impl Address {
    /// Lines and town in three lines, what is over in the last.
    fn lines(&self) -> [String; LINES] {
        let mut all = filled(&self.line);
        all.extend(
            self.city
                .as_deref()
                .map(str::trim)
                .filter(|city| !city.is_empty()),
        );
        let last = all.split_off(all.len().min(LINES - 1));
        let mut lines: [String; LINES] = std::array::from_fn(|at| {
            all.get(at)
                .map_or_else(String::new, |&line| line.to_owned())
        });
        lines[LINES - 1] = last.join(", ");
        lines
    }
}

impl Extension {
    fn asks_for_interpreter(&self) -> bool {
        let url = self.url.as_deref().unwrap_or_default();
        let is_named =
            url == "interpreterRequired" || url.ends_with("/patient-interpreterRequired");
        is_named && self.answer == Some(true)
    }
}

fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}

fn filled(values: &[Option<String>]) -> Vec<&str> {
    let values = values.iter().flatten().map(|value| value.trim());
    values.filter(|value| !value.is_empty()).collect()
}

/// Gives a date of which the day is known; a year or a month alone is none.
fn full_date(text: Option<&str>) -> String {
    text.filter(|text| text.len() == 10)
        .unwrap_or_default()
        .to_owned()
}

/// Tells whether a period ended before `today`, as far as its end is known.
fn is_over(period: Option<&Period>, today: &str) -> bool {
    let end = period.and_then(|period| period.end.as_deref());
    end.is_some_and(|end| {
        let length = end.len().min(today.len());
        end.get(..length) < today.get(..length)
    })
}
