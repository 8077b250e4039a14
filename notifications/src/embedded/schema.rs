//! The tables of the file, and how it is opened so that what was said to be stored is stored.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// Who finds another number in a file must not touch it.
const FORMAT: i64 = 1;

/// How long one process waits for another one's writing.
const WAIT: Duration = Duration::from_secs(30);

const TABLES: &str = "
    CREATE TABLE targets (
        id INTEGER PRIMARY KEY,
        domain TEXT NOT NULL UNIQUE
    );
    -- An id is never given twice, so that ids are the order of publishing.
    CREATE TABLE waiting (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        target INTEGER NOT NULL REFERENCES targets,
        published INTEGER NOT NULL,
        body BLOB NOT NULL
    );
    CREATE INDEX waiting_target ON waiting (target);
    CREATE TABLE dead (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        target INTEGER NOT NULL REFERENCES targets,
        published INTEGER NOT NULL,
        body BLOB NOT NULL,
        reason TEXT NOT NULL
    );
    CREATE INDEX dead_target ON dead (target);
";

/// Opens the file, making it if it is not there.
pub(super) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_CREATE)?;
    // Has to be chosen before there is a table.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    let journal: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if !journal.eq_ignore_ascii_case("wal") {
        return Err(refused("this file system cannot hold a write-ahead log"));
    }
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let format: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match format {
        0 => {
            let tables: i64 =
                transaction
                    .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            if tables > 0 {
                return Err(refused("it is a database of something else"));
            }
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
        }
        FORMAT => {}
        _ => return Err(refused("it was written by a newer version of this program")),
    }
    transaction.commit()?;
    Ok(connection)
}

/// Another connection to a file that is there.
pub(super) fn again(path: &Path) -> rusqlite::Result<Connection> {
    connect(path, OpenFlags::empty())
}

fn connect(path: &Path, more: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(WAIT)?;
    // A commit returns when the log is on the disk.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    // After a long outage the log has grown; the next checkpoint cuts it to this.
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

fn refused(reason: &str) -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN);
    rusqlite::Error::SqliteFailure(code, Some(reason.to_owned()))
}
