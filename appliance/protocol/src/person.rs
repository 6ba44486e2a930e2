//! What the store answers about people: codes, values and who says so. The gate
//! makes the words.
//!
//! Each service's statement stands by itself: a list holds one value a service,
//! newest first, and two that disagree are both there. What must be hidden is
//! hidden in the store; nothing of it crosses this socket, and the shape of the
//! answer is the same.

use firebox_contract::record::{
    AddressUse, ContactKind, LanguageMode, May, Owner, Phone, ProxyState, Whose,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::answer::{CorrectionState, FlagRow, ServiceState};
use crate::query::ProxyId;

/// Answer to a search for a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeopleAnswer {
    /// Who may be meant: exact matches first, then by name. Empty for a search
    /// with [`crate::permit::fields::WARNINGS`] only.
    pub matches: Vec<PersonHint>,
    /// Whether there were more than could be given; then none is given.
    pub more: bool,
    /// Whether somebody was found by an exact number who may be shown to nobody here.
    pub withheld: bool,
    /// Warnings that follow the people found; given only to who may see warnings
    /// and not who anybody is.
    pub flags: Vec<FlagRow>,
    /// One a service that could hold an answer.
    pub sources: Vec<ServiceState>,
    /// True only when every source is fresh and nothing unread could be of the
    /// people found (of anybody, when nobody was).
    pub complete: bool,
}

/// One person, as a hint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonHint {
    /// The store's id of the person; leaves the gate only as a handle.
    pub person: i64,
    /// What to call them.
    pub preferred_name: String,
    /// First letter of the surname.
    pub surname_initial: String,
    /// Year of birth.
    pub year_of_birth: Option<i16>,
    /// Outward postcode and first inward digit; none where it is not known or hidden.
    pub postcode_hint: Option<String>,
    /// Why they are here, most telling first.
    pub why: Vec<Why>,
    /// Whether the records of several services were joined for this.
    pub services: u8,
}

/// Why somebody is among the matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// The number is theirs; its last three digits.
    OwnPhone(String),
    /// The number is somebody else's who answers for them.
    PhoneOf(Whose),
    /// NHS number.
    NhsNumber,
    /// A service's reference.
    Reference,
    /// Every word of the name.
    Name,
    /// By the name they prefer, or a short form of it.
    KnownAs,
    /// Spelled nearly so.
    NearName,
    /// Sounds like it.
    SoundsLike,
    /// Date of birth.
    DateOfBirth,
    /// Postcode of where they are.
    Postcode,
    /// Postcode of where they were.
    OldPostcode,
    /// So many people use this number.
    SharedPhone(u16),
}

/// One value and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said<T> {
    /// The value.
    pub value: T,
    /// Visible name of the service.
    pub by: String,
    /// Since when, as far as the service says.
    pub since: Date,
    /// The store's id of the record it stands in.
    pub record: i64,
}

/// Answer to one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonAnswer {
    /// Whether two values or more were given and every one of them was right.
    pub confirmed: bool,
    /// Values right, of those given.
    pub matched: u8,
    /// Values given.
    pub given: u8,
    /// Wrong tries left before this person is closed to this session.
    pub tries_left: u8,
    /// What to call them, one a service, a name they chose before a legal one.
    pub preferred_names: Vec<Said<String>>,
    /// Legal names in full; only once confirmed.
    pub legal_names: Vec<Said<String>>,
    /// Pronouns, the person's own words.
    pub pronouns: Vec<Said<String>>,
    /// Year of birth; only once confirmed.
    pub years_of_birth: Vec<Said<i16>>,
    /// Services that record a death.
    pub deceased: Vec<Said<()>>,
    /// Needs and adjustments; never one whose group is not to be shown.
    pub needs: Vec<Said<NeedRow>>,
    /// Languages.
    pub languages: Vec<Said<LanguageRow>>,
    /// What to do before talking; none: what holds for everybody.
    pub safety: Option<SafetyRow>,
    /// Teams that know them.
    pub teams: Vec<Said<TeamRow>>,
    /// Who may speak for them, and who may not; empty under a safety marker.
    pub proxies: Vec<Said<ProxyRow>>,
    /// The proxy named by the caller, where they stand among the above.
    pub proxy: Option<ProxyId>,
    /// Ways to reach them.
    pub contacts: Vec<Said<ContactRow>>,
    /// Addresses.
    pub addresses: Vec<Said<AddressRow>>,
    /// Corrections of this person that are not over, or over since a week or less.
    pub corrections: Vec<CorrectionState>,
    /// Why records of several services are shown as one person.
    pub joined: Vec<Joined>,
    /// One a service that could hold an answer.
    pub sources: Vec<ServiceState>,
    /// True only when every source is fresh and nothing unread could be of this person.
    pub complete: bool,
}

/// A need or adjustment, as codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedRow {
    /// Group of the vocabulary, or `unmapped`.
    pub group: String,
    /// The person's own words, where they name no cause.
    pub words: Option<String>,
    /// Day it was last confirmed.
    pub confirmed_on: Option<Date>,
    /// The service's number, for one that is unmapped.
    pub phone: Phone,
}

/// A language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageRow {
    /// BCP 47 tag.
    pub tag: String,
    /// How it is used.
    pub mode: LanguageMode,
    /// Whether an interpreter is needed.
    pub interpreter: bool,
}

/// What to do before talking, under a safety marker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyRow {
    /// Codes of the vocabulary's safety instructions, or `unmapped`.
    pub instructions: Vec<String>,
    /// Who can be asked.
    #[serde(with = "crate::answer::whole_owner")]
    pub owner: Owner,
    /// Last three digits of the numbers that are safe to use.
    pub safe_numbers: Vec<String>,
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRow {
    /// The name by which it may be named.
    pub team: String,
    /// What it does for them.
    pub role: Option<String>,
    /// The worker.
    pub worker: Option<String>,
    /// Where a call is put through to.
    pub transfer: Option<Phone>,
    /// Its hours.
    pub hours: Option<String>,
}

/// Who may speak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxyRow {
    /// Which.
    pub id: ProxyId,
    /// Their name.
    pub name: String,
    /// What they are to the person.
    pub relationship: String,
    /// Code of the basis.
    pub basis: String,
    /// Codes of the subjects.
    pub about: Vec<String>,
    /// What they may do.
    pub may: Vec<May>,
    /// Limits in the person's words, where they name no cause.
    pub limits: Option<String>,
    /// Code of the evidence seen.
    pub evidence: Option<String>,
    /// How to know that it is them.
    pub verify: Option<String>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Day by which the service must look again.
    pub review_due: Option<Date>,
    /// What the person said.
    pub state: ProxyState,
    /// Whether they may speak today.
    pub speaks: bool,
}

/// A way to reach somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRow {
    /// Which way.
    pub kind: ContactKind,
    /// The number or address.
    pub value: Shown,
    /// 1 is tried first.
    pub order: u8,
    /// What it is for.
    pub purpose: Option<String>,
    /// Whose it is; none: their own, or hidden.
    pub whose: Option<Whose>,
    /// Whether a message may be left.
    pub safe_to_leave_message: Option<bool>,
    /// When it is safe to use.
    pub safe_times: Option<String>,
}

/// A value, or as much of it as may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// All of it.
    Whole(String),
    /// A telephone number's last three digits: the caller is not confirmed, or
    /// it is the safe one.
    Ending(String),
    /// Nothing.
    Hidden,
}

/// An address of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressRow {
    /// What it is to them.
    pub purpose: AddressUse,
    /// One line with the postcode; before the caller is confirmed, and for one
    /// that must not be disclosed, hidden.
    pub value: Shown,
    /// First day; none where it is hidden.
    pub from: Option<Date>,
    /// Last day; none where it is hidden.
    pub to: Option<Date>,
}

/// Why records are one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// Visible names of the two services.
    pub services: [String; 2],
    /// The rule.
    pub rule: JoinRule,
}

/// How records came to be one person. There is no other way yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JoinRule {
    /// The same service gives both the same id of its own.
    SameReference,
    /// Same valid NHS number, same date of birth, and a given name that agrees.
    NhsNumber,
}
