//! How much memory programs may take together.

use std::fs;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use assay_api::Limits;

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

/// What is left of this process's control group's limit (version 2, the group as a container sees it), in bytes.
fn group_available() -> Option<u64> {
    let number = |file: &str| fs::read_to_string(format!("/sys/fs/cgroup/{file}")).ok()?.trim().parse::<u64>().ok();
    Some(number("memory.max")?.saturating_sub(number("memory.current")?))
}

/// The most memory that a program within `limits` takes, in bytes.
pub(crate) fn need(limits: &Limits) -> u64 {
    [limits.memory_bytes, limits.file_bytes, limits.capture_bytes, limits.capture_bytes]
        .into_iter()
        .fold(0, u64::saturating_add)
}

/// Lets programs start in the order in which they come, each when there is memory for it.
#[derive(Debug)]
pub(crate) struct Gate {
    budget: u64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// What running programs may take together, in bytes.
    used: u64,
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
        Gate { budget: budget.0, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Waits until there is memory for `bytes` more, and for all who came before.
    pub(crate) fn reserve(&self, bytes: u64) -> Reservation<'_> {
        let mut state = self.lock();
        let ticket = state.next;
        state.next += 1;
        while state.serving != ticket || !self.fits(state.used, bytes) {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.serving += 1;
        // Whoever exceeds the budget is alone, so this never overflows.
        state.used += bytes;
        self.changed.notify_all();
        Reservation { gate: self, bytes }
    }

    fn fits(&self, used: u64, bytes: u64) -> bool {
        used == 0 || used.checked_add(bytes).is_some_and(|sum| sum <= self.budget)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reservation<'_> {
    /// In bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Gives back what exceeds `bytes`.
    pub(crate) fn shrink(&mut self, bytes: u64) {
        self.give_back(self.bytes.saturating_sub(bytes));
        self.bytes = self.bytes.min(bytes);
    }

    fn give_back(&self, bytes: u64) {
        if bytes > 0 {
            self.gate.lock().used -= bytes;
            self.gate.changed.notify_all();
        }
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.give_back(self.bytes);
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
                        let now = used.fetch_add(reserved.bytes(), Ordering::SeqCst) + reserved.bytes();
                        most.fetch_max(now, Ordering::SeqCst);
                        thread::yield_now();
                        used.fetch_sub(reserved.bytes(), Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= budget);
        assert_eq!(gate.lock().used, 0);
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
    fn a_reservation_gives_back_what_it_no_longer_needs() {
        let gate = Gate::new(MemoryBudget::from_bytes(100));
        let mut reserved = gate.reserve(80);
        reserved.shrink(30);
        assert_eq!((gate.lock().used, reserved.bytes()), (30, 30));
        reserved.shrink(50);
        assert_eq!(reserved.bytes(), 30);
        drop(reserved);
        assert_eq!(gate.lock().used, 0);
    }
}
