//! Suites that are not built in: folders, components and native libraries, as their users name them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::assay::User;

/// The examples for authors.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/examples")
}

/// A user who has the examples' data, and a suite's folder at `place`.
fn with_folder(place: &str) -> User {
    let user = User::new();
    let manifest = fs::read(examples().join("declarative/suite.toml")).unwrap();
    user.write(&format!("{place}/suite.toml"), manifest);
    give_data(&user);
    user
}

fn give_data(user: &User) {
    let pulled = user.home().join(".local/share/assay/data/tiny/tasks.jsonl");
    fs::create_dir_all(pulled.parent().unwrap()).unwrap();
    fs::copy(examples().join("data/tiny/tasks.jsonl"), pulled).unwrap();
}

/// Gold answers of the tasks, but for the last one.
fn samples(user: &User) {
    let rows = fs::read_to_string(examples().join("data/tiny/tasks.jsonl")).unwrap();
    let rows = rows.lines().map(|row| {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let wrong = row["task_id"] == "tiny/2";
        let solution = if wrong { "def evens(numbers):\n    return []\n" } else { row["answer"].as_str().unwrap() };
        serde_json::json!({ "task_id": row["task_id"], "solution": solution }).to_string() + "\n"
    });
    user.write("samples.jsonl", rows.collect::<String>());
}

/// The example in C, built.
fn library(user: &User) -> PathBuf {
    let library = user.path("tiny.so");
    let mut cc = Command::new("cc");
    cc.args(["-std=c99", "-shared", "-fPIC", "-I"]).arg(examples().join("../api/include"));
    assert!(cc.arg(examples().join("c/tiny.c")).arg("-o").arg(&library).status().unwrap().success());
    library
}

#[track_caller]
fn assert_two_of_three_pass(user: &User, command: &str) {
    let json = user.run(&format!("score {command} --samples samples.jsonl --json")).done().json();
    assert_eq!(json["suite"], "tiny");
    assert_eq!((&json["verdicts"]["passed"], &json["verdicts"]["failed"]), (&2.into(), &1.into()), "{json}");
}

#[test]
fn a_folder_is_a_suite_by_its_path_by_its_name_and_where_suites_are_looked_for() {
    let user = with_folder("suites/tiny");
    samples(&user);
    assert_two_of_three_pass(&user, "./suites/tiny");
    assert_two_of_three_pass(&user, "tiny");
    assert!(user.run("suite list").done().text().contains("tiny "));
    let elsewhere = with_folder("my");
    samples(&elsewhere);
    assert_two_of_three_pass(&elsewhere, "tiny --suite my");
    elsewhere.run("suite info tiny").fails(2, &["there is no suite `tiny`"]);
    elsewhere.run("suite info ./nothing").fails(2, &["./nothing: there is no suite", "suite.toml"]);
}

#[test]
fn a_suite_that_changed_is_not_used_until_the_user_accepts_it() {
    let user = with_folder("tiny");
    samples(&user);
    assert_two_of_three_pass(&user, "./tiny");
    assert!(fs::read_to_string(user.path("suites.lock")).unwrap().contains("tiny"));
    let manifest = fs::read_to_string(user.path("tiny/suite.toml")).unwrap();
    user.write("tiny/suite.toml", manifest.replace("version = \"1\"", "version = \"2\""));
    let score = "score ./tiny --samples samples.jsonl";
    user.run(score).fails(4, &["suites.lock", "assay suite trust ./tiny"]);
    user.run("suite trust ./tiny").done();
    user.run(score).done();
}

#[test]
fn a_built_in_suite_wins_over_one_of_its_name_and_says_so() {
    let user = User::new();
    let manifest = fs::read_to_string(examples().join("declarative/suite.toml")).unwrap();
    user.write("suites/humaneval/suite.toml", manifest.replace("id = \"tiny\"", "id = \"humaneval\""));
    let ended = user.run("suite info humaneval").done();
    assert!(ended.text().contains("MIT"), "{}", ended.text());
    ended.says(&["`humaneval` is built in"]);
}

#[test]
fn native_code_needs_permission_once_and_again_when_it_changes() {
    let user = User::new();
    give_data(&user);
    samples(&user);
    let library = library(&user);
    let refused = user.run("score ./tiny.so --samples samples.jsonl");
    refused.fails(4, &["tiny.so: not loaded: native code runs with all your rights", "assay suite trust ./tiny.so"]);
    user.run("suite trust ./tiny.so").done();
    assert_two_of_three_pass(&user, "./tiny.so");
    let trusted = user.home().join(".config/assay/trusted-libraries.toml");
    assert_eq!(fs::metadata(trusted).unwrap().permissions().mode() & 0o777, 0o600);

    let mut changed = fs::read(&library).unwrap();
    changed.push(0);
    fs::write(&library, changed).unwrap();
    let refused = user.run("score ./tiny.so --samples samples.jsonl");
    refused.fails(4, &["it changed since you trusted it"]);
}

#[test]
fn what_is_no_plugin_ends_the_command_with_one_error() {
    let user = User::new();
    user.write("text.wasm", "not a component");
    user.run("suite info ./text.wasm").fails(4, &["text.wasm: it is not a WebAssembly component"]);
    user.write("text.so", "not a library");
    user.run("suite trust ./text.so").fails(4, &["text.so: the system can't load it"]);
}
