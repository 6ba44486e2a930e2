//! The four sizes of labels, legends and captions.

/// How large a label, a legend or a caption is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// Small and bold.
    S,
    /// Medium.
    M,
    /// Large: the size of a question that is the page's heading.
    L,
    /// Extra large.
    Xl,
}

impl Size {
    /// Gives the class of a part, such as `govuk-label--l`.
    pub(crate) fn class(self, part: &str) -> String {
        format!("{part}--{}", self.letter())
    }

    fn letter(self) -> &'static str {
        match self {
            Size::S => "s",
            Size::M => "m",
            Size::L => "l",
            Size::Xl => "xl",
        }
    }
}

/// Gives the class of a part together with that of its size, when it has one.
pub(crate) fn sized(part: &str, size: Option<Size>) -> String {
    match size {
        Some(size) => format!("{part} {}", size.class(part)),
        None => part.to_owned(),
    }
}
