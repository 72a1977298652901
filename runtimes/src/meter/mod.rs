//! Meters fuel: rewrites a module so that it counts what it executes, and ends itself when that is too much.
//!
//! wasmtime can do this too, and what is counted here is what it counts: one for each operator, none for those that only
//! shape control flow, and one for each byte that `memory.copy` and `memory.fill` write. But where it checks, at each
//! function's start and each loop's head, it calls the host, and what is in registers has to survive that call: on the code
//! of interpreters this costs a fifth to a half of all time. A check here is one branch, for all of a function to one place
//! at its end, which traps.
//!
//! The count rises from minus the fuel to zero. Functions have it in a local: each takes it as a further parameter and gives
//! it back as a further result, so that it stays in a register from call to call. The global [`GLOBAL`] has it when the host
//! runs: functions write it before they call imported ones, and read it afterwards; who calls an exported one finds a wrapper
//! that does the same. They write it before all other calls too, so that it is right where a program traps, and before they
//! throw: an exception leaves the locals of a function that catches it as they were before the call. Between those places
//! the count may be behind, as long as it is so by the same amount whichever way led there: so most branches count nothing.

mod function;
mod gauge;
mod module;
#[cfg(test)]
mod tests;
mod ways;

pub(crate) use gauge::Gauge;
pub(crate) use module::meter;

/// What the global with the count is exported as.
const GLOBAL: &str = "assay_fuel";

/// The count of a module that has just been instantiated, and the least there can be.
const UNMETERED: i64 = i64::MIN;

/// The count of a program that was ended for want of fuel: no other can reach it.
const EXHAUSTED: i64 = i64::MAX;
