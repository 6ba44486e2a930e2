//! The bundle of reasonable adjustments: patients of the area, each followed by their flags.
//!
//! Both forms of the flag's code occur, the older and the newer; so do flags that ended and flags of
//! another kind (child protection), of which nothing may land. Codes stand under the category in the
//! newer form and in extensions in the older. It is no answer of a live NHS service.

use crate::circumstances::Circumstances;
use crate::council::Council;
use crate::draw::{Draw, Stream};
use crate::fhir::{
    Address, Bundle, Coding, Communication, Concept, ContactPoint, Extension, Flag, HumanName,
    Identifier, Meta, NHS_NUMBER, Patient, Period, Reference, SNOMED,
};
use crate::people::{self, Person};
use crate::places::{Place, TOWN};
use crate::sample_people::Sample;
use crate::spelling;
use crate::words::{CLINICAL, NEEDS, UNKNOWN_CODES};
use std::io::{self, Write};

/// The codes a flag of reasonable adjustments may have, each with its code system: older, newer.
pub(crate) const ADJUSTMENT_FLAGS: [Code; 2] = [
    ("https://fhir.nhs.uk/CodeSystem/PatientFlagCategory", "NRAF"),
    (
        "https://fhir.nhs.uk/England/CodeSystem/England-FlagCategoryPatient",
        "national-reasonable-adjustment-flag",
    ),
];
/// A flag of another kind.
pub(crate) const FOREIGN_FLAG: Code = (
    "https://fhir.nhs.uk/CodeSystem/PatientFlagCategory",
    "CP-IS",
);

const CATEGORIES: &str = "https://fhir.nhs.uk/England/CodeSystem/England-FlagCategoryRA";
const ADJUSTMENT: &str =
    "https://fhir.nhs.uk/England/StructureDefinition/Extension-England-RA-Adjustment";
const SPOKEN: &str =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSCommunication";
const LANGUAGES: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-HumanLanguage";

/// An adjustment: SNOMED CT code and category.
type Adjustment = (&'static str, &'static str);

/// A code and its code system.
type Code = (&'static str, &'static str);

/// Writes the bundle, and says how many patients it has.
pub(crate) fn write(council: &Council, out: impl Write) -> io::Result<u32> {
    let mut bundle = Bundle::begin(out, &format!("{}T02:00:00Z", council.today()))?;
    let mut patients = 0;
    for property in 0..council.properties() {
        for person in people::at(council, property) {
            if knows(council, &person) {
                write_patient(council, &person, &mut bundle)?;
                patients += 1;
            }
        }
    }
    bundle.finish()?;
    Ok(patients)
}

/// Whether somebody is in the bundle.
pub(crate) fn knows(council: &Council, person: &Person) -> bool {
    let mut draw = Draw::new(council.seed(), Stream::Nhs, person.serial);
    match Sample::of(person) {
        Some(sample) => sample == Sample::Caller,
        None => draw.percent(13) && !person.nhs.is_empty(),
    }
}

fn write_patient<W: Write>(
    council: &Council,
    person: &Person,
    bundle: &mut Bundle<W>,
) -> io::Result<()> {
    let mut draw = Draw::new(council.seed(), Stream::Nhs, 1 << 40 | person.serial);
    let truth = Circumstances::of(council, person);
    let url = url(&mut draw);
    bundle.add(&url, &patient(council, person, &truth, &url, &mut draw))?;
    let adjustments = adjustments(person, &truth, &mut draw);
    let form = ADJUSTMENT_FLAGS[usize::from(draw.percent(50))];
    for (status, code, codes) in flags(person, form, adjustments, &mut draw) {
        let flag_url = self::url(&mut draw);
        let start = council.days_ago(draw.between(10, 600)).to_string();
        bundle.add(
            &flag_url,
            &flag(&flag_url, (status, code), &codes, &url, start),
        )?;
    }
    Ok(())
}

/// Status, code and adjustments of each flag: one in force for those who have adjustments, one that
/// ended for a few, one of another kind for fewer.
fn flags(
    person: &Person,
    form: Code,
    adjustments: Vec<Adjustment>,
    draw: &mut Draw,
) -> Vec<(&'static str, Code, Vec<Adjustment>)> {
    let (ended, foreign) = (draw.percent(6), draw.percent(3));
    let drawn = Sample::of(person).is_none();
    let mut flags = Vec::new();
    if !adjustments.is_empty() {
        flags.push(("active", form, adjustments));
    }
    if ended && drawn {
        flags.push(("inactive", ADJUSTMENT_FLAGS[0], vec![draw.pick(&CLINICAL)]));
    }
    if foreign && drawn {
        flags.push(("active", FOREIGN_FLAG, Vec::new()));
    }
    flags
}

/// What to adjust: the person's needs, now and then one for clinicians or one nobody here knows. A
/// tenth have nothing more than their name here.
fn adjustments(person: &Person, truth: &Circumstances, draw: &mut Draw) -> Vec<Adjustment> {
    let sample = Sample::of(person).is_some();
    let (none, clinical, unknown, language) = (
        draw.percent(10),
        draw.percent(15),
        draw.percent(3),
        draw.percent(40),
    );
    let mut all: Vec<Adjustment> = truth
        .needs
        .iter()
        .map(|need| (need.snomed, need.category))
        .collect();
    if all.is_empty() {
        let at = usize::try_from(draw.below(37)).unwrap_or_default();
        all.push((NEEDS[at].snomed, NEEDS[at].category));
    }
    if clinical || sample {
        all.push(draw.pick(&CLINICAL));
    }
    if unknown && !sample {
        all.push(draw.pick(&UNKNOWN_CODES));
    }
    if language && truth.tongue.is_some_and(|tongue| tongue.1 == "so") {
        all.push(("204021000000108", "community-language-support"));
    }
    if none && !sample { Vec::new() } else { all }
}

fn patient<'a>(
    council: &Council,
    person: &'a Person,
    truth: &Circumstances,
    url: &'a str,
    draw: &mut Draw,
) -> Patient<'a> {
    let sample = Sample::of(person).is_some();
    let updated = council.days_ago(draw.between(1, 400));
    let birth = match draw.below(100) {
        0 if !sample => person.birth.strftime("%Y").to_string(),
        1 if !sample => person.birth.strftime("%Y-%m").to_string(),
        _ => person.birth.to_string(),
    };
    Patient {
        resource_type: "Patient",
        id: url.trim_start_matches("urn:uuid:"),
        meta: Meta {
            last_updated: format!("{updated}T09:30:00+00:00"),
        },
        identifier: vec![Identifier {
            system: NHS_NUMBER,
            value: &person.nhs,
        }],
        name: names(person, draw),
        telecom: telecom(person, truth, draw),
        birth_date: birth,
        deceased_date_time: truth.died.map(|day| day.to_string()),
        address: address(person, truth),
        communication: communication(truth),
    }
}

/// The official name, for some of before a marriage, and the one they use where the NHS knows it.
fn names<'a>(person: &'a Person, draw: &mut Draw) -> Vec<HumanName<'a>> {
    let sample = Sample::of(person).is_some();
    let told = draw.percent(60) || sample;
    let family = spelling::surname(person.surname, person.feminine, draw);
    let given = [person.forename, person.middle];
    let official = HumanName {
        purpose: "official",
        family: if sample {
            person.surname.to_owned()
        } else {
            family
        },
        given: given.into_iter().filter(|name| !name.is_empty()).collect(),
        prefix: vec![person.title],
    };
    let usual = HumanName {
        purpose: "usual",
        family: String::new(),
        given: vec![person.known_as],
        prefix: Vec::new(),
    };
    let mut names = vec![official];
    names.extend((told && !person.known_as.is_empty()).then_some(usual));
    names
}

/// Nothing of where somebody is leaves the NHS when their record is sensitive.
fn telecom<'a>(
    person: &'a Person,
    truth: &Circumstances,
    draw: &mut Draw,
) -> Vec<ContactPoint<'a>> {
    let texts = draw.percent(10) && Sample::of(person).is_none();
    let mobile = if texts { "sms" } else { "phone" };
    let all = [
        (mobile, &person.mobile),
        ("phone", &person.landline),
        ("email", &person.email),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty() && !truth.undisclosed)
        .map(|(system, value)| ContactPoint { system, value })
        .collect()
}

fn address<'a>(person: &Person, truth: &Circumstances) -> Vec<Address<'a>> {
    let place = Place::at(person.property);
    let (first, second) = place.lines();
    let lines = [first, second, TOWN.to_owned()];
    let known = (!truth.undisclosed).then(|| Address {
        purpose: "home",
        line: lines.into_iter().filter(|line| !line.is_empty()).collect(),
        postal_code: place.postcode,
    });
    known.into_iter().collect()
}

/// The language as every reader of the base resource finds it, and whether an interpreter is needed as
/// the NHS extends it.
fn communication<'a>(truth: &Circumstances) -> Vec<Communication<'a>> {
    let spoken = truth.tongue.map(|(_, tag, interpreter)| Communication {
        extension: vec![Extension {
            url: SPOKEN,
            extension: vec![Extension {
                url: "interpreterRequired",
                extension: Vec::new(),
                value_codeable_concept: None,
                value_boolean: Some(interpreter),
            }],
            value_codeable_concept: None,
            value_boolean: None,
        }],
        language: Concept::of(LANGUAGES, tag),
    });
    spoken.into_iter().collect()
}

/// A flag: the older form has its codes in extensions, the newer beside their category.
fn flag<'a>(
    url: &'a str,
    (status, (system, code)): (&'a str, (&'a str, &'a str)),
    adjustments: &[Adjustment],
    subject: &'a str,
    start: String,
) -> Flag<'a> {
    let older = code == ADJUSTMENT_FLAGS[0].1;
    let (extended, beside): (&[Adjustment], &[Adjustment]) = if older {
        (adjustments, &[])
    } else {
        (&[], adjustments)
    };
    let extension = extended.iter().map(|(snomed, _)| Extension {
        url: ADJUSTMENT,
        extension: Vec::new(),
        value_codeable_concept: Some(Concept::of(SNOMED, snomed)),
        value_boolean: None,
    });
    let category = beside.iter().map(|(snomed, category)| Concept {
        coding: vec![
            Coding {
                system: CATEGORIES,
                code: category,
            },
            Coding {
                system: SNOMED,
                code: snomed,
            },
        ],
    });
    Flag {
        resource_type: "Flag",
        id: url.trim_start_matches("urn:uuid:"),
        extension: extension.collect(),
        status,
        category: category.collect(),
        code: Concept::of(system, code),
        subject: Reference { reference: subject },
        period: Period { start },
    }
}

/// A URL of the form of a random UUID.
fn url(draw: &mut Draw) -> String {
    let mut four = || draw.below(0x1_0000);
    let (a, b, c, d, e, f, g, h) = (
        four(),
        four(),
        four(),
        four(),
        four(),
        four(),
        four(),
        four(),
    );
    format!(
        "urn:uuid:{a:04x}{b:04x}-{c:04x}-4{:03x}-{:04x}-{f:04x}{g:04x}{h:04x}",
        d & 0xfff,
        e & 0x3fff | 0x8000
    )
}
