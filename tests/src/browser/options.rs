//! What kind of window it is: how wide, with or without scripts, which names it knows.

/// The kind of window that [`super::Browser::start`] opens.
#[derive(Clone, Debug)]
pub struct Options {
    pub(super) phone: bool,
    pub(super) javascript: bool,
    pub(super) names: Vec<String>,
    pub(super) site: String,
}

impl Options {
    /// Describes a window of 1366 x 768 on a desk.
    pub fn desk() -> Self {
        Self {
            phone: false,
            javascript: true,
            names: Vec::new(),
            site: String::new(),
        }
    }

    /// Describes a phone of 390 x 844; with a touch screen while scripts are on.
    pub fn phone() -> Self {
        Self {
            phone: true,
            ..Self::desk()
        }
    }

    /// Turns the pages' scripts off.
    pub fn without_javascript(mut self) -> Self {
        self.javascript = false;
        self
    }

    /// Makes this host name lead to 127.0.0.1.
    pub fn knows(mut self, name: &str) -> Self {
        self.names.push(name.to_owned());
        self
    }

    /// Says to which site paths like `/help` belong, for instance `https://localhost:8443`.
    pub fn at(mut self, site: &str) -> Self {
        site.trim_end_matches('/').clone_into(&mut self.site);
        self
    }
}
