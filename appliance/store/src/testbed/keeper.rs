//! A keeper on a real Unix socket.

use std::collections::HashMap;
use std::io::BufReader;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use firebox_contract::receipt::{self, Statement};
use firebox_contract::signing::Domain;
use firebox_protocol::mac::MacDomain;
use firebox_protocol::store_keeper::{
    AgentKey, AgentList, Apart, Attestation, CorrectionMoved, CorrectionSealed, Matched, Reply,
    Request, ShownRecord,
};
use firebox_protocol::{Code, frame, socket};

use super::{now, permit_key, receipt_key, settings};
use crate::connection::{Writer, receive};

type BatchPlace = (String, u64, u64, String);

/// What a keeper was told.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) hellos: Vec<([u8; 16], u64)>,
    pub(crate) attested: Vec<Attestation>,
    pub(crate) shown: Vec<([u8; 16], Vec<ShownRecord>)>,
    /// How much of what a caller said was right, one an answer.
    pub(crate) confirmed: Vec<Option<Matched>>,
    /// Corrections it signed, each as often as it was asked.
    pub(crate) sealed: Vec<CorrectionSealed>,
    /// Steps it entered, each as often as it was told.
    pub(crate) moved: Vec<CorrectionMoved>,
    /// Decisions about two records it entered.
    pub(crate) apart: Vec<Apart>,
    /// Whether it hangs up on the next such decision, and is gone.
    pub(crate) gone_at_apart: bool,
    /// Times it refused a correction or a step, as long as `believes_no_correction`.
    pub(crate) alarms: usize,
    /// Whether it holds every correction for one that was never raised.
    pub(crate) believes_no_correction: bool,
    /// Whether it lives on its reserve, and attests nothing.
    pub(crate) on_reserve: bool,
    /// Outcome and bytes, by source, epoch, sequence and batch.
    receipts: HashMap<BatchPlace, (String, Vec<u8>)>,
}

/// A keeper that signs receipts and keeps no log.
pub(crate) struct FakeKeeper {
    pub(crate) told: Arc<Mutex<Told>>,
}

impl FakeKeeper {
    /// Listens in a run folder. With `attests` false it hangs up on the first attestation and is gone.
    pub(crate) fn start(
        run: &Path,
        agents: Vec<AgentKey>,
        attests: bool,
        on_reserve: bool,
    ) -> Self {
        let path = run.join(socket::file(socket::KEEPER_STORE));
        let listener = UnixListener::bind(&path).unwrap();
        let told = Arc::new(Mutex::new(Told {
            on_reserve,
            ..Told::default()
        }));
        let shared = Arc::clone(&told);
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if !serve(stream, &shared, &agents, attests) {
                    std::fs::remove_file(&path).unwrap();
                    return;
                }
            }
        });
        Self { told }
    }
}

/// Answers one connection; false once it was asked to attest and will not.
fn serve(stream: UnixStream, told: &Mutex<Told>, agents: &[AgentKey], attests: bool) -> bool {
    let to = Writer::new(stream.try_clone().unwrap()).unwrap();
    let mut stream = BufReader::new(stream);
    while let Ok((id, message)) = receive(&mut stream) {
        let mut told = told.lock().unwrap();
        let reply = match frame::decode(&message).unwrap() {
            Request::Hello {
                nonce,
                highest_log_index,
            } => {
                told.hellos.push((nonce, highest_log_index));
                Reply::Welcome {
                    box_id: settings().box_id,
                }
            }
            Request::Agents => {
                let list = postcard::to_stdvec(&AgentList {
                    agents: agents.to_vec(),
                })
                .unwrap();
                let mac = permit_key().mac(MacDomain::Agents, &list);
                Reply::Agents { list, mac }
            }
            Request::Attest(_) if !attests => return false,
            Request::Attest(_) if told.on_reserve => Reply::Refused(Code::ReserveOnly.into()),
            Request::Attest(attestation) => Reply::Receipt(told.receipt(attestation)),
            Request::Correction(_) | Request::CorrectionMoved(_) if !attests => return false,
            Request::Correction(_) | Request::CorrectionMoved(_) if told.on_reserve => {
                Reply::Refused(Code::ReserveOnly.into())
            }
            Request::Correction(_) | Request::CorrectionMoved(_) if told.believes_no_correction => {
                told.alarms += 1;
                Reply::Refused(Code::NotFound.into())
            }
            Request::Correction(sealed) => {
                let signature = receipt_key().sign(Domain::Correction, &sealed.header);
                told.sealed.push(sealed);
                Reply::Signature(signature.to_vec())
            }
            Request::CorrectionMoved(moved) => {
                told.moved.push(moved);
                Reply::Entered
            }
            Request::Apart(_) if told.gone_at_apart => return false,
            Request::Apart(_) if told.on_reserve => Reply::Refused(Code::ReserveOnly.into()),
            Request::Apart(apart) => {
                told.apart.push(apart);
                Reply::Entered
            }
            Request::Shown {
                permit,
                shown,
                confirmed,
            } => {
                told.shown.push((permit, shown));
                told.confirmed.push(confirmed);
                continue;
            }
        };
        drop(told);
        if to.send(id, &reply).is_err() {
            break;
        }
    }
    true
}

impl Told {
    fn receipt(&mut self, told: Attestation) -> Vec<u8> {
        let place = (
            told.source.clone(),
            told.epoch,
            told.sequence,
            told.batch.clone(),
        );
        let outcome = format!("{:?}{:?}", told.outcome, told.reason);
        self.attested.push(told.clone());
        if let Some((_, kept)) = self
            .receipts
            .get(&place)
            .filter(|(kept, _)| *kept == outcome)
        {
            return kept.clone();
        }
        let statement = Statement {
            format: receipt::Format::V1,
            box_id: settings().box_id,
            source: told.source,
            epoch: told.epoch,
            sequence: told.sequence,
            batch: told.batch,
            outcome: told.outcome,
            reason: told.reason,
            notes: told.notes,
            entry: self.attested.len() as u64,
            at: now(),
        };
        let bytes = receipt::sign(&statement, &receipt_key()).unwrap();
        self.receipts.insert(place, (outcome, bytes.clone()));
        bytes
    }
}
