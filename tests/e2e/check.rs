use std::fs;

use serde_json::json;

use crate::assay::User;

#[test]
fn a_suite_that_proves_itself_is_ok() {
    let user = User::new();
    let text = user.run("suite check demo --limit 3 --mutants 4").done().text();
    for part in
        ["demo, python: 3 tasks", "3 of 3 pass, twice the same", "empty answers, nonsense and stubs pass nowhere"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(text.ends_with("ok\n"), "{text}");

    let json = user.run("suite check demo --limit 3 --mutants 4 --json").done().json();
    assert_eq!((&json["golds"]["passed"], &json["faults"]), (&3.into(), &serde_json::json!([])));
    let survived = json["mutants"]["survived"].as_array().unwrap().len() as u64;
    assert_eq!(json["mutants"]["killed"].as_u64().unwrap() + survived, 12);
}

#[test]
fn a_check_tries_wrong_answers_in_javascript_too() {
    let json = User::with_javascript().run("suite check demo --language javascript --mutants 4 --json").done().json();
    assert_eq!((&json["golds"]["passed"], &json["accepted"]), (&5.into(), &serde_json::json!([])));
    assert!(json["mutants"]["killed"].as_u64().unwrap() >= 15, "{json}");
}

#[test]
fn only_what_is_there_is_checked() {
    User::new().run("suite check demo --tasks Nothing/*").fails(2, &["no task matches --tasks Nothing/*"]);
    User::new().run("suite check demmo").fails(2, &["did you mean `demo`?"]);
}

#[test]
fn of_a_sample_of_tasks_answers_are_executed_and_of_all_tasks_prompts_are_looked_at() {
    let user = User::new();
    let line = "suite check demo --sample 3 --mutants 1";
    let json = user.run(&format!("{line} --json")).done().json();
    assert_eq!((&json["tasks"], &json["executed"], &json["golds"]["passed"]), (&28.into(), &3.into(), &3.into()));
    // Prompts are compared with what is on record only where they are those of all tasks.
    let prompts = json["prompts"].as_array().unwrap();
    assert!(prompts.len() == 2 && prompts.iter().all(|style| style["expected"] == style["digest"]), "{json}");
    let text = user.run(line).done().text();
    assert!(text.contains("demo, python: 28 tasks, 3 of them executed"), "{text}");
    assert!(text.contains("chat: as recorded"), "{text}");
}

#[test]
fn gold_answers_can_be_judged_alone() {
    let user = User::new();
    let text = user.run("suite check demo --golds").done().text();
    assert!(text.contains("28 of 28 pass\n") && text.ends_with("ok, as far as gold answers say\n"), "{text}");
    assert!(!text.contains("wrong answers") && !text.contains("prompts"), "{text}");
    let json = user.run("suite check demo --golds --json").done().json();
    assert_eq!((&json["golds_only"], &json["golds"]["passed"]), (&true.into(), &28.into()));
    user.run("suite check demo --golds --mutants 1").fails(2, &["cannot be used with"]);
}

#[test]
fn gold_answers_that_are_known_are_executed_again_only_on_demand() {
    let user = User::new();
    let known = user.cache().join("outcomes.sqlite");
    user.run("suite check demo --limit 3 --golds --no-cache").done();
    user.run("suite check demo --limit 3 --mutants 1").done();
    assert!(!known.exists());
    user.run("suite check demo --limit 3 --golds").done();
    assert!(known.exists());
    user.run("suite check demo --no-cache").fails(2, &["--golds"]);
}

#[test]
fn a_gold_answer_that_is_known_to_lack_something_takes_no_more_fuel_than_others() {
    let user = User::new();
    user.run("suite new mine").done();
    let tasks = fs::read_to_string(user.path("mine/tasks.jsonl")).unwrap();
    user.write("mine/tasks.jsonl", tasks.replace("    return 2 * n", "    while True: pass"));
    let manifest = fs::read_to_string(user.path("mine/suite.toml")).unwrap();
    // Nobody would live to see the end of the ceiling.
    let manifest = manifest
        .replace(
            "fuel = 10_000_000_000",
            "fuel = { factor = 4, floor = 20_000_000, ceiling = 1_000_000_000_000_000_000 }",
        )
        .replace("[prompt]", "[[task.unsupported]]\nwhat = \"an end\"\ntasks = [\"mine/0\"]\n\n[prompt]");
    user.write("mine/suite.toml", manifest);
    user.run("suite build mine").done();
    for options in ["--golds", "--mutants 1"] {
        let check = user.run(&format!("suite check ./mine {options} --json")).done().json();
        assert_eq!(
            (&check["golds"]["passed"], &check["golds"]["unsupported"][0]["detail"]),
            (&1.into(), &"an end".into())
        );
    }
    let solution = json!({ "task_id": "mine/0", "solution": "def double(n):\n    while True: pass" });
    user.write("samples.jsonl", solution.to_string() + "\n");
    let score = user.run("score ./mine --samples samples.jsonl --json").done().json();
    assert_eq!(score["fuel_limit"], json!({ "low": 20_000_000, "high": 20_000_000 }), "{score}");
    assert_eq!(score["verdicts"]["unsupported"], 1, "{score}");
    assert!(score["warnings"].to_string().contains("no gold answer passes"), "{score}");
}
