mod published;

use oxc_sourcemap::SourceMap;

use super::TYPESCRIPT;
use super::translate::translate;
use crate::translation::Refusal;

/// The code of a translation, without its source map, whitespace made one.
fn code(path: &str, source: &str) -> String {
    let translated = translate(path, source).unwrap_or_else(|refusal| panic!("{source}: {refusal:?}"));
    let (code, _) = translated.rsplit_once("//# sourceMappingURL=").expect("a source map");
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn error(source: &str) -> (String, Option<u32>) {
    match translate("main.ts", source) {
        Err(Refusal::Syntax { message, line }) => (message, line),
        other => panic!("{}: {other:?}", &source[..source.len().min(80)]),
    }
}

/// From a line of the translation, from 0, to the line of the source, from 0.
fn source_line(translated: &str, line: u32, column: u32) -> u32 {
    let (_, url) = translated.rsplit_once("base64,").expect("a source map");
    let json = base64_decode(url.trim_end());
    let map = SourceMap::from_json_string(&json).expect("a map");
    assert_eq!(map.get_source_contents().count(), 1);
    map.lookup_token(&map.generate_lookup_table(), line, column).expect("a mapping").get_src_line()
}

fn base64_decode(text: &str) -> String {
    let value = |byte| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    for chunk in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = chunk.iter().fold(0u32, |bits, byte| bits << 6 | u32::from(value(*byte))) << (6 * (4 - chunk.len()));
        bytes.extend(&bits.to_be_bytes()[1..chunk.len()]);
    }
    String::from_utf8(bytes).expect("text")
}

#[test]
fn files_that_are_typescript_by_name_are_translated() {
    for path in ["a.ts", "a/b.mts", "c.cts", "d.test.ts", "e.tsx"] {
        assert!((TYPESCRIPT.handles)(path), "{path}");
    }
    for path in ["a.js", "b.mjs", "c.d.ts", "d.d.mts", "ts", "e.json", "f.ts.txt"] {
        assert!(!(TYPESCRIPT.handles)(path), "{path}");
    }
}

#[test]
fn types_go_and_values_stay() {
    let cases = [
        ("let a: number = 1 as number; a!.b;", "let a = 1; a.b;"),
        ("interface A { b: string } type C = A | null;", ""),
        ("function f<T extends object>(this: A, a?: T): a is T { return <any>a; }", "function f(a) { return a; }"),
        (
            "abstract class A { declare b: number; abstract c(): void; private d = 1; e?: string }",
            "class A { d = 1; e; }",
        ),
        ("declare const a: string; declare function f(): void; a satisfies string;", "a;"),
        ("const a = f<string>(b)<c>; let d: typeof e;", "const a = f(b); let d;"),
    ];
    for (source, expected) in cases {
        assert_eq!(code("main.ts", source), expected, "{source}");
    }
}

#[test]
fn what_is_more_than_types_is_lowered() {
    assert_eq!(
        code("main.ts", "enum A { B, C = 5, D, E = 'x', F = C | 2 } A.B;"),
        "var A = function(A) { A[A[\"B\"] = 0] = \"B\"; A[A[\"C\"] = 5] = \"C\"; A[A[\"D\"] = 6] = \"D\"; \
         A[\"E\"] = \"x\"; A[A[\"F\"] = 7] = \"F\"; return A; }(A || {}); A.B;"
    );
    assert!(code("main.ts", "const enum A { B = 1 } f(A.B);").contains("A[A[\"B\"] = 1]"));
    assert_eq!(
        code("main.ts", "namespace N { export const a = 1; export function f() { return a; } } N.f();"),
        "let N; (function(_N) { const a = _N.a = 1; function f() { return a; } _N.f = f; })(N || (N = {})); N.f();"
    );
    assert_eq!(
        code("main.ts", "class A { constructor(private a: number, readonly b = 2) {} }"),
        "class A { a; b; constructor(a, b = 2) { this.a = a; this.b = b; } }"
    );
}

#[test]
fn legacy_decorators_bring_what_they_call() {
    let source = "'use strict';\n@sealed\nclass A {\n  @log('x') m(@arg a: string) {}\n  @field b = 1;\n}\n\nthrow new Error('here');\n";
    let translated = translate("main.ts", source).unwrap();
    assert!(translated.starts_with("\"use strict\"; var babelHelpers = { decorate("), "{translated}");
    assert!(
        !translated.contains("@sealed") && translated.contains("babelHelpers.decorateParam(0, arg)"),
        "{translated}"
    );
    let line = translated.lines().position(|line| line.contains("here")).unwrap();
    assert_eq!(source_line(&translated, u32::try_from(line).unwrap(), 8), 7);
}

#[test]
fn imports_that_only_types_use_are_elided() {
    assert_eq!(code("main.ts", "import { A, b } from './a'; let c: A = b;"), "import { b } from \"./a\"; let c = b;");
    assert_eq!(code("main.ts", "import { A } from './a'; let c: A;"), "let c; export {};");
    assert_eq!(code("main.ts", "import type { A } from './a'; export type { A };"), "export {};");
    assert_eq!(code("main.ts", "import './a';"), "import \"./a\";");
}

#[test]
fn both_ways_to_import_become_the_one_that_the_file_has() {
    assert_eq!(
        code("main.ts", "import a = require('assert'); import b = require('b'); a.ok(1); export = a;"),
        "const a = require(\"assert\"); a.ok(1); module.exports = a;"
    );
    assert_eq!(
        code("main.ts", "import a = require('assert'); import c from './c'; a.ok(c); export = a;"),
        "import a from \"assert\"; import c from \"./c\"; a.ok(c); export default a;"
    );
    assert_eq!(code("main.mts", "import a = require('assert'); a.ok(1);"), "import a from \"assert\"; a.ok(1);");
    assert_eq!(code("main.cts", "import a = require('a'); return a;"), "const a = require(\"a\"); return a;");
}

#[test]
fn every_line_of_the_code_is_mapped_to_its_line() {
    let source =
        "interface A {\n  a: string;\n}\n\nfunction f(\n  a: A,\n): string {\n  return a.a;\n}\n\n\nf(\n  null!\n);\n";
    let translated = translate("dir/main.ts", source).unwrap();
    let line = |text: &str| u32::try_from(translated.lines().position(|line| line.contains(text)).unwrap()).unwrap();
    assert_eq!(source_line(&translated, line("return a.a"), 8), 7);
    assert_eq!(source_line(&translated, line("function f"), 0), 4);
    assert_eq!(source_line(&translated, line("function f"), 14), 6, "the line of the brace");
    let (_, url) = translated.rsplit_once("base64,").unwrap();
    let map = base64_decode(url.trim_end());
    assert!(map.contains("\"sources\":[\"dir/main.ts\"]"), "{map}");
    assert!(map.contains(&format!("\"sourcesContent\":[{}]", serde_json::Value::from(source))), "{map}");
}

#[test]
fn errors_say_what_and_where() {
    let (message, line) = error("let a = 1;\nlet b: = 2;\n");
    assert_eq!(line, Some(2), "{message}");
    let (message, line) = error("namespace A {\n  export let b = 1;\n}\n");
    assert!(message.contains("non-const") && line == Some(2), "{message}");
    assert_eq!(translate("main.tsx", "<a/>"), Err(Refusal::Unsupported { what: "JSX" }));
}

/// Each is `unit` many times, with what belongs before, in the middle and after.
const NESTS: &[(&str, &str, &str, &str, &str)] = &[
    ("x=", "(", "1", ")", ""),
    ("x=", "[", "1", "]", ""),
    ("x=", "{a:", "1", "}", ""),
    ("", "{", "", "}", ""),
    ("x=", "!", "1", "", ""),
    ("x=", "- ", "1", "", ""),
    ("x=", "new ", "a", "", ""),
    ("x=", "typeof ", "a", "", ""),
    ("async()=>", "await ", "a", "", ""),
    ("x=", "a=>", "1", "", ""),
    ("x=", "(a)=>", "1", "", ""),
    ("x=", "async a=>", "1", "", ""),
    ("", "(a=", "", "", ""),
    ("type A=", "(a=a<", "", "", ""),
    ("async()=>", "a=a<([", "", "", ""),
    ("class A{a=", "(a=new a<(", "", "", ""),
    ("if(x)", "import(({[(...a):", "", "", ""),
    ("", "a<(", "", "", ""),
    ("", "a<", "", "", ""),
    ("", "a<{b:", "", "", ""),
    ("", "<T>(a=", "", "", ""),
    ("x=", "a?b:", "1", "", ""),
    ("x=", "a?(b", "1", "):c", ""),
    ("x=", "a?(b):c=>", "c", "", ""),
    ("", "a=", "1", "", ""),
    ("x=", "a**", "1", "", ""),
    ("x=", "1+", "1", "", ""),
    ("x=", "a??", "1", "", ""),
    ("x=a", ".b", "", "", ""),
    ("x=a", "?.b", "", "", ""),
    ("x=a", "()", "", "", ""),
    ("x=a", "[0]", "", "", ""),
    ("x=a", "!", "", "", ""),
    ("x=a", " as b", "", "", ""),
    ("x=", "`${", "1", "}`", ""),
    ("x=a", "``", "", "", ""),
    ("x=", "<a>", "1", "", ""),
    ("", "if(a)", ";", "", ""),
    ("", "if(a);else ", ";", "", ""),
    ("", "for(;;)", ";", "", ""),
    ("", "a:", ";", "", ""),
    ("", "do ", ";", " while(1);", ""),
    ("x=", "function(){return ", "1", "}", ""),
    ("x=", "class{a=", "1", "}", ""),
    ("", "@(class{a=", "", "", ""),
    ("type A=", "(", "a", ")", ""),
    ("type A=", "[", "a", "]", ""),
    ("type A=", "{a:", "a", "}", ""),
    ("type A=a", "[]", "", "", ""),
    ("type A=", "A<", "a", ">", ""),
    ("type A=", "keyof ", "a", "", ""),
    ("type A=a", "|a", "", "", ""),
    ("type A=", "a extends b?c:", "a", "", ""),
    ("type A=a extends ", "infer B extends ", "a", "", ""),
    ("type A=", "()=>", "a", "", ""),
    ("type A=", "!", "a", "", ""),
    ("let a:a", ".b", "", "", ""),
    ("let a:import('x')", ".b", "", "", ""),
    ("namespace a", ".b", "{export const c=1}", "", ""),
    ("", "namespace a{", "", "}", ""),
    ("let ", "[", "a", "]", "=x"),
    ("let ", "{a:", "a", "}", "=x"),
    ("(", "[", "a", "]", "=x)"),
    ("import a=a", ".b", "", "", ""),
    ("function*f(){x=", "yield ", "1", "", "}"),
];

#[test]
fn sources_nested_however_deeply_do_no_harm() {
    for &(before, unit, middle, close, after) in NESTS {
        for count in [10, 200, 3000, 200_000] {
            let count = count.min((256 << 10) / (unit.len() + close.len()) - 20);
            let closed = format!("{before}{}{middle}{}{after}", unit.repeat(count), close.repeat(count));
            let open = format!("{before}{}", unit.repeat(count));
            for source in [closed, open] {
                let first = translate("main.ts", &source);
                assert_eq!(first, translate("main.ts", &source), "{unit}");
            }
        }
    }
    assert!(matches!(translate("main.ts", &"(".repeat(200_000)), Err(Refusal::Syntax { line: None, .. })));
    let sum = |terms: usize| translate("main.ts", &format!("x = {}1;", "1 + ".repeat(terms)));
    assert!(sum(3000).is_ok());
    assert!(matches!(sum(50_000), Err(Refusal::Syntax { line: None, .. })));
    assert!(matches!(translate("main.ts", &" ".repeat(300 << 10)), Err(Refusal::Syntax { line: None, .. })));
}

/// What the scan does not see, the stack must bear: brackets where it takes them for a regular expression, and whatever
/// else it knows nothing of.
#[test]
fn the_stack_bears_what_the_scan_does_not_see() {
    for &(before, unit, middle, close, after) in NESTS {
        if ["(a=a<", "a=a<([", "(a=new a<(", "import(({[(...a):", "a?(b):c=>"].contains(&unit) {
            continue; // these take long, which is why they are refused
        }
        let count = (256 << 10) / (unit.len() + close.len()) - 20;
        let count = if unit.contains('<') || unit.contains("(a=") { count.min(2000) } else { count };
        let source = format!("{before}{}{middle}{}{after}", unit.repeat(count), close.repeat(count));
        let _ = super::stack::with_room(source.len(), || super::translate::lower("main.ts", &source)).unwrap();
    }
}

#[test]
fn both_readings_of_a_slash_are_looked_at() {
    let deep = "(".repeat(300);
    for hidden in [
        format!("if (x) /\"/; y = {deep}"),
        format!("y = (a) / {deep} / 2"),
        format!("a++ / {deep} / 1"),
        format!("`${{ {{}} }}` / 1; {deep}"),
        format!("/[/\"]/; {deep}"),
        format!("// '\n{deep}"),
        format!("/* ' */{deep}"),
        format!("'\\\n' + {deep}"),
        format!("<!-- '\n{deep}"),
    ] {
        assert!(super::scan::check(&hidden).is_err(), "{hidden}");
    }
    for shown in
        [format!("x = '{deep}'"), format!("x = /{}/", "\\(".repeat(300)), format!("/* {deep} */"), format!("`{deep}`")]
    {
        assert!(super::scan::check(&shown).is_ok(), "{shown}");
    }
}
