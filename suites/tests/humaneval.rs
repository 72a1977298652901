//! HumanEval, as its authors define it. Needs their data: `ASSAY_DATA` names a directory with
//! `humaneval/HumanEval.jsonl.gz` and `humaneval/example_problem.jsonl`.

use assay_api::{Completion, CompletionKind, Entry, Grading, Prompt, PromptStyle, Suite, Task};
use assay_loader::declarative::{Choice, DataDirectory, DeclarativeSuite};

fn suite() -> Option<DeclarativeSuite> {
    let data = assay_testing::data()?;
    let folder = assay_suites::find("humaneval").expect("it is built in");
    Some(DeclarativeSuite::load(&folder.files, &DataDirectory(data), &Choice::default()).unwrap())
}

fn tasks(suite: &DeclarativeSuite) -> Vec<Task> {
    let page = suite.tasks(None).unwrap();
    assert_eq!(page.next, None);
    page.items
}

#[test]
fn it_has_its_164_tasks_and_the_example_apart() {
    let Some(suite) = suite() else { return };
    let tasks = tasks(&suite);
    let ids: Vec<String> = tasks.iter().filter(|task| task.subset.is_empty()).map(|task| task.id.clone()).collect();
    assert_eq!(ids, (0..164).map(|n| format!("HumanEval/{n}")).collect::<Vec<_>>());
    let others: Vec<(&str, &str)> =
        tasks.iter().filter(|task| !task.subset.is_empty()).map(|t| (t.id.as_str(), t.subset.as_str())).collect();
    assert_eq!(others, [("test/0", "example")]);
    assert_eq!(suite.info().grading, Grading::TwoInstances);
    assert_eq!(suite.info().digest.len(), 64);
}

/// `prompt + completion + "\n" + test + "\n" + check(entry_point)` is what the authors' harness executes: here the first two of them
/// in one instance, the rest in another.
#[test]
fn its_programs_are_what_the_authors_harness_executes() {
    let Some(suite) = suite() else { return };
    for task in tasks(&suite) {
        let field = |name| task.text(name).unwrap();
        let gold = suite.reference(&task).unwrap().unwrap();
        assert_eq!(gold.code, format!("{}{}", field("prompt"), field("canonical_solution")));

        let text = field("canonical_solution").to_owned();
        let verbatim = Completion { text, kind: CompletionKind::Verbatim };
        let solution = suite.extract(&task, &verbatim).unwrap().unwrap();
        assert_eq!((solution.code.as_str(), solution.rule.as_str()), (gold.code.as_str(), "verbatim"));

        let programs = suite.programs(&task, &solution).unwrap();
        let [program] = programs.as_slice() else { panic!("{} programs", programs.len()) };
        let Entry::Judged { candidate, .. } = &program.entry else { panic!("it is judged") };
        let file = |path| candidate.files.iter().find(|file| file.path == path).map(|file| file.text.as_str());
        assert_eq!((file("solution.py"), program.file("solution.py")), (Some(gold.code.as_str()), None));
        let tests = format!("{}\ncheck({})", field("test"), field("entry_point"));
        let helping = program.file("tests.py").unwrap().trim_end().strip_suffix(&tests).unwrap();
        let helped = ["HumanEval/10", "HumanEval/32", "HumanEval/38", "HumanEval/50"].contains(&task.id.as_str());
        let import = format!("{}\nfrom solution import {}\n", field("prompt"), field("entry_point"));
        assert_eq!(helping, if helped { &import } else { "" }, "{}", task.id);
        assert_eq!((program.runtime.as_str(), program.limits.sleep.as_secs_f64()), ("python", 3.0));
    }
}

#[test]
fn its_prompts_show_the_problem_and_neither_the_tests_nor_the_gold_answer() {
    let Some(suite) = suite() else { return };
    for task in tasks(&suite) {
        let field = |name| task.text(name).unwrap();
        let chat = suite.prompt(&task, PromptStyle::Chat, &[]).unwrap().unwrap();
        let Prompt::Chat { messages } = chat.prompt else { panic!("a chat was asked for") };
        let [message] = messages.as_slice() else { panic!("{} messages", messages.len()) };
        assert!(message.content.contains(&format!("```python\n{}\n```\n", field("prompt").trim())));
        assert!(message.content.starts_with("Please provide a self-contained Python script"));

        let base = suite.prompt(&task, PromptStyle::Completion, &[]).unwrap().unwrap();
        assert_eq!(base.prompt, Prompt::Text { text: field("prompt").into() });
        assert!(base.stop.contains(&"\ndef".to_owned()));
        for hidden in [field("test"), field("canonical_solution")] {
            assert!(!message.content.contains(hidden), "{}", task.id);
        }
    }
}
