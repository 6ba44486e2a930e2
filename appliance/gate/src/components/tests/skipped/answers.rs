//! Fixtures of buttons, and of parts that tell something, that are not rendered.

use super::List;
use super::Why::{
    Attributes, Card, Classes, ConfirmationActions, Disabled, DoubleClick, Fixed, Ids, Screenshot,
    Span, Start, Wording, WordsOnly,
};

pub(super) const LIST: List = &[
    (
        "button",
        &[
            ("default hover state", Screenshot),
            ("default active state", Screenshot),
            ("default focus state", Screenshot),
            ("disabled", Disabled),
            ("start", Start),
            ("secondary hover state", Screenshot),
            ("secondary active state", Screenshot),
            ("secondary focus state", Screenshot),
            ("secondary disabled", Disabled),
            ("warning hover state", Screenshot),
            ("warning active state", Screenshot),
            ("warning focus state", Screenshot),
            ("warning disabled", Disabled),
            ("inverse hover state", Screenshot),
            ("inverse active state", Screenshot),
            ("inverse focus state", Screenshot),
            ("inverse disabled", Disabled),
            ("attributes", Attributes),
            ("link attributes", Attributes),
            ("classes", Classes),
            ("link classes", Classes),
            ("don't prevent double click", DoubleClick),
            ("start link", Start),
            ("start link with html", Start),
        ],
    ),
    (
        "details",
        &[
            ("summary html", WordsOnly),
            ("classes", Classes),
            ("attributes", Attributes),
        ],
    ),
    (
        "inset-text",
        &[
            ("classes", Classes),
            ("id", Ids),
            ("attributes", Attributes),
        ],
    ),
    (
        "panel",
        &[
            (
                "interruption-with-content-with-long-line-length",
                Attributes,
            ),
            ("classes", Classes),
            ("attributes", Attributes),
            ("custom heading level", Fixed),
            ("interruption with custom classes", Classes),
            ("confirmation, with actions", ConfirmationActions),
            (
                "interruption, with actions classes and attributes",
                Attributes,
            ),
            ("interruption, submit action", Attributes),
            ("interruption, button link", Attributes),
            ("interruption, no actions items", Classes),
        ],
    ),
    (
        "summary-list",
        &[
            ("no-border", Classes),
            ("no-border on last row", Classes),
            ("as a summary card with a text header", Card),
            ("as a summary card with a html header", Card),
            ("as a summary card with actions", Card),
            (
                "as a summary card with actions plus summary list actions",
                Card,
            ),
            ("as a summary card extreme", Card),
            ("attributes", Attributes),
            ("key with classes", Classes),
            ("actions with html", WordsOnly),
            ("actions with classes", Classes),
            ("actions with attributes", Attributes),
            ("classes on items", Classes),
            ("rows with classes", Classes),
            ("summary card with custom classes", Card),
            ("summary card with custom attributes", Card),
            ("summary card with only 1 action", Card),
            ("translated", WordsOnly),
            ("overridden-widths", Classes),
            ("as a summary card with a custom header level", Card),
        ],
    ),
    (
        "table",
        &[
            ("classes", Classes),
            ("attributes", Attributes),
            ("head with classes", Classes),
            ("head with rowspan and colspan", Span),
            ("head with attributes", Attributes),
            ("firstCellIsHeader with classes", Classes),
            ("firstCellIsHeader with rowspan and colspan", Span),
            ("firstCellIsHeader with attributes", Attributes),
            ("rows with classes", Classes),
            ("rows with rowspan and colspan", Span),
            ("rows with attributes", Attributes),
        ],
    ),
    ("tag", &[("attributes", Attributes), ("html", WordsOnly)]),
    (
        "warning-text",
        &[
            ("attributes", Attributes),
            ("classes", Classes),
            ("icon fallback text only", Wording),
        ],
    ),
];
