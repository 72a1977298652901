//! Suites whose programs read standard input: a program for each test case, and a verdict by what they wrote.

use assay_api::{Captured, Entry, Grading, Outcome, Solution, Status, Suite, SuiteError, Task, Verdict, VerdictKind};
use assay_loader::declarative::{Choice, DeclarativeSuite};

#[path = "support/given.rs"]
mod given;
#[path = "support/sides.rs"]
mod sides;

use sides::judged_natively;

use given::{Given, digest};

const MANIFEST: &str = r#"[suite]
id = "contest"
version = "1"
title = "Contest"
licence = "CC0-1.0"
languages = ["python"]

[[data]]
path = "contest.jsonl"
sha256 = "DIGEST"

[task]
id = "question_id"
required = ["question_content", "public_test_cases"]
optional = ["private_test_cases"]

[prompt.chat]
[[prompt.chat.messages]]
role = "user"
template = "{{ question_content }}"

[extract]
strategy = "livecodebench"

[program]
runtime = "python"
entry = { kind = "script", path = "main.py" }
[program.files]
"main.py" = "{{ solution }}"

[score]
strategy = "stdin-stdout"
cases = ["public_test_cases", "private_test_cases"]
"#;

/// Rows as LiveCodeBench has them; the private case of the second is `{"input": "6\n", "output": "YES"}`.
const ROWS: &str = concat!(
    r#"{"question_id": "1", "question_content": "Double it.", "public_test_cases": "[{\"input\": \"1\", \"output\": \"2\", \"testtype\": \"stdin\"}]", "private_test_cases": "[{\"input\": \"4\", \"output\": \"8\"}]"}"#,
    "\n",
    r#"{"question_id": "2", "question_content": "Say it.", "public_test_cases": "[]", "private_test_cases": "PACKED"}"#,
    "\n",
    r#"{"question_id": "3", "question_content": "Say no more.", "public_test_cases": "[]"}"#,
    "\n",
);

/// `base64.b64encode(zlib.compress(pickle.dumps(json.dumps(cases))))`, as its authors pack it.
const PACKED: &str = "eJxrYJlqwwABPRbR1UqZeQWlJUpWCkpmMXlKOgpK+aUlUIFI12CQQElqcUlJZUEqSKi4JCUzT6k2dooeAJT9FEA=";

fn load(manifest: &str) -> Result<(DeclarativeSuite, Vec<Task>), String> {
    load_rows(manifest, &ROWS.replace("PACKED", PACKED))
}

fn load_rows(manifest: &str, rows: &str) -> Result<(DeclarativeSuite, Vec<Task>), String> {
    let manifest = manifest.replace("DIGEST", &digest(rows));
    let files: &[(&str, &[u8])] = &[("suite.toml", manifest.as_bytes())];
    let suite =
        DeclarativeSuite::load(&files, &Given(rows.into()), &Choice::default()).map_err(|error| error.to_string())?;
    let tasks = suite.tasks(None).unwrap().items;
    Ok((suite, tasks))
}

fn solution() -> Solution {
    Solution { code: "print(2 * int(input()))".into(), rule: "program".into() }
}

fn printed(text: &str) -> Outcome {
    let stdout = Captured { bytes: text.into(), truncated: false };
    Outcome { status: Status::Completed { exit_code: 0 }, stdout, ..Outcome::infra("") }
}

#[test]
fn each_test_case_is_a_program_that_does_not_know_what_is_expected() {
    let (suite, tasks) = load(MANIFEST).unwrap();
    assert_eq!(suite.info().grading, Grading::Values);
    let programs = suite.programs(&tasks[0], &solution()).unwrap();
    assert_eq!(programs.iter().map(|program| program.stdin.as_str()).collect::<Vec<_>>(), ["1", "4"]);
    for program in &programs {
        assert_eq!(program.entry, Entry::script("main.py"));
        assert_eq!(program.files.len(), 1);
        assert_eq!(program.file("main.py"), Some(solution().code.as_str()));
    }
    let packed = suite.programs(&tasks[1], &solution()).unwrap();
    assert_eq!(packed.iter().map(|program| program.stdin.as_str()).collect::<Vec<_>>(), ["6\n"]);
}

#[test]
fn the_first_wrong_output_decides() {
    let (suite, tasks) = load(MANIFEST).unwrap();
    let task = &tasks[0];
    let right = [printed("2\n"), printed("8.0")];
    assert!(!suite.is_decided(task, &right[..1]).unwrap());
    assert_eq!(suite.score(task, &right).unwrap().verdict, Verdict::Passed);
    let wrong = [printed("3\n")];
    assert!(suite.is_decided(task, &wrong).unwrap());
    let verdict = suite.score(task, &wrong).unwrap().verdict;
    assert_eq!(verdict.kind(), VerdictKind::Failed);
    assert_eq!(verdict.detail(), "case 1: line 1: \"3\" instead of \"2\"");
}

/// A manifest by which tasks with a function's name are judged by its calls.
fn with_calls() -> String {
    let calls = "calls = { function = \"metadata.func_name\", solution = \"main.py\" }\n";
    MANIFEST.replace("optional = [", "optional = [\"metadata\", ") + calls
}

/// The row of a task whose cases are calls of `add`.
fn call_row() -> String {
    let case = |input: &str, output: &str| serde_json::json!({ "input": input, "output": output });
    let cases = serde_json::json!([case("[1, 2]\n3", "[1, 2, 3]"), case("[]\n\"x\"", "[\"x\"]")]).to_string();
    let metadata = serde_json::json!({ "func_name": "add" }).to_string();
    let row = serde_json::json!({
        "question_id": "4", "question_content": "Add it.", "public_test_cases": cases, "metadata": metadata,
    });
    format!("{row}\n")
}

/// What the judge says of a solution, in the machine's own Python.
fn called_natively(code: &str) -> (String, String) {
    let (suite, tasks) = load_rows(&with_calls(), &call_row()).unwrap();
    let solution = Solution { code: code.into(), rule: "program".into() };
    let [program] = suite.programs(&tasks[0], &solution).unwrap().try_into().unwrap();
    let Entry::Judged { judge, candidate } = &program.entry else { panic!("a judge was expected") };
    assert_eq!(judge, "judge.py");
    assert!(candidate.files.iter().all(|file| !file.text.contains("[1, 2, 3]") || file.text == code));
    judged_natively(&program.files, &candidate.files)
}

#[test]
fn a_task_with_a_function_is_judged_by_what_its_calls_return() {
    let passed = r#"[["cases", true]]"#;
    let method = |body: &str| format!("class Solution:\n    def add(self, a, b):\n        {body}\n");
    for right in ["return a + [b]", "return tuple(a + [b])", "a.append(b); print(a); return a"] {
        assert_eq!(called_natively(&method(right)).0, passed, "{right}");
    }
    assert_eq!(called_natively("def add(a, b): return [*a, b]").0, passed);
    assert_eq!(called_natively(&method("return [(x,) for x in a] + [b]")).0, r#"[["cases", false]]"#);
    let (record, said) = called_natively(&method("return [1, 2, 3]"));
    assert_eq!((record.as_str(), said.as_str()), (r#"[["cases", false]]"#, "[[], 'x'] gave [1, 2, 3]"));
    for wrong in ["class Solution: pass", "add = 5", "def sub(a, b): return a + [b]"] {
        assert_eq!(called_natively(wrong).0, r#"[["cases", false]]"#, "{wrong}");
    }
}

#[test]
fn one_object_answers_all_calls() {
    let counts = "class Solution:\n    seen = 0\n    def add(self, a, b):\n        self.seen += 1\n        return a + [b] if self.seen < 2 else 0\n";
    assert_eq!(called_natively(counts).1, "[[], 'x'] gave 0");
}

#[test]
fn tasks_without_a_function_read_standard_input_beside_those_that_have_one() {
    let (suite, tasks) = load_rows(&with_calls(), &(call_row() + &ROWS.replace("PACKED", PACKED))).unwrap();
    assert!(!suite.is_decided(&tasks[0], &[]).unwrap());
    let packed = suite.programs(&tasks[2], &solution()).unwrap();
    assert_eq!(packed.len(), 1);
    assert_eq!(packed[0].entry, Entry::script("main.py"));
    assert_eq!(tasks[2].text("private_test_cases"), None);
}

#[test]
fn a_task_without_test_cases_is_an_error() {
    let (suite, tasks) = load(MANIFEST).unwrap();
    let error = suite.programs(&tasks[2], &solution()).unwrap_err();
    assert_eq!(error, SuiteError::Task { task_id: "3".into(), message: "there is no test case".into() });
}

#[test]
fn what_contradicts_the_strategy_is_an_error_with_its_line() {
    let error = |old: &str, new: &str| {
        assert!(MANIFEST.contains(old), "{old}");
        load(&MANIFEST.replacen(old, new, 1)).err().expect("it must not load")
    };
    let line = |text: &str| 1 + MANIFEST.lines().position(|line| line.contains(text)).unwrap();
    let score = line("[score]");
    assert_eq!(
        error("cases = [\"public_test_cases\", \"private_test_cases\"]", "cases = [\"public\"]"),
        format!("suite.toml:{score}: `cases` names `public`, which is not a field of the tasks")
    );
    let none = error("cases = [\"public_test_cases\", \"private_test_cases\"]", "cases = []");
    assert!(none.contains("`cases` names no field"), "{none}");
    let stdin = error("[program.files]", "stdin = \"1\"\n[program.files]");
    assert!(stdin.contains("leave it out of [program]"), "{stdin}");
    let tests = "{ kind = \"tests\", solution = \"main.py\", tests = \"main.py\" }";
    let tests = error("{ kind = \"script\", path = \"main.py\" }", tests);
    assert!(tests.contains("`stdin-stdout` is for an `entry` of kind `script`"), "{tests}");
}
