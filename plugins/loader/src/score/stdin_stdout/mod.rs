//! The strategy `stdin-stdout`: a script is executed once for each test case, which is its standard input, and its
//! standard output is compared in the host. Of tasks that are a function, it is called in another instance instead. What is
//! expected never enters the candidate's instance.

mod calls;
mod cases;
mod decimal;
mod lines;
mod packed;
mod verdict;

pub use calls::Calls;
pub use cases::{Case, Cases};
pub use verdict::{stdin_stdout, stdin_stdout_is_decided};
