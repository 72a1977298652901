//! Every HumanEval gold answer, in each shape a model may give it, is extracted to a program that passes its
//! tests natively. Needs `ASSAY_DATA` and python3.

mod support;

use std::io::Read as _;

use assay_api::{Completion, CompletionKind};
use assay_loader::extract::python_function;
use serde_json::Value;

struct Task(Value);

impl Task {
    fn field(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap()
    }

    /// The gold body, with the two answers whose first line is nothing but blanks tidied.
    fn body(&self) -> String {
        self.field("canonical_solution").trim_start_matches([' ', '\n']).to_owned()
    }
}

fn tasks() -> Option<Vec<Task>> {
    let file = std::fs::File::open(assay_testing::data()?.join("humaneval/HumanEval.jsonl.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    Some(text.lines().map(|line| Task(serde_json::from_str(line).unwrap())).collect())
}

/// What the model wrote, how, and the rule by which it should be found.
type Shape = fn(&Task) -> (String, CompletionKind, &'static str);

const SHAPES: [(&str, Shape); 9] = [
    ("the published answer", |t| (t.field("canonical_solution").into(), CompletionKind::Verbatim, "verbatim")),
    ("a base model's continuation", |t| {
        (t.field("canonical_solution").into(), CompletionKind::Continuation, "continuation")
    }),
    ("a continuation that goes on to explain", |t| {
        let text = format!("{}\n```\n\nThis function isn't hard: it's done.\n", t.field("canonical_solution"));
        (text, CompletionKind::Continuation, "continuation")
    }),
    ("the whole function, fenced, in prose", |t| {
        let code = format!("{}{}", t.field("prompt"), t.field("canonical_solution"));
        let text = format!(
            "Sure! Here's the solution:\n\n```python\n{code}```\n\nYou can try it:\n\n```python\nprint({}())\n```\nIt's O(n).",
            t.field("entry_point")
        );
        (text, CompletionKind::Reply, "fenced")
    }),
    ("the body alone, fenced", |t| {
        (format!("```python\n    {}\n```", t.body().trim_end()), CompletionKind::Reply, "body")
    }),
    ("the body alone, fenced, trimmed by a client", |t| {
        (format!("```python\n{}\n```", t.body().trim()), CompletionKind::Reply, "body")
    }),
    ("the body alone, fenced, in the first column", |t| {
        (format!("The body:\n```\n{}```", dedented(t)), CompletionKind::Reply, "body")
    }),
    ("the signature again, without imports and helpers", |t| (function(t), CompletionKind::Reply, "bare-code")),
    ("the signature again, as a base model's continuation", |t| {
        (function(t), CompletionKind::Continuation, "bare-code")
    }),
];

fn dedented(task: &Task) -> String {
    let lines = task.body();
    lines.lines().map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line))).collect()
}

/// From `def` on, without the docstring.
fn function(task: &Task) -> String {
    let prompt = task.field("prompt");
    let start = prompt.find(&format!("def {}(", task.field("entry_point"))).unwrap();
    let signature = prompt[start..].lines().next().unwrap();
    format!("{signature}\n    {}", task.body())
}

#[test]
fn every_gold_answer_survives_extraction_in_every_shape() {
    let Some(tasks) = tasks() else { return };
    assert_eq!(tasks.len(), 164);
    let mut labels = Vec::new();
    let mut programs = Vec::new();
    for task in &tasks {
        for (name, shape) in SHAPES {
            let (text, kind, rule) = shape(task);
            let label = format!("{}: {name}", task.field("task_id"));
            let solution =
                python_function(task.field("prompt"), Some(task.field("entry_point")), &Completion { text, kind });
            let solution = solution.unwrap_or_else(|| panic!("{label}: nothing found"));
            assert_eq!(solution.rule, rule, "{label}:\n{}", solution.code);
            labels.push(label);
            let tests = format!("{}\ncheck({})", task.field("test"), task.field("entry_point"));
            programs.push((solution.code, tests));
        }
    }
    let Some(results) = support::run_natively(&programs) else { return };
    let failures: Vec<String> = labels
        .iter()
        .zip(&programs)
        .zip(results)
        .filter_map(|((label, (code, _)), result)| Some(format!("{label}: {}\n{code}", result?)))
        .collect();
    assert!(failures.is_empty(), "{} failed\n{}", failures.len(), failures.join("\n---\n"));
}
