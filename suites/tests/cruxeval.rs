//! CRUXEval, as its authors define it. Needs their data: `ASSAY_DATA` names a directory with
//! `cruxeval/cruxeval.jsonl.gz`.

use assay_api::{Completion, CompletionKind, Grading, Prompt, PromptStyle, Suite, Task};
use assay_loader::declarative::DeclarativeSuite;

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

const VARIANTS: [&str; 4] = ["output", "input", "output-cot", "input-cot"];

fn field<'a>(task: &'a Task, name: &str) -> &'a str {
    task.text(name).unwrap()
}

/// The suite in a variant, with its tasks, if their data is here.
fn load(variant: &str) -> Option<(DeclarativeSuite, Vec<Task>)> {
    let suite = support::suite("cruxeval", "python", Some(variant))?;
    let tasks = support::tasks(&suite);
    Some((suite, tasks))
}

#[test]
fn it_has_its_800_tasks_in_every_variant() {
    for variant in VARIANTS {
        let Some((suite, tasks)) = load(variant) else { return };
        let ids: Vec<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
        assert_eq!(ids, (0..800).map(|n| format!("sample_{n}")).collect::<Vec<_>>());
        assert_eq!(suite.info().grading, Grading::OneInstance);
        assert_eq!(suite.info().label(), format!("cruxeval, {variant}"));
    }
}

/// `{code}\nassert {output} == {answer}` is what the authors execute.
#[test]
fn its_programs_are_what_the_authors_execute() {
    for variant in VARIANTS {
        let Some((suite, tasks)) = load(variant) else { return };
        for task in &tasks {
            let answer = match variant.starts_with("output") {
                true => field(task, "output").to_owned(),
                false => format!("f({})", field(task, "input")),
            };
            assert_eq!(suite.reference(task).unwrap().unwrap().code, answer);
            let program = support::gold(&suite, task);
            assert_eq!(program.file("solution.py"), Some(field(task, "code")));
            let assertion = format!("assert {} == {answer}", field(task, "output"));
            assert_eq!(program.file("tests.py"), Some(assertion.as_str()));
            assert_eq!(program.limits.sleep.as_secs_f64(), 3.0);
        }
    }
}

#[test]
fn what_is_asked_for_is_not_in_the_prompt() {
    for variant in VARIANTS {
        let Some((suite, tasks)) = load(variant) else { return };
        for task in &tasks {
            let base = suite.prompt(task, PromptStyle::Completion, &[]).unwrap().unwrap();
            let Prompt::Text { text } = base.prompt else { panic!("a text was asked for") };
            let (asked, tag) = match variant {
                "output" => (format!("assert f({}) == ??", field(task, "input")), "[ANSWER]"),
                "output-cot" => (format!("assert f({}) == ??", field(task, "input")), "[THOUGHT]"),
                "input" => (format!("assert f(??) == {}", field(task, "output")), "[ANSWER]"),
                _ => (format!("assert f(??) == {}", field(task, "output")), "[THOUGHT]"),
            };
            let end = format!("\n\n[PYTHON]\n{}\n{asked}\n[/PYTHON]\n{tag}\n", field(task, "code"));
            assert!(text.ends_with(&end), "{variant} {}", task.id);
            assert_eq!(base.stop, ["[/ANSWER]"]);
            let chat = suite.prompt(task, PromptStyle::Chat, &[]).unwrap().unwrap();
            let Prompt::Chat { messages } = chat.prompt else { panic!("a chat was asked for") };
            assert_eq!(messages.last().unwrap().content, text);
        }
    }
}

/// A model that writes what the prompt shows gets the gold answer's program.
#[test]
fn a_whole_assertion_is_an_answer() {
    for variant in VARIANTS {
        let Some((suite, tasks)) = load(variant) else { return };
        for task in &tasks {
            // The authors cut at every `==`, in strings too.
            let (input, output) = (field(task, "input"), field(task, "output"));
            if input.contains("==") || output.contains("==") || input.contains("assert") {
                continue;
            }
            let text = format!("It is 1 == 1.\n[/THOUGHT]\n[ANSWER]\nassert f({input}) == {output}\n[/ANSWER]");
            let completion = Completion { text, kind: CompletionKind::Reply };
            let solution = suite.extract(task, &completion).unwrap().unwrap();
            assert_eq!(solution.code, suite.reference(task).unwrap().unwrap().code, "{variant} {}", task.id);
            assert_eq!(solution.rule, "tagged");
        }
    }
}
