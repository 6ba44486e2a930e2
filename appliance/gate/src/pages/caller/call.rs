//! A call, as its session remembers it: whose page is open, and who is on the
//! line. It holds for one call: a person rings again, and is asked again.

use firebox_protocol::query::{Caller, Confirmed};
use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroize;

use crate::answer::Person;
use crate::api::view_person::Seen;
use crate::pages::desk::{Desk, Once};
use crate::pages::find;

/// How long after their page was last shown somebody is still on the line.
const A_CALL: SignedDuration = SignedDuration::from_mins(30);
/// Values that must be given before a caller can be confirmed.
pub(super) const ENOUGH: u8 = 2;

/// A person opened in this session, for whoever lists them again.
pub(in crate::pages) struct Call {
    /// What to call them.
    pub(in crate::pages) preferred_name: String,
    /// When their page was last opened.
    pub(in crate::pages) opened_at: Timestamp,
    /// Their page, by a handle of this session.
    pub(in crate::pages) path: String,
    /// The call's reference, as it stands in its entries.
    pub(super) reference: String,
    /// Who is on the line.
    pub(super) line: OnTheLine,
    /// Who was listed as able or not able to speak for them, by handle.
    pub(super) listed: Vec<Listed>,
    /// The search it came from, by the reference of that search's entry.
    search: Option<String>,
    /// The answer to the form, until the page has shown it.
    waiting: Option<Once<Seen>>,
}

/// One of those who were listed.
pub(super) struct Listed {
    /// Their handle.
    pub(super) proxy: String,
    /// What they may be told and do, or that they may not.
    pub(super) sentence: String,
}

/// Who is on the line, and what they said.
#[derive(Clone)]
pub(super) struct OnTheLine {
    /// Who.
    pub(super) caller: Caller,
    /// What they said; compared, never shown.
    pub(super) said: Confirmed,
    /// Whether that was typed to find the person, so that nobody was asked.
    pub(super) by_search: bool,
}

/// What somebody says of themselves does not stay in memory that is free again.
impl Drop for OnTheLine {
    fn drop(&mut self) {
        if let Some(house) = &mut self.said.house_number {
            house.zeroize();
        }
    }
}

impl OnTheLine {
    /// Nobody was asked yet, or nobody knows.
    pub(super) fn unsure() -> Self {
        Self::new(Caller::Unsure, Confirmed::default())
    }

    /// Makes who is on the line of a form.
    pub(super) fn new(caller: Caller, said: Confirmed) -> Self {
        Self {
            caller,
            said,
            by_search: false,
        }
    }

    /// Forgets what was said unless it confirmed them: it is not sent again
    /// with every reload, where each would be one more try.
    fn settled(self, person: &Person) -> Self {
        if person.confirmed || self.said.given() == 0 {
            return self;
        }
        let caller = match self.caller {
            Caller::Person => Caller::Unsure,
            Caller::Unsure | Caller::Proxy(_) => self.caller.clone(),
        };
        Self::new(caller, Confirmed::default())
    }
}

/// What the page of a person is opened with.
pub(super) struct Opening {
    /// Who is on the line, as far as the session knows.
    pub(super) line: OnTheLine,
    /// The call's reference, for the entry; none: the keeper makes one.
    pub(super) reference: Option<String>,
    /// The answer that waits for this page.
    pub(super) waiting: Option<Seen>,
    /// The search it came from.
    search: Option<String>,
}

impl Opening {
    /// Looks at the desk for what is known of the call: the call itself while
    /// it lasts, else the search that found the person.
    pub(super) fn of(desk: &mut Desk, person: u64, now: Timestamp) -> Self {
        let found = find::of_person(&desk.searches, person);
        let search = found.map(|search| search.reference.clone());
        let said = found.map(|search| search.given.clone()).unwrap_or_default();
        match desk.callers.get_mut(&person.to_string()) {
            Some(call) if call.lasts(search.as_deref(), now) => Self {
                line: call.line.clone(),
                reference: Some(call.reference.clone()),
                waiting: call.waiting.take().and_then(|mut once| once.take()),
                search,
            },
            _ => Self {
                line: first(said),
                reference: search.clone(),
                waiting: None,
                search,
            },
        }
    }

    /// Remembers the call as it is now.
    pub(super) fn kept(&self, desk: &mut Desk, person: u64, path: &str, seen: &Seen) {
        let listed = seen.person.who_may_speak.iter().map(|speaker| Listed {
            proxy: speaker.proxy.clone(),
            sentence: speaker.sentence.clone(),
        });
        let call = Call {
            preferred_name: seen.person.call_them.clone(),
            opened_at: seen.at,
            path: path.to_owned(),
            reference: seen.reference.clone(),
            line: self.line.clone().settled(&seen.person),
            listed: listed.collect(),
            search: self.search.clone(),
            waiting: None,
        };
        desk.callers.put(person.to_string(), call);
    }
}

impl Call {
    /// Whether it is still the same call: it came from the newest search that
    /// found the person, and their page was shown not long ago.
    fn lasts(&self, search: Option<&str>, now: Timestamp) -> bool {
        self.search.as_deref() == search && now.duration_since(self.opened_at) < A_CALL
    }

    /// Gives the call of a person while it lasts.
    pub(super) fn of(desk: &mut Desk, person: u64, now: Timestamp) -> Option<&mut Self> {
        let found = find::of_person(&desk.searches, person);
        let search = found.map(|search| search.reference.clone());
        let call = desk.callers.get_mut(&person.to_string());
        call.filter(|call| call.lasts(search.as_deref(), now))
    }

    /// Notes who is on the line, and the answer that waits for the page.
    pub(super) fn answered(&mut self, line: OnTheLine, seen: Option<Seen>) {
        self.line = line;
        self.waiting = seen.map(Once::new);
    }
}

/// A search that was given two things of a person confirms as well as asking
/// for them again.
fn first(said: Confirmed) -> OnTheLine {
    if said.given() < ENOUGH {
        return OnTheLine::unsure();
    }
    OnTheLine {
        caller: Caller::Person,
        said,
        by_search: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    fn call(search: Option<&str>) -> Call {
        Call {
            preferred_name: "Sam".into(),
            opened_at: "2026-11-23T10:00:00Z".parse().unwrap(),
            path: "/people/A".into(),
            reference: "CALL-7".into(),
            line: OnTheLine::unsure(),
            listed: Vec::new(),
            search: search.map(str::to_owned),
            waiting: None,
        }
    }

    #[test]
    fn a_call_ends_with_another_search_and_half_an_hour_after_its_page_was_shown() {
        let call = call(Some("CALL-7"));
        let after = |minutes: i64| call.opened_at + minutes.minutes();
        assert!(call.lasts(Some("CALL-7"), after(29)));
        assert!(!call.lasts(Some("CALL-7"), after(30)));
        assert!(!call.lasts(Some("CALL-8"), after(1)));
        assert!(!call.lasts(None, after(1)));
    }

    #[test]
    fn one_thing_typed_to_find_somebody_confirms_nobody() {
        let house = || Some("14".to_owned());
        let one = Confirmed {
            house_number: house(),
            ..Confirmed::default()
        };
        assert_eq!(first(one.clone()).caller, Caller::Unsure);
        let two = Confirmed {
            postcode: firebox_contract::record::Postcode::parse("NB1 4QX").ok(),
            ..one
        };
        let line = first(two);
        assert_eq!((&line.caller, line.by_search), (&Caller::Person, true));
    }
}
