//! HumanEval's tests in an instance of their own, and in a folder that has them beside the solution.

use assay_api::Verdict;

use crate::assay::User;
use crate::data::data;
use crate::model::Suite;
use crate::samples::solution;
use crate::scoring::scored;

/// The suite's folder, from the built-in one's.
fn give_folder(user: &User) {
    let files = assay_suites::find("humaneval").unwrap().files;
    let (_, manifest) = files.iter().find(|(name, _)| *name == "suite.toml").unwrap();
    let manifest = std::str::from_utf8(manifest).unwrap();
    let changes = [
        ("id = \"humaneval\"", "id = \"humaneval-beside\""),
        (
            "kind = \"judged\", candidate = \"solution.py\", judge = \"tests.py\"",
            "kind = \"tests\", solution = \"solution.py\", tests = \"tests.py\"",
        ),
        ("\"tests-two-instances\"", "\"tests-one-instance\""),
        ("{{ prompt }}\nfrom solution import {{ entry_point }}\n", ""),
    ];
    let manifest = changes.iter().fold(manifest.to_owned(), |manifest, (old, new)| {
        assert_eq!(manifest.matches(old).count(), 1, "{old}");
        manifest.replace(old, new)
    });
    user.write("humaneval-beside/suite.toml", manifest);
}

#[test]
fn humanevals_gold_answers_all_pass_and_the_report_has_no_doubt_of_them() {
    let Some(data) = data() else { return };
    let user = User::new();
    let suite = Suite::humaneval(data.clone());
    let samples = suite.tasks().into_iter().map(|task| solution(&task.id, &suite.gold(&task.id)));
    let verdicts = scored(&user, "humaneval", "", samples.collect::<Vec<_>>());
    let others: Vec<_> = verdicts.iter().filter(|(_, verdict)| !verdict.passed()).collect();
    assert_eq!((verdicts.len(), others), (164, vec![]));
    let info = user.assay(["suite", "info", "humaneval", "--json"]).env("ASSAY_DATA", data).run().done();
    assert_eq!(info.json()["grading"], "two_instances");
    assert!(!user.run("show run.assay").done().text().contains("forge"));
}

/// Cheats that know nothing of the task, and pass where its tests are beside them.
const CHEATS: [(&str, &str); 3] = [
    (
        "HumanEval/0",
        "class Yes:\n    __hash__ = None\n    def __eq__(self, other): return True\n\
         def has_close_elements(numbers, threshold): return Yes()\n",
    ),
    (
        "HumanEval/0",
        "class Yes(int):\n    __eq__ = lambda *_: True\n    __hash__ = None\n\
         def has_close_elements(numbers, threshold): return Yes()\n",
    ),
    (
        "HumanEval/4",
        "import builtins\nbuiltins.abs = lambda _: 0.0\ndef mean_absolute_deviation(numbers): return 0.0\n",
    ),
];

#[test]
fn cheats_that_pass_beside_the_tests_fail_apart_from_them() {
    let Some(data) = data() else { return };
    let user = User::new();
    give_folder(&user);
    let samples = CHEATS.map(|(task, text)| solution(task, text));
    let verdicts = |suite| scored(&user, suite, "--tasks HumanEval/0 --tasks HumanEval/4", samples.clone());
    let (beside, apart) = (verdicts("./humaneval-beside"), verdicts("humaneval"));
    assert!(beside.len() == CHEATS.len() && beside.values().all(Verdict::passed), "{beside:?}");
    assert!(apart.len() == CHEATS.len() && apart.values().all(|verdict| cause(verdict) == "tests"), "{apart:?}");

    let task = "HumanEval/0"; // has_close_elements(numbers, threshold)
    // These fail in both.
    let gold = Suite::humaneval(data).gold(task);
    let define = |body: &str| format!("def has_close_elements(numbers, threshold):\n    {body}\n");
    let cases = [
        (gold.clone(), "passed"),
        (format!("import sys\n{gold}\nsys.exit(0)"), "no_record"),
        (define("import os; os._exit(0)"), "no_record"),
        (define("raise SystemExit(0)"), "no_record"),
        (define("while True: pass"), "out_of_fuel"),
        (define("import socket; return socket.create_connection(('localhost', 1))"), "unsupported"),
        (define("raise KeyError(numbers)"), "tests"),
        (format!("import assay\nassay.encode = lambda value: b'5'\n{gold}"), "passed"),
        (define("import sys; sys._getframe(1).f_globals['encode'] = lambda value: b'5'; return True"), "tests"),
        (format!("import builtins\n{gold}\nbuiltins.AssertionError = StopIteration\n").replace("<", ">"), "tests"),
        (define("return (answer for answer in [True])"), "tests"),
        (define("return range(2)"), "unsupported"),
    ];
    let samples: Vec<_> = cases.iter().map(|(text, _)| solution(task, text)).collect();
    let verdicts = scored(&user, "humaneval", "--tasks HumanEval/0", samples);
    let found: Vec<&str> = verdicts.values().map(cause).collect();
    assert_eq!(found, cases.map(|(_, cause)| cause));
}

fn cause(verdict: &Verdict) -> &str {
    if let Verdict::Failed(failure) = verdict { &failure.cause } else { verdict.kind().name() }
}
