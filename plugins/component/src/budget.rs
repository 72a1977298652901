use wasmtime::ResourceLimiter;

/// What one call of a component may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Fuel: WebAssembly instructions, some 5 to 7 billion a second.
    pub fuel: u64,
    /// All linear memories of the instance together, in bytes.
    pub memory_bytes: u64,
}

impl Default for Budget {
    /// 50 G fuel, some 10 seconds, and 1 GiB: a Python component starts with some 20 MiB, and reads a benchmark of 1,000 tasks
    /// in well below a second.
    fn default() -> Self {
        Budget { fuel: 50_000_000_000, memory_bytes: 1 << 30 }
    }
}

/// The most entries of all tables together. The interpreters that components bring have some ten thousand.
const MAX_TABLE_ELEMENTS: usize = 10_000_000;

/// Watches what an instance takes. Going beyond is an error, not a refusal: a suite has no reason to cope with one.
#[derive(Debug)]
pub(crate) struct Meter {
    memory_left: usize,
    elements_left: usize,
    limit: u64,
}

impl Meter {
    pub(crate) fn new(budget: &Budget) -> Self {
        let memory_left = usize::try_from(budget.memory_bytes).unwrap_or(usize::MAX);
        Meter { memory_left, elements_left: MAX_TABLE_ELEMENTS, limit: budget.memory_bytes }
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        match self.memory_left.checked_sub(desired - current) {
            Some(left) => {
                self.memory_left = left;
                Ok(true)
            }
            None => Err(wasmtime::format_err!("it needs more than {} MiB of memory", self.limit >> 20)),
        }
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        match self.elements_left.checked_sub(desired - current) {
            Some(left) => {
                self.elements_left = left;
                Ok(true)
            }
            None => Err(wasmtime::format_err!("its tables need more than {MAX_TABLE_ELEMENTS} entries")),
        }
    }
}
