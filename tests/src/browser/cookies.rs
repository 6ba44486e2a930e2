//! What the site left in the browser.

use serde_json::{Value, json};

use super::Browser;
use super::page::words;

/// A cookie of the site that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    pub name: String,
    pub value: String,
    pub path: String,
    /// `Lax`, `Strict` or `None`.
    pub same_site: String,
    pub http_only: bool,
    pub secure: bool,
    /// Tells whether it stays after the browser is closed.
    pub stays: bool,
}

impl Browser {
    /// Gives the cookies that the open page's address would be sent.
    pub fn cookies(&self) -> Vec<Cookie> {
        let cookies = self.driver.get("/cookie");
        cookies
            .as_array()
            .unwrap()
            .iter()
            .map(Cookie::read)
            .collect()
    }

    /// Loses all cookies, of every site.
    pub fn forgets_cookies(&self) {
        self.driver.debug("Network.clearBrowserCookies", json!({}));
    }
}

impl Cookie {
    fn read(cookie: &Value) -> Self {
        let text = |member: &str| words(cookie[member].clone());
        Self {
            name: text("name"),
            value: text("value"),
            path: text("path"),
            same_site: text("sameSite"),
            http_only: cookie["httpOnly"] == true,
            secure: cookie["secure"] == true,
            stays: cookie["expiry"].is_number(),
        }
    }
}
