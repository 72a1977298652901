//! What the same suite answers as a folder, a library in Rust and in C, a component in Python and in JavaScript.

use assay_api::{
    Captured, Choice, Completion, CompletionKind, Failure, Message, Outcome, Prompt, PromptStyle, Record, Request,
    Role, Scored, Solution, Status, Suite, SuiteError, SuiteInfo, Task, TestResult, Turn, Verdict,
};
use assay_loader::all_tasks;
use assay_loader::declarative::{DataDirectory, DeclarativeSuite, Directory, LoadError};
use assay_loader::plugin::{Plugin, PluginError};

use crate::build;

fn data() -> DataDirectory {
    DataDirectory(build::plugins("examples/data"))
}

fn folder() -> DeclarativeSuite {
    let folder = Directory(build::plugins("examples/declarative"));
    DeclarativeSuite::load(&folder, &data(), &Choice::default()).unwrap()
}

/// The file, and a digest by it, are all that a plugin's info may have of its own.
fn comparable(info: &SuiteInfo) -> SuiteInfo {
    assert_eq!(info.digest.len(), 64);
    SuiteInfo { digest: String::new(), ..info.clone() }
}

fn completions() -> Vec<Completion> {
    let texts = [
        "",
        "no code at all",
        "def f(): pass\n",
        "Here:\n```python\ndef f():\n    return \"né → x \\n\"\n```\nThat is it.\n",
        "```python\nx = 1\n",
        "\u{1f600} \"quoted\" \\ and \u{7f}\n```python\nprint('\u{1f600}', \"\\t\")\n```\n",
    ];
    let kinds = [CompletionKind::Reply, CompletionKind::Program, CompletionKind::Verbatim];
    kinds.iter().flat_map(|kind| texts.map(|text| Completion { text: text.into(), kind: *kind })).collect()
}

fn outcome(status: Status, tests: Option<&[(bool, bool)]>) -> Outcome {
    let test = |(index, (passed, skipped)): (usize, &(bool, bool))| TestResult {
        name: format!("test \"{index}\" é"),
        passed: *passed,
        skipped: *skipped,
        exception: None,
    };
    let record = tests.map(|tests| Record { tests: tests.iter().enumerate().map(test).collect() });
    let stdout = Captured { bytes: b"\xff PASSED".to_vec(), truncated: true };
    Outcome { status, record, stdout, fuel: 12_345_678_901, ..Outcome::infra("") }
}

fn outcomes() -> Vec<Outcome> {
    let completed = |exit_code| Status::Completed { exit_code };
    vec![
        outcome(completed(0), Some(&[(true, false), (true, false)])),
        outcome(completed(0), Some(&[(true, false), (false, true)])),
        outcome(completed(0), Some(&[(true, false), (false, false)])),
        outcome(completed(0), Some(&[(false, true)])),
        outcome(completed(0), Some(&[])),
        outcome(completed(0), None),
        outcome(completed(3), None),
        outcome(completed(3), Some(&[(true, false)])),
        outcome(Status::OutOfFuel, Some(&[(true, false)])),
        outcome(Status::Unsupported { what: "module \"ssl\"".into() }, None),
        outcome(Status::Infra { why: "the worker died".into() }, None),
    ]
}

/// One exchange of a dialogue, with each verdict that one can have.
fn turns() -> Vec<Turn> {
    let messages = vec![Message { role: Role::User, content: "?".into() }];
    let request = Request { prompt: Prompt::Chat { messages }, stop: Vec::new(), max_tokens: None };
    let completion = Completion { text: "\"!\" \\ é\n\u{1f600}".into(), kind: CompletionKind::Reply };
    let failure = Failure { cause: "tests".into(), detail: "\"1\" is not 2".into() };
    let unsupported = Verdict::Unsupported { what: "module ssl".into() };
    let verdicts = [Verdict::Passed, Verdict::Failed(failure), Verdict::Truncated, Verdict::Empty, unsupported];
    let turn = |verdict: Verdict| Turn {
        request: request.clone(),
        completion: completion.clone(),
        outcomes: outcomes(),
        scored: Scored { scores: [("base".to_owned(), true.into())].into(), verdict },
    };
    verdicts.map(turn).into()
}

fn assert_conforms(plugin: &Plugin) {
    let (folder, suite) = (folder(), plugin.load(&Choice::default(), &data()).unwrap());
    assert_eq!(comparable(suite.info()), comparable(folder.info()));
    let tasks = all_tasks(&suite).unwrap();
    assert_eq!(tasks, all_tasks(&folder).unwrap());
    assert_eq!(tasks.len(), 3);
    for task in &tasks {
        assert_same_answers(&suite, &folder, task);
    }
    assert_eq!(assay_kit::laws::violations(&suite), []);
    assert_errors_come_through(&suite, &tasks[0]);
    assert_its_data_is_checked(plugin);
}

fn assert_same_answers(suite: &dyn Suite, folder: &dyn Suite, task: &Task) {
    let first = suite.prompt(task, PromptStyle::Chat, &[]);
    assert_eq!(first, folder.prompt(task, PromptStyle::Chat, &[]));
    assert!(first.unwrap().is_some());
    for turn in turns() {
        let second = suite.prompt(task, PromptStyle::Chat, std::slice::from_ref(&turn));
        assert_eq!(second, folder.prompt(task, PromptStyle::Chat, std::slice::from_ref(&turn)));
        assert_eq!(second.unwrap().is_some(), !turn.scored.verdict.passed(), "{:?}", turn.scored);
        assert_eq!(suite.prompt(task, PromptStyle::Chat, &[turn.clone(), turn]), Ok(None));
    }
    for completion in completions() {
        assert_eq!(suite.extract(task, &completion), folder.extract(task, &completion), "{completion:?}");
    }
    let gold = suite.reference(task).unwrap();
    assert_eq!(gold, folder.reference(task).unwrap());
    let other = Solution { code: "\u{feff}# \"é\" \u{1f600}\\\n\t".into(), rule: "fenced".into() };
    for solution in [gold.unwrap(), other] {
        assert_eq!(suite.programs(task, &solution), folder.programs(task, &solution));
    }
    for outcome in outcomes() {
        let outcomes = std::slice::from_ref(&outcome);
        assert_eq!(suite.score(task, outcomes), folder.score(task, outcomes), "{outcome:?}");
        assert_eq!(suite.is_decided(task, outcomes), folder.is_decided(task, outcomes), "{outcome:?}");
    }
    let passing = &outcomes()[..1];
    assert_eq!(suite.score(task, passing), Ok(Verdict::Passed.into()));
}

fn assert_errors_come_through(suite: &dyn Suite, task: &Task) {
    let none = suite.prompt(task, PromptStyle::Completion, &[]);
    assert_eq!(none, Err(SuiteError::Unsupported("no prompt for the completions API".into())));
    let error = suite.score(task, &[]).unwrap_err();
    assert!(matches!(&error, SuiteError::Internal(message) if message.contains("for one program")), "{error:?}");
}

fn assert_its_data_is_checked(plugin: &Plugin) {
    let elsewhere = tempfile::tempdir().unwrap();
    let source = DataDirectory(elsewhere.path().to_path_buf());
    let error = plugin.load(&Choice::default(), &source).err().unwrap();
    assert!(matches!(error, PluginError::Load(LoadError::DataMissing { .. })), "{error}");
    assert!(error.to_string().contains("assay suite pull tiny"), "{error}");
    std::fs::create_dir(elsewhere.path().join("tiny")).unwrap();
    std::fs::write(elsewhere.path().join("tiny/tasks.jsonl"), "{}").unwrap();
    let error = plugin.load(&Choice::default(), &source).err().unwrap();
    assert!(matches!(error, PluginError::Load(LoadError::Digest { .. })), "{error}");
    let javascript = Choice { language: Some("javascript".into()), variant: None };
    let error = plugin.info(&javascript).unwrap_err();
    assert_eq!(error.to_string(), "there is no language `javascript`: there are python");
}

#[test]
fn the_folder_keeps_the_laws_of_suites() {
    assert_eq!(assay_kit::laws::violations(&folder()), []);
}

#[test]
fn a_native_library_in_rust_conforms() {
    assert_conforms(&build::load_native(&build::rust("tiny")).unwrap());
}

#[test]
fn a_native_library_in_c_conforms() {
    let built = tempfile::tempdir().unwrap();
    let library = build::c(&build::plugins("examples/c/tiny.c"), built.path());
    assert_conforms(&build::load_native(&library).unwrap());
}

#[test]
fn a_component_in_python_conforms() {
    let Some(component) = build::python() else { return };
    assert_conforms(&build::load_component(&component));
}

#[test]
fn a_component_in_javascript_conforms() {
    let Some(component) = build::javascript() else { return };
    assert_conforms(&build::load_component(&component));
}

#[test]
fn a_component_in_rust_conforms() {
    let Some(component) = build::rust_component() else { return };
    assert_conforms(&build::load_component(&component));
}

#[test]
fn what_a_plugin_is_changes_its_digest() {
    let digest = |file: &std::path::Path| build::load_native(file).unwrap().info(&Choice::default()).unwrap().digest;
    let built = tempfile::tempdir().unwrap();
    let library = build::c(&build::plugins("examples/c/tiny.c"), built.path());
    assert_eq!(digest(&library), digest(&library));
    assert_ne!(digest(&library), digest(&build::rust("tiny")));
}
