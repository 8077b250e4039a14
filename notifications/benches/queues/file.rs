//! Publishing into a file, beside the store alone.

use std::sync::Arc;
use std::time::Instant;

use federation_notifications::{Embedded, Queue};
use rusqlite::{Connection, params};

use crate::{BATCH, Measured, TARGET, batch, bundle, in_turns};

const BATCHES: usize = 100;
const PUBLISHERS: usize = 8;

/// The same rows in the same batches, each batch durable before the next.
fn bare(batches: usize) -> f64 {
    let folder = tempfile::tempdir_in(".").unwrap();
    let mut connection = Connection::open(folder.path().join("bare")).unwrap();
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .unwrap();
    connection
        .pragma_update(None, "synchronous", "FULL")
        .unwrap();
    connection
        .execute_batch(
            "CREATE TABLE waiting (id INTEGER PRIMARY KEY AUTOINCREMENT, target INTEGER NOT NULL, \
             published INTEGER NOT NULL, body BLOB NOT NULL); CREATE INDEX of ON waiting (target);",
        )
        .unwrap();
    let bodies: Vec<_> = (0..BATCH).map(bundle).collect();
    let begun = Instant::now();
    for _ in 0..batches {
        let transaction = connection.transaction().unwrap();
        for body in &bodies {
            let mut insert = transaction
                .prepare_cached("INSERT INTO waiting (target, published, body) VALUES (?1, ?2, ?3)")
                .unwrap();
            insert
                .execute(params![1, 1_700_000_000_000_i64, body.as_bytes()])
                .unwrap();
        }
        transaction.commit().unwrap();
    }
    (batches * BATCH) as f64 / begun.elapsed().as_secs_f64()
}

async fn ours(publishers: usize) -> f64 {
    let folder = tempfile::tempdir_in(".").unwrap();
    let queue = Arc::new(Embedded::open(folder.path().join("ours")).unwrap());
    let messages = batch(TARGET);
    let begun = Instant::now();
    let tasks = (0..publishers).map(|_| {
        let (queue, messages) = (queue.clone(), messages.clone());
        tokio::spawn(async move {
            for _ in 0..BATCHES {
                queue.publish(messages.clone()).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    (publishers * BATCHES * BATCH) as f64 / begun.elapsed().as_secs_f64()
}

async fn compared(what: &'static str, rounds: usize, publishers: usize) -> Measured {
    let store = async || tokio::task::spawn_blocking(|| bare(BATCHES)).await.unwrap();
    let measured = in_turns(rounds, store, async || ours(publishers).await).await;
    Measured {
        what,
        bare: "the store alone",
        goal: 0.8,
        rounds: measured,
    }
}

pub(crate) async fn one_publisher(rounds: usize) -> Measured {
    compared("publish to a file, batches of 100", rounds, 1).await
}

pub(crate) async fn many_publishers(rounds: usize) -> Measured {
    let what = "the same, 8 publishers that share the disk";
    compared(what, rounds, PUBLISHERS).await
}
