use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assay_api::Outcome;

use super::encoding::{decode, encode};
use super::key::{Key, Keys};
use super::table::{self, Table, TableError};

/// The cache's file in the cache directory.
pub const FILE_NAME: &str = "outcomes.sqlite";

/// How large the file may grow, in bytes.
pub const DEFAULT_BYTES: u64 = 256 << 20;

/// How large the table is that stands in for a file that cannot be used, in bytes.
const IN_MEMORY_BYTES: u64 = 32 << 20;

/// How many outcomes are written together.
const BATCH: usize = 256;

/// How much is held back for a file that others keep busy, in bytes; what comes on top is forgotten.
const HELD_BACK_BYTES: usize = 16 << 20;

/// The longest outcome that is kept, encoded, in bytes: few programs fill their output with noise.
const LONGEST: usize = 1 << 20;

/// How long the last write waits for other processes.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// Outcomes of programs that were executed before, in a file that processes share.
///
/// Never fails: where the file cannot be used, outcomes are remembered as long as the process lasts, and
/// [`close`](Self::close) says why. Dropping it closes it without a word.
pub struct OutcomeCache {
    state: RefCell<State>,
}

struct State {
    path: PathBuf,
    bytes: u64,
    table: Option<Table>,
    /// Encoded outcomes that the table does not have yet.
    pending: HashMap<Key, Vec<u8>>,
    pending_bytes: usize,
    /// Whether the file was damaged and has been replaced, which helps only once.
    replaced: bool,
    note: Option<String>,
}

impl OutcomeCache {
    /// The outcomes in the file `path`, which is made if it is not there and grows to about `bytes`.
    #[must_use]
    pub fn open(path: &Path, bytes: u64) -> Self {
        let mut state = State {
            path: path.to_owned(),
            bytes,
            table: None,
            pending: HashMap::new(),
            pending_bytes: 0,
            replaced: false,
            note: None,
        };
        match Table::open(path, bytes) {
            Ok(table) => state.table = Some(table),
            Err(error) => state.give_up(error),
        }
        OutcomeCache { state: RefCell::new(state) }
    }

    /// What is known to come of executing the program that `keys` stand for.
    #[must_use]
    pub fn get(&self, keys: &Keys) -> Option<Outcome> {
        let mut state = self.state.borrow_mut();
        keys.all().iter().find_map(|key| state.get(key).filter(|outcome| keys.admit(outcome)))
    }

    /// Remembers an outcome; not one of the infrastructure's failures, which say nothing of the program.
    pub fn put(&self, keys: &Keys, outcome: &Outcome) {
        if outcome.is_infra() {
            return;
        }
        let key = keys.of(outcome);
        if let Some(encoded) = encode(&key, outcome).filter(|encoded| encoded.len() <= LONGEST) {
            self.state.borrow_mut().put(key, encoded);
        }
    }

    /// Writes what is held back; the answer is why the file was not used or was replaced, if so it was.
    pub fn close(mut self) -> Option<String> {
        let state = self.state.get_mut();
        state.finish();
        state.note.take()
    }
}

impl Drop for OutcomeCache {
    fn drop(&mut self) {
        self.state.get_mut().finish();
    }
}

impl State {
    fn get(&mut self, key: &Key) -> Option<Outcome> {
        if let Some(encoded) = self.pending.get(key) {
            return decode(key, encoded);
        }
        match self.table.as_ref()?.get(key) {
            Ok(encoded) => decode(key, &encoded?),
            Err(error) => {
                self.give_up(error);
                None
            }
        }
    }

    fn put(&mut self, key: Key, encoded: Vec<u8>) {
        if self.pending_bytes + encoded.len() > HELD_BACK_BYTES {
            self.write();
            if self.pending_bytes > 0 {
                return;
            }
        }
        self.pending_bytes += encoded.len();
        self.pending.insert(key, encoded);
        // Where the file was busy, the next attempt is a batch later.
        if self.pending.len().is_multiple_of(BATCH) {
            self.write();
        }
    }

    fn write(&mut self) {
        let Some(table) = self.table.as_mut().filter(|_| !self.pending.is_empty()) else { return };
        match table.put(self.pending.iter()) {
            Ok(()) => {
                self.pending.clear();
                self.pending_bytes = 0;
            }
            Err(TableError::Busy) => {}
            Err(error) => self.give_up(error),
        }
    }

    fn finish(&mut self) {
        if let Some(table) = self.table.as_ref().filter(|_| !self.pending.is_empty()) {
            table.wait(LAST_PATIENCE);
            self.write();
        }
    }

    /// Replaces the table that failed: by a new file where the old one was damaged, else by one in memory.
    fn give_up(&mut self, error: TableError) {
        self.table = None;
        let path = self.path.display();
        let damaged = matches!(error, TableError::Damaged(_));
        let why = match error {
            TableError::Busy => "another process keeps it locked".to_owned(),
            TableError::Damaged(why) | TableError::Failed(why) => why,
        };
        if damaged && !self.replaced {
            self.replaced = true;
            self.table = table::remove(&self.path).ok().and_then(|()| Table::open(&self.path, self.bytes).ok());
        }
        let done = if self.table.is_some() { "was not readable and starts anew" } else { "is not used" };
        self.note.get_or_insert_with(|| format!("the cache of outcomes, {path}, {done}: {why}"));
        if self.table.is_none() {
            self.table = Table::in_memory(IN_MEMORY_BYTES.min(self.bytes)).ok();
        }
    }
}
