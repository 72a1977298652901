//! The host's view of a metered module's fuel.

use wasmtime::{AsContextMut, Global, Instance, Val};

use super::{EXHAUSTED, GLOBAL};

/// The fuel of one instance of a metered module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gauge(Global);

impl Gauge {
    /// The most that there can be.
    pub(crate) const MOST: u64 = i64::MAX.cast_unsigned();

    /// That of `instance`, which starts with more than it can use.
    ///
    /// # Errors
    /// When its module is not metered.
    pub(crate) fn of(instance: &Instance, store: impl AsContextMut) -> wasmtime::Result<Self> {
        let global = instance.get_global(store, GLOBAL);
        global.map(Gauge).ok_or_else(|| wasmtime::Error::msg("the module is not metered"))
    }

    /// Gives it `fuel`, at most [`Gauge::MOST`], in place of what it has.
    pub(crate) fn fill(self, store: impl AsContextMut, fuel: u64) -> wasmtime::Result<()> {
        self.set(store, -fuel.min(Self::MOST).cast_signed())
    }

    /// What is left. A guest may use more than it has by what it executes between two checks.
    pub(crate) fn left(self, store: impl AsContextMut) -> wasmtime::Result<u64> {
        Ok(self.count(store)?.min(0).unsigned_abs())
    }

    /// Takes `fuel`; false where there is less, and then nothing is left.
    pub(crate) fn take(self, mut store: impl AsContextMut, fuel: u64) -> wasmtime::Result<bool> {
        let left = self.left(&mut store)?;
        match left.checked_sub(fuel) {
            Some(rest) => self.fill(store, rest).map(|()| true),
            None => self.set(store, EXHAUSTED).map(|()| false),
        }
    }

    /// Whether the guest was ended because it had used up its fuel.
    pub(crate) fn is_exhausted(self, store: impl AsContextMut) -> wasmtime::Result<bool> {
        Ok(self.count(store)? == EXHAUSTED)
    }

    fn count(self, mut store: impl AsContextMut) -> wasmtime::Result<i64> {
        self.0.get(&mut store).i64().ok_or_else(|| wasmtime::Error::msg("the count of fuel is not an i64"))
    }

    fn set(self, store: impl AsContextMut, count: i64) -> wasmtime::Result<()> {
        self.0.set(store, Val::I64(count))
    }
}
