use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use assay_api::{Prompt, PromptStyle, Task};
use assay_loader::declarative::Choice;
use clap::{Args, ValueEnum};
use serde::Deserialize;

use super::globals::Globals;
use super::output::{print, print_json};
use super::plan::{Finished, fuel_limits};
use super::sandbox::{Sandbox, SandboxOptions};
use crate::calibration::FuelLimits;
use crate::catalogue::{self, LoadedSuite};
use crate::data::DataDirs;
use crate::dispatch::{Ended, Ledger, Sampler, Sweep, Want, Work};
use crate::endpoint::{Endpoint, EndpointConfig, Finish, Sampling, wire_seed};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::mock::{Answer, Call, MockServer, Script};
use crate::progress::SweepProgress;
use crate::report::{Group, Model, write_comparison, write_summary};
use crate::seed::{Use, derive};
use crate::statistics::{Comparison, Estimate, Summary, TaskCounts};
use crate::store::{LimitOverrides, SampleKey};

const SUITE: &str = "demo";

/// The weaker one first: the other is compared with it.
const MODELS: [&str; 2] = ["scripted-small", "scripted-large"];

const SAMPLES: u32 = 5;
const KS: [u64; 2] = [1, 5];
const CONCURRENCY: usize = 8;
const SEED: u64 = 0;

/// What the demo has tasks in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Language {
    #[default]
    Python,
    /// And TypeScript.
    Javascript,
}

impl Language {
    fn choice(self) -> Choice {
        let name = match self {
            Language::Python => "python",
            Language::Javascript => "javascript",
        };
        Choice { language: Some(name.to_owned()), variant: None }
    }

    /// The file of the suite's folder with the scripted models' answers.
    fn answers(self) -> &'static str {
        match self {
            Language::Python => "answers.jsonl",
            Language::Javascript => "javascript_answers.jsonl",
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// The language of the tasks; each needs its runtime, which is prepared once
    #[arg(long, value_enum, default_value_t)]
    language: Language,
    #[command(flatten)]
    sandbox: SandboxOptions,
    /// Print a JSON array with a summary of each model as the last line of stdout instead of the reports
    #[arg(long)]
    json: bool,
}

/// An answer of a scripted model, as `answers.jsonl` has it.
#[derive(Debug, Clone, Deserialize)]
struct Line {
    task_id: String,
    model: String,
    sample_index: u32,
    completion: String,
    finish_reason: Option<String>,
}

/// The scripted models: answers by what they are asked, who is asked, and the seed, which says which sample it is.
struct ScriptedModels {
    /// From prompt to task.
    tasks: HashMap<String, String>,
    /// From (model, task, wire seed) to the answer.
    answers: HashMap<(String, String, u64), Line>,
}

impl Script for ScriptedModels {
    fn answer(&self, call: &Call) -> Answer {
        let line = self
            .tasks
            .get(call.prompt_text())
            .zip(call.seed)
            .and_then(|(task, seed)| self.answers.get(&(call.model.clone(), task.clone(), seed)));
        match line {
            Some(line) => {
                let finish = line.finish_reason.clone().map_or(Finish::Stop, Finish::from);
                Answer::text(line.completion.clone()).with_finish(finish)
            }
            None => Answer::text("This scripted model knows only the demo's tasks."),
        }
    }

    fn models(&self) -> Vec<String> {
        MODELS.iter().map(|&model| model.to_owned()).collect()
    }
}

impl ScriptedModels {
    fn load(suite: &LoadedSuite, file: &str) -> Result<Self, Failure> {
        let mut answers = HashMap::new();
        for text in String::from_utf8_lossy(&catalogue::file(SUITE, file)?).lines() {
            let line: Line = serde_json::from_str(text)
                .map_err(|error| Failure::new(Exit::Suite, format!("suite {SUITE}: {file}: {error}")))?;
            let seed = wire_seed(derive(SEED, Use::Request(0), &key(&line.task_id, line.sample_index)));
            answers.insert((line.model.clone(), line.task_id.clone(), seed), line);
        }
        let mut tasks = HashMap::new();
        for want in wants(suite)? {
            if let Prompt::Chat { messages } = want.request.prompt
                && let Some(last) = messages.into_iter().last()
            {
                tasks.insert(last.content, want.key.task_id);
            }
        }
        Ok(ScriptedModels { tasks, answers })
    }
}

fn key(task_id: &str, sample_index: u32) -> SampleKey {
    SampleKey { suite: SUITE.to_owned(), task_id: task_id.to_owned(), sample_index }
}

fn wants(suite: &LoadedSuite) -> Result<Vec<Want>, Failure> {
    let mut wants = Vec::new();
    for sample_index in 0..SAMPLES {
        for task in suite.main_tasks() {
            let request = suite.suite.prompt(task, PromptStyle::Chat, &[]);
            if let Some(request) = request.map_err(|error| Failure::suite(SUITE, &error))? {
                wants.push(Want { key: key(&task.id, sample_index), turn: 0, request });
            }
        }
    }
    Ok(wants)
}

impl Demo {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        let suite = catalogue::load(SUITE, &self.language.choice(), &DataDirs::new(None)?)?;
        let server = MockServer::start(ScriptedModels::load(&suite, self.language.answers())?)
            .map_err(|error| Failure::new(Exit::Endpoint, format!("no server on loopback: {error}")))?;
        eprintln!(
            "No language model is involved: the two models are scripted, their answers written for this demo. All else\n\
             is real: they are asked over HTTP at {}, and their code runs in the sandbox.",
            server.url()
        );
        let sandbox = Sandbox::open(suite.info().runtimes.iter().map(String::as_str), &self.sandbox, globals.verbose)?;
        let tasks: Vec<&Task> = suite.main_tasks().collect();
        let fuel = fuel_limits(&suite, &tasks, None, &sandbox.batch(None))?;
        let judge = |model| {
            judge(model, &Judging { suite: &suite, tasks: &tasks, fuel: &fuel, sandbox: &sandbox, server: &server })
        };
        let mut results = Vec::new();
        for model in MODELS {
            let result = judge(model)?;
            if !self.json {
                print(|out| {
                    write_summary(out, &globals.style(), &result.summary)?;
                    std::io::Write::write_all(out, b"\n")
                })?;
            }
            results.push(result);
        }
        if self.json {
            print_json(&results.iter().map(|result| &result.summary).collect::<Vec<_>>())?;
        } else {
            compare(&results, &tasks, globals)?;
        }
        Ok(Exit::Done)
    }
}

/// What one model did.
struct ModelResult {
    summary: Summary,
    by_task: Vec<TaskCounts>,
}

/// What every model is judged by.
struct Judging<'a> {
    suite: &'a LoadedSuite,
    tasks: &'a [&'a Task],
    fuel: &'a FuelLimits,
    sandbox: &'a Sandbox,
    server: &'a MockServer,
}

fn judge(model: &str, by: &Judging<'_>) -> Result<ModelResult, Failure> {
    let Judging { suite, tasks, fuel, sandbox, server } = *by;
    let began = Instant::now();
    let sampler = Sampler {
        endpoint: Endpoint::new(EndpointConfig::new(server.url(), model))?,
        sampling: Sampling { temperature: Some(0.8), ..Sampling::default() },
        concurrency: CONCURRENCY,
        native_n: false,
        seed: SEED,
    };
    let sweep = Sweep {
        suite,
        sandbox: &sandbox.executes,
        runtimes: &sandbox.runtimes,
        jobs: sandbox.jobs.get(),
        seed: SEED,
        fuel,
        limits: LimitOverrides::default(),
        outcomes: None, // it shows the sandbox at work
        manner: None,   // its suite asks once
    };
    let wants = wants(suite)?;
    let mut ledger = Ledger::in_memory();
    let mut progress = SweepProgress::new(model, wants.len() as u64, ledger.tally());
    let work = Work { answers: Vec::new(), wants: Some((sampler, wants)) };
    let ended = sweep.run(work, &mut ledger, &mut progress);
    progress.end();
    match ended? {
        Ended::Done => {}
        Ended::Interrupted => return Err(Failure::interrupted()),
        Ended::EndpointDown(error) => return Err((*error).into()),
    }
    let finished = Finished { suite, model, tasks, ks: &KS, fuel, began, run: None, facts: None, warnings: Vec::new() };
    Ok(ModelResult {
        summary: finished.summary(&ledger),
        by_task: ledger.by_task(tasks.iter().map(|task| task.id.as_str())).verdicts,
    })
}

fn compare(results: &[ModelResult], tasks: &[&Task], globals: &Globals) -> Result<(), Failure> {
    let Some((reference, _)) = results.split_first() else { return Ok(()) };
    let models: Vec<Model> = results
        .iter()
        .enumerate()
        .map(|(index, result)| Model {
            name: result.summary.model.clone(),
            pass_at_k: result.summary.pass_at_k.clone(),
            against_reference: (index > 0)
                .then(|| Comparison::pass_at_k(&reference.by_task, &result.by_task, KS[0]).ok())
                .flatten(),
        })
        .collect();
    let groups = by_difficulty(results, tasks);
    print(|out| write_comparison(out, &globals.style(), SUITE, &models, &groups))
}

/// pass@1 of each model on the tasks of each difficulty, easiest first.
fn by_difficulty(results: &[ModelResult], tasks: &[&Task]) -> Vec<Group> {
    let mut groups: BTreeMap<usize, (&str, Vec<&str>)> = BTreeMap::new();
    for task in tasks {
        let difficulty = task.text("difficulty").unwrap_or("other");
        let rank = ["easy", "medium", "hard"].iter().position(|known| *known == difficulty).unwrap_or(usize::MAX);
        groups.entry(rank).or_insert((difficulty, Vec::new())).1.push(&task.id);
    }
    let estimate = |result: &ModelResult, ids: &[&str]| {
        let counts = result.by_task.iter().filter(|counts| ids.contains(&counts.task_id.as_str()));
        Estimate::pass_at_k(&counts.cloned().collect::<Vec<_>>(), KS[0]).ok()
    };
    groups
        .into_values()
        .map(|(name, ids)| Group {
            name: name.to_owned(),
            n_tasks: ids.len() as u64,
            estimates: results.iter().map(|result| estimate(result, &ids)).collect(),
        })
        .collect()
}
