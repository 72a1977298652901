//! A suite whose answers say how to change a file.

use assay_api::{Completion, CompletionKind, Suite, Task, Verdict};
use assay_loader::declarative::{Choice, DeclarativeSuite};

#[path = "support/given.rs"]
mod given;

use given::{Given, digest};

const MANIFEST: &str = r#"[suite]
id = "fixes"
version = "1"
title = "Fixes"
licence = "CC0-1.0"
languages = ["python"]
variants = ["edit-blocks", "unified-diff"]

[[data]]
path = "fixes.jsonl"
sha256 = "DIGEST"

[task]
id = "id"
required = ["id", "before", "after", "tests"]

[prompt.chat]
[[prompt.chat.messages]]
role = "user"
template = "Fix {{ id }}.py:\n```python\n{{ before }}```\n"

[variant.edit-blocks.extract]
strategy = "edit-blocks"
file = "{{ id }}.py"
original = "{{ before }}"

[variant.unified-diff.extract]
strategy = "unified-diff"
file = "{{ id }}.py"
original = "{{ before }}"

[program]
runtime = "python"
entry = { kind = "tests", solution = "{{ id }}.py", tests = "tests.py" }
[program.files]
"{{ id }}.py" = "{{ solution }}"
"tests.py" = "{{ tests }}"

[score]
strategy = "tests-one-instance"

[reference]
template = "{{ after }}"
"#;

const ROW: &str = r#"{"id": "double", "before": "def double(n):\n    return n + 2\n", "after": "def double(n):\n    return n * 2\n", "tests": "assert double(3) == 6"}"#;

fn load(variant: &str) -> (DeclarativeSuite, Task) {
    let manifest = MANIFEST.replace("DIGEST", &digest(ROW));
    let files: &[(&str, &[u8])] = &[("suite.toml", manifest.as_bytes())];
    let choice = Choice { language: None, variant: Some(variant.into()) };
    let suite = DeclarativeSuite::load(&files, &Given(ROW.into()), &choice).unwrap();
    let task = suite.tasks(None).unwrap().items.remove(0);
    (suite, task)
}

fn reply(text: &str) -> Completion {
    Completion { text: text.into(), kind: CompletionKind::Reply }
}

const BLOCK: &str =
    "double.py\n```python\n<<<<<<< SEARCH\n    return n + 2\n=======\n    return n * 2\n>>>>>>> REPLACE\n```\n";
const DIFF: &str =
    "```diff\n--- double.py\n+++ double.py\n@@ ... @@\n def double(n):\n-    return n + 2\n+    return n * 2\n```\n";

#[test]
fn the_solution_is_the_whole_file_as_it_becomes() {
    for (variant, text) in [("edit-blocks", BLOCK), ("unified-diff", DIFF)] {
        let (suite, task) = load(variant);
        let solution = suite.extract(&task, &reply(text)).unwrap().unwrap();
        assert_eq!(Some(&solution.code), suite.reference(&task).unwrap().map(|gold| gold.code).as_ref());
        assert_eq!(suite.text_verdict(&task, &solution).unwrap(), None);
        let program = suite.programs(&task, &solution).unwrap().remove(0);
        assert_eq!(program.file("double.py"), task.text("after"));
    }
}

#[test]
fn what_can_not_be_applied_fails_with_its_reason_and_is_not_executed() {
    for (variant, text, reason) in [
        ("edit-blocks", BLOCK.replace("n + 2", "n + 1"), "block 1: its SEARCH lines are not in double.py"),
        ("edit-blocks", BLOCK.replace("=======\n", ""), "block 1: its `=======` is missing"),
        ("unified-diff", DIFF.replace("n + 2", "n + 1"), "hunk 1: its lines are not in double.py"),
        ("unified-diff", DIFF.replace("+ double.py", "+ half.py"), "hunk 1 is of \"half.py\", not of double.py"),
    ] {
        let (suite, task) = load(variant);
        let solution = suite.extract(&task, &reply(&text)).unwrap().unwrap();
        assert_eq!(solution.rule, "unapplied");
        let verdict = suite.text_verdict(&task, &solution).unwrap().unwrap().verdict;
        let Verdict::Failed(failure) = verdict else { panic!("{verdict:?}") };
        assert_eq!((failure.cause.as_str(), failure.detail.as_str()), ("edit", reason));
    }
}

#[test]
fn an_answer_without_edits_is_none() {
    for variant in ["edit-blocks", "unified-diff"] {
        let (suite, task) = load(variant);
        assert_eq!(suite.extract(&task, &reply("```python\ndef double(n):\n    return n * 2\n```")).unwrap(), None);
    }
}
