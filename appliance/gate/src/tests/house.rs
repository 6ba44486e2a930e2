//! A gate with a keeper and a store that the test plays.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex};

use firebox_contract::Vocabulary;
use firebox_protocol::{Code, Settings, gate_keeper, gate_store, socket};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair,
};
use rustls::ClientConfig;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

use super::peers::{self, Keeper, Store};
use super::people::{self, Identity};
use crate::limits::Limits;
use crate::{Keys, Listeners, process};

/// The duty line, as people read it aloud.
pub(crate) const DUTY_LINE: &str = "01632 960999";

/// A gate, and both processes behind it.
pub(crate) struct House {
    pub(crate) public: SocketAddr,
    pub(crate) intake: SocketAddr,
    pub(crate) keeper: Keeper,
    pub(crate) store: Store,
    pub(crate) authority: Authority,
    pub(crate) authority_pem: String,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) serving: JoinHandle<()>,
    _folder: TempDir,
}

/// Which of the two processes behind are there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behind {
    Both,
    KeeperOnly,
    Nobody,
}

impl House {
    /// Opens a gate with both processes behind it, each refusing everything.
    pub(crate) async fn open() -> Self {
        Self::open_with(Behind::Both, [Limits::public(), Limits::intake()])
    }

    pub(crate) fn open_with(behind: Behind, limits: [Limits; 2]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new();
        let (listeners, public, intake) = listeners();
        let keeper: Keeper = Arc::new(Mutex::new(Box::new(|_| {
            peers::keeper_refuses(Code::NotAllowed)
        })));
        let store: Store = Arc::new(Mutex::new(Box::new(|_| {
            peers::store_refuses(Code::PermitRefused)
        })));
        let at = |name| folder.path().join(socket::file(name));
        if behind != Behind::Nobody {
            peers::play(&at(socket::KEEPER_GATE), keeper.clone());
        }
        if behind == Behind::Both {
            peers::play(&at(socket::STORE_GATE), store.clone());
        }
        let (stop, stopping) = watch::channel(false);
        let settings = settings(folder.path());
        let gate = process::open(
            &settings,
            vocabulary(),
            &authority.keys(),
            listeners,
            limits,
            stopping,
        )
        .unwrap();
        Self {
            public,
            intake,
            keeper,
            store,
            authority_pem: authority.0.pem(),
            authority,
            stop,
            serving: tokio::spawn(gate),
            _folder: folder,
        }
    }

    /// Changes what the keeper answers.
    pub(crate) fn keeper(
        &self,
        script: impl FnMut(gate_keeper::Request) -> gate_keeper::Reply + Send + 'static,
    ) {
        *self.keeper.lock().unwrap() = Box::new(script);
    }

    /// Changes what the store answers.
    pub(crate) fn store(
        &self,
        script: impl FnMut(gate_store::Request) -> gate_store::Reply + Send + 'static,
    ) {
        *self.store.lock().unwrap() = Box::new(script);
    }

    /// TLS of a client without a certificate.
    pub(crate) fn client(&self) -> ClientConfig {
        people::tls(&self.authority_pem, None)
    }
}

/// A certificate authority.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Issues a certificate.
    pub(crate) fn issue(
        &self,
        name: &str,
        hosts: &[&str],
        usage: ExtendedKeyUsagePurpose,
    ) -> Identity {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut params = CertificateParams::new(hosts).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Identity {
            certificate_pem: certificate.pem(),
            key_pem: key.serialize_pem(),
        }
    }

    /// Issues an agent's certificate.
    pub(crate) fn agent(&self, name: &str) -> Identity {
        self.issue(name, &[], ExtendedKeyUsagePurpose::ClientAuth)
    }

    /// The gate's keys.
    pub(crate) fn keys(&self) -> Keys {
        let own = self.issue(
            "gate",
            &["localhost", "127.0.0.1"],
            ExtendedKeyUsagePurpose::ServerAuth,
        );
        Keys {
            certificate_pem: own.certificate_pem,
            key_pem: Zeroizing::new(own.key_pem),
            authority_pem: self.0.pem(),
        }
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }
}

pub(crate) fn listeners() -> (Listeners, SocketAddr, SocketAddr) {
    let public = TcpListener::bind("127.0.0.1:0").unwrap();
    let intake = TcpListener::bind("127.0.0.1:0").unwrap();
    let addresses = (public.local_addr().unwrap(), intake.local_addr().unwrap());
    (Listeners { public, intake }, addresses.0, addresses.1)
}

pub(crate) fn settings(folder: &Path) -> Settings {
    let text = r#"
        version = 1
        [box]
        council = "Newbridge Borough Council"
        domain = "newbridge.example.gov.uk"
        name = "one"
        duty_line = "01632 960999"
        [listen]
        public = "127.0.0.1:8443"
        intake = "127.0.0.1:8444"
        hosts = ["localhost", "firebox.example.gov.uk"]
        [folders]
        run = "."
        [[service]]
        id = "housing"
        name = "Housing"
        phone = "01632 960100"
        sources = ["housing-cautions"]
        fresh_for_hours = 26
        stopped_after_hours = 72
    "#;
    Settings::parse(text).unwrap().within(folder)
}

pub(crate) fn vocabulary() -> Vocabulary {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/vocabulary");
    Vocabulary::read(|file| std::fs::read_to_string(folder.join(file))).unwrap()
}
