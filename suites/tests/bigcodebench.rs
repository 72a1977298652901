//! BigCodeBench and DS-1000, as their authors define them. Need their data in the directory that `ASSAY_DATA` names.

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

use assay_api::{CompletionKind, Prompt, PromptStyle, Suite, Task};
use assay_loader::declarative::DeclarativeSuite;

fn chat(suite: &DeclarativeSuite, task: &Task) -> String {
    match suite.prompt(task, PromptStyle::Chat, &[]).unwrap().unwrap().prompt {
        Prompt::Chat { mut messages } => messages.pop().unwrap().content,
        other => panic!("{other:?}"),
    }
}

#[test]
fn bigcodebench_has_1140_tasks_and_148_of_them_are_hard() {
    let Some(all) = support::suite("bigcodebench", "python", None) else { return };
    let all: Vec<String> = support::tasks(&all).into_iter().map(|task| task.id).collect();
    assert_eq!(all, (0..1140).map(|n| format!("BigCodeBench/{n}")).collect::<Vec<_>>());
    let hard = support::suite("bigcodebench-hard", "python", None).unwrap();
    let hard: Vec<String> = support::tasks(&hard).into_iter().map(|task| task.id).collect();
    assert_eq!(hard.len(), 148);
    assert_eq!(
        (hard.first().map(String::as_str), hard.last().map(String::as_str)),
        (Some("BigCodeBench/13"), Some("BigCodeBench/1137"))
    );
}

/// A suite's folder is complete by itself, so that the two have copies.
#[test]
fn the_hard_tasks_are_judged_by_the_same_files() {
    let file = |id: &str, name: &str| {
        let folder = assay_suites::find(id).unwrap();
        folder.files.iter().find(|(path, _)| *path == name).unwrap().1
    };
    for name in ["tests.py.jinja", "authors_versions.py"] {
        assert!(file("bigcodebench", name) == file("bigcodebench-hard", name), "{name}");
    }
}

#[test]
fn bigcodebench_asks_for_the_rest_of_a_function_or_describes_it() {
    for (variant, field) in [("complete", "complete_prompt"), ("instruct", "instruct_prompt")] {
        let Some(suite) = support::suite("bigcodebench", "python", Some(variant)) else { return };
        for task in support::tasks(&suite).iter().step_by(50) {
            assert!(chat(&suite, task).contains(task.text(field).unwrap().trim()), "{variant}: {}", task.id);
        }
    }
}

/// The authors' calibrated program is `code_prompt + "\n    pass\n" + solution`, then the tests.
#[test]
fn bigcodebench_judges_what_the_authors_call_calibrated() {
    let Some(suite) = support::suite("bigcodebench", "python", None) else { return };
    for task in support::tasks(&suite).iter().step_by(50) {
        let program = support::program(&suite, task, "the solution", CompletionKind::Program);
        let calibrated = format!("{}\n    pass\nthe solution", task.text("code_prompt").unwrap());
        assert!(program.file("solution.py").unwrap().ends_with(&calibrated), "{}", task.id);
        assert!(program.file("tests.py").unwrap().contains(task.text("test").unwrap()), "{}", task.id);
    }
}

#[test]
fn ds1000_hands_the_answer_to_the_authors_program_as_text() {
    let Some(suite) = support::suite("ds1000", "python", None) else { return };
    let tasks = support::tasks(&suite);
    assert_eq!(tasks.len(), 1000);
    assert_eq!((tasks[0].id.as_str(), tasks[999].id.as_str()), ("0", "999"));
    let answer = "s = '\"\\n'  # <&>\n";
    let program = support::program(&suite, &tasks[0], answer, CompletionKind::Program);
    let text = program.file("solution.py").unwrap().trim_end().strip_prefix("solution = ").unwrap();
    assert_eq!(serde_json::from_str::<String>(text).unwrap(), answer);
    assert!(program.file("tests.py").unwrap().contains("\ntest_execution(solution)\n"));
}
