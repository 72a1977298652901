//! A program that tampers with what it can reach gets its honest outcome; tests and solution share one realm, so some
//! of what it can do to its tests cannot be prevented.

use assay_api::Status;

use crate::support::{completed, exception, graded, judged, pool, run, script};

/// What honest programs, and dishonest ones, replace.
const TAMPERING: &[&str] = &[
    "JSON.stringify = JSON.parse = () => '{\"end\":\"exit\",\"code\":0}';",
    "Promise.prototype.then = function (f) { return f?.(1); }; globalThis.Promise = class {};",
    "try { Object.defineProperty(Promise.prototype, 'constructor', { get() { return Array; } }); } catch {}",
    "Object.prototype.then = (resolve) => resolve(0);",
    "Object.prototype.toJSON = () => 1; String.prototype.toJSON = () => 2;",
    "Object.prototype.get = Object.prototype.set = () => 1;",
    "Object.prototype.skipped = Object.prototype.passed = true;",
    "Array.prototype.push = Array.prototype.map = Array.prototype[Symbol.iterator] = null;",
    "Object.defineProperty(Array.prototype, '0', { set() {}, get() { return 1; } });",
    "String.prototype.slice = String.prototype.indexOf = String.prototype.split = RegExp.prototype.exec = null;",
    "String.prototype.toWellFormed = () => 'fine'; Function.prototype.call = Function.prototype.apply = null;",
    "Map.prototype.set = Map.prototype.get = Map.prototype.forEach = null; globalThis.Map = globalThis.Set = null;",
    "Object.defineProperty(Map.prototype, 'size', { value: 0 });",
    "Reflect.apply = Reflect.ownKeys = Object.keys = Object.defineProperty = null;",
    "globalThis.setTimeout = globalThis.setImmediate = globalThis.queueMicrotask = null;",
    "process.emit = process.on = process.listenerCount = () => 0; process.nextTick = null;",
    "globalThis.process = globalThis.console = undefined;",
    "process.stdout.write = process.stderr.write = () => { throw 1; };",
    "Error.prepareStackTrace = () => { throw 1; }; Error.stackTraceLimit = 0; Error.stackTraceLimit = 10; delete Error.prepareStackTrace;",
    "Error.captureStackTrace = null; globalThis.Error = class {};",
    "Symbol.prototype[Symbol.toPrimitive] = null; globalThis.Symbol = {};",
    "for (const name of Reflect.ownKeys(globalThis)) if (name !== 'process') try { delete globalThis[name]; } catch {}",
    "require('fs').writeSync = null; require('util').inspect = null; require('events').prototype.emit = null;",
    "for (const key in require.cache) delete require.cache[key]; try { require('fs').unlinkSync('main.js'); } catch {}",
    "require('child_process').spawnSync('node', ['-e', 'JSON.stringify = null; process.exitCode = 1']);",
];

#[test]
fn a_program_that_tampers_and_completes_has_completed() {
    for tampering in TAMPERING {
        let outcome = run(tampering);
        assert_eq!(outcome.status, completed(0), "{tampering}\n{}", outcome.stderr.text());
    }
}

#[test]
fn a_program_that_tampers_and_fails_has_failed() {
    for tampering in TAMPERING {
        let source = format!("const mine = new RangeError('v'); {tampering}\nthrow mine;");
        let thrown = exception(script(&source));
        assert_eq!((&*thrown.type_name, &*thrown.message), ("RangeError", "v"), "{tampering}");
    }
}

#[test]
fn a_program_that_tampers_and_exits_has_exited() {
    for tampering in TAMPERING {
        let outcome = run(&format!("const leave = process.exit; {tampering}\nleave(3);"));
        assert_eq!(outcome.status, completed(3), "{tampering}\n{}", outcome.stderr.text());
    }
}

/// Tests of which each fails, in the ways that tests are written.
const FAILING: &[&str] = &[
    "console.assert(f() === 2);",
    "const assert = require('assert'); assert.strictEqual(f(), 2);",
    "test('t', () => { if (f() !== 2) throw new Error('wrong'); });",
    "test('t', async () => { await null; if (f() !== 2) throw new Error('wrong'); });",
    "test('t', (done) => { setTimeout(() => done(f() === 2 ? undefined : new Error('wrong')), 10); });",
    "require('node:test')('t', async () => { await null; if (f() !== 2) throw new Error('wrong'); });",
];

fn passes(solution: &str, tests: &str) -> bool {
    let outcome = pool().execute(graded(("solution.js", solution), ("tests.js", tests)));
    outcome.status == completed(0) && outcome.record.as_ref().is_some_and(|record| record.passed())
}

#[test]
fn tampering_makes_no_failing_test_pass() {
    for tests in FAILING {
        assert!(passes("const f = () => 2;", tests), "{tests}");
        for tampering in TAMPERING {
            let solution = format!("const f = () => 1; {tampering}");
            assert!(!passes(&solution, tests), "{tampering}\n{tests}");
        }
    }
}

#[test]
fn leaving_before_the_tests_have_run_passes_none() {
    for leaving in ["process.exit(0)", "process.exitCode = 0; process.reallyExit(0)", "process.abort()", "throw null"] {
        for tests in FAILING {
            assert!(!passes(&format!("const f = () => {{ {leaving}; }};"), tests), "{leaving}\n{tests}");
            assert!(!passes(&format!("const f = () => 2; {leaving};"), tests), "{leaving}\n{tests}");
            let late = format!(
                "const f = () => 1; setTimeout(() => {{ {leaving}; }}, 1); setImmediate(() => {{ {leaving}; }});"
            );
            assert!(!passes(&late, tests), "{leaving}\n{tests}");
        }
    }
}

#[test]
fn printing_a_report_is_printing() {
    let report = r#"{"end":"exit","code":0,"tests":[{"name":"t","passed":true}]}"#;
    let solution =
        format!("const f = () => 1; console.log('{report}'); require('fs').writeSync(1, '{report}'); process.exit(0);");
    for tests in FAILING {
        assert!(!passes(&solution, tests), "{tests}");
    }
}

#[test]
fn errors_that_lie_about_themselves_are_described_nevertheless() {
    for (source, type_name) in [
        ("class E extends Error { get message() { throw 1; } } throw new E();", Some("E")),
        ("class E extends Error { get name() { for (;;) throw 1; } } throw new E('m');", None),
        (
            "const e = new Error('m'); Object.defineProperty(e, 'stack', { value: { toString() { throw 1; } } }); throw e;",
            Some("Error"),
        ),
        ("throw Object.assign(new Error('m'), { cause: null, code: { toString() { throw 1; } } });", Some("Error")),
        ("const e = new Error('m'); Object.setPrototypeOf(e, null); throw e;", None),
        ("throw new Proxy(new TypeError('m'), {});", Some("TypeError")),
        ("const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy;", None),
        ("throw '\\ud800';", Some("NonError")),
        ("throw new Error('\\udfff'.repeat(5000));", Some("Error")),
    ] {
        let thrown = exception(script(source));
        if let Some(type_name) = type_name {
            assert_eq!(thrown.type_name, type_name, "{source}");
        }
    }
}

#[test]
fn the_engines_own_errors_are_outcomes_though_nothing_catches_them() {
    let source =
        "let s = 'x'; try { for (;;) s += s; } catch { console.log('caught'); } finally { console.log('finally'); }";
    let outcome = run(source);
    assert!(
        matches!(&outcome.status, Status::Exception { exception } if exception.type_name == "InternalError"),
        "{outcome:?}"
    );
    assert_eq!(outcome.stdout.text(), "");
}

#[test]
fn frames_give_no_functions_or_objects() {
    let source = "Error.prepareStackTrace = (_, sites) => sites; const sites = new Error().stack;\n\
        console.log(sites.length > 0, sites.every((site) => site.getFunction() === undefined && site.getThis() === undefined));";
    assert_eq!(run(source).stdout.text(), "true true\n");
}

/// What a solution that is written to attack its tests can do, since they share one realm: see docs/javascript.md.
#[test]
fn a_known_limitation_is_that_a_solution_can_replace_what_its_tests_compare_with() {
    let tests = "const assert = require('assert'); test('t', () => { expect(f()).toBe(2); assert.equal(f(), 2); });";
    for attack in [
        "Object.is = () => true; require('assert').equal = () => {};",
        "globalThis.expect = () => ({ toBe() {} }); require('assert').equal = () => {};",
        "globalThis.test = (name) => require('@jest/globals').test(name, () => {});",
        "const { test: real } = require('@jest/globals'); globalThis.test = (name, body) => real(name, () => { try { body(); } catch {} });",
    ] {
        let solution = format!("const f = () => 1; {attack}");
        assert!(passes(&solution, tests), "{attack}: no longer a limitation, which the documentation should say");
    }
    let valued = "console.assert(f() == 2);";
    assert!(passes("const f = () => ({ valueOf: () => 2 });", valued));
}

#[test]
fn halves_of_characters_reach_the_other_side_as_they_are() {
    let candidate = "require('assay').serve((m) => m + '\\udfff');";
    let judge = "const { call, test } = require('assay'); const answer = call('a\\ud800');\n\
        test('\\ud800', answer === 'a\\ud800\\udfff');";
    let outcome = pool().execute(judged(candidate, judge));
    assert_eq!(outcome.status, completed(0), "{outcome:?}");
    let [test] = &outcome.record.as_ref().expect("there is a record").tests[..] else { panic!("{outcome:?}") };
    assert!(test.passed && test.name == "\u{fffd}", "{outcome:?}");
}

#[test]
fn a_candidate_that_tampers_changes_no_answer_of_the_judges() {
    for tampering in TAMPERING {
        let candidate = format!("const {{ serve }} = require('assay'); {tampering}\nserve((m) => `${{m}}1`);");
        let judge =
            "const { call, test } = require('assay'); test('t', call('x') === 'x1'); test('f', call('x') === 'x2');";
        let outcome = pool().execute(judged(&candidate, judge));
        let record = outcome.record.as_ref().unwrap_or_else(|| panic!("{tampering}: {outcome:?}"));
        assert_eq!(record.tests.iter().map(|test| test.passed).collect::<Vec<_>>(), [true, false], "{tampering}");
    }
}
