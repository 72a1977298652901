//! The run file: one SQLite database that holds everything a run asked, got and concluded.
//!
//! [`RunFile`] is the one writer of a run, [`RunReader`] reads. Both block; a run has one writer thread.
//! The format is documented in `docs/run-file.md`.

mod aside;
mod config;
mod content;
mod digest;
mod error;
mod history;
mod lock;
mod merge;
mod new_run;
mod reader;
mod record;
mod resume;
mod rows;
mod run_file;
mod schema;
mod shard;

pub use config::{
    BaseUrl, BaseUrlError, Change, CommandLine, LimitOverrides, RunConfig, RunIdentity, RunSettings, Sampling, Source,
    SuiteRef,
};
pub use digest::{outcome_digest, program_digest, request_digest, results_digest};
pub use error::StoreError;
pub use history::{Invocation, PastFailure};
pub use merge::{MergedRun, merge, merged_config};
pub use new_run::{Former, NewRun};
pub use reader::RunReader;
pub use resume::PendingSample;
pub use rows::{
    Execution, Metric, RequestFailure, SampleKey, SampleResult, StoredCompletion, StoredExecution, StoredSample,
    TaskFuel, TaskRecord, TokenCounts,
};
pub use run_file::{Closed, RunFile};
pub use schema::FORMAT;
pub use shard::{Shard, ShardError};

#[cfg(test)]
mod tests;
