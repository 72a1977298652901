//! Programs that others wrote, as they are and damaged.

use std::fs::File;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use proptest::prelude::*;
use serde_json::Value;

use crate::typescript::translate::translate;

/// TypeScript programs that were published: the completions of a model with their verdicts, and the prompts and tests of
/// two suites with empty solutions; each with whether it is sound. None without the data.
static PUBLISHED: LazyLock<Vec<(String, bool)>> = LazyLock::new(|| {
    let Some(data) = assay_testing::data() else { return Vec::new() };
    let read = |path: &str| {
        let path = data.join(path);
        let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        std::io::read_to_string(GzDecoder::new(file)).unwrap()
    };
    let details = read("known_answers/qwen2.5-coder-1.5b-base/multipl-e/humaneval-ts-details.json.gz");
    let details: serde_json::Map<String, Value> = serde_json::from_str(&details).unwrap();
    let completed = details.values().map(|sample| &sample[0][1]);
    let mut programs: Vec<_> =
        completed.map(|sample| (sample["code"].as_str().unwrap().to_owned(), sample["passed"] == true)).collect();
    for suite in ["humaneval", "mbpp"] {
        let lines = read(&format!("multipl_e/sandboxfusion_{suite}-ts.jsonl.gz"));
        for task in lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            let text = |name: &str| task[name].as_str().unwrap().to_owned();
            programs.push((format!("{}  return undefined as any;\n}}\n{}", text("prompt"), text("tests")), true));
        }
    }
    programs
});

#[test]
fn published_programs_translate() {
    for (program, sound) in &*PUBLISHED {
        match translate("main.ts", program) {
            // Two tasks about quotation marks have tests that are no TypeScript.
            Err(refusal) => assert!(!sound || program.contains("quotation marks"), "{refusal:?}: {program}"),
            Ok(code) => assert_eq!(translate("main.ts", program), Ok(code)),
        }
    }
}

/// Pieces that make damaged programs likely to be nearly sound.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "=>",
    "`",
    "${",
    "'",
    "\"",
    "/",
    "/*",
    "*/",
    "//",
    ";",
    ",",
    "?",
    ":",
    "!",
    "@",
    "=",
    "...",
    "?.",
    "as ",
    "enum E {",
    "namespace N {",
    "abstract ",
    "declare ",
    "import a = ",
    "export = ",
    "export ",
    "class ",
    "async ",
    "await ",
    "yield ",
    "static ",
    "get ",
    "#a",
    "\u{2028}",
    "\u{feff}",
    "\\",
    "\0",
    "é",
    "😀",
    "<!--",
    "private ",
    "constructor(private a) {",
    "@d ",
    "this: ",
    "unique symbol",
    "0x",
    "1n",
    "keyof ",
    "infer ",
    "import(",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_programs_are_refused_or_translated_always_alike(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, 0..PIECES.len()), 1..6),
    ) {
        let texts = || PUBLISHED.iter().map(|(program, _)| program.as_str()).chain([include_str!("published.rs")]);
        let mut source = which.get(&texts().collect::<Vec<_>>()).to_string();
        for (at, cut, piece) in edits {
            let mut from = at.index(source.len() + 1);
            while !source.is_char_boundary(from) {
                from -= 1;
            }
            let mut to = (from + cut).min(source.len());
            while !source.is_char_boundary(to) {
                to += 1;
            }
            source.replace_range(from..to, PIECES[piece]);
        }
        for path in ["main.ts", "main.mts", "main.cts"] {
            prop_assert_eq!(translate(path, &source), translate(path, &source));
        }
    }
}
