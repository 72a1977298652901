//! What holds of extraction whatever the model wrote.

use assay_api::{Completion, CompletionKind, Solution};
use assay_loader::extract::python_function;
use proptest::prelude::*;

const PROMPT: &str = "from typing import List\n\n\ndef f(x: List[int]) -> int:\n    \"\"\" Doc. \"\"\"\n";

fn extract(text: &str, kind: CompletionKind) -> Option<Solution> {
    python_function(PROMPT, Some("f"), &Completion { text: text.into(), kind })
}

const KINDS: [CompletionKind; 4] =
    [CompletionKind::Reply, CompletionKind::Continuation, CompletionKind::Verbatim, CompletionKind::Program];

/// The pieces that extraction looks at, and some that it must not stumble over.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "```",
        "```python",
        "~~~",
        "````",
        "\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "    ",
        "\t",
        "<think>",
        "</think>",
        "def f(x):",
        "return x",
        "class Solution:",
        "import os",
        "from a import b as c",
        "async ",
        "@",
        "\"\"\"",
        "'''",
        "'",
        "\"",
        "f'",
        "f\"\"\"",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "\\",
        "#",
        ":",
        ";",
        "=",
        "x",
        "0",
        "…",
        "é",
        "\u{feff}",
        "\0",
        "- ",
        "1. ",
        "from __future__ import annotations",
        "if x:",
        "else:",
        "pass",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..60).prop_map(|pieces| pieces.concat())
}

/// Prose that begins no block and no reasoning of its own.
fn prose() -> impl Strategy<Value = String> {
    prop::collection::vec("[A-Za-z ,.'!?()-]{0,40}", 0..4).prop_map(|lines| lines.join("\n"))
}

/// A function whose body is made of statements that Python accepts.
fn function() -> impl Strategy<Value = String> {
    let statement = prop::sample::select(vec![
        "y = 'a```b'",
        "for a in x:\n        y = a",
        "# it's a comment",
        "y = \"\"\"\n```\n  text\n\"\"\"",
        "y = {\n  'a': [1,\n2]}",
        "if x: return 1",
        "def g():\n        return 2",
        "",
        "y = f'{x!r:>{3}}'",
    ]);
    prop::collection::vec(statement, 0..6)
        .prop_map(|body| format!("def f(x):\n    {}\n    return 0\n", body.join("\n    ")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_a_model_writes_makes_extraction_panic_or_give_two_answers(text in text()) {
        for kind in KINDS {
            prop_assert_eq!(extract(&text, kind), extract(&text, kind));
        }
    }

    #[test]
    fn exact_kinds_are_exact(text in text()) {
        prop_assert_eq!(extract(&text, CompletionKind::Verbatim).unwrap().code, format!("{PROMPT}{text}"));
        prop_assert_eq!(extract(&text, CompletionKind::Program).unwrap().code, text);
    }

    #[test]
    fn a_continuation_only_ever_loses_its_end(text in text()) {
        if let Some(solution) = extract(&text, CompletionKind::Continuation) && solution.rule == "continuation" {
            let whole = format!("{PROMPT}{text}");
            prop_assert!(whole.starts_with(&solution.code) && solution.code.len() > PROMPT.len());
        }
    }

    #[test]
    fn a_fenced_function_is_kept_to_the_byte(code in function(), before in prose(), after in prose()) {
        let solution = extract(&format!("{before}\n\n```python\n{code}```\n\n{after}"), CompletionKind::Reply).unwrap();
        prop_assert_eq!(solution.rule, "fenced");
        prop_assert!(solution.code.ends_with(&code), "{}", solution.code);
    }

    #[test]
    fn a_bare_function_is_kept_to_the_byte(code in function()) {
        for kind in [CompletionKind::Reply, CompletionKind::Continuation] {
            let solution = extract(&code, kind).unwrap();
            prop_assert_eq!(&solution.rule, "bare-code");
            prop_assert!(solution.code.ends_with(&code), "{}", solution.code);
        }
    }
}

/// What is quadratic would take minutes.
#[test]
fn hostile_texts_take_linear_time() {
    let units = [
        "```\n\\'''\n```\n",
        "```\n",
        "```python\n",
        "~~~\n'''\n",
        "f'{",
        "f\"\"\"{f\"\"\"x\"\"\"}",
        "f'''{'''",
        "(",
        "((\ndef f(x):\n",
        "'''",
        "\"",
        "\\",
        "\\\n",
        "<think>",
        "<think>\n</think>\n",
        "</think>\n",
        " </think>",
        " ",
        "\n ",
        "\t",
        "`",
        "- - - ",
        "def f(x):\n",
        "```python\ndef f(x):\n  return a\n```\n",
        "import a\n",
        "a = 1\n",
        "a, ",
        "a=",
        ";",
        "@a\n",
        "if x:\n ",
        "é",
        "\r",
        "class A:\n def f(x):\n  pass\n",
        "return\n",
        "x\n",
        "# ```\n",
        "{",
        "}",
        "lambda: ",
    ];
    for unit in units {
        let text = unit.repeat((1 << 17) / unit.len());
        for kind in [CompletionKind::Reply, CompletionKind::Continuation] {
            extract(&text, kind);
        }
    }
    let mut many = String::new();
    for n in 0..2000 {
        many += &format!("```python\ndef g{n}(): return g{}()\nC{n} = {n}\n```\n", n + 1);
    }
    extract(&format!("{many}```python\ndef f(x): return g0()\n```\n"), CompletionKind::Reply);
}
