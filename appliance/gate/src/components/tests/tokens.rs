//! Markup as a list of lines that can be compared: a line for each tag, with
//! its attributes and its classes sorted, and for each word.
//!
//! White space is compared as a reader sees it: a run counts as one space, and
//! none at the edge of a block. Where the space stands among the tags of one
//! line of text (before or after `<span>`) makes no difference.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// Elements within a line of text.
const INLINE: [&str; 8] = ["a", "abbr", "b", "code", "em", "i", "span", "strong"];

/// Tells where two pieces of markup differ first.
pub(super) fn alike(ours: &str, theirs: &str) -> Result<(), String> {
    let (ours, theirs) = (lines(ours), lines(theirs));
    for index in 0..ours.len().max(theirs.len()) {
        let (one, other) = (ours.get(index), theirs.get(index));
        if one != other {
            return Err(format!("ours {one:?}, theirs {other:?} (line {index})"));
        }
    }
    Ok(())
}

/// Tells whether the markup has no fault that a browser would have to mend.
pub(super) fn sound(markup: &str) -> Result<(), String> {
    for token in tokens(markup) {
        if let Token::Error(error) = token {
            return Err(format!("not sound: {} in {markup}", error.value));
        }
    }
    Ok(())
}

/// Gives the lines.
pub(super) fn lines(markup: &str) -> Vec<String> {
    let mut page = Lines {
        lines: Vec::new(),
        space: false,
        line_begins: true,
        verbatim: false,
    };
    for token in tokens(markup) {
        page.take(token);
    }
    page.lines
}

fn tokens(markup: &str) -> Vec<Token> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(markup, emitter)
        .map(|token| token.unwrap())
        .collect()
}

struct Lines {
    lines: Vec<String>,
    /// White space was met that shows if words follow in the same line of text.
    space: bool,
    /// No words have been met since the edge of a block.
    line_begins: bool,
    /// Within a textarea, where every character counts.
    verbatim: bool,
}

impl Lines {
    fn take(&mut self, token: Token) {
        match token {
            Token::StartTag(tag) => {
                let name = text(&tag.name);
                self.edge(&name);
                self.verbatim = name == "textarea";
                self.lines.push(open(&tag));
            }
            Token::EndTag(tag) => {
                let name = text(&tag.name);
                self.verbatim = false;
                self.edge(&name);
                self.lines.push(format!("</{name}>"));
            }
            Token::String(words) => self.words(&text(&words.value)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }

    fn edge(&mut self, name: &str) {
        if !INLINE.contains(&name) {
            self.space = false;
            self.line_begins = true;
        }
    }

    fn words(&mut self, words: &str) {
        if self.verbatim {
            self.lines.push(format!("verbatim {words:?}"));
            return;
        }
        for word in words.split_inclusive(char::is_whitespace) {
            let bare = word.trim_end();
            if !bare.is_empty() {
                let space = if self.space { " " } else { "" };
                self.lines.push(format!("words {space}{bare}"));
                self.line_begins = false;
                self.space = false;
            }
            self.space |= bare.len() < word.len() && !self.line_begins;
        }
    }
}

fn open(tag: &StartTag<()>) -> String {
    let mut line = format!("<{}", text(&tag.name));
    for (name, value) in &tag.attributes {
        let value = text(&value.value);
        let mut parts: Vec<&str> = value.split_whitespace().collect();
        if text(name) == "class" {
            parts.sort_unstable();
        }
        let value = parts.join(" ");
        line.push_str(&format!(" {}={value:?}", text(name)));
    }
    line + ">"
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn attributes_may_stand_in_any_order_but_must_be_the_same() {
    assert!(alike(r#"<p id="a" class="c  b">"#, r#"<p class="b c" id="a">"#).is_ok());
    assert!(alike(r#"<p id="a">"#, r#"<p id="b">"#).is_err());
    assert!(
        alike(
            r#"<p aria-describedby="a b">"#,
            r#"<p aria-describedby="b a">"#
        )
        .is_err()
    );
    assert!(alike("<input checked>", "<input>").is_err());
}

#[test]
fn white_space_counts_where_a_reader_sees_it() {
    assert!(alike("<p>a</p>", "<p>\n  a\n</p>\n").is_ok());
    assert!(alike("<p>a <b>b</b></p>", "<p>a\n<b> b</b>\n</p>").is_ok());
    assert!(alike("<p>a <b>b</b></p>", "<p>a<b>b</b></p>").is_err());
    assert!(alike("<p>ab</p>", "<p>a b</p>").is_err());
    assert!(alike("<textarea>a\n</textarea>", "<textarea>a</textarea>").is_err());
}

#[test]
fn what_is_missing_or_stands_elsewhere_is_seen() {
    assert!(alike("<p>a</p>", "<p>a</p><p></p>").is_err());
    assert!(alike("<p><b>a</b></p>", "<b><p>a</p></b>").is_err());
    assert!(sound("<p class=\"a\" class=\"b\">").is_err());
}
