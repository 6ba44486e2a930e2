//! `firebox.toml`: what the file says, then checked and unchangeable settings.
//! Reading the file is the caller's; this module only judges its text.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;

use firebox_contract::record::Phone;
use serde::Deserialize;

use crate::stop::Stop;

mod pages;

pub use pages::Pages;
use pages::PagesFile;

/// Space kept back on the log's disk, in MiB: about two hundred thousand entries.
const DEFAULT_RESERVE_MIB: u16 = 64;

/// The box's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The council's name, on every page.
    pub council: String,
    /// The box's id: `firebox.<domain>/<name>`; batches and envelopes name it.
    pub box_id: String,
    /// The number to ring when the box cannot answer.
    pub duty_line: Phone,
    /// Whether the data is invented; said on every page.
    pub demo: bool,
    /// Where people and programs connect.
    pub public: SocketAddr,
    /// Where agents connect.
    pub intake: SocketAddr,
    /// Host names the gate answers to; the first is the one in links.
    pub hosts: Vec<String>,
    /// Folders; relative ones lie beside `firebox.toml`.
    pub folders: Folders,
    /// Space kept back on the log's disk for emergencies, in bytes.
    pub reserve_bytes: u64,
    /// The services, in the order they are shown.
    pub services: Vec<Service>,
    /// What the pages say of this council.
    pub pages: Pages,
}

/// Folders of a box.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Folders {
    /// Keys, one folder a process.
    pub keys: PathBuf,
    /// The store's database.
    pub store: PathBuf,
    /// The keeper's log.
    pub keeper: PathBuf,
    /// Unix sockets.
    pub run: PathBuf,
    /// The vocabulary.
    pub vocabulary: PathBuf,
    /// The policy file.
    pub policy: PathBuf,
}

impl Default for Folders {
    fn default() -> Self {
        Self {
            keys: "keys".into(),
            store: "store".into(),
            keeper: "keeper".into(),
            run: "run".into(),
            vocabulary: "vocabulary".into(),
            policy: "policy.toml".into(),
        }
    }
}

/// One service that owns data.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its code.
    pub id: String,
    /// Its visible name.
    pub name: String,
    /// Its number.
    pub phone: Phone,
    /// Its feeds.
    pub sources: Vec<String>,
    /// Data older than this is late, in seconds.
    pub fresh_for_seconds: i64,
    /// Data older than this has stopped, in seconds.
    pub stopped_after_seconds: i64,
    /// A reading that takes away more than this share waits for two persons, in percent.
    pub max_drop_percent: u8,
    /// Fewer removals than this never wait, in records.
    pub drop_floor: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u8,
    #[serde(rename = "box")]
    identity: IdentityFile,
    listen: ListenFile,
    #[serde(default)]
    folders: Folders,
    #[serde(default)]
    log: LogFile,
    #[serde(default)]
    service: Vec<ServiceFile>,
    #[serde(default)]
    pages: PagesFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityFile {
    council: String,
    domain: String,
    name: String,
    duty_line: String,
    #[serde(default)]
    demo: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListenFile {
    public: SocketAddr,
    intake: SocketAddr,
    hosts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LogFile {
    reserve_mib: u16,
}

impl Default for LogFile {
    fn default() -> Self {
        Self {
            reserve_mib: DEFAULT_RESERVE_MIB,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceFile {
    id: String,
    name: String,
    phone: String,
    sources: Vec<String>,
    fresh_for_hours: u16,
    stopped_after_hours: u16,
    #[serde(default = "default_max_drop_percent")]
    max_drop_percent: u8,
    #[serde(default = "default_drop_floor")]
    drop_floor: u64,
}

fn default_max_drop_percent() -> u8 {
    2
}

fn default_drop_floor() -> u64 {
    3
}

impl Settings {
    /// Reads and checks the text of a `firebox.toml`.
    ///
    /// # Errors
    /// Exit 78 with the line or the key that is wrong and what to write instead.
    pub fn parse(text: &str) -> Result<Self, Stop> {
        let file: File = toml::from_str(text).map_err(|e| {
            Stop::configuration(format!("firebox.toml does not read: {}", one_line(&e)))
        })?;
        if file.version != 1 {
            return refuse("version must be 1: this build reads no other");
        }
        let services = file
            .service
            .into_iter()
            .map(ServiceFile::check)
            .collect::<Result<Vec<_>, _>>()?;
        let duty_line = phone("box.duty_line", &file.identity.duty_line)?;
        let settings = Self {
            pages: file.pages.check(&duty_line)?,
            council: file.identity.council,
            box_id: format!("firebox.{}/{}", file.identity.domain, file.identity.name),
            duty_line,
            demo: file.identity.demo,
            public: file.listen.public,
            intake: file.listen.intake,
            hosts: file.listen.hosts,
            folders: file.folders,
            reserve_bytes: u64::from(file.log.reserve_mib) << 20,
            services,
        };
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), Stop> {
        if !(1 << 20..=1024 << 20).contains(&self.reserve_bytes) {
            return refuse("log.reserve_mib must be 1 to 1024");
        }
        if self.hosts.is_empty() {
            return refuse("listen.hosts is empty: name the host people type");
        }
        if !self
            .box_id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"./-".contains(&b))
        {
            return refuse(
                "box.domain and box.name may hold letters, digits, dots and hyphens only",
            );
        }
        if self.public == self.intake && self.public.port() != 0 {
            return refuse("listen.public and listen.intake must differ");
        }
        let (mut services, mut sources) = (BTreeSet::new(), BTreeSet::new());
        for service in &self.services {
            if !services.insert(&service.id) {
                return refuse(&format!("service `{}` stands twice", service.id));
            }
            for source in &service.sources {
                if !sources.insert(source) {
                    return refuse(&format!("source `{source}` stands twice"));
                }
            }
        }
        Ok(())
    }

    /// Gives the service that owns a feed.
    pub fn service_of(&self, source: &str) -> Option<&Service> {
        self.services
            .iter()
            .find(|service| service.sources.iter().any(|s| s == source))
    }

    /// Resolves the relative folders against the folder `firebox.toml` lies in.
    pub fn within(mut self, base: &std::path::Path) -> Self {
        let folders = &mut self.folders;
        for folder in [
            &mut folders.keys,
            &mut folders.store,
            &mut folders.keeper,
            &mut folders.run,
            &mut folders.vocabulary,
            &mut folders.policy,
        ] {
            *folder = base.join(&*folder);
        }
        self
    }
}

impl ServiceFile {
    fn check(self) -> Result<Service, Stop> {
        let named = |key: &str| format!("service `{}`: {key}", self.id);
        let code = |text: &str| {
            !text.is_empty()
                && text.len() <= 64
                && text
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if !code(&self.id) {
            return refuse(&named(
                "id may hold lower-case letters, digits and hyphens only",
            ));
        }
        if self.sources.is_empty() || !self.sources.iter().all(|source| code(source)) {
            return refuse(&named(
                "sources must name at least one feed, in lower-case letters, digits and hyphens",
            ));
        }
        if self.fresh_for_hours == 0 || self.stopped_after_hours < self.fresh_for_hours {
            return refuse(&named(
                "fresh_for_hours must be at least 1 and stopped_after_hours not less",
            ));
        }
        if self.max_drop_percent > 100 {
            return refuse(&named("max_drop_percent must be 0 to 100"));
        }
        Ok(Service {
            phone: phone(&named("phone"), &self.phone)?,
            id: self.id,
            name: self.name,
            sources: self.sources,
            fresh_for_seconds: i64::from(self.fresh_for_hours) * 3600,
            stopped_after_seconds: i64::from(self.stopped_after_hours) * 3600,
            max_drop_percent: self.max_drop_percent,
            drop_floor: self.drop_floor,
        })
    }
}

fn phone(key: &str, text: &str) -> Result<Phone, Stop> {
    Phone::parse(text)
        .map_err(|_| Stop::configuration(format!("firebox.toml: {key} is not a telephone number")))
}

fn refuse<T>(what: &str) -> Result<T, Stop> {
    Err(Stop::configuration(format!("firebox.toml: {what}")))
}

fn one_line(error: &toml::de::Error) -> String {
    error
        .to_string()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
