//! Suites that have several languages or variants.

use std::io;

use assay_api::{DataFile, PromptStyle, Suite};
use assay_loader::declarative::{Choice, DataSource, DeclarativeSuite, LoadError};
use sha2::{Digest, Sha256};

const MANIFEST: &str = r#"[suite]
id = "many"
version = "1"
title = "Many"
licence = "CC0-1.0"
languages = ["javascript", "python"]
variants = ["plain", "hard"]

[[data]]
path = "plain-js.jsonl"
url = "https://example.org/1"
sha256 = "PLAIN-JS"
language = "javascript"
variant = "plain"

[[data]]
path = "plain-py.jsonl"
url = "https://example.org/2"
sha256 = "PLAIN-PY"
language = "python"
variant = "plain"

[[data]]
path = "hard.json"
url = "https://example.org/3"
sha256 = "HARD"
variant = "hard"

[task]
id = "id"
required = ["prompt"]

[prompt.completion]
template = "{{ prompt }}"
stop = ["both"]

[extract]
strategy = "python-function"
prompt = "prompt"

[language.javascript.extract]
strategy = "javascript-function"

[program]
runtime = "python"
entry = { kind = "tests", solution = "{{ id }}/s", tests = "t" }
beside = ["extra"]

[program.files]
"{{ id }}/s" = "{{ solution }}"
"t" = "{{ id }}"

[language.javascript.program]
runtime = "javascript"

[variant.hard.prompt.completion]
stop = ["hard"]

[variant.hard.task]
required = ["prompt", "id"]
optional = ["extra"]

[variant.plain.task]
required = ["prompt", "id", "extra"]

[score]
strategy = "tests-one-instance"
"#;

const PLAIN_JS: &str =
    "{\"id\": \"js\", \"prompt\": \"function f() {\\n\", \"extra\": {\"a/b.txt\": \"B\", \"t\": \"not this\"}}\n";
const PLAIN_PY: &str = "{\"id\": \"py\", \"prompt\": \"def f():\\n\", \"extra\": {\"../b\": \"B\"}}\n";
const HARD: &str = "[{\"id\": \"../h\", \"prompt\": \"\"},\n {\"id\": \"i\", \"prompt\": \"\"}]\n";

struct Files;

impl DataSource for Files {
    fn read(&self, file: &DataFile) -> io::Result<Vec<u8>> {
        let content = match file.path.as_str() {
            "plain-js.jsonl" => PLAIN_JS,
            "plain-py.jsonl" => PLAIN_PY,
            _ => HARD,
        };
        Ok(content.into())
    }
}

fn digest(content: &str) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn load_from(manifest: &str, language: Option<&str>, variant: Option<&str>) -> Result<DeclarativeSuite, LoadError> {
    let manifest = manifest.replace("PLAIN-JS", &digest(PLAIN_JS)).replace("PLAIN-PY", &digest(PLAIN_PY));
    let manifest = manifest.replace("HARD", &digest(HARD));
    let files: &[(&str, &[u8])] = &[("suite.toml", manifest.as_bytes())];
    let choice = Choice { language: language.map(str::to_owned), variant: variant.map(str::to_owned) };
    DeclarativeSuite::load(&files, &Files, &choice)
}

fn load(language: Option<&str>, variant: Option<&str>) -> DeclarativeSuite {
    load_from(MANIFEST, language, variant).unwrap()
}

fn ids(suite: &DeclarativeSuite) -> Vec<String> {
    suite.tasks(None).unwrap().items.into_iter().map(|task| task.id).collect()
}

#[test]
fn the_first_language_and_variant_are_meant_where_none_is_named() {
    let suite = load(None, None);
    assert_eq!(suite.info().label(), "many, plain, javascript");
    assert_eq!((ids(&suite), &suite.info().runtimes), (vec!["js".to_owned()], &vec!["javascript".to_owned()]));
    assert_eq!(suite.info().data.len(), 3);
    let named = load(Some("javascript"), Some("plain"));
    assert_eq!(named.info(), suite.info());
}

#[test]
fn what_is_chosen_lays_its_tables_over_the_manifest() {
    let suite = load(Some("python"), Some("hard"));
    assert_eq!((ids(&suite), &suite.info().runtimes), (vec!["../h".into(), "i".into()], &vec!["python".to_owned()]));
    let stop = |suite: &DeclarativeSuite| {
        let task = &suite.tasks(None).unwrap().items[0];
        suite.prompt(task, PromptStyle::Completion, &[]).unwrap().unwrap().stop
    };
    assert_eq!((stop(&suite), stop(&load(Some("python"), None))), (vec!["hard".into()], vec!["both".into()]));
}

#[test]
fn what_is_replaced_leaves_nothing_of_what_was_there() {
    let with = |replaces: &str| {
        let instead = format!("[variant.hard]\nreplaces = {replaces}\n[variant.hard.extract]\nstrategy = \"raw\"\n");
        let manifest = MANIFEST.replacen("[variant.hard.task]", &format!("{instead}\n[variant.hard.task]"), 1);
        load_from(&manifest, Some("python"), Some("hard")).map_err(|error| error.to_string())
    };
    let suite = with("[\"extract\", \"prompt.completion.stop\"]").unwrap();
    assert_eq!(ids(&suite), ["../h", "i"]);
    assert!(with("[]").err().unwrap().contains("unknown field `prompt`"));
    assert!(with("[\"extract.none\"]").err().unwrap().contains("`replaces` names what is not there"));
    assert!(with("5").err().unwrap().contains("`replaces` is a list"));
}

#[test]
fn each_choice_has_a_digest_of_its_own() {
    let choices = [(None, None), (Some("python"), None), (None, Some("hard")), (Some("python"), Some("hard"))];
    let digests = choices.map(|(language, variant)| load(language, variant).info().digest.clone());
    assert_eq!(digests.iter().collect::<std::collections::HashSet<_>>().len(), 4);
}

#[test]
fn what_is_not_there_cannot_be_chosen() {
    let error = |language, variant| load_from(MANIFEST, language, variant).err().unwrap().to_string();
    assert_eq!(error(Some("ruby"), None), "there is no language `ruby`: there are javascript, python");
    assert_eq!(error(None, Some("odd")), "there is no variant `odd`: there are plain, hard");
}

#[test]
fn manifests_that_contradict_themselves_are_named_with_their_line() {
    let with = |old: &str, new: &str| {
        assert!(MANIFEST.contains(old), "{old}");
        load_from(&MANIFEST.replacen(old, new, 1), None, None).err().unwrap().to_string()
    };
    let line = |text: &str| 1 + MANIFEST.lines().position(|line| line.contains(text)).unwrap();
    let unlisted = with("[language.javascript.program]", "[language.ruby.program]");
    let expected = format!("suite.toml:{}: language `ruby` is not among `languages` in [suite]", line("ript.program]"));
    assert_eq!(unlisted, expected);
    assert!(with("variant = \"hard\"", "variant = \"odd\"").contains("`variant` \"odd\" is not among `variants`"));
    assert!(with("[variant.plain.task]", "[variant.plain.suite]").contains("[suite] is the same for all"));
    let overlaid = with("[language.javascript.program]\n", "[language.javascript.program]\nfoo = 1\n");
    assert!(
        overlaid.starts_with(&format!("suite.toml:{}: unknown field `foo`", line("ript.program]") + 1)),
        "{overlaid}"
    );
    assert!(
        with("language = \"javascript\"\nvariant = \"plain\"", "language = \"python\"").contains("has no [[data]]")
    );
    assert!(with("beside = [\"extra\"]", "beside = [\"other\"]").contains("`beside` names `other`"));
}

#[test]
fn a_programs_paths_are_templates_and_a_field_may_hold_files() {
    let suite = load(None, None);
    let task = &suite.tasks(None).unwrap().items[0];
    let solution = assay_api::Solution { code: "S".into(), rule: String::new() };
    let programs = suite.programs(task, &solution).unwrap();
    let files: Vec<(&str, &str)> = programs[0].files.iter().map(|f| (f.path.as_str(), f.text.as_str())).collect();
    assert_eq!(files, [("t", "js"), ("js/s", "S"), ("a/b.txt", "B")]);
    assert_eq!(programs[0].entry, assay_api::Entry::tests("js/s", "t"));
}

#[test]
fn no_path_leaves_the_working_directory() {
    let solution = assay_api::Solution { code: "S".into(), rule: String::new() };
    for (language, variant, expected) in [
        ("python", "hard", "\"../h/s\" is not a path inside"),
        ("python", "plain", "field `extra`: the path \"../b\" is not inside"),
    ] {
        let suite = load(Some(language), Some(variant));
        let task = &suite.tasks(None).unwrap().items[0];
        let error = suite.programs(task, &solution).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn rows_of_an_array_are_named_by_their_place() {
    let error = |content: &str| {
        let manifest = MANIFEST.replace("HARD", &digest(content)).replace("PLAIN-JS", &digest("a"));
        let manifest = manifest.replace("PLAIN-PY", &digest("a"));
        let files: &[(&str, &[u8])] = &[("suite.toml", manifest.as_bytes())];
        struct Given(Vec<u8>);
        impl DataSource for Given {
            fn read(&self, _: &DataFile) -> io::Result<Vec<u8>> {
                Ok(self.0.clone())
            }
        }
        let choice = Choice { variant: Some("hard".into()), ..Choice::default() };
        DeclarativeSuite::load(&files, &Given(content.into()), &choice).err().unwrap().to_string()
    };
    assert_eq!(
        error("[{\"id\": 1, \"prompt\": \"\"},\n{\"id\": 2}]"),
        "hard.json:1: element 2: task \"2\": field `prompt` is missing"
    );
    let twice = error("[{\"id\": 1, \"prompt\": \"\"}, {\"id\": 1, \"prompt\": \"\"}]");
    assert_eq!(twice, "hard.json:1: element 2: task \"1\" is already at element 1 of hard.json");
    assert!(error("[{},\n 1]").starts_with("hard.json:2: not a JSON array of objects: "));
}

#[test]
fn tables_of_csv_have_a_task_in_each_row() {
    struct Given(String);
    impl DataSource for Given {
        fn read(&self, _: &DataFile) -> io::Result<Vec<u8>> {
            Ok(self.0.clone().into())
        }
    }
    let load = |content: &str, more: &str| {
        let digest = digest(content);
        let manifest = format!(
            r#"
            [suite]
            id = "table"
            version = "1"
            title = "A table"
            licence = "CC0-1.0"
            languages = ["python"]
            [[data]]
            path = "table.csv"
            sha256 = "{digest}"
            [task]
            id = "id"
            required = ["question", "right"]
            {more}
            [prompt.chat]
            messages = [{{ role = "user", template = "{{{{ question }}}}" }}]
            [extract]
            strategy = "raw"
            [score]
            strategy = "exact"
            expected = "right"
            "#
        );
        let files: &[(&str, &[u8])] = &[("suite.toml", manifest.as_bytes())];
        DeclarativeSuite::load(&files, &Given(content.into()), &Choice::default())
    };
    let content = "\u{feff}id,question,right\r\n7,\"What is\n\"\"1, 2\"\"?\",007\r\na/b,,ü\r\n";
    let tasks = load(content, "").unwrap().tasks(None).unwrap().items;
    let texts = |field| tasks.iter().map(|task| task.text(field).unwrap()).collect::<Vec<_>>();
    assert_eq!(tasks.iter().map(|task| task.id.as_str()).collect::<Vec<_>>(), ["7", "a/b"]);
    assert_eq!(texts("question"), ["What is\n\"1, 2\"?", ""]);
    assert_eq!(texts("right"), ["007", "ü"]);

    let error = |content: &str| load(content, "").err().unwrap().to_string();
    let header = "id,question,right\n";
    assert_eq!(
        error(&format!("{header}1,\"a\nb\",c\n2,a\n")),
        "table.csv:4: the row has 2 fields, where the first row names 3"
    );
    assert_eq!(error(&format!("{header}1,a,b\n1,a,b\n")), "table.csv:3: task \"1\" is already at table.csv:2");
    assert_eq!(error("id,right\n1,a\n"), "table.csv:2: task \"1\": field `question` is missing");
    assert_eq!(error("id,right,id\n"), "table.csv:1: two columns are called \"id\"");
    let verbatim = load("id,question,right\n", "verbatim = [\"right\"]").err().unwrap().to_string();
    assert_eq!(verbatim, "table.csv:1: `verbatim` fields are read from JSON lines only");
}
