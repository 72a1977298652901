//! What every system call has in common: access to guest memory, its cost, its result.

use wasmtime::Caller;

use crate::files::Errno;
use crate::guest::{Guest, Stop, World, charge, gauge};

/// Fuel for entering a system call: some 200 ns of work that the guest does not do itself.
pub(super) const CALL_FUEL: u64 = 1000;

/// The most bytes that one call reads or writes; POSIX allows less than what was asked for.
pub(super) const MAX_TRANSFER: usize = 1 << 20;

/// The most buffers that one call takes, as `IOV_MAX`.
const MAX_BUFFERS: u32 = 1024;

/// One system call: guest memory and the world beside it.
pub(super) struct Call<'a> {
    pub(super) memory: &'a mut [u8],
    pub(super) world: &'a mut World,
    /// Fuel used so far.
    pub(super) fuel_used: u64,
    /// Fuel that the call costs beyond [`CALL_FUEL`].
    pub(super) cost: u64,
}

/// Runs `body` as a system call whose result is an errno.
///
/// # Errors
/// When the program is to be ended.
pub(super) fn system_call(
    caller: &mut Caller<'_, Guest>,
    body: impl FnOnce(&mut Call<'_>) -> Result<Result<(), Errno>, Stop>,
) -> wasmtime::Result<i32> {
    charge(caller, CALL_FUEL)?;
    let fuel_left = gauge(caller)?.left(&mut *caller)?;
    let memory = caller.data().handles.as_ref().map(|handles| handles.memory);
    let memory = memory.ok_or_else(|| wasmtime::Error::msg("a system call before the instance exists"))?;
    let (memory, guest) = memory.data_and_store_mut(&mut *caller);
    let fuel_used = guest.world.fuel.saturating_sub(fuel_left);
    let mut call = Call { memory, world: &mut guest.world, fuel_used, cost: 0 };
    let result = body(&mut call)?;
    let cost = call.cost;
    charge(caller, cost)?;
    Ok(match result {
        Ok(()) => 0,
        Err(errno) => i32::from(errno as u16),
    })
}

/// A guest's buffer: where it lies and how long it is, both checked to be inside memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buffer {
    pub(super) at: usize,
    pub(super) len: usize,
}

impl Call<'_> {
    /// The `len` bytes at `at`.
    pub(super) fn bytes(&self, at: i32, len: u32) -> Result<&[u8], Stop> {
        let at = at.cast_unsigned() as usize;
        self.memory.get(at..at.saturating_add(len as usize)).ok_or(Stop::BadPointer)
    }

    /// The `len` bytes at `at`, to be written to.
    pub(super) fn bytes_mut(&mut self, at: i32, len: u32) -> Result<&mut [u8], Stop> {
        let at = at.cast_unsigned() as usize;
        self.memory.get_mut(at..at.saturating_add(len as usize)).ok_or(Stop::BadPointer)
    }

    /// Writes `bytes` at `at`.
    pub(super) fn put(&mut self, at: i32, bytes: &[u8]) -> Result<(), Stop> {
        let len = u32::try_from(bytes.len()).map_err(|_| Stop::BadPointer)?;
        self.bytes_mut(at, len)?.copy_from_slice(bytes);
        Ok(())
    }

    /// Writes a 32-bit number at `at`.
    pub(super) fn put_u32(&mut self, at: i32, value: u32) -> Result<(), Stop> {
        self.put(at, &value.to_le_bytes())
    }

    /// Writes a 64-bit number at `at`.
    pub(super) fn put_u64(&mut self, at: i32, value: u64) -> Result<(), Stop> {
        self.put(at, &value.to_le_bytes())
    }

    /// The 32-bit number at byte `at`.
    fn u32_at(&self, at: usize) -> Result<u32, Stop> {
        let bytes = self.memory.get(at..at.saturating_add(4)).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u32::from_le_bytes).ok_or(Stop::BadPointer)
    }

    /// The buffers of an I/O vector of `count` entries at `at`; together at most [`MAX_TRANSFER`] bytes, the rest is
    /// cut off.
    pub(super) fn buffers(&self, at: i32, count: i32) -> Result<Result<Vec<Buffer>, Errno>, Stop> {
        let count = count.cast_unsigned();
        if count > MAX_BUFFERS {
            return Ok(Err(Errno::Inval));
        }
        let mut room = MAX_TRANSFER;
        let mut buffers = Vec::with_capacity(count as usize);
        for index in 0..count as usize {
            let entry = (at.cast_unsigned() as usize).saturating_add(8 * index);
            let (at, len) = (self.u32_at(entry)? as usize, self.u32_at(entry.saturating_add(4))? as usize);
            if at.saturating_add(len) > self.memory.len() {
                return Err(Stop::BadPointer);
            }
            let len = len.min(room);
            room -= len;
            if len > 0 {
                buffers.push(Buffer { at, len });
            }
        }
        Ok(Ok(buffers))
    }

    /// What the realtime clock shows.
    pub(super) fn now(&self) -> u64 {
        self.world.clock.now(super::clock::ClockId::Realtime, self.fuel_used)
    }
}
