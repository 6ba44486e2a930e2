//! Who may speak for the person, about what, and who may not: one sentence
//! each, made of codes.

use firebox_contract::record::{May, ProxyState};
use firebox_protocol::person::{ProxyRow, Said};
use firebox_protocol::query::ProxyId;
use schemars::JsonSchema;
use serde::Serialize;

use super::By;
use crate::answer::writer::{Writer, listed, sentence};
use crate::handle::{Kind, proxy_number};
use crate::moment::spoken_day;
use crate::problem::{Kind as ProblemKind, Problem};

/// Somebody who may, or may not, speak for the person.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Speaker {
    /// Handle of who it is, for this session.
    pub(crate) proxy: String,
    /// What they may be told and do, or that they may not.
    pub(crate) sentence: String,
    /// How to know on the telephone that it is them.
    pub(crate) verify: Option<String>,
    /// Last day, `YYYY-MM-DD`.
    pub(crate) until: Option<String>,
    /// Day by which the service must look again, `YYYY-MM-DD`.
    pub(crate) review_due: Option<String>,
    /// Whether that day has passed; they stay on the list, and the service is asked.
    pub(crate) overdue: bool,
    /// What the service saw before it recorded them.
    pub(crate) evidence: Option<String>,
    /// Whether they may speak today.
    pub(crate) speaks: bool,
    #[serde(flatten)]
    pub(crate) by: By,
}

/// What holds for everybody listed, or what to do when nobody is.
pub(super) fn who_note(proxies: &[Said<ProxyRow>], call_them: &str) -> String {
    if proxies.is_empty() {
        format!(
            "Nobody is recorded as able to speak for {call_them}. Do not speak to anyone else \
             about this person."
        )
    } else {
        "Only discuss what is listed.".to_owned()
    }
}

impl Writer<'_> {
    pub(super) fn speakers(&self, proxies: Vec<Said<ProxyRow>>) -> Result<Vec<Speaker>, Problem> {
        let speakers = proxies.into_iter().map(|said| self.speaker(said));
        speakers.collect()
    }

    /// What to do with a caller who speaks for the person: the sentence of the
    /// one who was chosen, or that they stand on no list.
    pub(super) fn caller_note(
        &self,
        proxies: &[Said<ProxyRow>],
        chosen: Option<ProxyId>,
        call_them: &str,
    ) -> String {
        let mut listed = proxies.iter();
        let chosen = chosen.and_then(|id| listed.find(|said| said.value.id == id));
        match chosen {
            Some(said) => self.proxy_sentence(said),
            None => format!("Do not discuss {call_them}'s affairs. You can take a message."),
        }
    }

    fn speaker(&self, said: Said<ProxyRow>) -> Result<Speaker, Problem> {
        let number = proxy_number(said.value.id).ok_or(Problem::new(ProblemKind::Unexpected))?;
        let handles = &self.words.handles;
        let evidence = said.value.evidence.as_deref().map(|code| {
            let label = self.words.vocabulary.evidence(code).map(str::to_owned);
            let ask = || format!("Ask {} what they saw", said.by);
            self.line(label).unwrap_or_else(ask)
        });
        Ok(Speaker {
            proxy: handles.seal(Kind::Proxy, number, self.session)?,
            sentence: self.proxy_sentence(&said),
            evidence,
            speaks: self.speaks(&said.value),
            by: By::of(&said),
            until: said.value.to.map(|day| day.to_string()),
            review_due: said.value.review_due.map(|day| day.to_string()),
            overdue: self.is_overdue(&said.value),
            verify: self.line(said.value.verify),
        })
    }

    /// The store says who may speak today; state and days must agree with it.
    fn speaks(&self, row: &ProxyRow) -> bool {
        row.speaks
            && row.state == ProxyState::Given
            && row.from.is_none_or(|from| from <= self.today)
            && row.to.is_none_or(|to| self.today <= to)
    }

    fn proxy_sentence(&self, said: &Said<ProxyRow>) -> String {
        let row = &said.value;
        let who = match self.line(Some(row.relationship.clone())) {
            Some(relationship) => format!("{} ({relationship})", row.name),
            None => row.name.clone(),
        };
        if self.speaks(row) {
            self.what_they_may(&who, said)
        } else {
            self.why_not(&who, row)
        }
    }

    fn what_they_may(&self, who: &str, said: &Said<ProxyRow>) -> String {
        let (row, service) = (&said.value, &said.by);
        let may = May::ALL.into_iter().map(|(may, _)| may);
        let verbs: Vec<String> = may
            .filter(|may| row.may.contains(may))
            .map(|may| verb(may).to_owned())
            .collect();
        let mut text = if verbs.is_empty() {
            format!("{who}: ask {service} what they may be told.")
        } else {
            let subjects = self.subjects(&row.about, service);
            format!("{who} may {} {subjects}.", listed(&verbs))
        };
        if let Some(limits) = &row.limits {
            // A limit that may not be said is still a limit.
            let ask = || format!("There are limits: ask {service}");
            let limits = self.line(Some(limits.clone())).unwrap_or_else(ask);
            text = format!("{text} {}", sentence(&limits));
        }
        if self.is_overdue(row) {
            text = format!("{text} Review overdue: confirm with {service}.");
        }
        text
    }

    fn is_overdue(&self, row: &ProxyRow) -> bool {
        row.review_due.is_some_and(|due| due < self.today)
    }

    fn subjects(&self, codes: &[String], service: &str) -> String {
        let vocabulary = &self.words.vocabulary;
        let words = |code: &String| self.line(vocabulary.subject(code).map(str::to_owned));
        let mut subjects: Vec<String> = codes.iter().filter_map(words).collect();
        if subjects.len() < codes.len() || codes.is_empty() {
            subjects.push(format!("some matters: ask {service}"));
        }
        listed(&subjects)
    }

    fn why_not(&self, who: &str, row: &ProxyRow) -> String {
        let ended = row.to.filter(|to| *to < self.today);
        let begins = row.from.filter(|from| self.today < *from);
        let why = match (row.state, ended, begins) {
            (ProxyState::Refused, ..) => "refused".to_owned(),
            (ProxyState::Withdrawn, ..) => "withdrawn".to_owned(),
            (ProxyState::Suspended, ..) => "suspended".to_owned(),
            (ProxyState::Given, Some(day), _) => format!("ended on {}", spoken_day(day)),
            (ProxyState::Given, None, Some(day)) => {
                format!("begins on {}", spoken_day(day))
            }
            (ProxyState::Given, None, None) => "may not speak now".to_owned(),
        };
        format!("{who}: {why}. Do not discuss anything.")
    }
}

fn verb(may: May) -> &'static str {
    match may {
        May::BeTold => "be told about",
        May::Ask => "ask about",
        May::Decide => "decide about",
        May::ReceiveLetters => "receive letters about",
        May::Pay => "pay",
    }
}
