use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use assay_api::{PromptStyle, Request, Task};
use clap::{Args, ValueEnum};

use super::globals::Globals;
use super::plan::{Common, Finished, fuel_limits, interrupted, open_run, runtime_digests, suite_ref, task_records};
use super::sandbox::{Sandbox, close_outcomes};
use crate::catalogue::{self, LoadedSuite};
use crate::dispatch::{Answer, Ended, Ledger, Sampler, Sweep, Want, Work};
use crate::endpoint::{Endpoint, EndpointConfig, Provider, RetryPolicy, Sampling, Secret};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::SweepProgress;
use crate::report::printable;
use crate::store::{
    self, BaseUrl, CommandLine, LimitOverrides, RunConfig, RunIdentity, RunSettings, SampleKey, Source,
};

#[derive(Debug, Args)]
pub(super) struct Run {
    /// The suites, for example humaneval
    #[arg(required = true, value_name = "SUITE")]
    suites: Vec<String>,
    #[command(flatten)]
    server: Server,
    /// How the model is asked: chat for instruction-tuned models, completion for base models
    #[arg(long, value_enum, default_value_t, value_name = "STYLE")]
    style: Style,
    /// Samples of each task
    #[arg(short, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    n: u32,
    /// Softmax temperature [default: 0 for one sample, 0.8 for several]
    #[arg(long, value_name = "T", value_parser = temperature)]
    temperature: Option<f64>,
    /// Nucleus sampling: the probability mass to sample from
    #[arg(long, value_name = "P", value_parser = probability)]
    top_p: Option<f64>,
    /// Most new tokens of a completion [default: the suite's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_tokens: Option<u32>,
    /// The run file; the same command goes on where it stopped [default: SUITE-MODEL.assay here]
    #[arg(short, long, value_name = "FILE.assay")]
    output: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// Which server, and how it is spoken to.
#[derive(Debug, Args)]
struct Server {
    /// The server's address, for example http://localhost:8000/v1 [default: the provider's]
    #[arg(long, value_name = "URL", required_unless_present = "provider")]
    base_url: Option<String>,
    /// The model, as the server names it
    #[arg(long, value_name = "NAME")]
    model: String,
    /// The kind of server; gives its default address
    #[arg(long, value_enum, value_name = "P")]
    provider: Option<Provider>,
    /// The environment variable that holds the API key
    #[arg(long, value_name = "VAR", default_value = DEFAULT_KEY_VARIABLE)]
    api_key_env: String,
    /// Ask for plain JSON instead of a stream
    #[arg(long)]
    no_stream: bool,
    /// How many requests are under way at once
    #[arg(long, value_name = "C", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=4096))]
    concurrency: u32,
    /// The deadline of one try of a request
    #[arg(long, value_name = "SECONDS", default_value_t = 600.0, value_parser = seconds)]
    request_timeout: f64,
    /// How often a request is tried again after the first failure
    #[arg(long, value_name = "R", default_value_t = 5)]
    max_retries: u32,
}

const DEFAULT_KEY_VARIABLE: &str = "OPENAI_API_KEY";

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Style {
    #[default]
    Chat,
    Completion,
}

impl From<Style> for PromptStyle {
    fn from(style: Style) -> Self {
        match style {
            Style::Chat => PromptStyle::Chat,
            Style::Completion => PromptStyle::Completion,
        }
    }
}

fn number(text: &str, valid: impl Fn(f64) -> bool, what: &str) -> Result<f64, String> {
    text.parse().ok().filter(|number: &f64| number.is_finite() && valid(*number)).ok_or_else(|| what.to_owned())
}

fn temperature(text: &str) -> Result<f64, String> {
    number(text, |value| value >= 0.0, "a number from 0")
}

fn probability(text: &str) -> Result<f64, String> {
    number(text, |value| value > 0.0 && value <= 1.0, "a number above 0 and up to 1")
}

fn seconds(text: &str) -> Result<f64, String> {
    number(text, |value| value > 0.0 && value <= 1e6, "a number of seconds above 0")
}

impl Server {
    fn endpoint(&self) -> Result<Endpoint, Failure> {
        let provider = self.provider.unwrap_or_default();
        let base_url = match (&self.base_url, provider.default_base_url()) {
            (Some(url), _) => url.clone(),
            (None, Some(url)) => url.to_owned(),
            (None, None) => return Err(Failure::usage("this provider has no address of its own; give --base-url")),
        };
        let mut config = EndpointConfig::new(base_url, &self.model);
        config.provider = provider;
        config.api_key = self.api_key()?;
        config.request_timeout = Duration::from_secs_f64(self.request_timeout);
        config.retry = RetryPolicy { max_retries: self.max_retries, ..RetryPolicy::default() };
        config.stream = !self.no_stream;
        Endpoint::new(config).map_err(|error| Failure { exit: Exit::Usage, ..Failure::from(error) })
    }

    fn api_key(&self) -> Result<Option<Secret>, Failure> {
        match std::env::var(&self.api_key_env) {
            Ok(key) if !key.is_empty() => Ok(Some(Secret::new(key.as_str()))),
            Ok(_) | Err(std::env::VarError::NotPresent) if self.api_key_env == DEFAULT_KEY_VARIABLE => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(Failure::usage(format!("--api-key-env {}: its value is not UTF-8", self.api_key_env)))
            }
            Ok(_) | Err(_) => Err(Failure::usage(format!("--api-key-env {}: it is not set", self.api_key_env))),
        }
    }
}

impl Run {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        if self.output.is_some() && self.suites.len() > 1 {
            return Err(Failure::usage("-o names one run file, and each suite has its own; leave it out"));
        }
        let endpoint = self.server.endpoint()?;
        let data = globals.data()?;
        let choice = (&self.common.choice).into();
        let suites = self
            .suites
            .iter()
            .map(|id| catalogue::load(id, &choice, &data))
            .collect::<Result<Vec<LoadedSuite>, _>>()?;
        self.common.ks(self.n.into())?;
        self.warn();
        let mut exit = Exit::Done;
        for suite in &suites {
            let outcome = self.sweep(suite, &endpoint, globals)?;
            if outcome != Exit::Done {
                exit = outcome;
            }
        }
        Ok(exit)
    }

    fn warn(&self) {
        if self.n > 1 && self.temperature() == 0.0 {
            eprintln!("note: at temperature 0 the {} samples of a task may all be the same", self.n);
        }
    }

    fn temperature(&self) -> f64 {
        self.temperature.unwrap_or(if self.n == 1 { 0.0 } else { 0.8 })
    }

    /// One suite, from prompts to the report.
    fn sweep(&self, suite: &LoadedSuite, endpoint: &Endpoint, globals: &Globals) -> Result<Exit, Failure> {
        let began = Instant::now();
        let id = &suite.info().id;
        let tasks = self.common.select(suite, suite.main_tasks())?;
        let prompts = self.prompts(suite, &tasks)?;
        let sandbox =
            Sandbox::open(suite.info().runtimes.iter().map(String::as_str), &self.common.sandbox, globals.verbose)?;
        let path = self.output.clone().unwrap_or_else(|| default_path(&suite.info().label(), &self.server.model));
        let config = self.config(suite, endpoint, &sandbox)?;
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
            sampling: self.sampling(),
            style: self.style.into(),
            concurrency: self.server.concurrency as usize,
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
        let ks = self.common.ks(self.n.into())?;
        let finished = Finished {
            suite,
            model: &self.server.model,
            tasks: &tasks,
            ks: &ks,
            fuel: &fuel,
            began,
            run: Some(path.clone()),
            warnings: self.common.shard_warning().into_iter().collect(),
        };
        let summary = finished.report(&mut ledger, globals, self.common.json)?;
        Ok(finished.exit(&summary, &ledger))
    }

    fn sampling(&self) -> Sampling {
        Sampling {
            temperature: Some(self.temperature()),
            top_p: self.top_p,
            max_tokens: self.max_tokens,
            ..Sampling::default()
        }
    }

    fn config(&self, suite: &LoadedSuite, endpoint: &Endpoint, sandbox: &Sandbox) -> Result<RunConfig, Failure> {
        let base_url = BaseUrl::parse(&endpoint.config().base_url)
            .map_err(|error| Failure::usage(format!("--base-url: {error}")))?;
        Ok(RunConfig {
            identity: RunIdentity {
                suites: vec![suite_ref(suite)],
                model: self.server.model.clone(),
                style: Some(self.style.into()),
                sampling: store::Sampling {
                    temperature: Some(self.temperature()),
                    top_p: self.top_p,
                    max_tokens: self.max_tokens,
                },
                seed: self.common.seed,
                runtimes: runtime_digests(&sandbox.runtimes),
                limits: LimitOverrides::default(),
                source: Source::Endpoint { base_url, provider: self.server.provider.map(|p| p.to_string()) },
            },
            settings: RunSettings {
                n: self.n,
                k: self.common.k.iter().filter_map(|k| u32::try_from(*k).ok()).collect(),
                limit: self.common.limit,
                tasks: self.common.tasks.clone(),
                shard: self.common.shard,
                jobs: self.common.sandbox.jobs.and_then(|jobs| u32::try_from(jobs.get()).ok()),
                concurrency: Some(self.server.concurrency),
                request_timeout_ms: Some((self.server.request_timeout * 1000.0) as u64),
            },
            command: CommandLine::new(std::env::args()),
        })
    }

    fn prompts<'a>(&self, suite: &LoadedSuite, tasks: &[&'a Task]) -> Result<BTreeMap<&'a str, Request>, Failure> {
        let mut prompts = BTreeMap::new();
        for task in tasks {
            let request = suite.suite.prompt(task, self.style.into(), &[]);
            if let Some(request) = request.map_err(|error| Failure::suite(&suite.info().id, &error))? {
                prompts.insert(task.id.as_str(), request);
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
        for sample_index in 0..self.n {
            for task in tasks {
                let key = SampleKey { suite: suite.to_owned(), task_id: task.id.clone(), sample_index };
                if ledger.has(&key) || answered.contains(&key) {
                    continue;
                }
                if let Some(request) = prompts.get(task.id.as_str()) {
                    wants.push(Want { key, request: request.clone() });
                }
            }
        }
        wants
    }
}

/// Answers that an earlier invocation got and did not judge.
fn unjudged(file: &store::RunFile) -> Result<Vec<Answer>, Failure> {
    let pending = file.pending()?.into_iter();
    Ok(pending
        .filter_map(|mut sample| {
            let completion = sample.completions.pop()?;
            Some(Answer { key: sample.key, completion, recorded: true })
        })
        .collect())
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

    #[test]
    fn numbers_out_of_range_are_refused() {
        assert!(temperature("-0.1").is_err() && temperature("nan").is_err() && temperature("0").is_ok());
        assert!(probability("0").is_err() && probability("1.5").is_err() && probability("1").is_ok());
        assert!(seconds("0").is_err() && seconds("inf").is_err() && seconds("0.5").is_ok());
    }
}
