use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use assay_api::{Prompt, Request, Task};
use clap::{ArgGroup, Args};

use super::globals::Globals;
use super::plan::{Common, Finished, fuel_limits, interrupted, open_run, runtime_digests, suite_ref, task_records};
use super::sampling::SamplingOptions;
use super::sandbox::{Sandbox, close_outcomes};
use super::server::{Server, Traffic};
use crate::catalogue::LoadedSuite;
use crate::dispatch::{Answer, Ended, Ledger, Manner, Sampler, Sweep, Want, Work};
use crate::endpoint::{Endpoint, Provider, Sampling};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::models::ModelFacts;
use crate::progress::SweepProgress;
use crate::report::printable;
use crate::store::{
    self, BaseUrl, CommandLine, LimitOverrides, RunConfig, RunIdentity, RunSettings, SampleKey, Source,
};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("address").args(["base_url", "provider", "endpoint"]).required(true).multiple(true))]
pub(super) struct Run {
    /// The suites, for example humaneval, or paths of some
    #[arg(required = true, value_name = "SUITE")]
    suites: Vec<String>,
    #[command(flatten)]
    server: Server,
    /// The model, as the server names it
    #[arg(long, value_name = "NAME")]
    model: String,
    #[command(flatten)]
    sampling: SamplingOptions,
    #[command(flatten)]
    traffic: Traffic,
    /// What is known of models, such as their prices [default: assay/models.toml in ~/.config]
    #[arg(long, value_name = "FILE")]
    models: Option<PathBuf>,
    /// The run file; the same command goes on where it stopped [default: SUITE-MODEL.assay here]
    #[arg(short, long, value_name = "FILE.assay")]
    output: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

impl Run {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        if self.output.is_some() && self.suites.len() > 1 {
            return Err(Failure::usage("-o names one run file, and each suite has its own; leave it out"));
        }
        self.sampling.check()?;
        let endpoint = self.traffic.endpoint(self.server.config(&self.model, globals)?)?;
        let facts = ModelFacts::find(&self.model, self.models.as_deref())?;
        let catalogue = globals.catalogue()?;
        let choice = (&self.common.choice).into();
        let suites =
            self.suites.iter().map(|name| catalogue.load(name, &choice)).collect::<Result<Vec<LoadedSuite>, _>>()?;
        self.common.ks(self.sampling.n.into())?;
        self.sampling.warn();
        let mut exit = Exit::Done;
        for suite in &suites {
            let outcome = self.sweep(suite, &endpoint, facts.as_ref(), globals)?;
            if outcome != Exit::Done {
                exit = outcome;
            }
        }
        Ok(exit)
    }

    /// One suite, from prompts to the report.
    fn sweep(
        &self,
        suite: &LoadedSuite,
        endpoint: &Endpoint,
        facts: Option<&ModelFacts>,
        globals: &Globals,
    ) -> Result<Exit, Failure> {
        let began = Instant::now();
        let id = &suite.info().id;
        let distrust = self.common.distrust(suite, globals)?;
        let tasks = self.common.select(suite, suite.main_tasks())?;
        let prompts = self.prompts(suite, &tasks)?;
        let sandbox =
            Sandbox::open(suite.info().runtimes.iter().map(String::as_str), &self.common.sandbox, globals.verbose)?;
        let path = self.output.clone().unwrap_or_else(|| default_path(&suite.info().label(), &self.model));
        let sampling = self.sampling.sampling(endpoint.config().provider, &self.model);
        let config = self.config(suite, endpoint, &sandbox, self.identity_of(&sampling, &prompts))?;
        let outcomes = self.common.outcomes()?;
        let mut file = open_run(&path, self.common.fresh, &config)?;
        let fuel = fuel_limits(suite, &tasks, Some(&file), &sandbox.batch(outcomes.as_ref()))?;
        file.record_tasks(&task_records(suite, &tasks, &fuel, |task| prompts.get(task.id.as_str()).cloned())?)?;

        let answers = unjudged(&file)?;
        let mut ledger = Ledger::resume(file)?;
        let wants = self.wants(id, &tasks, &prompts, &ledger, &answers);
        let total = ledger.tally().verdicts.total() + (answers.len() + wants.len()) as u64;
        let sampler = Sampler {
            endpoint: endpoint.clone(),
            sampling,
            concurrency: self.traffic.concurrency as usize,
            native_n: self.sampling.native_n,
            seed: self.common.seed,
        };
        let sweep = Sweep {
            suite,
            sandbox: &sandbox.executes,
            runtimes: &sandbox.runtimes,
            jobs: sandbox.jobs.get(),
            seed: self.common.seed,
            fuel: &fuel,
            limits: LimitOverrides::default(),
            outcomes: outcomes.as_ref(),
            manner: Some(Manner { style: self.sampling.style(), system: self.sampling.system.clone() }),
        };
        let mut progress = SweepProgress::new(&suite.info().label(), total, ledger.tally());
        let ended = sweep.run(Work { answers, wants: Some((sampler, wants)) }, &mut ledger, &mut progress);
        progress.end();
        close_outcomes(outcomes);
        match ended? {
            Ended::Done => {}
            Ended::Interrupted => return Err(interrupted(&mut ledger, Some(&path))),
            Ended::EndpointDown(error) => {
                let kept = interrupted(&mut ledger, Some(&path));
                return Err(Failure { help: kept.help, ..(*error).into() });
            }
        }
        let ks = self.common.ks(self.sampling.n.into())?;
        let finished = Finished {
            suite,
            model: &self.model,
            tasks: &tasks,
            ks: &ks,
            fuel: &fuel,
            began,
            run: Some(path.clone()),
            facts: facts.cloned(),
            warnings: distrust.into_iter().chain(self.common.part_warnings()).collect(),
        };
        let summary = finished.report(&mut ledger, globals, self.common.json)?;
        Ok(finished.exit(&summary, &ledger))
    }

    fn identity_of(&self, sampling: &Sampling, prompts: &BTreeMap<&str, Request>) -> store::Sampling {
        let has_gaps = prompts.values().any(|request| matches!(request.prompt, Prompt::Infill { .. }));
        self.sampling.identity(sampling, has_gaps)
    }

    fn config(
        &self,
        suite: &LoadedSuite,
        endpoint: &Endpoint,
        sandbox: &Sandbox,
        sampling: store::Sampling,
    ) -> Result<RunConfig, Failure> {
        let base_url = BaseUrl::parse(&endpoint.config().base_url)
            .map_err(|error| Failure::usage(format!("--base-url: {error}")))?;
        Ok(RunConfig {
            identity: RunIdentity {
                suites: vec![suite_ref(suite)],
                model: self.model.clone(),
                style: Some(self.sampling.style()),
                sampling,
                seed: self.common.seed,
                runtimes: runtime_digests(&sandbox.runtimes),
                limits: LimitOverrides::default(),
                filters: self.common.selection.filters.filters(),
                source: Source::Endpoint { base_url, provider: self.provider(endpoint) },
            },
            settings: RunSettings {
                n: self.sampling.n,
                k: self.common.k.iter().filter_map(|k| u32::try_from(*k).ok()).collect(),
                limit: self.common.selection.limit,
                tasks: self.common.selection.tasks.clone(),
                shard: self.common.shard,
                jobs: self.common.sandbox.jobs.and_then(|jobs| u32::try_from(jobs.get()).ok()),
                concurrency: Some(self.traffic.concurrency),
                request_timeout_ms: Some((self.traffic.request_timeout * 1000.0) as u64),
            },
            command: CommandLine::new(std::env::args()),
        })
    }

    /// The kind of server, where the user named one.
    fn provider(&self, endpoint: &Endpoint) -> Option<String> {
        let provider = endpoint.config().provider;
        self.server.provider.or((provider != Provider::Other).then_some(provider)).map(|p| p.to_string())
    }

    fn prompts<'a>(&self, suite: &LoadedSuite, tasks: &[&'a Task]) -> Result<BTreeMap<&'a str, Request>, Failure> {
        let mut prompts = BTreeMap::new();
        for task in tasks {
            let request = suite.suite.prompt(task, self.sampling.style(), &[]);
            if let Some(request) = request.map_err(|error| Failure::suite(&suite.info().id, &error))? {
                prompts.insert(task.id.as_str(), self.sampling.with_system(request));
            }
        }
        Ok(prompts)
    }

    /// What no earlier invocation asked for: first one sample of every task, then the next of every task, so that
    /// an interrupted run covers all tasks evenly.
    fn wants(
        &self,
        suite: &str,
        tasks: &[&Task],
        prompts: &BTreeMap<&str, Request>,
        ledger: &Ledger,
        answers: &[Answer],
    ) -> Vec<Want> {
        let answered: std::collections::HashSet<&SampleKey> = answers.iter().map(|answer| &answer.key).collect();
        let mut wants = Vec::new();
        for sample_index in 0..self.sampling.n {
            for task in tasks {
                let key = SampleKey { suite: suite.to_owned(), task_id: task.id.clone(), sample_index };
                if ledger.has(&key) || answered.contains(&key) {
                    continue;
                }
                if let Some(request) = prompts.get(task.id.as_str()) {
                    wants.push(Want { key, turn: 0, request: request.clone() });
                }
            }
        }
        wants
    }
}

/// Answers that an earlier invocation got and did not judge.
fn unjudged(file: &store::RunFile) -> Result<Vec<Answer>, Failure> {
    let pending = file.pending()?.into_iter();
    Ok(pending.filter_map(|sample| Answer::first_of(sample.key, sample.completions, true)).collect())
}

/// `humaneval-x-javascript-qwen2.5-coder_7b.assay` for `humaneval-x, javascript`: the model's name holds only what is safe in a file name.
fn default_path(suite: &str, model: &str) -> PathBuf {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let model: String = printable(model).chars().map(safe).take(100).collect();
    PathBuf::from(format!("{}-{model}.assay", suite.replace(", ", "-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_models_name_cannot_choose_another_directory() {
        let path = default_path("humaneval", "../../etc/pass wd\u{1b}[31m");
        assert_eq!(path.components().count(), 1);
        assert!(path.to_string_lossy().starts_with("humaneval-.._.._etc_pass_wd"));
        assert_eq!(default_path("a, b, c", "m"), PathBuf::from("a-b-c-m.assay"));
    }
}
