use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::assay::User;
use crate::model::Suite;
use crate::samples::{completion, golden, jsonl};

const COMMAND: &str = "score demo --samples gold.jsonl -o run.assay --json";

fn count(path: &Path, table: &str) -> u32 {
    let file = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

/// A report without what differs from one invocation to the next.
fn numbers(mut report: Value) -> Value {
    for name in ["seconds", "cached"] {
        report.as_object_mut().unwrap().remove(name).unwrap();
    }
    report
}

/// A user who has scored gold answers into a run file, and what was reported.
fn scored() -> (User, Value) {
    let user = User::new();
    user.write("gold.jsonl", golden(&Suite::demo()));
    let report = user.run(COMMAND).done().json();
    assert_eq!((&report["verdicts"]["passed"], report["run"].as_str()), (&28.into(), Some("run.assay")));
    (user, numbers(report))
}

#[test]
fn it_is_one_sqlite_file_with_the_numbers_of_the_report() {
    let (user, report) = scored();
    assert_eq!(user.files(), ["gold.jsonl", "run.assay"]);
    let file = Connection::open_with_flags(user.path("run.assay"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let integrity: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
    let passed: u32 =
        file.query_row("SELECT count(*) FROM verdicts WHERE verdict = 'passed'", [], |row| row.get(0)).unwrap();
    assert_eq!(report["verdicts"]["passed"], passed);
    let metric = "SELECT value, low, high FROM metric WHERE suite = 'demo' AND name = 'pass@k' AND k = 1";
    let read = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?]);
    let [value, low, high]: [f64; 3] = file.query_row(metric, [], read).unwrap();
    let estimate = &report["pass_at_k"]["1"];
    assert_eq!(*estimate, json!({"value": value, "low": low, "high": high}));
    let digest: String = file.query_row("SELECT results_digest FROM run", [], |row| row.get(0)).unwrap();
    assert_eq!(report["results_digest"], digest);
}

#[test]
fn the_same_command_again_executes_nothing_and_says_the_same() {
    let (user, report) = scored();
    let path = user.path("run.assay");
    let rows = || ["completion", "sample", "execution", "outcome", "failure"].map(|table| count(&path, table));
    let before = rows();
    assert_eq!(numbers(user.run(COMMAND).done().json()), report);
    assert_eq!(rows(), before);
    assert_eq!(count(&path, "invocation"), 2);
}

#[test]
fn an_altered_samples_file_is_refused_with_what_changed_and_the_run_is_left_alone() {
    let (user, report) = scored();
    user.write("gold.jsonl", jsonl([completion("Demo/0", "    pass\n")]));
    let says = ["run.assay: this run was started differently: source.sha256 was ", "help: ", "--fresh"];
    user.run(COMMAND).fails(2, &says);
    user.run(&format!("{COMMAND} --seed 1")).fails(2, &["seed was 0, now 1"]);
    let path = user.path("run.assay");
    assert_eq!(count(&path, "invocation"), 1);

    let ended = user.run(&format!("{COMMAND} --fresh")).done().says(&["the earlier run is now", "run.1.assay"]);
    assert_eq!(ended.json()["n_samples"], 1);
    assert_eq!(user.files(), ["gold.jsonl", "run.1.assay", "run.assay"]);
    assert_eq!(count(&user.path("run.1.assay"), "sample"), report["n_samples"]);
}

/// (gold_fuel, fuel_limit) of a task, and the fuel limits of its programs' candidates.
fn fuel(path: &Path, task: &str) -> ((Option<i64>, i64), Vec<i64>) {
    let file = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let sql = "SELECT gold_fuel, fuel_limit FROM task WHERE task_id = ?1";
    let of_task = file.query_row(sql, [task], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let sql =
        "SELECT entry ->> '$.candidate.limits.fuel' FROM program JOIN execution ON program = digest WHERE task_id = ?1";
    let mut of_programs = file.prepare(sql).unwrap();
    let of_programs = of_programs.query_map([task], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    (of_task, of_programs)
}

#[test]
fn every_task_has_the_fuel_of_its_gold_answer_and_a_limit_that_follows_from_it() {
    let (user, report) = scored();
    let (low, high) = (1_000_000_000, 5_000_000_000);
    let mut limits = Vec::new();
    for task in Suite::demo().tasks() {
        let ((gold, limit), programs) = fuel(&user.path("run.assay"), &task.id);
        assert_eq!(limit, (gold.unwrap() * 100).clamp(low, high), "{}", task.id);
        assert_eq!(programs, [limit]);
        limits.push(limit);
    }
    let range = json!({"low": limits.iter().min(), "high": limits.iter().max()});
    assert_eq!(report["fuel_limit"], range);
    assert!(limits.iter().any(|limit| *limit > low), "{limits:?}");
}

#[test]
fn a_run_goes_on_with_the_limits_that_it_began_with() {
    let (user, _) = scored();
    let path = user.path("run.assay");
    let file = Connection::open(&path).unwrap();
    file.execute_batch(
        "DELETE FROM execution WHERE task_id = 'Demo/0'; DELETE FROM sample WHERE task_id = 'Demo/0';
         UPDATE task SET fuel_limit = 1234567890 WHERE task_id = 'Demo/0'",
    )
    .unwrap();
    drop(file);
    user.run(COMMAND).done();
    assert_eq!(fuel(&path, "Demo/0").1, [1_234_567_890]);
}
