//! What can be wrong of a person or an address, and how it is asked after.

use firebox_contract::correction::Field;

/// A field that can be put right on a page.
#[derive(Debug)]
pub(super) struct Asked {
    /// Which.
    pub(super) field: Field,
    /// What it is called on the pages.
    pub(super) label: &'static str,
    /// What is asked when it is wrong.
    pub(super) question: &'static str,
    /// What to do when nothing was typed.
    pub(super) empty: &'static str,
    /// An example, or what to keep in mind; may be empty.
    pub(super) hint: &'static str,
    /// What it is typed into.
    pub(super) control: Control,
}

/// What something is typed into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    /// One line: names.
    Line,
    /// One line for a telephone number.
    Phone,
    /// One line for an e-mail address.
    Email,
    /// Day, month and year.
    Date,
    /// Several lines, which are sent as one.
    Words,
}

/// Fields of a person, in the order of their page.
pub(super) const OF_PERSON: [Asked; 13] = [
    asked(
        Field::PreferredName,
        "Preferred name",
        "What should the preferred name be?",
        "Enter what the preferred name should be",
        ("", Control::Line),
    ),
    asked(
        Field::Pronouns,
        "Pronouns",
        "What should the pronouns be?",
        "Enter what the pronouns should be",
        ("For example, they/them", Control::Line),
    ),
    asked(
        Field::Need,
        "How to communicate",
        "What should it say about how to communicate?",
        "Enter what it should say about how to communicate",
        (
            "Write what we should do, not why. For example, use short sentences",
            Control::Words,
        ),
    ),
    asked(
        Field::Language,
        "Language",
        "What should the language be?",
        "Enter what the language should be",
        ("Say if an interpreter is needed", Control::Line),
    ),
    asked(
        Field::Team,
        "Teams who know them",
        "What should it say about the teams?",
        "Enter what it should say about the teams",
        ("", Control::Words),
    ),
    asked(
        Field::Proxy,
        "Who can speak for them",
        "Who should be able to speak for them?",
        "Enter who should be able to speak for them",
        ("Say about what, and until when", Control::Words),
    ),
    asked(
        Field::Phone,
        "Phone number",
        "What should the phone number be?",
        "Enter what the phone number should be",
        ("", Control::Phone),
    ),
    asked(
        Field::Email,
        "Email address",
        "What should the email address be?",
        "Enter what the email address should be",
        ("", Control::Email),
    ),
    asked(
        Field::Address,
        "Address",
        "What should the address be?",
        "Enter what the address should be",
        ("Include the postcode", Control::Words),
    ),
    asked(
        Field::LegalName,
        "Full legal name",
        "What should the full legal name be?",
        "Enter what the full legal name should be",
        ("", Control::Line),
    ),
    asked(
        Field::DateOfBirth,
        "Date of birth",
        "What should the date of birth be?",
        "Enter what the date of birth should be",
        ("For example, 27 3 1984", Control::Date),
    ),
    asked(
        Field::Deceased,
        "Whether they have died",
        "What should it say about whether they have died?",
        "Enter what it should say about whether they have died",
        ("Say when, if you were told", Control::Words),
    ),
    asked(
        Field::Missing,
        "Something is missing",
        "What is missing?",
        "Enter what is missing",
        ("", Control::Words),
    ),
];

/// The address itself.
pub(super) const THE_ADDRESS: Asked = asked(
    Field::Address,
    "The address itself",
    "What should the address be?",
    "Enter what the address should be",
    ("Include the postcode", Control::Words),
);

/// Something that an address does not say at all.
pub(super) const MISSING_THERE: Asked = asked(
    Field::Missing,
    "Something is missing",
    "What is missing?",
    "Enter what is missing",
    (
        "To report something dangerous, tell us about a new hazard instead",
        Control::Words,
    ),
);

/// A warning shown at an address.
pub(super) const A_WARNING: Asked = asked(
    Field::Warning,
    "The warning",
    "What should the warning say?",
    "Enter what the warning should say",
    ("Do not include names of other people", Control::Words),
);

const fn asked(
    field: Field,
    label: &'static str,
    question: &'static str,
    empty: &'static str,
    (hint, control): (&'static str, Control),
) -> Asked {
    Asked {
        field,
        label,
        question,
        empty,
        hint,
        control,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_person_is_asked_after_once_but_what_only_its_holder_may_tell_of() {
        for (field, code) in Field::ALL {
            let times = OF_PERSON
                .iter()
                .filter(|asked| asked.field == field)
                .count();
            assert_eq!(times, usize::from(field != Field::Warning), "{code}");
        }
    }

    #[test]
    fn what_is_compared_as_a_number_a_date_or_an_address_is_typed_as_one() {
        for asked in &OF_PERSON {
            let control = match asked.field {
                Field::Phone => Control::Phone,
                Field::Email => Control::Email,
                Field::DateOfBirth => Control::Date,
                _ => continue,
            };
            assert_eq!(asked.control, control, "{}", asked.label);
        }
    }
}
