//! The extraction `evalplus` finds what EvalPlus's sanitizer found.

use assay_api::{Completion, CompletionKind};
use assay_loader::extract::evalplus;

/// `{"text", "entry_point", "sanitized"}` in JSON lines: texts, and what `sanitize` of evalplus 0.3.1 (tree-sitter 0.23.2,
/// tree-sitter-python 0.23.6, CPython 3.11.7) made of them.
const SANITIZED: &str = include_str!("evalplus/sanitized.jsonl");

#[test]
fn what_is_left_of_an_answer_is_what_evalplus_leaves() {
    let mut count = 0;
    for line in SANITIZED.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| row[name].as_str().unwrap();
        let completion = Completion { text: text("text").into(), kind: CompletionKind::Reply };
        let code = evalplus("", row["entry_point"].as_str(), &completion).map(|solution| solution.code);
        let expected = Some(text("sanitized")).filter(|code| !code.trim().is_empty());
        assert_eq!(code.as_deref(), expected, "{:?}", text("text"));
        count += 1;
    }
    assert!(count >= 100, "{count}");
}

#[test]
fn what_a_base_model_wrote_goes_after_the_stripped_prompt() {
    let completion = Completion { text: "    return x\n\nprint(f(1))\n".into(), kind: CompletionKind::Continuation };
    let solution = evalplus("\nimport os\n\ndef f(x):\n    \"\"\"One.\"\"\"\n\n", Some("f"), &completion).unwrap();
    assert_eq!(solution.code, "import os\ndef f(x):\n    \"\"\"One.\"\"\"\n    return x");
    assert_eq!(solution.rule, "sanitized");
}
