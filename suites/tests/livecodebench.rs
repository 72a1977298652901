//! LiveCodeBench, as its authors define it. The statements of its problems are in `livecodebench/release_v6_statements_no_tests.jsonl.gz`
//! of the directory that `ASSAY_DATA` names; here every problem has a test case that is made up.

use std::io::{self, Read as _};

use assay_api::{
    Captured, Completion, CompletionKind, DataFile, Entry, Exception, Outcome, Prompt, PromptStyle, Role, Solution,
    Status, Suite, Task, Turn,
};
use assay_loader::declarative::{Choice, DataSource, DeclarativeSuite, content_sha256};
use flate2::read::GzDecoder;
use serde_json::{Value, json};

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

/// The last shard's digest, as the manifest pins it.
const PINNED: &str = "bb4c364f71921c4495a6ad15abe1a927350b720009f4933e2e71f8af0f6fd1f5";

struct Rows(String);

impl DataSource for Rows {
    fn read(&self, _: &DataFile) -> io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
}

/// The suite with all problems in its last shard.
fn load(variant: &str) -> Option<(DeclarativeSuite, Vec<Task>)> {
    let file = assay_testing::data()?.join("livecodebench/release_v6_statements_no_tests.jsonl.gz");
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    let rows: String =
        text.lines().map(|line| with_tests(serde_json::from_str(line).unwrap()).to_string() + "\n").collect();
    let digest = content_sha256(rows.clone().into_bytes()).unwrap();
    let folder = assay_suites::find("livecodebench").unwrap().files;
    let texts: Vec<(&str, String)> =
        folder.iter().map(|(path, text)| (*path, str::from_utf8(text).unwrap().replace(PINNED, &digest))).collect();
    let files: Vec<(&str, &[u8])> = texts.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    let choice = Choice { language: None, variant: Some(variant.into()) };
    let suite = DeclarativeSuite::load(&files.as_slice(), &Rows(rows), &choice).unwrap();
    let tasks = support::tasks(&suite);
    Some((suite, tasks))
}

/// Problems of LeetCode have starter code, and those alone are functions.
fn with_tests(mut row: Value) -> Value {
    let is_function = row["starter_code"] != "";
    let metadata = if is_function { json!({ "func_name": "f" }) } else { json!({}) };
    row["metadata"] = metadata.to_string().into();
    row["public_test_cases"] = json!([{ "input": "1", "output": "2" }]).to_string().into();
    row["private_test_cases"] = "[]".into();
    row
}

/// `get_generic_question_template_answer`.
fn question(task: &Task) -> String {
    let starter = task.text("starter_code").unwrap();
    let format = match starter {
        "" => "Read the inputs from stdin solve the problem and write the answer to stdout (do not directly test on the sample inputs). \
               Enclose your code within delimiters as follows. Ensure that when the python program runs, it reads the inputs, runs the \
               algorithm and writes output to STDOUT.\n```python\n# YOUR CODE HERE"
            .to_owned(),
        starter => format!(
            "You will use the following starter code to write the solution to the problem and enclose your code within delimiters.\n\
             ```python\n{starter}"
        ),
    };
    let content = task.text("question_content").unwrap();
    format!(
        "### Question:\n{content}\n\n### Format: {format}\n```\n\n### Answer: (use the provided format with backticks)\n\n"
    )
}

#[test]
fn its_1055_problems_are_asked_as_the_authors_ask_them() {
    let Some((suite, tasks)) = load("v6") else { return };
    assert_eq!(tasks.len(), 1055);
    for task in &tasks {
        let chat = suite.prompt(task, PromptStyle::Chat, &[]).unwrap().unwrap();
        let Prompt::Chat { messages } = chat.prompt else { panic!("a chat was asked for") };
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[1].content, question(task), "{}", task.id);
        let base = suite.prompt(task, PromptStyle::Completion, &[]).unwrap().unwrap();
        let Prompt::Text { text } = base.prompt else { panic!("a text was asked for") };
        let content = task.text("question_content").unwrap();
        let end = match task.text("starter_code").unwrap() {
            "" => format!("main()\n\n\n### Question\n{content}\n\n### Answer\n\n"),
            starter => {
                format!(
                    "        return ans\n\n### Question\n{content}\n\n### Starter Code\n{starter}\n\n### Answer\n\n"
                )
            }
        };
        assert!(text.starts_with("### Question\nYou ") && text.ends_with(&end), "{}", task.id);
    }
}

#[test]
fn functions_are_called_and_programs_read_standard_input() {
    let Some((suite, tasks)) = load("v6") else { return };
    let solution = Solution { code: "print(1)".into(), rule: "program".into() };
    let mut called = 0;
    for task in &tasks {
        let [program] = suite.programs(task, &solution).unwrap().try_into().unwrap();
        if let Entry::Judged { candidate, .. } = &program.entry {
            let code = candidate.files.iter().find(|file| file.path == "solution.py").unwrap();
            assert_eq!(code.text, "from prelude import *\n\n\nprint(1)");
            called += 1;
        } else {
            assert_eq!((program.file("solution.py"), program.stdin.as_str()), (Some("print(1)"), "1"));
        }
    }
    assert_eq!(called, 444);
}

/// `get_generic_question_template_answer` and `get_check_prompt` of `self_repair.py`.
fn repair(task: &Task, code: &str, check: &str) -> String {
    let content = task.text("question_content").unwrap();
    let format = "Read the inputs from stdin solve the problem and write the answer to stdout (do not directly test on the sample inputs). \
                  Enclose your code within delimiters as follows.";
    let repeat = "First reason about the code providing a textual explanation of what is wrong with the code and then generate a fixed of \
                  the program enclosed code delimiters.";
    format!(
        "### Question:\n{content}\n\n### Answer:\n```python\n{code}\n```\n\n{check}\n### Format: {format}\n```python\n# YOUR CODE HERE\n```\n\n\
         ### Answer: (use the provided format with backticks)\n\n\n\n{repeat}"
    )
}

#[test]
fn a_repair_is_asked_for_as_the_authors_ask_with_the_case_that_failed() {
    let Some((suite, tasks)) = load("self-repair-v6") else { return };
    assert_eq!(suite.info().turns, 2);
    let exception = Exception {
        type_name: "ValueError".into(),
        message: "no".into(),
        file: Some("solution.py".into()),
        line: Some(3),
    };
    let ends = [
        (Status::Completed { exit_code: 0 }, "wrong answer.\nInput: 1\nGenerated Output: 3\n\nExpected: 2"),
        (
            Status::Exception { exception },
            "runtime error.\nInput: 1\nExpected: 2\ncase 1: ValueError: no (solution.py:3)",
        ),
        (Status::OutOfFuel, "time limit exceeded.\ncase 1: used up its fuel, 0\nInput: 1\nExpected: 2"),
    ];
    for task in tasks.iter().filter(|task| task.text("starter_code") == Some("")) {
        let first = suite.prompt(task, PromptStyle::Chat, &[]).unwrap().unwrap();
        for (status, told) in &ends {
            let stdout = Captured { bytes: b"3\n".to_vec(), truncated: false };
            let outcomes = vec![Outcome { status: status.clone(), stdout, ..Outcome::infra("") }];
            let text = "Try:\n```python\nprint(3)\n```\n".to_owned();
            let completion = Completion { text, kind: CompletionKind::Reply };
            let scored = suite.score(task, &outcomes).unwrap();
            let turn = Turn { request: first.clone(), completion, outcomes, scored };
            let second = suite.prompt(task, PromptStyle::Chat, &[turn]).unwrap().unwrap();
            let Prompt::Chat { messages } = second.prompt else { panic!("a chat was asked for") };
            let [system, user] = messages.as_slice() else { panic!("{} messages", messages.len()) };
            assert!(system.role == Role::System && system.content.ends_with("only for once."));
            let check = format!("The above code is incorrect and got a {told}").replace("got a time", "got time");
            assert_eq!(user.content, repair(task, "print(3)", &check), "{}", task.id);
        }
    }
}
