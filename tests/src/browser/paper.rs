//! The page on paper: a PDF of A4 sheets, and what stands on each.

use std::process::Command;

use serde_json::json;

use super::Browser;
use super::pictures::bytes;
use super::trust::missing;
use crate::Run;

/// What came out of the printer.
pub struct Paper {
    pub bytes: Vec<u8>,
}

impl Browser {
    /// Prints the page on A4, with backgrounds.
    pub fn prints(&self) -> Paper {
        let page = json!({"page": {"width": 21, "height": 29.7}, "background": true});
        let bytes = bytes(&self.driver.post("/print", &page));
        Paper { bytes }
    }

    /// Gives the PDF's bytes.
    pub fn print_pdf(&self) -> Vec<u8> {
        self.prints().bytes
    }

    /// Gives the text of every printed sheet.
    pub fn pdf_text(&self) -> String {
        self.prints().sheets().join("\n")
    }
}

impl Paper {
    /// Gives the text of each sheet.
    pub fn sheets(&self) -> Vec<String> {
        let text = self.asks("pdftotext", &["-"]);
        let text = text.trim_end_matches('\u{c}');
        text.split('\u{c}').map(str::to_owned).collect()
    }

    /// Tells whether a screen reader finds headings and tables in it.
    pub fn is_tagged(&self) -> bool {
        self.fact("Tagged") == "yes"
    }

    /// Gives the document's title.
    pub fn title(&self) -> String {
        self.fact("Title")
    }

    fn fact(&self, name: &str) -> String {
        let facts = self.asks("pdfinfo", &[]);
        let mut facts = facts.lines().filter_map(|line| line.split_once(':'));
        let fact = facts.find(|(of, _)| *of == name);
        fact.map_or_else(String::new, |(_, fact)| fact.trim().to_owned())
    }

    fn asks(&self, program: &str, arguments: &[&str]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("page.pdf");
        std::fs::write(&file, &self.bytes).unwrap();
        let output = Command::new(program).arg(&file).args(arguments).output();
        let done = Run::of(output.unwrap_or_else(|e| missing(program, &e)));
        assert_eq!(done.code, Some(0), "{program}: {}", done.said());
        done.out
    }
}
