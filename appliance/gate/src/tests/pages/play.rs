//! Somebody with a browser, as far as a test without one can play them: asks
//! for pages with the session's cookie, sends forms with their token, reads.
//!
//! Every page that comes back is held against the rules of all pages.

use std::collections::BTreeMap;

use html5gum::{Token, Tokenizer};

use super::rules;
use crate::tests::house::House;
use crate::tests::people::{Reply, Request, TOKEN};

/// A page as it came.
#[derive(Debug)]
pub(in crate::tests) struct Seen {
    pub(in crate::tests) status: u16,
    pub(in crate::tests) headers: BTreeMap<String, String>,
    pub(in crate::tests) html: String,
}

impl House {
    /// Opens a page with the session's cookie.
    pub(in crate::tests) async fn page(&self, path: &str) -> Seen {
        Seen::of(with_session(Request::get(path)).send(self).await)
    }

    /// Opens a page without a session.
    pub(in crate::tests) async fn page_of_a_stranger(&self, path: &str) -> Seen {
        Seen::of(Request::get(path).send(self).await)
    }

    /// Sends a form with the session's cookie and a token of it.
    pub(in crate::tests) async fn sends(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let token = self.page("/help").await.token();
        self.sends_with(&token, path, fields).await
    }

    /// Sends a form with a token of the test's choice.
    pub(in crate::tests) async fn sends_with(
        &self,
        token: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Seen {
        let request = with_session(Request::new("POST", path));
        let body = form(fields.iter().copied().chain([("csrf", token)]));
        Seen::of(request.body(FORM, body).send(self).await)
    }

    /// Sends a form and opens the page it leads to.
    pub(in crate::tests) async fn sends_and_follows(
        &self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Seen {
        let sent = self.sends(path, fields).await;
        assert_eq!(sent.status, 303, "{}", sent.html);
        self.page(&sent.leads_to()).await
    }
}

/// The media type of a form.
pub(in crate::tests) const FORM: &str = "application/x-www-form-urlencoded";

/// Gives a request the session's cookie.
pub(in crate::tests) fn with_session(request: Request) -> Request {
    request.header("Cookie", &format!("__Host-firebox={TOKEN}"))
}

/// Writes fields as a browser does.
pub(in crate::tests) fn form<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut body = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        body.append_pair(name, value);
    }
    body.finish()
}

impl Seen {
    pub(in crate::tests) fn of(reply: Reply) -> Self {
        let seen = Self {
            status: reply.status,
            html: String::from_utf8_lossy(&reply.body).into_owned(),
            headers: reply.headers,
        };
        let kind = seen.headers.get("content-type");
        if kind.is_some_and(|kind| kind.starts_with("text/html")) {
            rules::hold(&seen.html);
        }
        seen
    }

    /// Where the browser is sent.
    pub(in crate::tests) fn leads_to(&self) -> String {
        self.headers["location"].clone()
    }

    /// The token of this page's forms.
    pub(in crate::tests) fn token(&self) -> String {
        let (_, rest) = self.html.split_once("data-csrf=\"").expect("a token");
        rest.split('"').next().unwrap().to_owned()
    }

    pub(in crate::tests) fn title(&self) -> String {
        text_of(&self.html, "title").join("")
    }

    /// The one `h1`.
    pub(in crate::tests) fn heading(&self) -> String {
        text_of(&self.html, "h1").join(" ")
    }

    /// The headings of the second level, in order.
    pub(in crate::tests) fn second_headings(&self) -> Vec<String> {
        text_of(&self.html, "h2")
    }

    /// All words of `main`, blanks joined.
    pub(in crate::tests) fn text(&self) -> String {
        text_of(&self.html, "main").join(" ")
    }

    /// The words of the error summary, one a link.
    pub(in crate::tests) fn errors(&self) -> Vec<String> {
        let Some((_, rest)) = self.html.split_once("class=\"govuk-error-summary\"") else {
            return Vec::new();
        };
        let summary = rest.split_once("</ul>").unwrap().0;
        text_of(&format!("<div {summary}"), "a")
    }

    /// Targets of all links in `main`.
    pub(in crate::tests) fn links(&self) -> Vec<String> {
        let main = self.html.split_once("<main").unwrap().1;
        let main = main.split_once("</main>").unwrap().0;
        let mut links = Vec::new();
        for Ok(token) in Tokenizer::new(main) {
            let Token::StartTag(tag) = token else {
                continue;
            };
            if tag.name.0 == b"a"
                && let Some(href) = tag.attributes.get(b"href".as_slice())
            {
                links.push(String::from_utf8(href.to_vec()).unwrap());
            }
        }
        links
    }

    /// The first link in `main` that begins so.
    pub(in crate::tests) fn link(&self, beginning: &str) -> String {
        let links = self.links();
        let found = links.iter().find(|link| link.starts_with(beginning));
        found
            .unwrap_or_else(|| panic!("no link to {beginning}: {links:?}"))
            .clone()
    }
}

/// Gives the words inside each element of a name, blanks joined.
pub(in crate::tests) fn text_of(html: &str, name: &str) -> Vec<String> {
    let (mut texts, mut depth) = (Vec::<String>::new(), 0usize);
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) if tag.name.0 == name.as_bytes() => {
                if depth == 0 {
                    texts.push(String::new());
                }
                depth += 1;
            }
            Token::EndTag(tag) if tag.name.0 == name.as_bytes() => {
                depth = depth.saturating_sub(1);
            }
            // An element's end parts words as a blank does.
            Token::StartTag(_) | Token::EndTag(_) if depth > 0 => {
                texts.last_mut().unwrap().push(' ');
            }
            Token::String(text) if depth > 0 => {
                let text = String::from_utf8_lossy(&text);
                texts.last_mut().unwrap().push_str(&text);
            }
            _ => {}
        }
    }
    let joined = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    texts.into_iter().map(joined).collect()
}
