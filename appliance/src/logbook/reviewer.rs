//! Who reads the log, and why. The password comes from the terminal, or from a
//! pipe; never from an argument or the environment, where others could see it.

use std::io::IsTerminal;

use clap::Args;
use firebox_protocol::{Password, Stop};
use zeroize::Zeroizing;

/// Most bytes read from a pipe: a password and a code.
const MOST_BYTES: usize = 2_048;

/// The reviewer and their ground for reading.
#[derive(Args)]
pub(crate) struct Reviewer {
    /// The reviewer's name; the password is asked for, or is the first line of
    /// standard input, with the code of their app as the second
    #[arg(long = "reviewer", value_name = "NAME")]
    pub(crate) person: String,
    /// investigation, complaint or subject-access
    #[arg(long, value_name = "CODE")]
    pub(crate) purpose: String,
    /// What it is read for: the complaint's or request's number
    #[arg(long, value_name = "REF")]
    pub(crate) reference: String,
}

/// What shows that somebody is the reviewer.
pub(crate) struct Credentials {
    pub(crate) password: Password,
    /// The code of their app.
    pub(crate) totp: Option<String>,
}

impl Credentials {
    /// Asks at the terminal, or reads them from a pipe.
    pub(crate) fn take(person: &str) -> Result<Self, Stop> {
        if std::io::stdin().is_terminal() {
            Self::ask(person)
        } else {
            Self::from_lines(&piped()?)
        }
    }

    fn ask(person: &str) -> Result<Self, Stop> {
        let ask = |prompt: String| {
            rpassword::prompt_password(prompt).map_err(|e| {
                Stop::failed(format!(
                    "no password could be read ({e}): give it as the first line of standard input"
                ))
            })
        };
        let person = crate::legible::legible(person);
        let password = Password::new(ask(format!("Password of {person}: "))?);
        let totp = ask("Code from the app (empty if there is none): ".to_owned())?;
        Ok(Self {
            password,
            totp: Some(totp).filter(|code| !code.is_empty()),
        })
    }

    /// Takes the first line as password and the second as code.
    fn from_lines(text: &str) -> Result<Self, Stop> {
        let mut lines = text.lines();
        let password = lines
            .next()
            .filter(|line| !line.is_empty())
            .ok_or_else(|| {
                Stop::failed("standard input is empty: give the password as its first line")
            })?;
        let totp = lines.next().map(str::trim).filter(|code| !code.is_empty());
        Ok(Self {
            password: Password::new(password.to_owned()),
            totp: totp.map(str::to_owned),
        })
    }
}

/// Reads standard input to its end into a buffer that is wiped afterwards.
fn piped() -> Result<Zeroizing<String>, Stop> {
    let failed =
        |e: &dyn std::fmt::Display| Stop::failed(format!("standard input cannot be read: {e}"));
    let mut bytes = Zeroizing::new(vec![0; MOST_BYTES]);
    let mut length = 0;
    while length < MOST_BYTES {
        match rustix::io::read(std::io::stdin(), &mut bytes[length..]).map_err(|e| failed(&e))? {
            0 => break,
            got => length += got,
        }
    }
    std::str::from_utf8(&bytes[..length])
        .map(|text| Zeroizing::new(text.to_owned()))
        .map_err(|e| failed(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, Option<String>)> {
        let credentials = Credentials::from_lines(text).ok()?;
        let password = credentials.password.expose().to_owned();
        Some((password, credentials.totp))
    }

    #[test]
    fn the_first_line_is_the_password_and_the_second_the_code() {
        let password = "three blue kettles".to_owned();
        let code = Some("081804".to_owned());
        for (text, totp) in [
            ("three blue kettles", None),
            ("three blue kettles\n", None),
            ("three blue kettles\n\n", None),
            ("three blue kettles\n081804", code.clone()),
            ("three blue kettles\r\n 081804 \r\n", code),
        ] {
            assert_eq!(read(text), Some((password.clone(), totp)));
        }
        assert_eq!(read(" a b "), Some((" a b ".to_owned(), None)));
    }

    #[test]
    fn without_a_password_nobody_is_asked() {
        assert_eq!(read(""), None);
        assert_eq!(read("\n081804"), None);
    }
}
