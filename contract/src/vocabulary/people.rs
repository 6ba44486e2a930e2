//! The code lists that concern people: what to do before talking, what a proxy
//! may speak about, which evidence was seen, which SNOMED CT code belongs to
//! which plain-language group, which given names are one name.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Basis, One, VocabularyError, by_code, labels, parse};
use crate::record::{Snomed, UNMAPPED, fold};

pub(super) const PEOPLE: &str = "people.toml";
pub(super) const NICKNAMES: &str = "nicknames.toml";
pub(super) const NEEDS_SNOMED: &str = "needs_snomed.csv";

/// The header `needs_snomed.csv` must have.
const NEEDS_SNOMED_HEADER: &str = "snomed,group,display,category,bcp47";

/// The lists.
#[derive(Debug, Clone)]
pub(super) struct People {
    safety: BTreeMap<String, String>,
    subjects: BTreeMap<String, String>,
    evidence: BTreeMap<String, String>,
    languages: BTreeMap<String, String>,
    snomed: BTreeMap<Snomed, String>,
    nicknames: BTreeMap<String, Vec<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleFile {
    #[serde(rename = "version")]
    _version: One,
    safety: Vec<SafetyItem>,
    subject: Vec<Basis>,
    evidence: Vec<Basis>,
    language: Vec<LanguageItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SafetyItem {
    code: String,
    instruction: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LanguageItem {
    tag: String,
    label: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NicknameFile {
    #[serde(rename = "version")]
    _version: One,
    alike: Vec<Vec<String>>,
}

impl People {
    pub(super) fn read(
        people: &str,
        nicknames: &str,
        needs_snomed: &str,
    ) -> Result<Self, VocabularyError> {
        let file: PeopleFile = parse(PEOPLE, people)?;
        let names: NicknameFile = parse(NICKNAMES, nicknames)?;
        let safety = by_code(PEOPLE, file.safety, |item| item.code.clone())?;
        let languages = by_code(PEOPLE, file.language, |item| item.tag.clone())?;
        let lists = Self {
            safety: safety
                .into_iter()
                .map(|(code, item)| (code, item.instruction))
                .collect(),
            subjects: labels(PEOPLE, file.subject)?,
            evidence: labels(PEOPLE, file.evidence)?,
            languages: languages
                .into_iter()
                .map(|(tag, item)| (tag, item.label))
                .collect(),
            snomed: read_snomed(needs_snomed)?,
            nicknames: by_name(&names.alike),
        };
        if !lists.safety.contains_key(UNMAPPED) {
            return Err(VocabularyError::Inconsistent {
                file: PEOPLE,
                what: "there is no safety instruction",
                code: UNMAPPED.to_owned(),
            });
        }
        Ok(lists)
    }

    /// Lists the groups that codes lead to.
    pub(super) fn groups(&self) -> impl Iterator<Item = &str> {
        self.snomed.values().map(String::as_str)
    }
}

fn read_snomed(text: &str) -> Result<BTreeMap<Snomed, String>, VocabularyError> {
    let refuse = |what, code: &str| VocabularyError::Inconsistent {
        file: NEEDS_SNOMED,
        what,
        code: code.to_owned(),
    };
    let mut lines = text.lines();
    if lines.next() != Some(NEEDS_SNOMED_HEADER) {
        return Err(refuse("the first line must be", NEEDS_SNOMED_HEADER));
    }
    let mut codes = BTreeMap::new();
    for line in lines.filter(|line| !line.is_empty()) {
        // Display texts may hold commas in quotes; the first two columns never do.
        let mut columns = line.splitn(3, ',');
        let (code, group) = (columns.next(), columns.next());
        let (Some(code), Some(group)) = (code, group) else {
            return Err(refuse("a line has too few columns:", line));
        };
        let snomed = Snomed::parse(code).map_err(|_| refuse("this is no SNOMED code:", code))?;
        if codes.insert(snomed, group.to_owned()).is_some() {
            return Err(refuse("stands twice:", code));
        }
    }
    Ok(codes)
}

/// A name may belong to several groups: "Alex" is Alexander and Alexandra.
fn by_name(groups: &[Vec<String>]) -> BTreeMap<String, Vec<usize>> {
    let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, group) in groups.iter().enumerate() {
        for name in group {
            names.entry(fold(name)).or_default().push(number);
        }
    }
    names
}

impl super::Vocabulary {
    /// Gives the plain-language group a SNOMED CT code belongs to.
    pub fn need_group(&self, code: Snomed) -> Option<&str> {
        self.people.snomed.get(&code).map(String::as_str)
    }

    /// Tells whether a safety instruction's code is known.
    pub fn knows_safety(&self, code: &str) -> bool {
        code != UNMAPPED && self.people.safety.contains_key(code)
    }

    /// Gives a safety instruction; a code nobody knows gives the one that says
    /// to speak to the team first.
    pub fn safety(&self, code: &str, team: &str) -> String {
        let lists = &self.people.safety;
        let text = lists.get(code).or_else(|| lists.get(UNMAPPED));
        text.map(|text| text.replace("{team}", team))
            .unwrap_or_default()
    }

    /// Gives the words for what a proxy may speak about.
    pub fn subject(&self, code: &str) -> Option<&str> {
        self.people.subjects.get(code).map(String::as_str)
    }

    /// Gives the words for a proxy's basis.
    pub fn proxy_basis(&self, code: &str) -> Option<&str> {
        self.proxy_bases.get(code).map(String::as_str)
    }

    /// Gives the words for evidence that was seen.
    pub fn evidence(&self, code: &str) -> Option<&str> {
        self.people.evidence.get(code).map(String::as_str)
    }

    /// Gives the English name of a language by its tag, or by the tag's first part.
    pub fn language(&self, tag: &str) -> Option<&str> {
        let lists = &self.people.languages;
        let first = tag.split('-').next().unwrap_or(tag);
        lists
            .get(tag)
            .or_else(|| lists.get(first))
            .map(String::as_str)
    }

    /// Tells whether two given names are one name: equal when folded, or a name
    /// and a short form of it.
    pub fn names_alike(&self, a: &str, b: &str) -> bool {
        let (a, b) = (fold(a), fold(b));
        if a == b {
            return !a.is_empty();
        }
        let groups = |name: &str| self.people.nicknames.get(name);
        match (groups(&a), groups(&b)) {
            (Some(a), Some(b)) => a.iter().any(|group| b.contains(group)),
            _ => false,
        }
    }
}
