//! The suites in JavaScript, as their authors define them. They need the authors' data (`ASSAY_DATA`), and `node` as the
//! oracle: every program that a suite makes runs as the authors run it. Where `ASSAY_NODE_PATH` names a `node_modules`
//! with `js-md5` and `lodash`, the tasks that need those are judged too.

use std::collections::BTreeSet;
use std::io::Read as _;

use assay_api::{CompletionKind, Entry, Grading, Program, Prompt, PromptStyle, Suite, Task};
use assay_loader::declarative::DeclarativeSuite;
use flate2::read::GzDecoder;
use serde_json::Value;

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

use support::{gold, node, program, suite, tasks};

fn named<'a>(tasks: &'a [Task], make: impl Fn(&Task) -> Program + 'a) -> Vec<(String, Program)> {
    tasks.iter().map(|task| (task.id.clone(), make(task))).collect()
}

fn failing(programs: &[(String, Program)], passed: &BTreeSet<String>) -> Vec<String> {
    programs.iter().map(|(id, _)| id.clone()).filter(|id| !passed.contains(id)).collect()
}

/// The tasks whose programs need packages that `node` lacks here.
fn without_packages(programs: Vec<(String, Program)>) -> Vec<(String, Program)> {
    let needs = |program: &Program| program.files.iter().any(|file| file.text.contains("require('js-md5')"));
    let all = std::env::var_os("ASSAY_NODE_PATH").is_some();
    programs.into_iter().filter(|(_, program)| all || !needs(program)).collect()
}

fn text<'a>(task: &'a Task, name: &str) -> &'a str {
    task.text(name).unwrap()
}

#[test]
fn humaneval_x_has_its_gold_answers_pass_but_for_the_two_that_are_wrong() {
    let Some(suite) = suite("humaneval-x", "javascript", None) else { return };
    let tasks = tasks(&suite);
    let ids: Vec<String> = tasks.iter().map(|task| task.id.clone()).collect();
    assert_eq!(ids, (0..164).map(|n| format!("JavaScript/{n}")).collect::<Vec<_>>());
    let programs = without_packages(named(&tasks, |task| gold(&suite, task)));
    let Some(passed) = node::passing(&programs, true) else { return };
    assert_eq!(failing(&programs, &passed), ["JavaScript/112", "JavaScript/155"]);
}

#[test]
fn humanevalpack_tells_every_fix_from_every_bug() {
    for id in ["humanevalpack-fix", "humanevalpack-synthesize"] {
        let Some(suite) = suite(id, "javascript", None) else { return };
        let tasks = tasks(&suite);
        let fixed = without_packages(named(&tasks, |task| gold(&suite, task)));
        let Some(passed) = node::passing(&fixed, true) else { return };
        assert_eq!(failing(&fixed, &passed), [""; 0], "{id}");
        let buggy = named(&tasks, |task| program(&suite, task, text(task, "buggy_solution"), CompletionKind::Verbatim));
        assert_eq!(node::passing(&buggy, true).unwrap(), BTreeSet::new(), "{id}");
    }
}

/// What the authors of Qwen2.5-Coder published of their 1.5B model: for each task its completion, the whole program, and
/// whether it passed.
struct Published {
    task_id: String,
    completion: String,
    program: String,
    passed: bool,
}

fn published(language: &str) -> Option<Vec<Published>> {
    let folder = assay_testing::data()?.join("known_answers/qwen2.5-coder-1.5b-base/multipl-e");
    let read = |name: String| {
        let mut text = String::new();
        GzDecoder::new(std::fs::File::open(folder.join(name)).unwrap()).read_to_string(&mut text).unwrap();
        text
    };
    let details: Value = serde_json::from_str(&read(format!("humaneval-{language}-details.json.gz"))).unwrap();
    let rows = read(format!("pred_{language}_output.jsonl.gz"));
    let row = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| row[name].as_str().unwrap();
        let result = &details[field("task_id")][0][1];
        Published {
            task_id: field("task_id").to_owned(),
            completion: field("generation").strip_prefix(field("prompt")).unwrap().to_owned(),
            program: result["code"].as_str().unwrap().to_owned(),
            passed: result["passed"].as_bool().unwrap(),
        }
    };
    Some(rows.lines().map(row).collect())
}

/// The programs of published completions, each of which is what its authors executed.
fn published_programs(suite: &DeclarativeSuite, published: &[Published]) -> Vec<(String, Program)> {
    let tasks = tasks(suite);
    assert_eq!(published.len(), tasks.len());
    let made = published.iter().map(|sample| {
        let task = tasks.iter().find(|task| task.id == sample.task_id).expect("a task of the suite");
        let program = program(suite, task, &sample.completion, CompletionKind::Verbatim);
        assert_eq!(node::text(&program), sample.program, "{}", task.id);
        (task.id.clone(), program)
    });
    made.collect()
}

#[test]
fn multipl_e_judges_published_completions_as_they_were_judged() {
    let Some(suite) = suite("multipl-e", "javascript", Some("humaneval")) else { return };
    let Some(published) = published("js") else { return };
    let programs = published_programs(&suite, &published);
    let expected: BTreeSet<String> =
        published.into_iter().filter(|sample| sample.passed).map(|sample| sample.task_id).collect();
    assert_eq!(expected.len(), 77);
    let Some(passed) = node::passing(&programs, false) else { return };
    assert_eq!(passed, expected);
}

#[test]
fn multipl_es_typescript_programs_are_those_that_were_published() {
    let Some(suite) = suite("multipl-e", "typescript", Some("humaneval")) else { return };
    let Some(published) = published("ts") else { return };
    let programs = published_programs(&suite, &published);
    assert_eq!((programs.len(), published.iter().filter(|sample| sample.passed).count()), (159, 76));
    assert!(programs.iter().all(|(_, program)| program.runtime == "javascript"));
}

#[test]
fn multipl_es_stop_strings_are_those_of_its_rows() {
    for (language, variant, count) in [
        ("javascript", "humaneval", 161),
        ("javascript", "mbpp", 397),
        ("typescript", "humaneval", 159),
        ("typescript", "mbpp", 390),
    ] {
        let Some(suite) = suite("multipl-e", language, Some(variant)) else { return };
        let tasks = tasks(&suite);
        assert_eq!(tasks.len(), count);
        for task in &tasks {
            let request = suite.prompt(task, PromptStyle::Completion, &[]).unwrap().unwrap();
            assert_eq!(serde_json::json!(request.stop), task.fields["stop_tokens"], "{}", task.id);
            assert_eq!(request.prompt, Prompt::Text { text: text(task, "prompt").into() });
        }
    }
}

/// A chat answer of one block and a continuation that rambles on both become the function alone.
#[test]
fn the_function_is_found_in_every_task() {
    let suites = [
        ("humaneval-x", "javascript", None),
        ("humanevalpack-fix", "javascript", None),
        ("humanevalpack-synthesize", "javascript", None),
        ("humaneval-x", "python", None),
        ("humanevalpack-fix", "python", None),
        ("humanevalpack-synthesize", "python", None),
    ];
    for (id, language, variant) in suites {
        let Some(suite) = suite(id, language, variant) else { return };
        for task in tasks(&suite) {
            let gold = suite.reference(&task).unwrap().unwrap().code;
            let answer = format!("Sure.\n\n```{language}\n{gold}```\nIt loops.\n");
            let program = program(&suite, &task, &answer, CompletionKind::Reply);
            let solution = match &program.entry {
                Entry::Judged { candidate, .. } => &candidate.files[0].text,
                _ => program.file("solution.js").unwrap(),
            };
            assert!(solution.contains(text(&task, "canonical_solution").trim()), "{id} {}: {solution}", task.id);
        }
    }
}

#[test]
fn answers_in_every_form_pass_as_the_gold_answers_do() {
    let Some(suite) = suite("humanevalpack-fix", "javascript", None) else { return };
    let tasks = tasks(&suite);
    type Form = fn(&str, &str) -> (String, CompletionKind);
    let forms: [Form; 4] = [
        |_, gold| (format!("{gold}\nconst x = 3;\nconsole.log(\"example\")\n"), CompletionKind::Continuation),
        |declaration, gold| {
            let gold = format!("{declaration}{gold}");
            (
                format!("Here it is.\n```js\n{gold}\nconsole.log(1);\nmodule.exports = {{ a }};\n```\nDone {{"),
                CompletionKind::Reply,
            )
        },
        |declaration, gold| (format!("{declaration}{gold}\n\nThis function's code is right.\n"), CompletionKind::Reply),
        |_, gold| (format!("The body:\n```\n{gold}```"), CompletionKind::Reply),
    ];
    for (index, form) in forms.into_iter().enumerate() {
        let programs = named(&tasks, |task| {
            let (answer, kind) = form(text(task, "declaration"), text(task, "canonical_solution"));
            program(&suite, task, &answer, kind)
        });
        let programs = without_packages(programs);
        let Some(passed) = node::passing(&programs, true) else { return };
        // A body alone that declares a variable of its function's own name looks like the whole function.
        let mistaken: &[&str] = if index == 3 { &["JavaScript/106"] } else { &[] };
        assert_eq!(failing(&programs, &passed), mistaken, "form {index}");
    }
}

#[test]
fn mbjsp_has_its_966_tasks_compared_by_lodash() {
    let Some(suite) = suite("mbjsp", "javascript", None) else { return };
    let tasks = tasks(&suite);
    assert_eq!(tasks.len(), 966);
    let made = program(&suite, &tasks[0], "  return 8;\n}", CompletionKind::Verbatim);
    assert_eq!(made.file("solution.js").unwrap(), format!("{}  return 8;\n}}", text(&tasks[0], "prompt")));
    assert!(made.file("tests.js").unwrap().contains("require(\"lodash\")"));
}

#[test]
fn mbjsps_published_samples_pass_as_published() {
    let Some(suite) = suite("mbjsp", "javascript", None) else { return };
    if std::env::var_os("ASSAY_NODE_PATH").is_none() {
        return assay_testing::lacks("ASSAY_NODE_PATH does not name a node_modules with js-md5 and lodash");
    }
    let path = assay_testing::data().unwrap().join("mxeval/mbjsp_samples.jsonl.gz");
    let mut lines = String::new();
    GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut lines).unwrap();
    let tasks = tasks(&suite);
    let programs: Vec<(String, Program)> = lines
        .lines()
        .map(|line| {
            let row: Value = serde_json::from_str(line).unwrap();
            let task = tasks.iter().find(|task| row["task_id"] == task.id).unwrap();
            (task.id.clone(), program(&suite, task, row["completion"].as_str().unwrap(), CompletionKind::Verbatim))
        })
        .collect();
    let Some(passed) = node::passing(&programs, false) else { return };
    assert_eq!((programs.len(), passed.len()), (966, 760));
}

#[test]
fn exercises_are_whole_files_with_their_tests_and_what_lies_beside() {
    for (id, count) in [("aider-polyglot", 49), ("exercism", 139)] {
        let Some(suite) = suite(id, "javascript", None) else { return };
        let tasks = tasks(&suite);
        assert_eq!((tasks.len(), suite.info().grading), (count, Grading::OneInstance));
        for task in &tasks {
            let program = gold(&suite, task);
            let (solution, tests) = (format!("{}.js", task.id), format!("{}.spec.js", task.id));
            assert_eq!(program.file(&solution), task.fields["example_files"][".meta/proof.ci.js"].as_str());
            let enabled = program.file(&tests).unwrap();
            assert!(!enabled.contains("xtest("), "{}", task.id);
            assert_eq!(program.entry, Entry::tests(solution, tests));

            let request = suite.prompt(task, PromptStyle::Chat, &[]).unwrap().unwrap();
            let Prompt::Chat { messages } = request.prompt else { panic!("a chat was asked for") };
            let prompt: String = messages.iter().map(|message| message.content.as_str()).collect();
            assert!(prompt.contains(text(task, "instructions").trim()), "{}", task.id);
            let hidden = task.fields["test_files"].as_object().unwrap().values();
            assert!(
                hidden
                    .chain(task.fields["example_files"].as_object().unwrap().values())
                    .all(|text| { !prompt.contains(text.as_str().unwrap()) })
            );
        }
        let files = |name: &str| {
            let task = tasks.iter().find(|task| task.id == name).unwrap();
            gold(&suite, task).files.into_iter().map(|file| file.path).collect::<Vec<_>>()
        };
        let data = ["data/iliad.txt", "data/midsummer-night.txt", "data/paradise-lost.txt"];
        assert_eq!(files("grep"), [&["grep.js", "grep.spec.js"], &data[..]].concat());
        if id == "exercism" {
            assert!(files("lens-person").contains(&"person.js".to_owned()));
        }
    }
}
