use std::collections::BTreeMap;

use assay_api::Grading;
use serde::Serialize;

use super::warnings::warnings;
use super::{Estimate, Latency, TaskResults, VerdictCounts};
use crate::models::ModelFacts;

/// Tokens as the endpoint counted them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tokens {
    /// In prompts.
    pub prompt: u64,
    /// In completions, reasoning included.
    pub completion: u64,
}

/// What the tasks' programs may use of fuel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FuelRange {
    /// The least that a task allows.
    pub low: u64,
    /// The most that a task allows.
    pub high: u64,
}

/// What a run cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cost {
    /// By the model's price and the tokens that the endpoint counted.
    pub amount: f64,
    /// For example `USD`.
    pub currency: String,
}

/// How a model was asked and what is known of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelRecord {
    /// How long requests took; `None` when nothing was requested.
    pub latency: Option<Latency>,
    /// What the user's `models.toml` says of the model.
    pub facts: Option<ModelFacts>,
}

/// What is known of a run besides its verdicts.
#[derive(Debug, Clone, PartialEq)]
pub struct RunFacts {
    /// The suite's name.
    pub suite: String,
    /// The suite's language, where it has several.
    pub language: Option<String>,
    /// The suite's variant, where it has several.
    pub variant: Option<String>,
    /// The model as the endpoint calls it.
    pub model: String,
    /// How the suite grades.
    pub grading: Grading,
    /// The tasks, by id, that it grades in one instance all the same.
    pub one_instance: Vec<String>,
    /// Tokens spent.
    pub tokens: Tokens,
    /// How the model was asked.
    pub asked: ModelRecord,
    /// How many outcomes were known without executing a program.
    pub cached: u64,
    /// What programs may use, where that differs by task.
    pub fuel_limit: Option<FuelRange>,
    /// Wall time, in seconds.
    pub seconds: f64,
    /// Digest over everything that the results say, in hexadecimal.
    pub results_digest: String,
    /// The run file, where there is one.
    pub run: Option<String>,
}

/// One suite's results in one run, as `--json` prints them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The suite's name.
    pub suite: String,
    /// The model as the endpoint calls it.
    pub model: String,
    /// How many tasks were asked, tasks lost to the infrastructure included.
    pub n_tasks: u64,
    /// How many samples have a verdict, `infra` included.
    pub n_samples: u64,
    /// How many samples each task has, where all have the same number.
    #[serde(skip)]
    pub samples_per_task: Option<u64>,
    /// pass@k by k. A `k` without an estimate is absent, and a warning says why.
    pub pass_at_k: BTreeMap<u64, Estimate>,
    /// The same where another of the suite's scores decides, by score and k: `base_pass@1`; of scores that count parts the
    /// share of right ones: `instructions_mean`. Absent where the suite has none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, Estimate>,
    /// How many samples got each verdict.
    pub verdicts: VerdictCounts,
    /// Tokens spent.
    pub tokens: Tokens,
    /// Wall time, in seconds.
    pub seconds: f64,
    /// Digest over everything that the results say, in hexadecimal.
    pub results_digest: String,
    /// The run file, where there is one.
    pub run: Option<String>,
    /// The suite's language, where it has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The suite's variant, where it has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// How many outcomes were known without executing a program.
    pub cached: u64,
    /// What programs may use, where that differs by task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuel_limit: Option<FuelRange>,
    /// How long requests took; absent when nothing was requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// What the run cost; absent without a price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// What the user's `models.toml` says of the model; absent when nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_facts: Option<ModelFacts>,
    /// What a reader of these numbers must know.
    pub warnings: Vec<String>,
}

impl Summary {
    /// Summarises the verdicts on a suite's tasks, with pass@k for each of `ks`.
    #[must_use]
    pub fn new(facts: RunFacts, results: &TaskResults, ks: &[u64]) -> Summary {
        let tasks = results.verdicts.as_slice();
        let verdicts: VerdictCounts = tasks.iter().map(|task| &task.verdicts).collect();
        let mut warnings = warnings(tasks, &verdicts, facts.grading, &facts.one_instance);
        let mut pass_at_k = BTreeMap::new();
        for k in ks {
            match Estimate::pass_at_k(tasks, *k) {
                Ok(estimate) => drop(pass_at_k.insert(*k, estimate)),
                Err(reason) => warnings.push(format!("no pass@{k}: {reason}")),
            }
        }
        let mut metrics = BTreeMap::new();
        for (name, tasks) in &results.scores {
            let estimates = ks.iter().filter_map(|k| Some((k, Estimate::pass_at_k(tasks, *k).ok()?)));
            metrics.extend(estimates.map(|(k, estimate)| (format!("{name}_pass@{k}"), estimate)));
        }
        for (name, tasks) in &results.parts {
            metrics.extend(Estimate::of_parts(tasks).map(|estimate| (format!("{name}_mean"), estimate)));
        }
        let ModelRecord { latency, facts: model_facts } = facts.asked;
        let price = model_facts.as_ref().and_then(|facts| facts.price.as_ref());
        let cost = price.map(|price| Cost {
            amount: price.of(facts.tokens.prompt, facts.tokens.completion),
            currency: price.currency.clone(),
        });
        Summary {
            suite: facts.suite,
            language: facts.language,
            variant: facts.variant,
            model: facts.model,
            n_tasks: tasks.len() as u64,
            n_samples: verdicts.total(),
            samples_per_task: uniform(tasks.iter().map(|task| task.verdicts.total())),
            pass_at_k,
            metrics,
            verdicts,
            tokens: facts.tokens,
            cached: facts.cached,
            fuel_limit: facts.fuel_limit,
            seconds: facts.seconds,
            results_digest: facts.results_digest,
            run: facts.run,
            latency,
            cost,
            model_facts,
            warnings,
        }
    }
}

/// The value that all items have.
fn uniform(mut items: impl Iterator<Item = u64>) -> Option<u64> {
    let first = items.next()?;
    items.all(|item| item == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use assay_api::VerdictKind::{Failed, Infra, Passed};

    use super::*;
    use crate::statistics::TaskCounts;

    fn facts() -> RunFacts {
        RunFacts {
            suite: "humaneval".into(),
            language: None,
            variant: None,
            model: "m".into(),
            grading: Grading::Values,
            one_instance: Vec::new(),
            tokens: Tokens { prompt: 10, completion: 20 },
            asked: ModelRecord::default(),
            cached: 3,
            fuel_limit: Some(FuelRange { low: 5, high: 9 }),
            seconds: 1.5,
            results_digest: "00ff".into(),
            run: Some("m.assay".into()),
        }
    }

    #[test]
    fn the_json_is_the_contract_of_the_command_line() {
        let tasks = [TaskCounts::new("a", [Passed; 10]), TaskCounts::new("b", [Failed; 10])];
        let results = TaskResults { verdicts: tasks.to_vec(), ..TaskResults::default() };
        let json = serde_json::to_string(&Summary::new(facts(), &results, &[10, 2, 1])).unwrap();
        insta::assert_snapshot!(json);
    }

    #[test]
    fn a_withheld_pass_at_k_is_absent_and_explained() {
        let tasks = [TaskCounts::new("a", [Passed, Failed]), TaskCounts::new("b", [Failed, Infra])];
        let results = TaskResults { verdicts: tasks.to_vec(), ..TaskResults::default() };
        let summary = Summary::new(facts(), &results, &[1, 2]);
        assert_eq!(summary.pass_at_k.keys().collect::<Vec<_>>(), [&1]);
        let explained = "no pass@2: task b has too few judged samples: 1, not 2";
        assert!(summary.warnings.iter().any(|warning| warning == explained), "{:?}", summary.warnings);
        assert_eq!((summary.n_tasks, summary.n_samples, summary.samples_per_task), (2, 4, Some(2)));
    }

    #[test]
    fn another_score_has_its_own_pass_at_k() {
        let base = BTreeMap::from([("base".to_owned(), true.into())]);
        let results = TaskResults::new(["a", "b"], &[("a", Passed, &base), ("b", Failed, &base)]);
        let summary = Summary::new(facts(), &results, &[1, 2]);
        assert_eq!((summary.pass_at_k[&1].value, summary.metrics["base_pass@1"].value), (0.5, 1.0));
        assert_eq!(summary.metrics.len(), 1);
        let json = serde_json::to_value(&summary).unwrap();
        assert_eq!(json["metrics"]["base_pass@1"]["value"], 1.0);
    }
}
