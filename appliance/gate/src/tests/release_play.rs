//! Keeper and store as they play a release.

use std::sync::{Arc, Mutex};

use firebox_protocol::Code;
use firebox_protocol::answer::{Answer, SealedDetail};
use firebox_protocol::gate_keeper::{
    Fetch, Released, Reply as KeeperReply, Request as KeeperRequest, Why,
};
use firebox_protocol::gate_store::{Reply as StoreReply, Request as StoreRequest};
use firebox_protocol::secret::Plaintext;
use serde_json::{Value, json};

use super::house::House;
use super::look_ups::{answer, flag, place};
use super::peers::{keeper_refuses, store_refuses};
use super::people::{Reply, Request, TOKEN};

pub(super) const RELEASES: &str = "/api/v1/releases";
pub(super) const EMERGENCY: &str = "/api/v1/releases/emergency";
pub(super) const OPEN: &str = "/api/v1/releases/REL-0123456789/open";
/// The longest envelope there is, and a little.
const ENVELOPE_BYTES: usize = 100 * 1024;

/// What keeper and store were asked.
#[derive(Default)]
pub(super) struct Seen {
    /// What leave was asked for.
    pub(super) fetched: Vec<Fetch>,
    /// Permits and queries, as the keeper gave them.
    pub(super) given: Vec<(Vec<u8>, Vec<u8>)>,
    /// Permits and queries, as the store got them.
    pub(super) asked: Vec<(Vec<u8>, Vec<u8>)>,
    /// Slips and envelopes, as the store gave them.
    pub(super) answered: Vec<SealedDetail>,
    /// Slips and envelopes, as the keeper got them.
    pub(super) brought: Vec<SealedDetail>,
    /// Why, of each release.
    pub(super) why: Vec<Why>,
    /// References of releases that were to be shown again.
    pub(super) opened: Vec<String>,
}

/// A released detail, as the keeper gives it.
pub(super) fn released() -> Released {
    Released {
        release: "REL-0123456789".into(),
        detail: Plaintext::new(detail().to_string().into()),
        entry: 12,
        receipt: "c2sp.org/tlog-proof@v1\nextra QUJD\n".into(),
        valid_until_ms: 1_777_800_000_000,
        review_open: false,
        escalated: false,
    }
}

/// What a service sealed.
pub(super) fn detail() -> Value {
    json!({"note": "Threatened staff with a \"knife\".\nAsk for the dog to be shut away.",
        "incident_date": "2026-05-03", "decided_by": "A Manager"})
}

/// A request for a release.
pub(super) fn asked(flag: &str) -> Value {
    json!({"flag": flag, "purpose": "visit", "reason": "Visiting at 2pm with a colleague",
        "reference": "VISIT-7"})
}

/// A request in an emergency.
pub(super) fn emergency(flag: &str) -> Value {
    json!({"flag": flag, "ground": "at-the-door", "happening": "A man shouts behind the door"})
}

/// Status and code of a refusal.
pub(super) fn said(reply: &Reply) -> (u16, String) {
    (reply.status, reply.problem())
}

impl House {
    /// Keeper and store play their parts, each message another; what comes of
    /// a release in the keeper, the test says.
    pub(super) fn releases(
        &self,
        mut comes_of_it: impl FnMut() -> KeeperReply + Send + 'static,
    ) -> Arc<Mutex<Seen>> {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (at_keeper, at_store) = (seen.clone(), seen.clone());
        self.keeper(move |request| {
            let mut seen = at_keeper.lock().unwrap();
            match request {
                KeeperRequest::Permit { session, .. } if session.expose() == TOKEN => {
                    KeeperReply::Permit {
                        permit: b"look-up".to_vec(),
                        entry: 11,
                        reference: "VISIT-7".into(),
                        standing: Vec::new(),
                    }
                }
                KeeperRequest::Fetch { session, what } if session.expose() == TOKEN => {
                    let turn = seen.fetched.len();
                    let permit = format!("permit {turn}").into_bytes();
                    let query = format!("query {turn}, which the gate cannot read").into_bytes();
                    seen.fetched.push(what);
                    seen.given.push((permit.clone(), query.clone()));
                    KeeperReply::Fetch { permit, query }
                }
                KeeperRequest::Release {
                    session,
                    why,
                    slip,
                    envelope,
                } if session.expose() == TOKEN => {
                    seen.why.push(why);
                    seen.brought.push(SealedDetail { slip, envelope });
                    comes_of_it()
                }
                KeeperRequest::Open {
                    session,
                    release,
                    slip,
                    envelope,
                } if session.expose() == TOKEN => {
                    seen.opened.push(release);
                    seen.brought.push(SealedDetail { slip, envelope });
                    comes_of_it()
                }
                _ => keeper_refuses(Code::NotSignedIn),
            }
        });
        self.store(move |request| match request {
            StoreRequest::Answer { permit, .. } if permit == b"look-up" => {
                let warned = place("100023336956", vec![flag("violence-physical", &[])]);
                StoreReply::Answer(Answer::Property(answer(vec![warned])))
            }
            StoreRequest::Answer { permit, query } => {
                let mut seen = at_store.lock().unwrap();
                let turn = u8::try_from(seen.answered.len()).unwrap();
                let sealed = SealedDetail {
                    slip: vec![turn; 120],
                    envelope: (0..=u8::MAX)
                        .map(|byte| byte ^ turn)
                        .cycle()
                        .take(ENVELOPE_BYTES)
                        .collect(),
                };
                seen.asked.push((permit, query));
                seen.answered.push(sealed.clone());
                StoreReply::Answer(Answer::Envelope(sealed))
            }
            _ => store_refuses(Code::Malformed),
        });
        seen
    }

    /// Looks an address up and gives one of its handles.
    pub(super) async fn handle(&self, pointer: &str) -> String {
        let body = json!({"purpose": "visit", "uprn": "100023336956"});
        let found = Request::call("/api/v1/look-ups/property", &body)
            .send(self)
            .await
            .json();
        found.pointer(pointer).unwrap().as_str().unwrap().to_owned()
    }

    /// Looks an address up and gives the handle of its warning.
    pub(super) async fn flag(&self) -> String {
        self.handle("/matches/0/flags/0/flag").await
    }
}
