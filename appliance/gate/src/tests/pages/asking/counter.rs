//! A box with one address, one warning and one sealed note, and somebody at it.

use std::sync::{Arc, Mutex};

use firebox_protocol::answer::{Answer, FlagRow, SealedDetail};
use firebox_protocol::gate_keeper::{
    Released, Reply as KeeperReply, Request as KeeperRequest, ToldByPhone, Why,
};
use firebox_protocol::gate_store::{Reply as StoreReply, Request as StoreRequest};
use firebox_protocol::secret::Plaintext;
use firebox_protocol::{Code, Refusal};
use jiff::Timestamp;
use serde_json::json;

use crate::tests::house::House;
use crate::tests::look_ups::{answer, flag, phone, place};
use crate::tests::pages::play::Seen;
use crate::tests::peers::{keeper_refuses, store_refuses};
use crate::tests::people::TOKEN;
use crate::tests::person_play::session_of;

pub(in crate::tests::pages) const RELEASE: &str = "REL-0189ABHJKZ";
pub(in crate::tests::pages) const ADDRESS: &str = "14 Mill Lane, Newbridge, NB1 4QX";
pub(in crate::tests::pages) const REASON: &str = "Which entrance is safe to use at two?";
/// What nothing but the note itself may say.
pub(in crate::tests::pages) const SEALED: &str = "Threatened";

/// What keeper and store do; changed while they run.
pub(in crate::tests::pages) struct Plays {
    pub(in crate::tests::pages) roles: &'static [&'static str],
    /// What a release or an opening is refused with.
    pub(in crate::tests::pages) refuses: Option<Refusal>,
    /// How long from now a release can be opened.
    pub(in crate::tests::pages) seconds: i64,
    pub(in crate::tests::pages) note: String,
    pub(in crate::tests::pages) receipt: String,
    pub(in crate::tests::pages) review_open: bool,
    pub(in crate::tests::pages) escalated: bool,
    /// Records of which the keeper says that a release stands.
    pub(in crate::tests::pages) standing: Vec<i64>,
    /// How many warnings with a sealed note the address has.
    pub(in crate::tests::pages) warnings: i64,
    /// The reference the next release gets.
    pub(in crate::tests::pages) release: &'static str,
}

/// What they were asked.
#[derive(Default)]
pub(in crate::tests::pages) struct Heard {
    pub(in crate::tests::pages) whys: Vec<Why>,
    pub(in crate::tests::pages) opened: Vec<String>,
    pub(in crate::tests::pages) told: Vec<ToldByPhone>,
}

/// The box, and somebody's browser before it.
pub(in crate::tests::pages) struct Counter {
    pub(in crate::tests::pages) house: House,
    plays: Arc<Mutex<Plays>>,
    heard: Arc<Mutex<Heard>>,
}

impl Plays {
    fn new() -> Self {
        Self {
            roles: &["officer"],
            refuses: None,
            seconds: 4 * 3600,
            note: "Threatened staff.\nUse the side gate.".into(),
            receipt: receipt(),
            review_open: false,
            escalated: false,
            standing: Vec::new(),
            warnings: 1,
            release: RELEASE,
        }
    }

    fn released(&self) -> KeeperReply {
        if let Some(refusal) = &self.refuses {
            return KeeperReply::Refused(refusal.clone());
        }
        let detail = json!({"note": self.note, "incident_date": "2026-05-03"});
        KeeperReply::Released(Released {
            release: self.release.into(),
            detail: Plaintext::new(detail.to_string().into()),
            entry: 12,
            receipt: self.receipt.clone(),
            valid_until_ms: Timestamp::now().as_millisecond() + self.seconds * 1000,
            review_open: self.review_open,
            escalated: self.escalated,
        })
    }
}

fn warning(number: i64) -> FlagRow {
    // Each another hazard: two warnings that read alike have ways that do too.
    let code = ["violence-physical", "asbestos"][usize::try_from(number).unwrap()];
    let mut warning = flag(code, &["visit-in-pairs"]);
    warning.record += number;
    warning.owner.out_of_hours = Some(phone("01632 960101"));
    warning
}

/// A receipt as the formats page explains it.
pub(in crate::tests::pages) fn receipt() -> String {
    let vector = include_str!("../../../../../../tests/vectors/receipt.json");
    let vector: serde_json::Value = serde_json::from_str(vector).unwrap();
    vector["receipt"].as_str().unwrap().to_owned()
}

impl Counter {
    pub(in crate::tests::pages) async fn open() -> Self {
        let counter = Self {
            house: House::open().await,
            plays: Arc::new(Mutex::new(Plays::new())),
            heard: Arc::default(),
        };
        counter.keeper();
        counter.store();
        counter
    }

    fn store(&self) {
        let plays = self.plays.clone();
        self.house.store(move |request| match request {
            StoreRequest::Answer { permit, .. } if permit == b"look-up" => {
                let numbered = (0..plays.lock().unwrap().warnings).map(warning);
                let place = place("100023336956", numbered.collect());
                StoreReply::Answer(Answer::Property(answer(vec![place])))
            }
            StoreRequest::Answer { permit, .. } if permit == b"fetch" => {
                StoreReply::Answer(Answer::Envelope(SealedDetail {
                    slip: vec![1; 120],
                    envelope: vec![2; 120],
                }))
            }
            _ => store_refuses(Code::Malformed),
        });
    }

    fn keeper(&self) {
        let (plays, heard) = (self.plays.clone(), self.heard.clone());
        self.house.keeper(move |request| {
            let (plays, mut heard) = (plays.lock().unwrap(), heard.lock().unwrap());
            match request {
                KeeperRequest::Session { session } if session.expose() == TOKEN => {
                    KeeperReply::Session(session_of(plays.roles))
                }
                KeeperRequest::Permit { .. } => KeeperReply::Permit {
                    permit: b"look-up".to_vec(),
                    entry: 11,
                    reference: "VISIT-7".into(),
                    standing: plays.standing.clone(),
                },
                KeeperRequest::Fetch { .. } => KeeperReply::Fetch {
                    permit: b"fetch".to_vec(),
                    query: b"which".to_vec(),
                },
                KeeperRequest::Release { why, .. } => {
                    heard.whys.push(why);
                    plays.released()
                }
                KeeperRequest::Open { release, .. } => {
                    heard.opened.push(release);
                    plays.released()
                }
                KeeperRequest::ToldByPhone { told, .. } => {
                    heard.told.push(told);
                    KeeperReply::Entered { entry: 1234 }
                }
                _ => keeper_refuses(Code::NotSignedIn),
            }
        });
    }

    pub(in crate::tests::pages) fn plays(&self, change: impl FnOnce(&mut Plays)) {
        change(&mut self.plays.lock().unwrap());
    }

    pub(in crate::tests::pages) fn refuses(&self, code: Code) {
        self.plays(|plays| plays.refuses = Some(Refusal::new(code)));
    }

    pub(in crate::tests::pages) fn heard<T>(&self, read: impl FnOnce(&Heard) -> T) -> T {
        read(&self.heard.lock().unwrap())
    }

    /// Looks the address up, as an officer does.
    pub(in crate::tests::pages) async fn address(&self) -> Seen {
        let typed = [("address", "100023336956")];
        self.house.sends_and_follows("/check", &typed).await
    }

    /// Looks the address up and gives the way to its note.
    pub(in crate::tests::pages) async fn ask(&self) -> String {
        self.address().await.link("/ask/")
    }

    /// Fills in the form, and gives the page to check it on.
    pub(in crate::tests::pages) async fn asks(&self) -> String {
        let ask = self.ask().await;
        self.house.sends(&ask, &answers()).await.leads_to()
    }

    /// Asks all the way, and gives the page of the release.
    pub(in crate::tests::pages) async fn is_released(&self) -> String {
        let check = self.asks().await;
        self.house.sends(&check, &[]).await.leads_to()
    }

    /// Asks all the way, and gives the page with the note.
    pub(in crate::tests::pages) async fn sees_the_note(&self) -> Seen {
        let release = self.is_released().await;
        self.house.sends(&format!("{release}/open"), &[]).await
    }
}

/// A form filled in.
pub(in crate::tests::pages) fn answers() -> [(&'static str, &'static str); 3] {
    [
        ("purpose", "visit"),
        ("reference", "VISIT-7, at 2pm"),
        ("reason", REASON),
    ]
}
