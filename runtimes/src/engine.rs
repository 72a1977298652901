//! How the engine is configured. Everything here decides fuel totals or safety, so it is part of a
//! runtime's cache key through [`COMPILE_REVISION`].

use std::sync::Arc;

use wasmtime::{Config, Engine, WasmFeatures};

use crate::memory::ImageMemory;

/// Counts the changes of this configuration and of the module rewrite; compiled modules of another revision
/// are not loaded.
pub(crate) const COMPILE_REVISION: u32 = 3;

/// How much of its stack a guest may use, in bytes: part of a runtime's digest. Most C recursion of CPython's
/// ends in a `RecursionError` before that; a recursion whose frames need nothing in linear memory ends here.
pub(crate) const WASM_STACK_BYTES: usize = 64 << 20;

/// The stack of a guest: its share, and room for the host functions it calls at its deepest.
const FIBER_STACK_BYTES: usize = WASM_STACK_BYTES + (4 << 20);

/// Address space for one memory: all that 32-bit code can reach, so that compiled code needs no bounds checks.
const RESERVATION_BYTES: u64 = 4 << 30;

/// The version of wasmtime that is linked.
pub const WASMTIME_VERSION: &str = "48.0.8";

/// The engine that compiles and runs interpreters.
///
/// # Errors
/// When the host's processor or operating system lacks what the engine needs.
pub(crate) fn engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config
        .max_wasm_stack(WASM_STACK_BYTES)
        .async_stack_size(FIBER_STACK_BYTES)
        .memory_reservation(RESERVATION_BYTES)
        .memory_may_move(false)
        .with_host_memory(Arc::new(ImageMemory))
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .wasm_exceptions(true);
    for unneeded in [
        WasmFeatures::THREADS,
        WasmFeatures::MEMORY64,
        WasmFeatures::MULTI_MEMORY,
        WasmFeatures::TAIL_CALL,
        WasmFeatures::RELAXED_SIMD,
        WasmFeatures::CUSTOM_PAGE_SIZES,
        WasmFeatures::WIDE_ARITHMETIC,
        WasmFeatures::STACK_SWITCHING,
        WasmFeatures::GC,
    ] {
        config.wasm_features(unneeded, false);
    }
    Engine::new(&config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_wasmtime_version_is_the_linked_one() {
        let lock = include_str!("../../Cargo.lock");
        assert!(lock.contains(&format!("name = \"wasmtime\"\nversion = \"{WASMTIME_VERSION}\"")));
    }
}
