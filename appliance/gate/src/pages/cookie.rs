//! The two cookies of the pages: the session's, and the one that ties a form
//! to a browser before anybody is signed in. Neither says anything to whoever
//! reads it but the box.

use axum::http::{HeaderMap, HeaderValue, header};
use firebox_protocol::SessionToken;
use zeroize::Zeroizing;

use crate::problem::{Kind, Problem};

/// `__Host-`: this host, over HTTPS, for the whole of it, and no other host of
/// the council may set it.
pub(super) const SESSION: &str = "__Host-firebox";
/// The form's, before sign-in.
pub(super) const FORM: &str = "__Host-firebox-form";

/// Not for scripts; and `Lax`, since with `Strict` a telephone system's pop-up
/// would come signed out.
const HOW: &str = "; Path=/; Secure; HttpOnly; SameSite=Lax";

/// Reads a cookie that is there exactly once.
pub(super) fn read(headers: &HeaderMap, name: &str) -> Option<Zeroizing<String>> {
    let lines = headers.get_all(header::COOKIE).iter();
    let texts = lines.filter_map(|line| line.to_str().ok());
    let mut values = texts
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(stated, _)| *stated == name)
        .map(|(_, value)| value);
    let (one, None) = (values.next()?, values.next()) else {
        return None;
    };
    Some(Zeroizing::new(one.to_owned()))
}

/// Gives the session to the browser.
pub(super) fn set_session(headers: &mut HeaderMap, token: &SessionToken) -> Result<(), Problem> {
    set(headers, SESSION, token.expose())
}

/// Gives the form's cookie to the browser.
pub(super) fn set_form(headers: &mut HeaderMap, value: &str) -> Result<(), Problem> {
    set(headers, FORM, value)
}

/// What stands in the session's place after its owner left: whoever goes back
/// is told that they signed out, not that their time ran out.
const LEFT: &str = "left";

/// Puts that in the session's place.
pub(super) fn set_left(headers: &mut HeaderMap) -> Result<(), Problem> {
    set(headers, SESSION, LEFT)
}

/// Whether the browser's last session was left by its owner.
pub(super) fn was_left(headers: &HeaderMap) -> bool {
    read(headers, SESSION).is_some_and(|value| *value == LEFT)
}

/// Takes the session from the browser.
pub(super) fn clear_session(headers: &mut HeaderMap) {
    let cleared = HeaderValue::from_static(
        "__Host-firebox=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
    );
    headers.append(header::SET_COOKIE, cleared);
}

fn set(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), Problem> {
    let line = Zeroizing::new(format!("{name}={value}{HOW}"));
    let mut line = HeaderValue::from_str(&line).map_err(|_| Problem::new(Kind::Unexpected))?;
    line.set_sensitive(true);
    headers.append(header::SET_COOKIE, line);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_str(line).unwrap());
        }
        read(&headers, SESSION).map(|value| value.to_string())
    }

    #[test]
    fn a_cookie_counts_when_it_is_there_once() {
        assert_eq!(of(&["a=1; __Host-firebox=abc; b=2"]), Some("abc".into()));
        assert_eq!(of(&["a=1", "__Host-firebox=abc"]), Some("abc".into()));
        for none in [
            &[][..],
            &["firebox=abc"],
            &["__host-firebox=abc"],
            &["__Host-firebox=abc; __Host-firebox=abd"],
            &["x__Host-firebox=abc"],
        ] {
            assert_eq!(of(none), None, "{none:?}");
        }
    }

    #[test]
    fn every_cookie_is_for_this_host_over_https_and_out_of_scripts_reach() {
        let mut headers = HeaderMap::new();
        set_form(&mut headers, "abc").unwrap();
        clear_session(&mut headers);
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            assert!(line.starts_with("__Host-firebox"), "{line}");
            for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                assert!(line.contains(part), "{line}");
            }
        }
    }
}
