//! Tasks chosen by their dates and by what else the suite's data says of them.

use std::fs;
use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::assay::User;
use crate::model::{Model, Suite};

/// A user with the example for authors, whose tasks have dates and levels here, in the folder `dated`.
fn with_dates(date: &str) -> User {
    let user = User::new();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/examples");
    let rows = fs::read_to_string(examples.join("data/tiny/tasks.jsonl")).unwrap();
    let levels = ["easy", "hard", "easy"];
    let dates = ["2024-08-31", "2024-09-01T18:30:00", date];
    let rows = rows.lines().zip(levels).zip(dates).map(|((row, level), date)| {
        let mut row: serde_json::Value = serde_json::from_str(row).unwrap();
        row["published"] = date.into();
        row["about"] = json!({ "level": level });
        row.to_string() + "\n"
    });
    let rows: String = rows.collect();
    let manifest = fs::read_to_string(examples.join("declarative/suite.toml")).unwrap();
    let pinned = manifest.split('"').find(|text| text.len() == 64).unwrap();
    let digest: String = Sha256::digest(&rows).iter().map(|byte| format!("{byte:02x}")).collect();
    let manifest = manifest
        .replace(pinned, &digest)
        .replace("made_from = \"plugins/examples/data\"", "embedded = true")
        .replace("path = \"tiny/tasks.jsonl\"", "path = \"tasks.jsonl\"")
        .replace("\n[prompt]\n", "date = \"published\"\nfilters = [\"about.level\"]\n\n[prompt]\n");
    user.write("dated/suite.toml", manifest);
    user.write("dated/tasks.jsonl", rows);
    let golds =
        ["def double(n):\n    return 2 * n", "def backwards(t):\n    return t[::-1]", "def evens(n):\n    return n"];
    let samples = golds
        .iter()
        .enumerate()
        .map(|(n, code)| json!({ "task_id": format!("tiny/{n}"), "solution": code }).to_string() + "\n");
    user.write("samples.jsonl", samples.collect::<String>());
    user
}

#[test]
fn a_window_of_dates_and_a_field_choose_tasks_wherever_tasks_are_chosen() {
    let user = with_dates("2024-10-01");
    let score =
        |options: &str| user.run(&format!("score ./dated --samples samples.jsonl --json {options}")).done().json();
    // A date without a time is its first moment: a task of that evening is later.
    for (options, tasks, passed) in [
        ("--since 2024-09-01", 2, 1),
        ("--until 2024-09-01", 1, 1),
        ("--since 2024-08-31 --until 2024-09-02", 2, 2),
        ("--where about.level=easy", 2, 1),
        ("--where about.level=easy --where about.level=hard", 3, 2),
        ("--where about.level=easy --since 2024-09-01 --limit 1", 1, 0),
    ] {
        let json = score(options);
        assert_eq!(
            (&json["n_tasks"], &json["verdicts"]["passed"]),
            (&tasks.into(), &passed.into()),
            "{options} {json}"
        );
    }
    let warnings = score("--since 2024-09-01 --where about.level=easy")["warnings"].to_string();
    assert!(warnings.contains("only the tasks that --since 2024-09-01 --where about.level=easy leaves"), "{warnings}");

    let json = user.run("suite inspect ./dated --since 2024-09-01 --json").done().json();
    assert_eq!(json["task_id"], "tiny/1");
    user.run("suite inspect ./dated --since 2024-09-01 --task tiny/0")
        .fails(2, &["task tiny/0 is not among those that --since 2024-09-01 leaves"]);
    let json = user.run("suite check ./dated --until 2024-09-01 --mutants 1 --json").done().json();
    assert_eq!(json["golds"]["passed"], 1);
    let text = user.run("suite info ./dated").done().text();
    assert!(text.contains("published: --since, --until") && text.contains("about.level: --where"), "{text}");
}

#[test]
fn a_run_is_continued_only_with_the_filters_it_was_started_with() {
    let user = with_dates("2024-10-01");
    let suite = Suite::folder(&user.path("dated"));
    let model = Model::golden(&suite);
    let run = |options: &str| {
        user.run(&format!("run ./dated --base-url {} --model m -o run.assay --json {options}", model.url()))
    };
    let filtered = "--since 2024-09-01 --where about.level=easy";
    assert_eq!(run(filtered).done().json()["n_samples"], 1);
    assert_eq!(run("--where about.level=easy --since 2024-09-01T00:00").done().json()["n_samples"], 1);
    assert_eq!(model.asked().len(), 1, "the same tasks are asked of by other words");
    run("").fails(
        2,
        &["filters.since was \"2024-09-01\", now absent", "filters.where.about.level was [\"easy\"], now absent"],
    );
    run("--since 2024-08-01 --where about.level=easy")
        .fails(2, &["filters.since was \"2024-09-01\", now \"2024-08-01\""]);
    assert_eq!(model.asked().len(), 1);
    let shown = user.run("show run.assay").done().text();
    assert!(shown.contains(filtered), "{shown}");
}

#[test]
fn what_a_suite_cannot_be_asked_for_is_one_error() {
    let user = with_dates("soon");
    let score = "score ./dated --samples samples.jsonl";
    user.run(&format!("{score} --since 2024-09-01"))
        .fails(2, &["--since: task tiny/2 of tiny has no date: its field `published` is \"soon\""]);
    user.run(&format!("{score} --where level=easy"))
        .fails(2, &["--where level: tasks of tiny can be chosen by about.level"]);
    user.run(&format!("{score} --where about.level=esy")).fails(2, &["no task of tiny has that; there are easy, hard"]);
    user.run("suite check demo --since 2024-09-01").fails(2, &["--since: the tasks of demo, python have no dates"]);
    user.run("suite check demo --where x=y").fails(2, &["declares no fields to choose tasks by"]);
    user.run("suite check demo --since 2024-09").fails(2, &["not a date: write YYYY-MM-DD"]);
    user.run("suite check demo --where level").fails(2, &["write FIELD=VALUE"]);
}
