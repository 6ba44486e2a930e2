//! PostgreSQL 15 doing the same work: look-up, decryption with pgcrypto, a
//! durable audit row, and pgaudit's log beside it, over TLS and without HTTP.
//! It is given its best: prepared statements, and a second form of each
//! transaction that needs one round trip only.

mod cluster;
mod install;
mod pgbench;

use std::path::Path;

use crate::cli::{Plan, say};
use crate::run::Measured;
use crate::table::{Row, What};
use crate::unmeasured::Unmeasured;

use cluster::Cluster;
use pgbench::{Decrypt, Transaction};

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

/// Measures PostgreSQL's rows.
pub(crate) fn measure(plan: &Plan, dir: &Path) -> Measured {
    match rows(plan, dir) {
        Ok(measured) => measured,
        Err(why) => Measured {
            rows: ROWS.map(|(what, _)| Row::none(what, &why)).into(),
            notes: Vec::new(),
        },
    }
}

fn rows(plan: &Plan, dir: &Path) -> Result<Measured, Unmeasured> {
    install::make_sure()?;
    let cluster = Cluster::start(dir, plan.properties())?;
    let mut rows = Vec::new();
    for (what, transaction) in ROWS {
        for &clients in &plan.clients {
            say(format_args!("  {} with {clients} clients", what.label()));
            let figures = pgbench::run(&cluster, transaction, plan, clients);
            rows.push(Row {
                what,
                clients,
                figures,
            });
        }
    }
    Ok(Measured {
        rows,
        notes: vec![cluster.version()?],
    })
}
