//! `GET /api/v1/log/consistency?from=&to=`: the proof that the log only grew
//! between two of its sizes, for anybody who keeps watch.

use axum::extract::{RawQuery, State};

use crate::call::{Call, Form, Parameter};
use crate::keeper_client::KeeperClient;
use crate::problem::{Kind, Problem};

pub(crate) fn call() -> Call {
    Call::get("/api/v1/log/consistency", "readConsistency", consistency)
        .about(
            "Gives the proof that the log of one size continues the log of a smaller one. \
            For anyone.",
        )
        .with_parameters(&[
            Parameter {
                place: "query",
                name: "from",
                about: "The smaller size, in entries.",
                form: Form::Number,
            },
            Parameter {
                place: "query",
                name: "to",
                about: "The larger size, in entries.",
                form: Form::Number,
            },
        ])
        .giving_raw("One hash a line, in base64.", "text/plain")
        .refusing(&[
            Kind::UnknownMember,
            Kind::MissingMember,
            Kind::RepeatedMember,
            Kind::Unacceptable,
            Kind::NotFound,
            Kind::LogUnavailable,
            Kind::NotReady,
            Kind::Unexpected,
        ])
}

async fn consistency(
    State(keeper): State<KeeperClient>,
    RawQuery(query): RawQuery,
) -> Result<String, Problem> {
    let (from, to) = sizes(query.as_deref().unwrap_or_default())?;
    Ok(keeper.consistency(from, to).await?)
}

/// Reads the two sizes, each once, and nothing else.
fn sizes(query: &str) -> Result<(u64, u64), Problem> {
    let (mut from, mut to) = (None, None);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let place = match name {
            "from" => &mut from,
            "to" => &mut to,
            other => return Err(Problem::about(Kind::UnknownMember, other)),
        };
        let number = value
            .parse::<u64>()
            .ok()
            .filter(|_| !value.starts_with('+'));
        let number = number.ok_or_else(|| Problem::unacceptable(name, "be a whole number"))?;
        if place.replace(number).is_some() {
            return Err(Problem::about(Kind::RepeatedMember, name));
        }
    }
    let missing = |name| Problem::about(Kind::MissingMember, name);
    let (from, to) = (
        from.ok_or_else(|| missing("from"))?,
        to.ok_or_else(|| missing("to"))?,
    );
    if from > to {
        return Err(Problem::unacceptable("from", "not be larger than `to`"));
    }
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sizes_are_read_and_nothing_else() {
        assert_eq!(sizes("from=3&to=7"), Ok((3, 7)));
        assert_eq!(sizes("to=7&from=7"), Ok((7, 7)));
        let refused = |query: &str| sizes(query).unwrap_err().kind;
        assert_eq!(refused(""), Kind::MissingMember);
        assert_eq!(refused("from=3"), Kind::MissingMember);
        assert_eq!(refused("from=3&to=7&x=1"), Kind::UnknownMember);
        assert_eq!(refused("from=3&to=7&to=8"), Kind::RepeatedMember);
        for wrong in [
            "from=8&to=7",
            "from=-1&to=7",
            "from=+1&to=7",
            "from=&to=7",
            "from=18446744073709551616&to=7",
        ] {
            assert_eq!(refused(wrong), Kind::Unacceptable, "{wrong}");
        }
    }
}
