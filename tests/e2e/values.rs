//! HumanEval+, MBPP+ and EvoEval: solutions that are judged by what their functions return.

use std::collections::BTreeMap;

use assay::store::RunFile;
use assay_api::{Score, Verdict};
use serde_json::Value;

use crate::assay::User;
use crate::data::{data, unpacked};
use crate::model::Suite;
use crate::samples::solution;
use crate::scoring::scored;

/// Scores gold answers: those of the tasks with these ids, or of all; gives how many pass, and the others.
#[track_caller]
fn golds(id: &str, variant: &str, only: &[&str]) -> Option<(usize, Vec<String>)> {
    let suite = Suite::with_data(id, Some(variant), data()?);
    let tasks = suite.tasks().into_iter().filter(|task| only.is_empty() || only.contains(&task.id.as_str()));
    let samples: Vec<_> = tasks.map(|task| solution(&task.id, &suite.gold(&task.id))).collect();
    let choice: String = only.iter().map(|task| format!(" --tasks {task}")).collect();
    let verdicts = scored(&User::new(), id, &format!("--variant {variant}{choice}"), samples);
    let (passed, others): (Vec<_>, Vec<_>) = verdicts.into_iter().partition(|(_, verdict)| verdict.passed());
    Some((passed.len(), others.into_iter().map(|((task, _), _)| task).collect()))
}

#[test]
fn a_solution_is_judged_by_what_it_returns_whatever_else_it_does() {
    let Some(data) = data() else { return };
    let suite = Suite::with_data("humaneval-plus", Some("mini"), data);
    let task = "HumanEval/0"; // has_close_elements(numbers, threshold)
    let right = suite.gold(task);
    let define = |body: &str| format!("def has_close_elements(numbers, threshold):\n    {body}\n");
    let cases = [
        (right.clone(), "passed"),
        (define("numbers.sort()\n    return any(b - a < threshold for a, b in zip(numbers, numbers[1:]))"), "passed"),
        (define("numbers.clear()\n    return False"), "tests"),
        (define("return True"), "tests"),
        (format!("class Yes:\n    def __eq__(self, other): return True\n{}", define("return Yes()")), "tests"),
        (format!("import sys\n{right}\nsys.exit(0)"), "no_record"),
        (define("import os; os._exit(0)"), "no_record"),
        (define("raise KeyError(numbers)"), "exception"),
    ];
    let samples = cases.iter().map(|(text, ..)| solution(task, text));
    let verdicts = scored(&User::new(), "humaneval-plus", "--variant mini --tasks HumanEval/0", samples);
    let found: Vec<&str> = verdicts.values().map(cause).collect();
    assert_eq!(found, cases.map(|(_, cause)| cause));
}

fn cause(verdict: &Verdict) -> &str {
    if let Verdict::Failed(failure) = verdict { &failure.cause } else { verdict.kind().name() }
}

/// The last ones of EvoEval have arguments of a million parts, and a result of 75 MB.
#[test]
fn some_gold_answers_pass() {
    for (id, variant, tasks) in [
        ("humaneval-plus", "mini", &["HumanEval/1", "HumanEval/2", "HumanEval/32", "HumanEval/107"][..]),
        ("mbpp-plus", "v0.2.0", &["Mbpp/2", "Mbpp/94", "Mbpp/252", "Mbpp/615"]),
        ("evoeval", "creative", &["EvoEval/26", "EvoEval/30", "EvoEval/54", "EvoEval/69"]),
        ("evoeval", "difficult", &["EvoEval/10", "EvoEval/32", "EvoEval/5", "EvoEval/16"]),
    ] {
        let Some(found) = golds(id, variant, tasks) else { return };
        assert_eq!(found, (tasks.len(), vec![]), "{id} {variant}");
    }
}

/// Whether a solution passes the base tests, and all of them.
type Passes = (bool, bool);

/// What Qwen2.5-Coder 1.5B wrote for EvalPlus's tasks, and what its authors' evaluation said of that, by task.
fn published(name: &str) -> Option<BTreeMap<String, (String, Passes)>> {
    let path = format!("known_answers/qwen2.5-coder-1.5b-base/evalplus/{name}/generated_eval_results.json.gz");
    let results: Value = serde_json::from_slice(&unpacked(data()?.join(path))).unwrap();
    let rows = results["eval"].as_object().unwrap().iter().map(|(id, rows)| {
        let passes = |tests: &str| rows[0][tests] == "pass";
        let passes = (passes("base_status"), passes("base_status") && passes("plus_status"));
        (id.clone(), (rows[0]["solution"].as_str().unwrap().to_owned(), passes))
    });
    Some(rows.collect())
}

/// What `solutions` come to.
fn judged<'a>(
    suite: &str,
    options: &str,
    solutions: impl IntoIterator<Item = (&'a String, &'a (String, Passes))>,
) -> BTreeMap<String, Passes> {
    let user = User::new();
    scored(&user, suite, options, solutions.into_iter().map(|(id, (text, _))| solution(id, text)));
    let results = RunFile::open_read_only(&user.path("run.assay")).unwrap().load_results().unwrap();
    // What was not executed has no scores.
    let passes =
        |passed: bool, base: Option<&Score>| (base.map_or(passed, |base| *base == Score::Passed(true)), passed);
    let results = results.into_iter();
    results.map(|of| (of.key.task_id, passes(of.verdict.passed(), of.scores.get("base")))).collect()
}

/// The tasks whose published verdicts are other ones.
fn differences(
    published: &BTreeMap<String, (String, Passes)>,
    found: &BTreeMap<String, Passes>,
) -> Vec<(String, Passes)> {
    assert!(!found.is_empty());
    let other = found.iter().filter(|(id, passes)| published[*id].1 != **passes);
    other.map(|(id, passes)| (id.clone(), *passes)).collect()
}

fn totals(found: &BTreeMap<String, Passes>) -> (usize, usize) {
    let count = |of: fn(&Passes) -> bool| found.values().filter(|passes| of(passes)).count();
    (count(|(base, _)| *base), count(|(_, all)| *all))
}

#[test]
fn some_published_verdicts_on_humaneval_plus_are_found_again() {
    let Some(published) = published("humaneval") else { return };
    // Those of which ids end so are cheap, and of each kind.
    let some = |id: &str| ["1", "2", "8"].iter().any(|end| id.ends_with(end)) && id.len() < "HumanEval/100".len();
    let solutions = published.iter().filter(|(id, _)| some(id));
    let options = "--variant v0.1.9 --tasks HumanEval/?1 --tasks HumanEval/?2 --tasks HumanEval/?8 --tasks HumanEval/1 \
        --tasks HumanEval/2 --tasks HumanEval/8";
    let found = judged("humaneval-plus", options, solutions);
    assert_eq!((found.len(), differences(&published, &found)), (30, vec![]));
}

#[test]
#[ignore = "slow: gold answers that compute for many seconds"]
fn all_published_verdicts_on_humaneval_plus_are_found_again() {
    let Some(published) = published("humaneval") else { return };
    let found = judged("humaneval-plus", "--variant v0.1.9", &published);
    assert_eq!((found.len(), totals(&found), differences(&published, &found)), (164, (72, 60), vec![]));
}
