use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::globals::Globals;
use super::output::{print, print_json};
use crate::closest::closest;
use crate::exit::Exit;
use crate::export::FullSample;
use crate::failure::Failure;
use crate::report::{printable, write_overview, write_sample, write_samples};
use crate::show::{Chosen, ListedSample, Overview, list};
use crate::store::{FORMAT, RunFile, RunReader};

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The run file; it is only read, and may be written meanwhile
    #[arg(value_name = "RUN.assay")]
    run: PathBuf,
    /// The samples of this task
    #[arg(long, value_name = "ID")]
    task: Option<String>,
    /// The samples that did not pass
    #[arg(long)]
    failed: bool,
    /// All of one sample of the task: prompt, completion, solution, programs, outcomes
    #[arg(long, value_name = "N", requires = "task")]
    sample: Option<u32>,
    /// Print one JSON object as the last line of stdout
    #[arg(long)]
    json: bool,
}

/// What `--json` prints of several samples.
#[derive(Serialize)]
struct Listing<'a> {
    run: String,
    samples: &'a [ListedSample],
}

/// Opens a run to read it, and says so if a newer version wrote it.
pub(super) fn open_to_read(path: &std::path::Path) -> Result<RunReader, Failure> {
    let run = RunFile::open_read_only(path)?;
    if run.was_repaired() {
        let path = path.display().to_string();
        eprintln!("note: {}: what its writer had begun when it died was undone", printable(&path));
    }
    if run.format() > FORMAT {
        let (path, format) = (path.display().to_string(), run.format());
        eprintln!(
            "note: {} has format {format}, newer than this assay's {FORMAT}: what is new in it is not seen",
            printable(&path)
        );
    }
    Ok(run)
}

impl Show {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        let run = open_to_read(&self.run)?.at_this_moment()?;
        let style = globals.style();
        if self.task.is_none() && !self.failed {
            let overview = Overview { run: self.run.display().to_string(), ..Overview::of(&run)? };
            return self.print(&overview, |out| write_overview(out, &style, &overview));
        }
        let chosen = Chosen { task: self.task.clone(), sample: self.sample, failed: self.failed };
        let samples = list(&run, &chosen)?;
        if samples.is_empty() && self.task.is_some() {
            self.check_task(&run)?;
        }
        if self.sample.is_none() {
            let listing = Listing { run: self.run.display().to_string(), samples: &samples };
            return self.print(&listing, |out| write_samples(out, &style, &samples));
        }
        for sample in samples {
            let sample = FullSample::read(&run, &sample.key())?;
            self.print(&sample, |out| write_sample(out, &style, &sample))?;
        }
        Ok(Exit::Done)
    }

    fn print(
        &self,
        value: &impl Serialize,
        write: impl FnOnce(&mut std::io::StdoutLock<'_>) -> std::io::Result<()>,
    ) -> Result<Exit, Failure> {
        if self.json {
            print_json(value)?
        } else {
            print(write)?
        }
        Ok(Exit::Done)
    }

    /// An error where the run has no such task or sample.
    fn check_task(&self, run: &RunReader) -> Result<(), Failure> {
        let task = self.task.as_deref().unwrap_or_default();
        let tasks = run.load_tasks()?;
        if tasks.iter().all(|known| known.task_id != task) {
            let failure = Failure::usage(format!("{}: it has no task {task}", self.run.display()));
            return Err(match closest(task, tasks.iter().map(|known| known.task_id.as_str())) {
                Some((closest, _)) => failure.help(format!("did you mean {closest}?")),
                None => failure,
            });
        }
        match self.sample {
            Some(sample) if !self.failed => {
                Err(Failure::usage(format!("{}: task {task} has no sample {sample}", self.run.display())))
            }
            _ => Ok(()),
        }
    }
}
