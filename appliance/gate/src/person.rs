//! How a request names a person, and what a caller says of them: in the
//! contract's normal form, each in one way only.

use firebox_contract::record::{NhsNumber, Phone, Postcode};
use firebox_protocol::PersonBy;
use firebox_protocol::query::{Confirmed, MAX_HOUSE_CHARACTERS, MAX_NAME_CHARACTERS, NameAnd};

use crate::line;
use crate::moment::typed_day;
use crate::problem::{Kind, Problem};

/// The members of a request that can name a person.
#[derive(Clone, Copy, Default)]
pub(crate) struct Named<'a> {
    /// A number that is theirs, or of somebody who answers for them.
    pub(crate) phone: Option<&'a str>,
    /// NHS number.
    pub(crate) nhs_number: Option<&'a str>,
    /// Words of the name; only with one of the next two.
    pub(crate) name: Option<&'a str>,
    /// Date of birth; only with a name.
    pub(crate) date_of_birth: Option<&'a str>,
    /// Postcode; only with a name.
    pub(crate) postcode: Option<&'a str>,
    /// A service's own id of the person.
    pub(crate) service_reference: Option<&'a str>,
}

/// Reads the one way a person is named.
pub(crate) fn read(named: Named<'_>) -> Result<PersonBy, Problem> {
    let ways = [
        ("phone", named.phone),
        ("nhs_number", named.nhs_number),
        ("name", named.name),
        ("service_reference", named.service_reference),
    ];
    let mut given = ways
        .into_iter()
        .filter_map(|(member, text)| text.map(|text| (member, text)));
    let Some((member, text)) = given.next() else {
        return Err(no_way(named));
    };
    if let Some((other, _)) = given.next() {
        return Err(Problem::about(Kind::PersonUnclear, other));
    }
    let beside_a_name = [
        ("date_of_birth", named.date_of_birth),
        ("postcode", named.postcode),
    ];
    let mut beside = beside_a_name.into_iter().filter(|(_, text)| text.is_some());
    if member == "name" {
        return by_name(named, text);
    }
    if let Some((other, _)) = beside.next() {
        return Err(Problem::about(Kind::PersonUnclear, other));
    }
    match member {
        "phone" => phone(text).map(PersonBy::Phone),
        "nhs_number" => nhs_number(text).map(PersonBy::NhsNumber),
        _ => line::filled(member, text, MAX_NAME_CHARACTERS).map(PersonBy::Reference),
    }
}

/// Reads what a caller said about the person. Nothing said is nothing to compare.
pub(crate) fn confirmed(
    date_of_birth: Option<&str>,
    postcode: Option<&str>,
    house_number: Option<&str>,
) -> Result<Confirmed, Problem> {
    let day = date_of_birth.map(|text| typed_day("confirmed.date_of_birth", text));
    let postcode = postcode.map(|text| read_postcode("confirmed.postcode", text));
    let house =
        house_number.map(|text| line::filled("confirmed.house_number", text, MAX_HOUSE_CHARACTERS));
    Ok(Confirmed {
        date_of_birth: day.transpose()?,
        postcode: postcode.transpose()?,
        house_number: house.transpose()?,
    })
}

fn no_way(named: Named<'_>) -> Problem {
    if named.date_of_birth.is_some() || named.postcode.is_some() {
        Problem::about(Kind::MissingMember, "name")
    } else {
        Problem::new(Kind::PersonMissing)
    }
}

fn by_name(named: Named<'_>, text: &str) -> Result<PersonBy, Problem> {
    let name = line::filled("name", text, MAX_NAME_CHARACTERS)?;
    let and = match (named.date_of_birth, named.postcode) {
        (Some(text), None) => NameAnd::DateOfBirth(typed_day("date_of_birth", text)?),
        (None, Some(text)) => NameAnd::Postcode(read_postcode("postcode", text)?),
        (Some(_), Some(_)) => return Err(Problem::about(Kind::PersonUnclear, "postcode")),
        (None, None) => return Err(Problem::new(Kind::OneMoreThing)),
    };
    Ok(PersonBy::Name { name, and })
}

fn phone(text: &str) -> Result<Phone, Problem> {
    let refuse = |_| Problem::unacceptable("phone", "be a whole telephone number");
    Phone::parse(text).map_err(refuse)
}

fn nhs_number(text: &str) -> Result<NhsNumber, Problem> {
    let must = "be ten digits, the last of which agrees with the others: check the typing";
    NhsNumber::parse(text).map_err(|_| Problem::unacceptable("nhs_number", must))
}

fn read_postcode(member: &str, text: &str) -> Result<Postcode, Problem> {
    Postcode::parse(text).map_err(|_| Problem::unacceptable(member, "be a full UK postcode"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn refused(named: Named<'_>) -> (Kind, Option<String>) {
        let problem = read(named).unwrap_err();
        (problem.kind, problem.member)
    }

    fn about(kind: Kind, member: &str) -> (Kind, Option<String>) {
        (kind, Some(member.to_owned()))
    }

    const NONE: Named<'_> = Named {
        phone: None,
        nhs_number: None,
        name: None,
        date_of_birth: None,
        postcode: None,
        service_reference: None,
    };

    #[test]
    fn a_person_is_read_in_normal_form() {
        let typed = Named {
            phone: Some("07700 900482"),
            ..NONE
        };
        let number = Phone::parse("+447700900482").unwrap();
        assert_eq!(read(typed), Ok(PersonBy::Phone(number)));
        for text in ["4/3/1961", "04/03/1961", "1961-03-04"] {
            let typed = Named {
                name: Some(" Sam  Okoro "),
                date_of_birth: Some(text),
                ..NONE
            };
            let and = NameAnd::DateOfBirth(date(1961, 3, 4));
            let name = "Sam Okoro".to_owned();
            assert_eq!(read(typed), Ok(PersonBy::Name { name, and }), "{text}");
        }
        let typed = Named {
            service_reference: Some(" P 144 "),
            ..NONE
        };
        assert_eq!(read(typed), Ok(PersonBy::Reference("P 144".into())));
    }

    #[test]
    fn a_person_is_named_in_one_way_and_a_name_needs_one_more_thing() {
        let name = Some("Sam Okoro");
        assert_eq!(refused(NONE), (Kind::PersonMissing, None));
        assert_eq!(refused(Named { name, ..NONE }), (Kind::OneMoreThing, None));
        let postcode = Some("NB1 4QX");
        let date_of_birth = Some("4/3/1961");
        let alone = Named { postcode, ..NONE };
        assert_eq!(refused(alone), about(Kind::MissingMember, "name"));
        let both = Named {
            name,
            postcode,
            date_of_birth,
            ..NONE
        };
        assert_eq!(refused(both), about(Kind::PersonUnclear, "postcode"));
        let phone = Some("07700 900482");
        let two = Named {
            phone,
            name,
            ..NONE
        };
        assert_eq!(refused(two), about(Kind::PersonUnclear, "name"));
        let beside = Named {
            phone,
            date_of_birth,
            ..NONE
        };
        assert_eq!(refused(beside), about(Kind::PersonUnclear, "date_of_birth"));
    }

    #[test]
    fn a_value_that_will_not_do_is_named() {
        let (name, long) = (Some("Sam"), "a".repeat(MAX_NAME_CHARACTERS + 1));
        for (named, member) in [
            (
                Named {
                    phone: Some("999 00"),
                    ..NONE
                },
                "phone",
            ),
            (
                Named {
                    nhs_number: Some("999 000 0019"),
                    ..NONE
                },
                "nhs_number",
            ),
            (
                Named {
                    service_reference: Some(" "),
                    ..NONE
                },
                "service_reference",
            ),
            (
                Named {
                    name: Some(&long),
                    postcode: Some("NB1 4QX"),
                    ..NONE
                },
                "name",
            ),
            (
                Named {
                    name,
                    postcode: Some("NB1"),
                    ..NONE
                },
                "postcode",
            ),
            (
                Named {
                    name,
                    date_of_birth: Some("4/3/61"),
                    ..NONE
                },
                "date_of_birth",
            ),
            (
                Named {
                    name,
                    date_of_birth: Some("31/2/1961"),
                    ..NONE
                },
                "date_of_birth",
            ),
        ] {
            assert_eq!(refused(named), about(Kind::Unacceptable, member));
        }
        let given = |house| confirmed(Some("4/3/1961"), Some("nb14qx"), house);
        assert_eq!(given(Some(" 14 a ")).map(|said| said.given()), Ok(3));
        let problem = given(Some(" ")).unwrap_err();
        assert_eq!(problem.member.as_deref(), Some("confirmed.house_number"));
    }
}
