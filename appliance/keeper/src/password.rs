//! Passwords: which are good enough, how they are kept, and the two threads
//! that check them. No look-up runs on those threads, so a flood of sign-ins
//! makes signing in slow and nothing else.

use std::io;
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};

use argon2::password_hash::{self, Output, Salt, SaltString};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use firebox_protocol::Password;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::random;
use crate::workers::{Crew, Workers};

/// Shortest password in characters.
const MIN_CHARACTERS: usize = 12;
/// Longest password in bytes: far beyond any pass phrase, so nothing else is sent in its place.
pub(crate) const MAX_BYTES: usize = 1_024;
/// Fewest different characters; fewer is a pattern, not a password.
const MIN_DIFFERENT: usize = 5;
/// Memory of one hash in KiB: the least that is advised for argon2id with two
/// passes. Two threads then need 38 MiB of the keeper's share.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Lanes: the two threads already use both cores of a small box.
const LANES: u32 = 1;
/// Length of a hash in bytes.
const HASH_BYTES: usize = 32;
/// Threads that hash.
const THREADS: usize = 2;
/// Sign-ins that may wait for them: about two seconds of work. More are told to come again.
const WAITING: usize = 64;
/// Niceness of those threads: the log thread comes first on a busy box.
const NICENESS: i32 = 10;

/// Long passwords that are among the first to be tried.
const COMMON: [&str; 16] = [
    "123456789012",
    "1234567890123",
    "passwordpassword",
    "password1234",
    "password12345",
    "password123456",
    "qwertyuiopas",
    "qwertyuiop12",
    "qwertyuiop123",
    "1q2w3e4r5t6y",
    "abcdefghijkl",
    "iloveyou1234",
    "letmein12345",
    "welcome12345",
    "changeme1234",
    "administrator",
];

/// A kept password: an argon2id PHC string. No `Debug`, wiped on drop.
pub(crate) struct PasswordHash(Zeroizing<String>);

impl PasswordHash {
    /// Takes a PHC string out of the roster.
    pub(crate) fn stored(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Gives the PHC string, for the roster.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Tells whether this is the hash of `password`. Takes tens of milliseconds.
    pub(crate) fn is_of(&self, password: &Password) -> bool {
        self.compare(password).unwrap_or(false)
    }

    /// None when the text is no PHC string of argon2id.
    fn compare(&self, password: &Password) -> Option<bool> {
        let kept = password_hash::PasswordHash::new(&self.0).ok()?;
        let params = Params::try_from(&kept).ok()?;
        if kept.algorithm != Algorithm::Argon2id.ident() || params.m_cost() > MEMORY_KIB {
            return None;
        }
        let mut salt = [0; Salt::MAX_LENGTH];
        let salt = kept.salt?.decode_b64(&mut salt).ok()?;
        let expected = kept.hash?;
        let mut made = Zeroizing::new(vec![0; expected.len()]);
        fill(params, password, salt, &mut made).ok()?;
        Some(made.as_slice().ct_eq(expected.as_bytes()).into())
    }
}

/// Memory that earlier hashes worked in, wiped. Kept, because the allocator does
/// not give so large a piece back by itself, and another thread's next one would
/// be taken beside it.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

fn memory() -> std::sync::MutexGuard<'static, Vec<Vec<Block>>> {
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hashes `password` with `salt` into `made`.
fn fill(
    params: Params,
    password: &Password,
    salt: &[u8],
    made: &mut [u8],
) -> Result<(), argon2::Error> {
    let kept = memory().pop();
    let mut blocks = kept.unwrap_or_else(|| vec![Block::default(); MEMORY_KIB as usize]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let password = password.expose().as_bytes();
    let filled = argon2.hash_password_into_with_memory(password, salt, made, &mut blocks);
    blocks.iter_mut().for_each(Zeroize::zeroize);
    let mut memory = memory();
    if memory.len() < THREADS {
        memory.push(blocks);
    }
    filled
}

/// A hash could not be made.
#[derive(Debug, thiserror::Error)]
#[error("a password could not be hashed: look at the memory limit of the keeper")]
pub(crate) struct NotHashed;

/// Hashes a password. Takes tens of milliseconds.
pub(crate) fn hash(password: &Password) -> Result<PasswordHash, NotHashed> {
    let salt = random::bytes::<16>().map_err(|_| NotHashed)?;
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| NotHashed)?;
    let mut made = Zeroizing::new([0; HASH_BYTES]);
    fill(params.clone(), password, &salt, made.as_mut_slice()).map_err(|_| NotHashed)?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| NotHashed)?;
    let hash = password_hash::PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: (&params).try_into().map_err(|_| NotHashed)?,
        salt: Some(salt.as_salt()),
        hash: Some(Output::new(made.as_slice()).map_err(|_| NotHashed)?),
    };
    Ok(PasswordHash::stored(hash.to_string()))
}

/// Tells whether a password is long enough and not among the first to be tried.
pub(crate) fn is_good(password: &Password, name: &str) -> bool {
    let text = password.expose();
    let folded = Zeroizing::new(text.to_lowercase());
    let name = name.to_lowercase();
    let mut different: Vec<char> = folded.chars().collect();
    different.sort_unstable();
    different.dedup();
    text.chars().count() >= MIN_CHARACTERS
        && text.len() <= MAX_BYTES
        && different.len() >= MIN_DIFFERENT
        && !COMMON.contains(&folded.as_str())
        && (name.len() < 4 || !folded.contains(&name))
}

/// The threads that hash.
#[derive(Clone)]
pub(crate) struct Pool {
    workers: Workers,
    /// Compared with when nobody has the name, so that it takes as long.
    nobody: Arc<PasswordHash>,
}

impl Pool {
    /// Starts the threads; they end when the last `Pool` is dropped.
    pub(crate) fn start() -> io::Result<Self> {
        let nobody = random::bytes::<32>()
            .ok()
            .and_then(|bytes| hash(&Password::new(hex::encode(bytes))).ok())
            .ok_or_else(|| io::Error::other("no password can be hashed"))?;
        let workers = Workers::start(Crew {
            name: "password",
            threads: THREADS,
            waiting: WAITING,
            niceness: NICENESS,
        })?;
        Ok(Self {
            workers,
            nobody: Arc::new(nobody),
        })
    }

    /// Gives the hash that no password belongs to.
    pub(crate) fn nobody(&self) -> &PasswordHash {
        &self.nobody
    }

    /// Has a task done; dropped, with the ticket inside it, when too many wait.
    pub(crate) fn bring(&self, task: impl FnOnce() + Send + 'static) {
        self.workers.bring(task);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(text: &str) -> bool {
        is_good(&Password::new(text.into()), "Aisha Khan")
    }

    #[test]
    fn a_short_patterned_common_or_own_name_password_is_refused() {
        assert!(good("three blue kettles"));
        assert!(good("kettle-4-blå"));
        assert!(!good("kettle-blue"));
        assert!(!good("abababababababab"));
        assert!(!good("Password1234"));
        assert!(!good("aisha khan 2026"));
        assert!(!good(&"ab3de".repeat(300)));
    }

    #[test]
    fn a_hash_is_of_its_password_alone_and_salted() {
        let password = |text: &str| Password::new(text.into());
        let first = hash(&password("three blue kettles")).unwrap();
        let second = hash(&password("three blue kettles")).unwrap();
        assert_ne!(first.text(), second.text());
        assert!(first.text().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(first.is_of(&password("three blue kettles")));
        assert!(!first.is_of(&password("three blue kettlet")));
        assert!(!PasswordHash::stored("nonsense".into()).is_of(&password("nonsense")));
    }

    #[test]
    fn a_hash_made_by_the_librarys_own_function_is_recognised() {
        use argon2::password_hash::PasswordHasher;
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let made = argon2.hash_password(b"three blue kettles", &salt).unwrap();
        let kept = PasswordHash::stored(made.to_string());
        assert!(kept.is_of(&Password::new("three blue kettles".into())));
        assert!(!kept.is_of(&Password::new("three blue kettlet".into())));
    }
}
