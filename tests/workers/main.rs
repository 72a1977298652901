//! Worker processes: the real binary with the real interpreter.

#[cfg(target_os = "linux")]
mod confinement;
#[cfg(target_os = "linux")]
mod death;
mod equality;
#[cfg(target_os = "linux")]
mod processes;
mod support;
