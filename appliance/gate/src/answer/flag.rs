//! One warning at level 1.

use firebox_contract::record::UNMAPPED;
use firebox_contract::vocabulary;
use firebox_protocol::answer::{FlagRow, Scope};
use schemars::JsonSchema;
use serde::Serialize;

use super::correction::Wrong;
use super::writer::Writer;
use crate::handle::Kind;
use crate::problem::Problem;

/// The code shown where the vocabulary keeps the label back: such a code would
/// tell the very reason the label must not.
const WITHHELD: &str = "withheld";

/// A warning: what to do, and who can be asked. Never why.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Flag {
    /// Handle of the warning, for this session.
    pub(crate) flag: String,
    /// What may be there.
    pub(crate) hazard: Hazard,
    /// What to do, `stop` first; never empty.
    pub(crate) instructions: Vec<Instruction>,
    /// Who can be asked.
    pub(crate) owner: Owner,
    /// The service that says so.
    pub(crate) recorded_by: String,
    /// Since when, `YYYY-MM-DD`.
    pub(crate) recorded_on: String,
    /// By when the owner looks at it again, `YYYY-MM-DD`.
    pub(crate) review_due: String,
    /// Whether that day has passed: confirm with the owner. The warning stands.
    pub(crate) overdue: bool,
    /// Whether there is more, sealed.
    pub(crate) detail: Detail,
    /// Where it belongs.
    pub(crate) subject: Subject,
    /// What was reported wrong about it and is not settled. The warning stands.
    pub(crate) reported: Vec<Wrong>,
}

/// What may be there.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Hazard {
    /// Code of the vocabulary; `unmapped` where the service's own code is not
    /// known; `withheld` where the code would tell a reason.
    pub(crate) code: String,
    /// What an officer may read.
    pub(crate) label: String,
}

/// One thing to do.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Instruction {
    /// Code of the vocabulary.
    pub(crate) code: String,
    /// The sentence.
    pub(crate) text: String,
    /// How grave.
    pub(crate) level: Level,
}

/// `stop`: do not go on before this is done. `care`: go, with care.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Level {
    Stop,
    Care,
}

/// Who can be asked.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Owner {
    /// The team.
    pub(crate) team: String,
    /// Its number in hours, as people read it aloud.
    pub(crate) phone: String,
    /// Its hours.
    pub(crate) hours: String,
    /// Its number out of hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) out_of_hours: Option<String>,
}

/// `sealed`: the detail can be asked for, with a purpose and a reason.
/// `released`: it was released to this person, who can open it again.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Detail {
    None,
    Sealed,
    Released,
}

/// The address itself, a person there, or the building it is part of.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Subject {
    Property,
    Person,
    Building,
}

impl Writer<'_> {
    /// Writes one warning.
    pub(super) fn flag(&self, row: FlagRow) -> Result<Flag, Problem> {
        let (hazard, instructions) = self.hazard(row.code, &row.controls, &row.owner.team);
        Ok(Flag {
            flag: self
                .words
                .handles
                .seal(Kind::Flag, row.record.cast_unsigned(), self.session)?,
            hazard,
            instructions: instructions.into_iter().map(Instruction::from).collect(),
            owner: Owner {
                team: row.owner.team.clone(),
                phone: row.owner.phone.spoken(),
                hours: row.owner.hours.clone(),
                out_of_hours: row.owner.out_of_hours.as_ref().map(|phone| phone.spoken()),
            },
            recorded_by: row.recorded_by,
            recorded_on: row.recorded_on.to_string(),
            review_due: row.review_due.to_string(),
            overdue: row.review_due < self.today,
            detail: match (row.sealed, self.standing.contains(&row.record)) {
                (false, _) => Detail::None,
                (true, false) => Detail::Sealed,
                (true, true) => Detail::Released,
            },
            subject: row.scope.into(),
            reported: row.reported.iter().map(|state| self.wrong(state)).collect(),
        })
    }

    /// Gives what may be shown of a hazard, and what to do.
    pub(super) fn hazard(
        &self,
        code: String,
        controls: &[String],
        team: &str,
    ) -> (Hazard, Vec<vocabulary::Instruction>) {
        let vocabulary = &self.words.vocabulary;
        let text = vocabulary.words(&code, controls, team);
        // Where the label may not be shown, the vocabulary puts the first
        // instruction in its place.
        let label_kept_back = text.instructions.iter().any(|one| one.text == text.label);
        let code = if !vocabulary.hazard_codes().any(|known| known == code) {
            UNMAPPED.to_owned()
        } else if label_kept_back {
            WITHHELD.to_owned()
        } else {
            code
        };
        let label = text.label;
        (Hazard { code, label }, text.instructions)
    }
}

impl From<vocabulary::Instruction> for Instruction {
    fn from(one: vocabulary::Instruction) -> Self {
        let level = match one.level {
            vocabulary::Level::Stop => Level::Stop,
            vocabulary::Level::Care => Level::Care,
        };
        Self {
            code: one.code,
            text: one.text,
            level,
        }
    }
}

impl From<Scope> for Subject {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Property => Subject::Property,
            Scope::Person => Subject::Person,
            Scope::Building => Subject::Building,
        }
    }
}
