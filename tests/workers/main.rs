//! Worker processes: the real binary with the real interpreter.

#[cfg(target_os = "linux")]
mod confinement;
mod corpus;
#[cfg(target_os = "linux")]
mod death;
mod equality;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod processes;
mod support;
