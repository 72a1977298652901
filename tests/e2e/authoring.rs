//! Suites as authors begin them: what `assay suite new` writes works as it is.

use std::fs;

use serde_json::json;

use crate::assay::User;

#[test]
fn a_new_folder_is_a_suite_that_passes_its_check_and_adding_it_changes_nothing_else() {
    let user = User::new();
    user.run("suite new suites/mine").done();
    assert_eq!(user.files(), ["suites"]);
    let check = user.run("suite check mine --json").done().json();
    assert_eq!((&check["golds"]["passed"], &check["faults"]), (&2.into(), &json!([])), "{check}");
    assert!(check["mutants"]["killed"].as_u64().unwrap() >= 8, "{check}");
    assert!(user.run("suite list").done().text().contains("mine "));

    let samples = [("mine/0", "def double(n):\n    return n + n"), ("mine/1", "def runs(text):\n    return []")];
    let samples = samples.map(|(id, code)| json!({ "task_id": id, "solution": code }).to_string() + "\n");
    user.write("samples.jsonl", samples.concat());
    let score = user.run("score mine --samples samples.jsonl --json").done().json();
    assert_eq!((&score["verdicts"]["passed"], &score["verdicts"]["failed"]), (&1.into(), &1.into()), "{score}");
    let score = user.run("score mine --samples samples.jsonl --where difficulty=easy --json").done().json();
    assert_eq!((&score["n_tasks"], &score["verdicts"]["passed"]), (&1.into(), &1.into()));
}

#[test]
fn building_a_folder_pins_its_data() {
    let user = User::new();
    user.run("suite new mine").done();
    assert!(user.run("suite build mine").done().text().contains("nothing to do"));
    let tasks = fs::read_to_string(user.path("mine/tasks.jsonl")).unwrap();
    user.write("mine/tasks.jsonl", tasks.replace("twice the number", "two times the number"));
    user.run("suite inspect ./mine").fails(4, &["tasks.jsonl: sha256 of the content is", "the manifest says"]);
    user.run("suite build mine").done();
    let shown = user.run("suite inspect ./mine").done().text();
    assert!(shown.contains("two times the number"), "{shown}");
    user.write("mine/suite.toml", "[suite]\nname = 1\n");
    user.run("suite build mine").fails(4, &["suite.toml:", "name"]);
}

#[test]
fn a_new_suite_in_c_is_built_and_passes_its_check() {
    let user = User::new();
    user.run("suite new mine --kind c").done();
    user.run("suite build mine").done();
    user.run("suite trust mine/mine.so").done();
    let check = user.run("suite check mine/mine.so --data-dir mine/data --mutants 1 --json").done().json();
    assert_eq!((&check["golds"]["passed"], &check["faults"]), (&3.into(), &json!([])), "{check}");
}

#[test]
fn what_cannot_be_made_or_built_is_one_error() {
    let user = User::new();
    user.run("suite new My-Suite").fails(2, &["the folder's name is the suite's", "lower-case letters"]);
    user.run("suite new mine --kind cobol").fails(2, &["declarative, python, javascript, rust, c"]);
    user.run("suite new mine --kind python").done();
    user.run("suite new mine").fails(2, &["mine: it is there already"]);
    user.run("suite new other --kind rust").fails(2, &["assay-kit", "--checkout DIR"]);
    user.run("suite new other --kind rust --checkout .").fails(2, &["--checkout .: there is no plugins/kit in it"]);
    user.run("suite build .").fails(2, &["nothing to build", "suite.toml, suite.py"]);
    let build = user.assay(["suite", "build", "mine"]).env("PATH", "/nowhere").run();
    build.fails(2, &["componentize-py is not installed", "pip install componentize-py"]);
}
