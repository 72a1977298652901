use std::io::Write as _;
use std::path::PathBuf;

use assay_api::CompletionKind::{Program, Verbatim};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

const TASKS: [&str; 3] = ["HumanEval/0", "HumanEval/1", "test/0"];

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Files(TempDir::new().unwrap())
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap()
}

fn read(content: impl AsRef<[u8]>) -> Result<Vec<Sample>, SamplesError> {
    let files = Files::new();
    read_samples(&files.write("samples.jsonl", content), &TASKS)
}

/// The error without the path before the file's name.
fn error(content: impl AsRef<[u8]>) -> String {
    let text = read(content).unwrap_err().to_string();
    text[text.find("samples.jsonl").unwrap()..].to_owned()
}

fn sample(task_id: &str, index: u64, text: &str, kind: assay_api::CompletionKind, line: usize) -> Sample {
    Sample { task_id: task_id.into(), index, completion: Completion { text: text.into(), kind }, line }
}

const MIXED: &str = r#"
{"task_id": "HumanEval/1", "completion": "    return 1", "extra": [1, {}]}

{"task_id": "HumanEval/0", "solution": "def f(): ...", "completion": "ignored", "_identifier": "HumanEval/0_7"}
{"task_id": "HumanEval/1", "completion": "", "solution": null}
"#;

#[test]
fn human_eval_and_evalplus_rows_are_read_in_the_order_of_the_file() {
    let expected = [
        sample("HumanEval/1", 0, "    return 1", Verbatim, 2),
        sample("HumanEval/0", 0, "def f(): ...", Program, 4),
        sample("HumanEval/1", 1, "", Verbatim, 5),
    ];
    assert_eq!(read(MIXED).unwrap(), expected);
    assert_eq!(read(gzip(MIXED)).unwrap(), expected);
    assert_eq!(read([gzip(&MIXED[..20]), gzip(&MIXED[20..])].concat()).unwrap(), expected);
    assert_eq!(read(MIXED.replace('\n', "\r\n")).unwrap(), expected);
    assert_eq!(read(format!("\u{feff}{}", &MIXED[1..])).unwrap().len(), 3);
}

#[test]
fn explicit_indices_are_kept_and_the_rest_fill_the_gaps() {
    let row = |index: &str| format!("{{\"task_id\": \"test/0\", \"completion\": \"\"{index}}}\n");
    let text = [row(", \"sample_index\": 1"), row(""), row(""), row(", \"sample_index\": 9")].concat();
    let indices: Vec<u64> = read(&text).unwrap().iter().map(|sample| sample.index).collect();
    assert_eq!(indices, [1, 0, 2, 9]);
    assert_eq!(
        error(text + &row(", \"sample_index\": 9")),
        "samples.jsonl:5: task \"test/0\" has a sample 9 already, at line 4: number the samples of a task apart"
    );
}

#[test]
fn evalplus_directories_are_read_in_the_order_of_the_tasks() {
    let files = Files::new();
    files.write("HumanEval_1/0.py", "b");
    files.write("HumanEval_0/10.py", "k");
    files.write("HumanEval_0/2.py", "c");
    files.write("HumanEval_0/notes.txt", "");
    files.write("results.json", "{}");
    let expected = [
        sample("HumanEval/0", 2, "c", Program, 1),
        sample("HumanEval/0", 10, "k", Program, 1),
        sample("HumanEval/1", 0, "b", Program, 1),
    ];
    assert_eq!(read_samples(files.0.path(), &TASKS).unwrap(), expected);
}

#[test]
fn odd_directories_are_errors_that_name_the_file() {
    let error = |names: &[&str]| {
        let files = Files::new();
        names.iter().for_each(|name| drop(files.write(name, "")));
        read_samples(files.0.path(), &TASKS).unwrap_err().to_string()
    };
    let twice = error(&["HumanEval_0/2.py", "HumanEval_0/02.py"]);
    assert!(twice.contains("has a sample 2 already"), "{twice}");
    let unnamed = error(&["HumanEval_0/last.py"]);
    assert!(unnamed.contains("HumanEval_0/last.py: the name is not a sample's index"), "{unnamed}");
    let unknown = error(&["HumanEval_7/0.py"]);
    assert!(unknown.contains("unknown task \"HumanEval_7\": did you mean \"HumanEval/"), "{unknown}");
}

#[test]
fn errors_name_the_file_and_the_line() {
    let good = "{\"task_id\": \"test/0\", \"completion\": \"x\"}\n";
    let after = |line: &str| error(format!("{good}\n{line}\n"));
    assert_eq!(after("{\"task_id\": "), "samples.jsonl:3: not a JSON object: EOF while parsing a value at column 12");
    let long = after(&format!("{:?}", "x".repeat(1_000_000)));
    assert!(long.len() < 1000, "{}", long.len());
    assert!(after("[1]").starts_with("samples.jsonl:3: not a JSON object: invalid type: sequence"));
    assert_eq!(after("{}"), "samples.jsonl:3: `task_id` is missing");
    assert_eq!(after("{\"task_id\": [], \"completion\": \"\"}"), "samples.jsonl:3: `task_id` is not text");
    assert_eq!(after("{\"task_id\": \"test/0\"}"), "samples.jsonl:3: `completion` or `solution` is missing");
    assert_eq!(after("{\"task_id\": \"test/0\", \"completion\": 1}"), "samples.jsonl:3: `completion` is not text");
    assert_eq!(
        after("{\"task_id\": \"test/0\", \"completion\": \"\", \"sample_index\": -1}"),
        "samples.jsonl:3: `sample_index` is not a whole number from 0"
    );
    assert_eq!(
        after("{\"task_id\": \"HumanEval-1\", \"completion\": \"\"}"),
        "samples.jsonl:3: unknown task \"HumanEval-1\": did you mean \"HumanEval/1\"?"
    );
    assert_eq!(
        after("{\"task_id\": \"\\u001b[2J\", \"completion\": \"\"}"),
        "samples.jsonl:3: unknown task \"\\u{1b}[2J\""
    );
    assert_eq!(error([good.as_bytes(), b"\xff\n"].concat()), "samples.jsonl:2: not UTF-8");
}

#[test]
fn nothing_to_read_is_an_error() {
    assert!(error("").starts_with("samples.jsonl: no samples"));
    assert!(error(" \n\n\t\n").starts_with("samples.jsonl: no samples"));
    assert!(read_samples(Files::new().0.path(), &TASKS).unwrap_err().to_string().contains("no samples"));
    let missing = read_samples(&Files::new().0.path().join("none.jsonl"), &TASKS).unwrap_err();
    assert!(matches!(missing.kind, SamplesErrorKind::Io(_)), "{missing}");
}

#[test]
fn a_truncated_gzip_file_is_an_error() {
    let whole = gzip(MIXED);
    assert!(error(&whole[..whole.len() - 9]).starts_with("samples.jsonl:"));
}

#[test]
fn the_authors_example_has_six_samples_of_one_task() {
    let Some(data) = assay_testing::data() else { return };
    let samples = read_samples(&data.join("humaneval/example_samples.jsonl"), &TASKS).unwrap();
    let places: Vec<_> = samples.iter().map(|sample| (sample.task_id.as_str(), sample.index, sample.line)).collect();
    assert_eq!(places, (0..6).map(|n| ("test/0", n as u64, n + 1)).collect::<Vec<_>>());
    assert!(samples.iter().all(|sample| sample.completion.kind == Verbatim));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(texts in prop::collection::vec((0..3usize, any::<String>(), any::<bool>()), 1..20)) {
        let rows = texts.iter().map(|(task, text, whole)| {
            let key = if *whole { "solution" } else { "completion" };
            format!("{}\n", serde_json::json!({ "task_id": TASKS[*task], key: text }))
        });
        let samples = read(rows.collect::<String>()).unwrap();
        prop_assert_eq!(samples.len(), texts.len());
        for (sample, (task, text, whole)) in samples.iter().zip(&texts) {
            let kind = if *whole { Program } else { Verbatim };
            prop_assert_eq!((sample.task_id.as_str(), &sample.completion.text), (TASKS[*task], text));
            prop_assert_eq!(sample.completion.kind, kind);
        }
    }

    #[test]
    fn no_file_makes_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(bytes);
    }
}
