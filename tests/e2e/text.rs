//! A suite of multiple choice: a folder, and no runtime.

use crate::assay::User;
use crate::samples::{jsonl, solution};

const MANIFEST: &str = r#"
[suite]
id = "letters"
version = "1"
title = "Letters"
licence = "CC0-1.0"
languages = []

[[data]]
path = "letters.jsonl"
embedded = true
sha256 = "e5c06ea4a1ef94844864c228520e55d4a1f26aafad92f5e1ab7bbf835b114fcb"

[task]
id = "id"
required = ["question", "options", "letter"]

[prompt.chat]
[[prompt.chat.messages]]
role = "user"
template = "{{ question }} {{ options | join(', ') }}? Answer with a letter."

[extract]
strategy = "raw"

[score]
strategy = "choice"
choices = "options"
expected = "letter"

[reference]
template = "The answer is ({{ letter }})."
"#;

const ROWS: &str = r#"{"id":"l/0","question":"Which","options":["x","y"],"letter":"A"}
{"id":"l/1","question":"Which","options":["x","y"],"letter":"B"}
"#;

#[test]
fn a_suite_of_multiple_choice_is_run_checked_and_shown_without_executing_anything() {
    let user = User::new();
    user.write("suites/letters/letters.jsonl", ROWS);
    user.write("suites/letters/suite.toml", MANIFEST);
    let answers = ["I'd say A.", "The answer is (A)."];
    user.write("samples.jsonl", jsonl(answers.iter().enumerate().map(|(id, text)| solution(&format!("l/{id}"), text))));
    let json = user.run("score letters --samples samples.jsonl -o run.assay --json").done().json();
    assert_eq!((&json["verdicts"]["passed"], &json["verdicts"]["failed"]), (&1.into(), &1.into()), "{json}");
    assert!(user.run("show run.assay --task l/1").done().text().contains("gave \"A\""));
    let again = user.run("rescore run.assay -o again.assay --json").done().json();
    assert_eq!(again["results_digest"], json["results_digest"]);
    user.run("verify run.assay").done();

    let checked = user.run("suite check letters --json").done().json();
    assert_eq!((&checked["golds"]["passed"], &checked["faults"]), (&2.into(), &serde_json::json!([])), "{checked}");
    assert_eq!(user.run("suite info letters --json").done().json()["grading"], "text");
}
