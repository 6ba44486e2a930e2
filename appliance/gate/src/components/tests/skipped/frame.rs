//! Fixtures of the parts around the content of a page that are not rendered.

use super::List;
use super::Why::{
    Attributes, AutoFocus, Classes, Collapse, Fixed, Incomplete, Slots, Unlinked, Wording,
    WordsOnly,
};

pub(super) const LIST: List = &[
    (
        "back-link",
        &[
            ("inverse", Classes),
            ("classes", Classes),
            ("html", WordsOnly),
            ("attributes", Attributes),
        ],
    ),
    (
        "error-summary",
        &[
            ("without links", Unlinked),
            ("mixed with and without links", Unlinked),
            ("with description only", Unlinked),
            ("with everything", Unlinked),
            ("html as titleText", Wording),
            ("title html", Wording),
            ("description", Unlinked),
            ("html as descriptionText", Unlinked),
            ("description html", Unlinked),
            ("classes", Classes),
            ("attributes", Attributes),
            ("error list with attributes", Attributes),
            ("error list with html as text", Unlinked),
            ("error list with html", WordsOnly),
            ("error list with html link", WordsOnly),
            ("autofocus disabled", AutoFocus),
            ("autofocus explicitly enabled", AutoFocus),
        ],
    ),
    (
        "notification-banner",
        &[
            ("custom title", Wording),
            ("title as html", Wording),
            ("title html as text", Wording),
            ("custom title heading level", Fixed),
            ("custom title id", Fixed),
            ("custom title id with type as success", Fixed),
            ("custom role", Fixed),
            ("classes", Classes),
            ("attributes", Attributes),
            ("with invalid type", Incomplete),
            ("auto-focus disabled, with type as success", AutoFocus),
            (
                "auto-focus explicitly enabled, with type as success",
                AutoFocus,
            ),
            (
                "role=alert overridden to role=region, with type as success",
                Fixed,
            ),
            ("custom tabindex", Attributes),
        ],
    ),
    (
        "pagination",
        &[
            ("with custom link and item text", Wording),
            ("with prev and next only and labels", Wording),
            ("with prev and next only and very long labels", Wording),
            ("with custom classes", Classes),
            ("with custom attributes", Attributes),
            ("with custom navigation landmark", Wording),
            ("with custom accessible labels on item links", Wording),
        ],
    ),
    (
        "phase-banner",
        &[
            ("classes", Classes),
            ("text", Incomplete),
            ("html as text", Incomplete),
            ("attributes", Attributes),
            ("tag html", WordsOnly),
            ("tag classes", Classes),
        ],
    ),
    (
        "service-navigation",
        &[
            ("with HTML navigation items", WordsOnly),
            ("with non-link navigation items", Incomplete),
            ("inverse", Classes),
            ("with collapseNavigationOnMobile set to false", Collapse),
            (
                "with a single navigation item and collapseNavigationOnMobile set to true",
                Collapse,
            ),
            ("attributes", Attributes),
            ("classes", Classes),
            ("with custom aria-label", Wording),
            ("with custom navigation toggle text", Wording),
            ("with custom navigation toggle label", Wording),
            ("with identical navigation toggle text and label", Wording),
            ("with custom navigation label", Wording),
            (
                "with custom navigation toggle text and navigation label",
                Wording,
            ),
            ("with custom navigation classes", Classes),
            ("with custom navigation ID", Fixed),
            ("with language navigation", Slots),
            ("with right-aligned language navigation", Slots),
            ("inverse with language navigation", Classes),
            ("with slotted content", Slots),
            ("with `inline` end slot", Slots),
        ],
    ),
    (
        "skip-link",
        &[
            ("with focus", Classes),
            ("html", WordsOnly),
            ("classes", Classes),
            ("attributes", Attributes),
        ],
    ),
];
