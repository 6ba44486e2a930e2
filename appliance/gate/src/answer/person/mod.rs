//! One person, as they are shown to an adviser.
//!
//! What it is: the words for what the store answered, each value with who says
//! it and since when. What it is not: it finds nothing and hides nothing that
//! the store should have hidden, but looks a second time. The invariants: the
//! same members stand there for everybody, in the same order, whatever is
//! recorded; a value that was given to confirm somebody is never told right or
//! wrong by itself; under a safety marker nobody speaks for the person and no
//! address or whole number is there; no line names a cause.

pub(crate) mod names;
pub(crate) mod proxies;
pub(crate) mod reach;
pub(crate) mod talk;
pub(crate) mod teams;

use firebox_protocol::person::{PersonAnswer, Said, Shown};
use firebox_protocol::query::Caller;
use schemars::JsonSchema;
use serde::Serialize;

use self::names::{Named, Told, Value};
use self::proxies::Speaker;
use self::reach::{Address, Contact};
use self::talk::{BeforeYouTalk, Language, Need};
use self::teams::{Joined, Team};
use super::correction::Standing;
use super::source::Source;
use super::writer::{Writer, all_fresh, listed, not_in_date};
use crate::problem::Problem;

/// Values that must be given, and all be right, before anything is shown whole.
const ENOUGH_TO_CONFIRM: u8 = 2;

const NO_NEEDS: &str = "No communication needs recorded. Ask: 'Is there anything we should know \
    about how you like us to contact you?'";

/// One person. Lists hold one value a service, newest first: where two
/// disagree, both are there.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Person {
    /// How many of the values given were right; never which.
    pub(crate) matched: u8,
    /// How many were given.
    pub(crate) of: u8,
    /// Whether the caller is confirmed: two or more were given, and all right.
    pub(crate) confirmed: bool,
    /// What that means, and what to ask next.
    pub(crate) say: String,
    /// What to call them.
    pub(crate) call_them: String,
    #[serde(flatten)]
    pub(crate) named: Named,
    /// Services that record a death.
    pub(crate) deceased: Vec<Told>,
    /// What to do when one does; null otherwise.
    pub(crate) deceased_note: Option<String>,
    /// Needs and adjustments, as what to do.
    pub(crate) how_to_communicate: Vec<Need>,
    /// What to ask when none is recorded; null otherwise.
    pub(crate) communicate_note: Option<&'static str>,
    /// Languages.
    pub(crate) languages: Vec<Language>,
    /// What to do before anything is said; there for everybody.
    pub(crate) before_you_talk: BeforeYouTalk,
    /// Teams that know them.
    pub(crate) teams: Vec<Team>,
    /// What to do when none of them fits; the same for everybody.
    pub(crate) teams_note: String,
    /// Who may speak for them, and who may not.
    pub(crate) who_may_speak: Vec<Speaker>,
    /// What holds for all of them.
    pub(crate) who_note: String,
    /// What to do with a caller who speaks for the person; null for others.
    pub(crate) caller_note: Option<String>,
    /// Ways to reach them.
    pub(crate) contacts: Vec<Contact>,
    /// Addresses.
    pub(crate) addresses: Vec<Address>,
    /// What two services say differently, and what to ask.
    pub(crate) disagreements: Vec<String>,
    /// Corrections that are under way, or ended within the week.
    pub(crate) corrections: Vec<Standing>,
    /// Why records of several services are shown as one person.
    pub(crate) joined: Vec<Joined>,
    /// The services that could hold an answer.
    pub(crate) sources: Vec<Source>,
    /// Which of them may know more than they sent, and their numbers; null when
    /// all are in date.
    pub(crate) sources_note: Option<String>,
    /// False when any source is not fresh, or something unread could be about
    /// this person.
    pub(crate) complete: bool,
}

/// Who says so, and since when.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SaidBy")]
pub(crate) struct By {
    /// Visible name of the service.
    pub(crate) said_by: String,
    /// Since when, as far as the service says, `YYYY-MM-DD`.
    pub(crate) since: String,
}

impl By {
    fn of<T>(said: &Said<T>) -> Self {
        Self {
            said_by: said.by.clone(),
            since: said.since.to_string(),
        }
    }
}

impl Writer<'_> {
    /// Writes one person for a caller. None: the store gave no name to call
    /// them by, and a person without one is no answer.
    pub(crate) fn person(
        &self,
        answer: PersonAnswer,
        caller: &Caller,
    ) -> Result<Option<Person>, Problem> {
        let answer = guarded(answer);
        let Some(call_them) = answer
            .preferred_names
            .first()
            .map(|said| said.value.clone())
        else {
            return Ok(None);
        };
        let disagreements = names::disagreements(&answer);
        let needs = answer.needs.into_iter();
        let how_to_communicate: Vec<Need> = needs.filter_map(|said| self.need(said)).collect();
        let speaks_for = matches!(caller, Caller::Proxy(_));
        let corrections = answer.corrections.into_iter();
        let duty_line = &self.words.duty_line;
        Ok(Some(Person {
            matched: answer.matched,
            of: answer.given,
            confirmed: answer.confirmed,
            say: say(answer.matched, answer.given, answer.confirmed),
            deceased_note: self.deceased_note(&answer.deceased),
            deceased: answer.deceased.iter().map(Told::of).collect(),
            communicate_note: how_to_communicate.is_empty().then_some(NO_NEEDS),
            how_to_communicate,
            languages: self.languages(answer.languages),
            before_you_talk: self.before_you_talk(answer.safety),
            teams: self.teams(answer.teams),
            teams_note: format!(
                "There may be others we cannot show. If none of these fits, put the call \
                 through to the duty line on {duty_line}."
            ),
            who_note: proxies::who_note(&answer.proxies, &call_them),
            caller_note: speaks_for
                .then(|| self.caller_note(&answer.proxies, answer.proxy, &call_them)),
            who_may_speak: self.speakers(answer.proxies)?,
            contacts: self.contacts(answer.contacts),
            addresses: answer.addresses.into_iter().map(Address::from).collect(),
            disagreements,
            corrections: corrections.map(|state| self.standing_of(state)).collect(),
            joined: answer.joined.into_iter().map(Joined::from).collect(),
            complete: answer.complete && all_fresh(&answer.sources),
            sources_note: not_in_date(&answer.sources),
            sources: answer.sources.into_iter().map(Source::from).collect(),
            named: Named {
                preferred_name: Value::all(answer.preferred_names),
                legal_name: Value::all(answer.legal_names),
                pronouns_note: answer
                    .pronouns
                    .is_empty()
                    .then_some("Pronouns not recorded. Ask."),
                pronouns: Value::all(answer.pronouns),
                year_of_birth: Value::all(answer.years_of_birth),
            },
            call_them,
        }))
    }
}

impl Writer<'_> {
    fn deceased_note(&self, deceased: &[Said<()>]) -> Option<String> {
        let services: Vec<String> = deceased.iter().map(|said| said.by.clone()).collect();
        (!services.is_empty()).then(|| {
            format!(
                "This person has died, as recorded by {}. Discuss nothing of theirs: put the \
                 call through to the duty line on {}.",
                listed(&services),
                self.words.duty_line
            )
        })
    }
}

/// The store hides what must be hidden; this is the gate's own proof of it, so
/// that a mistake in either shows too little and never too much.
fn guarded(mut answer: PersonAnswer) -> PersonAnswer {
    let enough = answer.given >= ENOUGH_TO_CONFIRM && answer.matched == answer.given;
    answer.confirmed = answer.confirmed && enough;
    let marked = answer.safety.is_some();
    if marked {
        answer.proxies.clear();
        answer.proxy = None;
    }
    if !answer.confirmed {
        answer.legal_names.clear();
        answer.years_of_birth.clear();
    }
    let hides = marked || !answer.confirmed;
    for contact in answer.contacts.iter_mut().filter(|_| hides) {
        hide_whole(&mut contact.value.value);
        contact.value.whose = contact.value.whose.take().filter(|_| !marked);
    }
    for address in answer.addresses.iter_mut().filter(|_| hides) {
        hide_whole(&mut address.value.value);
    }
    answer
}

fn hide_whole(shown: &mut Shown) {
    if matches!(shown, Shown::Whole(_)) {
        *shown = Shown::Hidden;
    }
}

/// What became of the values that were given: how many, never which.
fn say(matched: u8, given: u8, confirmed: bool) -> String {
    match given {
        0 => "Ask for 2 of these: date of birth, postcode, house number.".to_owned(),
        _ if confirmed => format!("{matched} of {given} match."),
        1 | 2 => format!("{matched} of {given} match. Ask one more."),
        _ => format!("{matched} of {given} match. Ask for all of them once more."),
    }
}
