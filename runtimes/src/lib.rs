//! Assay's sandbox: executes untrusted programs inside WASI-compiled interpreters.
//!
//! A [`Runtime`] is an interpreter prepared for this machine: fetched as a published package, compiled ahead of time,
//! and started once, so that every program begins with a copy of the started interpreter's memory. [`Workers`] execute
//! programs in processes of their own, a [`Pool`] on threads of this one; what became of a program is an
//! [`Outcome`](assay_api::Outcome), whatever it tried. An outcome is a function of the program and [`Runtime::digest`].

mod budget;
pub mod cache;
mod counterpart;
mod digest;
mod disk;
mod door;
mod engine;
mod execution;
mod executor;
mod executors;
pub mod fetch;
pub mod files;
mod guest;
mod interpreter;
mod javascript;
mod libraries;
mod lift;
mod line;
mod live;
mod memory;
mod meter;
mod names;
mod parts;
mod pool;
mod prepare;
mod progress;
mod python;
mod python_imports;
mod python_objects;
mod python_packages;
mod python_stack;
mod python_threads;
mod runtime;
mod sandbox;
mod secret;
mod side;
mod snapshot;
mod source;
mod stored;
mod tasks;
mod threads;
mod transfer;
mod translation;
mod typescript;
mod verification;
mod wasi;
mod workers;

pub use budget::MemoryBudget;
pub use engine::WASMTIME_VERSION;
pub use executors::Executors;
pub use interpreter::Interpreter;
pub use libraries::Libraries;
pub use lift::LiftError;
pub use memory::finds_written_pages;
pub use pool::{Pool, PoolOptions};
pub use progress::{Progress, Silent, Stage};
pub use runtime::{Runtime, RuntimeError, WorkError};
pub use sandbox::Sandbox;
pub use snapshot::SnapshotError;
pub use source::{Built, Source};
pub use transfer::Imported;
pub use workers::{Confinement, ServeError, WorkerCommand, Workers, WorkersError, WorkersOptions, serve};

/// SHA-256 in hexadecimal over the sandbox's own sources. An outcome from a build with another one may differ even
/// where [`Runtime::digest`] is the same, so that it is not to be taken for this build's.
pub const SANDBOX_DIGEST: &str = env!("ASSAY_SANDBOX_DIGEST");
