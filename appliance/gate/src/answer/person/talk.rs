//! How to communicate, and what to do before anything is said: instructions,
//! never reasons.

use firebox_contract::record::LanguageMode;
use firebox_protocol::person::{LanguageRow, NeedRow, SafetyRow, Said};
use schemars::JsonSchema;
use serde::Serialize;

use super::By;
use crate::answer::writer::{Writer, listed};

/// Whom the words of a vocabulary's safety instruction leave open.
const SAFE_NUMBER: &str = "the safe contact number";
/// Stands for a team whose own name would tell a reason.
pub(super) const SOME_TEAM: &str = "A council team";

/// A need or adjustment, as what to do.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CommunicationNeed")]
pub(crate) struct Need {
    /// What to do.
    pub(crate) instruction: String,
    /// What they need, in a few words.
    pub(crate) need: String,
    /// The person's own words, where they may be shown.
    pub(crate) words: Option<String>,
    /// Day it was last confirmed with the person, `YYYY-MM-DD`.
    pub(crate) confirmed_on: Option<String>,
    #[serde(flatten)]
    pub(crate) by: By,
}

/// A language.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Language {
    /// Its English name, or its tag where the box knows no name.
    pub(crate) language: String,
    /// BCP 47 tag, lower case.
    pub(crate) tag: String,
    /// `spoken`, `written` or `signed`.
    #[schemars(with = "String")]
    pub(crate) mode: LanguageMode,
    /// Whether an interpreter is needed.
    pub(crate) interpreter: bool,
    #[serde(flatten)]
    pub(crate) by: By,
}

/// What to do before anything is said. The same members for everybody.
#[derive(Serialize, JsonSchema)]
pub(crate) struct BeforeYouTalk {
    /// What to ask first.
    pub(crate) ask: &'static str,
    /// What to do then.
    pub(crate) instruction: String,
    /// Who to speak to about this.
    pub(crate) speak_to: SpeakTo,
}

/// Who can be asked.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SpeakTo {
    /// The team.
    pub(crate) team: String,
    /// Its number, as people read it aloud.
    pub(crate) phone: String,
    /// Its hours, as people say them; empty where they are not known.
    pub(crate) hours: String,
}

impl Writer<'_> {
    /// Writes a need. None: it is held and shown to nobody.
    pub(super) fn need(&self, said: Said<NeedRow>) -> Option<Need> {
        let known = self.words.vocabulary.need(&said.value.group);
        if known.is_some_and(|need| !need.show) {
            return None;
        }
        let instruction = known.and_then(|need| self.line(Some(need.instruction.clone())));
        let instruction = instruction.unwrap_or_else(|| {
            // A need nobody can describe is still a need: it is never dropped.
            let (service, phone) = (&said.by, said.value.phone.spoken());
            format!(
                "Speak to {service} first. They hold a need we cannot describe. Phone them on \
                 {phone}."
            )
        });
        let label = known.and_then(|need| self.line(Some(need.label.clone())));
        Some(Need {
            need: label.unwrap_or_else(|| instruction.clone()),
            instruction,
            by: By::of(&said),
            words: self.line(said.value.words),
            confirmed_on: said.value.confirmed_on.map(|day| day.to_string()),
        })
    }

    pub(super) fn languages(&self, said: Vec<Said<LanguageRow>>) -> Vec<Language> {
        let languages = said.into_iter().map(|said| {
            let by = By::of(&said);
            let LanguageRow {
                tag,
                mode,
                interpreter,
            } = said.value;
            let name = self.words.vocabulary.language(&tag).map(str::to_owned);
            Language {
                language: self.line(name).unwrap_or_else(|| tag.clone()),
                tag,
                mode,
                interpreter,
                by,
            }
        });
        languages.collect()
    }

    pub(super) fn before_you_talk(&self, safety: Option<SafetyRow>) -> BeforeYouTalk {
        let ask = "Is now a good time to talk?";
        let Some(row) = safety else {
            return BeforeYouTalk {
                ask,
                instruction: "Use the contact details listed. Do not give out or confirm an \
                    address."
                    .to_owned(),
                speak_to: SpeakTo {
                    team: "Duty line".to_owned(),
                    phone: self.words.duty_line.clone(),
                    hours: String::new(),
                },
            };
        };
        let team = self
            .line(Some(row.owner.team.clone()))
            .unwrap_or_else(|| SOME_TEAM.to_owned());
        BeforeYouTalk {
            ask,
            instruction: self.safety(&row, &team),
            speak_to: SpeakTo {
                phone: row.owner.phone.spoken(),
                hours: self.line(Some(row.owner.hours)).unwrap_or_default(),
                team,
            },
        }
    }

    /// Joins the instructions of all markers, each sentence once.
    fn safety(&self, row: &SafetyRow, team: &str) -> String {
        let vocabulary = &self.words.vocabulary;
        let texts = row
            .instructions
            .iter()
            .filter_map(|code| self.line(Some(vocabulary.safety(code, team))));
        let mut sentences: Vec<String> = Vec::new();
        for text in texts {
            for one in text.split_inclusive(". ").map(str::trim) {
                if !sentences.iter().any(|said| said == one) {
                    sentences.push(one.to_owned());
                }
            }
        }
        if sentences.is_empty() {
            // A marker without an instruction that may be said still says to ask.
            sentences.push(format!(
                "Speak to {team} first. They hold an instruction we cannot describe."
            ));
        }
        let joined = sentences.join(" ");
        let numbers = match row.safe_numbers.as_slice() {
            [] => return joined,
            [one] => format!("the number ending {one}"),
            several => format!("the numbers ending {}", listed(several)),
        };
        joined.replace(SAFE_NUMBER, &numbers)
    }
}
