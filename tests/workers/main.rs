//! Worker processes: the real binary with the real interpreter.

#[cfg(target_os = "linux")]
mod confinement;
mod corpus;
#[cfg(target_os = "linux")]
mod death;
mod equality;
#[cfg(target_os = "linux")]
mod generator;
#[cfg(target_os = "linux")]
mod grammar;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod processes;
#[cfg(target_os = "linux")]
mod random_programs;
mod support;
