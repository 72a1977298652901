use crate::support::{exception, pool, program, script};

#[test]
fn an_exception_is_told_with_its_type_message_file_and_line() {
    let error = exception(script("function f(x) {\n  throw new TypeError('bad ' + x);\n}\nf(2);"));
    assert_eq!((error.type_name.as_str(), error.message.as_str()), ("TypeError", "bad 2"));
    assert_eq!((error.file.as_deref(), error.line), (Some("main.js"), Some(2)));
    let files =
        [("main.mjs", "import { f } from './lib.mjs';\nf();"), ("lib.mjs", "export function f() {\n\n  null.x;\n}")];
    let error = exception(program(&files));
    assert_eq!((error.file.as_deref(), error.line), (Some("lib.mjs"), Some(3)));
}

#[test]
fn an_exception_is_shown_as_node_shows_it() {
    let outcome = pool().execute(script("class Odd extends Error {}\n\nthrow new Odd('five');"));
    let shown = outcome.stderr.text();
    assert!(shown.starts_with("/work/main.js:3\nthrow new Odd('five');\n"), "{shown}");
    assert!(shown.contains("\nOdd: five\n    at "), "{shown}");
}

#[test]
fn a_syntax_error_has_its_place() {
    for (path, source) in [("main.js", "let a = 1;\nlet b = ;\n"), ("main.mjs", "let a = 1;\nlet b = ;\n")] {
        let error = exception(program(&[(path, source)]));
        assert_eq!((error.type_name.as_str(), error.file.as_deref(), error.line), ("SyntaxError", Some(path), Some(2)));
    }
}

#[test]
fn what_nobody_handles_or_nothing_settles_is_an_error() {
    let error = exception(script("Promise.reject(new RangeError('nobody'));"));
    assert_eq!((error.type_name.as_str(), error.line), ("RangeError", Some(1)));
    assert_eq!(exception(script("setTimeout(() => { throw 'text'; }, 5);")).message, "text");
    assert_eq!(exception(program(&[("main.mjs", "await new Promise(() => {});")])).type_name, "UnsettledPromise");
    assert_eq!(exception(script("process.nextTick(() => { null.x; });")).type_name, "TypeError");
}

#[test]
fn what_somebody_handles_is_none() {
    let handled = "const p = Promise.reject(new Error('x')); setTimeout(() => p.catch(() => console.log('late')), 0);";
    assert_eq!(exception(script(handled)).message, "x");
    let caught = "process.on('uncaughtException', (e) => console.log('caught', e.message));\nsetTimeout(() => { throw new Error('y'); }, 1);";
    assert_eq!(crate::support::printed(caught), "caught y\n");
    let listened = "process.on('unhandledRejection', (reason) => console.log(reason));\nPromise.reject(5);";
    assert_eq!(crate::support::printed(listened), "5\n");
}

#[test]
fn a_program_that_breaks_what_it_can_reach_still_gets_its_honest_outcome() {
    let breaks = "const types = [Array, Object, String, Map, Promise, RegExp, Function, JSON, Reflect];\n\
        for (let i = 0; i < types.length; i++) for (let j = 0; j < 2; j++) {\n\
        const o = j ? types[i].prototype : types[i]; if (!o) continue; const keys = globalThis.Reflect.ownKeys?.(o) ?? [];\n\
        for (let k = 0; k < keys.length; k++) if (o !== Reflect) { try { o[keys[k]] = () => { throw 1; }; } catch {} }\n}\n\
        globalThis.JSON = null; globalThis.Reflect = null; Object.prototype.toJSON = () => 'all is well';\n";
    let error = exception(script(&format!("{breaks}throw new URIError('honest');")));
    assert_eq!(error.type_name, "URIError");
}

#[test]
fn a_translated_file_is_told_of_as_its_author_wrote_it() {
    // `throw new Error('x')` in line 1 of the translation comes from line 3, column 2 of what the author wrote.
    let map = r#"{"version":3,"sources":["main.ts"],"sourcesContent":["\n\n throw new Error('x')\n"],"names":[],"mappings":"AAEC"}"#;
    let encoded = base64(map.as_bytes());
    let source = format!("throw new Error('x');\n//# sourceMappingURL=data:application/json;base64,{encoded}\n");
    assert_eq!(exception(program(&[("main.js", &source)])).line, Some(3));
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for index in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * index) & 63) as usize];
            text.push(if index <= chunk.len() { digit as char } else { '=' });
        }
    }
    text
}
