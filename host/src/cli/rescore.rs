use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::globals::Globals;
use super::merge::record_overview;
use super::output::{print, print_json};
use super::plan::{runtime_digests, suite_ref};
use super::sandbox::{Sandbox, SandboxOptions, close_outcomes, outcome_cache, own_outcomes};
use crate::catalogue::{LoadedSuite, chosen};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::SweepProgress;
use crate::report::{printable, write_overview};
use crate::rescore::{Rescored, Rescoring, VerdictChange};
use crate::show::{Overview, SuiteOverview};
use crate::store::{CommandLine, FORMAT, Former, NewRun, RunConfig, RunFile, RunReader, StoreError};

/// How many changes are shown to humans.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
pub(super) struct Rescore {
    /// The run file
    #[arg(value_name = "RUN.assay")]
    run: PathBuf,
    /// Write the new verdicts here and leave the run as it is [default: the run takes the new ones, and the former run is
    /// kept as NAME.1.assay]
    #[arg(short, long, value_name = "FILE.assay")]
    output: Option<PathBuf>,
    #[command(flatten)]
    sandbox: SandboxOptions,
    /// Print one JSON object as the last line of stdout instead of the report
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    overview: &'a Overview,
    /// What it found before, by suite.
    before: &'a [SuiteOverview],
    /// Where the former run is kept; null when it is where it was.
    former: Option<String>,
    changes: &'a [VerdictChange],
    reused: u64,
    executed: u64,
}

impl Rescore {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        let target = self.output.clone().unwrap_or_else(|| self.run.clone());
        let mut new = NewRun::reserve(&target)?;
        let run = RunFile::open_read_only(&self.run)?.at_this_moment()?;
        if run.format() > FORMAT {
            let path = run.path().to_owned();
            return Err(StoreError::Newer { path, format: run.format(), supported: FORMAT }.into());
        }
        let before = Overview::of(&run)?;
        let was = run.config()?;
        let catalogue = globals.catalogue()?;
        let named = was.identity.suites.iter();
        let suites = named.map(|suite| catalogue.load(&suite.id, &chosen(suite)));
        let suites = suites.collect::<Result<Vec<LoadedSuite>, _>>()?;
        let names: std::collections::BTreeSet<&str> =
            suites.iter().flat_map(|suite| suite.info().runtimes.iter().map(String::as_str)).collect();
        let sandbox = Sandbox::open(names, &self.sandbox, globals.verbose)?;
        let config = config(&was, &suites, &sandbox);

        new.start(&config)?;
        let file = new.take().expect("it was just started");
        let (mut file, rescored) = rescore(&run, &was, &suites, &sandbox, file)?;
        let overview = record_overview(&mut file, &target)?;
        new.put_back(file);
        // A reader of the file that is to be replaced would be in the way.
        drop(run);
        let same = config.identity == was.identity && overview.results_digest == before.results_digest;
        let former = if same && self.output.is_none() { None } else { new.put_in_place(Former::Kept)? };
        let report = Report {
            overview: &overview,
            before: &before.suites,
            former: former.map(|path| path.display().to_string()),
            changes: &rescored.changes,
            reused: rescored.reused,
            executed: rescored.executed,
        };
        self.report(globals, &report, rescored.unfinished)?;
        Ok(Exit::Done)
    }

    fn report(&self, globals: &Globals, report: &Report<'_>, unfinished: u64) -> Result<(), Failure> {
        if unfinished > 0 {
            let have = if unfinished == 1 { "dialogue has" } else { "dialogues have" };
            eprintln!(
                "note: {unfinished} {have} to go on, which only the model can: pass@k is without them until the command \
                 that began the run asks on"
            );
        }
        if let Some(former) = &report.former {
            eprintln!("note: the former run is kept as {}", printable(former));
        }
        if self.json {
            return print_json(report);
        }
        print(|out| {
            write_overview(out, &globals.style(), report.overview)?;
            write_changes(out, report)
        })
    }
}

/// The run's configuration with what is now installed.
fn config(was: &RunConfig, suites: &[LoadedSuite], sandbox: &Sandbox) -> RunConfig {
    let mut config = was.clone();
    config.identity.suites = suites.iter().map(suite_ref).collect();
    config.identity.runtimes = runtime_digests(&sandbox.runtimes);
    config.command = CommandLine::new(std::env::args());
    config
}

fn rescore(
    run: &RunReader,
    was: &RunConfig,
    suites: &[LoadedSuite],
    sandbox: &Sandbox,
    file: RunFile,
) -> Result<(RunFile, Rescored), Failure> {
    // The run's own outcomes are not put with those that this machine found out itself: nobody knows where the run
    // comes from.
    let (_folder, own) = own_outcomes()?;
    let known = outcome_cache()?;
    let rescoring = Rescoring { run, config: was, suites, batch: sandbox.batch(Some(&known)), outcomes: &own };
    rescoring.remember()?;
    let changed = rescoring.changed_prompts()?;
    if let Some(first) = changed.first() {
        let (count, first) = (changed.len(), printable(first));
        eprintln!(
            "note: the prompts of {count} tasks are other ones today, {first}'s for one: the answers are to the former"
        );
    }
    if runtime_digests(&sandbox.runtimes) != was.identity.runtimes {
        eprintln!("note: the run used another runtime than this assay's: every program is executed again");
    }
    let ids: Vec<&str> = suites.iter().map(|suite| suite.info().id.as_str()).collect();
    let mut progress = SweepProgress::new(&ids.join(" "), run.samples()?.len() as u64, &Default::default());
    let rescored = rescoring.run(file, &mut progress);
    progress.end();
    drop(own);
    close_outcomes(Some(known));
    rescored.map_err(|failure| match failure.exit {
        Exit::Interrupted => failure.help("the run is as it was; the same command starts anew"),
        _ => failure,
    })
}

fn write_changes(out: &mut impl Write, report: &Report<'_>) -> io::Result<()> {
    let Report { changes, reused, executed, .. } = report;
    writeln!(out)?;
    writeln!(
        out,
        "{} of {} verdicts changed; {executed} programs executed, {reused} outcomes reused",
        changes.len(),
        report.overview.suites.iter().map(|suite| suite.n_samples).sum::<u64>()
    )?;
    for change in changes.iter().take(SHOWN) {
        let name = |verdict: Option<assay_api::VerdictKind>| verdict.map_or("unjudged", |verdict| verdict.name());
        let (before, after) = (name(change.before), name(change.after));
        writeln!(out, "  {} #{}: {before}, now {after}", printable(&change.task_id), change.sample_index)?;
    }
    if let Some(more) = changes.len().checked_sub(SHOWN + 1) {
        writeln!(out, "  and {} more; --json lists all", more + 1)?;
    }
    Ok(())
}
