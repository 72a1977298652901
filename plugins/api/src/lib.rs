//! The contract between Assay's host and a benchmark suite.
//!
//! A *suite* is a benchmark, a *task* one problem in it, a *sample* one completion for a task, a
//! *solution* the code extracted from a completion, a *program* what the sandbox executes, an
//! *outcome* what executing it gave, and a *verdict* what the suite says of the sample.
//!
//! Suites are pure: the host does all input and output, sampling and execution. Everything here is
//! plain data that serialises with serde; nothing here knows about WebAssembly, HTTP or files.

pub mod call;
mod choice;
mod error;
pub mod native;
mod outcome;
mod program;
mod request;
mod scored;
mod solution;
mod suite;
mod task;
mod verdict;

pub use choice::Choice;
pub use error::SuiteError;
pub use outcome::{Captured, Exception, LineCoverage, Outcome, Record, Status, TestResult};
pub use program::{Candidate, CoverageOptions, Entry, Limits, Program, SourceFile};
pub use request::{Message, Prompt, PromptStyle, Request, Role, Turn};
pub use scored::{Score, Scored};
pub use solution::{Completion, CompletionKind, Solution};
pub use suite::{Calibration, DataFile, Grading, Suite, SuiteInfo};
pub use task::{Page, Task};
pub use verdict::{Failure, Verdict, VerdictKind};
