//! Tests that pytest runs in the sandbox.

use assay::store::RunFile;
use assay_api::{Outcome, Verdict};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::assay::User;
use crate::data::{data, unpacked};
use crate::samples::{jsonl, solution};

const MANIFEST: &str = r#"[suite]
id = "tested"
version = "1"
title = "Tested by pytest"
licence = "CC0-1.0"
languages = ["python"]

[[data]]
path = "tested.jsonl"
embedded = true
sha256 = "DIGEST"

[task]
id = "id"
required = ["id", "module", "tests_path", "tests", "gold"]
optional = ["beside"]

[prompt.completion]
template = "{{ id }}"

[extract]
strategy = "raw"

[program]
runtime = "python"
entry = { kind = "pytest", solution = "{{ module }}.py", tests = "{{ tests_path }}" }
beside = ["beside"]
[program.files]
"{{ module }}.py" = "{{ solution }}"
"{{ tests_path }}" = "{{ tests }}"

[score]
strategy = "tests-one-instance"

[reference]
template = "{{ gold }}"
"#;

/// A user with a suite of these tasks in the folder `tested`.
fn with_tasks(tasks: impl IntoIterator<Item = Value>) -> User {
    let user = User::new();
    let rows = jsonl(tasks);
    let digest: String = Sha256::digest(&rows).iter().map(|byte| format!("{byte:02x}")).collect();
    user.write("tested/suite.toml", MANIFEST.replace("DIGEST", &digest));
    user.write("tested/tested.jsonl", rows);
    user
}

/// The verdict on each of the samples, and what was executed for it.
fn scored(user: &User, samples: impl IntoIterator<Item = Value>) -> Vec<(Verdict, Outcome)> {
    user.write("samples.jsonl", jsonl(samples));
    user.run("score ./tested --samples samples.jsonl -o run.assay --fresh").done();
    let run = RunFile::open_read_only(&user.path("run.assay")).unwrap();
    let mut keys = run.samples().unwrap();
    keys.sort_by_key(|key| key.sample_index);
    let results = keys.iter().map(|key| {
        let result = run.result(key).unwrap().unwrap();
        (result.verdict, result.executions.into_iter().next().unwrap().outcome)
    });
    results.collect()
}

const TESTS: &str = r#"
import logging, os, warnings
import pytest
import scale
from scale import times

@pytest.fixture(scope="module")
def seen():
    seen = []
    yield seen
    assert seen == ["a"]

@pytest.fixture
def two(request):
    request.addfinalizer(lambda: None)
    return 2

@pytest.mark.parametrize("n, expected", [(1, 2), (2, 4), pytest.param(3, 6, id="three")])
def test_times(n, expected):
    assert times(n) == expected

def test_fixtures(two, tmp_path, capsys, monkeypatch, seen):
    (tmp_path / "a").write_text("x")
    assert (tmp_path / "a").read_text() == "x"
    print("hi")
    assert capsys.readouterr().out == "hi\n"
    monkeypatch.setenv("A", "1")
    assert os.environ["A"] == "1"
    monkeypatch.setattr(scale, "FACTOR", 5)
    assert times(two) == 10
    seen.append("a")

@pytest.mark.skip(reason="not now")
def test_skipped(): pass

@pytest.mark.xfail
def test_expected_to_fail(): assert False

def test_raises():
    with pytest.raises(ZeroDivisionError, match="by zero"):
        1 / 0
    assert 0.1 + 0.2 == pytest.approx(0.3)

def test_logs(caplog):
    with caplog.at_level(logging.INFO):
        logging.info("x %d", 1)
    assert "x 1" in caplog.text

def test_warns(tmpdir):
    with pytest.warns(UserWarning):
        warnings.warn("w")
    tmpdir.join("x").write("1")

class TestMore:
    def setup_method(self): self.n = 1
    def test_method(self): assert times(self.n) == 2
"#;

const GOLD: &str = "FACTOR = 2\n\ndef times(n):\n    return FACTOR * n\n";

fn scale() -> Value {
    json!({ "id": "scale", "module": "scale", "tests_path": "tests/test_scale.py", "tests": TESTS, "gold": GOLD })
}

/// The names of the tests on record that are so.
fn named(outcome: &Outcome, is: impl Fn(&assay_api::TestResult) -> bool) -> Vec<&str> {
    let tests = &outcome.record.as_ref().unwrap().tests;
    tests.iter().filter(|test| is(test)).map(|test| test.name.as_str()).collect()
}

#[test]
fn every_test_is_on_record_with_pytests_own_fixtures() {
    let [(verdict, outcome)] = scored(&with_tasks([scale()]), [solution("scale", GOLD)]).try_into().unwrap();
    assert_eq!(verdict, Verdict::Passed);
    let all = [
        "test_times[1-2]",
        "test_times[2-4]",
        "test_times[three]",
        "test_fixtures",
        "test_skipped",
        "test_expected_to_fail",
        "test_raises",
        "test_logs",
        "test_warns",
        "TestMore::test_method",
    ];
    assert_eq!(named(&outcome, |test| test.passed), all);
    assert_eq!(named(&outcome, |test| test.skipped), all[4..5]);
}

#[test]
fn what_fails_says_why_and_what_does_not_run_fails() {
    let with = |text: &str| format!("{GOLD}{text}\n");
    let times = |body: &str| format!("FACTOR = 2\n\ndef times(n):\n    {body}\n");
    let samples = [
        times("return 3 * n"),
        "def half(n): return n".into(),
        times("import pytest; pytest.exit('enough', returncode=0)"),
        times("raise KeyboardInterrupt"),
        times("raise SystemExit"),
        with("import sys; sys.exit(0)"),
        times("import os; os._exit(0)"),
        with("import torch"),
        times("import subprocess; subprocess.run(['ls'])"),
    ];
    let results = scored(&with_tasks([scale()]), samples.iter().map(|code| solution("scale", code)));
    let cause = |verdict: &Verdict| match verdict {
        Verdict::Failed(failure) => failure.cause.clone(),
        other => other.kind().name().to_owned(),
    };
    let seen: Vec<String> =
        results.iter().map(|(verdict, _)| format!("{} {}", cause(verdict), verdict.detail())).collect();
    let expected = [
        "tests test_times[1-2]: AssertionError: assert 3 == 2",
        "tests tests/test_scale.py: ImportError: cannot import name 'times'",
        "tests test_times[1-2]: AssertionError: the tests ended before this one",
        "tests test_times[1-2]: AssertionError: the tests ended before this one",
        "tests test_times[1-2]: SystemExit",
        "no_record ",
        "no_record ",
        "unsupported torch",
        "unsupported subprocess",
    ];
    for (seen, expected) in seen.iter().zip(expected) {
        assert!(seen.starts_with(expected), "{seen}");
    }
}

#[test]
fn tests_that_are_none_or_broken_pass_nobody() {
    for (tests, why) in [
        ("x = 1\n", "collection: AssertionError: pytest ran no test"),
        ("def test(: pass\n", "tests/test_scale.py: SyntaxError"),
        ("import pytest\n@pytest.mark.xfail(strict=True)\ndef test(): pass\n", "test: AssertionError: [XPASS(strict)]"),
        ("def test(missing): pass\n", "test: "),
    ] {
        let mut task = scale();
        task["tests"] = tests.into();
        let [(verdict, _)] = scored(&with_tasks([task]), [solution("scale", GOLD)]).try_into().unwrap();
        assert!(verdict.detail().starts_with(why), "{tests}: {verdict:?}");
    }
}

/// Exercism's tests in Python are of `unittest`, which pytest runs too. All 140 gold answers pass; here every twelfth.
#[test]
fn gold_answers_of_exercism_pass() {
    let Some(data) = data() else { return };
    let rows = String::from_utf8(unpacked(data.join("exercism/python_practice.jsonl.gz"))).unwrap();
    let exercises = rows.lines().step_by(12).map(|line| serde_json::from_str(line).unwrap());
    let tasks: Vec<Value> = exercises
        .map(|row: Value| {
            let first = |field: &str| row[field].as_object().unwrap().iter().next().unwrap();
            let ((module, _), (path, tests), (_, gold)) = (first("solution_files"), first("test_files"), first("example_files"));
            json!({
                "id": row["name"], "module": module.trim_end_matches(".py"), "tests_path": path, "tests": tests, "gold": gold,
                "beside": row["other_files"],
            })
        })
        .collect();
    let golds: Vec<Value> =
        tasks.iter().map(|task| solution(task["id"].as_str().unwrap(), task["gold"].as_str().unwrap())).collect();
    for (verdict, outcome) in scored(&with_tasks(tasks), golds) {
        assert_eq!(verdict, Verdict::Passed);
        assert!(outcome.record.unwrap().tests.len() > 1);
    }
}
