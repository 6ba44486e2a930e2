//! The code lists, and the only road from a code to words on a page.
//!
//! Level 1 is made here, from codes alone: a label is shown only when its
//! hazard allows it and holds no word that names a cause; otherwise its
//! instruction stands in its place. A code nobody knows is never dropped: it
//! becomes "Speak to {team} first."

mod people;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::record::{HazardFlag, UNMAPPED, fold};

/// The files of `config/vocabulary`, in the order they are read.
pub const FILES: [&str; 8] = [
    "hazards.toml",
    "controls.toml",
    "needs.toml",
    "bases.toml",
    "cause_words.toml",
    people::PEOPLE,
    people::NICKNAMES,
    people::NEEDS_SNOMED,
];

/// Months allowed between recording and review when the hazard is unmapped.
const UNMAPPED_REVIEW_MONTHS: u8 = 12;

/// The code lists.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    hazards: BTreeMap<String, Hazard>,
    controls: BTreeMap<String, Control>,
    needs: BTreeMap<String, Need>,
    lawful_bases: BTreeMap<String, String>,
    proxy_bases: BTreeMap<String, String>,
    cause_words: Vec<String>,
    people: people::People,
}

/// Why a vocabulary was refused; names the file.
#[derive(Debug, thiserror::Error)]
pub enum VocabularyError {
    /// The file could not be read.
    #[error("vocabulary file {file} cannot be read: put it back from the package")]
    Unreadable {
        /// Its name.
        file: &'static str,
        /// What the reader said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file does not parse.
    #[error("vocabulary file {file} does not parse: correct the line named below")]
    Malformed {
        /// Its name.
        file: &'static str,
        /// The parser's words, with the line.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A code stands twice, or one file names a code that another lacks.
    #[error("vocabulary file {file}: {what} `{code}`")]
    Inconsistent {
        /// Its name.
        file: &'static str,
        /// What is wrong.
        what: &'static str,
        /// The code.
        code: String,
    },
}

/// What a warning says to an officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagText {
    /// Heading: the hazard's label, or its instruction where the label may not be shown.
    pub label: String,
    /// What to do, `stop` first; never empty.
    pub instructions: Vec<Instruction>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instruction {
    /// Control code.
    pub code: String,
    /// The sentence.
    pub text: String,
    /// How grave.
    pub level: Level,
}

/// How grave an instruction is: by what to do, never by how bad anybody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Do not go, or do not go alone.
    Stop,
    /// Go, with care.
    Care,
}

/// What a hazard follows when people move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Follows {
    /// The person; lapses at the address when they leave.
    Person,
    /// The building; stays with the UPRN.
    Building,
    /// The occupancy; ask for a recheck when it changes.
    Occupancy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HazardFile {
    #[serde(rename = "version")]
    _version: One,
    hazard: Vec<Hazard>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hazard {
    code: String,
    label: String,
    #[serde(rename = "subject")]
    _subject: SubjectKind,
    follows: Follows,
    review_months: u8,
    controls: Vec<String>,
    show_label: bool,
    #[serde(rename = "valid_from")]
    _valid_from: Date,
    valid_to: Option<Date>,
    #[serde(default, rename = "crosswalk")]
    _crosswalk: Crosswalk,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SubjectKind {
    Person,
    Property,
    Any,
}

/// Codes of published lists, kept for round trips and for whoever writes a mapping.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Crosswalk {
    hackney: Vec<String>,
    hact: Vec<String>,
    mhclg: Vec<String>,
    interweave: Vec<String>,
    hmpps: Vec<String>,
    moj: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ControlFile {
    #[serde(rename = "version")]
    _version: One,
    control: Vec<Control>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    code: String,
    text: String,
    level: Level,
    #[serde(rename = "valid_from")]
    _valid_from: Date,
    valid_to: Option<Date>,
    #[serde(default, rename = "crosswalk")]
    _crosswalk: Crosswalk,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeedFile {
    #[serde(rename = "version")]
    _version: One,
    need: Vec<Need>,
}

/// A plain-language group of communication needs and reasonable adjustments.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Its code.
    pub code: String,
    /// Its words.
    pub label: String,
    /// What staff do.
    pub instruction: String,
    /// False for what is held and never shown to advisers.
    pub show: bool,
    /// Categories of the NHS adjustment list.
    pub categories: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BasisFile {
    #[serde(rename = "version")]
    _version: One,
    lawful_basis: Vec<Basis>,
    proxy_basis: Vec<Basis>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Basis {
    code: String,
    label: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CauseFile {
    #[serde(rename = "version")]
    _version: One,
    words: Vec<String>,
}

/// The one version this build reads.
#[derive(Deserialize)]
#[serde(try_from = "u8")]
struct One;

impl TryFrom<u8> for One {
    type Error = &'static str;

    fn try_from(version: u8) -> Result<Self, Self::Error> {
        if version == 1 {
            Ok(Self)
        } else {
            Err("this build reads version 1 only")
        }
    }
}

impl Vocabulary {
    /// Reads the files through `text`, which gives a file's content by name.
    pub fn read<E>(
        mut text: impl FnMut(&'static str) -> Result<String, E>,
    ) -> Result<Self, VocabularyError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut get = |file| {
            text(file).map_err(|e| VocabularyError::Unreadable {
                file,
                source: e.into(),
            })
        };
        let [
            hazards,
            controls,
            needs,
            bases,
            causes,
            people,
            nicknames,
            snomed,
        ] = FILES;
        let hazard_file: HazardFile = parse(hazards, &get(hazards)?)?;
        let control_file: ControlFile = parse(controls, &get(controls)?)?;
        let need_file: NeedFile = parse(needs, &get(needs)?)?;
        let basis_file: BasisFile = parse(bases, &get(bases)?)?;
        let cause_file: CauseFile = parse(causes, &get(causes)?)?;
        let people = people::People::read(&get(people)?, &get(nicknames)?, &get(snomed)?)?;
        let vocabulary = Self {
            people,
            hazards: by_code(hazards, hazard_file.hazard, |h| h.code.clone())?,
            controls: by_code(controls, control_file.control, |c| c.code.clone())?,
            needs: by_code(needs, need_file.need, |n| n.code.clone())?,
            lawful_bases: labels(bases, basis_file.lawful_basis)?,
            proxy_bases: labels(bases, basis_file.proxy_basis)?,
            cause_words: cause_file.words.iter().map(|word| fold(word)).collect(),
        };
        vocabulary.check()?;
        Ok(vocabulary)
    }

    fn check(&self) -> Result<(), VocabularyError> {
        let lacks = |file, what, code: &str| {
            Err(VocabularyError::Inconsistent {
                file,
                what,
                code: code.to_owned(),
            })
        };
        if !self.controls.contains_key(UNMAPPED) {
            return lacks("controls.toml", "there is no control", UNMAPPED);
        }
        let unknown = |group: &&str| !self.needs.contains_key(*group);
        if let Some(group) = self.people.groups().find(unknown) {
            return lacks("needs_snomed.csv", "needs.toml has no group", group);
        }
        for hazard in self.hazards.values() {
            if hazard.controls.is_empty() {
                return lacks(
                    "hazards.toml",
                    "there is no default control for",
                    &hazard.code,
                );
            }
            for control in &hazard.controls {
                if !self.controls.contains_key(control) {
                    return lacks("hazards.toml", "controls.toml has no", control);
                }
            }
            if hazard.review_months == 0 || hazard.review_months > 12 {
                return lacks(
                    "hazards.toml",
                    "review_months is not 1 to 12 for",
                    &hazard.code,
                );
            }
        }
        Ok(())
    }

    /// Tells whether a hazard code is known and in use on `today`.
    pub fn knows_hazard(&self, code: &str, today: Date) -> bool {
        self.hazards
            .get(code)
            .is_some_and(|h| h.valid_to.is_none_or(|end| end >= today))
    }

    /// Tells whether a control code is known and in use on `today`.
    pub fn knows_control(&self, code: &str, today: Date) -> bool {
        code != UNMAPPED
            && self
                .controls
                .get(code)
                .is_some_and(|c| c.valid_to.is_none_or(|end| end >= today))
    }

    /// Tells whether a lawful basis code is known.
    pub fn knows_lawful_basis(&self, code: &str) -> bool {
        self.lawful_bases.contains_key(code)
    }

    /// Tells whether a proxy basis code is known.
    pub fn knows_proxy_basis(&self, code: &str) -> bool {
        self.proxy_bases.contains_key(code)
    }

    /// Gives a need by its code.
    pub fn need(&self, code: &str) -> Option<&Need> {
        self.needs.get(code)
    }

    /// Lists the hazard codes, in order.
    pub fn hazard_codes(&self) -> impl Iterator<Item = &str> {
        self.hazards.keys().map(String::as_str)
    }

    /// Lists the control codes, in order.
    pub fn control_codes(&self) -> impl Iterator<Item = &str> {
        self.controls.keys().map(String::as_str)
    }

    /// Gives what a hazard follows when people move; an unmapped one follows the building.
    pub fn follows(&self, code: &str) -> Follows {
        self.hazards
            .get(code)
            .map_or(Follows::Building, |h| h.follows)
    }

    /// Gives the review date to keep: `due`, or the latest the hazard allows
    /// after `recorded_on` if that is earlier.
    pub fn bounded_review(&self, code: &str, recorded_on: Date, due: Date) -> Date {
        let months = self
            .hazards
            .get(code)
            .map_or(UNMAPPED_REVIEW_MONTHS, |h| h.review_months);
        let latest = recorded_on
            .checked_add(jiff::Span::new().months(i32::from(months)))
            .unwrap_or(recorded_on);
        due.min(latest)
    }

    /// Gives the words an officer sees for a warning.
    pub fn describe(&self, flag: &HazardFlag) -> FlagText {
        self.words(&flag.code, &flag.controls, &flag.owner.team)
    }

    /// Gives the words for a hazard code, control codes and a team. A code
    /// that is not in the vocabulary gives the `unmapped` instruction beside
    /// whatever else is known.
    pub fn words(&self, hazard: &str, controls: &[String], team: &str) -> FlagText {
        let known = self.hazards.get(hazard);
        let mut codes: Vec<&str> = controls.iter().map(String::as_str).collect();
        match known {
            None => codes.insert(0, UNMAPPED),
            Some(hazard) if codes.is_empty() => {
                codes = hazard.controls.iter().map(String::as_str).collect();
            }
            Some(_) => {}
        }
        let mut instructions: Vec<Instruction> = Vec::new();
        for code in codes {
            let instruction = self.instruction(code, team);
            if !instructions.contains(&instruction) {
                instructions.push(instruction);
            }
        }
        instructions.sort_by_key(|i| i.level);
        let label = known
            .filter(|h| h.show_label && !self.names_a_cause(&h.label))
            .map(|h| h.label.clone())
            .or_else(|| instructions.first().map(|i| i.text.clone()))
            .unwrap_or_default();
        FlagText {
            label,
            instructions,
        }
    }

    /// Tells whether a text holds a word that names a cause (a diagnosis, an offence).
    pub fn names_a_cause(&self, text: &str) -> bool {
        let text = format!(" {} ", fold(text));
        self.cause_words
            .iter()
            .any(|word| text.contains(&format!(" {word} ")))
    }

    fn instruction(&self, code: &str, team: &str) -> Instruction {
        // `check` proved that the `unmapped` control exists.
        let (code, control) = match self.controls.get_key_value(code) {
            Some((code, control)) => (code.as_str(), Some(control)),
            None => (UNMAPPED, self.controls.get(UNMAPPED)),
        };
        Instruction {
            code: code.to_owned(),
            text: control.map_or_else(String::new, |c| c.text.replace("{team}", team)),
            level: control.map_or(Level::Stop, |c| c.level),
        }
    }
}

fn parse<T: serde::de::DeserializeOwned>(
    file: &'static str,
    text: &str,
) -> Result<T, VocabularyError> {
    toml::from_str(text).map_err(|e| VocabularyError::Malformed {
        file,
        source: Box::new(e),
    })
}

fn by_code<T>(
    file: &'static str,
    items: Vec<T>,
    code: impl Fn(&T) -> String,
) -> Result<BTreeMap<String, T>, VocabularyError> {
    let mut map = BTreeMap::new();
    for item in items {
        let code = code(&item);
        if map.insert(code.clone(), item).is_some() {
            return Err(VocabularyError::Inconsistent {
                file,
                what: "stands twice:",
                code,
            });
        }
    }
    Ok(map)
}

fn labels(
    file: &'static str,
    bases: Vec<Basis>,
) -> Result<BTreeMap<String, String>, VocabularyError> {
    let bases = by_code(file, bases, |basis| basis.code.clone())?;
    Ok(bases
        .into_iter()
        .map(|(code, basis)| (code, basis.label))
        .collect())
}
