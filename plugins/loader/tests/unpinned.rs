//! Data that a manifest does not pin: what it was found to be is part of what the suite is.

use assay_api::{DataFile, Suite};
use assay_loader::declarative::{Choice, DeclarativeSuite, Manifest};

#[path = "support/given.rs"]
mod given;

use given::{Given, digest};

const MANIFEST: &str = r#"[suite]
id = "made"
version = "1"
title = "Made"
licence = "CC0-1.0"
languages = ["python"]
variants = ["one", "two", "three"]

[[data]]
variant = ["one", "two"]
path = "made/rows.jsonl"
made_from = "a table, one row a line"

[[data]]
variant = "three"
path = "made/pinned.jsonl"
sha256 = "DIGEST"

[task]
id = ["question", "part"]
required = ["answer", "said"]

[prompt.completion]
template = "{{ (said | from_json).question }}"

[extract]
strategy = "raw"

[score]
strategy = "exact"
expected = "answer"
"#;

const ROWS: &str = concat!(
    r#"{"question": "q", "part": 1, "answer": "a", "said": "{\"question\": \"Which?\"}"}"#,
    "\n",
    r#"{"question": "q", "part": 2, "answer": "b", "said": "{}"}"#,
    "\n",
);

fn load(manifest: &str, rows: &str, variant: &str) -> Result<DeclarativeSuite, String> {
    let manifest = manifest.replace("DIGEST", &digest(ROWS));
    let files: &[(&str, &[u8])] = &[("suite.toml", manifest.as_bytes())];
    let choice = Choice { language: None, variant: Some(variant.into()) };
    DeclarativeSuite::load(&files, &Given(rows.into()), &choice).map_err(|error| error.to_string())
}

fn files(suite: &DeclarativeSuite) -> Vec<&DataFile> {
    suite.info().chosen_data().collect()
}

#[test]
fn a_suite_is_another_one_when_data_that_nothing_pins_changes() {
    let suite = load(MANIFEST, ROWS, "one").unwrap();
    let again = load(MANIFEST, ROWS, "one").unwrap();
    let changed = load(MANIFEST, &ROWS.replace("Which?", "What?"), "one").unwrap();
    assert_eq!(suite.info().digest, again.info().digest);
    assert_ne!(suite.info().digest, changed.info().digest);
    assert_eq!(files(&suite)[0].sha256, digest(ROWS));
    assert_ne!(load(MANIFEST, ROWS, "two").unwrap().info().digest, suite.info().digest);
}

#[test]
fn a_suite_whose_data_is_pinned_is_what_its_manifest_says() {
    let files: &[(&str, &[u8])] = &[("suite.toml", MANIFEST.as_bytes())];
    let choice = Choice { language: None, variant: Some("three".into()) };
    let manifest = Manifest::load(&files, &choice).map(|_| ()).map_err(|error| error.to_string());
    assert!(manifest.unwrap_err().contains("`sha256`: write 64"));
    let error = load(MANIFEST, "{}\n", "three").err().unwrap();
    assert!(error.contains("made/pinned.jsonl: sha256 of the content is"), "{error}");
    assert_eq!(load(MANIFEST, ROWS, "three").unwrap().tasks(None).unwrap().items.len(), 2);
}

#[test]
fn only_data_that_is_made_of_something_goes_without_a_digest() {
    for made_from in ["", "url = \"https://example.org/rows.jsonl\""] {
        let manifest = MANIFEST.replacen("made_from = \"a table, one row a line\"", made_from, 1);
        let error = load(&manifest, ROWS, "one").err().unwrap();
        assert!(error.contains("`sha256` is missing: only data that is `made_from` something"), "{error}");
    }
}

#[test]
fn several_fields_name_a_task_and_texts_are_read_as_json() {
    let suite = load(MANIFEST, ROWS, "two").unwrap();
    let tasks = suite.tasks(None).unwrap().items;
    assert_eq!(tasks.iter().map(|task| task.id.as_str()).collect::<Vec<_>>(), ["q/1", "q/2"]);
    let prompt = |task| suite.prompt(task, assay_api::PromptStyle::Completion, &[]);
    let request = prompt(&tasks[0]).unwrap().unwrap();
    assert_eq!(request.prompt, assay_api::Prompt::Text { text: "Which?".into() });
    assert!(prompt(&tasks[1]).is_err());
}

#[test]
fn a_file_is_named_once_for_each_variant() {
    let twice = MANIFEST.replacen(
        "variant = \"three\"\npath = \"made/pinned.jsonl\"\nsha256 = \"DIGEST\"",
        "variant = [\"three\", \"two\"]\npath = \"made/rows.jsonl\"\nmade_from = \"x\"",
        1,
    );
    let error = load(&twice, ROWS, "one").err().unwrap();
    assert!(error.ends_with("`path` \"made/rows.jsonl\" is there twice"), "{error}");
    let unknown = MANIFEST.replacen("\"two\"]\npath", "\"four\"]\npath", 1);
    assert!(load(&unknown, ROWS, "one").err().unwrap().contains("`variant` \"four\" is not among `variants`"));
}
