//! The form of a new hazard. It offers what may be read by anybody: a hazard
//! whose very name tells a reason is not among the choices.

use firebox_contract::Vocabulary;
use firebox_contract::correction::MAX_SAW_CHARACTERS;
use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::components::{
    Button, CharacterCount, Choice, Errors, Input, Label, Legend, Radios, Size, Textarea,
};
use crate::pages::form::{self, Fields};
use crate::pages::page::Page;
use crate::pages::parts::phone_named;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// The names of the fields.
pub(super) const KIND: &str = "kind";
pub(super) const SAW: &str = "saw";
pub(super) const WHEN: &str = "when";
pub(super) const TO: &str = "to";

/// What is seen most often at a door, in this order.
const COMMON: [&str; 6] = [
    "dangerous-animal",
    "violence-physical",
    "abuse-verbal",
    "structural",
    "weapons",
    "sharps",
];
/// What stands last, since it says nothing by itself.
const OTHER: &str = "other-contact-owner";

/// A kind of hazard that can be reported.
pub(super) struct HazardKind {
    /// Its code.
    pub(super) code: String,
    label: String,
}

/// Lists the kinds that can be reported today, the common ones first.
pub(super) fn kinds(vocabulary: &Vocabulary, today: Date) -> Vec<HazardKind> {
    let codes = vocabulary.hazard_codes();
    let valid = codes.filter(|code| vocabulary.knows_hazard(code, today));
    let mut kinds: Vec<HazardKind> = valid
        .filter_map(|code| {
            let text = vocabulary.words(code, &[], "");
            // Where the label is kept back, an instruction stands in its place.
            let kept_back = text.instructions.iter().any(|one| one.text == text.label);
            let label = if code == OTHER {
                "Something else".to_owned()
            } else {
                text.label
            };
            (!kept_back).then(|| HazardKind {
                code: code.to_owned(),
                label,
            })
        })
        .collect();
    kinds.sort_by_key(|kind| place(&kind.code));
    kinds
}

fn place(code: &str) -> usize {
    let common = COMMON.iter().position(|common| *common == code);
    common.unwrap_or(COMMON.len() + usize::from(code == OTHER))
}

/// Writes the page, with what was typed and what was wrong with it.
pub(super) fn page(
    room: &Room,
    visitor: &Visitor,
    token: &str,
    (fields, errors): (&Fields, Errors),
) -> Result<Page, Problem> {
    let title = "Tell us about a new hazard";
    let content = html! {
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" {
            "If someone is in danger now, " (phone_named("call 999", "999")) " first. \
            The address shows that a hazard was reported until the team has confirmed it."
        }
        form method="post" novalidate {
            (form::hidden(&room.words, visitor)?)
            (kind(room, fields, &errors))
            (saw(fields, &errors))
            (when(fields, &errors))
            (to(room, fields, &errors))
            (Button::submit("Send").render())
        }
    };
    let page = Page::new(title, content).with_errors(errors);
    Ok(if visitor.is("officer") {
        page.back("Back to the address", format!("/address/{token}"))
    } else {
        page.back("Back to your first page", "/")
    })
}

fn kind(room: &Room, fields: &Fields, errors: &Errors) -> Markup {
    let today = room.words.calendar.day(Timestamp::now());
    let kinds = kinds(&room.words.vocabulary, today);
    let (common, further): (Vec<&HazardKind>, Vec<&HazardKind>) = kinds
        .iter()
        .partition(|kind| COMMON.contains(&kind.code.as_str()));
    let first = Radios {
        name: KIND,
        legend: Some(Legend::sized("What kind of hazard is it?", Size::M)),
        error: errors.of(KIND),
        items: choices(&common, fields),
        ..Radios::default()
    };
    let others = Radios {
        name: KIND,
        id: Some("kind-other"),
        legend: Some(Legend::sized("Or is it one of these?", Size::S)),
        items: choices(&further, fields),
        ..Radios::default()
    };
    html! { (first.render()) (others.render()) }
}

fn choices<'a>(kinds: &[&'a HazardKind], fields: &Fields) -> Vec<Choice<'a>> {
    let choice = |kind: &&'a HazardKind| {
        Choice::new(&kind.code, &kind.label).checked(fields.get(KIND) == kind.code)
    };
    kinds.iter().map(choice).collect()
}

fn saw(fields: &Fields, errors: &Errors) -> Markup {
    let textarea = Textarea {
        name: SAW,
        label: Label::sized("What did you see?", Size::M),
        hint: "Do not include names or details of people. Only the team you tell can read this."
            .into(),
        error: errors.of(SAW),
        value: fields.raw(SAW),
        autocomplete: Some("off"),
        ..Textarea::default()
    };
    let maximum = MAX_SAW_CHARACTERS.try_into().unwrap_or(u32::MAX);
    CharacterCount { textarea, maximum }.render()
}

fn when(fields: &Fields, errors: &Errors) -> Markup {
    Input {
        name: WHEN,
        label: Label::sized("When?", Size::M),
        hint: "For example, today at 2:30pm, or every evening".into(),
        error: errors.of(WHEN),
        value: fields.raw(WHEN),
        autocomplete: Some("off"),
        ..Input::default()
    }
    .render()
}

fn to(room: &Room, fields: &Fields, errors: &Errors) -> Markup {
    let services = room.council.services.iter();
    let choices = services.map(|service| {
        Choice::new(&service.id, &service.name).checked(fields.get(TO) == service.id)
    });
    let radios = Radios {
        name: TO,
        legend: Some(Legend::sized("Which team should know?", Size::M)),
        error: errors.of(TO),
        items: choices.collect(),
        ..Radios::default()
    };
    radios.render()
}
