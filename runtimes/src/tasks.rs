//! What an executor knows of the tests that it has met: snapshots in which they are compiled, for the samples to come.

use std::collections::HashMap;
use std::rc::Rc;

use sha2::{Digest, Sha256};

use crate::live::Start;

/// How much the snapshots of one executor may take, in bytes. Most take about one megabyte, and samples of a task
/// tend to come together.
const CAPACITY_BYTES: usize = 48 << 20;

/// How many tests are remembered without a snapshot.
const CAPACITY_TESTS: usize = 1 << 16;

/// What preparing tests may use, beyond what the interpreter itself does.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Budget {
    pub(crate) fuel: u64,
    /// By how much memory may grow.
    pub(crate) memory_bytes: u64,
}

/// Names tests by their content.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TaskKey([u8; 32]);

impl TaskKey {
    /// The key of the tests in the first of these (path, text), for programs that start in a layer and are prepared
    /// within `budget`; the others are what the tests find when they are prepared.
    pub(crate) fn of<'a>(layer: usize, budget: Budget, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut hash = Sha256::new();
        for number in [layer as u64, budget.fuel, budget.memory_bytes] {
            hash.update(number.to_le_bytes());
        }
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
    /// Preparing them takes more fuel than it may.
    Exhausting,
    /// The state in which they are prepared.
    Snapshot(Rc<Start>),
}

/// The tests that an executor has met.
///
/// When snapshots take too much, the one goes that is worth least: worth is the fuel that making it took for each byte that
/// it takes, and what the snapshot had that went last when this one was last used (Cao and Irani's GreedyDual-Size, 1997). So
/// what is dear to make stays longer, but not for ever.
#[derive(Debug, Default)]
pub(crate) struct TaskSnapshots {
    known: HashMap<TaskKey, Met>,
    bytes: usize,
    /// Of the snapshot that went last.
    worth: f64,
    clock: u64,
}

#[derive(Debug)]
struct Met {
    known: Known,
    worth: f64,
    /// When it was last used; decides between those that are worth the same.
    used: u64,
}

impl TaskSnapshots {
    /// What is known of the tests with this key.
    pub(crate) fn get(&mut self, key: &TaskKey) -> Option<Known> {
        self.clock += 1;
        let met = self.known.get_mut(key)?;
        met.use_now(self.worth, self.clock);
        Some(met.known.clone())
    }

    /// Remembers something about the tests with this key.
    pub(crate) fn insert(&mut self, key: TaskKey, known: Known) {
        self.clock += 1;
        self.bytes += size(&known);
        let mut met = Met { known, worth: 0.0, used: 0 };
        met.use_now(self.worth, self.clock);
        if let Some(old) = self.known.insert(key, met) {
            self.bytes -= size(&old.known);
        }
        while self.bytes > CAPACITY_BYTES {
            let snapshots = self.known.values_mut().filter(|met| size(&met.known) > 0);
            let least = |a: &&mut Met, b: &&mut Met| a.worth.total_cmp(&b.worth).then(a.used.cmp(&b.used));
            let Some(met) = snapshots.min_by(least) else { break };
            self.bytes -= size(&met.known);
            self.worth = met.worth;
            met.known = Known::Prepared;
        }
        if self.known.len() > CAPACITY_TESTS {
            *self = TaskSnapshots::default();
        }
    }
}

impl Met {
    fn use_now(&mut self, floor: f64, clock: u64) {
        let fuel = if let Known::Snapshot(start) = &self.known { start.fuel } else { 0 };
        self.worth = floor + fuel as f64 / size(&self.known).max(1) as f64;
        self.used = clock;
    }
}

fn size(known: &Known) -> usize {
    match known {
        Known::Snapshot(start) => start.overlay.size(),
        Known::Prepared | Known::Unpreparable | Known::Exhausting => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Overlay;

    /// One that takes half of the room.
    fn snapshot(fuel: u64) -> Known {
        let overlay = Overlay::of_size(CAPACITY_BYTES / 2);
        Known::Snapshot(Rc::new(Start { layer: 0, overlay, globals: Vec::new(), fuel }))
    }

    #[test]
    fn the_least_recently_used_snapshot_goes_first_and_its_tests_stay_known() {
        let mut tasks = TaskSnapshots::default();
        let key = |name: &str| TaskKey::of(0, Budget::default(), [("tests.py", name)]);
        tasks.insert(key("a"), snapshot(0));
        tasks.insert(key("b"), snapshot(0));
        assert!(tasks.get(&key("a")).is_some());
        tasks.insert(key("c"), snapshot(0));
        assert!(matches!(tasks.get(&key("a")), Some(Known::Snapshot(_))));
        assert!(matches!(tasks.get(&key("b")), Some(Known::Prepared)));
        assert!(matches!(tasks.get(&key("c")), Some(Known::Snapshot(_))));
    }

    #[test]
    fn what_is_dear_to_make_stays_longer_but_not_for_ever() {
        let mut tasks = TaskSnapshots::default();
        let key = |name: &str| TaskKey::of(0, Budget::default(), [("tests.py", name)]);
        let is_kept = |tasks: &TaskSnapshots, name| matches!(tasks.known[&key(name)].known, Known::Snapshot(_));
        tasks.insert(key("dear"), snapshot(3_500));
        let names: Vec<String> = (0..8).map(|number| format!("cheap {number}")).collect();
        let kept = names.iter().map(|name| {
            tasks.insert(key(name), snapshot(1_000));
            is_kept(&tasks, "dear")
        });
        assert_eq!(kept.collect::<Vec<_>>(), [true, true, true, true, true, true, true, false]);
        assert!(is_kept(&tasks, "cheap 7"));
    }

    #[test]
    fn layer_budget_path_and_text_all_name_tests() {
        let none = Budget::default();
        let key = TaskKey::of(0, none, [("a", "bc")]);
        assert_ne!(key, TaskKey::of(0, none, [("ab", "c")]));
        assert_ne!(key, TaskKey::of(1, none, [("a", "bc")]));
        assert_ne!(key, TaskKey::of(0, Budget { fuel: 1, ..none }, [("a", "bc")]));
        assert_ne!(key, TaskKey::of(0, Budget { memory_bytes: 1, ..none }, [("a", "bc")]));
        assert_ne!(TaskKey::of(0, none, [("a", "b")]), TaskKey::of(0, none, [("a", "b"), ("", "")]));
    }
}
