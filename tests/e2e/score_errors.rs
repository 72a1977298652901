use std::fs;

use crate::assay::User;
use crate::samples::{completion, gzipped, jsonl, solution};

/// Scores samples of the demo suite.
#[track_caller]
fn refused(samples: impl AsRef<[u8]>, says: &[&str]) {
    let user = User::new();
    user.write("s.jsonl", samples);
    user.run("score demo --samples s.jsonl -o out.assay").fails(2, says).without_control_characters();
    assert_eq!(user.files(), ["s.jsonl"]);
}

fn row(task_id: &str) -> String {
    completion(task_id, "    pass\n").to_string()
}

#[test]
fn a_line_that_is_no_sample_is_named() {
    let good = row("Demo/0");
    refused(format!("{good}\n\n{{\"task_id\": \n"), &["s.jsonl:3: not a JSON object: ", "column"]);
    refused(format!("{good}\n[1, 2]\n"), &["s.jsonl:2: not a JSON object: "]);
    refused(format!("{good}\n{{\"completion\": \"\"}}\n"), &["s.jsonl:2: `task_id` is missing"]);
    refused("{\"task_id\": \"Demo/0\"}\n", &["s.jsonl:1: `completion` or `solution` is missing"]);
    refused("{\"task_id\": \"Demo/0\", \"completion\": 3}\n", &["s.jsonl:1: `completion` is not text"]);
    refused([good.as_bytes(), b"\n\"\xff\"\n"].concat(), &["s.jsonl:2: not UTF-8"]);
    let compressed = gzipped(&format!("{good}\nnope\n"));
    refused(compressed, &["s.jsonl:2: not a JSON object: "]);
}

#[test]
fn a_cut_gzip_file_is_named() {
    let whole = gzipped(&jsonl((0..28).map(|task| solution(&format!("Demo/{task}"), "def f(): pass\n"))));
    refused(&whole[..whole.len() / 2], &["s.jsonl"]);
}

#[test]
fn a_file_without_samples_is_refused() {
    refused("", &["s.jsonl: no samples"]);
    refused("\n\n", &["s.jsonl: no samples"]);
}

#[test]
fn an_unknown_task_is_named_with_the_one_that_may_be_meant() {
    let rows = format!("{}\n{}\n", row("Demo/0"), row("Dmo/12"));
    refused(rows, &["s.jsonl:2: unknown task \"Dmo/12\": did you mean \"Demo/12\"?"]);
    refused(row("\u{1b}[31mred"), &["s.jsonl:1: unknown task "]);
}

#[test]
fn a_sample_that_is_there_twice_is_named_with_both_lines() {
    let twice = "{\"task_id\": \"Demo/3\", \"completion\": \"\", \"sample_index\": 7}\n".repeat(2);
    refused(twice, &["s.jsonl:2: task \"Demo/3\" has a sample 7 already, at line 1"]);
}

#[test]
fn k_above_the_number_of_samples_is_refused() {
    let user = User::new();
    user.write("s.jsonl", row("Demo/0"));
    let says = "-k 5: pass@5 needs at least 5 samples of each task, not 1";
    user.run("score demo --samples s.jsonl -k 1,5").fails(2, &[says]);
}

#[test]
fn a_missing_file_or_suite_is_named() {
    let user = User::new();
    user.run("score demo --samples nothing.jsonl").fails(2, &["nothing.jsonl: No such file"]);
    user.run("score dmo --samples s.jsonl").fails(2, &["there is no suite `dmo`", "did you mean `demo`?"]);
    user.write("s.jsonl", row("Demo/0"));
    user.run("score demo --samples s.jsonl --tasks Demo/99").fails(2, &["no task matches --tasks Demo/99"]);
    user.run("score demo --samples s.jsonl --tasks Demo/1").fails(2, &["none of the samples is of a selected task"]);
    user.run("score demo --samples s.jsonl --tasks [").fails(2, &["--tasks [: not a pattern"]);
}

#[test]
fn data_that_is_missing_or_altered_is_named() {
    let user = User::new();
    user.write("s.jsonl", row("HumanEval/0"));
    let missing = ["humaneval/HumanEval.jsonl.gz: the data is missing", "assay suite pull humaneval"];
    user.run("score humaneval --samples s.jsonl").fails(4, &missing);
    user.run("score humaneval --samples s.jsonl --data-dir no/such/folder").fails(4, &missing);
    user.write("data/humaneval/HumanEval.jsonl.gz", "altered");
    let altered = ["humaneval/HumanEval.jsonl.gz: sha256 of the content is", "the manifest says"];
    user.run("score humaneval --samples s.jsonl --data-dir data").fails(4, &altered);
}

#[test]
fn a_run_file_that_cannot_be_is_named_and_left_alone() {
    let user = User::new();
    user.write("s.jsonl", row("Demo/0"));
    let other = user.write("notes.txt", "not a run, and longer than nothing\n".repeat(40));
    user.run("score demo --samples s.jsonl -o notes.txt").fails(2, &["notes.txt: not an assay run"]);
    assert_eq!(fs::read_to_string(other).unwrap(), "not a run, and longer than nothing\n".repeat(40));
    user.run("score demo --samples s.jsonl -o no/folder.assay").fails(2, &["no/folder.assay: there is no folder"]);
    user.run("score demo --samples s.jsonl -o .").fails(2, &["not an assay run: a folder"]);
}
