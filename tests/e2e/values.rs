//! HumanEval+, MBPP+ and EvoEval: solutions that are judged by what their functions return.

use assay_api::Verdict;

use crate::assay::User;
use crate::data::data;
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
