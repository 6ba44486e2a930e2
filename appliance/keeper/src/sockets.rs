//! Puts the sockets together: each is given what its caller may reach, and no more.

use std::collections::BTreeMap;
use std::io::{self, PipeReader};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use age::x25519::Identity;
use firebox_contract::record::Class;
use firebox_contract::signing::SigningKey;
use firebox_protocol::mac::MacKey;
use firebox_protocol::{Settings, Stop, socket};

use crate::agent_keys::AgentKeys;
use crate::agents::Agents;
use crate::apart::Aparts;
use crate::attest::Attest;
use crate::checkpoint::Checkpoints;
use crate::clock::{Clock, Steady};
use crate::corrections::Corrections;
use crate::door::{Door, Listeners};
use crate::gate_socket::{self, GateSocket};
use crate::keys::Recipients;
use crate::log::book::DurableTip;
use crate::log::head::HeadFile;
use crate::log_check::LogCheck;
use crate::log_reader::LogReader;
use crate::look_up::{LookUps, Rules};
use crate::opener::Opener;
use crate::operator_socket::{self, OperatorSocket};
use crate::password::Pool;
use crate::people::SharedPeople;
use crate::phone_calls::PhoneCalls;
use crate::policy::Policy;
use crate::proofs::{ProofRoom, Proofs};
use crate::readings::{ReadingRoom, Readings};
use crate::recipients::RecipientsList;
use crate::release::{Releases, Room};
use crate::reserve::ReserveMode;
use crate::sign_in::SignIn;
use crate::store_socket::{self, StoreLink, StoreSocket};
use crate::workers::Workers;
use crate::writer::Log;

/// What the sockets are made of.
pub(crate) struct Sockets {
    pub(crate) settings: Arc<Settings>,
    pub(crate) policy: Arc<Policy>,
    pub(crate) permit_key: Arc<MacKey>,
    pub(crate) receipt_key: Arc<SigningKey>,
    pub(crate) people: SharedPeople,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) steady: Steady,
    pub(crate) tip: Arc<DurableTip>,
    pub(crate) link: StoreLink,
    pub(crate) log: Log,
    pub(crate) pool: Pool,
    pub(crate) workers: Workers,
    pub(crate) short: Arc<HeadFile>,
    pub(crate) agent_keys: AgentKeys,
    pub(crate) checkpoints: Arc<Checkpoints>,
    pub(crate) log_reader: Arc<LogReader>,
    pub(crate) reserve: ReserveMode,
}

impl Sockets {
    /// Opens all three doors; they close when `closed` rings.
    pub(crate) fn open(
        &self,
        gate: GateSocket,
        listeners: Listeners,
        closed: &Arc<PipeReader>,
        end: &(impl Fn(Result<(), Stop>) + Clone + Send + Sync + 'static),
    ) -> io::Result<Vec<(Arc<Door>, JoinHandle<()>)>> {
        let (store, operator) = (self.store(end.clone()), self.operator());
        let Listeners {
            gate: at_gate,
            store: at_store,
            operator: at_operator,
        } = listeners;
        Ok(vec![
            Door::open(
                socket::KEEPER_GATE,
                at_gate,
                gate_socket::MAX_CONNECTIONS,
                Arc::clone(closed),
                move |stream| gate.serve(stream),
            )?,
            Door::open(
                socket::KEEPER_STORE,
                at_store,
                store_socket::MAX_CONNECTIONS,
                Arc::clone(closed),
                move |stream| store.serve(stream),
            )?,
            Door::open(
                socket::KEEPER_OPERATOR,
                at_operator,
                operator_socket::MAX_CONNECTIONS,
                Arc::clone(closed),
                move |stream| operator.serve(stream),
            )?,
        ])
    }

    /// Puts the gate's socket together.
    pub(crate) fn gate(
        &self,
        details: BTreeMap<Class, Vec<Identity>>,
        recipients: Recipients,
    ) -> GateSocket {
        let rules = Arc::new(Rules {
            policy: Arc::clone(&self.policy),
            permit_key: Arc::clone(&self.permit_key),
            store: self.link.clone(),
            reserve: self.reserve,
        });
        let room = Arc::new(Room {
            rules: Arc::clone(&rules),
            opener: Opener::new(
                self.settings.box_id.clone(),
                details,
                self.agent_keys.clone(),
            ),
            checkpoints: Arc::clone(&self.checkpoints),
        });
        GateSocket {
            people: Arc::clone(&self.people),
            clock: Arc::clone(&self.clock),
            steady: self.steady,
            log: self.log.clone(),
            sign_in: self.sign_in(),
            proofs: self.proofs(&rules),
            look_ups: LookUps {
                people: Arc::clone(&self.people),
                clock: Arc::clone(&self.clock),
                steady: self.steady,
                log: self.log.clone(),
                rules: Arc::clone(&rules),
            },
            phone_calls: PhoneCalls {
                people: Arc::clone(&self.people),
                clock: Arc::clone(&self.clock),
                steady: self.steady,
                log: self.log.clone(),
                rules,
            },
            releases: Releases {
                people: Arc::clone(&self.people),
                clock: Arc::clone(&self.clock),
                steady: self.steady,
                log: self.log.clone(),
                workers: self.workers.clone(),
                tip: Arc::clone(&self.tip),
                room,
            },
            checkpoints: Arc::clone(&self.checkpoints),
            log_reader: Arc::clone(&self.log_reader),
            recipients: RecipientsList::new(
                self.settings.box_id.clone(),
                recipients,
                Arc::clone(&self.receipt_key),
            ),
        }
    }

    fn store(&self, end: impl Fn(Result<(), Stop>) + Send + Sync + 'static) -> StoreSocket {
        StoreSocket {
            box_id: self.settings.box_id.clone(),
            link: self.link.clone(),
            tip: Arc::clone(&self.tip),
            agents: self.agents(),
            attest: Attest {
                box_id: self.settings.box_id.clone(),
                receipt_key: Arc::clone(&self.receipt_key),
                reserve: self.reserve,
                log: self.log.clone(),
            },
            corrections: Corrections {
                box_id: self.settings.box_id.clone(),
                receipt_key: Arc::clone(&self.receipt_key),
                reserve: self.reserve,
                log: self.log.clone(),
            },
            aparts: Aparts {
                reserve: self.reserve,
                log: self.log.clone(),
            },
            log: self.log.clone(),
            short: Arc::clone(&self.short),
            stop: Box::new(move |stop| end(Err(stop))),
        }
    }

    fn operator(&self) -> OperatorSocket {
        OperatorSocket {
            folder: self.settings.folders.keeper.clone(),
            services: self
                .settings
                .services
                .iter()
                .map(|service| service.id.clone())
                .collect(),
            people: Arc::clone(&self.people),
            clock: Arc::clone(&self.clock),
            steady: self.steady,
            tip: Arc::clone(&self.tip),
            link: self.link.clone(),
            pool: self.pool.clone(),
            agents: self.agents(),
            readings: self.readings(),
            log_check: LogCheck {
                reader: Arc::clone(&self.log_reader),
                checkpoints: Arc::clone(&self.checkpoints),
                log: self.log.clone(),
            },
            reserve: self.reserve,
            log: self.log.clone(),
        }
    }

    fn sign_in(&self) -> SignIn {
        SignIn {
            people: Arc::clone(&self.people),
            policy: Arc::clone(&self.policy),
            pool: self.pool.clone(),
            log: self.log.clone(),
            clock: Arc::clone(&self.clock),
            steady: self.steady,
        }
    }

    fn proofs(&self, rules: &Arc<Rules>) -> Proofs {
        Proofs {
            people: Arc::clone(&self.people),
            clock: Arc::clone(&self.clock),
            steady: self.steady,
            log: self.log.clone(),
            room: Arc::new(ProofRoom {
                rules: Arc::clone(rules),
                reader: Arc::clone(&self.log_reader),
                checkpoints: Arc::clone(&self.checkpoints),
                workers: self.workers.clone(),
            }),
        }
    }

    fn readings(&self) -> Readings {
        Readings {
            sign_in: self.sign_in(),
            room: Arc::new(ReadingRoom {
                people: Arc::clone(&self.people),
                policy: Arc::clone(&self.policy),
                clock: Arc::clone(&self.clock),
                reader: Arc::clone(&self.log_reader),
                checkpoints: Arc::clone(&self.checkpoints),
                workers: self.workers.clone(),
                open: Mutex::default(),
            }),
        }
    }

    fn agents(&self) -> Agents {
        Agents {
            settings: Arc::clone(&self.settings),
            mac_key: Arc::clone(&self.permit_key),
            log: self.log.clone(),
        }
    }
}
