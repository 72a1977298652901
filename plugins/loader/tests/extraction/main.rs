//! Realistic completions: which rule finds the code, and whether the extracted program passes natively.

mod fences;
mod others;
mod problems;
#[path = "../support/mod.rs"]
mod support;

use assay_api::{Completion, CompletionKind};
use assay_loader::extract::python_function;
use problems::Problem;

use Expected::{Fails, Nothing, Passes};

enum Expected {
    /// Found by this rule, and passes.
    Passes(&'static str),
    /// Found by this rule; the model's own fault that it fails.
    Fails(&'static str),
    Nothing,
}

struct Case {
    name: &'static str,
    problem: &'static Problem,
    kind: CompletionKind,
    text: &'static str,
    expected: Expected,
}

const fn case(
    name: &'static str,
    problem: &'static Problem,
    kind: CompletionKind,
    text: &'static str,
    expected: Expected,
) -> Case {
    Case { name, problem, kind, text, expected }
}

#[test]
fn every_completion_gives_the_program_that_its_model_meant() {
    let mut labels = Vec::new();
    let mut programs = Vec::new();
    for case in fences::CASES.iter().chain(others::CASES) {
        let completion = Completion { text: case.text.into(), kind: case.kind };
        let solution = python_function(case.problem.prompt, Some(case.problem.entry_point), &completion);
        let (rule, passes) = match (&case.expected, &solution) {
            (Nothing, None) => continue,
            (Passes(rule), Some(_)) => (rule, true),
            (Fails(rule), Some(_)) => (rule, false),
            (Nothing, Some(solution)) => panic!("{}: {}\n{}", case.name, solution.rule, solution.code),
            (_, None) => panic!("{}: nothing found", case.name),
        };
        let solution = solution.unwrap();
        assert_eq!(solution.rule, *rule, "{}:\n{}", case.name, solution.code);
        labels.push((case.name, passes));
        programs.push((solution.code, case.problem.tests.to_owned()));
    }
    let Some(results) = support::run_natively(&programs) else { return };
    let wrong =
        labels.iter().zip(&programs).zip(results).filter(|(((_, passes), _), result)| *passes != result.is_none());
    let wrong: Vec<String> =
        wrong.map(|(((name, _), (code, _)), result)| format!("{name}: {result:?}\n{code}")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}
