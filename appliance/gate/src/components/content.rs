//! What a part says: plain words, or markup where a word needs more than that.

use std::borrow::Cow;

use maud::{Markup, Render};

/// Holds words that are escaped when they are written, or markup made by
/// `html!`. The default, no words, stands for "there is none".
#[derive(Clone, Debug)]
pub(crate) enum Content<'a> {
    /// Words, escaped on the page.
    Words(Cow<'a, str>),
    /// Markup, which came out of `html!` and is escaped already.
    Markup(Markup),
}

impl Content<'_> {
    /// Tells that there is nothing to say.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Content::Words(words) => words.is_empty(),
            Content::Markup(markup) => markup.0.is_empty(),
        }
    }
}

impl Default for Content<'_> {
    fn default() -> Self {
        Content::Words(Cow::Borrowed(""))
    }
}

impl Render for Content<'_> {
    fn render_to(&self, buffer: &mut String) {
        match self {
            Content::Words(words) => words.render_to(buffer),
            Content::Markup(markup) => markup.render_to(buffer),
        }
    }
}

impl<'a> From<&'a str> for Content<'a> {
    fn from(words: &'a str) -> Self {
        Content::Words(Cow::Borrowed(words))
    }
}

impl<'a> From<&'a String> for Content<'a> {
    fn from(words: &'a String) -> Self {
        Content::Words(Cow::Borrowed(words))
    }
}

impl From<String> for Content<'_> {
    fn from(words: String) -> Self {
        Content::Words(Cow::Owned(words))
    }
}

impl<'a> From<Cow<'a, str>> for Content<'a> {
    fn from(words: Cow<'a, str>) -> Self {
        Content::Words(words)
    }
}

impl From<Markup> for Content<'_> {
    fn from(markup: Markup) -> Self {
        Content::Markup(markup)
    }
}
