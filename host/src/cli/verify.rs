use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use assay_runtimes::Interpreter;
use clap::Args;
use serde::Serialize;

use super::globals::Globals;
use super::output::{print, print_json};
use super::sandbox::{Sandbox, SandboxOptions};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::CountProgress;
use crate::report::printable;
use crate::store::{RunFile, RunReader};
use crate::verify::{Difference, Verification, Verified};

/// How many differences are shown to humans.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The run file; it is only read
    #[arg(value_name = "RUN.assay")]
    run: PathBuf,
    #[command(flatten)]
    sandbox: SandboxOptions,
    /// Print one JSON object as the last line of stdout
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    run: String,
    /// How many programs were executed.
    programs: u64,
    differences: &'a [Difference],
    /// Over the recorded verdicts and the outcomes that were found.
    results_digest: &'a str,
}

impl Verify {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        let run = RunFile::open_read_only(&self.run)?;
        let runtimes = run.config()?.identity.runtimes;
        check_runtimes(&run, &runtimes)?;
        let sandbox = Sandbox::open(runtimes.keys().map(String::as_str), &self.sandbox, globals.verbose)?;
        let verification = Verification { run: &run, batch: sandbox.batch(None) };
        let progress = CountProgress::new("verify");
        let verified = verification.run(|done, total| progress.set(done, total));
        progress.end();
        let verified = verified?;
        if self.json {
            print_json(&Report {
                run: self.run.display().to_string(),
                programs: verified.programs,
                differences: &verified.differences,
                results_digest: &verified.results_digest,
            })?;
        } else {
            print(|out| write(out, &self.run.display().to_string(), &verified))?;
        }
        Ok(if verified.differences.is_empty() { Exit::Done } else { Exit::GateNotMet })
    }
}

/// Other runtimes than those that executed the run's programs may rightly give other outcomes.
fn check_runtimes(run: &RunReader, recorded: &BTreeMap<String, String>) -> Result<(), Failure> {
    let failure = |message: String| Err(Failure::new(Exit::Runtime, message));
    for (name, digest) in recorded {
        let Some(installed) = Interpreter::by_name(name).map(Interpreter::digest) else {
            return failure(format!("the run used a runtime `{name}`, which this assay does not have"));
        };
        if installed != *digest {
            let message = format!("the run used the {name} runtime {digest}; this assay's is {installed}");
            return failure(message).map_err(|failure| failure.help("verify it with the version that wrote it"));
        }
    }
    for sample in run.load_results()? {
        for execution in &sample.executions {
            if recorded.values().all(|digest| *digest != execution.runtime) {
                let message = format!(
                    "{}: it was executed by a runtime {}, which is none of the run's: {}",
                    sample.key,
                    execution.runtime,
                    recorded.values().map(String::as_str).collect::<Vec<_>>().join(", ")
                );
                return failure(message);
            }
        }
    }
    Ok(())
}

fn write(out: &mut impl Write, run: &str, verified: &Verified) -> io::Result<()> {
    let Verified { programs, differences, results_digest } = verified;
    if differences.is_empty() {
        writeln!(out, "{}: {programs} programs did again what is recorded, fuel included", printable(run))?;
        return writeln!(out, "  digest {results_digest}");
    }
    writeln!(out, "{}: {programs} programs executed again, {} differences", printable(run), differences.len())?;
    for difference in differences.iter().take(SHOWN) {
        let place = match &difference.sample {
            Some(at) => format!("{} {} #{} program {}", at.suite, at.task_id, at.sample_index, at.position),
            None => "the run".to_owned(),
        };
        let Difference { field, recorded, found, .. } = difference;
        writeln!(out, "  {}", printable(&format!("{place}: {field}: recorded {recorded}, found {found}")))?;
    }
    if let Some(more) = differences.len().checked_sub(SHOWN + 1) {
        writeln!(out, "  and {} more; --json lists all", more + 1)?;
    }
    Ok(())
}
