use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use super::*;

fn is_not_python(line: &str) -> bool {
    scan(line).statements.iter().any(Statement::is_not_python)
}

#[test]
fn prose_is_not_python() {
    let prose = [
        "Here is the code",
        "Here's how.",
        "Sure!",
        "Explanation:",
        "Done.",
        "1. Sort the list",
        "- The first step",
        "**Note**",
        "> quoted",
        ">>> f(1)",
        "```",
        "| a | b |",
        "f(x) returns the sum",
        "Step 1",
        "What is it?",
        "It costs $5",
        "“quoted”",
        "a — b",
        "see (1))",
    ];
    for line in prose {
        assert!(is_not_python(line), "{line}");
    }
}

#[test]
fn modern_python_is_python() {
    let code = [
        "f'{d['a b']} {x!r:>{w}} {{' + f\"{'\"' if a else \"'\"}\"",
        "f'{\n  d['a b']\n}'",
        "rf'\\{x}' rb'\\'' b'' u'é'",
        "match x:\n    case [a, *rest] if rest: pass\n    case _: pass",
        "type Pair[T] = tuple[T, T]",
        "lazy import json",
        "def f[T](x: T, /, *, y=1) -> T: ...",
        "x = 1_000.5e-3 if not y else 0x1F",
        "print(*a, **b); a, *b = c",
        "@decorator\nasync def f(): await g()",
        "größe = 1",
        "lambda: (yield)",
        "x = a \\\n    if b else c",
        "('a' 'b'\n 'c')",
        "...",
    ];
    for text in code {
        assert!(!is_not_python(text), "{text}");
    }
}

#[test]
fn a_statement_keyword_ends_brackets_that_were_left_open() {
    let scan = scan("x = (1,\ndef f():\n    pass\n");
    let words: Vec<&str> = scan.statements.iter().map(Statement::first_word).collect();
    assert_eq!(words, ["x", "def", "pass"]);
    assert!(scan.statements[0].is_not_python());
}

#[test]
fn items_bind_their_names() {
    let bound = |text: &str| Module::parse(text).items.into_iter().flat_map(|i| i.binds).collect::<Vec<_>>().join(" ");
    assert_eq!(bound("import a.b, c as d"), "a d");
    assert_eq!(bound("from a.b import (c as d,\n    e)"), "d e");
    assert_eq!(bound("from a import *"), "");
    assert_eq!(bound("a = b = 1; c: int = 2; d: int"), "a b c");
    assert_eq!(bound("(a, [b, *c]) = d"), "a b c");
    assert_eq!(bound("f(a=1)\nx[0] = 1\ny.z = 1\na == b\na += 1"), "");
    assert_eq!(bound("@a\n@b(\n  1)\nasync def f():\n  g = 1\nclass C: pass"), "f C");
}

/// Asks Python for the top-level functions and classes of its own library.
const ORACLE: &str = r#"
import ast, glob, json, os, sysconfig
found = {}
library = sysconfig.get_path("stdlib")
paths = [path for depth in ("*.py", "[a-l]*/*.py") for path in glob.glob(os.path.join(library, depth))]
for path in sorted(paths):
    try:
        text = open(path, encoding="utf-8", newline="").read()
        tree = ast.parse(text)
    except (SyntaxError, UnicodeDecodeError, ValueError):
        continue
    if "site-packages" not in path and not text.startswith("\ufeff"):
        found[path] = [n.name for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
print(json.dumps(found))
"#;

#[test]
fn pythons_own_library_is_python_with_the_functions_and_classes_that_python_finds() {
    let output = match Command::new("python3").args(["-W", "ignore", "-c", ORACLE]).output() {
        Ok(output) if output.status.success() => output,
        _ => return assay_testing::lacks("there is no python3 whose library could be read"),
    };
    let library: BTreeMap<PathBuf, Vec<String>> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(library.len() > 100);
    for (path, expected) in library {
        let text = std::fs::read_to_string(&path).unwrap();
        let module = Module::parse(&text);
        let odd = module.scan.statements.iter().find(|statement| statement.is_not_python());
        assert!(odd.is_none(), "{}: {:?}", path.display(), odd.map(|s| &text[s.span.clone()]));
        let defined = module.items.iter().filter(|item| matches!(item.kind, Kind::Function | Kind::Class));
        let defined: Vec<&str> = defined.flat_map(|item| item.binds.iter().copied()).collect();
        assert_eq!(defined, expected, "{}", path.display());
    }
}
