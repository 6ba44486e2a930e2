//! A page read into its elements: enough of a tree for the rules, and no more.

use std::collections::BTreeMap;

use html5gum::{StartTag, Token, Tokenizer};

/// Elements without an end.
const VOID: [&str; 6] = ["meta", "link", "input", "br", "hr", "img"];

/// A page.
pub(super) struct Html {
    /// Its bytes.
    pub(super) bytes: usize,
    /// Its elements, in the order they begin.
    pub(super) elements: Vec<Element>,
    /// What is not well formed.
    pub(super) unsound: Vec<String>,
    text: String,
}

/// One element.
#[derive(Debug)]
pub(super) struct Element {
    /// Its place in the page.
    pub(super) at: usize,
    /// Its name.
    pub(super) name: String,
    attributes: BTreeMap<String, String>,
    parent: Option<usize>,
    begins: usize,
    ends: usize,
}

impl Html {
    /// Reads a page.
    pub(super) fn read(html: &str) -> Self {
        let mut page = Self {
            bytes: html.len(),
            elements: Vec::new(),
            unsound: Vec::new(),
            text: String::new(),
        };
        if !html.starts_with("<!DOCTYPE html>") {
            page.unsound.push("no doctype".into());
        }
        let mut open: Vec<usize> = Vec::new();
        for Ok(token) in Tokenizer::new(html) {
            match token {
                Token::StartTag(tag) => page.begin(&tag, &mut open),
                Token::EndTag(tag) => page.end(&utf8(&tag.name), &mut open),
                Token::String(text) => page.text.push_str(&utf8(&text)),
                Token::Error(error) => page.unsound.push(error.to_string()),
                Token::Comment(_) => page.unsound.push("a comment".into()),
                Token::Doctype(_) => {}
            }
        }
        page.unsound.extend(
            open.iter()
                .map(|at| format!("open: {}", page.elements[*at].name)),
        );
        page
    }

    fn begin(&mut self, tag: &StartTag<()>, open: &mut Vec<usize>) {
        let name = utf8(&tag.name);
        let attributes = tag.attributes.iter();
        let at = self.elements.len();
        self.elements.push(Element {
            at,
            attributes: attributes
                .map(|(name, value)| (utf8(name), utf8(value)))
                .collect(),
            parent: open.last().copied(),
            begins: self.text.len(),
            ends: self.text.len(),
            name: name.clone(),
        });
        if !VOID.contains(&name.as_str()) && !tag.self_closing {
            open.push(at);
        }
    }

    fn end(&mut self, name: &str, open: &mut Vec<usize>) {
        match open.pop() {
            Some(at) if self.elements[at].name == name => self.elements[at].ends = self.text.len(),
            other => self.unsound.push(format!("</{name}> ends {other:?}")),
        }
    }

    /// Gives the elements of a name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.elements
            .iter()
            .filter(move |element| element.name == name)
    }

    /// Gives the elements of a class.
    pub(super) fn of_class(&self, class: &str) -> impl Iterator<Item = &Element> {
        self.elements
            .iter()
            .filter(move |element| element.has_class(class))
    }

    /// Gives the elements that have an attribute.
    pub(super) fn with(&self, attribute: &str) -> impl Iterator<Item = (&Element, &str)> {
        let found = move |element: &Element| element.get(attribute).is_some();
        let found = self.elements.iter().filter(move |element| found(element));
        found.map(move |element| (element, element.get(attribute).unwrap()))
    }

    /// Finds the element with an id.
    pub(super) fn id(&self, id: &str) -> Option<&Element> {
        self.elements
            .iter()
            .find(|element| element.get("id") == Some(id))
    }

    /// Gives the words inside an element, blanks joined.
    pub(super) fn words(&self, element: &Element) -> String {
        let text = &self.text[element.begins..element.ends];
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Gives the elements around one, nearest first.
    pub(super) fn around(&self, element: &Element) -> impl Iterator<Item = &Element> {
        let parent = |element: &&Element| element.parent.map(|at| &self.elements[at]);
        std::iter::successors(element.parent.map(|at| &self.elements[at]), move |one| {
            parent(one)
        })
    }

    /// Finds the nearest element around one that will do.
    pub(super) fn within(
        &self,
        element: &Element,
        is: impl Fn(&Element) -> bool,
    ) -> Option<&Element> {
        self.around(element).find(|one| is(one))
    }

    /// Gives the elements inside one.
    pub(super) fn inside<'a>(&'a self, outer: &'a Element) -> impl Iterator<Item = &'a Element> {
        let after = self.elements[outer.at + 1..].iter();
        after.filter(move |element| self.around(element).any(|one| one.at == outer.at))
    }
}

impl Element {
    /// Gives an attribute.
    pub(super) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    /// Whether it has an attribute with this value.
    pub(super) fn is(&self, attribute: &str, value: &str) -> bool {
        self.get(attribute) == Some(value)
    }

    /// Whether it has a class.
    pub(super) fn has_class(&self, class: &str) -> bool {
        let classes = self.get("class").unwrap_or_default();
        classes.split_whitespace().any(|one| one == class)
    }

    /// Gives the names of its attributes.
    pub(super) fn attributes(&self) -> impl Iterator<Item = &str> {
        self.attributes.keys().map(String::as_str)
    }

    /// Whether somebody types, ticks or chooses here.
    pub(super) fn is_control(&self) -> bool {
        match self.name.as_str() {
            "select" | "textarea" => true,
            "input" => !self.is("type", "hidden"),
            _ => false,
        }
    }

    /// Names it in a fault.
    pub(super) fn said(&self) -> String {
        let attributes = self.attributes.iter();
        let attributes: Vec<String> = attributes
            .map(|(name, value)| format!("{name}={value:?}"))
            .collect();
        format!("<{} {}>", self.name, attributes.join(" "))
    }
}

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("a page is UTF-8")
}
