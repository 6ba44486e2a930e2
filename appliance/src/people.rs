//! People the box holds: which records are one person, and which are not.

use std::path::Path;

use clap::Subcommand;
use firebox_protocol::operator::{StoreReply, StoreRequest};
use firebox_protocol::{Code, Refusal, Stop};

use crate::{files, operator, say};

/// `firebox people ...`
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Say that the records of two services are not the same person; they part at once and stay apart
    Apart(Decision),
    /// Take that back; the rule that joined them may join them again
    Together(Decision),
}

/// A decision about two records.
#[derive(clap::Args)]
pub(crate) struct Decision {
    /// SERVICE:REFERENCE, for example housing:P00000144, where REFERENCE is the service's own id of the person
    first: String,
    /// The other one
    second: String,
    /// Who decided; stands in the log
    #[arg(long)]
    by: String,
    /// Why, in one line without names or numbers; stands in the log
    #[arg(long)]
    why: String,
}

/// Carries out the verb.
pub(crate) fn run(config: &Path, verb: &Verb) -> Result<(), Stop> {
    let (decision, apart) = match verb {
        Verb::Apart(decision) => (decision, true),
        Verb::Together(decision) => (decision, false),
    };
    let settings = files::settings(config)?;
    let request = StoreRequest::Apart {
        records: [record(&decision.first)?, record(&decision.second)?],
        by: decision.by.clone(),
        why: decision.why.clone(),
        apart,
    };
    let changed = match operator::store_says(&settings, &request)? {
        StoreReply::Apart { changed } => changed,
        StoreReply::Refused(refusal) => return Err(refused(&refusal, decision)),
        _ => return Err(operator::unexpected()),
    };
    say::out(match (apart, changed) {
        (true, 0) => "They were not joined, and stay apart.".to_owned(),
        (true, _) => "They are two people now, and stay apart. Records of other services went with one of them: look both up, and say so of the others where it is wrong.".to_owned(),
        (false, 0) => "The decision is taken back; no rule joins them.".to_owned(),
        (false, _) => "The decision is taken back; they are joined again.".to_owned(),
    });
    Ok(())
}

fn refused(refusal: &Refusal, decision: &Decision) -> Stop {
    match refusal.code {
        Code::NotFound => Stop::failed(format!(
            "no service has a person as `{}` or as `{}`: write SERVICE:REFERENCE as the service's export has it",
            decision.first, decision.second
        )),
        Code::Malformed => Stop::failed(
            "the two must be different records, --by one line of at most 100 characters, --why one line of at most 120",
        ),
        _ => operator::refused(refusal),
    }
}

fn record(text: &str) -> Result<(String, String), Stop> {
    match text.split_once(':') {
        Some((service, reference)) if !service.is_empty() && !reference.trim().is_empty() => {
            Ok((service.to_owned(), reference.trim().to_owned()))
        }
        _ => Err(Stop {
            exit: firebox_protocol::Exit::Usage,
            message: format!("`{text}` is no SERVICE:REFERENCE: write it as housing:P00000144"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_named_by_service_and_the_services_own_id() {
        let read = |text| record(text).ok();
        assert_eq!(
            read("housing:P0:1"),
            Some(("housing".to_owned(), "P0:1".to_owned()))
        );
        for wrong in ["P01", ":P01", "housing:", "housing: "] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
