//! How a request names an address: by exactly one of UPRN, postcode with
//! number, or typed text, in the contract's normal form.

use firebox_contract::record::{Postcode, Uprn};
use firebox_protocol::PropertyBy;
use firebox_protocol::query::MAX_ADDRESS_CHARACTERS;

use crate::line;
use crate::problem::{Kind, Problem};

/// Longest house number or name, in characters.
const NUMBER_CHARACTERS: usize = 60;

/// The members of a request that can name an address.
#[derive(Clone, Copy, Default)]
pub(crate) struct Named<'a> {
    /// What stands before the members' names in a refusal, for example `visits[3].`.
    pub(crate) within: &'a str,
    /// UPRN, as text.
    pub(crate) uprn: Option<&'a str>,
    /// Postcode; only with a number.
    pub(crate) postcode: Option<&'a str>,
    /// House number or name; only with a postcode.
    pub(crate) number: Option<&'a str>,
    /// The address as typed.
    pub(crate) address: Option<&'a str>,
}

/// Reads the one way an address is named.
pub(crate) fn read(named: Named<'_>) -> Result<PropertyBy, Problem> {
    let member = |name: &str| format!("{}{name}", named.within);
    match (named.uprn, named.postcode, named.number, named.address) {
        (Some(uprn), None, None, None) => {
            let refuse =
                |_| Problem::unacceptable(&member("uprn"), "be 1 to 12 digits and not zero");
            Uprn::parse(uprn).map(PropertyBy::Uprn).map_err(refuse)
        }
        (None, Some(postcode), Some(number), None) => {
            let refuse = |_| Problem::unacceptable(&member("postcode"), "be a full UK postcode");
            Ok(PropertyBy::Place {
                postcode: Postcode::parse(postcode).map_err(refuse)?,
                number: line::filled(&member("number"), number, NUMBER_CHARACTERS)?,
            })
        }
        (None, None, None, Some(address)) => {
            line::filled(&member("address"), address, MAX_ADDRESS_CHARACTERS)
                .map(PropertyBy::Address)
        }
        (None, None, None, None) => Err(Problem::new(Kind::AddressMissing)),
        (None, Some(_), None, None) => Err(Problem::about(Kind::MissingMember, &member("number"))),
        (None, None, Some(_), None) => {
            Err(Problem::about(Kind::MissingMember, &member("postcode")))
        }
        (_, _, _, Some(_)) => Err(Problem::unacceptable(&member("address"), ALONE)),
        (Some(_), _, _, None) => Err(Problem::unacceptable(&member("uprn"), ALONE)),
    }
}

/// Two ways to name one address could name two.
const ALONE: &str = "be the only way in which the address is named";

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(named: Named<'_>) -> (Kind, Option<String>) {
        let problem = read(named).unwrap_err();
        (problem.kind, problem.member)
    }

    #[test]
    fn an_address_is_read_in_normal_form() {
        let uprn = Named {
            uprn: Some("000100023336956"),
            ..Named::default()
        };
        assert!(read(uprn).is_err());
        let uprn = Named {
            uprn: Some("0100023336"),
            ..Named::default()
        };
        assert_eq!(
            read(uprn),
            Ok(PropertyBy::Uprn(Uprn::parse("100023336").unwrap()))
        );
        let place = Named {
            postcode: Some("nb14qx"),
            number: Some(" 14 a "),
            ..Named::default()
        };
        let postcode = Postcode::parse("NB1 4QX").unwrap();
        assert_eq!(
            read(place),
            Ok(PropertyBy::Place {
                postcode,
                number: "14 a".into()
            })
        );
        let typed = Named {
            address: Some("14  Mill Lane"),
            ..Named::default()
        };
        assert_eq!(read(typed), Ok(PropertyBy::Address("14 Mill Lane".into())));
    }

    #[test]
    fn an_address_is_named_in_one_way_and_whole() {
        let named = |kind, member: &str| (kind, Some(member.to_owned()));
        assert_eq!(refused(Named::default()), (Kind::AddressMissing, None));
        let half = Named {
            within: "visits[2].",
            postcode: Some("NB1 4QX"),
            ..Named::default()
        };
        assert_eq!(
            refused(half),
            named(Kind::MissingMember, "visits[2].number")
        );
        let half = Named {
            number: Some("14"),
            ..Named::default()
        };
        assert_eq!(refused(half), named(Kind::MissingMember, "postcode"));
        let two = Named {
            uprn: Some("1"),
            address: Some("14 Mill Lane"),
            ..Named::default()
        };
        assert_eq!(refused(two), named(Kind::Unacceptable, "address"));
        let two = Named {
            uprn: Some("1"),
            number: Some("14"),
            ..Named::default()
        };
        assert_eq!(refused(two), named(Kind::Unacceptable, "uprn"));
    }

    #[test]
    fn a_value_that_will_not_do_is_named() {
        for uprn in ["", "0", "1.0", "1234567890123", "x"] {
            let named = Named {
                uprn: Some(uprn),
                ..Named::default()
            };
            assert_eq!(
                refused(named),
                (Kind::Unacceptable, Some("uprn".into())),
                "{uprn:?}"
            );
        }
        let half = Named {
            postcode: Some("NB1"),
            number: Some("14"),
            ..Named::default()
        };
        assert_eq!(refused(half), (Kind::Unacceptable, Some("postcode".into())));
        let long = "a".repeat(MAX_ADDRESS_CHARACTERS + 1);
        let long = Named {
            address: Some(&long),
            ..Named::default()
        };
        assert_eq!(refused(long), (Kind::Unacceptable, Some("address".into())));
    }
}
