//! What an executor knows of the tests that it has met: snapshots in which they are compiled, for the samples to come.

use std::collections::HashMap;
use std::rc::Rc;

use sha2::{Digest, Sha256};

use crate::live::Start;

/// How much the snapshots of one executor may take, in bytes. A task's takes about one megabyte, and samples of a task
/// tend to come together.
const CAPACITY_BYTES: usize = 48 << 20;

/// How many tests are remembered without a snapshot.
const CAPACITY_TESTS: usize = 1 << 16;

/// Names tests by their content.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TaskKey([u8; 32]);

impl TaskKey {
    /// The key of the tests in the first of these (path, text), for programs that start in a layer; the others are what
    /// the tests find when they are prepared.
    pub(crate) fn of<'a>(layer: usize, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut hash = Sha256::new();
        hash.update((layer as u64).to_le_bytes());
        for part in files.into_iter().flat_map(|(path, text)| [path, text]) {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        TaskKey(hash.finalize().into())
    }
}

/// What is known of tests.
#[derive(Debug, Clone)]
pub(crate) enum Known {
    /// They can be prepared; there is no snapshot yet.
    Prepared,
    /// They cannot be prepared: programs start without.
    Unpreparable,
    /// The state in which they are prepared.
    Snapshot(Rc<Start>),
}

/// The tests that an executor has met, the least recently used snapshots forgotten first.
#[derive(Debug, Default)]
pub(crate) struct TaskSnapshots {
    known: HashMap<TaskKey, (Known, u64)>,
    bytes: usize,
    clock: u64,
}

impl TaskSnapshots {
    /// What is known of the tests with this key.
    pub(crate) fn get(&mut self, key: &TaskKey) -> Option<Known> {
        self.clock += 1;
        let (known, used) = self.known.get_mut(key)?;
        *used = self.clock;
        Some(known.clone())
    }

    /// Remembers something about the tests with this key.
    pub(crate) fn insert(&mut self, key: TaskKey, known: Known) {
        self.clock += 1;
        self.bytes += size(&known);
        if let Some((old, _)) = self.known.insert(key, (known, self.clock)) {
            self.bytes -= size(&old);
        }
        while self.bytes > CAPACITY_BYTES {
            let oldest = self.known.values_mut().filter(|(known, _)| size(known) > 0).min_by_key(|(_, used)| *used);
            let Some((known, _)) = oldest else { break };
            self.bytes -= size(known);
            *known = Known::Prepared;
        }
        if self.known.len() > CAPACITY_TESTS {
            *self = TaskSnapshots::default();
        }
    }
}

fn size(known: &Known) -> usize {
    match known {
        Known::Snapshot(start) => start.overlay.size(),
        Known::Prepared | Known::Unpreparable => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Overlay;

    fn snapshot(bytes: usize) -> Known {
        Known::Snapshot(Rc::new(Start { layer: 0, overlay: Overlay::of_size(bytes), globals: Vec::new() }))
    }

    #[test]
    fn the_least_recently_used_snapshot_goes_first_and_its_tests_stay_known() {
        let mut tasks = TaskSnapshots::default();
        let key = |name: &str| TaskKey::of(0, [("tests.py", name)]);
        tasks.insert(key("a"), snapshot(CAPACITY_BYTES / 2));
        tasks.insert(key("b"), snapshot(CAPACITY_BYTES / 2));
        assert!(tasks.get(&key("a")).is_some());
        tasks.insert(key("c"), snapshot(CAPACITY_BYTES / 2));
        assert!(matches!(tasks.get(&key("a")), Some(Known::Snapshot(_))));
        assert!(matches!(tasks.get(&key("b")), Some(Known::Prepared)));
        assert!(matches!(tasks.get(&key("c")), Some(Known::Snapshot(_))));
    }

    #[test]
    fn layer_path_and_text_all_name_tests() {
        assert_ne!(TaskKey::of(0, [("a", "bc")]), TaskKey::of(0, [("ab", "c")]));
        assert_ne!(TaskKey::of(0, [("a", "bc")]), TaskKey::of(1, [("a", "bc")]));
        assert_ne!(TaskKey::of(0, [("a", "b")]), TaskKey::of(0, [("a", "b"), ("", "")]));
    }
}
