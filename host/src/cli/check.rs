use std::io::{self, Write};

use clap::Args;
use serde::Serialize;

use super::choice::ChoiceOptions;
use super::globals::Globals;
use super::output::{print, print_json};
use super::sandbox::{Sandbox, SandboxOptions, close_outcomes, outcome_cache, own_outcomes};
use super::selection::Selection;
use crate::check::{CheckRecord, Checked, Checking, Named};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::CountProgress;
use crate::report::printable;

/// How many findings of a kind are shown to humans.
const SHOWN: usize = 5;

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Which suite
    suite: String,
    #[command(flatten)]
    choice: ChoiceOptions,
    #[command(flatten)]
    selection: Selection,
    /// Execute answers of N tasks only, spread over all; prompts of all are looked at
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    sample: Option<u32>,
    /// Judge gold answers, once each, and nothing else; what is known from before is not executed again
    #[arg(long, conflicts_with = "mutants")]
    golds: bool,
    /// Execute every gold answer, even if its outcome is known from before
    #[arg(long, requires = "golds")]
    no_cache: bool,
    /// How many versions of each gold answer with one change are tried
    #[arg(long, value_name = "N", default_value_t = 6)]
    mutants: usize,
    #[command(flatten)]
    sandbox: SandboxOptions,
    /// Print one JSON object as the last line of stdout
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    checked: &'a Checked,
    /// What is wrong; empty when the suite can be trusted.
    faults: Vec<String>,
}

impl Check {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        let catalogue = globals.catalogue()?;
        let suite = catalogue.load(&self.suite, &(&self.choice).into())?;
        let tasks = self.selection.select(&suite, suite.main_tasks())?;
        let runtimes = suite.info().runtimes.iter().map(String::as_str);
        let sandbox = Sandbox::open(runtimes, &self.sandbox, globals.verbose)?;
        let expected = catalogue.expected(&self.suite, suite.info())?;
        // What proves a suite is executed for it. Elsewhere the same programs are of two tasks or suites.
        let (_folder, known) = match (self.golds, self.no_cache) {
            (true, false) => (None, Some(outcome_cache()?)),
            (true, true) => own_outcomes().map(|(folder, outcomes)| (Some(folder), Some(outcomes)))?,
            (false, _) => (None, None),
        };
        let checking = Checking {
            suite: &suite,
            tasks,
            sample: self.sample.map_or(usize::MAX, |count| count as usize),
            batch: sandbox.batch(known.as_ref()),
            golds_only: self.golds,
            mutants: self.mutants,
            expected,
        };
        let progress = CountProgress::new("");
        let checked = checking.run(|what, done, total| progress.of(what, done, total));
        progress.end();
        close_outcomes(known);
        let checked = checked?;
        let faults = checked.faults();
        let all = self.selection.is_all() && self.sample.is_none();
        CheckRecord::in_directory(globals.data()?.checks()).keep(suite.info(), &faults, all, self.golds)?;
        let exit = if faults.is_empty() { Exit::Done } else { Exit::Suite };
        if self.json {
            print_json(&Report { checked: &checked, faults })?;
        } else {
            print(|out| write(out, &checked, &faults))?;
        }
        Ok(exit)
    }
}

fn write(out: &mut impl Write, checked: &Checked, faults: &[String]) -> io::Result<()> {
    let part =
        if checked.executed < checked.tasks { format!(", {} of them executed", checked.executed) } else { "".into() };
    writeln!(out, "{}: {} tasks{part}", printable(&checked.suite), checked.tasks)?;
    let mut line = |label: &str, text: &str| writeln!(out, "  {label:<13} {}", printable(text));
    for (label, text) in lines(checked) {
        line(label, &text)?;
    }
    if faults.is_empty() && checked.is_proven() {
        return writeln!(out, "{}", if checked.golds_only { "ok, as far as gold answers say" } else { "ok" });
    }
    if faults.is_empty() {
        return writeln!(out, "nothing is wrong, and nothing proves the suite: no gold answer was executed");
    }
    for fault in faults {
        writeln!(out, "fault: {fault}")?;
    }
    Ok(())
}

/// The report: each line with its label, which those that go on from it do not repeat.
fn lines(checked: &Checked) -> Vec<(&'static str, String)> {
    let golds = &checked.golds;
    let run = golds.passed as usize + golds.failed.len() + golds.known_to_fail.len() + golds.unsupported.len();
    let again = if golds.unstable.is_empty() && !checked.golds_only { ", twice the same" } else { "" };
    let mut lines = vec![("gold answers", format!("{} of {run} pass{again}", golds.passed))];
    if golds.missing > 0 {
        lines.push(("", format!("{} tasks have none", golds.missing)));
    }
    let named = |what: &str, list: &[Named]| {
        listed(what, list.iter().map(|named| format!("{}: {}", named.task_id, named.detail)).collect())
    };
    lines.extend(named("fail", &golds.failed));
    lines.extend(named("fail, as is known", &golds.known_to_fail));
    lines.extend(named("need what the runtime lacks", &golds.unsupported));
    lines.extend(listed("pass and are said to fail", golds.unexpected.clone()));
    lines.extend(listed("have two outcomes", golds.unstable.clone()));
    let tight = checked.tight_limits.iter();
    let tight = tight.map(|tight| format!("{}: {} for a gold answer of {}", tight.task_id, tight.limit, tight.gold));
    lines.extend(headed("fuel limits", "at least 4 times what gold answers use", "are too low", tight.collect()));
    if checked.golds_only {
        return lines;
    }
    let accepted = checked.accepted.iter().map(|wrong| format!("{}: {}", wrong.task_id, wrong.answer)).collect();
    let none = match checked.known_to_pass.is_empty() {
        true => "empty answers, nonsense and stubs pass nowhere",
        false => "empty answers, nonsense and stubs pass nowhere else",
    };
    lines.extend(headed("wrong answers", none, "pass", accepted));
    let known = checked.known_to_pass.iter().map(|wrong| format!("{}: {}", wrong.task_id, wrong.answer)).collect();
    lines.extend(listed("pass, as is known", known));
    let mutants = &checked.mutants;
    let total = mutants.killed as usize + mutants.survived.len();
    if total > 0 {
        let share = 100.0 * mutants.killed as f64 / total as f64;
        lines.push(("mutants", format!("{} of {total} fail ({share:.1}%)", mutants.killed)));
        let survivors = mutants.survived.iter().map(|survivor| format!("{} {}", survivor.task_id, survivor.change));
        lines.extend(listed("pass: they change nothing, or the tests are weak", survivors.collect()));
    }
    let leaks =
        checked.leaks.iter().map(|leak| format!("{} ({}): {}: {}", leak.task_id, leak.style, leak.what, leak.line));
    lines.extend(headed(
        "prompts",
        "show neither tests nor gold answers",
        "show what they should not",
        leaks.collect(),
    ));
    for prompts in &checked.prompts {
        let state = match &prompts.expected {
            None => format!("{}, recorded nowhere", prompts.digest),
            Some(said) if *said == prompts.digest => "as recorded".to_owned(),
            Some(said) => format!("{}, recorded are {said}", prompts.digest),
        };
        lines.push(("", format!("{}: {state}", prompts.style)));
    }
    lines
}

/// A line of its own for findings, or for there being none.
fn headed(label: &'static str, none: &str, some: &str, findings: Vec<String>) -> Vec<(&'static str, String)> {
    if findings.is_empty() {
        return vec![(label, none.to_owned())];
    }
    let mut lines = listed(some, findings);
    lines[0].0 = label;
    lines
}

/// How many findings there are, and the first of them.
fn listed(what: &str, findings: Vec<String>) -> Vec<(&'static str, String)> {
    if findings.is_empty() {
        return Vec::new();
    }
    let more = findings.len().saturating_sub(SHOWN);
    let mut lines = vec![("", format!("{} {what}", findings.len()))];
    lines.extend(findings.into_iter().take(SHOWN).map(|finding| ("", format!("  {finding}"))));
    if more > 0 {
        lines.push(("", format!("  and {more} more; --json lists all")));
    }
    lines
}
