//! Key files: one key a file, one folder a process, readable by that process
//! alone. A key that two processes use is two files.
//!
//! | folder | file | what it is |
//! |---|---|---|
//! | keeper | `log.key` `head.key` `permit.key` | 32 bytes, base64 |
//! | keeper | `checkpoint.key` `receipt.key` | Ed25519 seeds, base64 |
//! | keeper | `detail-<class>-<quarter>.age` | age identities that open details |
//! | keeper | `recipients.json` | public: what agents seal to |
//! | store | `store.key` `buckets.key` `permit.key` | 32 bytes, base64 |
//! | store | `batch.age` | age identity that opens batches |
//! | gate | `tls.key` `tls.crt` `agents-ca.crt` | PEM |
//! | ca | `ca.key` `ca.crt` `agents-ca.key` `agents-ca.crt` | PEM; not needed by any process |

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_contract::record::Class;
use firebox_contract::signing::SigningKey;
use firebox_protocol::mac::MacKey;
use firebox_protocol::{Settings, Stop};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::certificates::Authority;
use crate::files::{private_file, private_folder};

/// Mode of every key file.
const KEY_MODE: u32 = 0o400;

/// The public half of what agents seal to, as it lies beside the keeper's keys.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecipientsFile {
    /// age recipient of batch bodies.
    pub(crate) batch: String,
    /// age recipient of details, by class code.
    pub(crate) details: BTreeMap<String, String>,
}

/// Reads the keeper's keys.
pub(crate) fn keeper(settings: &Settings) -> Result<firebox_keeper::Keys, Stop> {
    let folder = settings.folders.keys.join("keeper");
    Ok(firebox_keeper::Keys {
        log: bytes(&folder.join("log.key"))?,
        head: bytes(&folder.join("head.key"))?,
        permit: MacKey::new(*bytes(&folder.join("permit.key"))?),
        checkpoint: bytes(&folder.join("checkpoint.key"))?,
        receipt: SigningKey::from_seed(&*bytes(&folder.join("receipt.key"))?),
        details: details(&folder)?,
    })
}

/// Reads the identities that open details, `detail-<class>-<quarter>.age`, the
/// newest quarter first. Every class must have one.
fn details(folder: &Path) -> Result<BTreeMap<Class, Vec<age::x25519::Identity>>, Stop> {
    let unreadable = |error: std::io::Error| {
        Stop::configuration(format!("{} cannot be read: {error}", folder.display()))
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        names.extend(name.into_string().ok());
    }
    names.sort_unstable_by(|one, other| other.cmp(one));
    let mut details = BTreeMap::new();
    for class in Class::all() {
        let prefix = format!("detail-{}-", class.code());
        let of_class = names.iter().filter(|name| {
            let quarter = name
                .strip_prefix(&prefix)
                .and_then(|rest| rest.strip_suffix(".age"));
            quarter.is_some_and(is_quarter)
        });
        let identities = of_class.map(|name| identity(&folder.join(name)));
        let identities = identities.collect::<Result<Vec<_>, _>>()?;
        if identities.is_empty() {
            return Err(Stop::configuration(format!(
                "{}/{prefix}<quarter>.age is missing: restore it from the recovery set; without it no detail of this class can be opened",
                folder.display()
            )));
        }
        details.insert(class, identities);
    }
    Ok(details)
}

/// Tells whether text is a quarter as `quarter` writes it.
fn is_quarter(text: &str) -> bool {
    text.len() == 6
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 => byte == b'q',
            _ => byte.is_ascii_digit(),
        })
}

/// Reads what agents seal to.
pub(crate) fn recipients(settings: &Settings) -> Result<RecipientsFile, Stop> {
    let path = settings.folders.keys.join("keeper/recipients.json");
    serde_json::from_str(&secret_text(&path)?)
        .map_err(|e| Stop::configuration(format!("{} does not read: {e}", path.display())))
}

/// Reads the store's keys.
pub(crate) fn store(settings: &Settings) -> Result<firebox_store::Keys, Stop> {
    let folder = settings.folders.keys.join("store");
    Ok(firebox_store::Keys {
        database: bytes(&folder.join("store.key"))?,
        batch: identity(&folder.join("batch.age"))?,
        permit: MacKey::new(*bytes(&folder.join("permit.key"))?),
        buckets: bytes(&folder.join("buckets.key"))?,
    })
}

/// Reads the gate's keys.
pub(crate) fn gate(settings: &Settings) -> Result<firebox_gate::Keys, Stop> {
    let folder = settings.folders.keys.join("gate");
    Ok(firebox_gate::Keys {
        certificate_pem: secret_text(&folder.join("tls.crt"))?.to_string(),
        key_pem: secret_text(&folder.join("tls.key"))?,
        authority_pem: secret_text(&folder.join("agents-ca.crt"))?.to_string(),
    })
}

/// Reads the authority that signs agents' client certificates; for the operator's command line only.
pub(crate) fn agents_authority(settings: &Settings) -> Result<Authority, Stop> {
    let folder = settings.folders.keys.join("ca");
    let certificate = secret_text(&folder.join("agents-ca.crt"))?;
    let key = secret_text(&folder.join("agents-ca.key"))?;
    Authority::read(&certificate, &key)
}

/// Gives the path of the certificate that browsers and agents must trust.
pub(crate) fn authority_certificate(settings: &Settings) -> PathBuf {
    settings.folders.keys.join("ca/ca.crt")
}

/// Makes all keys of a new box in `folder`, which must not be there yet.
pub(crate) fn create(folder: &Path, hosts: &[String]) -> Result<(), Stop> {
    let keeper = private_folder(&folder.join("keeper"))?;
    let store = private_folder(&folder.join("store"))?;
    let permit = random_key()?;
    for name in ["log.key", "head.key", "checkpoint.key", "receipt.key"] {
        write_key(&keeper.join(name), &*random_key()?)?;
    }
    for name in ["store.key", "buckets.key"] {
        write_key(&store.join(name), &*random_key()?)?;
    }
    write_key(&keeper.join("permit.key"), &permit)?;
    write_key(&store.join("permit.key"), &permit)?;

    let batch = new_identity(&store.join("batch.age"))?;
    let quarter = quarter();
    let mut details = BTreeMap::new();
    for class in Class::all() {
        let path = keeper.join(format!("detail-{}-{quarter}.age", class.code()));
        details.insert(class.code().to_owned(), new_identity(&path)?);
    }
    let recipients = serde_json::to_vec_pretty(&RecipientsFile { batch, details })
        .map_err(|e| Stop::failed(format!("recipients cannot be written: {e}")))?;
    private_file(&keeper.join("recipients.json"), KEY_MODE, &recipients)?;
    create_certificates(folder, hosts)
}

fn create_certificates(folder: &Path, hosts: &[String]) -> Result<(), Stop> {
    let gate = private_folder(&folder.join("gate"))?;
    let ca = private_folder(&folder.join("ca"))?;
    let people = Authority::create("Firebox certificate authority")?;
    let agents = Authority::create("Firebox agents' certificate authority")?;
    let server = people.server(hosts)?;
    let write = |path: PathBuf, pem: &str| private_file(&path, KEY_MODE, pem.as_bytes());
    write(ca.join("ca.crt"), &people.certificate_pem())?;
    write(ca.join("ca.key"), &people.key_pem())?;
    write(ca.join("agents-ca.crt"), &agents.certificate_pem())?;
    write(ca.join("agents-ca.key"), &agents.key_pem())?;
    write(gate.join("tls.crt"), &server.certificate_pem)?;
    write(gate.join("tls.key"), &server.key_pem)?;
    write(gate.join("agents-ca.crt"), &agents.certificate_pem())
}

fn random_key() -> Result<Zeroizing<[u8; 32]>, Stop> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *key)
        .map_err(|e| Stop::operating_system(format!("no randomness from the kernel: {e}")))?;
    Ok(key)
}

fn write_key(path: &Path, key: &[u8; 32]) -> Result<(), Stop> {
    let text = Zeroizing::new(format!("{}\n", STANDARD.encode(key)));
    private_file(path, KEY_MODE, text.as_bytes())
}

/// Writes a new age identity and gives its recipient.
fn new_identity(path: &Path) -> Result<String, Stop> {
    let identity = age::x25519::Identity::generate();
    let text = Zeroizing::new(format!("{}\n", identity.to_string().expose_secret()));
    private_file(path, KEY_MODE, text.as_bytes())?;
    Ok(identity.to_public().to_string())
}

/// The quarter a detail identity is for, such as `2026q4`.
fn quarter() -> String {
    let today = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    format!("{}q{}", today.year(), (today.month() + 2) / 3)
}

fn bytes(path: &Path) -> Result<Zeroizing<[u8; 32]>, Stop> {
    let text = secret_text(path)?;
    let wrong = || {
        Stop::configuration(format!(
            "{} is not 32 bytes of base64: put the right key file back from the recovery set",
            path.display()
        ))
    };
    let decoded = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| wrong())?);
    let mut key = Zeroizing::new([0; 32]);
    if decoded.len() != key.len() {
        return Err(wrong());
    }
    key.copy_from_slice(&decoded);
    Ok(key)
}

fn identity(path: &Path) -> Result<age::x25519::Identity, Stop> {
    secret_text(path)?.trim().parse().map_err(|_| {
        Stop::configuration(format!(
            "{} is not an age identity: put the right key file back from the recovery set",
            path.display()
        ))
    })
}

/// Reads a file that must belong to this user and be closed to all others.
fn secret_text(path: &Path) -> Result<Zeroizing<String>, Stop> {
    let named = |what: String| Stop::configuration(format!("{} {what}", path.display()));
    let meta = fs::metadata(path).map_err(|e| {
        named(format!("cannot be opened ({e}): make a box with `firebox init`, or put the file back from the recovery set"))
    })?;
    if meta.mode() & 0o077 != 0 {
        return Err(named("can be read by others: run `chmod 0400` on it, and make a new key if somebody may have read it".into()));
    }
    let me = rustix::process::geteuid().as_raw();
    if meta.uid() != me {
        return Err(named(format!(
            "belongs to user {} and not to this process's user {me}: run `chown` on it",
            meta.uid()
        )));
    }
    fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|e| named(format!("cannot be read: {e}")))
}
