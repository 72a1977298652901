use std::collections::{BTreeMap, BTreeSet};

use assay_api::{Grading, Verdict};
use serde::Serialize;

use crate::catalogue;
use crate::statistics::{
    Estimate, FuelRange, ModelRecord, RunFacts, Summary, TaskCounts, TaskResults, Tokens, VerdictCounts, usual_ks,
};
use crate::store::{
    Invocation, Metric, RunIdentity, RunReader, RunSettings, SampleKey, StoreError, StoredSample, SuiteRef, TaskRecord,
};

/// What a run is and what it found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overview {
    /// The file.
    pub run: String,
    /// Its format.
    pub format: u32,
    /// When it was started, in UTC.
    pub created: String,
    /// What completions and verdicts depend on.
    pub identity: RunIdentity,
    /// What may change while it is continued.
    pub settings: RunSettings,
    /// The commands that wrote to it.
    pub invocations: Vec<Invocation>,
    /// What it found, by suite.
    pub suites: Vec<SuiteOverview>,
    /// Over every verdict and outcome that it holds.
    pub results_digest: String,
    /// What was reported last; `None` when samples have changed since.
    pub recorded_digest: Option<String>,
}

/// What a run found with a suite.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SuiteOverview {
    /// The suite's name.
    pub suite: String,
    /// How many tasks the run covers.
    pub n_tasks: u64,
    /// How many samples have a verdict, `infra` included.
    pub n_samples: u64,
    /// How many samples have a completion and no verdict yet.
    pub unjudged: u64,
    /// pass@k by k, from the verdicts in the file.
    pub pass_at_k: BTreeMap<u64, Estimate>,
    /// The suite's other scores: `base_pass@1`, `instructions_mean`. Absent where it has none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, Estimate>,
    /// How many samples got each verdict.
    pub verdicts: VerdictCounts,
    /// How many samples failed by each cause.
    pub causes: BTreeMap<String, u64>,
    /// Tokens spent.
    pub tokens: Tokens,
    /// What programs may use, where that differs by task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuel_limit: Option<FuelRange>,
    /// What a reader of these numbers must know.
    pub warnings: Vec<String>,
    /// The same numbers, for reports.
    #[serde(skip)]
    pub(crate) summary: Summary,
}

impl Overview {
    /// Computes the overview of `run`.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn of(run: &RunReader) -> Result<Self, StoreError> {
        let config = run.config()?;
        let (tasks, results) = (run.load_tasks()?, run.load_results()?);
        let judged: BTreeSet<&SampleKey> = results.iter().map(|sample| &sample.key).collect();
        let samples = run.samples()?;
        let unjudged: Vec<&SampleKey> = samples.iter().filter(|key| !judged.contains(key)).collect();
        let suites = config.identity.suites.iter().map(|suite| {
            let part = Part {
                suite,
                tasks: tasks.iter().filter(|task| task.suite == suite.id).collect(),
                results: results.iter().filter(|sample| sample.key.suite == suite.id).collect(),
                unjudged: unjudged.iter().filter(|key| key.suite == suite.id).count() as u64,
            };
            part.overview(&config.identity.model, &config.settings)
        });
        Ok(Overview {
            run: run.path().display().to_string(),
            format: run.format(),
            created: run.created()?,
            suites: suites.collect(),
            invocations: run.invocations()?,
            results_digest: run.results_digest()?,
            recorded_digest: run.metrics()?.map(|(_, digest)| digest),
            identity: config.identity,
            settings: config.settings,
        })
    }

    /// The numbers, as a run file keeps them.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let of_suite = |suite: &SuiteOverview| {
            let passed = suite.pass_at_k.iter().map(|(k, e)| metric(&suite.suite, "pass@k", Some(*k), e));
            let scored = suite.metrics.iter().map(|(name, e)| {
                let at_k = name.rsplit_once('@').and_then(|(score, k)| Some((format!("{score}@k"), k.parse().ok()?)));
                let (name, k) = at_k.map_or_else(|| (name.clone(), None), |(name, k)| (name, Some(k)));
                metric(&suite.suite, &name, k, e)
            });
            passed.chain(scored).collect()
        };
        self.suites.iter().flat_map::<Vec<_>, _>(of_suite).collect()
    }

    /// Whether the digest that was reported last is not that of the verdicts and outcomes in the file.
    #[must_use]
    pub fn is_altered(&self) -> bool {
        self.recorded_digest.as_ref().is_some_and(|recorded| *recorded != self.results_digest)
    }
}

fn metric(suite: &str, name: &str, k: Option<u64>, estimate: &Estimate) -> Metric {
    Metric {
        suite: suite.to_owned(),
        name: name.to_owned(),
        // It was one in the run's settings, or is one of the usual ones.
        k: k.and_then(|k| u32::try_from(k).ok()),
        value: estimate.value,
        interval: Some((estimate.low, estimate.high)),
    }
}

/// A suite's part of a run.
struct Part<'a> {
    suite: &'a SuiteRef,
    tasks: Vec<&'a TaskRecord>,
    results: Vec<&'a StoredSample>,
    unjudged: u64,
}

impl Part<'_> {
    fn overview(&self, model: &str, settings: &RunSettings) -> SuiteOverview {
        let counts = self.counts();
        // Only for warnings, which a suite that this version does not have goes without.
        let info = catalogue::info(&self.suite.id, &catalogue::chosen(self.suite));
        let facts = RunFacts {
            suite: self.suite.id.clone(),
            language: self.suite.language.clone(),
            variant: self.suite.variant.clone(),
            model: model.to_owned(),
            grading: info.as_ref().map_or(Grading::Values, |info| info.grading),
            one_instance: info.map(|info| info.one_instance).unwrap_or_default(),
            tokens: self.tokens(),
            // Not shown: it is of the run as a whole.
            asked: ModelRecord::default(),
            cached: 0,
            fuel_limit: self.fuel_limit(),
            seconds: 0.0,
            results_digest: String::new(),
            run: None,
        };
        let summary = Summary::new(facts, &counts, &ks(settings, &counts.verdicts));
        SuiteOverview {
            suite: summary.suite.clone(),
            n_tasks: summary.n_tasks,
            n_samples: summary.n_samples,
            unjudged: self.unjudged,
            pass_at_k: summary.pass_at_k.clone(),
            metrics: summary.metrics.clone(),
            verdicts: summary.verdicts.clone(),
            causes: self.causes(),
            tokens: summary.tokens,
            fuel_limit: summary.fuel_limit,
            warnings: summary.warnings.clone(),
            summary,
        }
    }

    fn counts(&self) -> TaskResults {
        let samples = self.results.iter();
        let samples: Vec<_> = samples.map(|s| (s.key.task_id.as_str(), s.verdict.kind(), &s.scores)).collect();
        TaskResults::new(self.tasks.iter().map(|task| task.task_id.as_str()), &samples)
    }

    fn causes(&self) -> BTreeMap<String, u64> {
        let mut causes = BTreeMap::new();
        for sample in &self.results {
            if let Verdict::Failed(failure) = &sample.verdict {
                *causes.entry(failure.cause.clone()).or_default() += 1;
            }
        }
        causes
    }

    fn tokens(&self) -> Tokens {
        self.results.iter().fold(Tokens::default(), |sum, sample| Tokens {
            prompt: sum.prompt + sample.tokens.prompt.unwrap_or(0),
            completion: sum.completion + sample.tokens.completion.unwrap_or(0),
        })
    }

    fn fuel_limit(&self) -> Option<FuelRange> {
        let limits = || self.tasks.iter().filter_map(|task| Some(task.fuel?.limit));
        limits().min().zip(limits().max()).map(|(low, high)| FuelRange { low, high })
    }
}

/// The k that the run asks for, else the usual ones that its samples allow.
fn ks(settings: &RunSettings, tasks: &[TaskCounts]) -> Vec<u64> {
    if !settings.k.is_empty() {
        return settings.k.iter().map(|k| u64::from(*k)).collect();
    }
    let asked = (settings.n > 0).then_some(u64::from(settings.n));
    let fewest = || tasks.iter().map(|task| task.verdicts.total()).min().unwrap_or(0);
    usual_ks(asked.unwrap_or_else(fewest))
}
