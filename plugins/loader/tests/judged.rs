//! Suites whose solutions are judged from another instance.

use assay_api::{Entry, Grading, Limits, Outcome, Record, Status, Suite, TestResult, Verdict};

#[path = "support/given.rs"]
mod given;
#[path = "support/tiny.rs"]
mod tiny;

use tiny::{CHAT, MANIFEST, error, load, load_with};

/// The manifest with its tests by values.
fn by_values() -> String {
    MANIFEST
        .replace("\"test\"]", "\"inputs\"]\nverbatim = [\"inputs\"]")
        .replace("kind = \"tests\", solution = \"s.py\", tests = \"t.py\"", "kind = \"judged\", candidate = \"s.py\"")
        .replace("\"t.py\" = \"\"\"\n{{ test }}\ncheck({{ entry_point }})\n\"\"\"\n", "")
        .replace(
            "strategy = \"tests-one-instance\"",
            "strategy = \"values\"\noracle = \"close\"\nfunction = \"entry_point\"\ngold = \"{{ prompt }}    return 1\"\n\
             [[score.tests]]\nname = \"base\"\ninputs = \"inputs\"\nmetric = true\n[[score.tests]]\nname = \"plus\"\ninputs = \"inputs\"\n",
        )
}

#[test]
fn a_suite_may_be_judged_by_values() {
    let row = r#"{"task_id": "a/0", "prompt": "def f(x):\n", "entry_point": "f", "inputs": [[0.10, NaN]]}"#;
    let suite = load_with(&by_values(), CHAT, row).unwrap();
    assert_eq!((suite.info().grading, suite.info().metrics.as_slice()), (Grading::Values, &["base".to_owned()][..]));
    let task = &suite.tasks(None).unwrap().items[0];
    assert_eq!(task.text("inputs"), Some("[[0.10, NaN]]"));
    let program = suite.programs(task, &suite.reference(task).unwrap().unwrap()).unwrap().remove(0);
    let Entry::Judged { judge, candidate } = &program.entry else { panic!("it is judged") };
    assert_eq!((judge.as_str(), candidate.path.as_str()), ("judge.py", "server.py"));
    assert!(program.file("task.py").unwrap().contains(r#"("base", "[[0.10, NaN]]", None)"#));
    assert!(candidate.files.iter().all(|file| !file.text.contains("0.10")));
}

#[test]
fn values_that_cannot_be_judged_are_refused() {
    let error_with = |old: &str, new: &str| {
        let manifest = by_values();
        assert!(manifest.contains(old), "{old}");
        error(load(&manifest.replacen(old, new, 1)))
    };
    for (old, new, expected) in [
        (
            "kind = \"judged\", candidate = \"s.py\"",
            "kind = \"script\", path = \"s.py\"",
            "needs an `entry` of kind `judged`",
        ),
        ("function = \"entry_point\"", "function = \"name\"", "names `name`, which is not a field"),
        ("function = \"entry_point\"", "function = \"entry_point\"\nabsolute = \"tolerance\"", "names `tolerance`"),
        ("name = \"plus\"", "name = \"base\"", "two [[score.tests]] are named \"base\""),
        ("name = \"plus\"", "name = \"+\"", "`name` \"+\""),
        ("gold = \"{{ prompt }}    return 1\"\n", "", "need `expected`, or [score] a `gold`"),
        ("oracle = \"close\"", "oracle = \"nearly\"", "unknown variant `nearly`"),
        ("verbatim = [\"inputs\"]", "verbatim = [\"test\"]", "`verbatim` names `test`"),
    ] {
        let error = error_with(old, new);
        assert!(error.contains(expected), "{error}");
    }
}

/// The manifest with its tests in an instance of their own.
fn in_two_instances() -> String {
    MANIFEST
        .replace(
            "kind = \"tests\", solution = \"s.py\", tests = \"t.py\"",
            "kind = \"judged\", candidate = \"s.py\", judge = \"t.py\"",
        )
        .replace("tests-one-instance", "tests-two-instances")
}

#[test]
fn tests_may_run_in_an_instance_of_their_own() {
    let suite = load(&in_two_instances()).unwrap();
    assert_eq!(suite.info().grading, Grading::TwoInstances);
    let task = &suite.tasks(None).unwrap().items[0];
    let gold = suite.reference(task).unwrap().unwrap();
    let program = suite.programs(task, &gold).unwrap().remove(0);
    let Entry::Judged { judge, candidate } = &program.entry else { panic!("it is judged") };
    assert_eq!((judge.as_str(), candidate.path.as_str(), candidate.functions), ("t.py", "s.py", true));
    assert!(program.file("t.py").unwrap().contains("check("));
    assert!(program.file("s.py").is_none() && candidate.files.iter().any(|file| file.text == gold.code));
    assert!(candidate.files.iter().all(|file| !file.text.contains(program.file("t.py").unwrap())));
    // Both count against the memory of a run, and the judge needs little.
    assert_eq!(candidate.limits, Limits { memory_bytes: 1 << 30, ..program.limits.clone() });
    assert_eq!(program.limits.memory_bytes, 256 << 20);
    let small = in_two_instances().replace("[limits]\n", "[limits]\nmemory_bytes = 134_217_728\n");
    let program = load(&small).unwrap().programs(task, &gold).unwrap().remove(0);
    assert_eq!(program.limits.memory_bytes, 128 << 20);
}

#[test]
fn tests_in_two_instances_that_make_no_sense_are_refused() {
    let without_judge = in_two_instances().replace(", judge = \"t.py\"", "");
    assert!(error(load(&without_judge)).contains("with a `candidate` and a `judge`"));
    let script = in_two_instances().replace("runtime = \"python\"", "runtime = \"javascript\"");
    assert!(error(load(&script)).contains("needs the runtime `python`"));
}

#[test]
fn tasks_whose_tests_need_one_instance_may_be_named() {
    let manifest = in_two_instances().replace("two-instances\"", "two-instances\"\none_instance = [\"T/0\", \"T/9\"]");
    let suite = load(&manifest).unwrap();
    assert_eq!(
        (suite.info().grading, suite.info().one_instance.as_slice()),
        (Grading::TwoInstances, &["T/0".to_owned(), "T/9".into()][..])
    );
    let tasks = suite.tasks(None).unwrap().items;
    let program = |task: usize| {
        let gold = suite.reference(&tasks[task]).unwrap().unwrap();
        suite.programs(&tasks[task], &gold).unwrap().remove(0)
    };
    assert_eq!(program(0).entry, Entry::tests("s.py", "t.py"));
    assert!(program(0).file("s.py").is_some() && program(0).files.len() == 2);
    assert!(matches!(program(1).entry, Entry::Judged { .. }));

    let record =
        Record { tests: vec![TestResult { name: "check".into(), passed: true, skipped: false, exception: None }] };
    let outcome = |candidate| Outcome {
        status: Status::Completed { exit_code: 0 },
        record: Some(record.clone()),
        candidate,
        ..Outcome::infra("")
    };
    let alone = outcome(None);
    assert_eq!(suite.score(&tasks[0], std::slice::from_ref(&alone)).unwrap().verdict, Verdict::Passed);
    let apart = outcome(Some(Box::new(alone.clone())));
    assert_eq!(suite.score(&tasks[1], &[apart]).unwrap().verdict, Verdict::Passed);
    // Of a program in one instance nothing is believed where there were to be two.
    assert!(suite.score(&tasks[1], &[alone]).is_err());
}
