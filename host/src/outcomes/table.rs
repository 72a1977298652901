use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};

use super::Key;

/// SQLite's `application_id` of the file: `ASYO`.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"ASYO");

/// SQLite's `user_version`. A file of another one is thrown away.
const FORMAT: i32 = 1;

/// Ids grow, so that the smallest is the oldest.
const SCHEMA: &str = "CREATE TABLE outcome (
    id INTEGER NOT NULL PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    value BLOB NOT NULL
) STRICT";

/// How long a sweep waits for another process's transaction, which takes milliseconds.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long it waits before it tries again where SQLite does not wait itself.
const PAUSE: Duration = Duration::from_millis(5);

/// How many rows are removed at a time where the table has grown too large.
const REMOVED_AT_ONCE: u32 = 256;

/// What went wrong with the table.
#[derive(Debug)]
pub(super) enum TableError {
    /// Another process writes it for longer than we wait; later it may work.
    Busy,
    /// The file is not what was written. Removing it helps.
    Damaged(String),
    /// Anything else: the disk is full, the folder cannot be written to.
    Failed(String),
}

impl From<rusqlite::Error> for TableError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => TableError::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => TableError::Damaged(error.to_string()),
            // A statement that does not fit the schema: somebody else's table.
            Some(ErrorCode::Unknown) => TableError::Damaged(error.to_string()),
            _ => TableError::Failed(error.to_string()),
        }
    }
}

/// The table of encoded outcomes by key.
pub(super) struct Table {
    conn: Connection,
    /// The size above which the oldest rows go, in bytes.
    bytes: u64,
}

impl Table {
    /// The table in the file `path`, made if it is not there.
    pub(super) fn open(path: &Path, bytes: u64) -> Result<Self, TableError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let failed = |error: io::Error| TableError::Failed(error.to_string());
        let path = std::path::absolute(path).map_err(failed)?;
        // What programs printed is nobody else's business; SQLite gives its other files the mode of this one.
        OpenOptions::new().create(true).append(true).mode(0o600).open(&path).map_err(failed)?;
        Self::prepare(Connection::open_with_flags(path, flags)?, bytes)
    }

    /// A table that ends with the process.
    pub(super) fn in_memory(bytes: u64) -> Result<Self, TableError> {
        Self::prepare(Connection::open_in_memory()?, bytes)
    }

    fn prepare(mut conn: Connection, bytes: u64) -> Result<Self, TableError> {
        conn.busy_timeout(PATIENCE)?;
        write_ahead(&conn)?;
        // After a power cut the file may be damaged, which is noticed: a cache need not wait for the disk.
        conn.pragma_update(None, "synchronous", "OFF")?;
        let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let pragma = |name: &str| transaction.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
        match (pragma("application_id")?, pragma("user_version")?) {
            (APPLICATION_ID, FORMAT) => {}
            (0, 0) => {
                transaction.execute_batch(SCHEMA)?;
                transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
                transaction.pragma_update(None, "user_version", FORMAT)?;
            }
            (_, format) => return Err(TableError::Damaged(format!("format {format}, and this assay's is {FORMAT}"))),
        }
        transaction.commit()?;
        Ok(Table { conn, bytes })
    }

    pub(super) fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, TableError> {
        let mut statement = self.conn.prepare_cached("SELECT value FROM outcome WHERE key = ?1")?;
        Ok(statement.query_row([key.bytes()], |row| row.get(0)).optional()?)
    }

    /// Adds all of `rows` or none, and removes the oldest while the table is too large.
    pub(super) fn put<'a>(&mut self, rows: impl Iterator<Item = (&'a Key, &'a Vec<u8>)>) -> Result<(), TableError> {
        let transaction = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut insert =
                transaction.prepare_cached("INSERT OR REPLACE INTO outcome (key, value) VALUES (?1, ?2)")?;
            for (key, value) in rows {
                insert.execute(params![key.bytes(), value])?;
            }
        }
        remove_oldest(&transaction, self.bytes)?;
        Ok(transaction.commit()?)
    }

    /// How long the next writes wait for other processes.
    pub(super) fn wait(&self, patience: Duration) {
        // It only fails on a connection that is closed.
        let _ = self.conn.busy_timeout(patience);
    }
}

/// Has the file keep a write-ahead log. Where processes do so at once, each holds a lock that another one wants, and SQLite
/// tells all but one that it is busy, without waiting.
fn write_ahead(conn: &Connection) -> Result<(), TableError> {
    let end = Instant::now() + PATIENCE;
    loop {
        let done = conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()));
        match done.map_err(TableError::from) {
            Err(TableError::Busy) if Instant::now() < end => thread::sleep(PAUSE),
            done => return done,
        }
    }
}

/// How many outcomes the file `path` has. Reads all of it and changes nothing.
///
/// # Errors
/// Why it cannot be used, for humans.
pub fn inspect(path: &Path) -> Result<u64, String> {
    let count = || -> Result<u64, TableError> {
        let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        conn.busy_timeout(PATIENCE)?;
        let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
        if (pragma("application_id")?, pragma("user_version")?) != (APPLICATION_ID, FORMAT) {
            return Err(TableError::Damaged("it is no cache of outcomes in this assay's format".to_owned()));
        }
        let check: String = conn.pragma_query_value(None, "quick_check", |row| row.get(0))?;
        if check != "ok" {
            return Err(TableError::Damaged(check));
        }
        let count: i64 = conn.query_row("SELECT count(*) FROM outcome", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    };
    count().map_err(|error| match error {
        TableError::Busy => "another process keeps it locked".to_owned(),
        TableError::Damaged(why) | TableError::Failed(why) => why,
    })
}

fn remove_oldest(conn: &Connection, limit: u64) -> Result<(), TableError> {
    let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let used = || Ok::<_, TableError>((pragma("page_count")? - pragma("freelist_count")?) * pragma("page_size")?);
    let mut oldest =
        conn.prepare_cached("DELETE FROM outcome WHERE id IN (SELECT id FROM outcome ORDER BY id LIMIT ?1)")?;
    while used()?.unsigned_abs() > limit && oldest.execute([REMOVED_AT_ONCE])? > 0 {}
    Ok(())
}

/// Removes the table's file and what SQLite keeps beside it.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        match fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
