//! PostgreSQL 15 doing the same work: look-up, decryption with pgcrypto, a
//! durable audit row, and pgaudit's log beside it, over TLS and without HTTP.
//! It is given its best: prepared statements, a second form of each
//! transaction that needs one round trip only, and no vacuum or checkpoint
//! while it is measured.

mod cluster;
mod install;
mod pgbench;

use std::path::Path;
use std::sync::Arc;

use crate::cli::Plan;
use crate::run::{self, Stand};
use crate::shape::Shape;
use crate::table::What;
use crate::unmeasured::Unmeasured;

use cluster::Cluster;
use pgbench::{Decrypt, Transaction};

pub(crate) use pgbench::Bench;

const ROWS: [(What, Transaction); 4] = [
    (
        What::PostgresLookUp,
        Transaction {
            decrypt: Decrypt::Nothing,
            pipelined: false,
        },
    ),
    (
        What::PostgresLookUpOneTrip,
        Transaction {
            decrypt: Decrypt::Nothing,
            pipelined: true,
        },
    ),
    (
        What::PostgresRelease,
        Transaction {
            decrypt: Decrypt::PublicKey,
            pipelined: false,
        },
    ),
    (
        What::PostgresReleasePassphrase,
        Transaction {
            decrypt: Decrypt::Passphrase,
            pipelined: true,
        },
    ),
];

/// Sets PostgreSQL's rows up.
pub(crate) fn set_up(plan: &Plan, shape: &Shape, dir: &Path) -> Stand {
    match stand(plan, shape, dir) {
        Ok(stand) => stand,
        Err(why) => Stand::none(ROWS.map(|(what, _)| what), &why),
    }
}

fn stand(plan: &Plan, shape: &Shape, dir: &Path) -> Result<Stand, Unmeasured> {
    install::make_sure()?;
    let cluster = Arc::new(Cluster::start(dir, plan.properties(), shape)?);
    let rows = ROWS.map(|(what, transaction)| {
        let bench = Bench {
            cluster: cluster.clone(),
            transaction,
        };
        (what, Ok(run::Bench::Pgbench(bench)))
    });
    Ok(Stand {
        rows: rows.into(),
        notes: vec![cluster.version()?],
        end: None,
    })
}
