//! Components that misbehave: one error each, which names the file, and the host goes on.

mod component;

use std::fs;
use std::path::PathBuf;

use assay_api::{Choice, Outcome, Suite, SuiteError, Task};
use assay_component::{Budget, CodeKey, CodeStore, SuiteComponent};
use assay_loader::declarative::DataDirectory;
use assay_loader::plugin::{Plugin, PluginError};
use component::{Answer, INFO, component, deciding};
use tempfile::TempDir;

/// Enough for what is no loop.
const BUDGET: Budget = Budget { fuel: 100_000_000, memory_bytes: 64 << 20 };

struct Folder(TempDir);

impl CodeStore for Folder {
    fn file(&self, key: &CodeKey, compile: &mut dyn FnMut() -> Result<Vec<u8>, String>) -> Result<PathBuf, String> {
        let path = self.0.path().join(&key.component);
        if !path.exists() {
            fs::write(&path, compile()?).unwrap();
        }
        Ok(path)
    }
}

fn load(content: impl AsRef<[u8]>) -> Result<Plugin, PluginError> {
    let folder = Folder(tempfile::tempdir().unwrap());
    let file = folder.0.path().join("bad.wasm");
    fs::write(&file, content).unwrap();
    SuiteComponent::read(&file)?.load(&folder, BUDGET)
}

fn loaded(content: impl AsRef<[u8]>) -> Plugin {
    load(content).unwrap_or_else(|error| panic!("{error}"))
}

fn suite(tasks: Answer<'_>) -> impl Suite {
    let plugin = loaded(component(Answer::Text(INFO), tasks));
    plugin.load(&Choice::default(), &DataDirectory("nowhere".into())).unwrap()
}

/// What a suite says whose `tasks` is so.
fn said(tasks: Answer<'_>) -> String {
    let suite = suite(tasks);
    let errors = [suite.tasks(None), suite.tasks(None)].map(Result::unwrap_err);
    assert_eq!(errors[0], errors[1], "the next call finds nothing of this one");
    match &errors[0] {
        SuiteError::Internal(message) => {
            assert!(message.contains("bad.wasm: tasks: ") && !message.contains('\n'), "{message}");
            message.clone()
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_said(tasks: Answer<'_>, expected: &str) {
    let message = said(tasks);
    assert!(message.contains(expected), "{expected}: {message}");
}

#[test]
fn a_component_that_behaves_is_heard() {
    let page = suite(Answer::Text(r#"{"items": [{"id": "T/0", "fields": {"a": 1}}], "next": "2", "more": true}"#));
    let page = page.tasks(None).unwrap();
    assert_eq!((page.items[0].id.as_str(), page.next.as_deref()), ("T/0", Some("2")));
}

#[test]
fn a_component_may_say_when_a_verdict_is_known_and_need_not() {
    let decided = |content: Vec<u8>| {
        let suite = loaded(content).load(&Choice::default(), &DataDirectory("nowhere".into())).unwrap();
        let task = Task { id: "T/0".into(), subset: String::new(), fields: serde_json::Map::new() };
        let ask = || suite.is_decided(&task, &[Outcome::infra("")]);
        assert_eq!(ask(), ask());
        ask()
    };
    assert_eq!(decided(deciding(Answer::Text("true"))), Ok(true));
    assert_eq!(decided(deciding(Answer::Text("false"))), Ok(false));
    assert_eq!(decided(deciding(Answer::Failure(1, "not today"))), Ok(false));
    assert_eq!(decided(component(Answer::Text(INFO), Answer::Text(""))), Ok(false), "one that lacks the interface");
    let wrong = decided(deciding(Answer::Text("\"maybe\""))).unwrap_err().to_string();
    assert!(wrong.contains("bad.wasm: is_decided: the response is not what it should be"), "{wrong}");
    let trapped = decided(deciding(Answer::Code("unreachable"))).unwrap_err().to_string();
    assert!(trapped.contains("bad.wasm: is_decided: it trapped"), "{trapped}");
}

#[test]
fn a_component_that_loops_runs_out_of_fuel() {
    assert_said(Answer::Code("(loop (br 0)) unreachable"), "it used up its fuel");
}

#[test]
fn a_component_that_allocates_without_end_is_stopped() {
    let grow = "(loop (drop (memory.grow (i32.const 16))) (br 0)) unreachable";
    assert_said(Answer::Code(grow), "it needs more than 64 MiB of memory");
    assert_said(Answer::Code("(drop (memory.grow (i32.const 60000))) unreachable"), "it needs more than 64 MiB");
    let table = "(drop (table.grow (ref.null func) (i32.const 20000000))) unreachable";
    assert_said(Answer::Code(table), "its tables need more than");
}

#[test]
fn a_component_that_traps_is_told() {
    assert_said(Answer::Code("unreachable"), "it trapped: ");
    assert_said(Answer::Code("(i32.div_u (i32.const 1) (i32.const 0))"), "it trapped: integer divide by zero");
    assert_said(Answer::Code("(call $tasks (i32.const 0) (i32.const 0))"), "it trapped: call stack exhausted");
    assert_said(Answer::Code("(i32.load (i32.const -1))"), "it trapped: out of bounds memory access");
}

#[test]
fn a_component_that_answers_nonsense_is_told() {
    assert_said(Answer::Text("not json"), "the response is not what it should be");
    assert_said(Answer::Text(r#"{"items": 7}"#), "the response is not what it should be");
    assert_said(Answer::Text(r#"{"items": [{"fields": {}}]}"#), "missing field `id`");
    // Results where there is no memory, texts that are none, cases that are not there.
    assert_said(Answer::Code("(i32.const -16)"), "");
    assert_said(Answer::Code("(i32.const 3)"), "");
    assert_said(Answer::Result("\\00\\00\\00\\00", 0x7fff_0000, 0x7fff_ffff), "");
    assert_said(Answer::Result("\\09\\00\\00\\00", 0, 0), "");
    assert_said(Answer::Bytes("\\ff\\fe"), "utf-8");
}

#[test]
fn a_component_that_fails_says_why_in_its_own_words() {
    let unsupported = suite(Answer::Failure(1, "not today")).tasks(None).unwrap_err();
    assert_eq!(unsupported, SuiteError::Unsupported("not today".into()));
    let other = suite(Answer::Failure(2, "no luck")).tasks(None).unwrap_err();
    assert_eq!(other, SuiteError::Internal("no luck".into()));
    let long = "x".repeat(5000);
    let SuiteError::Internal(message) = suite(Answer::Failure(2, &long)).tasks(None).unwrap_err() else { panic!() };
    assert_eq!(message.len(), 1004);
}

#[test]
fn an_info_that_cannot_be_is_refused() {
    let cases = [
        (INFO.replace("\"hostile\"", "\"../up\""), "`id` is \"../up\""),
        (INFO.replace("[\"python\"]", "[]"), "`languages` is empty"),
        (INFO.replace("\"1\"", "1"), "the response is not what it should be"),
        (INFO.replace("\"data\": []", r#""data": [{"path": "/etc/passwd", "sha256": ""}]"#), "write a relative path"),
        (INFO.replace("\"data\": []", r#""calibration": {"factor": 1, "floor": 1, "ceiling": 1}"#), "`calibration`"),
        (INFO.replace("\"data\": []", r#""language": "cobol""#), "`language` is cobol, it should be none"),
    ];
    for (info, expected) in cases {
        let plugin = loaded(component(Answer::Text(&info), Answer::Code("unreachable")));
        let message = plugin.info(&Choice::default()).unwrap_err().to_string();
        assert!(message.contains("bad.wasm: info: ") && message.contains(expected), "{expected}: {message}");
    }
    let plugin = loaded(component(Answer::Code("unreachable"), Answer::Code("unreachable")));
    let message = plugin.info(&Choice::default()).unwrap_err().to_string();
    assert!(message.contains("bad.wasm: info: it trapped"), "{message}");
}

#[test]
fn what_is_no_suite_is_refused() {
    let wat = |text: &str| wat::parse_str(text).unwrap();
    let whole = component(Answer::Text(INFO), Answer::Code("unreachable"));
    let cases = [
        (b"#!/bin/sh".to_vec(), "it is not a WebAssembly component"),
        (Vec::new(), "it is not a WebAssembly component"),
        (wat("(module)"), "it is not a WebAssembly component"),
        (whole[..whole.len() / 2].to_vec(), "it does not compile"),
        (wat("(component)"), "it is not a suite as suite.wit says"),
        (
            wat(r#"(component (import "wasi:cli/environment@0.2.0" (instance (export "f" (func)))))"#),
            "it imports `wasi:cli/environment@0.2.0`, and a suite gets nothing but its data; build it without WASI",
        ),
        (
            wat(r#"(component (import "assay:suite/data@1.0.0" (instance (export "write" (func)))))"#),
            "it is not a suite as suite.wit says",
        ),
    ];
    for (content, expected) in cases {
        let message = load(content).err().expect(expected).to_string();
        assert!(message.contains("bad.wasm: ") && message.contains(expected), "{expected}: {message}");
    }
}
