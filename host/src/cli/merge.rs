use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::globals::Globals;
use super::output::{print, print_json};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::write_overview;
use crate::show::Overview;
use crate::store::{
    CommandLine, FORMAT, Former, MergedRun, NewRun, RunFile, RunReader, Shard, StoreError, merge, merged_config,
};

#[derive(Debug, Args)]
pub(super) struct Merge {
    /// The run files: shards of a run, or the same run from several machines; they are only read
    #[arg(required = true, value_name = "RUN.assay")]
    runs: Vec<PathBuf>,
    /// The run file to write; one that is there already is merged, too
    #[arg(short, long, value_name = "FILE.assay")]
    output: PathBuf,
    /// Print one JSON object as the last line of stdout instead of the report
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    overview: &'a Overview,
    /// How many samples more than one part has.
    shared: u64,
    /// The shards that are missing.
    missing: &'a [Shard],
}

impl Merge {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        let mut new = NewRun::reserve(&self.output)?;
        let parts = self.parts(new.target())?;
        let config = merged_config(&parts, CommandLine::new(std::env::args()))?;
        let config = config.ok_or_else(|| Failure::usage("no runs to merge"))?;
        let run = new.start(&config)?;
        let merged = merge(&parts, run)?;
        let overview = record_overview(run, &self.output)?;
        // A reader of the file that is to be replaced would be in the way.
        drop(parts);
        new.put_in_place(Former::Replaced)?;
        self.report(globals, &overview, &merged)?;
        Ok(Exit::Done)
    }

    /// The runs, first the one in the place of the output, each once.
    fn parts(&self, target: &Path) -> Result<Vec<RunReader>, Failure> {
        let there = target.exists().then_some(target);
        let mut parts: Vec<RunReader> = Vec::new();
        for path in there.into_iter().chain(self.runs.iter().map(PathBuf::as_path)) {
            let part = RunFile::open_read_only(path)?;
            if part.format() > FORMAT {
                let path = part.path().to_owned();
                return Err(StoreError::Newer { path, format: part.format(), supported: FORMAT }.into());
            }
            if parts.iter().all(|known| known.path() != part.path()) {
                parts.push(part.at_this_moment()?);
            }
        }
        Ok(parts)
    }

    fn report(&self, globals: &Globals, overview: &Overview, merged: &MergedRun) -> Result<(), Failure> {
        let MergedRun { shared, missing, .. } = merged;
        if !missing.is_empty() {
            let missing: Vec<String> = missing.iter().map(Shard::to_string).collect();
            eprintln!("note: the shards {} are missing: this is not the whole run", missing.join(", "));
        }
        if self.json {
            return print_json(&Report { overview, shared: *shared, missing });
        }
        print(|out| write_overview(out, &globals.style(), overview))
    }
}

/// Records pass@k in a run that is not closed yet, and gives what it found as it will be shown under the name `path`.
pub(super) fn record_overview(run: &mut RunFile, path: &Path) -> Result<Overview, Failure> {
    let overview = Overview::of(run.reader())?;
    let digest = run.record_metrics(&overview.metrics())?;
    Ok(Overview { run: path.display().to_string(), recorded_digest: Some(digest), ..overview })
}
