//! Answers as models write them, and the code that must be found in them.

use assay_api::Completion;
use assay_api::CompletionKind::{self, Continuation, Program, Reply, Verbatim};
use assay_loader::extract::javascript_function;
use proptest::prelude::*;

const PROMPT: &str = "/* Adds one. */\nconst LIMIT = 9;\nfunction help(x) {\n  return x;\n}\nconst addOne = (x) => {\n";
const TYPED: &str = "//Adds one.\nfunction add_one(x: number): number {\n";

fn extract(prompt: &str, text: &str, kind: CompletionKind) -> Option<(String, String)> {
    let solution = javascript_function(prompt, None, &Completion { text: text.into(), kind })?;
    Some((solution.code, solution.rule))
}

/// A name, an answer, its kind, and what becomes of it: the rule, what the code has, and what it lacks.
type Case =
    (&'static str, &'static str, CompletionKind, &'static str, &'static [&'static str], &'static [&'static str]);

const CASES: &[Case] = &[
    (
        "a body",
        "  return x + 1;\n}\n",
        Continuation,
        "continuation",
        &["const addOne = (x) => {\n  return x + 1;\n}"],
        &[],
    ),
    (
        "a body and a ramble",
        "  return x + 1;\n};\n\nconsole.log(addOne(1));\nconst test = () => {};\n// more\n",
        Continuation,
        "continuation",
        &["return x + 1;\n};"],
        &["console", "test", "more"],
    ),
    (
        "a helper after the function",
        "  return two(x) - 1;\n}\nfunction two(x) { return three(x) - 1; }\nfunction three(x) { return x + 3 }\nfunction four() {}\n",
        Continuation,
        "continuation",
        &["function two", "function three"],
        &["four"],
    ),
    (
        "brackets where they do not count",
        "  if (/[}]/.test('}')) { // }\n    return `}${`}`}`.length; /* } */\n  }\n  return x + 1;\n}\nalert()",
        Continuation,
        "continuation",
        &["return x + 1;\n}\n"],
        &["alert"],
    ),
    ("no end", "  return x +", Continuation, "continuation", &["return x +"], &[]),
    (
        "the signature again",
        "const addOne = (x) => x + 1;\n",
        Continuation,
        "bare-code",
        &["=> x + 1", "LIMIT"],
        &["{\nconst"],
    ),
    (
        "a fence after the prompt",
        "```js\nconst addOne = (x) => x + 1;\n```",
        Continuation,
        "fenced",
        &["=> x + 1"],
        &["```"],
    ),
    (
        "a block with what the prompt declares and prose around",
        "Sure!\n```javascript\nconst addOne = (x) => {\n  return help(x) + 1;\n}\n```\nThat's {it}.",
        Reply,
        "fenced",
        &["const LIMIT = 9;", "function help(x)", "help(x) + 1"],
        &["Sure", "it}", "Adds"],
    ),
    (
        "the whole prompt repeated",
        "```js\nconst LIMIT = 9;\nfunction help(x) {\n  return x;\n}\nconst addOne = (x) => x + 1;\n```",
        Reply,
        "fenced",
        &["const LIMIT = 9;\nfunction help"],
        &["const LIMIT = 9;\n\nfunction help"],
    ),
    (
        "exports and examples",
        "```ts\nexport const addOne = (x) => {\n  console.log;\n  return x + 1;\n};\nconsole.log(addOne(1))\nexport default addOne;\nmodule.exports = { addOne };\n```",
        Reply,
        "fenced",
        &["const addOne = (x) => {\n  console.log;"],
        &["export", "addOne(1)"],
    ),
    (
        "an export that is the function",
        "```js\nexport default function addOne(x) { return x + 1; }\n```",
        Reply,
        "fenced",
        &["function addOne(x)"],
        &["export"],
    ),
    (
        "a stub before and usage after",
        "Given\n```js\nconst addOne = (x) => {\n}\n```\nwrite\n```js\nconst addOne = (x) => x + 1;\n```\nUse it:\n```js\naddOne(2);\n```\n```bash\nnode a.js\n```",
        Reply,
        "fenced",
        &["=> x + 1"],
        &["addOne(2)", "=> {\n}", "node a"],
    ),
    (
        "a stub that throws",
        "```js\nconst addOne = (x) => x + 1;\n```\nOnce it was\n```js\nconst addOne = (x) => { throw new Error('todo'); }\n```",
        Reply,
        "fenced",
        &["=> x + 1"],
        &["throw"],
    ),
    (
        "a helper in a block of its own",
        "```js\nconst one = () => 1;\nconst other = 2;\n```\nand\n```js\nconst addOne = (x) => x + one();\n```",
        Reply,
        "fenced",
        &["const one = () => 1", "x + one()"],
        &["other"],
    ),
    (
        "an unclosed block",
        "```js\nfunction addOne(x) {\n  return x + 1;\n}\n",
        Reply,
        "fenced-unclosed",
        &["x + 1"],
        &["```"],
    ),
    (
        "a body in a block",
        "```js\n  return x + 1;\n```",
        Reply,
        "body",
        &["const addOne = (x) => {\n  return x + 1;\n\n}"],
        &[],
    ),
    ("a body with its bracket", "```\nreturn x + 1;\n};\n```", Reply, "body", &["{\nreturn x + 1;\n};"], &[]),
    (
        "code in prose",
        "Let me think. It is:\n\nconst addOne = (x) => {\n  return x + 1;\n};\n\nIt adds one, and that's it.\n",
        Reply,
        "bare-code",
        &["const addOne = (x) => {\n  return x + 1;\n};"],
        &["adds one, and", "think"],
    ),
    (
        "reasoning",
        "<think>\n```js\nconst addOne = (x) => x + 2;\n```\n</think>\n```js\nconst addOne = (x) => x + 1;\n```",
        Reply,
        "fenced",
        &["x + 1"],
        &["x + 2"],
    ),
    ("another function", "```js\nconst other = 1;\n```", Reply, "fenced", &["const other = 1;"], &[]),
];

#[test]
fn answers_become_the_code_that_was_meant() {
    for (name, text, kind, rule, has, lacks) in CASES {
        let Some((code, found)) = extract(PROMPT, text, *kind) else { panic!("{name}: nothing found") };
        assert_eq!(found, *rule, "{name}: {code}");
        for part in *has {
            assert!(code.contains(part), "{name}: lacks {part:?}: {code}");
        }
        for part in *lacks {
            assert!(!code.contains(part), "{name}: has {part:?}: {code}");
        }
    }
}

#[test]
fn typescript_is_read_alike() {
    let reply = "```typescript\ntype N = number;\nfunction add_one(x: N): { y: N } | N {\n  return x + 1;\n}\nconsole.log(1)\n```";
    let (code, rule) = extract(TYPED, reply, Reply).unwrap();
    assert_eq!((code.trim(), rule.as_str()), (reply[14..reply.len() - 19].trim(), "fenced"));
    let (code, _) =
        extract(TYPED, "  const y: Array<number> = [x];\n  return y[0]! + 1;\n}\ntype T = 1;\n", Continuation).unwrap();
    assert!(code.ends_with("return y[0]! + 1;\n}\n"), "{code}");
}

#[test]
fn where_there_is_no_code_none_is_found() {
    for text in ["", "\n\n", "I can't.", "```bash\nls\n```", "<think>\nconst addOne = 1;"] {
        assert_eq!(extract(PROMPT, text, Reply), None, "{text}");
    }
    assert_eq!(extract(PROMPT, " \n", Continuation), None);
}

#[test]
fn a_name_that_the_prompt_does_not_declare_is_not_believed() {
    let completion = Completion { text: "It is\n\nconst addOne = (x) => x + 1;\n".into(), kind: Reply };
    assert_eq!(javascript_function(PROMPT, Some("add_one"), &completion).unwrap().rule, "bare-code");
}

fn text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "```",
        "```js",
        "\n",
        "\n",
        "\r\n",
        " ",
        "  ",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "`",
        "${",
        "/",
        "*",
        "//",
        "/*",
        "*/",
        "'",
        "\"",
        "\\",
        ";",
        ",",
        "=",
        "=>",
        "const addOne = ",
        "function ",
        "class ",
        "export ",
        "default ",
        "import ",
        "return ",
        "console.log(1)",
        "module.exports = ",
        "async ",
        "if ",
        "else ",
        "x",
        "0",
        "é",
        "\u{2028}",
        "\0",
        "#",
        "@",
        "<think>",
    ]);
    let piece = prop_oneof![8 => known.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_a_model_writes_makes_extraction_panic_or_give_two_answers(text in text()) {
        for kind in [Reply, Continuation, Verbatim, Program] {
            prop_assert_eq!(extract(PROMPT, &text, kind), extract(PROMPT, &text, kind));
        }
    }

    #[test]
    fn exact_kinds_are_exact(text in text()) {
        prop_assert_eq!(extract(PROMPT, &text, Verbatim).unwrap().0, format!("{PROMPT}{text}"));
        prop_assert_eq!(extract(PROMPT, &text, Program).unwrap().0, text);
    }

    #[test]
    fn a_continuation_keeps_what_the_prompt_declares(text in text()) {
        if let Some((code, rule)) = extract(PROMPT, &text, Continuation) && rule == "continuation" {
            prop_assert!(code.starts_with(PROMPT), "{}", code);
        }
    }
}
