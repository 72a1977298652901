use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};

use super::content::to_json;
use super::lock::RunLock;
use super::schema::{self, FORMAT, Found};
use super::{RunConfig, RunReader, StoreError};

/// How long a write waits for a foreign program that holds SQLite's lock. Readers never hold it.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// How long closing waits for readers.
const CLOSE_PATIENCE: Duration = Duration::from_secs(1);

/// What a database is that has tables, and not a run's.
const FOREIGN: &str = "a database of another program";

/// The one writer of a run. Dropping it closes the file as [`RunFile::close`] does, without a word.
#[derive(Debug)]
pub struct RunFile {
    pub(super) reader: RunReader,
    /// Whether the file holds metrics of its present samples.
    pub(super) reported: bool,
    settled: bool,
    // Released last: the next owner must find the database closed.
    _lock: RunLock,
}

/// How a run file was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// One plain file.
    Plain,
    /// Somebody still reads it: nothing is lost, but a part of it is in `FILE-wal`. It becomes one plain file when
    /// it is opened to write and closed again.
    StillRead,
}

impl RunFile {
    /// Creates the run, or continues the one that the file holds.
    ///
    /// Returns at once when another process writes the run. The folder must exist. A run in an older format gets this
    /// version's.
    ///
    /// # Errors
    /// When the run was started with another identity, or with settings that the new ones narrow
    /// ([`StoreError::ConfigChanged`]), which leaves an older format as it is; when another process writes it; when the file is something else, is of a
    /// newer format or can't be written.
    pub fn create_or_resume(path: &Path, config: &RunConfig) -> Result<RunFile, StoreError> {
        let path = resolve(path)?;
        let lock = RunLock::acquire(&path)?;
        let conn = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let found = schema::inspect(&conn).map_err(|e| StoreError::sqlite(&path, "open the run", e))?;
        match found {
            Found::Empty if is_short_file(&path) => return Err(foreign(&path, "not a SQLite database")),
            Found::Empty => {}
            Found::Run { format: 1..=FORMAT } => check_length(&conn, &path)?,
            Found::Run { format } => return Err(StoreError::Newer { path, format, supported: FORMAT }),
            Found::Foreign => return Err(foreign(&path, FOREIGN)),
        }
        let format = if let Found::Run { format } = found { format } else { FORMAT };
        let reader = RunReader { conn, path, format, repaired: false };
        let mut run = RunFile { reader, reported: true, settled: false, _lock: lock };
        run.prepare()?;
        match found {
            Found::Empty => run.create(config)?,
            _ => run.resume(config)?,
        }
        Ok(run)
    }

    /// Opens a run of any format to read, whether or not somebody writes it. A newer format is read as far as it
    /// still has what this version asks for. Where a writer died while it changed the file in place, as it does when it
    /// begins and closes, that change is undone first.
    ///
    /// # Errors
    /// When there is no such file, or it is something else.
    pub fn open_read_only(path: &Path) -> Result<RunReader, StoreError> {
        let path = resolve(path)?;
        if !path.exists() {
            return Err(StoreError::NotFound { path });
        }
        let conn = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        match inspect_run(&conn, &path) {
            Ok(format) => Ok(RunReader { conn, path, format, repaired: false }),
            // Its writer died while it changed the file in place, which must be undone before anyone can read it.
            Err(StoreError::ReadOnly { .. }) => RunFile::repair_and_read(path),
            Err(error) => Err(error),
        }
    }

    fn repair_and_read(path: PathBuf) -> Result<RunReader, StoreError> {
        let conn = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let format = inspect_run(&conn, &path)?;
        conn.pragma_update(None, "query_only", true).map_err(|e| StoreError::sqlite(&path, "open the run", e))?;
        Ok(RunReader { conn, path, format, repaired: true })
    }

    /// What the run holds.
    #[must_use]
    pub fn reader(&self) -> &RunReader {
        &self.reader
    }

    /// Makes the run one plain file and releases it.
    ///
    /// # Errors
    /// When the disk is full or fails; everything recorded is then still there, a part of it in `FILE-wal`.
    pub fn close(mut self) -> Result<Closed, StoreError> {
        self.settled = true;
        to_plain_file(&self.reader.conn, &self.reader.path)
    }

    /// Sets what holds for a connection. With a write-ahead log, `NORMAL` loses nothing that was committed when the
    /// process is killed; a power cut may lose the last commits, never the file. Where the file system can't have
    /// such a log, every commit is synced instead.
    fn prepare(&self) -> Result<(), StoreError> {
        let conn = &self.reader.conn;
        let set = || {
            conn.busy_timeout(WRITE_PATIENCE)?;
            conn.pragma_update(None, "foreign_keys", true)?;
            let mode: String = conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
            conn.pragma_update(None, "synchronous", if mode == "wal" { "NORMAL" } else { "FULL" })
        };
        set().map_err(|e| StoreError::sqlite(&self.reader.path, "open the run", e))
    }

    fn create(&mut self, config: &RunConfig) -> Result<(), StoreError> {
        let done: rusqlite::Result<()> = self.transaction(|conn| {
            schema::install(conn)?;
            conn.execute(
                "INSERT INTO run (id, model, identity, settings, config_digest) VALUES (1, ?1, ?2, ?3, ?4)",
                params![
                    config.identity.model,
                    to_json(&config.identity),
                    to_json(&config.settings),
                    config.identity.digest()
                ],
            )?;
            note_invocation(conn, config)
        });
        done.map_err(|e| StoreError::sqlite(&self.reader.path, "create the run", e))
    }

    fn resume(&mut self, config: &RunConfig) -> Result<(), StoreError> {
        let (identity, settings) = self.reader.started_with()?;
        let mut changes = config.identity.changes(&identity);
        changes.extend(config.settings.narrowed(&settings));
        if !changes.is_empty() {
            return Err(StoreError::ConfigChanged { path: self.reader.path.clone(), changes });
        }
        let format = self.reader.format;
        let done: rusqlite::Result<()> = self.transaction(|conn| {
            schema::upgrade(conn, format)?;
            conn.execute("UPDATE run SET settings = ?1", [to_json(&config.settings)])?;
            note_invocation(conn, config)
        });
        done.map_err(|e| StoreError::sqlite(&self.reader.path, "continue the run", e))?;
        self.reader.format = FORMAT;
        Ok(())
    }

    /// Runs `work` as one transaction: all of it is in the file afterwards, or nothing.
    pub(super) fn transaction<T, E: From<rusqlite::Error>>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self.reader.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}

impl Drop for RunFile {
    fn drop(&mut self) {
        if !self.settled {
            let _ = to_plain_file(&self.reader.conn, &self.reader.path);
        }
    }
}

/// The format of the run that the file holds; an error when it holds none, or lacks its end.
pub(super) fn inspect_run(conn: &Connection, path: &Path) -> Result<u32, StoreError> {
    match schema::inspect(conn).map_err(|e| StoreError::sqlite(path, "open the run", e))? {
        Found::Run { format } => check_length(conn, path).map(|()| format),
        Found::Empty => Err(foreign(path, "it holds nothing")),
        Found::Foreign => Err(foreign(path, FOREIGN)),
    }
}

/// An error when the file is shorter than what it says of itself: SQLite takes what a last page lacks for zeros. While there
/// is a log, that has the pages which the file lacks.
fn check_length(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let said =
        pragma("page_count").and_then(|count| Ok(count.max(0).unsigned_abs() * pragma("page_size")?.unsigned_abs()));
    let said = said.map_err(|e| StoreError::sqlite(path, "open the run", e))?;
    let beside = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        fs::metadata(name).is_ok_and(|file| file.len() > 0)
    };
    if beside("-wal") || beside("-journal") {
        return Ok(());
    }
    let length = fs::metadata(path).map_err(|e| StoreError::io(path, "open the run", e))?.len();
    if length < said {
        let detail = format!("its end is missing: it has {length} of {said} bytes");
        return Err(StoreError::Damaged { path: path.to_owned(), detail });
    }
    Ok(())
}

/// Leaves WAL mode: copies the log into the file, syncs it and deletes the log, unless somebody else has it open.
pub(super) fn to_plain_file(conn: &Connection, path: &Path) -> Result<Closed, StoreError> {
    let failed = |e| StoreError::sqlite(path, "close the run", e);
    conn.flush_prepared_statement_cache();
    conn.busy_timeout(CLOSE_PATIENCE).map_err(failed)?;
    match conn.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0)) {
        Ok(mode) if mode == "delete" => Ok(Closed::Plain),
        Ok(_) => Ok(Closed::StillRead),
        Err(e) => match failed(e) {
            StoreError::Busy { .. } => Ok(Closed::StillRead),
            other => Err(other),
        },
    }
}

fn note_invocation(conn: &Connection, config: &RunConfig) -> rusqlite::Result<()> {
    conn.execute(
        "INSERT INTO invocation (tool_version, command) VALUES (?1, ?2)",
        params![env!("CARGO_PKG_VERSION"), to_json(&config.command)],
    )?;
    Ok(())
}

/// Absolute and without symbolic links, so that two ways to spell a run share its lock and its log, and so that
/// SQLite takes no name for one of its special ones (`:memory:`, `file:...?...`).
pub(super) fn resolve(path: &Path) -> Result<PathBuf, StoreError> {
    let failed = |e| StoreError::io(path, "find the file", e);
    if path.is_dir() {
        return Err(foreign(path, "a folder"));
    }
    if path.exists() {
        return path.canonicalize().map_err(failed);
    }
    let absolute = std::path::absolute(path).map_err(failed)?;
    match (absolute.parent(), absolute.file_name()) {
        (Some(folder), Some(name)) if folder.is_dir() => Ok(folder.canonicalize().map_err(failed)?.join(name)),
        (folder, _) => {
            Err(StoreError::NoFolder { path: path.to_owned(), folder: folder.unwrap_or(&absolute).to_owned() })
        }
    }
}

pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|e| StoreError::sqlite(path, "open the run", e))
}

/// SQLite takes a file that is too short for a database for an empty one, and would overwrite it.
fn is_short_file(path: &Path) -> bool {
    const SHORTEST_DATABASE: u64 = 512;
    path.metadata().is_ok_and(|file| (1..SHORTEST_DATABASE).contains(&file.len()))
}

fn foreign(path: &Path, what: &str) -> StoreError {
    StoreError::NotARun { path: path.to_owned(), what: what.to_owned() }
}
