//! The fixtures of options we do not offer, by name, each with its reason.

mod answers;
mod choices;
mod frame;
mod questions;

/// Why a fixture is not rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Free attributes: what a page needs has a typed option of its own.
    Attributes,
    /// Focus switched on or off: ours always takes it.
    AutoFocus,
    /// Words before or after a line: nobody types amounts here.
    Affix,
    /// A frame and a title around a summary list: no page has one.
    Card,
    /// Free classes: a look we use has a typed option; a page wraps a part for the rest.
    Classes,
    /// A menu folded, or not, against the number of its links.
    Collapse,
    /// Buttons on a panel that only says something has been done.
    ConfirmationActions,
    /// Words, or other ways to count characters: the server checks one way.
    CountType,
    /// The parts of a date one by one, or fewer than three: no question of ours asks so.
    DateItems,
    /// One more id that describes a control: hint and error are enough.
    DescribedBy,
    /// Controls that cannot be used and do not say why: we leave them out.
    Disabled,
    /// A word between choices, or a choice that excludes the others: no question has them.
    Divider,
    /// A second press let through expressly: leaving the option out does the same.
    DoubleClick,
    /// The file control that needs a script, and several files at once.
    Enhanced,
    /// Ids, roles and levels of headings, which are the same on all our pages.
    Fixed,
    /// Classes or content in the frame around a question.
    FormGroup,
    /// Empty items, which a template has to leave out: ours is given none.
    Gaps,
    /// Ids and names of single items, or of parts that nothing has to name.
    Ids,
    /// Without something ours always has, such as where a link goes.
    Incomplete,
    /// A limit that a script sets: ours is known to the server.
    NoMaximum,
    /// Types and patterns that browsers check: the server checks and says what is wrong.
    Pattern,
    /// States of a control that only the package's own pictures show.
    Screenshot,
    /// A value that is never sent back: a password's or a file's.
    SentBack,
    /// Places for any markup: ours has one, for signing out.
    Slots,
    /// Cells over several rows or columns: hard to follow when heard.
    Span,
    /// The button that starts a public service.
    Start,
    /// An error without a link, or words above the errors: each of ours names its field.
    Unlinked,
    /// Other words than the Design System's own, or a translation of them.
    Wording,
    /// Markup where ours takes words only.
    WordsOnly,
}

/// Fixtures by component, each with its reason.
type List = &'static [(&'static str, &'static [(&'static str, Why)])];

const LISTS: [List; 4] = [answers::LIST, choices::LIST, frame::LIST, questions::LIST];

/// Gives component, fixture and reason of all.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str, Why)> {
    LISTS
        .into_iter()
        .flatten()
        .flat_map(|(component, names)| names.iter().map(|(name, why)| (*component, *name, *why)))
}
