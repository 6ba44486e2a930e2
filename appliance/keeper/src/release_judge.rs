//! Whether a wish is granted: policy, review, reason and limits, in this order,
//! so that what is refused takes nothing of any limit.

use firebox_contract::record::Class;
use firebox_protocol::gate_keeper::{Ground, Why};
use firebox_protocol::query::MAX_REFERENCE_CHARACTERS;
use firebox_protocol::{Code, Refusal, Slip};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::counts::Limit;
use crate::desk::Desk;
use crate::log::database::{LogError, stored};
use crate::people::Who;
use crate::policy::{Policy, ReleaseFigures};
use crate::question::MAX_EXACT;
use crate::question_check::line;
use crate::reason::Reason;
use crate::release::{Seen, Wish};
use crate::released::{self, Standing};
use crate::role::Role;
use crate::roster::fold;

/// Longest line that says what is happening, in characters.
const MAX_HAPPENING_CHARACTERS: usize = 200;

/// A wish that is granted.
pub(crate) struct Grant {
    /// The role that is granted it.
    pub(crate) role: Role,
    /// The ground, of an emergency.
    pub(crate) ground: Option<String>,
    /// Past the person's quota of emergencies.
    pub(crate) escalated: bool,
    /// The reason to remember.
    pub(crate) reason: Option<Reason>,
    /// The release that is shown again.
    pub(crate) again: Option<Standing>,
}

/// Judges a wish and takes what it costs of the limits.
pub(crate) fn judge(
    desk: &mut Desk<'_>,
    policy: &Policy,
    who: &Who,
    wish: &Wish,
    slip: &Slip,
    seen: &Seen,
) -> Result<Result<Grant, Refusal>, LogError> {
    let exact = slip.record.unsigned_abs() <= MAX_EXACT && slip.version <= MAX_EXACT;
    if !exact {
        return Ok(Err(Code::Malformed.into()));
    }
    let case = Case {
        policy,
        who,
        class: seen.context().class,
        folded: fold(&who.person.name),
    };
    match wish {
        Wish::Release(Why::Stated {
            purpose,
            reason,
            reference,
        }) => case.stated(desk, slip, purpose, reason, reference),
        Wish::Release(Why::Emergency { ground, happening }) => {
            case.emergency(desk, *ground, happening)
        }
        Wish::Again(reference) => case.again(desk, slip, seen, reference),
    }
}

struct Case<'a> {
    policy: &'a Policy,
    who: &'a Who,
    class: Class,
    folded: String,
}

impl Case<'_> {
    fn stated(
        &self,
        desk: &mut Desk<'_>,
        slip: &Slip,
        purpose: &str,
        reason: &str,
        reference: &str,
    ) -> Result<Result<Grant, Refusal>, LogError> {
        let weighed = || -> Result<(Role, Reason), Code> {
            let role = self.allowed(purpose, slip, desk.log_time_ms())?;
            if reference.trim().is_empty() {
                return Err(Code::ReferenceMissing);
            }
            line(reference, MAX_REFERENCE_CHARACTERS)?;
            Ok((role, Reason::read(reason)?))
        };
        let (role, reason) = match weighed() {
            Ok(weighed) => weighed,
            Err(code) => return Ok(Err(code.into())),
        };
        if desk.state.reasons.have(&self.folded, &reason) {
            return Ok(Err(Code::ReasonRepeated.into()));
        }
        Ok(self.take_release(desk).map(|()| Grant {
            role,
            ground: None,
            escalated: false,
            reason: Some(reason),
            again: None,
        }))
    }

    fn emergency(
        &self,
        desk: &mut Desk<'_>,
        ground: Ground,
        happening: &str,
    ) -> Result<Result<Grant, Refusal>, LogError> {
        let roles = &self.who.person.roles;
        let weighed = line(happening, MAX_HAPPENING_CHARACTERS)
            .and_then(|()| self.policy.releases.decide_emergency(roles, self.class));
        let role = match weighed {
            Ok(role) => role,
            Err(code) => return Ok(Err(code.into())),
        };
        let before = released::emergencies(desk.conn, &self.folded, desk.steady_ms)?;
        Ok(self.take_emergency(desk).map(|()| Grant {
            role,
            ground: Some(ground_code(ground).to_owned()),
            escalated: before >= self.policy.release_figures.emergencies_of_a_person,
            reason: None,
            again: None,
        }))
    }

    fn again(
        &self,
        desk: &mut Desk<'_>,
        slip: &Slip,
        seen: &Seen,
        reference: &str,
    ) -> Result<Result<Grant, Refusal>, LogError> {
        let found = desk
            .state
            .standing
            .find(reference, &self.folded, desk.steady_ms);
        let weighed = found.and_then(|standing| {
            let same = match seen {
                Seen::Opened(opened) => opened.ciphertext == standing.ciphertext,
                Seen::Closed(_) => false,
            };
            // Another note stands there now: it is not what was released.
            if !same || slip.record != standing.record {
                return Err(Code::ReleaseEnded);
            }
            let roles = &self.who.person.roles;
            let role = if standing.emergency {
                self.policy.releases.decide_emergency(roles, self.class)?
            } else {
                self.allowed(&standing.why, slip, desk.log_time_ms())?
            };
            Ok((role, standing))
        });
        let (role, standing) = match weighed {
            Ok(weighed) => weighed,
            Err(code) => return Ok(Err(code.into())),
        };
        let taken = if standing.emergency {
            self.take_emergency(desk)
        } else {
            self.take_release(desk)
        };
        Ok(taken.map(|()| Grant {
            role,
            ground: standing.emergency.then(|| standing.why.clone()),
            escalated: standing.escalated,
            reason: None,
            again: Some(standing),
        }))
    }

    /// Asks the policy, and whether the review is overdue past its grace.
    fn allowed(&self, purpose: &str, slip: &Slip, log_time_ms: u64) -> Result<Role, Code> {
        if !self.policy.knows(purpose) {
            return Err(Code::UnknownPurpose);
        }
        let roles = &self.who.person.roles;
        let role = self.policy.releases.decide(roles, self.class, purpose)?;
        if is_past_grace(slip.review_due, &self.policy.release_figures, log_time_ms) {
            return Err(Code::EmergencyOnly);
        }
        Ok(role)
    }

    fn take_release(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let figures = &self.policy.release_figures;
        let person = format!("person/{}", self.folded);
        let class = format!("class/{}", self.class.code());
        let of_class = figures.by_class.get(&self.class);
        let limit = |of, most, code| Limit { of, most, code };
        let limits = [
            limit(&person, figures.person, Code::PersonReleaseLimit),
            limit(
                &class,
                *of_class.unwrap_or(&figures.whole_box),
                Code::ClassReleaseLimit,
            ),
            limit("box", figures.whole_box, Code::BoxReleaseLimit),
        ];
        let minute = desk.minute();
        desk.state.limits.take_release(&limits, minute)
    }

    /// An emergency has only the box's own bound: nobody at a door is refused
    /// because of what they or others asked for before.
    fn take_emergency(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let limit = Limit {
            of: "emergency",
            most: self.policy.release_figures.emergencies,
            code: Code::BoxReleaseLimit,
        };
        let minute = desk.minute();
        desk.state.limits.take_release(&[limit], minute)
    }
}

/// Tells whether a review is overdue for longer than its grace.
fn is_past_grace(review_due: Date, figures: &ReleaseFigures, log_time_ms: u64) -> bool {
    let now = Timestamp::from_millisecond(stored(log_time_ms)).unwrap_or(Timestamp::MAX);
    // The day in UTC is never ahead of the day in London, so nothing ends early.
    let today = now.to_zoned(TimeZone::UTC).date();
    let end = review_due.checked_add(i32::from(figures.grace_days).days());
    end.is_ok_and(|end| today > end)
}

/// Gives a ground's code, as the interface has it.
pub(crate) fn ground_code(ground: Ground) -> &'static str {
    match ground {
        Ground::ImmediateDanger => "immediate-danger",
        Ground::AtTheDoor => "at-the-door",
        Ground::CourtOrder => "court-order",
        Ground::PersonAgrees => "person-agrees",
    }
}
