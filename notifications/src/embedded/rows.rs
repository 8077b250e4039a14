//! Rows of the tables, read.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use federation_api::Domain;
use rusqlite::{Connection, params};

use crate::operate::{Kept, Overview, Shelf};

/// A time as it stands in the file: milliseconds since 1970.
pub(super) fn millis(time: SystemTime) -> i64 {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn time(millis: i64) -> Option<SystemTime> {
    let millis = u64::try_from(millis).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}

/// A message that waits.
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) published: Option<SystemTime>,
    pub(super) body: Bytes,
}

/// The messages for a target after the one with this id: as many as fit into so many bytes, one at least.
pub(super) fn after(
    connection: &Connection,
    target: &Domain,
    id: i64,
    bytes: usize,
) -> rusqlite::Result<Vec<Row>> {
    let mut query = connection.prepare_cached(
        "SELECT id, published, body FROM waiting \
         WHERE target = (SELECT id FROM targets WHERE domain = ?1) AND id > ?2 ORDER BY id",
    )?;
    let mut found = query.query(params![target.as_str(), id])?;
    let mut rows: Vec<Row> = Vec::new();
    let mut room = bytes;
    while let Some(row) = found.next()? {
        let body = row.get_ref(2)?.as_blob()?;
        if body.len() > room && !rows.is_empty() {
            break;
        }
        room = room.saturating_sub(body.len().max(64));
        rows.push(Row {
            id: row.get(0)?,
            published: time(row.get(1)?),
            body: Bytes::copy_from_slice(body),
        });
    }
    Ok(rows)
}

/// Every target that was ever written to. Names that are no domains are nobody's.
pub(super) fn targets(connection: &Connection) -> rusqlite::Result<Vec<Domain>> {
    let mut query = connection.prepare_cached("SELECT domain FROM targets ORDER BY domain")?;
    let names = query.query_map([], |row| row.get::<_, String>(0))?;
    let names = names.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

pub(super) fn overview(connection: &Connection) -> rusqlite::Result<Vec<Overview>> {
    let mut query = connection.prepare_cached(
        "SELECT domain, \
            (SELECT count(*) FROM waiting WHERE target = targets.id), \
            (SELECT count(*) FROM dead WHERE target = targets.id), \
            (SELECT published FROM waiting WHERE target = targets.id ORDER BY id LIMIT 1) \
         FROM targets ORDER BY domain",
    )?;
    let found = query.query_map([], |row| {
        let name: String = row.get(0)?;
        let oldest: Option<i64> = row.get(3)?;
        Ok(name.parse().ok().map(|target| {
            Ok(Overview {
                target,
                waiting: count(row.get(1)?),
                dead: count(row.get(2)?),
                oldest: oldest.and_then(time),
            })
        }))
    })?;
    found
        .filter_map(Result::transpose)
        .map(Result::flatten)
        .collect()
}

fn count(rows: i64) -> u64 {
    rows.try_into().unwrap_or_default()
}

pub(super) fn peek(
    connection: &Connection,
    target: &Domain,
    shelf: Shelf,
    most: usize,
) -> rusqlite::Result<Vec<Kept>> {
    let (table, reason) = match shelf {
        Shelf::Waiting => ("waiting", "NULL"),
        Shelf::Dead => ("dead", "reason"),
    };
    let mut query = connection.prepare_cached(&format!(
        "SELECT body, published, {reason} FROM {table} \
         WHERE target = (SELECT id FROM targets WHERE domain = ?1) ORDER BY id LIMIT ?2"
    ))?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let found = query.query_map(params![target.as_str(), most], |row| {
        Ok(Kept {
            body: Bytes::from(row.get::<_, Vec<u8>>(0)?),
            published: time(row.get(1)?),
            reason: row.get(2)?,
        })
    })?;
    found.collect()
}

pub(super) fn discard(
    connection: &Connection,
    target: &Domain,
    shelf: Shelf,
    most: usize,
) -> rusqlite::Result<usize> {
    let table = match shelf {
        Shelf::Waiting => "waiting",
        Shelf::Dead => "dead",
    };
    let mut delete = connection.prepare_cached(&format!(
        "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} \
         WHERE target = (SELECT id FROM targets WHERE domain = ?1) ORDER BY id LIMIT ?2)"
    ))?;
    delete.execute(params![
        target.as_str(),
        i64::try_from(most).unwrap_or(i64::MAX)
    ])
}

/// Moves dead letters to the end of the queue, oldest first.
pub(super) fn revive(
    connection: &mut Connection,
    target: &Domain,
    most: usize,
) -> rusqlite::Result<usize> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let transaction = connection.transaction()?;
    let moved = transaction.execute(
        "INSERT INTO waiting (target, published, body) SELECT target, published, body FROM dead \
         WHERE target = (SELECT id FROM targets WHERE domain = ?1) ORDER BY id LIMIT ?2",
        params![target.as_str(), most],
    )?;
    discard(&transaction, target, Shelf::Dead, moved)?;
    transaction.commit()?;
    Ok(moved)
}
