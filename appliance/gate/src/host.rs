//! Whether a request is for this box. A page of another site whose name was
//! made to point here (DNS rebinding) sends its own name, and is refused.

use axum::http::header::HOST;
use axum::http::request::Parts;

/// The names the public listener answers to.
#[derive(Debug)]
pub(crate) struct Hosts {
    names: Vec<String>,
    port: String,
}

/// A name that was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    /// Whether it means "this machine", where no browser may be told to insist on HTTPS.
    pub(crate) local: bool,
}

impl Hosts {
    /// Takes the settings' host names and the listener's own port.
    pub(crate) fn new(hosts: &[String], port: u16) -> Self {
        let mut names: Vec<String> = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        // The demo's certificate names both, and people type either.
        if names.iter().any(|name| name == "localhost") {
            names.push("127.0.0.1".to_owned());
        }
        Self {
            names,
            port: port.to_string(),
        }
    }

    /// Recognises the one host of a request, with or without the port. None:
    /// another box was meant, or the request names no host, or two.
    pub(crate) fn recognise(&self, head: &Parts) -> Option<Host> {
        let mut stated = head.headers.get_all(HOST).iter();
        let (one, None) = (stated.next()?, stated.next()) else {
            return None;
        };
        let name = self.own(one.to_str().ok()?)?;
        // A target with a host of its own (`GET https://other/`) outranks the
        // header, so it must be ours too.
        if let Some(authority) = head.uri.authority() {
            self.own(authority.as_str())?;
        }
        Some(Host {
            local: name == "localhost" || name == "127.0.0.1",
        })
    }

    fn own(&self, stated: &str) -> Option<&str> {
        let own = |name: &&String| {
            let Some((host, rest)) = stated.split_at_checked(name.len()) else {
                return false;
            };
            host.eq_ignore_ascii_case(name)
                && (rest.is_empty() || rest.strip_prefix(':') == Some(self.port.as_str()))
        };
        self.names.iter().find(own).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn recognised(hosts: &[&str], uri: &str, stated: &[&str]) -> Option<bool> {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut request = Request::builder().uri(uri);
        for host in stated {
            request = request.header(HOST, *host);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        Hosts::new(&hosts, 8443)
            .recognise(&head)
            .map(|host| host.local)
    }

    #[test]
    fn the_box_answers_to_its_own_names_with_its_own_port_or_none() {
        let ours = ["firebox.example.gov.uk"];
        assert_eq!(
            recognised(&ours, "/", &["firebox.example.gov.uk"]),
            Some(false)
        );
        assert_eq!(
            recognised(&ours, "/", &["FireBox.example.gov.uk:8443"]),
            Some(false)
        );
        for other in [
            "firebox.example.gov.uk:443",
            "evil.example",
            "localhost",
            "127.0.0.1",
            "",
            "firebox.example.gov.uk.evil.example",
            "firebox.example.gov.uk:",
            "afirebox.example.gov.uk",
        ] {
            assert_eq!(recognised(&ours, "/", &[other]), None, "{other}");
        }
    }

    #[test]
    fn the_loopback_address_is_answered_only_where_localhost_is() {
        assert_eq!(
            recognised(&["localhost"], "/", &["127.0.0.1:8443"]),
            Some(true)
        );
        assert_eq!(recognised(&["localhost"], "/", &["localhost"]), Some(true));
        assert_eq!(recognised(&["localhost"], "/", &["127.0.0.2"]), None);
    }

    #[test]
    fn no_host_two_hosts_and_a_target_elsewhere_are_not_recognised() {
        let ours = ["localhost"];
        assert_eq!(recognised(&ours, "/", &[]), None);
        assert_eq!(recognised(&ours, "/", &["localhost", "localhost"]), None);
        assert_eq!(
            recognised(&ours, "https://evil.example/", &["localhost"]),
            None
        );
        assert_eq!(
            recognised(&ours, "https://localhost:8443/", &["localhost"]),
            Some(true)
        );
    }
}
