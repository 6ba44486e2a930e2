//! A file from the person's own machine. Plain: the browser's own control.

use maud::{Markup, html};

use super::field::Field;
use super::{Content, Label, label};

/// A question with a file for an answer. The form needs
/// `enctype="multipart/form-data"`.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileUpload<'a> {
    /// The name it is sent under.
    pub(crate) name: &'a str,
    /// Its id, when another than its name.
    pub(crate) id: Option<&'a str>,
    /// What is asked.
    pub(crate) label: Label<'a>,
    /// Help before the control, or none.
    pub(crate) hint: Content<'a>,
    /// What is wrong with what was sent.
    pub(crate) error: Option<&'a str>,
    /// Which files the browser offers first, such as `.csv`.
    pub(crate) accept: Option<&'a str>,
}

impl FileUpload<'_> {
    /// Renders the whole question: label, hint, error, control.
    pub(crate) fn render(&self) -> Markup {
        let id = self.id.unwrap_or(self.name);
        let field = Field {
            id,
            hint: &self.hint,
            error: self.error,
        };
        let content = html! {
            (label(&self.label, id))
            (field.help())
            (self.control(field.described_by(None).as_deref()))
        };
        field.group(&content)
    }

    /// Renders the control alone, for a question that says more than one error.
    pub(crate) fn control(&self, described_by: Option<&str>) -> Markup {
        html! {
            input.govuk-file-upload.govuk-file-upload--error[self.error.is_some()]
                id=(self.id.unwrap_or(self.name))
                name=(self.name)
                type="file"
                aria-describedby=[described_by]
                accept=[self.accept];
        }
    }
}
