//! What can be put right, and how it is compared.

use serde::{Deserialize, Serialize};

use crate::record::{FieldError, Person, Phone, Reason, date, fold};

/// Longest text of what a field should be, in characters.
pub const MAX_SHOULD_BE_CHARACTERS: usize = 500;

/// A field that can be wrong. The text of a variant is its code on the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// What to call them.
    PreferredName,
    /// Pronouns.
    Pronouns,
    /// Legal name.
    LegalName,
    /// Date of birth.
    DateOfBirth,
    /// Any of their addresses.
    Address,
    /// Any of their telephone numbers.
    Phone,
    /// E-mail.
    Email,
    /// Languages.
    Language,
    /// Needs and adjustments.
    Need,
    /// Who may speak for them.
    Proxy,
    /// Teams that know them.
    Team,
    /// A warning, or what must be done before talking.
    Warning,
    /// Whether they have died.
    Deceased,
    /// Something that is not there at all.
    Missing,
}

impl Field {
    /// Every field with its code.
    pub const ALL: [(Field, &'static str); 14] = [
        (Self::PreferredName, "preferred-name"),
        (Self::Pronouns, "pronouns"),
        (Self::LegalName, "legal-name"),
        (Self::DateOfBirth, "date-of-birth"),
        (Self::Address, "address"),
        (Self::Phone, "phone"),
        (Self::Email, "email"),
        (Self::Language, "language"),
        (Self::Need, "need"),
        (Self::Proxy, "proxy"),
        (Self::Team, "team"),
        (Self::Warning, "warning"),
        (Self::Deceased, "deceased"),
        (Self::Missing, "missing"),
    ];

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        let known = Self::ALL.into_iter().find(|(_, code)| *code == text);
        known.map(|(field, _)| field)
    }

    /// Gives the code.
    pub fn code(self) -> &'static str {
        let known = Self::ALL.into_iter().find(|(field, _)| *field == self);
        known.map_or("", |(_, code)| code)
    }

    /// Reads what the field should be, in normal form: telephones as E.164,
    /// dates as YYYY-MM-DD (given so, or as day/month/year), all else one text
    /// of at most 500 characters.
    pub fn should_be(self, text: &str) -> Result<String, FieldError> {
        let refuse = |reason| Err(FieldError::new("should_be", reason));
        let trimmed = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if trimmed.is_empty() {
            return refuse(Reason::Missing);
        }
        if trimmed.chars().count() > MAX_SHOULD_BE_CHARACTERS {
            return refuse(Reason::TooLong);
        }
        if trimmed.chars().any(char::is_control) {
            return refuse(Reason::ControlCharacters);
        }
        match self {
            Self::Phone => Phone::parse(&trimmed)
                .map(String::from)
                .or_else(|_| refuse(Reason::Malformed)),
            Self::DateOfBirth => ["%Y-%m-%d", "%d/%m/%Y"]
                .into_iter()
                .find_map(|form| date("should_be", &trimmed, form).ok())
                .map(|day| day.to_string())
                .map_or_else(|| refuse(Reason::Malformed), Ok),
            Self::Email => match trimmed.split_once('@') {
                Some((name, host))
                    if !name.is_empty()
                        && host.contains('.')
                        && !host.contains('@')
                        && !trimmed.contains(' ') =>
                {
                    Ok(trimmed)
                }
                _ => refuse(Reason::Malformed),
            },
            _ => Ok(trimmed),
        }
    }

    /// Tells whether a person's record has anything of this field to be wrong.
    pub fn stands_in(self, person: &Person) -> bool {
        match self {
            // Every service that knows them calls them something and holds them alive or dead.
            Self::PreferredName | Self::LegalName | Self::Deceased | Self::Missing => true,
            _ => !self.value_in(person).is_empty(),
        }
    }

    /// Gives the field's value in a person's record, folded so that only a
    /// change of meaning changes it; empty where there is none.
    pub fn value_in(self, person: &Person) -> String {
        let json = |value: serde_json::Result<String>| value.unwrap_or_default();
        let contacts = |phones: bool| {
            let some = person.contacts.iter();
            let mut values: Vec<String> = some
                .filter(|contact| contact.number().is_some() == phones)
                .map(|contact| contact.value.to_lowercase())
                .collect();
            values.sort();
            values.join(" ")
        };
        match self {
            Self::PreferredName => fold(&person.name.preferred),
            Self::LegalName => fold(&format!(
                "{} {} {}",
                person.name.forename,
                person.name.middle_names.as_deref().unwrap_or_default(),
                person.name.surname
            )),
            Self::Pronouns => fold(person.pronouns.as_deref().unwrap_or_default()),
            Self::DateOfBirth => person
                .date_of_birth
                .map(|day| day.to_string())
                .unwrap_or_default(),
            Self::Phone => contacts(true),
            Self::Email => contacts(false),
            Self::Address => listed(&person.addresses),
            Self::Language => listed(&person.languages),
            Self::Need => listed(&person.needs),
            Self::Proxy => listed(&person.proxies),
            Self::Team => listed(&person.teams),
            Self::Warning => person
                .safety
                .as_ref()
                .map(|safety| json(serde_json::to_string(safety)))
                .unwrap_or_default(),
            Self::Deceased => person.deceased.to_string(),
            Self::Missing => json(serde_json::to_string(person)),
        }
    }
}

fn listed<T: Serialize>(values: &[T]) -> String {
    if values.is_empty() {
        return String::new();
    }
    serde_json::to_string(values).unwrap_or_default()
}

/// How the one who reports a mistake knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HowKnown {
    /// The person said so.
    PersonToldMe,
    /// Somebody speaking for them said so.
    ProxyToldMe,
    /// Seen on a visit.
    SeenOnVisit,
    /// Another way.
    Other,
}

impl HowKnown {
    /// Every one with its code.
    pub const ALL: [(HowKnown, &'static str); 4] = [
        (Self::PersonToldMe, "person-told-me"),
        (Self::ProxyToldMe, "proxy-told-me"),
        (Self::SeenOnVisit, "seen-on-visit"),
        (Self::Other, "other"),
    ];

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        let known = Self::ALL.into_iter().find(|(_, code)| *code == text);
        known.map(|(how, _)| how)
    }

    /// Gives the code.
    pub fn code(self) -> &'static str {
        let known = Self::ALL.into_iter().find(|(how, _)| *how == self);
        known.map_or("", |(_, code)| code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Contact, ContactKind, PersonName};

    #[test]
    fn what_it_should_be_is_put_into_normal_form_or_refused() {
        assert_eq!(
            Field::Phone.should_be(" 07700 900 483 "),
            Ok("+447700900483".into())
        );
        assert_eq!(
            Field::DateOfBirth.should_be("04/03/1961"),
            Ok("1961-03-04".into())
        );
        assert_eq!(
            Field::PreferredName.should_be("  Sam   O "),
            Ok("Sam O".into())
        );
        for (field, text) in [
            (Field::Phone, "old"),
            (Field::DateOfBirth, "March"),
            (Field::Email, "sam at example"),
            (Field::Missing, "  "),
        ] {
            assert!(field.should_be(text).is_err(), "{field:?} {text}");
        }
        let long = "x".repeat(MAX_SHOULD_BE_CHARACTERS + 1);
        assert!(Field::Missing.should_be(&long).is_err());
    }

    #[test]
    fn a_field_changes_only_when_its_own_value_does() {
        let name = PersonName::parse("", "Samuel", "", "Okoro", "Sam").expect("a name");
        let mut person = Person::named(name);
        let before: Vec<String> = Field::ALL
            .iter()
            .map(|(f, _)| f.value_in(&person))
            .collect();
        person
            .contacts
            .push(Contact::new(ContactKind::Sms, "+447700900483", 1));
        let changed: Vec<Field> = Field::ALL
            .iter()
            .zip(before)
            .filter(|((field, _), before)| field.value_in(&person) != *before)
            .map(|((field, _), _)| *field)
            .collect();
        assert_eq!(changed, [Field::Phone, Field::Missing]);
        assert!(Field::Phone.stands_in(&person) && !Field::Email.stands_in(&person));
    }
}
