//! How much memory programs may take together.

use std::fs;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use assay_api::{Entry, Limits, Program};

/// How much memory all programs that run at once may take together.
///
/// Each counts with the most that its limits let it take: linear memory, files, and kept output. The interpreter's
/// share counts too, though programs share the pages that they only read, because each may write to all of them.
/// A program that alone exceeds the budget runs, alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryBudget(u64);

impl MemoryBudget {
    /// A budget of so many bytes.
    #[must_use]
    pub fn from_bytes(bytes: u64) -> Self {
        MemoryBudget(bytes)
    }

    /// 80 % of the memory that the system could give now, the control group's limit considered. Without bound where
    /// the system does not say how much that is, which only Linux does.
    #[must_use]
    pub fn of_machine() -> Self {
        let system = fs::read_to_string("/proc/meminfo").ok().and_then(|text| mem_available(&text));
        let group = group_available();
        let available = [system, group].into_iter().flatten().min();
        MemoryBudget(available.map_or(u64::MAX, |bytes| bytes / 5 * 4))
    }

    /// In bytes.
    #[must_use]
    pub fn bytes(self) -> u64 {
        self.0
    }
}

impl Default for MemoryBudget {
    /// [`MemoryBudget::of_machine`].
    fn default() -> Self {
        Self::of_machine()
    }
}

/// `MemAvailable` of `/proc/meminfo`, in bytes.
fn mem_available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    kib.checked_mul(1024)
}

/// What is left of the limits of this process's control groups (version 2), in bytes: the least of its own group's and
/// those above it.
fn group_available() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = text.lines().find_map(|line| line.strip_prefix("0::/"))?;
    Path::new(own).ancestors().filter_map(|group| left_in(&Path::new("/sys/fs/cgroup").join(group))).min()
}

/// What is left of one control group's limit; `None` where it has none.
fn left_in(group: &Path) -> Option<u64> {
    let number = |file: &str| fs::read_to_string(group.join(file)).ok()?.trim().parse::<u64>().ok();
    Some(number("memory.max")?.saturating_sub(number("memory.current")?))
}

/// The most memory that a program takes, in bytes; one of two instances takes that of both.
pub(crate) fn need(program: &Program) -> u64 {
    let candidate = match &program.entry {
        Entry::Judged { candidate, .. } => need_within(&candidate.limits),
        Entry::Script { .. } | Entry::Tests { .. } => 0,
    };
    need_within(&program.limits).saturating_add(candidate)
}

fn need_within(limits: &Limits) -> u64 {
    [limits.memory_bytes, limits.file_bytes, limits.capture_bytes, limits.capture_bytes]
        .into_iter()
        .fold(0, u64::saturating_add)
}

/// Who takes how much of a budget.
#[derive(Debug)]
pub(crate) struct Account {
    budget: u64,
    /// In bytes.
    used: u64,
    /// How many programs run.
    running: usize,
}

impl Account {
    pub(crate) fn new(budget: MemoryBudget) -> Self {
        Account { budget: budget.0, used: 0, running: 0 }
    }

    /// Whether a program that takes `bytes` may start now: it fits, or it would run alone.
    pub(crate) fn admits(&self, bytes: u64) -> bool {
        self.running == 0 || self.used.checked_add(bytes).is_some_and(|sum| sum <= self.budget)
    }

    /// Notes that a program started that takes `bytes`.
    pub(crate) fn start(&mut self, bytes: u64) {
        self.running += 1;
        self.take(bytes);
    }

    /// Notes that a program ended that took `bytes`.
    pub(crate) fn end(&mut self, bytes: u64) {
        self.running = self.running.saturating_sub(1);
        self.give_back(bytes);
    }

    /// Notes that something else than a program takes `bytes`.
    pub(crate) fn take(&mut self, bytes: u64) {
        // Only what runs alone exceeds the budget, and then nothing beside it is worth telling apart.
        self.used = self.used.saturating_add(bytes);
    }

    /// Notes that `bytes` are no longer taken.
    pub(crate) fn give_back(&mut self, bytes: u64) {
        self.used = self.used.saturating_sub(bytes);
    }
}

/// Lets programs start in the order in which they come, each when there is memory for it.
#[derive(Debug)]
pub(crate) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    account: Account,
    /// The next one to come.
    next: u64,
    /// The next one to be let through.
    serving: u64,
}

/// Memory that a program may take, until dropped.
#[derive(Debug)]
pub(crate) struct Reservation<'a> {
    gate: &'a Gate,
    bytes: u64,
}

impl Gate {
    pub(crate) fn new(budget: MemoryBudget) -> Self {
        let state = State { account: Account::new(budget), next: 0, serving: 0 };
        Gate { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Waits until there is memory for `bytes` more, and for all who came before.
    pub(crate) fn reserve(&self, bytes: u64) -> Reservation<'_> {
        let mut state = self.lock();
        let ticket = state.next;
        state.next += 1;
        while state.serving != ticket || !state.account.admits(bytes) {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.serving += 1;
        state.account.start(bytes);
        self.changed.notify_all();
        Reservation { gate: self, bytes }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.gate.lock().account.end(self.bytes);
        self.gate.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[test]
    fn what_the_kernel_says_is_available_is_read() {
        let meminfo = "MemTotal:       24576000 kB\nMemFree:  1 kB\nMemAvailable:   18874368 kB\nBuffers: 0 kB\n";
        assert_eq!(mem_available(meminfo), Some(18 << 30));
        assert_eq!(mem_available("MemTotal: 5 kB\n"), None);
        assert_eq!(mem_available("MemAvailable: 18446744073709551615 kB\n"), None);
    }

    #[test]
    fn sixty_four_at_once_never_exceed_the_budget() {
        let budget = 1 << 30;
        let gate = Gate::new(MemoryBudget::from_bytes(budget));
        let (used, most) = (AtomicU64::new(0), AtomicU64::new(0));
        thread::scope(|scope| {
            for _ in 0..64 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let reserved = gate.reserve(256 << 20);
                        let now = used.fetch_add(reserved.bytes, Ordering::SeqCst) + reserved.bytes;
                        most.fetch_max(now, Ordering::SeqCst);
                        thread::yield_now();
                        used.fetch_sub(reserved.bytes, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= budget);
        assert_eq!(gate.lock().account.used, 0);
    }

    #[test]
    fn what_exceeds_the_budget_runs_alone() {
        let gate = Gate::new(MemoryBudget::from_bytes(100));
        let small = gate.reserve(1);
        let (sender, receiver) = channel();
        thread::scope(|scope| {
            let (gate, large) = (&gate, sender.clone());
            scope.spawn(move || {
                let reserved = gate.reserve(u64::MAX);
                large.send("large").unwrap();
                drop(reserved);
            });
            while gate.lock().next < 2 {
                thread::yield_now();
            }
            // Comes after the large one, and so does not overtake it, though it would fit.
            scope.spawn(move || {
                let _reserved = gate.reserve(1);
                sender.send("second small").unwrap();
            });
            while gate.lock().next < 3 {
                thread::yield_now();
            }
            assert!(receiver.try_recv().is_err());
            drop(small);
            assert_eq!(receiver.iter().collect::<Vec<_>>(), ["large", "second small"]);
        });
    }

    #[test]
    fn what_runs_alone_beyond_the_budget_leaves_nothing_behind() {
        let mut account = Account::new(MemoryBudget::from_bytes(100));
        account.take(60);
        assert!(account.admits(90), "nothing else runs");
        account.start(90);
        assert!(!account.admits(1));
        account.end(90);
        account.start(40);
        assert_eq!((account.used, account.running), (100, 1));
    }
}
