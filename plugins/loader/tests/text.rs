//! Suites whose answers are judged by their text: nothing is executed for them.

use assay_api::{Completion, CompletionKind, Grading, Solution, Suite as _, Verdict};
use assay_loader::declarative::{Choice, DeclarativeSuite, LoadError};

use given::{Given, digest};

#[path = "support/given.rs"]
mod given;

const ROWS: &str = r#"{"id": "q/0", "question": "Six times seven?", "right": ["42", "forty-two"], "options": ["6", "42", "49"], "letter": "B", "names": ["punctuation:no_comma"], "given": [{"x": null}], "functions": [{"name": "f", "parameters": {"required": ["x"], "properties": {"x": {"type": "integer"}, "y": {"type": "string"}}}}], "calls": [{"f": {"x": [1, 2], "y": ["a b"]}}]}
{"id": "q/1", "question": "How many letters has none?", "right": 4, "options": {"A": "4", "B": "5"}, "letter": 0, "names": ["a:b"], "given": [{}], "functions": [], "calls": [{"g": {}}]}
"#;

fn load(score: &str) -> Result<DeclarativeSuite, LoadError> {
    let manifest = format!(
        r#"
[suite]
id = "words"
version = "1"
title = "Words"
licence = "CC0-1.0"
languages = []

[[data]]
path = "words.jsonl"
sha256 = "{}"

[task]
id = "id"
required = ["question", "right", "options", "letter", "names", "given", "functions", "calls"]

[prompt.chat]
[[prompt.chat.messages]]
role = "user"
template = "{{{{ question }}}}"

[extract]
strategy = "raw"

[score]
{score}

[reference]
template = "{{{{ letter }}}}"
"#,
        digest(ROWS)
    );
    let files: &[(&str, &[u8])] = &[("suite.toml", manifest.as_bytes())];
    DeclarativeSuite::load(&files, &Given(ROWS.into()), &Choice::default())
}

/// The verdict on an answer to the task at `index`.
fn verdict(suite: &DeclarativeSuite, index: usize, text: &str) -> Verdict {
    let task = &suite.tasks(None).unwrap().items[index];
    let completion = Completion { text: text.into(), kind: CompletionKind::Reply };
    let solution = suite.extract(task, &completion).unwrap().unwrap();
    assert!(suite.programs(task, &solution).unwrap().is_empty());
    suite.text_verdict(task, &solution).unwrap().unwrap().verdict
}

#[test]
fn a_text_is_right_or_wrong_by_itself() {
    let exact = load("strategy = \"exact\"\nexpected = \"right\"\nignore = [\"case\"]").unwrap();
    assert_eq!((exact.info().grading, exact.info().runtimes.len()), (Grading::Text, 0));
    assert!(verdict(&exact, 0, "Forty-Two\n").passed() && verdict(&exact, 1, "4").passed());
    assert!(!verdict(&exact, 0, "4 2").passed() && !verdict(&exact, 1, "42").passed());

    let pattern = "strategy = \"regex\"\npattern = '(\\d+)'\npick = \"last\"\nexpected = \"right\"";
    let pattern = load(pattern).unwrap();
    assert!(verdict(&pattern, 0, "6 x 7 = 42.").passed() && !verdict(&pattern, 0, "42, not 41").passed());

    let choice = load("strategy = \"choice\"\nchoices = \"options\"\nexpected = \"letter\"").unwrap();
    assert!(verdict(&choice, 0, "The answer is (B).").passed() && verdict(&choice, 1, "a").passed());
    assert!(!verdict(&choice, 1, "The answer is (B).").passed());
}

#[test]
fn instructions_are_followed_or_not() {
    let instructions = load("strategy = \"instructions\"\ninstructions = \"names\"\narguments = \"given\"").unwrap();
    assert_eq!(instructions.info().metrics, ["loose", "instructions", "loose_instructions"]);
    assert!(verdict(&instructions, 0, "forty-two").passed() && !verdict(&instructions, 0, "FORTY, TWO").passed());
    let task = &instructions.tasks(None).unwrap().items[1];
    let solution = Solution { code: "4".into(), rule: "verbatim".into() };
    let error = instructions.text_verdict(task, &solution).unwrap_err().to_string();
    assert!(error.contains("q/1") && error.contains("unknown variant `a:b`"), "{error}");
}

#[test]
fn calls_are_right_or_wrong() {
    let table = "strategy = \"call-match\"\nfunctions = \"functions\"\ncalls = \"calls\"";
    let calls = load(table).unwrap();
    assert!(verdict(&calls, 0, "f(x=2, y='A B')").passed() && verdict(&calls, 0, "[f(y='a-b', x=1)]").passed());
    for wrong in ["f(x=3, y='a b')", "f(x=1)", "f(x=1.0, y='ab')", "g(x=1, y='ab')", "f(x=1, y='ab', z=1)", "x"] {
        assert!(!verdict(&calls, 0, wrong).passed(), "{wrong}");
    }
    let none = load(&format!("{table}\nexpected = \"no-call\"")).unwrap();
    assert!(verdict(&none, 0, "No.").passed() && !verdict(&none, 0, "f()").passed());
    let task = &calls.tasks(None).unwrap().items[1];
    let solution = Solution { code: "f()".into(), rule: "verbatim".into() };
    let error = calls.text_verdict(task, &solution).unwrap_err().to_string();
    assert!(error.contains("q/1") && error.contains("function \"g\" is not described"), "{error}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (score, expected) in [
        ("strategy = \"exact\"\nexpected = \"wrong\"", "[score] names `wrong`, which is not a field"),
        ("strategy = \"choice\"\nchoices = \"wrong\"\nexpected = \"letter\"", "[score] names `wrong`"),
        ("strategy = \"instructions\"\ninstructions = \"names\"\narguments = \"args\"", "[score] names `args`"),
        ("strategy = \"call-match\"\nfunctions = \"given\"\ncalls = \"call\"", "[score] names `call`"),
        ("strategy = \"regex\"\npattern = '('", "\"(\" is no pattern"),
        ("strategy = \"exact\"\nexpected = \"right\"\nignore = [\"vowels\"]", "unknown variant `vowels`"),
        ("strategy = \"exit-code\"", "a suite needs [program]"),
        (
            "strategy = \"exact\"\nexpected = \"right\"\n[program]\nruntime = \"python\"\n\
             entry = { kind = \"script\", path = \"s.py\" }\n[program.files]\n\"s.py\" = \"\"",
            "need no [program]",
        ),
        ("strategy = \"exact\"\nexpected = \"right\"\n[limits]\nfuel = 9", "need no `fuel`"),
    ] {
        let message = load(score).err().unwrap().to_string();
        assert!(message.contains(expected) && message.contains("suite.toml"), "{message}");
    }
    let suite = load("strategy = \"choice\"\nchoices = \"options\"\nexpected = \"question\"").unwrap();
    let task = &suite.tasks(None).unwrap().items[0];
    let gold = suite.reference(task).unwrap().unwrap();
    assert!(suite.text_verdict(task, &gold).unwrap_err().to_string().contains("field `question` is not the letter"));
}
