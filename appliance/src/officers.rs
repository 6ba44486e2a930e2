//! People who may sign in: add, list, disable.

use std::path::Path;

use clap::Subcommand;
use firebox_protocol::operator::{KeeperReply, KeeperRequest};
use firebox_protocol::{Password, Settings, Stop};
use zeroize::Zeroizing;

use crate::{files, operator, say};

/// Characters of generated passwords: Crockford base32, lower case, without
/// letters that are taken for digits.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Groups of four characters in a generated password: 80 bits.
const GROUPS: usize = 4;

/// `firebox officer ...`
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Add a person; asks for a first password, or makes one with --generate
    Add {
        /// The name they sign in with
        person: String,
        /// officer, adviser, holder, reviewer, service-admin or custodian; may stand several times
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
        /// Their service, for holders and service admins
        #[arg(long)]
        service: Option<String>,
        /// Give them a second factor and show its secret once
        #[arg(long)]
        totp: bool,
        /// Make a password and show it once
        #[arg(long)]
        generate: bool,
    },
    /// List people, their roles and whether they may sign in
    List,
    /// Disable a person and end their sessions; what they did stays in the log
    Disable {
        /// The name they sign in with
        person: String,
    },
}

/// Carries out the verb.
pub(crate) fn run(config: &Path, verb: &Verb) -> Result<(), Stop> {
    let settings = files::settings(config)?;
    match verb {
        Verb::Add {
            person,
            roles,
            service,
            totp,
            generate,
        } => {
            let password = if *generate {
                new_password()?
            } else {
                typed_password()?
            };
            let person = NewPerson {
                person,
                roles,
                service: service.as_deref(),
                totp: *totp,
            };
            let secret = add(&settings, &person, &password)?;
            say::out(format_args!("{} can sign in now.", person.person));
            if *generate {
                say::out(format_args!("password, shown once: {}", *password));
            }
            if let Some(secret) = secret {
                say::out(format_args!(
                    "secret for their authenticator app, shown once: {}",
                    *secret
                ));
            }
            Ok(())
        }
        Verb::List => list(&settings),
        Verb::Disable { person } => disable(&settings, person),
    }
}

/// Somebody to add.
pub(crate) struct NewPerson<'a> {
    /// The name they sign in with.
    pub(crate) person: &'a str,
    /// Their roles.
    pub(crate) roles: &'a [String],
    /// Their service.
    pub(crate) service: Option<&'a str>,
    /// Whether they get a second factor.
    pub(crate) totp: bool,
}

/// Adds a person to the running box; gives the secret of their second factor.
pub(crate) fn add(
    settings: &Settings,
    new: &NewPerson<'_>,
    password: &str,
) -> Result<Option<Zeroizing<String>>, Stop> {
    let request = KeeperRequest::AddPerson {
        person: new.person.to_owned(),
        roles: new.roles.to_vec(),
        service: new.service.map(str::to_owned),
        password: Password::new(password.to_owned()),
        totp: new.totp,
    };
    match operator::keeper(settings, &request)? {
        KeeperReply::PersonAdded { totp_secret, .. } => {
            Ok(totp_secret.map(|secret| Zeroizing::new(secret.expose().to_owned())))
        }
        _ => Err(operator::unexpected()),
    }
}

/// Makes a password of four groups of four characters.
pub(crate) fn new_password() -> Result<Zeroizing<String>, Stop> {
    let mut bytes = Zeroizing::new([0u8; GROUPS * 4]);
    getrandom::fill(&mut *bytes)
        .map_err(|e| Stop::operating_system(format!("no randomness from the kernel: {e}")))?;
    let groups: Vec<String> = bytes
        .chunks(4)
        .map(|group| {
            group
                .iter()
                .map(|b| char::from(ALPHABET[usize::from(b % 32)]))
                .collect()
        })
        .collect();
    Ok(Zeroizing::new(groups.join("-")))
}

fn typed_password() -> Result<Zeroizing<String>, Stop> {
    let ask = |prompt| {
        rpassword::prompt_password(prompt)
            .map(Zeroizing::new)
            .map_err(|e| Stop::failed(format!("no password could be read ({e}): use --generate")))
    };
    let first = ask("First password (at least 12 characters): ")?;
    let second = ask("The same again: ")?;
    if *first == *second {
        Ok(first)
    } else {
        Err(Stop::failed("the two passwords differ: try again"))
    }
}

fn list(settings: &Settings) -> Result<(), Stop> {
    let KeeperReply::People(people) = operator::keeper(settings, &KeeperRequest::ListPeople)?
    else {
        return Err(operator::unexpected());
    };
    for row in people {
        let state = if row.enabled { "" } else { "  (disabled)" };
        let factor = if row.totp {
            "password and code"
        } else {
            "password"
        };
        say::out(format_args!(
            "{:<24} {:<32} {factor}{state}",
            row.person,
            row.roles.join(", ")
        ));
    }
    Ok(())
}

fn disable(settings: &Settings, person: &str) -> Result<(), Stop> {
    let request = KeeperRequest::DisablePerson {
        person: person.to_owned(),
    };
    match operator::keeper(settings, &request)? {
        KeeperReply::Done { entry } => {
            say::out(format_args!(
                "{person} can no longer sign in (log entry {entry})."
            ));
            Ok(())
        }
        _ => Err(operator::unexpected()),
    }
}
