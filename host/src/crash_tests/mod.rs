//! A run survives whatever happens to its process and its disk, at any system call that changes a file.
//!
//! The test binary starts itself again as the process that has to suffer. Its system calls are our own, so that the one
//! with a given number kills the process before or after it does its work, or fails. What is left must go on to be the run
//! that nothing ever happened to, and the model's server tells what it was asked for.

mod faults;
mod kills;
mod process;
mod scenario;
mod system_calls;
mod torn;
