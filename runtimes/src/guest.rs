//! What one running program has: the data of its store.

use std::{fmt, io};

use assay_api::{Limits, SourceFile};
use thiserror::Error;
use wasmtime::{Caller, Memory, ResourceLimiter, TypedFunc};

use crate::door::Door;
use crate::files::{self, Files};
use crate::line::Line;
use crate::meter::Gauge;
use crate::wasi::{Clock, EPOCH_NANOS, Random, Streams};

/// Why a host function ended the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Stop {
    /// It asked to exit, with this code.
    #[error("exit {0}")]
    Exit(i32),
    /// It used up its fuel, in work that the host does for it.
    #[error("out of fuel")]
    OutOfFuel,
    /// It slept longer than it may.
    #[error("out of time")]
    OutOfTime,
    /// It wrote more output than it may.
    #[error("output limit")]
    OutputLimit,
    /// It created more files, or more bytes in them, than it may.
    #[error("file limit")]
    FileLimit,
    /// It waits for somebody outside in a call of the host's own, which nobody answers.
    #[error("a wait inside a call of the host's")]
    Stuck,
    /// It used memory outside its own for the arguments of a system call.
    #[error("a system call with a pointer outside memory")]
    BadPointer,
}

/// Handles into the guest's instance that host functions use.
#[derive(Clone)]
pub(crate) struct Handles {
    pub(crate) memory: Memory,
    pub(crate) alloc: TypedFunc<i32, i32>,
    pub(crate) fuel: Gauge,
}

/// The data of a store.
pub(crate) struct Guest {
    /// Set as soon as the instance exists; the module has no start function, so before any call.
    pub(crate) handles: Option<Handles>,
    /// The world that the program sees.
    pub(crate) world: World,
}

/// Everything a program can see or change outside its memory. Made anew for every program.
pub(crate) struct World {
    pub(crate) files: Files,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) streams: Streams,
    pub(crate) door: Door,
    /// Where the program is parked while somebody outside answers.
    pub(crate) line: Line,
    pub(crate) arguments: &'static [&'static str],
    pub(crate) environment: &'static [(&'static str, &'static str)],
    pub(crate) growth: Growth,
    /// The fuel that the program started with.
    pub(crate) fuel: u64,
}

impl World {
    /// The world of a program that runs within `limits`.
    pub(crate) fn new(
        limits: &Limits,
        seed: u64,
        stdin: Vec<u8>,
        door: Door,
        interpreter: &'static crate::Interpreter,
        image: &std::sync::Arc<files::Image>,
    ) -> Self {
        World {
            files: Files::new(std::sync::Arc::clone(image), limits, EPOCH_NANOS),
            clock: Clock::new(limits.sleep),
            random: Random::new(seed),
            streams: Streams::new(stdin, limits),
            door,
            line: Line::default(),
            arguments: interpreter.arguments,
            environment: interpreter.environment,
            growth: Growth::within(limits.memory_bytes),
            fuel: limits.fuel.min(Gauge::MOST),
        }
    }

    /// Whether the program drew anything from its seed.
    pub(crate) fn seed_used(&self) -> bool {
        self.random.is_used() || self.door.seed_used()
    }

    /// Places a program's own files in its working directory.
    ///
    /// # Errors
    /// When a path is not a plain relative one.
    pub(crate) fn place<'a>(
        &mut self,
        files: impl IntoIterator<Item = &'a SourceFile>,
        directory: &str,
    ) -> Result<(), String> {
        for file in files {
            self.files
                .add_file(&format!("{directory}/{}", file.path), file.text.as_bytes())
                .map_err(|error| format!("the program's file {:?}: {error}", file.path))?;
        }
        Ok(())
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

/// Bounds memory: linear memory and the engine's heap of exception objects together, which only native code that
/// throws uses and which nothing collects.
#[derive(Debug)]
pub(crate) struct Growth {
    /// How much more there may be, in bytes.
    room: usize,
    /// How much more there is than at the start, in bytes. Nothing makes the heap of exceptions smaller, so that an
    /// instance with more must not run another program: it would find less room than in a new one.
    pub(crate) by: usize,
    /// Whether the program asked for more than it may have.
    pub(crate) denied: bool,
}

impl Growth {
    /// Growth by at most `bytes`.
    pub(crate) fn within(bytes: u64) -> Self {
        Growth { room: usize::try_from(bytes).unwrap_or(usize::MAX), by: 0, denied: false }
    }
}

impl ResourceLimiter for Growth {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        match self.room.checked_sub(more) {
            Some(room) => {
                self.room = room;
                self.by += more;
                Ok(true)
            }
            None => {
                self.denied = true;
                Ok(false)
            }
        }
    }

    /// That the machine has no memory to give says nothing of the program: it must not see it, and the error, which
    /// is no trap, becomes an infrastructure failure.
    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        match error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
            Some(_) => Err(error.context("no memory for the program")),
            None => Ok(()), // it asked for more than 32 bits can address
        }
    }

    fn table_growing(&mut self, _current: usize, _desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true) // no function of a lifted module grows a table: this is instantiation
    }
}

/// Takes `fuel` for work that the host does for the guest, so that fuel bounds that work too.
///
/// # Errors
/// [`Stop::OutOfFuel`] when there is not enough.
pub(crate) fn charge(caller: &mut Caller<'_, Guest>, fuel: u64) -> wasmtime::Result<()> {
    if gauge(caller)?.take(caller, fuel)? { Ok(()) } else { Err(Stop::OutOfFuel.into()) }
}

/// The fuel of the guest that calls the host.
pub(crate) fn gauge(caller: &Caller<'_, Guest>) -> wasmtime::Result<Gauge> {
    let handles = caller.data().handles.as_ref();
    handles.map(|handles| handles.fuel).ok_or_else(|| wasmtime::Error::msg("a system call before the instance exists"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_memory_is_no_trap_of_the_program() {
        let mut growth = Growth::within(1 << 30);
        let none = io::Error::from(rustix::io::Errno::NOMEM);
        let failed = growth.memory_grow_failed(none.into()).unwrap_err();
        assert!(failed.downcast_ref::<wasmtime::Trap>().is_none(), "{failed:#}");
        assert!(growth.memory_grow_failed(wasmtime::Error::msg("beyond 4 GiB")).is_ok());
        assert!(!growth.denied);
    }

    #[test]
    fn memories_grow_within_one_limit() {
        let mut growth = Growth::within(100);
        assert!(growth.memory_growing(1000, 1060, None).is_ok_and(|allowed| allowed));
        assert!(growth.by == 60 && !growth.denied);
        assert!(growth.memory_growing(0, 41, None).is_ok_and(|allowed| !allowed));
        assert!(growth.denied);
        assert!(growth.memory_growing(0, 40, None).is_ok_and(|allowed| allowed));
        assert_eq!(growth.by, 100);
    }
}
